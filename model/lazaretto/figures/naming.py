"""What parameters, components and cells are called in figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..analysis.compare import AVERTED
from ..outcomes.panel import COMPONENTS
from ..parameters import address
from .style import QUIET, words

# what a reader calls a parameter whose own name is a letter, or says too little alone
PLAIN = {
    "kappa reporting": "avoidance of tests",
    "kappa cooperation": "avoidance of tracers",
    "kappa phone": "avoidance of carrying a phone",
    "kappa app": "avoidance of the app",
    "tau injustice": "distrust after wrong sanctions",
    "delta deterrence": "deterrence",
    "sigma support": "effect of support on breaches",
    "seek probability": "share who seek a test",
    "harshness": "harshness that people respond to",
    "full adherence case": "share of cases who fully adhere",
    "full adherence contact": "share of contacts who fully adhere",
    "partial contact factor": "contacts kept by those who adhere in part",
    "breach per day": "breaches a day of those who mean to stay",
    "dropout per day": "giving up the order, per day",
    "absconding per day": "absconding, per day",
    "facility refusal": "share who refuse the facility",
    "false alarm per person day": "false alarms a day",
    "detection probability": "chance that it notices",
    "carriage probability": "chance that the phone is carried",
    "heed probability": "share of the informed who heed",
    "judging skill": "how well the informed judge their risk",
    "support closes": "share of the others whom support wins over",
    "trust half life": "days until trust is half restored",
    "restored by correction": "trust restored by a corrected error",
    "most deterred": "strongest deterrence by sanctions",
    "self isolation probability": "share who isolate with symptoms voluntarily",
    "self isolation contact factor": "contacts kept in self-isolation",
    "fatigue per day": "fatigue under an order, per day",
    "R0": "R0",
    "never symptomatic fraction": "share never symptomatic",
    "mean latent period": "mean latent period",
    "mean presymptomatic lead": "mean days from infectious to symptoms",
    "mean infectious period": "mean infectious period",
    "reach probability": "share of those named who are reached",
    "cooperation probability": "share of cases who cooperate",
    "mean sample to result": "mean days from sample to result",
    "mean onset to sample": "mean days from onset to sample",
    "mean delay": "mean days until contacts are reached",
    "trigger": "tracing begins with",
}


# of what, where it is not of contacts
DELAYS = {
    "contest": "mean days until a contest is decided",
    "appeals": "mean days until an appeal is decided",
    "desk": "mean days until what was noted is acted on",
}
DRAWN = re.compile(r"(\w+)\[([^\]]+)\]\.(.+)")  # a draw of one value of an axis alone
ALIKE = {"recall by layer": "share of contacts recalled", "likeness": "likeness of people"}
NOWHERE = {"behaviour", "testing", "pathogen", "likeness", "recall by layer", ""}


def parameter_parts(name: str) -> tuple[str, str]:
    """(what, where it belongs) of an address, as people read them."""
    drawn = DRAWN.fullmatch(name)
    what, where = address.words(drawn[3] if drawn else name)
    if where in ALIKE:
        what = f"{ALIKE[where]} ({what})"
    what = DELAYS.get(where, what) if what == "mean delay" else what
    what = PLAIN.get(what, what)
    if drawn:
        inside = "" if where.replace(" ", "-") == drawn[2] or where in NOWHERE else f"{where}, "
        where = inside + words(drawn[2])
    return what, where


def plain_parameter(name: str) -> str:
    """An address as people read it, as plain text."""
    what, where = parameter_parts(name)
    return what + (f" ({where})" if where not in NOWHERE else "")


def parameter_words(name: str) -> str:
    """An address as people read it: what it is, and where it belongs."""
    what, where = parameter_parts(name)
    return what + (f" <span style='color:{QUIET}'>({where})</span>" if where else "")


def component_words(name: str) -> str:
    """A component, or a ranking, as people read it."""
    plain = name.removesuffix(AVERTED)
    if plain not in COMPONENTS:
        return name
    return COMPONENTS[plain].label + (" averted" if name.endswith(AVERTED) else "")


def policy_words(axes: Sequence[str], cell: dict[str, Any]) -> str:
    """A cell, axis -> value, in words: names as people read them, numbers with what they are of."""
    parts = []
    for axis in axes:
        value = cell[axis]
        of = plain_parameter(axis) if "." in axis else parameter_words(axis)
        parts.append(words(value) if isinstance(value, str) else f"{of} {value:g}")
    return " + ".join(parts)


def cell_words(text: str) -> str:
    """A cell's label with the names that people read."""
    return " + ".join(words(part) for part in text.split(" + "))
