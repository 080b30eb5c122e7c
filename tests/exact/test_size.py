"""Sizes at the edge: memory is estimated before it is taken, and indices beyond 2^31 are right."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import constant_pathogen

import lazaretto as lz
from lazaretto.engine.lowering import lower_policy, policy_laws
from lazaretto.engine.simulate import run_once
from lazaretto.mechanisms.illness.lowering import lower_pathogen
from lazaretto.population.memory import NotEnoughMemory, bytes_to_build, bytes_to_run, check_memory
from lazaretto.world.stated import Policy


def test_what_cannot_fit_is_refused_with_the_number(moscow, monkeypatch):
    import psutil

    class Machine:
        available = 1_000_000_000

    monkeypatch.setattr(psutil, "virtual_memory", lambda: Machine)
    with pytest.raises(
        NotEnoughMemory,
        match=r"building 146,000,000 people would take about 5\.0 GB of memory and 1\.0 GB",
    ):
        lz.build_population(moscow.population, people=146_000_000, seed=1)
    check_memory(900_000_000, "less than there is")
    with pytest.raises(NotEnoughMemory, match="--threads 1"):
        check_memory(bytes_to_run(146_000_000, policy=True), "a run")


def test_the_estimate_holds_what_the_arrays_take(moscow):
    population = lz.build_population(moscow.population, people=50_000, seed=1)
    assert population.nbytes < bytes_to_build(50_000)
    assert population.nbytes / 50_000 < 40  # bytes a person
    raw = run_once(
        population.city, lower_pathogen(moscow.pathogen, population, 0.2), Policy(), 1, 50, 200
    )
    assert len(raw.history.person) > 45_000
    held = sum(np.asarray(part).nbytes for part in raw.history)
    assert held < bytes_to_run(50_000, policy=False)


def test_the_estimate_holds_what_a_run_with_every_instrument_takes(moscow):
    """The arrays that a run with the dearest policy leaves; room that was allocated and never
    touched takes no memory."""
    people = 50_000
    scenario = moscow.replace(
        tracing="integrated",
        isolation="moscow-social-monitoring",
        testing="contacts-and-lateral-flow",
    )
    population = lz.build_population(scenario.population, people=people, seed=1)
    policy = lower_policy(scenario, population)
    rates = lower_pathogen(scenario.pathogen, population, 0.2, policy_laws(scenario))
    raw = run_once(population.city, rates, policy, 1, 50, 200)
    assert len(raw.history.person) > 10_000
    held = sum(
        np.asarray(field).nbytes
        for part in (raw.history, raw.records, raw.conduct, raw.tally)
        for field in part
    )
    assert held < bytes_to_run(people, policy=True)


def test_links_beyond_two_to_the_31_are_found():
    """A path whose links lie at the end of an array of more than 2^31 entries (its empty pages take
    no memory)."""
    beyond = 2**31 + 10
    path = lz.populations.path(4).city
    link = np.zeros(beyond + len(path.link), np.int32)
    link[beyond:] = path.link
    far = path._replace(link=link, link_start=path.link_start + beyond)
    pathogen = constant_pathogen()
    rates = lower_pathogen(pathogen, lz.populations.path(4), 20.0)
    near_run, far_run = (
        run_once(c, rates, Policy(), 1, 0, 30, first=np.array([0])) for c in (path, far)
    )
    assert near_run.history.time.tolist() == [0.0, 3.0, 6.0, 9.0]
    np.testing.assert_array_equal(near_run.history.time, far_run.history.time)
    np.testing.assert_array_equal(near_run.history.person, far_run.history.person)
