"""Case series: the same counts in any form are the same series; running totals, weeks, gaps and
days in doubt are recognised."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lazaretto as lz
from lazaretto.analysis.calibration import periods
from lazaretto.analysis.errors import AnalysisError
from lazaretto.analysis.series import periods_of, read_series

COUNTS = np.array(
    [20, 22, 23, 25, 24, 29, 31, 30, 36, 40, 39, 45, 51, 50, 58, 66, 60, 70, 81, 77, 90.0]
)
DAYS = pd.date_range("2020-02-20", periods=len(COUNTS))
WEEKS = COUNTS.reshape(3, 7).sum(axis=1)


def file(folder, days, counts=COUNTS, separator=","):
    path = folder / "cases.csv"
    rows = [f"{day}{separator}{count:g}" for day, count in zip(days, counts)]
    path.write_text("\n".join([f"date{separator}cases", *rows]))
    return path


FORMS = {
    "dates": lambda _: pd.Series(COUNTS, index=DAYS),
    "dates of a zone": lambda _: pd.Series(COUNTS, index=DAYS.tz_localize("Asia/Tokyo")),
    "periods": lambda _: pd.Series(COUNTS, index=DAYS.to_period("D")),
    "text": lambda _: pd.Series(COUNTS, index=DAYS.strftime("%Y-%m-%d")),
    "dotted text": lambda _: pd.Series(COUNTS, index=DAYS.strftime("%d.%m.%Y")),
    "dates of Python": lambda _: pd.Series(COUNTS, index=[d.date() for d in DAYS]),
    "a frame": lambda _: pd.DataFrame({"date": DAYS, "cases": COUNTS}),
    "columns": lambda _: {"date": DAYS, "cases": COUNTS},
    "a file": lambda folder: file(folder, DAYS.strftime("%Y-%m-%d")),
    "a file with semicolons": lambda folder: file(folder, DAYS.strftime("%d.%m.%Y"), COUNTS, ";"),
}


@pytest.mark.parametrize("form", FORMS)
def test_one_series_in_any_form(tmp_path, form):
    found = read_series(FORMS[form](tmp_path))
    assert found.counts.tolist() == COUNTS.tolist() and found.step == 1
    assert found.label(7) == "2020-02-27"
    assert periods_of(found, 7).tolist() == WEEKS.tolist()


@pytest.mark.parametrize(
    "plain", [list(COUNTS), tuple(COUNTS), COUNTS, COUNTS.astype(int), pd.Series(COUNTS)]
)
def test_counts_without_days_are_of_days_from_zero(plain):
    assert read_series(plain).label(7) == "7"
    assert periods(plain).tolist() == WEEKS.tolist()


def test_weeks_are_recognised():
    weekly = pd.Series(WEEKS, index=DAYS[::7])
    assert periods(weekly).tolist() == WEEKS.tolist()
    assert read_series(weekly).label(14) == "2020-03-05"
    assert periods(pd.Series(WEEKS, index=DAYS[::7].to_period("W"))).tolist() == WEEKS.tolist()
    with pytest.raises(AnalysisError, match="counts of weeks"):
        periods(weekly, 10)
    with pytest.raises(AnalysisError, match=r"each week.*missing is 2020-03-12"):
        read_series(
            pd.Series(np.ones(5), index=pd.date_range("2020-02-20", periods=6, freq="7D").delete(3))
        )


def test_running_totals_are_recognised_and_differences_taken():
    total = pd.Series(COUNTS.cumsum(), index=DAYS)
    with pytest.raises(AnalysisError, match="cumulative=True"):
        periods(total)
    assert read_series(total, cumulative=True).counts.tolist() == COUNTS.tolist()
    with pytest.raises(AnalysisError, match="no running totals"):
        read_series(pd.Series(COUNTS, index=DAYS), cumulative=True)
    slow = pd.Series(10_000 + 100.0 * np.arange(21), index=DAYS)
    with pytest.raises(AnalysisError, match="cumulative=True"):
        periods(slow)
    young = pd.Series(np.round(20 * 1.09 ** np.arange(40)))
    assert read_series(young).counts.tolist() == young.tolist()
    rising = pd.Series(np.arange(21.0), index=DAYS)
    assert read_series(rising, cumulative=False).counts.tolist() == rising.tolist()
    with pytest.raises(AnalysisError, match="cumulative=True"):
        read_series(pd.Series([1.0, 2, 4], name="Total cases"))


@given(gone=st.integers(1, len(COUNTS) - 2))
@settings(max_examples=19, deadline=None, derandomize=True)
def test_the_first_day_that_is_missing_is_named(gone):
    series = pd.Series(COUNTS, index=DAYS).drop(DAYS[gone])
    with pytest.raises(AnalysisError, match=f"the first that is missing is {DAYS[gone].date()}"):
        read_series(series)


def test_what_is_no_series_is_refused(tmp_path):
    series = pd.Series(COUNTS, index=DAYS)
    for bad, told in (
        (series.iloc[::-1], "out of order"),
        (pd.concat([series.iloc[:3], series.iloc[2:]]), "2020-02-22 stands there twice"),
        (series.where(series.index != DAYS[4], -3), "2020-02-24 has -3"),
        (series.where(series.index != DAYS[4]), "2020-02-24 has nan"),
        (series.iloc[:1], "no series"),
        (5, "counts by day are needed"),
        (pd.Series(COUNTS, index=DAYS.strftime("%d/%m/%Y")).iloc[11:15], "day_first=True"),
        (pd.DataFrame({"date": DAYS, "a": 1, "b": 2}), "and nothing else"),
        (["a", "b"], "counts are numbers"),
    ):
        with pytest.raises(AnalysisError, match=told):
            read_series(bad)
    with pytest.raises(lz.PopulationError, match="no such file"):
        read_series(tmp_path / "none.csv")
    assert issubclass(AnalysisError, lz.ParameterError)
