"""Scenario files as a JSON Schema, by which editors complete and check them while one writes.

It is made from the models themselves: keys, units, bounds and names of shipped files are told once.
Editors that read TOML (taplo, and VS Code by it) know draft 4, so nothing of later drafts is used.
What hangs on several values at once only `load_scenario` and `lazaretto validate` see.
"""

from __future__ import annotations

import datetime
import math
from typing import Any, get_args

from ..values.prior import Prior
from ..values.quantity import Demand, Quantity
from .files import BASED_ON, WITHOUT
from .library import KIND_OF, SUFFIX, list_names
from .scenario import START_DATE, TIMELINE, UNLESS_STATED, Scenario
from .timeline import ALONE, BEGINS, CHANGEABLE, COMPARISONS, INDICATORS, LONGEST, Change, spelling

Schema = dict[str, Any]
DRAFT = "http://json-schema.org/draft-04/schema#"
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
DATE: Schema = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
DAY: Schema = {"type": "integer", "minimum": 0, "maximum": LONGEST}
PATH: Schema = {"type": "string", "pattern": rf"\{SUFFIX}$|/"}
NEEDED = ("value", "unit", "range", "source")  # of a value where nothing is inherited
TOLD = {
    BASED_ON: "The scenario of which this one takes everything that it does not state itself.",
    WITHOUT: "Keys that are not inherited.",
    "title": "What tables and figures call it.",
    "short": "What figures call it where the title is too long.",
    "description": "What it stands for, in a sentence or two.",
    "pathogen": "The infection: periods, R0, severity.",
    "population": "The place: ages, households, schools, work, contacts.",
    "testing": "Who is tested, when, and with what test.",
    "tracing": "The tracing level: by which instruments contacts are listed.",
    "isolation": "The isolation regime: orders, adherence, monitoring, and what follows a breach.",
    "behaviour": "How people respond to orders, rules and the epidemic.",
    "region": "Measures for the whole region, such as closures.",
    "immunity": "Who is immune at the start, and vaccination.",
    "hospitals": "Admission, beds, and what admission does to contacts.",
    "people": "How many people are simulated.",
    "days": "How many days are simulated.",
    "initial_infections": "People infected on day 0.",
    "importations_per_day": "Infections brought in from elsewhere.",
    "start_day_of_year": "Of day 0, where no date is stated: 1 is the first of January.",
    START_DATE: "The date of day 0, which gives curves their calendar.",
    TIMELINE: "Changes of policy within the run, in the order of time.",
    "from_day": "The day of the run on which the change begins.",
    "date": "The date on which it begins; the scenario then needs start_date.",
    "when": "The condition on the authority's own numbers on which it begins.",
    "until": "When it ends: a day, a date or a condition. Not stated: never.",
    "least_days": "For how long a change that begins on a condition holds at least.",
    "set": "Single values, by address, as `lazaretto show` prints them.",
}


def scenario_schema() -> Schema:
    """The JSON Schema (draft 4) of scenario files, as plain data.

    Names of components are those of the shipped files, or paths; numbers have the units and bounds
    of `Scenario`. What hangs on several keys (changes in order, a season without a date, a value
    outside its own range) is left to `load_scenario`.
    """
    fields = {n: f for n, f in Scenario.model_fields.items() if n != "names"}
    keys = {
        BASED_ON: _name_of("scenarios"),
        WITHOUT: {"type": "array", "items": TEXT},
        **{name: _of_field(name, field) for name, field in fields.items()},
    }
    demanded = [n for n, f in fields.items() if f.is_required() and n not in UNLESS_STATED]
    values = {n: {"required": list(NEEDED)} for n in demanded if demand_of(fields[n])}
    return {
        "$schema": DRAFT,
        "title": "A scenario of Lazaretto",
        "type": "object",
        "additionalProperties": False,
        "properties": _told(keys),
        "anyOf": [{"required": [BASED_ON]}, {"required": demanded, "properties": values}],
        "definitions": {"distribution": _distribution()},
    }


def demand_of(field: Any) -> Demand | None:
    """What a field of a model demands of its value, optional or not; None for no such field."""
    parts = [field, *get_args(field.annotation)]
    told = (getattr(part, "metadata", getattr(part, "__metadata__", ())) for part in parts)
    return next((one for some in told for one in some if isinstance(one, Demand)), None)


def _of_field(name: str, field: Any) -> Schema:
    demand = demand_of(field)
    if demand is not None:
        return _value(demand)
    if name in KIND_OF:
        return _name_of(KIND_OF[name])
    if name == TIMELINE:
        return {"type": "array", "items": _change()}
    if name == START_DATE:
        return DATE
    longest = next((one.max_length for one in field.metadata if hasattr(one, "max_length")), None)
    return TEXT if longest is None else {**TEXT, "maxLength": longest}


def _told(keys: dict[str, Schema]) -> dict[str, Schema]:
    """The keys with what editors say of them; a key of which nothing is told is a KeyError."""
    return {name: {"description": TOLD[name], **one} for name, one in keys.items()}


def _name_of(kind: str) -> Schema:
    """A shipped file of that kind by its name, or one's own by its path."""
    return {"anyOf": [{"enum": list_names(kind)}, PATH]}


def _value(demand: Demand) -> Schema:
    """A stated value. Nothing is required: a file that is based on another states what differs."""
    bounded = {**NUMBER, **_bounds(demand)}
    ends = {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2}
    of_key = {
        "value": bounded,
        "unit": {"enum": [demand.unit]},
        "range": ends,
        "source": {**TEXT, "pattern": r"\S"},
        "status": {"enum": list(get_args(Quantity.model_fields["status"].annotation))},
        "note": TEXT,
        "distribution": {"$ref": "#/definitions/distribution"},
    }
    keys = {name: of_key[name] for name in Quantity.model_fields}
    return {"type": "object", "additionalProperties": False, "properties": keys}


def _bounds(demand: Demand) -> Schema:
    ends = {"minimum": demand.low, "maximum": demand.high}
    found: Schema = {name: end for name, end in ends.items() if math.isfinite(end)}
    found |= {"exclusiveMinimum": True} if demand.above else {}
    return found | ({"multipleOf": 1} if demand.whole else {})


def _distribution() -> Schema:
    of_key = {"family": TEXT, "parameters": {"type": "object", "additionalProperties": NUMBER}}
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(of_key),
        "properties": {name: of_key[name] for name in Prior.model_fields},
    }


def _change() -> Schema:
    """A change of the timeline."""
    condition = {"type": "string", "pattern": _conditions()}
    parts = "|".join(CHANGEABLE)
    of_key = {
        "title": TEXT,
        "from_day": DAY,
        "date": DATE,
        "when": condition,
        "until": {"anyOf": [DAY, DATE, condition]},
        "least_days": DAY,
        **{name: _name_of(KIND_OF[name]) for name in CHANGEABLE},
        "set": {
            "type": "object",
            "additionalProperties": False,
            "patternProperties": {rf"^({parts})[.\[]|^{ALONE}([.\[]|$)": {}},
        },
    }
    keys = {name: of_key[name] for name in Change.model_fields if name != "names"}
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": _told(keys),
        "oneOf": [{"required": [name]} for name in BEGINS],
        "anyOf": [
            *({"required": [name]} for name in CHANGEABLE),
            {"required": ["set"], "properties": {"set": {"minProperties": 1}}},
        ],
    }


def _conditions() -> str:
    """What a condition looks like: an indicator as it is spelled, a comparison and a number."""
    named = "|".join(spelling(name, days=r"\d+") for name in INDICATORS)
    return rf"^\s*({named})\s*({'|'.join(COMPARISONS)})\s*[\d.][\d.eE+-]*\s*$"


def as_written(data: Any) -> Any:
    """A TOML file's data as the schema sees them: dates as text, as in JSON."""
    if isinstance(data, dict):
        return {key: as_written(part) for key, part in data.items()}
    if isinstance(data, list):
        return [as_written(part) for part in data]
    return data.isoformat() if isinstance(data, datetime.date) else data
