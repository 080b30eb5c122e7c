"""Judges: parameters, transmission, testing, tracing.

Numbers at the ends of what is accepted: what no run can try is refused with the number, and what is
rare stays possible. Draws that once went wrong are run again.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

import lazaretto as lz
from lazaretto.outcomes.checks import MOST_TRIES
from lazaretto.parameters import ParameterError

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "verification"))
import fuzz_runs

SECONDS = 2.0
ONCE_WRONG = {
    156: "a result at no time was written before the queue",
    124: "infectees found were more than all",
    14: "one short file made all grow fourfold: 16 GiB",
    4052: "R0 of people with a million contacts a day was looked for over minutes",
    946: "who died before infecting was exposed and dead",
}


@pytest.fixture(scope="module")
def people(moscow):
    return lz.build_population(moscow.population, people=1000, seed=1)


def test_what_no_run_can_try_is_refused_with_the_number(moscow, people):
    base = moscow.replace(people=1000, days=50, tracing="interview")
    refusals = {
        "pathogen.hazard_per_day": (1e3, r"1000 per day is [\d,]+ attempts"),
        "importations_per_day": (1e6, r"1,000,000 events a day"),
        "testing.background_illness_per_day": (1e3, r"1,000,000 events a day among 1,000 people"),
        "testing.screening_per_day": (1e3, r"1,000,000 events a day among 1,000 people"),
    }
    for address, (value, told) in refusals.items():
        began = time.process_time()
        with pytest.raises(ParameterError, match=f"{address}: .*{told}.*{MOST_TRIES:,}"):
            lz.simulate(base.replace(**{address: value}), people, seed=1)
        assert time.process_time() - began < SECONDS
    change = {"from_day": 3, "set": {"testing.background_illness_per_day": 1e3}}
    with pytest.raises(ParameterError, match="background_illness_per_day: 1,000,000 events a day"):
        lz.simulate(base.replace(timeline=[change]), people, seed=1)


def test_a_radius_in_which_a_country_stands_is_refused(moscow, people):
    wide = moscow.replace(people=1000, days=20, tracing="operator-geolocation")
    name = "tracing.instruments.operator-geolocation"
    wide = wide.replace(**{f"{name}.radius_metres": 1e5, f"{name}.colocation_overlap": 1.0})
    with pytest.raises(ParameterError, match=r"people a day are near one case .* radius_metres"):
        lz.simulate(wide, people, seed=1)


def test_what_infects_as_good_as_certainly_still_runs(moscow, people):
    """At a hazard of five a day of contact nearly everybody is reached."""
    run = lz.simulate(moscow.replace(**{"pathogen.hazard_per_day": 5.0}), people, seed=1)
    assert run.panel["infections"] > 90_000


def test_laboratories_of_no_capacity_give_no_result(moscow, people):
    none = {"testing.capacity_per_100k": 0.0, "testing.seek_probability": 1.0}
    run = lz.simulate(moscow.replace(days=60, **none), people, seed=1)
    assert run.panel["tests"] > 0 and run.panel["cases_found"] == 0
    assert fuzz_runs.judge(run) == []


@pytest.mark.parametrize("number", ONCE_WRONG)
def test_draws_that_once_went_wrong_are_as_they_must_be(number):
    assert "failed" not in fuzz_runs.one(number), ONCE_WRONG[number]
