"""Delays of testing and tracing: Kretzschmar et al. 2020. The notebook to its digits; the engine
against the model as described."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from lazaretto.analysis.published.kretzschmar2020 import (
    ALL_SYMPTOMATIC,
    DISTANCING,
    MOSTLY_SYMPTOMATIC,
    Programme,
    by_day,
    consistent,
    in_engine,
    published,
)

TABLE = pd.read_csv(Path(__file__).with_name("kretzschmar2020_reproduced.csv"))
BAND = 0.015
R = float(by_day().sum())


def test_reproduction_numbers():
    assert pytest.approx(1.201090, abs=1e-6) == R
    assert by_day((1.0, 1.0)).sum() == pytest.approx(2.496409, abs=1e-6)


def test_every_delay_and_coverage_of_the_notebook():
    """40 shares of transmission prevented and all reproduction numbers with 80 % symptomatic and
    tested, to the digits printed."""
    checked = 0
    for row in TABLE.itertuples():
        if row.quantity not in (
            "percent onward transmissions prevented per diagnosed index case",
            "Rcts",
        ):
            continue
        alone = "isolation only" in row.scenario
        everybody = "P(symptomatic)=1" in row.scenario
        p = Programme(
            int(row.testing_delay_D1_days),
            0 if alone else int(row.tracing_delay_D2_days),
            0.0 if alone else row.tracing_coverage,
            ALL_SYMPTOMATIC if everybody else MOSTLY_SYMPTOMATIC,
            1.0 if everybody else 0.8,
        )
        found = published(p)[0 if alone else 1]
        found = 100 * (1 - found / R) if everybody else found
        assert found == pytest.approx(row.value, abs=6e-5 if everybody else 1e-6), row
        checked += 1
    assert checked >= 100


def test_conventional_tracing_of_close_and_casual_contacts():
    """Four days to the result, three to the contacts, 80 % of close and half of casual ones: the
    share of R that is left, to the digits printed, with and without distancing."""
    p = Programme(4, 3, 0.8, MOSTLY_SYMPTOMATIC, 0.8)
    rows = TABLE[TABLE["scenario"].str.startswith("conventional")]
    assert len(rows) == 2
    for row in rows.itertuples():
        distancing = (1.0, 1.0) if "no distancing" in row.quantity else DISTANCING
        left = published(p, distancing, casual_coverage=0.5)[1] / by_day(distancing).sum()
        assert 100 * left == pytest.approx(row.value, abs=6e-5), row


CASES = [
    Programme(0, 0, 0.8),
    Programme(3, 2, 0.8),
    Programme(7, 0, 0.8),
    Programme(1, 0, 1.0, MOSTLY_SYMPTOMATIC, 0.8),
]


@pytest.mark.parametrize("p", CASES, ids=str)
def test_the_engine_agrees_with_the_model_as_described(p):
    """At 5 standard errors; would find 1.4 percentage points. Isolation alone agrees with the
    published figure too, in its band; with tracing the published figure is lower by 7 to 21 points,
    see `kretzschmar2020`."""
    alone, alone_error, traced, traced_error = in_engine(p, number=30_000)
    expected = consistent(p)
    assert max(alone_error, traced_error) < 0.0028
    assert abs(alone - expected[0] / R) < 5 * alone_error, (alone, expected[0] / R, alone_error)
    assert abs(traced - expected[1] / R) < 5 * traced_error, (traced, expected[1] / R, traced_error)
    assert abs(alone - published(p)[0] / R) < BAND
