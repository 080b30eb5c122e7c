"""Sobol indices, partial rank correlations, flips of rankings and value of information on functions
whose answers are known."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import xarray as xr
from scipy.stats import qmc

import lazaretto as lz
from lazaretto.analysis.compare import AnalysisError
from lazaretto.analysis.decisions import _along, chance_along
from lazaretto.analysis.sensitivity import partial, strongest

pytest.importorskip("SALib")
pytest.importorskip("sklearn")


def sampled(
    unit: np.ndarray,
    names: list[str],
    values: dict[str, np.ndarray],
    kind: str = "latin-hypercube",
    **attrs: Any,
) -> xr.Dataset:
    """A sweep result over policies a, b, ... with these values (policies, samples, seeds) and
    parameters uniform in (0, 1)."""
    policies = [chr(ord("a") + i) for i in range(len(next(iter(values.values()))))]
    seeds = next(iter(values.values())).shape[2]
    return xr.Dataset(
        {n: (("policy", "sample", "seed"), v) for n, v in values.items()},
        coords={
            "policy": policies,
            "seed": range(1, seeds + 1),
            "parameter": names,
            "unit": (("sample", "parameter"), unit),
            **{n: ("sample", unit[:, j], {"units": "fraction"}) for j, n in enumerate(names)},
        },
        attrs={
            "axes": json.dumps({"policy": policies}),
            "baseline": json.dumps({"policy": "a"}),
            "design_kind": kind,
            "varied": json.dumps(names),
            **attrs,
        },
    )


def ishigami(unit: np.ndarray) -> np.ndarray:
    x = np.pi * (2 * unit - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def sobol_design(n: int, second: bool, values: Any, d: int = 3) -> xr.Dataset:
    from SALib.sample import sobol as sample

    names = [f"behaviour.p{j}" for j in range(d)]
    problem = {"num_vars": d, "names": names, "bounds": [[0, 1]] * d}
    unit = sample.sample(problem, n, calc_second_order=second, seed=1)
    return sampled(
        unit, names, values(unit), "sobol", problem=json.dumps(problem), second_order=int(second)
    )


@pytest.mark.parametrize("second", [False, True])
def test_sobol_indices_of_ishigami(second):
    data = sobol_design(
        1024, second, lambda u: {"infections": ishigami(u)[None, :, None] + np.zeros((1, 1, 2))}
    )
    found = lz.sobol(data).sel(component="infections", policy="a")
    # V = 7^2/8 + 0.1 pi^4/5 + 0.01 pi^8/18 + 1/2; V1 = (1 + 0.1 pi^4/5)^2 / 2; V2 = 7^2/8; V13 =
    # 0.01 pi^8 (1/18 - 1/50)
    v1, v2, v13 = 0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2, 49 / 8, 0.01 * np.pi**8 * (1 / 18 - 1 / 50)
    whole = v1 + v2 + v13
    for kind, exact in (("first", [v1, v2, 0]), ("total", [v1 + v13, v2, v13])):
        error = (found[f"{kind}_high"] - found[f"{kind}_low"]).values / (2 * 1.96)
        assert (error < 0.06).all()
        assert (np.abs(found[kind].values - np.array(exact) / whole) < 5 * error).all()
    assert float(found["noise_share"]) == 0.0


def test_blocks_are_the_mean_of_their_components():
    def values(u):
        first, second = (
            u[:, 0],
            1e6 * u[:, 1],
        )  # of quite other size: each counts the same in its block
        nothing = np.full(len(u), 3.0)
        return {
            n: v[None, :, None]
            for n, v in {"infections": first, "deaths": second, "futile_days": nothing}.items()
        }

    found = lz.sobol(sobol_design(256, False, values)).sel(policy="a")
    total = found["total"].sel(component=["infections", "deaths"])
    assert found["block_total"].sel(block="benefit").values == pytest.approx(
        total.mean("component").values
    )
    assert found["block_total"].sel(block="benefit").values == pytest.approx(
        [0.5, 0.5, 0.0], abs=0.02
    )
    assert np.isnan(found["total"].sel(component="futile_days")).all()
    assert np.isnan(found["block_total"].sel(block="liberty")).all()


def test_partial_correlation_is_that_of_the_residuals():
    generator = np.random.Generator(np.random.Philox(2))
    x = generator.standard_normal((50, 3)) @ np.array([[1.0, 0.5, 0], [0, 1, 0.3], [0, 0, 1]])
    y = x @ [1.0, -2.0, 0.0] + generator.standard_normal(50)
    for j in range(3):
        rest = np.column_stack([np.ones(50), np.delete(x, j, axis=1)])
        left = [v - rest @ np.linalg.lstsq(rest, v, rcond=None)[0] for v in (x[:, j], y)]
        assert partial(np.column_stack([x, y]))[j] == pytest.approx(np.corrcoef(*left)[0, 1])


def test_prcc_of_a_linear_model():
    from scipy.stats import norm

    unit = qmc.LatinHypercube(3, rng=np.random.default_rng(4)).random(1500)
    noise = np.random.Generator(np.random.Philox(8)).standard_normal(1500)
    slopes = np.array([1.0, -0.5, 0.0])
    y = norm.ppf(unit) @ slopes + 0.7 * noise
    found = lz.prcc(sampled(unit, ["p", "q", "r"], {"infections": y[None, :, None]})).sel(
        component="infections", policy="a"
    )
    # normal law: rank correlation is 6/pi asin(r/2); inputs are independent
    r = slopes / np.sqrt(slopes @ slopes + 0.49)
    with_y = 6 / np.pi * np.arcsin(r / 2)
    matrix = np.eye(4)
    matrix[3, :3] = matrix[:3, 3] = with_y
    inverse = np.linalg.inv(matrix)
    exact = -inverse[3, :3] / np.sqrt(inverse[3, 3] * np.diag(inverse)[:3])
    error = (found["prcc_high"] - found["prcc_low"]).values / (2 * 1.96)
    assert (error < 0.03).all()
    assert (np.abs(found["prcc"].values - exact) < 5 * error).all()
    top = strongest(found.expand_dims(["component", "policy"]), number=1)
    assert top["parameter"].tolist() == ["p"]


def test_noise_of_the_seeds_is_told():
    generator = np.random.Generator(np.random.Philox(6))
    unit = generator.random((400, 1))
    # between samples: variance 1/12; seeds: variance 1, mean of 12: 1/12, so half of the variance
    # is noise
    values = unit[:, 0][None, :, None] + generator.standard_normal((1, 400, 12))
    data = sampled(
        np.column_stack([unit, generator.random(400)]), ["p", "q"], {"infections": values}
    )
    data["day_stock_is_empty"] = data["infections"].where(
        data["p"] > 0.1, np.inf
    )  # endless in some samples
    found = lz.prcc(data, resamples=20).sel(policy="a")
    assert float(found["noise_share"].sel(component="infections")) == pytest.approx(0.5, abs=0.1)
    assert np.isnan(found["noise_share"].sel(component="day_stock_is_empty"))
    assert np.isnan(found["prcc"].sel(component="day_stock_is_empty")).all()


def test_designs_that_do_not_fit_are_refused():
    lhs = sampled(
        np.random.default_rng(1).random((40, 2)),
        ["p", "q"],
        {"infections": np.random.default_rng(2).random((1, 40, 1))},
    )
    with pytest.raises(AnalysisError, match="need a Sobol design"):
        lz.sobol(lhs)
    part = sobol_design(64, False, lambda u: {"infections": ishigami(u)[None, :, None]}).isel(
        sample=slice(0, 100)
    )
    with pytest.raises(AnalysisError, match="no whole Sobol design"):
        lz.sobol(part)
    with pytest.raises(AnalysisError, match="vary no parameter"):
        lz.prcc(lhs.isel(sample=0))
    with pytest.raises(AnalysisError, match="too few"):
        lz.prcc(lhs.isel(sample=slice(0, 4)))
    with pytest.raises(AnalysisError, match="the same in all samples"):
        lz.prcc(lhs.assign_coords(p=("sample", np.ones(40))))
    with pytest.raises(AnalysisError, match="no component 'happiness'"):
        lz.prcc(lhs, ["happiness"])


def contest(n: int, at: float, seed: int, seeds: int = 4, noise: float = 0.3) -> xr.Dataset:
    """Policy a has fewer infections than b where p is below `at`; q does nothing; c is far
    behind."""
    generator = np.random.Generator(np.random.Philox(seed))
    unit = np.column_stack([qmc.LatinHypercube(2, rng=np.random.default_rng(seed)).random(n)])
    a = 10 + (unit[:, 0] - at)[:, None] + noise * generator.standard_normal((n, seeds))
    costs = np.stack([a, np.full((n, seeds), 10.0), np.full((n, seeds), 99.0)])
    return sampled(unit, ["behaviour.p", "behaviour.q"], {"infections": costs})


def test_the_value_at_which_a_ranking_flips():
    data = contest(200, 0.35, seed=1)
    found = lz.flips(data, ["infections"])
    first = found.iloc[0]
    assert (first["cell"], first["other"], first["parameter"]) == ("a", "b", "behaviour.p")
    assert first["flips"] and first["flips_low"] < 0.35 < first["flips_high"]
    assert first["flips_high"] - first["flips_low"] < 0.2
    assert first["chance_low"] > 0.75 and first["chance_high"] < 0.1
    assert not found[found["parameter"] == "behaviour.q"]["flips"].any()
    sure = found[found["other"] == "c"]
    assert (sure["chance"] == 1.0).all() and not sure["flips"].any()


def test_intervals_of_flip_values_cover_and_chance_findings_are_rare():
    inside, false, trials = 0, 0, 100
    for k in range(trials):
        data = contest(60, 0.5, seed=100 + k, seeds=2)
        difference = data["infections"].sel(policy="a").values - 10.0
        chance = (difference < 0).mean(axis=1)
        line = _along(data["behaviour.p"].values, chance, 0.95)
        inside += line[4] <= 0.5 <= line[5]
        false += _along(data["behaviour.q"].values, chance, 0.95)[6] < 0.05
    assert inside / trials == pytest.approx(0.95, abs=5 * np.sqrt(0.95 * 0.05 / trials))
    assert false / trials == pytest.approx(0.05, abs=5 * np.sqrt(0.95 * 0.05 / trials))


def test_a_sharp_flip_is_found_too():
    found = lz.flips(contest(100, 0.6, seed=3, seeds=1, noise=0.0), ["infections"]).iloc[0]
    assert found["flips"] and found["flips_at"] == pytest.approx(0.6, abs=0.02)


def test_flips_against_the_best_of_the_others_and_by_weights():
    data = contest(200, 0.35, seed=1)
    best = lz.flips(data, ["infections"], against="best")
    both = best[(best["parameter"] == "behaviour.p") & best["flips"]]
    assert sorted(both["cell"]) == ["a", "b"]
    assert both["flips_at"].to_numpy() == pytest.approx(0.35, abs=0.1)
    data["futile_days"] = data["infections"] * 0 + 5.0
    weighed = lz.flips(
        data, ["infections", "futile_days"], weights={"infections": 1.0, "futile_days": 3.0}
    )
    assert set(weighed["ranking"]) == {"composite"}
    assert weighed.iloc[0]["flips_at"] == pytest.approx(
        lz.flips(data, ["infections"]).iloc[0]["flips_at"]
    )
    with pytest.raises(AnalysisError, match="one weight"):
        lz.flips(data, ["infections", "futile_days"], weights={"infections": 1.0})
    curves = chance_along(data, best.head(1), against="best")
    assert curves["fitted"].dropna().between(0, 1).all()
    assert (curves["low"].dropna() <= curves["share"].dropna()).all()


def test_the_value_of_information_in_closed_form():
    unit = qmc.Sobol(3, rng=np.random.default_rng(5)).random(512)
    u = unit[:, 0] + unit[:, 1] - 1
    data = sampled(
        unit,
        ["behaviour.p", "behaviour.q", "behaviour.r"],
        {"infections": np.stack([np.zeros(512), u])[:, :, None] + 50.0},
    )
    found = lz.value_of_information(data, ["infections"], resamples=60).set_index("parameter")
    # one parameter: -E[min(0, U - 1/2)] = 1/8; both: -E[min(0, U + V - 1)] = 1/6
    assert found.loc[["behaviour.p", "behaviour.q"], "value"].to_numpy() == pytest.approx(
        0.125, abs=0.005
    )
    assert found.attrs["perfect"]["infections"] == pytest.approx(1 / 6, abs=0.005)
    nothing = found.loc["behaviour.r"]
    assert nothing["value"] <= nothing["chance_level"] < 0.05
    assert (found.loc["behaviour.p", ["low", "value"]] > nothing["chance_level"]).all()
    assert lz.value_of_information(data, ["infections"], resamples=10, top=2)[
        "parameter"
    ].tolist() != ["behaviour.r"]


def test_knowing_more_is_worth_nothing_where_one_policy_is_always_best():
    found = lz.value_of_information(contest(60, 9.0, seed=2), ["infections"], resamples=20)
    assert (found["value"] == 0).all() and (found["best_now"] == "a").all()


def test_figures_draw_what_the_analyses_say():
    data = contest(64, 0.35, seed=1)
    for n, k in (("futile_days", -1.0), ("tests", 0.5)):
        data[n] = data["infections"] * k + data["behaviour.q"]
    correlations = lz.prcc(data, resamples=40)
    one = correlations.sel(policy="a")
    bars = lz.figures.tornado(one, "infections").data[0]
    assert sorted(bars.x) == pytest.approx(sorted(one["prcc"].sel(component="infections").values))
    assert all(trace.error_x.array is not None for trace in lz.figures.indices(one).data)
    lines = lz.flips(data, ["infections"]).head(1)
    drawn = lz.figures.flips(data, lines)
    assert any("flips at" in str(a.text) for a in drawn.layout.annotations)
    assert any(
        shape.x0 == shape.x1 == pytest.approx(lines["flips_at"].iloc[0])
        for shape in drawn.layout.shapes
    )
    worth = lz.value_of_information(data, ["infections"], resamples=5)
    assert len(lz.figures.value_of_information(worth).data[0].x) == 2
    table = lz.rank_robustness(data, ["infections", "futile_days"])
    assert lz.figures.rank_robustness(table).data[1].z.shape == (3, 3)
    for wrong in (
        lambda: lz.figures.indices(correlations),
        lambda: lz.figures.flips(data, lines.head(0)),
    ):
        with pytest.raises(AnalysisError):
            wrong()
