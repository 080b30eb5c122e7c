"""Crossings and steps of made-up results whose answer is known."""

from __future__ import annotations

import json

import numpy as np
import pytest
import xarray as xr

from lazaretto.analysis.compare import AnalysisError
from lazaretto.analysis.crossing import crossing, further_step
from lazaretto.analysis.ratios import ratios

DELTA = [0.0, 1.0, 2.0, 4.0]


def made_up(noise: float = 0.0) -> xr.Dataset:
    """Infections 1,000 - 100 delta under the hard regime, 700 under the soft one: level at delta 3.
    Noise common to a seed cancels."""
    seeds = np.arange(30)
    generator = np.random.default_rng(1)
    luck, own = (
        generator.normal(0, 200, len(seeds)),
        generator.normal(0, noise, (2, len(DELTA), len(seeds))),
    )
    infections = (
        np.stack(
            [
                np.add.outer(1000 - 100 * np.array(DELTA), luck),
                np.add.outer(np.full(len(DELTA), 700.0), luck),
            ]
        )
        + own
    )
    futile = np.full_like(infections, 50.0)
    futile[0] = 200.0 + 100 * np.array(DELTA)[:, None]
    dims = ("isolation", "delta", "seed")
    data = {
        "infections": (dims, infections),
        "futile_days": (dims, futile),
        "quarantine_days_served": (dims, 2 * futile),
        "infected_per_listed": (dims, np.full_like(futile, 0.2)),
    }
    data |= {
        name: (dims, np.zeros_like(futile))
        for name in ("deaths", "uninfected_opened", "wrong_fines")
    }
    axes = {"isolation": ["hard", "soft"], "delta": DELTA}
    attrs = {"axes": json.dumps(axes), "baseline": json.dumps({"isolation": "hard", "delta": 0.0})}
    return xr.Dataset(data, coords={**axes, "seed": seeds}, attrs=attrs)


def test_the_crossing_is_found_and_common_luck_cancels():
    table, at = crossing(made_up(), "delta", {"isolation": "hard"}, {"isolation": "soft"})
    assert table["mean"].tolist() == pytest.approx([300, 200, 100, -100])
    assert at["at"] == pytest.approx(3.0) and at["low"] == pytest.approx(3.0) and at["share"] == 1.0


def test_noise_widens_the_interval_around_the_crossing():
    _, at = crossing(made_up(100.0), "delta", {"isolation": "hard"}, {"isolation": "soft"})
    assert at["low"] < 3.0 < at["high"] and 0.1 < at["high"] - at["low"] < 3.0


def test_one_cell_can_be_held_while_the_other_moves():
    table, at = crossing(
        made_up(), "delta", {"isolation": "hard", "delta": 0.0}, {"isolation": "hard"}
    )
    assert table["mean"].tolist() == pytest.approx([0, 100, 200, 400])
    assert at["at"] == 0.0
    assert np.isnan(
        crossing(
            made_up(),
            "delta",
            {"isolation": "soft", "delta": 0.0},
            {"isolation": "hard", "delta": 0.0},
        )[1]["at"]
    )


def test_a_further_step_is_the_paired_difference_per_unit():
    table = further_step(made_up(), "delta", {"isolation": "hard"})
    assert table["mean"].tolist() == pytest.approx([-100, -100, -100])
    assert (table["high"] - table["low"]).max() == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda r: crossing(r, "isolation", {}, {}), "two or more numbers"),
        (lambda r: crossing(r, "kappa", {}, {}), "no axis"),
        (lambda r: crossing(r, "delta", {}, {"isolation": "soft"}), "missing: isolation"),
        (
            lambda r: crossing(
                r, "delta", {"isolation": "hard", "delta": 3.0}, {"isolation": "soft"}
            ),
            "no value",
        ),
    ],
)
def test_wrong_questions_are_refused(call, message):
    with pytest.raises(AnalysisError, match=message):
        call(made_up())


def test_cells_that_failed_are_not_said_never_to_draw_level():
    broken = made_up()
    broken["infections"].loc[{"isolation": "soft"}] = np.nan
    one, other = {"isolation": "hard"}, {"isolation": "soft"}
    with pytest.raises(AnalysisError, match="runs failed"):
        crossing(broken, "delta", one, other)
    with pytest.raises(AnalysisError, match="runs failed"):
        further_step(broken, "delta", other)


def test_there_is_no_price_of_a_gain_that_may_be_none():
    noise = np.random.default_rng(2).normal(0, 900, 30)
    unsure = made_up()
    unsure["infections"].loc[{"isolation": "hard", "delta": 2.0}] += noise
    price = ratios(unsure).sel(ratio="futile_days_per_infection_averted", isolation="hard")
    assert np.isnan(price["mean"].sel(delta=2.0)) and np.isnan(price["low"].sel(delta=2.0))
    assert np.isfinite(price["mean"].sel(delta=1.0))


def test_seeds_that_hold_nothing_are_left_out_of_a_ratio():
    whole = made_up()
    few, part = whole.isel(seed=slice(0, 20)), whole.copy(deep=True)
    for name in part:
        part[name][..., 20:] = np.nan
    xr.testing.assert_allclose(ratios(part), ratios(few))


def test_ratios_are_of_means_and_empty_where_nothing_is_averted():
    found = ratios(made_up())
    here = found.sel(ratio="futile_days_per_infection_averted")
    assert here["mean"].sel(isolation="hard", delta=2.0) == pytest.approx(
        1.0
    )  # 200 days more than the baseline's 200 for 200 averted
    assert here["low"].sel(isolation="hard", delta=2.0) == pytest.approx(1.0)
    assert np.isnan(here["mean"].sel(isolation="hard", delta=0.0))
    per_day = found["mean"].sel(ratio="averted_per_1000_quarantine_days", isolation="hard")
    assert per_day.sel(delta=2.0) == pytest.approx(500.0)  # 200 averted by 400 days more
    assert np.isnan(per_day.sel(delta=0.0))  # the baseline adds no day to itself
    assert found["mean"].sel(
        ratio="listed_per_infected_found", isolation="soft", delta=1.0
    ) == pytest.approx(5.0)
