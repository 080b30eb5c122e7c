"""Judges: sweeps, outcomes.

What a sweep reads of a run without making tables is what the tables say; a scenario is lowered once
for all its runs, and no run writes into what was lowered.
"""

from __future__ import annotations

import gc
import hashlib
import weakref

import numpy as np

import lazaretto as lz
from lazaretto.outcomes import lowered as room
from lazaretto.outcomes.curves import unit_of
from lazaretto.outcomes.lowered import lowered
from lazaretto.outcomes.reproduction import reproduction

POLICY = dict(tracing="integrated", isolation="moscow-social-monitoring", days=40)


def digest(part: tuple) -> str:
    """Of all arrays and numbers of a named tuple, and of those within it."""
    found = hashlib.sha256()
    for value in part:
        found.update(digest(value).encode() if isinstance(value, tuple) else np.asarray(value))
    return found.hexdigest()


def test_plain_numbers_are_those_of_the_tables(small, town):
    run = lz.simulate(small.replace(**POLICY, start_date="2020-03-02"), town, seed=1)
    assert list(run.daily) == list(run.curves.data_vars)
    for name, values in run.daily.items():
        np.testing.assert_array_equal(values, run.curves[name])
        assert unit_of(name) == run.curves[name].units
    assert list(run.panel_values) == list(run.panel.index)
    np.testing.assert_array_equal(list(run.panel_values.values()), run.panel)
    assert sum(run.daily["new_infections"]) == len(run.raw.history.person)


def test_a_scenario_is_lowered_once_for_all_its_runs(small, town, monkeypatch):
    asked = []
    lower = room.lower
    monkeypatch.setattr(room, "lower", lambda *given: asked.append(given) or lower(*given))
    one = small.replace(**POLICY)
    runs = [lz.simulate(one, town, seed=seed) for seed in (1, 2, 1)]
    assert len(asked) == 1
    again = lz.simulate(small.replace(**POLICY), town, seed=1)  # equal, but another one
    assert len(asked) == 2
    for other in (runs[2], again):
        np.testing.assert_array_equal(other.raw.history.time, runs[0].raw.history.time)
    assert len(runs[1].raw.history.time) != len(runs[0].raw.history.time)
    longer = lz.simulate(one.replace(**{"isolation.isolation_days": 30.0}), town, seed=1)
    assert len(asked) == 3
    assert longer.panel["isolation_days_ordered"] > runs[0].panel["isolation_days_ordered"]


def test_no_run_writes_into_what_was_lowered(small, town):
    one = small.replace(**POLICY)
    scale = reproduction(one.pathogen, town).scale
    standing = lowered(one, town, scale)[1]
    before = digest(standing.rates), digest(standing.policy)
    lz.simulate(one, town, seed=1)
    assert lowered(one, town, scale)[1] is standing
    assert (digest(standing.rates), digest(standing.policy)) == before


def test_what_was_lowered_keeps_no_population(small):
    population = lz.build_population(small.population, people=300, seed=1)
    there = weakref.ref(population)
    lowered(small, population, 0.1)
    del population
    gc.collect()
    assert there() is None
