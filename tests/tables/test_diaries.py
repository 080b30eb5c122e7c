"""Judges: data, contacts.

Diaries: another origin, unit or way of writing times is the same diary; overlapping records count
once; spells are cut at midnight; numbers of another unit are refused with the likely one.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lazaretto as lz
from lazaretto.populations import DataNotice, PopulationError

QUICK = settings(max_examples=50, deadline=None, derandomize=True)
RNG = np.random.default_rng(3)
ROWS = 60
DIARY = pd.DataFrame(
    {
        "one": RNG.integers(0, 10, ROWS),
        "other": RNG.integers(10, 20, ROWS),
        "day": np.sort(RNG.integers(0, 3 * 1440, ROWS)) / 1440,
        "minutes": 7.0,
    }
)
START = pd.Timestamp("2013-12-02")


def read(table, **more):
    return lz.Population.from_contacts(table, **more)


def alike(a, b):
    assert a.ids.tolist() == b.ids.tolist() and a.city.loop_days == b.city.loop_days
    for name in ("contact_start", "contact"):
        np.testing.assert_array_equal(getattr(a.city, name), getattr(b.city, name))
    for name in ("contact_time", "contact_minutes"):
        np.testing.assert_allclose(getattr(a.city, name), getattr(b.city, name), atol=2e-6)


def stamps(unit="us"):
    return (
        (START + pd.to_timedelta(DIARY["day"], unit="D"))
        .dt.round("s")
        .astype(f"datetime64[{unit}]")
    )


@given(st.integers(1, 3_000_000))
@QUICK
def test_another_origin_is_the_same_diary_and_is_said(days):
    with pytest.warns(DataNotice, match=f"{days:,} whole days are subtracted"):
        alike(read(DIARY), read(DIARY.assign(day=DIARY["day"] + days)))


@pytest.mark.parametrize(
    ("unit", "per_day"),
    [("hour", 24), ("minute", 1440), ("second", 86_400), ("millisecond", 86_400e3)],
)
def test_another_unit_is_the_same_diary(unit, per_day):
    alike(read(DIARY), read(DIARY.assign(day=(DIARY["day"] * per_day).round(9)), time_unit=unit))


@pytest.mark.parametrize(
    "written",
    [
        *(lambda u=u: stamps(u) for u in ("s", "ms", "us", "ns")),
        lambda: stamps().dt.tz_localize("Europe/Moscow"),
        lambda: stamps().dt.tz_localize("America/New_York"),
        lambda: stamps().astype(str),
        lambda: stamps().dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
        lambda: stamps().dt.strftime("%Y/%m/%d %H:%M:%S+0300"),
        lambda: stamps().dt.strftime("%d.%m.%Y %H:%M:%S"),
        lambda: stamps().dt.strftime("%Y-%m-%d %I:%M:%S %p"),
        lambda: stamps().dt.to_pydatetime(),
        lambda: stamps().dt.strftime("%Y%m%dT%H%M%S"),
        lambda: stamps().dt.strftime("%Y%m%d%H%M%S").astype("int64"),
        lambda: (stamps() - START).dt.as_unit("ms"),
        lambda: (stamps() - START).astype(str),
    ],
)
def test_dates_of_any_kind_are_the_same_diary(written):
    alike(read(DIARY), read(DIARY.assign(day=written())))


def test_hours_of_several_zones_stand_in_one_clock():
    table = DIARY.iloc[:2].assign(day=["2020-03-01 12:00+03:00", "2020-03-01 10:30+01:00"])
    assert np.sort(read(table).city.contact_time)[[0, -1]] == pytest.approx([9 / 24, 9.5 / 24])


def test_day_and_month_are_asked_for_where_both_are_possible():
    table = DIARY.assign(day=stamps().dt.strftime("%d/%m/%Y %H:%M:%S"))
    with pytest.raises(
        PopulationError, match=r"02/12/2013.* Say day_first=True or day_first=False"
    ):
        read(table)
    alike(read(DIARY), read(table, day_first=True))
    late = (stamps() + pd.Timedelta(days=20)).dt.strftime("%m/%d/%Y %H:%M:%S")
    alike(read(DIARY), read(DIARY.assign(day=late)))
    with pytest.raises(PopulationError, match="no such date"):
        read(DIARY.assign(day=late), day_first=True)


@pytest.mark.parametrize(
    ("factor", "unit", "likely"),
    [
        (86_400e3, "second", "milliseconds"),
        (86_400e3, "day", "milliseconds"),
        (86_400, "day", "seconds"),
        (86_400e6, "second", "microseconds"),
        (86_400e9, "day", "nanoseconds"),
        (1440, "day", "minutes"),
        (86_400, "minute", "seconds"),
    ],
)
def test_numbers_of_another_unit_are_refused_with_the_likely_one(factor, unit, likely):
    with pytest.raises(PopulationError, match=rf"likely.* {likely}"):
        read(DIARY.assign(day=(DIARY["day"] + 16_000) * factor), time_unit=unit)


def test_dates_that_are_years_apart_are_refused_before_memory_is_taken(monkeypatch):
    table = DIARY.assign(day=["1900-01-01", *["2020-01-01"] * (ROWS - 1)])
    with pytest.raises(PopulationError, match="from 1900-01-01 to 2020-01-01"):
        read(table)
    with pytest.raises(PopulationError, match="too many for a loop"):
        read(DIARY, loop_days=200_000_000)
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=10**9))
    with pytest.raises(PopulationError, match=r"4\.8 GB of memory"):
        read(DIARY, loop_days=10_000_000)


SPELLS = st.lists(
    st.tuples(st.integers(0, 3 * 1440 - 1), st.integers(1, 2000)), min_size=1, max_size=12
)


@given(spells=SPELLS, flipped=st.booleans())
@QUICK
def test_a_pair_is_together_once_at_a_time(spells, flipped):
    """The minutes of each day are those of the union of the spells, whoever reported them."""
    spells = sorted(spells)
    table = pd.DataFrame(
        {
            "one": [n % 2 if flipped else 0 for n in range(len(spells))],
            "other": [1 - n % 2 if flipped else 1 for n in range(len(spells))],
            "day": [begin / 1440 for begin, _ in spells],
            "minutes": [float(length) for _, length in spells],
        }
    )
    together = np.zeros(8 * 1440, bool)
    for begin, length in spells:
        together[begin : begin + length] = True
    wanted = together.reshape(8, 1440).sum(axis=1)
    city = read(table, loop_days=8).city
    cells = np.add.reduceat(
        np.r_[city.contact_minutes, 0.0], np.minimum(city.contact_start[:8], len(city.contact))
    )
    found = np.where(np.diff(city.contact_start[:9]) > 0, cells, 0.0)
    np.testing.assert_allclose(found, wanted, atol=0.01)
    assert (city.contact_time + city.contact_minutes / 1440 < 1 + 1e-5).all()


def test_contacts_longer_than_the_loop_are_refused_and_loops_go_round():
    long = pd.DataFrame({"one": [1], "other": [2], "day": [0.75], "minutes": [1500.0]})
    with pytest.raises(PopulationError, match="lasts longer than the loop of 1 days"):
        read(long)
    city = read(long.assign(minutes=720.0)).city
    assert sorted(city.contact_minutes) == pytest.approx([360.0] * 4)
    assert sorted(city.contact_time) == pytest.approx([0, 0, 0.75, 0.75])


def test_whole_floats_are_whole_numbers():
    assert read(DIARY, loop_days=7.0, people=20.0).city.loop_days == 7
    with pytest.raises(PopulationError, match="loop_days must be a whole number"):
        read(DIARY, loop_days=7.5)
