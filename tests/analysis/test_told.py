"""Judges: analysis, project.

Sentences of tables say what the numbers say, and no direction where intervals leave doubt.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from lazaretto.analysis import told
from lazaretto.analysis.errors import AnalysisError


def raced(stated: list[float], exponential: list[float]) -> pd.DataFrame:
    days = list(range(len(stated)))
    parts = (("as stated", stated), ("exponential", exponential))
    rows = [
        {"pathogen": "Flu", "law": law, "delay_days": float(day), "reached_in_time": share}
        for law, shares in parts
        for day, share in zip(days, shares, strict=True)
    ]
    return pd.DataFrame(rows)


def test_the_race_is_told_by_day_and_by_half():
    table = raced([1.0, 0.9, 0.8, 0.4], [1.0, 0.8, 0.7, 0.5])
    assert told.race(table, days=(1, 3)) == [
        "Flu: still in time 90 % on day 1, 40 % on day 3; half are lost by day 3."
    ]
    never = raced([1.0, 0.9], [1.0, 0.9])
    assert told.race(never, days=(1,)) == ["Flu: still in time 90 % on day 1; half are never lost."]


def test_a_law_promises_less_or_more_only_where_it_does():
    table = raced([1.0, 0.9, 0.8, 0.4], [1.0, 0.8, 0.75, 0.5])
    assert told.law(table) == [
        "Flu: an exponential law promises less by up to 10 points (day 1), "
        "more by up to 10 points (day 3)."
    ]
    assert told.law(raced([1.0, 0.9], [1.0, 0.9])) == []


def test_survivors_are_counted_as_the_frontier_has_them():
    table = pd.DataFrame({"non_dominated": [True, True, False], "probability": [0.9, 0.2, 0.1]})
    assert told.survivors({"deaths": table}) == [
        "Looking at deaths: nothing beats 2 of 3 combinations; in more than half of the "
        "resamplings nothing beats 1."
    ]


def test_records_are_told_for_each_one_opened():
    panel = pd.Series(
        {"records_collected": 300.0, "records_opened": 10.0, "uninfected_opened": 1234.0}
    )
    assert told.records({"order": panel}) == [
        "order: 30 records collected for each one opened; in 100,000, 1,234 who were never "
        "infected had records opened."
    ]


def test_steps_say_more_or_less_only_where_the_interval_excludes_zero():
    index = pd.MultiIndex.from_tuples([(1, 2), (2, 4), (4, 8)], names=["from", "to"])
    table = pd.DataFrame({"mean": [-3, 1, 2], "low": [-4, 0.5, -1], "high": [-2, 1.5, 5]}, index)
    assert told.steps(table, "averted", sign=-1.0) == [
        "Each step: more averted from 1 to 2; less averted from 2 to 4; 1 of 3 steps may as well "
        "bring none."
    ]


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ((8, 7, 9), "surely more"),
        ((1, 0.5, 1.5), "surely less"),
        ((4, 2, 6), "the intervals overlap"),
    ],
)
def test_ends_of_a_burden_are_apart_or_not(last, said):
    index = pd.MultiIndex.from_tuples(
        [("age", "young", "days"), ("age", "old", "days")], names=["by", "group", "count"]
    )
    table = pd.DataFrame([(4, 3, 5), last], index, ["mean", "low", "high"])
    (line,) = told.ends(table, "age", {"days": "Days"})
    assert line.startswith("Days, by age: old bear") and line.endswith(f"{said}.")


def test_columns_trade_off_only_where_the_correlation_is_sure():
    generator = np.random.Generator(np.random.Philox(1))
    one = generator.normal(size=60)
    other = generator.normal(size=60)
    table = pd.DataFrame({"a": one, "b": -one, "c": other, "w": np.ones(60)})
    assert "trade off" in told.together(table, "a", "b")[0]
    assert "may be independent" in told.together(table, "a", "c")[0]
    assert told.together(table, "a", "c") == told.together(table, "a", "c", weight="w")
    # all weight on three draws is no more than three draws
    with pytest.raises(AnalysisError, match="more than three"):
        told.together(table.assign(w=[1.0] * 3 + [0.0] * 57), "a", "b", weight="w")


def swept() -> xr.Dataset:
    """Two levels, four seeds: fewer infections for sure, and days that chance could make."""
    infections = [[100, 110, 90, 100], [50, 61, 39, 51]]
    days = [[10, 10, 10, 10], [9, 12, 8, 13]]
    dims = ("tracing", "seed")
    results = xr.Dataset(
        {
            "infections": (dims, np.array(infections, float)),
            "futile_days": (dims, np.array(days, float)),
        },
        {"tracing": ["none", "interview"], "seed": [1, 2, 3, 4]},
        {"axes": '["tracing"]', "baseline": '{"tracing": "none"}'},
    )
    return results


def test_cells_are_named_only_where_the_difference_is_sure():
    fewer, none = told.sure(swept(), {"infections": "Infections", "futile_days": "Days"})
    assert fewer == "Infections: surely fewer in interview."
    assert none == "Days: not told apart from the baseline in 1 of 2 cells."


def test_agreement_counts_and_names_what_is_outside():
    table = pd.DataFrame(
        [("A", "x", 0.5, 0.51, 0.01), ("B", "y", 0.5, 0.7, 0.01)],
        columns=["source", "quantity", "stated", "engine", "standard_error"],
    )
    assert told.agreement(table) == [
        "1 of 2 lie within 5 standard errors of what is stated.",
        "Outside, by 0.200 at most: B: y.",
    ]
    assert len(told.agreement(table.head(1))) == 1


def test_settings_are_counted_by_role():
    table = pd.DataFrame({"role": ["fit", "check"], "inside": ["yes", "no"], "title": ["a", "b"]})
    lines = told.inside(table)
    assert "Checks: 0 of 1 lie inside their ranges." in lines
    assert "Outside: b." in lines


def test_rungs_are_said_to_add_only_where_intervals_are_apart():
    table = pd.DataFrame(
        {
            "changes": [{}, {"tests": 1}, {"app": 2}],
            "reduction": [0.1, 0.3, 0.31],
            "low": [0.05, 0.25, 0.2],
            "high": [0.15, 0.35, 0.4],
        }
    )
    lines = told.rungs(table)
    assert "10 % (5 % to 15 %)" in lines[0] and "31 % (20 % to 40 %)" in lines[0]
    assert lines[1:] == ["Surely more than on the rung before, with tests: 30 % (25 % to 35 %)."]
    assert told.rungs(table.tail(2).reset_index())[1].startswith("From no rung")


def test_growth_is_a_power_and_sizes_differ_only_where_intervals_are_apart():
    table = pd.DataFrame(
        {
            "seconds": [1.0, 10.0, 1000.0],
            "infections": [50.0, 90.0, 95.0],
            "infections_error": [5.0, 10.0, 1.0],
        },
        index=[100, 1000, 10_000],
    )
    power, sizes = told.growth(table)
    assert "power of 1.50" in power
    assert sizes.endswith("with 100 people.")
