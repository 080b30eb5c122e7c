"""Common random numbers, by their consequences."""

from __future__ import annotations

import numpy as np
import pytest

import lazaretto as lz
from lazaretto.mechanisms.counters import DAILY

BIOLOGY = ("person", "source", "layer", "time", "infectious", "onset", "symptomatic", "end")


def assert_same_history(one, two):
    for name in BIOLOGY:
        np.testing.assert_array_equal(
            getattr(one.raw.history, name), getattr(two.raw.history, name), err_msg=name
        )


def test_the_same_seed_gives_the_same_run(small, town):
    scenario = small.replace(tracing="operator-geolocation", isolation="sms-and-police")
    one, two = (lz.simulate(scenario, town, seed=7) for _ in range(2))
    assert_same_history(one, two)
    np.testing.assert_array_equal(one.raw.tally.daily, two.raw.tally.daily)
    other = lz.simulate(scenario, town, seed=8)
    assert len(other.raw.history.person) != len(one.raw.history.person) or not np.array_equal(
        other.raw.history.person, one.raw.history.person
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_coverage_zero_equals_no_tracing_array_for_array(small, town, seed):
    nothing = lz.simulate(small.replace(tracing="none"), town, seed=seed)
    scenario = small.replace(tracing="interview")
    data = scenario.model_dump()
    data["tracing"]["instruments"][0]["cooperation_probability"] |= {
        "value": 0.0,
        "range": [0.0, 1.0],
    }
    refused = lz.simulate(type(scenario).model_validate(data), town, seed=seed)
    assert_same_history(nothing, refused)
    np.testing.assert_array_equal(nothing.raw.tally.daily, refused.raw.tally.daily)
    for name in ("order_person", "order_start", "order_until", "order_pathway"):
        np.testing.assert_array_equal(
            getattr(nothing.raw.records, name), getattr(refused.raw.records, name)
        )
    full = lz.simulate(scenario, town, seed=seed)
    assert not np.array_equal(full.raw.history.time, nothing.raw.history.time)


@pytest.mark.parametrize(
    "tracing", ["none", "interview", "operator-geolocation", "call-list", "venue-check-in"]
)
def test_one_more_person_without_contacts_changes_nothing_for_anybody_else(small, town, tracing):
    scenario = small.replace(tracing=tracing, isolation="sms-and-police")
    # wrong fines are felt per person of the area, and the hermit is one
    scenario = scenario.replace(**{"behaviour.tau_injustice": 0.0})
    before = lz.simulate(scenario, town, seed=4)
    after = lz.simulate(scenario, town.with_hermit(), seed=4)
    assert after.population.people == before.population.people + 1
    assert_same_history(before, after)
    np.testing.assert_array_equal(before.raw.tally.daily, after.raw.tally.daily)
    np.testing.assert_array_equal(before.raw.tally.instrument, after.raw.tally.instrument)
    np.testing.assert_array_equal(before.raw.records.order_until, after.raw.records.order_until)


def test_policies_share_people_contacts_and_periods(small, town):
    one = lz.simulate(small.replace(tracing="none"), town, seed=2).raw.history
    two = lz.simulate(
        small.replace(tracing="interview", isolation="supported"), town, seed=2
    ).raw.history
    periods = {}
    for h in (one, two):
        for row in range(len(h.person)):
            latent = round(h.infectious[row] - h.time[row], 9)
            periods.setdefault(int(h.person[row]), set()).add(latent)
    assert all(len(values) == 1 for values in periods.values())
    assert sum(p in set(two.person) for p in one.person) > 1000


def test_the_order_of_scenarios_and_threads_changes_nothing(small, town, tmp_path):
    design = lz.load_sweep("tracing-by-isolation")
    data = design.model_dump()
    data["scenario"] = small.model_dump()
    data["people"] = None
    data["axes"] = {"tracing": ["none", "interview"], "isolation": ["advice", "sms-and-police"]}
    forward = type(design).model_validate(data)
    data["axes"] = {"tracing": ["interview", "none"], "isolation": ["sms-and-police", "advice"]}
    backward = type(design).model_validate(data)
    one = lz.sweep(forward, seeds=2, threads=1, population=town)
    two = lz.sweep(forward, seeds=2, threads=2, population=town, out=tmp_path / "two")
    back = lz.sweep(backward, seeds=2, threads=2, population=town)
    for other in (two, back.reindex_like(one)):
        for name in one.data_vars:
            np.testing.assert_array_equal(one[name].values, other[name].values, err_msg=str(name))


def test_people_are_conserved_every_day_and_deaths_are_infected(small, town):
    for tracing in ("none", "operator-geolocation"):
        run = lz.simulate(small.replace(tracing=tracing), town, seed=1)
        c = run.curves
        total = (
            c["S"]
            + c["E"]
            + c["I_presymptomatic"]
            + c["I_symptomatic"]
            + c["I_asymptomatic"]
            + c["R"]
            + c["D"]
        )
        assert (total == town.people).all()
        assert all((c[name] >= 0).all() for name in c.data_vars)
        assert c["new_infections"].sum() == len(run.raw.history.person)
        assert run.panel["infections"] == pytest.approx(
            len(run.raw.history.person) * 1e5 / town.people
        )


def test_everybody_passes_the_stages_in_order(small, town):
    h = lz.simulate(small, town, seed=1).raw.history
    assert (h.time <= h.infectious).all()
    assert (h.infectious <= h.end).all()
    assert (h.infectious <= h.onset).all()  # ancestral preset: the lead is not negative
    infected = h.source >= 0
    source = h.source[infected]
    assert (h.time[infected] >= h.infectious[source]).all()
    assert (h.time[infected] <= h.end[source]).all()
    assert len(np.unique(h.person)) == len(h.person)


def test_tallies_agree_with_orders(small, town):
    data = small.replace(tracing="interview", isolation="sms-and-police").model_dump()
    data["isolation"]["desk"] = None  # so that no note still waits at the end
    run = lz.simulate(type(small).model_validate(data), town, seed=1)
    daily = dict(zip(DAILY, run.raw.tally.daily.sum(axis=1)))
    records = run.raw.records
    assert daily["orders"] == (records.order_pathway >= 1).sum()
    assert daily["positive_results"] == np.isfinite(records.confirmed).sum()
    assert daily["detected_breaches"] + daily["false_alarms"] == records.detections.sum()
    assert daily["blocked"] == run.blocked.sum()
    assert daily["listed"] == run.instruments["listed"].sum()
    assert 0 < daily["wrong_warnings"] <= daily["warnings"]
