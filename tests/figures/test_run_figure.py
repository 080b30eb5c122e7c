"""Judges: figures, time.

The picture of one run shows its policy day by day; curves of a sweep say where the policy changes.
"""

from __future__ import annotations

import numpy as np
import pytest

import lazaretto as lz
from lazaretto.figures.run import policy_bars


@pytest.fixture(scope="module")
def run(town, small) -> lz.Run:
    timed = small.replace(
        start_date="2020-03-15",
        timeline=[
            {"from_day": 20, "tracing": "interview", "isolation": "supported"},
            {"from_day": 40, "until": 60, "region": "by-case-count"},
            {"from_day": 50, "set": {"testing.seek_probability": 0.9}},
        ],
    )
    return lz.simulate(timed, town, 1)


def test_bars_say_what_was_in_force_when(run):
    bars = policy_bars(run.plan)
    assert [b[1:] for b in bars if b[0] == "tracing"] == [("none", 0, 20), ("interview", 20, 90)]
    assert [b[1:] for b in bars if b[0] == "region"] == [
        ("nothing closed", 0, 40),
        ("by-case-count", 40, 60),
        ("nothing closed", 60, 90),
    ]
    assert [b[1:] for b in bars if b[0] == "values"] == [
        ("as stated", 0, 50),
        ("seek probability 0.9", 50, 90),
    ]
    assert not any(b[0] in ("testing", "behaviour") for b in bars)


def test_a_run_of_one_policy_shows_all_its_parts(small, town):
    bars = policy_bars(lz.simulate(small, town, 1).plan)
    assert {b[0] for b in bars} == {"tracing", "isolation", "testing", "behaviour", "region"}
    assert all((first, last) == (0, 90) for _, _, first, last in bars)


def test_the_picture_has_dates_and_the_runs_numbers(run):
    figure = run.plot()
    lines = {t.name: t for t in figure.data if t.name}
    assert str(lines["new infections"].x[0])[:10] == "2020-03-15"
    weekly = run.curves["new_infections"].to_series().rolling(7, center=True, min_periods=1).mean()
    np.testing.assert_allclose(lines["new infections"].y, weekly * 1e5 / 5000)
    written = {text for t in figure.data if t.text for text in t.text if text}
    assert {"interviews", "duty with support"} <= written
    table = run.effective_r.loc[10:16]
    expected = table["infections"].sum() / table["infectiousness"].sum()
    assert lines["effective R"].y[13] == pytest.approx(expected)
    plain = run.scenario.replace(start_date=None)
    days = lz.simulate(plain, run.population, 1).plot()
    assert days.data[0].x[-1] == 89


def test_curves_of_a_sweep_mark_the_days_of_change():
    design = lz.load_sweep("tracing-by-isolation").model_dump()
    scenario = lz.load_scenario("no-measures").replace(
        days=40,
        timeline=[{"title": "tests", "from_day": 15, "set": {"testing.seek_probability": 1}}],
    )
    design |= {
        "scenario": scenario.model_dump(),
        "axes": {"tracing": ("none", "interview"), "isolation": ("advice", "supported")},
    }
    results = lz.sweep(lz.Sweep.model_validate(design), 2, people=2000)
    figure = lz.figures.curves(results)
    assert "1: tests (from day 15)" in figure.layout.title.text
    assert any(shape.x0 == 15 for shape in figure.layout.shapes)
