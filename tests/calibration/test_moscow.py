"""Judges: response, illness.

`moscow-2020` beside what was reported: a fit until 26 May 2020. What it misses from July on stands
in docs/moscow-2020.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lazaretto import datasets

sys.path.append(str(Path(__file__).resolve().parents[1] / "verification"))


@pytest.fixture(scope="module")
def runs():
    if datasets.local(datasets.SETS["moscow-2020"].files["cases"]) is None:
        pytest.skip("the data set moscow-2020 is not on this machine (LAZARETTO_DATA)")
    import moscow

    return moscow, *moscow.simulated(range(1, 5))


def test_the_fitted_weeks_are_within_a_factor_of_one_and_a_half(runs):
    moscow, cases, deaths, _ = runs
    fitted = slice(0, moscow.FITTED)
    ratio = cases.mean(axis=0)[fitted] / moscow.reported("cases")[fitted]
    assert (np.abs(np.log(ratio)) < np.log(1.5)).all(), ratio
    died = moscow.reported("deaths")[fitted]
    share = died.sum() / deaths.mean(axis=0)[fitted].sum()
    assert 0.2 < share < 0.5  # excess deaths of the city were about three times those reported


def test_the_peak_is_where_it_was(runs):
    *_, peaks = runs
    away = [abs((peak - pd.Timestamp("2020-05-06")).days) for peak in peaks]
    assert np.median(away) <= 10, peaks


def test_the_page_says_what_the_runs_say(runs):
    """docs/moscow-2020.md; the table is printed by tests/verification/moscow.py."""
    moscow = runs[0]
    page = (Path(__file__).resolve().parents[2] / "docs" / "moscow-2020.md").read_text()
    assert not [line for line in moscow.lines(range(1, moscow.SEEDS)) if line not in page]
