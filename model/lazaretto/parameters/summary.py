"""A scenario or a sweep at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..values.numbers import is_titled
from ..values.summary import Summary, Table, some
from .table import Row, number, rows

if TYPE_CHECKING:
    from .scenario import Scenario
    from .sweep import Sweep

HEADS = ("address", "value", "unit", "from", "to", "status")
CHANGES_SHOWN, SET_SHOWN, VALUES_SHOWN = 3, 4, 6


def scenario_summary(scenario: Scenario) -> Summary:
    """What a scenario is, in at most 30 lines: size, parts by title and file, timeline, and how
    many of its values are read and how many assumed."""
    stated = rows(scenario)
    parts = [name for name in type(scenario).model_fields if is_titled(getattr(scenario, name))]
    return Summary(
        f"Scenario {scenario.names.get('scenario', 'own')!r}: {scenario.title}",
        (
            ("people", f"{scenario.people.value:,}"),
            ("days", _days(scenario)),
            ("infected at first", _infected(scenario)),
            *((part, _part(scenario, part)) for part in parts),
            *_timeline(scenario),
            ("values", _values(stated)),
            *_of_the_user(stated),
            ("parameter hash", scenario.parameter_hash),
        ),
        Table(HEADS, tuple(_line(row) for row in stated), frozenset({1, 3, 4})),
    )


def _days(scenario: Scenario) -> str:
    start = scenario.start_date
    return f"{scenario.days.value:,}" + (f", from {start.day} {start:%B %Y}" if start else "")


def _infected(scenario: Scenario) -> str:
    brought = scenario.importations_per_day
    more = f", and {number(brought.value)} a day from outside" if brought is not None else ""
    return f"{number(scenario.initial_infections.value)} people{more}"


def _part(scenario: Scenario, part: str) -> str:
    stated: Any = getattr(scenario, part)
    instruments = [one.type for one in getattr(stated, "instruments", ())]
    uses = f": {', '.join(instruments)}" if instruments else ""
    return f"{stated.title} ({scenario.names.get(part, 'own')}){uses}"


def _timeline(scenario: Scenario) -> list[tuple[str, str]]:
    changes = [str(change) for change in scenario.timeline]
    left = len(changes) - CHANGES_SHOWN
    shown = [("timeline" if not at else "", one) for at, one in enumerate(changes[:CHANGES_SHOWN])]
    return [*shown, ("", f"and {left} more changes")] if left > 0 else shown


def _values(stated: list[Row]) -> str:
    by_status = {
        "confirmed": "confirmed by a source",
        "assumption": "assumptions",
        "user": "of yours",
    }
    counts = {status: sum(row["status"] == status for row in stated) for status in by_status}
    told = ", ".join(f"{counts[s]} {words}" for s, words in by_status.items() if counts[s])
    return f"{len(stated)}: {told}"


def _of_the_user(stated: list[Row]) -> list[tuple[str, str]]:
    own = [f"{row['parameter']} = {row['value']}" for row in stated if row["status"] == "user"]
    return [("yours", some(own, SET_SHOWN))] if own else []


def _line(row: Row) -> tuple[str, ...]:
    where, value, unit = row["parameter"], row["value"], row["unit"]
    return (where, value, unit, row["low"], row["high"], row["status"])


def sweep_summary(sweep: Sweep) -> Summary:
    """What a sweep is: its scenario, axes, samples and seeds."""
    seeds = int(sweep.seeds.value)
    axes = [
        (f"axis {name}", f"{len(values)}: {some([str(v) for v in values], VALUES_SHOWN)}")
        for name, values in sweep.axes.items()
    ]
    varies = [("varies", some(list(sweep.vary), VALUES_SHOWN))] if sweep.vary else []
    return Summary(
        f"Sweep: {sweep.title}",
        (
            ("scenario", sweep.scenario.title),
            ("design", f"{sweep.design}, {sweep.count:,} cells x {seeds:,} seeds"),
            *axes,
            *varies,
            ("baseline", some([f"{k} {v}" for k, v in sweep.baseline.items()], VALUES_SHOWN)),
            ("matched null", ", ".join(f"of the {scope}" for scope in sweep.null) or "none"),
            ("parameter hash", sweep.parameter_hash),
        ),
    )
