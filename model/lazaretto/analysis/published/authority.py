"""An authority that errs in nothing but what it is told to: everybody with symptoms is tested at
once and rightly, orders are kept and outlast the run, lists hold whom the population's own phone
list names (`theory.trees.with_listed`)."""

from __future__ import annotations

from typing import Any

from ...parameters import Law, Pathogen, Scenario, load_scenario, load_tracing
from ..theory.idealised import neutral_law

FOREVER = (
    250.0  # days; the engine looks at every day of an order, so endless orders take endless time
)
LOOKBACK = 30.0
INSTANT = neutral_law("constant", 0.0)
SURE_TESTS: dict[
    str, Any
] = {  # everybody with symptoms, and nobody else, is found and keeps the orders; each by itself
    "testing.seek_probability": 1.0,
    "testing.sensitivity_by_day": [1.0] * 31,
    "testing.specificity": 1.0,
    "testing.background_illness_per_day": 0.0,
    "behaviour.self_isolation_probability": 0.0,
    "isolation.full_adherence_case": 1.0,
    "isolation.full_adherence_contact": 1.0,
    "isolation.breach_per_day": 0.0,
    "isolation.dropout_per_day": 0.0,
    **{f"behaviour.likeness.{of}": 0.0 for of in ("household", "person", "circle_of_app")},
}
AT_ONCE: dict[str, Any] = SURE_TESTS | {
    "isolation.partial_contact_factor": 1.0,
    "isolation.isolation_days": FOREVER,
    "isolation.quarantine_days": FOREVER,
}


def scenario(
    pathogen: Pathogen,
    days: int,
    *,
    to_result: Law = INSTANT,
    to_list: Law | None = INSTANT,
    depth: int = 0,
    release_test_day: float | None = None,
    waits_in_laboratory: bool = False,
    monitored: bool = False,
    changes: dict[str, Any] | None = None,
) -> Scenario:
    """The scenario. to_result: onset to result; to_list: result to list (None: nobody is traced);
    depth: generations of contacts traced besides; waits_in_laboratory: the time to the result
    passes after the sample, for every test; monitored: listed people report symptoms instead of
    staying in quarantine, and then are tested at once; changes: of the values in AT_ONCE, by dotted
    name."""
    base = load_scenario("no-measures").replace(
        tracing="none",
        isolation="advice",
        hospitals="uncoupled",  # none of the published models has any
        days=days,
        **(AT_ONCE | (changes or {})),
    )
    data = base.model_dump()
    data["pathogen"] = pathogen.model_dump()
    before, after = (INSTANT, to_result) if waits_in_laboratory else (to_result, INSTANT)
    data["testing"] |= {
        "onset_to_sample": before.model_dump(),
        "sample_to_result": after.model_dump(),
        "listed_to_sample": INSTANT.model_dump(),
    }
    if to_list is not None:
        data["tracing"] = level(
            to_list, depth, release_test_day, "monitor" if monitored else "quarantine"
        )
    return Scenario.model_validate(data)


def level(
    to_list: Law, depth: int, release_test_day: float | None, instruction: str
) -> dict[str, Any]:
    """Calls alone, exact: whoever is on the phone list is found."""
    calls = load_tracing("call-list").instruments[0].model_dump()
    calls |= {"delay": to_list.model_dump(), "instruction": instruction}
    calls["lookback_days"] |= {"value": LOOKBACK, "range": [0, LOOKBACK]}
    calls["remote_ties"] |= {"value": 0.0, "range": [0, 1000]}
    stated = {"source": "published model", "status": "assumption"}
    return {
        "title": "calls, exact",
        "description": "Whoever is on the phone list is found.",
        "instruments": [calls],
        "recursion_depth": {"value": depth, "unit": "generation", "range": [0, 5], **stated},
        "release_test_day": None
        if release_test_day is None
        else {"value": release_test_day, "unit": "day", "range": [0, 60], **stated},
    }
