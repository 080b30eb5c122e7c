"""One run with every mechanism on, as numbers that anybody can compare: `everything.json`.

Numbers change only on purpose. After a change that alters results, write a line marked *results
change* into CHANGELOG.md, then

    python tests/regression/everything.py "the words of that line"

With --digests it prints a digest of every array of the run instead, to compare interpreters bit for
bit.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

import lazaretto as lz

HERE = Path(__file__).parent
RECORD = HERE / "everything.json"
CHANGELOG = HERE.parents[1] / "CHANGELOG.md"
PEOPLE, DAYS, SEED = 1500, 70, 11
STATED = {"source": "test", "status": "assumption"}


def stated(value: float, unit: str, most: float = 1e6) -> dict[str, Any]:
    return {"value": value, "unit": unit, "range": [0.0, most], **STATED}


def law(mean: float, family: str = "constant", **shapes: float) -> dict[str, Any]:
    return {
        "family": family,
        "mean": mean,
        "parameters": shapes,
        "unit": "day",
        "range": [0.0, 1e3],
        **STATED,
    }


def scenario() -> lz.Scenario:
    """Several instruments, tests of the listed, a facility, transfers, appeals, household
    quarantine, facilities with few places, a busy desk, contested listings, measures by the count
    of cases, waning immunity, a season, importations; people who respond, a vaccine, and too few
    beds."""
    base = lz.load_scenario("no-measures").replace(
        tracing="integrated",
        isolation="moscow-social-monitoring",
        testing="contacts-and-lateral-flow",
        region="by-case-count",
        behaviour="responsive",
        immunity="england-june-2021",
        hospitals="germany-2020-beds",
        people=PEOPLE,
        days=DAYS,
        initial_infections=12,
        **{
            "testing.background_illness_per_day": 0.01,
            "testing.specificity": 0.97,
            "pathogen.R0": 4.5,  # so that in few people there is enough of everything
        },
    )
    data = base.model_dump()
    data["pathogen"] |= {
        "immunity_duration": law(25.0, "gamma", a=3.0),
        "seasonal_amplitude": stated(0.2, "fraction", 1.0),
        "seasonal_peak_day_of_year": stated(20.0, "day", 366.0),
    }
    data["importations_per_day"] = stated(0.5, "person/day")
    data["start_day_of_year"] = stated(75, "day", 366)
    rung = {"breach_factor": stated(0.7, "ratio"), "hours_per_action": stated(1.0, "hour")}
    data["isolation"] |= {
        "contact_place": "facility",
        "facility_contact_factor": stated(0.1, "fraction", 1.0),
        "household_quarantine_probability": stated(0.6, "fraction", 1.0),
        "case_release_test_day": stated(8.0, "day"),
        "facility_places": stated(3000.0, "1/100,000 people"),
        "facility_refusal": stated(0.1, "fraction", 1.0),
        "absconding_per_day": stated(0.05, "1/day"),
        "refuse_fraction": stated(0.1, "fraction", 1.0),
        "relisting": "always",
        "desk": {
            "notes_per_day": stated(1000.0, "1/100,000 people/day"),
            "delay": law(0.5, "gamma", a=2.0),
            "longest_wait": stated(1.0, "day"),
        },
        "ladder": [
            {"action": action, "after_detections": stated(at, "count"), **rung}
            for action, at in (("warning", 2), ("fine", 2), ("report", 3), ("transfer", 3))
        ],
        "appeals": {
            "probability_when_wrong": stated(0.8, "fraction", 1.0),
            "probability_when_right": stated(0.2, "fraction", 1.0),
            "granted_when_wrong": stated(0.7, "fraction", 1.0),
            "granted_when_right": stated(0.2, "fraction", 1.0),
            "delay": law(3.0, "gamma", a=2.0),
        },
    }
    for monitor in data["isolation"]["monitoring"]:
        monitor["detection_probability"] = stated(0.8, "fraction", 1.0)
        monitor["false_alarm_per_person_day"] = stated(0.15, "1/person/day", 1.0)
    data["isolation"]["breach_per_day"] = stated(0.3, "1/day")
    for measure in data["region"]["measures"]:
        if measure["trigger"] is not None:
            measure["trigger"] |= {
                "on_from": stated(300.0, "person/100,000 people"),
                "off_below": stated(200.0, "person/100,000 people"),
            }
    passes = [
        m.model_dump()
        for m in lz.parameters.load_region("moscow-spring-2020").measures
        if m.passes is not None
    ]
    for measure in passes:
        measure["start_day"]["value"], measure["end_day"] = 20, None
    data["region"]["measures"] = [*data["region"]["measures"], *passes]
    for instrument in data["tracing"]["instruments"]:
        if instrument["type"] == "operator-geolocation":
            instrument["colocation_overlap"] = stated(0.0005, "fraction", 1.0)
            instrument["lists_households"] = False
        if instrument["type"] == "venue-check-in":
            instrument["instruction"] = "test"
    data["testing"] |= {
        "listed_refuse": stated(0.2, "fraction", 1.0),
        "samples_keep": stated(0.4, "day", 30.0),
        "capacity_per_100k": stated(600.0, "test/day", 1e6),
    }
    data["tracing"] |= {"entry_test": "releases", "finding_test_day": stated(5.0, "day")}
    data["tracing"]["contest"] = {
        "probability_when_wrong": stated(0.6, "fraction", 1.0),
        "probability_when_right": stated(0.2, "fraction", 1.0),
        "granted_when_wrong": stated(0.8, "fraction", 1.0),
        "granted_when_right": stated(0.3, "fraction", 1.0),
        "delay": law(1.0, "gamma", a=2.0),
    }
    data["behaviour"]["response"]["lag"] = stated(1, "day")
    for name, share in (("hospital", 0.3), ("intensive_care", 0.2), ("death", 0.05)):
        data["pathogen"][f"{name}_fraction_by_age"] |= {
            "value": [share] * 10,
            "range": [[0.0] * 10, [1.0] * 10],
        }
    for name, beds in (("beds", 300.0), ("intensive_care_beds", 100.0)):
        data["hospitals"][name] = stated(beds, "bed/100,000 people")
    for name in ("death_without_bed", "death_without_intensive_care"):
        data["hospitals"][name] = stated(10.0, "ratio")
    return lz.Scenario.model_validate(data)


def run() -> lz.Run:
    """The run."""
    one = scenario()
    return lz.simulate(one, lz.build_population(one.population, PEOPLE, seed=2), seed=SEED)


def numbers(found: lz.Run) -> dict[str, Any]:
    """Counts (exact) and the panel (to 9 digits) of the run."""
    from lazaretto.mechanisms.counters import DAILY

    first = found.transmissions.head(15)
    return {
        "infections": len(found.raw.history.person),
        "daily_totals": dict(zip(DAILY, found.raw.tally.daily.sum(axis=1).tolist())),
        "instrument_totals": found.raw.tally.instrument_daily.sum(axis=2).tolist(),
        "first_infectees": first["infectee"].astype(int).tolist(),
        "panel": {
            name: None if value != value else float(value) for name, value in found.panel.items()
        },
    }


def digests(found: lz.Run) -> dict[str, str]:
    """A digest of each array that the run leaves behind."""
    return {
        f"{part}.{field}": hashlib.sha256(np.asarray(array).tobytes()).hexdigest()
        for part in ("history", "records", "conduct", "tally")
        for field, array in getattr(found.raw, part)._asdict().items()
    }


def main(words: str) -> None:
    if words == "--digests":
        print(json.dumps({"python": sys.version.split()[0], **digests(run())}, indent=1))
        return
    line = next(
        (x for x in CHANGELOG.read_text().splitlines() if words in x and "*results change*" in x),
        None,
    )
    if line is None and RECORD.exists():
        sys.exit(
            "CHANGELOG.md has no line marked *results change* with the words "
            f"{words!r}: write it first"
        )
    RECORD.write_text(json.dumps({"changelog": words, **numbers(run())}, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
