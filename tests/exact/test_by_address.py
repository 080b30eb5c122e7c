"""Judges: project. What compiled code passes by address is, field by field, the tuple that Python
passed, in this call and in the next, with a field replaced too; and arrays of runs that are over
are given out again only where nobody holds them."""

from __future__ import annotations

import gc
import weakref
from typing import NamedTuple

import numpy as np
import pytest

import lazaretto as lz
from lazaretto._by_address import by_address
from lazaretto._jit import config, entry, inlined, kernel
from lazaretto._passing import replacing
from lazaretto.world.shelf import Shelf, shelf

PEOPLE = 400


@by_address
class Inner(NamedTuple):
    values: np.ndarray
    is_set: bool
    weights: tuple[float, float]


@by_address
class Outer(NamedTuple):
    number: int
    inner: Inner
    table: np.ndarray
    share: float
    flags: np.ndarray


with_number = replacing("number")


@inlined
def sum_of(inner):
    total = 0.0
    for value in inner.values:
        total += value * (inner.weights[0] if inner.is_set else inner.weights[1])
    return total


@kernel
def reading(outer, row):
    return outer.number + sum_of(outer.inner) + outer.table[row, 1] * outer.share + len(outer.flags)


@entry
def read_all(outer):
    return reading(outer, 0) + reading(outer, outer.table.shape[0] - 1)


@entry
def write(outer, at, value):
    outer.inner.values[at] = value
    return outer.inner.values[at] + outer.inner.values[0]


@entry
def count_up(outer, times):
    """The number of each copy, and of the one before it: what was read of one copy must not stand
    for the next."""
    total, before = 0, outer.number
    for k in range(times):
        copy = with_number(outer, before + k)
        before = copy.number
        total += reading(copy, 0)
    return total, outer.number, before


def outer(number=3, is_set=True, values=(1.0, 2.0)):
    inner = Inner(np.array(values), is_set, (0.5, 100.0))
    return Outer(number, inner, np.arange(6.0).reshape(3, 2), 0.25, np.zeros(4, np.bool_))


def expected(one, row):
    inner = one.inner
    weight = inner.weights[0] if inner.is_set else inner.weights[1]
    return one.number + inner.values.sum() * weight + one.table[row, 1] * one.share + len(one.flags)


@pytest.mark.parametrize(
    "one", [outer(), outer(-7), outer(is_set=False), outer(values=()), outer(values=range(50))]
)
def test_each_field_is_read_as_python_passed_it(one):
    assert read_all(one) == expected(one, 0) + expected(one, 2)


def test_the_next_call_reads_the_next_tuple():
    for number in range(50):
        one = outer(number, number % 2 == 0, np.arange(number))
        assert read_all(one) == expected(one, 0) + expected(one, 2)


def test_what_is_written_to_an_array_is_read_again():
    one = outer()
    assert write(one, 0, 8.0) == 16.0
    assert write(one, 1, 3.0) == 11.0
    assert list(one.inner.values) == [8.0, 3.0]


def test_a_replaced_field_is_of_the_copy_alone():
    one, times = outer(), 9
    total, own, last = count_up(one, times)
    number, wanted = one.number, 0.0
    for k in range(times):
        number += k
        wanted += expected(one._replace(number=number), 0)
    assert (total, own, last) == (wanted, one.number, number)


def test_arrays_laid_out_otherwise_are_another_type():
    one = outer()
    table = np.asfortranarray(one.table)
    assert read_all(one._replace(table=table)) == read_all(one)
    halves = np.arange(12.0).reshape(3, 4)[:, ::2]
    wanted = one._replace(table=halves)
    assert read_all(wanted) == expected(wanted, 0) + expected(wanted, 2)


def test_no_function_has_a_long_name():
    """A type's name is part of the name of each function that takes it, and those of 250 arrays
    would be kept, hashed and compared a thousand times over."""
    if config.DISABLE_JIT:
        pytest.skip("nothing is compiled")
    kind = read_all.signatures or (read_all(outer()), read_all.signatures)[1]
    assert max(len(str(one)) for types in kind for one in types) < 40
    assert {str(one)[:6] for types in kind for one in types} == {"Outer_"}


def make(one):
    return one.zeros(3, np.int64), one.full((2, 2), 7, np.float64), one.ones(4, np.bool_)


def test_an_array_is_given_out_again_as_new():
    own = Shelf()
    zeros, sevens, ones = make(own.begin())
    before = [array.ctypes.data for array in (zeros, sevens, ones)]
    zeros[:], sevens[:], ones[:] = 5, 5, False
    del zeros, sevens, ones
    again = make(own.begin())
    assert [array.ctypes.data for array in again] == before
    assert [array.tolist() for array in again] == [[0] * 3, [[7.0] * 2] * 2, [True] * 4]


HELD = {
    "the array": lambda array: array,
    "a view": lambda array: array[:2],
    "a view of a view": lambda array: array[1:][:1],
    "other bytes": lambda array: array.view(np.float64),
}


@pytest.mark.parametrize("held", HELD)
def test_an_array_that_somebody_holds_is_not_given_out(held):
    own = Shelf()
    zeros = own.begin().zeros(3, np.int64)
    kept = HELD[held](zeros)
    zeros[:] = 9
    before = kept.tobytes()
    del zeros
    own.begin().zeros(3, np.int64)[:] = 1
    assert kept.tobytes() == before
    other = own.begin().zeros(3, np.int64)  # the one that is free now, not the one that is held
    assert not np.shares_memory(other, kept)


def test_another_shape_or_kind_is_another_array():
    own = Shelf()
    first = own.begin().zeros(3, np.int64).ctypes.data
    assert own.begin().zeros(3, np.float64).dtype == np.float64
    assert own.begin().zeros((3, 1), np.float64).shape == (3, 1)
    assert len(own.begin().zeros(4, np.int64)) == 4 and first


def run(seed, scenario, population):
    return lz.simulate(scenario, population, seed=seed)


def numbers(run):
    return run.panel.to_numpy().tolist(), run.curves.to_array().to_numpy().tolist()


def test_runs_that_are_kept_stay_as_they_were():
    """Each kept run is compared with itself after others have run, and with the same run made when
    nothing was on the shelf."""
    scenario = lz.load_scenario("no-measures").replace(
        people=PEOPLE, days=60, tracing="integrated", isolation="moscow-social-monitoring"
    )
    population = lz.build_population(scenario.population, people=PEOPLE, seed=1)
    kept = [run(seed, scenario, population) for seed in range(1, 5)]
    lists = [one.raw.history.person.copy() for one in kept]
    orders = [one.raw.records.order_start.copy() for one in kept]
    for seed in range(5, 9):
        run(seed, scenario, population)
    again = [run(seed, scenario, population) for seed in range(1, 5)]
    for one, other, people, starts in zip(kept, again, lists, orders, strict=True):
        assert np.array_equal(one.raw.history.person, people)
        assert np.array_equal(one.raw.records.order_start, starts)
        assert repr(numbers(one)) == repr(numbers(other))


def test_a_run_under_way_keeps_its_arrays():
    scenario = lz.load_scenario("no-measures").replace(people=PEOPLE, days=40)
    population = lz.build_population(scenario.population, people=PEOPLE, seed=1)
    whole = numbers(run(1, scenario, population))
    state = lz.start(scenario, population, seed=1).advance(10)
    branch = state.branch()
    for seed in range(2, 5):
        run(seed, scenario, population)
    assert repr(numbers(state.finish())) == repr(whole)
    assert repr(numbers(branch.finish())) == repr(whole)


def test_runs_that_nobody_keeps_use_the_same_memory():
    """Without it nothing fails, and each run waits for the system to clear its memory."""
    scenario = lz.load_scenario("no-measures").replace(people=PEOPLE, days=20)
    population = lz.build_population(scenario.population, people=PEOPLE, seed=1)
    run(1, scenario, population)
    gc.collect()
    kept = [weakref.ref(array) for array in shelf()._kept]
    for seed in range(2, 5):
        run(seed, scenario, population)
    assert len(kept) > 200 and all(one() is not None for one in kept)
