"""Dominance, hypervolume and ranks over two, three and four components, on cells small enough to
work out by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest
import xarray as xr

import lazaretto as lz
from lazaretto.analysis.compare import AnalysisError, describe, least_seeds, seeds_gain_interval
from lazaretto.analysis.frontier import weightings

NAMES = ["infections", "futile_days", "wrong_fines", "tests"]


def cells(costs: np.ndarray, noise: float = 0.0, seeds: int = 4) -> xr.Dataset:
    """Cells a, b, ... with these costs (cells, components) and independent noise."""
    generator = np.random.Generator(np.random.Philox(5))
    values = costs[:, None, :] + noise * generator.standard_normal(
        (len(costs), seeds, costs.shape[1])
    )
    labels = [chr(ord("a") + i) for i in range(len(costs))]
    return xr.Dataset(
        {n: (("policy", "seed"), values[:, :, k]) for k, n in enumerate(NAMES[: costs.shape[1]])},
        coords={"policy": labels, "seed": range(1, seeds + 1)},
        attrs={"axes": json.dumps({"policy": labels}), "baseline": json.dumps({"policy": "a"})},
    )


def test_three_and_four_components():
    three = cells(np.array([[0.0, 2, 2], [2, 0, 2], [2, 2, 0], [2, 2, 2], [3, 3, 1]]))
    table = lz.frontier(three, NAMES[:3])
    assert table["non_dominated"].tolist() == [True, True, True, False, False]
    assert table["dominated_by"].tolist() == ["", "", "", "a, b, c", "c"]
    assert table.attrs["never_on_frontier"] == {"policy": ["d", "e"]}
    # with a fourth on which only e is good, e is on the frontier
    four = cells(np.array([[0.0, 2, 2, 1], [2, 0, 2, 1], [2, 2, 0, 1], [2, 2, 2, 1], [3, 3, 1, 0]]))
    assert lz.frontier(four, NAMES)["non_dominated"].tolist() == [True, True, True, False, True]


def test_hypervolume_by_hand():
    # scaled: a (0, 1), b (1, 0), c (0.5, 0.5); reference 1.1
    found = lz.hypervolume(cells(np.array([[0.0, 10], [2, 0], [1, 5]])), NAMES[:2])
    # boxes: a 1.1 x 0.1, c 0.6 x 0.6, b 0.1 x 1.1; a and c share 0.6 x 0.1, b and c 0.1 x 0.6, a
    # and b (and so all) 0.1 x 0.1
    whole = (0.11 + 0.36 + 0.11 - 0.06 - 0.06 - 0.01 + 0.01) / 1.21
    assert found.attrs["hypervolume"] == pytest.approx(whole)
    assert found["contribution"].to_numpy() == pytest.approx(np.array([0.05, 0.05, 0.25]) / 1.21)
    assert found.attrs["low"] == pytest.approx(whole) and found.attrs["high"] == pytest.approx(
        whole
    )  # nothing varies


def test_hypervolume_of_three_components_and_its_interval():
    one = cells(np.array([[0.0, 0, 0], [1, 1, 1]]))
    assert lz.hypervolume(one, NAMES[:3]).attrs["hypervolume"] == pytest.approx(1.0)
    noisy = lz.hypervolume(
        cells(np.array([[0.0, 1], [1, 0], [0.5, 0.5]]), noise=0.2, seeds=30), NAMES[:2]
    )
    assert noisy.attrs["low"] < noisy.attrs["hypervolume"] < noisy.attrs["high"]
    with pytest.raises(AnalysisError, match="all cells are alike in futile_days"):
        lz.hypervolume(cells(np.array([[0.0, 1], [1, 1]])), NAMES[:2])


def test_the_probability_of_being_non_dominated_is_that_of_the_seeds():
    # equal on the first, standard normal differences on the second: each of the two is dominated in
    # about half of all resamples
    sure = lz.frontier(cells(np.array([[0.0, 1], [1, 2], [3, 0]])), NAMES[:2])[
        "probability"
    ].tolist()
    assert sure == [1.0, 0.0, 1.0]
    unsure = lz.frontier(cells(np.array([[0.0, 0], [-5, 0.02]]), noise=0.1, seeds=25), NAMES[:2])[
        "probability"
    ]
    assert 0.02 < unsure.iloc[0] < 0.98
    assert unsure.iloc[1] == 1.0


def test_pairwise_shares_of_weightings():
    # a (0, 1) beats c (0.75, 0.75) where w2 < 0.75 w1 + 0.75 w2, that is w2 < 0.75; over
    # Dirichlet(1, 1) w2 is uniform
    found = lz.rank_robustness(cells(np.array([[0.0, 1], [1, 0], [0.75, 0.75]])), NAMES[:2])
    error = 5 * np.sqrt(0.25 * 0.75 / 10_000)
    assert found.loc["a", ("beats", "c")].item() == pytest.approx(0.75, abs=error)
    assert found.loc["a", ("beats", "b")].item() == pytest.approx(0.5, abs=error)
    beats = found["beats"].to_numpy()
    assert np.nansum(beats) == pytest.approx(3)  # each pair adds up to one
    assert found["component"].to_numpy().tolist() == [[0, 1], [1, 0], [0.75, 0.75]]
    # a is best where w2 < 1/2, and else last or second: 1 x 1/2 + 2 x 1/4 + 3 x 1/4
    assert found.loc["a", ("rank", "mean")].item() == pytest.approx(1.75, abs=3 * error)


def test_a_dominated_cell_never_beats_the_one_that_dominates_it():
    data = cells(np.array([[0.0, 1, 2], [1, 1, 2], [5, 0, 0]]))
    assert lz.rank_robustness(data, NAMES[:3]).loc["b", ("beats", "a")].item() == 0.0
    pairs = lz.dominated(data, NAMES[:3])
    assert pairs[["cell", "by", "probability"]].to_numpy().tolist() == [["b", "a", 1.0]]
    assert pairs[NAMES[:3]].to_numpy().tolist() == [[1, 0, 0]]


def test_equal_cells_share_the_first_place():
    table = lz.frontier(cells(np.array([[0.0, 1], [0, 1], [1, 2]])), NAMES[:2])
    assert table["best_share"].tolist() == [0.5, 0.5, 0.0]


def test_weights_are_even_over_the_simplex():
    w = weightings(3, 20_000)
    assert w.sum(axis=1) == pytest.approx(1.0)
    # Dirichlet(1, 1, 1): variance 1/18, and P(w1 > 1/2) = 1/4
    assert w.mean(axis=0) == pytest.approx(1 / 3, abs=5 * np.sqrt(1 / 18 / 20_000))
    assert (w[:, 0] > 0.5).mean() == pytest.approx(0.25, abs=5 * np.sqrt(0.25 * 0.75 / 20_000))


def test_samples_are_the_replicates_of_a_sampled_design():
    one = cells(np.array([[0.0, 1], [1, 0]]), noise=0.3, seeds=3)
    both = (
        xr.concat([one, one + 100.0], "sample")
        .assign_attrs(one.attrs)
        .transpose("policy", "sample", "seed")
    )
    table = lz.frontier(both, NAMES[:2])
    expected = one["infections"].mean("seed").values + 50.0
    assert table["infections"].to_numpy() == pytest.approx(expected)


def test_seeds_needed_by_the_t_law():
    from scipy import stats

    for deviation, half in ((10.0, 4.0), (1.0, 3.0), (3.0, 0.2)):
        n = int(least_seeds(deviation, half))
        assert stats.t.ppf(0.975, n - 1) * deviation / np.sqrt(n) <= half
        assert n == 2 or stats.t.ppf(0.975, n - 2) * deviation / np.sqrt(n - 1) > half
    assert (
        least_seeds(0.0, 0.0) == 1
        and np.isinf(least_seeds(1.0, 0.0))
        and np.isnan(least_seeds(np.nan, 1.0))
    )


def test_a_wanted_precision_is_a_share_of_the_mean_or_a_number():
    data = cells(np.array([[100.0, 5], [80, 5]]), noise=4.0, seeds=12)
    data["wrong_fines"] = (
        data["infections"] * 0 + 7.0
    )  # a component on which nothing has any effect
    tenth = lz.compare(data, precision=0.1)
    fifth = lz.compare(data, precision=0.2)
    at = dict(component="infections", policy="b")
    assert float(tenth["seeds_needed"].sel(at)) > float(fifth["seeds_needed"].sel(at))
    fixed = lz.compare(data, half_width={"infections": 1.5})
    d = float(
        (data["infections"].sel(policy="b") - data["infections"].sel(policy="a")).std(
            "seed", ddof=1
        )
    )
    assert float(fixed["seeds_needed"].sel(at)) == least_seeds(d, 1.5)
    other = dict(component="futile_days", policy="b")
    assert float(fixed["seeds_needed"].sel(other)) == float(tenth["seeds_needed"].sel(other))
    nothing = tenth.sel(component="wrong_fines", policy="b")
    assert [float(nothing[k]) for k in ("mean", "low", "high", "seeds_needed")] == [
        0.0,
        0.0,
        0.0,
        1.0,
    ]
    with pytest.raises(AnalysisError, match="no component happiness"):
        lz.compare(data, half_width={"happiness": 1.0})
    with pytest.raises(AnalysisError, match="precision"):
        lz.compare(data, precision=0.0)
    with pytest.raises(AnalysisError, match="level"):
        lz.compare(data, level=95)


def test_intervals_of_paired_differences_cover():
    # 400 experiments of 6 seeds with a true difference of 3: 95 % of t intervals hold it
    generator = np.random.Generator(np.random.Philox(3))
    data = xr.DataArray(3 + generator.standard_normal((400, 6)), dims=("trial", "seed"))
    found = describe(data)
    inside = ((found["low"] <= 3) & (found["high"] >= 3)).mean()
    assert float(inside) == pytest.approx(0.95, abs=5 * np.sqrt(0.95 * 0.05 / 400))


def test_a_failed_run_does_not_count():
    data = xr.DataArray([1.0, 2.0, 3.0, np.nan], dims="seed")
    assert float(describe(data)["high"]) == pytest.approx(float(describe(data[:3])["high"]))


def test_the_gain_of_common_seeds_has_an_interval():
    # a shared part of variance 9, own parts of variance 1: (10 + 10) / 2 = 10
    generator = np.random.Generator(np.random.Philox(7))
    shared, own = 3 * generator.standard_normal(400), generator.standard_normal((2, 400))
    data = cells(np.zeros((2, 2)), seeds=400)
    data["infections"] = (("policy", "seed"), shared + own)
    found = seeds_gain_interval(data, "infections", resamples=200).sel(policy="b")
    assert float(found["low"]) < 10.0 < float(found["high"])
    assert float(found["high"]) / float(found["low"]) < 2
    baseline = seeds_gain_interval(data, "infections", resamples=20).sel(policy="a")
    assert np.isnan(float(baseline["ratio"])) and np.isnan(float(baseline["low"]))


def test_questions_that_cannot_be_asked():
    data = cells(np.array([[0.0, 1], [1, 0]]))
    with pytest.raises(AnalysisError, match="twice"):
        lz.frontier(data, ["infections", "infections"])
    failed = data.copy()
    failed["infections"] = data["infections"].where(data["seed"] > 1)
    with pytest.raises(AnalysisError, match="not a finite number"):
        lz.frontier(failed, NAMES[:2])
    with pytest.raises(AnalysisError, match="no policy axes"):
        lz.frontier(data.isel(policy=0).assign_attrs(axes="{}"), NAMES[:2])
