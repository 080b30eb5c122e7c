"""What a sweep returns and writes: dims, units, provenance; the same on any number of threads and
in any order."""

from __future__ import annotations

import itertools
import json
import shutil
from random import Random

import numpy as np
import pytest
import xarray as xr
from small import design, files, sampled

import lazaretto as lz
from lazaretto.outcomes.null import null_of
from lazaretto.outcomes.panel import COMPONENTS
from lazaretto.sweeps import results, work
from lazaretto.sweeps.cells import cell_image
from lazaretto.sweeps.designs import Plan, plan
from lazaretto.sweeps.execute import together
from lazaretto.sweeps.writing import StoreError, write_zarr

KAPPA, INTERVIEW = (
    "behaviour.kappa_reporting",
    "tracing.instruments.interview.cooperation_probability",
)
NULLS = ("area", "city")


@pytest.fixture(scope="module")
def grid(tmp_path_factory):
    """A stored grid, on one thread."""
    folder = tmp_path_factory.mktemp("grid")
    lz.sweep(design(null=NULLS, daily=True), threads=1, out=folder).close()
    return folder


def test_a_grid_has_the_dims_that_the_readme_says_and_opens_with_xarray_alone(grid):
    with xr.open_dataset(grid / "results.nc", engine="h5netcdf") as data:
        assert dict(data.sizes) == {
            "tracing": 2,
            "isolation": 2,
            "listing": 3,
            "seed": 2,
            "day": 30,
        }
        assert data["infections"].dims == ("tracing", "isolation", "listing", "seed")
        assert data["daily_S"].dims == ("tracing", "isolation", "listing", "seed", "day")
        assert list(data.data_vars)[: len(COMPONENTS)] == list(COMPONENTS)
        assert data["infections"].attrs["units"] == "person per 100,000 people"
        assert data["daily_S"].attrs["units"] == "person" and data["daily_S"].dtype == np.int32
        assert json.loads(data.attrs["axes"]) == {
            "tracing": ["none", "interview"],
            "isolation": ["advice", "supported"],
        }
        assert (data.attrs["design_kind"], data.attrs["varied"]) == ("grid", "[]")
        assert {
            "package",
            "sources",
            "parameter_hash",
            "python",
            "baseline",
            "design",
            "population_seed",
        } <= set(data.attrs)
        assert data["daily_S"].isel(day=-1, seed=0, listing=0).values.max() <= 1000
        infected = 1000 - data["daily_S"].isel(day=-1)
        np.testing.assert_allclose(data["infections"], infected * 100)


def test_each_number_stands_where_its_run_belongs(grid):
    """Against one run at a time by the narrow waist."""
    made = design(null=NULLS, daily=True)
    population = lz.build_population(made.scenario.population, people=1000, seed=1)
    with lz.sweep(made, out=grid, resume=True) as data:
        for tracing, isolation, listing, seed in itertools.product(
            *(data[d].values.tolist() for d in data["infections"].dims)
        ):
            scenario = made.scenario_of({"tracing": tracing, "isolation": isolation})
            run = lz.simulate(scenario, population, seed)
            if listing != "targeted" and tracing != "none":
                run = null_of(run, listing.removeprefix("null of the "))
            here = data.sel(tracing=tracing, isolation=isolation, listing=listing, seed=seed)
            assert {name: float(here[name]) for name in COMPONENTS} == pytest.approx(
                dict(run.panel), rel=0, abs=0, nan_ok=True
            )
            for name, values in run.curves.data_vars.items():
                np.testing.assert_array_equal(here[f"daily_{name}"], values)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_any_number_of_threads_and_any_order_leave_the_same_bytes(
    grid, tmp_path, threads, monkeypatch
):
    forward = Plan.order
    monkeypatch.setattr(
        Plan, "order", lambda self: Random(threads).sample(list(forward(self)), self.count)
    )
    lz.sweep(design(null=NULLS, daily=True), threads=threads, out=tmp_path).close()
    assert files(tmp_path) == files(grid)
    assert len(files(grid)) == 5


def test_in_memory_and_from_the_folder_are_identical(grid):
    with xr.open_dataset(grid / "results.nc", engine="h5netcdf") as stored:
        xr.testing.assert_identical(
            stored.load(), lz.sweep(design(null=NULLS, daily=True), threads=2)
        )


@pytest.mark.parametrize("kind", ["latin-hypercube", "sobol"])
def test_samples_are_a_dim_with_what_varies_along_it(tmp_path, kind):
    made = sampled(kind, (KAPPA, INTERVIEW), daily=True)
    with lz.sweep(made, seeds=1, out=tmp_path) as data:
        n = 4 if kind == "latin-hypercube" else 4 * (2 + 2)
        assert data["infections"].dims == ("tracing", "isolation", "sample", "listing", "seed")
        assert data["daily_S"].dims == ("tracing", "isolation", "sample", "listing", "seed", "day")
        assert data.sizes["sample"] == n
        assert json.loads(data.attrs["varied"]) == [KAPPA, INTERVIEW]
        assert data.attrs["design_kind"] == kind
        for name in (KAPPA, INTERVIEW):
            assert data.coords[name].dims == ("sample",)
            assert {"units", "source", "status", "family"} <= set(data.coords[name].attrs)
        assert ("unit" in data.coords) == (kind == "sobol") == ("problem" in data.attrs)
        if kind == "sobol":
            assert data.coords["unit"].dims == ("sample", "parameter")
            assert data["parameter"].values.tolist() == [KAPPA, INTERVIEW]
            told = json.loads(data.attrs["problem"])
            assert told["names"] == [KAPPA, INTERVIEW] and told["bounds"] == [[0, 1], [0, 1]]
            assert int(data.attrs["second_order"]) == 0
        # what a policy does not have does not move it; advice has no harshness, so kappa does not
        # either
        still = data["infections"].sel(
            tracing="none", isolation="advice", listing="targeted", seed=1
        )
        assert len(np.unique(still)) == 1
        moved = data["infections"].sel(
            tracing="interview", isolation="advice", listing="targeted", seed=1
        )
        assert len(np.unique(moved)) > 1
        one = plan(made)
        scenario = made.scenario_of({"tracing": "interview", "isolation": "supported"})
        scenario = scenario.with_settings({name: one.samples[name][n - 1] for name in one.samples})
        population = lz.build_population(made.scenario.population, people=1000, seed=1)
        run = lz.simulate(scenario, population, 1)
        here = data.sel(
            tracing="interview", isolation="supported", sample=n - 1, listing="targeted", seed=1
        )
        assert float(here["infections"]) == run.panel["infections"]
        np.testing.assert_array_equal(here["daily_S"], run.curves["S"])
        again = lz.sweep(made, seeds=1)
        xr.testing.assert_identical(data.load(), again)


def test_samples_leave_daily_curves_out_unless_asked(tmp_path):
    with lz.sweep(sampled(), seeds=1, out=tmp_path) as data:
        assert "day" not in data.dims and not [
            name for name in data.data_vars if str(name).startswith("daily_")
        ]


def test_zarr_and_netcdf_say_the_same(grid, tmp_path):
    with lz.sweep(sampled("sobol", (KAPPA, INTERVIEW), n=2), seeds=1, out=tmp_path) as data:
        write_zarr(data, tmp_path)
        write_zarr(data, tmp_path)  # in place of the older one
        with xr.open_zarr(tmp_path / "results.zarr", chunks=None) as other:
            xr.testing.assert_identical(data.load(), other.load())
        lz.sweep(sampled("sobol", (KAPPA, INTERVIEW), n=2), seeds=1).to_netcdf(
            tmp_path / "own.nc", engine="h5netcdf"
        )


def test_a_run_that_fails_is_recorded_and_the_rest_goes_on(tmp_path):
    rows = ({"initial_infections": 20}, {"initial_infections": 5000}, {"initial_infections": 10})
    made = design(design="list", rows=rows, null=(), daily=True)
    seen = []
    with lz.sweep(made, out=tmp_path, progress=lambda *told: seen.append(told)) as data:
        failures = json.loads(data.attrs["failures"])
        assert len(failures) == 4 * 2
        assert all(
            "'sample': 1" in key and "is more than the" in text for key, text in failures.items()
        )
        assert (
            data["infections"].isel(sample=1).isnull().all()
            and (data["daily_S"].isel(sample=1) == -1).all()
        )
        xr.testing.assert_identical(data.load(), lz.sweep(made))
        assert (
            data["infections"].isel(sample=[0, 2]).notnull().all()
            and (data["daily_S"].isel(sample=[0, 2]) >= 0).all()
        )
    assert seen[0] == (0, 24, 0) and seen[-1] == (24, 24, 8)
    seen.clear()
    lz.sweep(made, out=tmp_path, resume=True, progress=lambda *told: seen.append(told)).close()
    assert seen[0] == (16, 24, 0) and seen[-1] == (24, 24, 8)  # they are tried again


def test_cells_of_fewer_days_end_with_minus_one():
    made = design(axes={"days": (10, 20)}, baseline={"days": 10}, null=(), seeds=1, daily=True)
    data = lz.sweep(made, seeds=1)
    assert data.sizes["day"] == 20
    assert (data["daily_S"].sel(days=10, day=slice(10, None)) == -1).all()
    assert (data["daily_S"].sel(days=20) >= 0).all()
    np.testing.assert_array_equal(
        data["daily_S"].sel(days=10, day=slice(0, 9)), data["daily_S"].sel(days=20, day=slice(0, 9))
    )


def test_without_tracing_the_matched_null_is_the_run_itself(grid):
    with xr.open_dataset(grid / "results.nc", engine="h5netcdf") as data:
        same = data["infections"].sel(listing="targeted") == data["infections"].sel(
            listing="null of the area"
        )
        assert same.sel(tracing="none").all() and not same.sel(tracing="interview").all()


def test_blocks_of_a_cell_may_come_in_any_order():
    made = design(seeds=7, daily=True, null=NULLS)
    policy = {"tracing": "interview", "isolation": "supported"}
    tasks = list(work.tasks_of([(3, policy, [{}] * 7, 2)], 7, 3, 4))
    assert [(t.first, t.runs, t.with_nulls, t.whole) for t in tasks] == [
        (1, 3, 3, 9),
        (4, 3, 1, 5),
        (7, 1, 0, 1),
    ]
    names = results.listings(made)
    parts = [(task, work.do(made, task)) for task in tasks]
    images = {cell_image(together(Random(i).sample(parts, len(parts)), 7, names)) for i in range(6)}
    assert len(images) == 1


@pytest.mark.parametrize("shape", [(), (5,), (2, 3), (2, 3, 9), (1, 1)])
@pytest.mark.parametrize("at_once", [1, 2, 4, 256])
def test_pieces_hold_each_cell_once_where_it_belongs(shape, at_once):
    seen = np.full(shape, -1)
    for place, numbers in results.pieces(shape, at_once):
        assert len(numbers) <= at_once
        seen[place] = list(numbers) if shape else numbers[0]
    np.testing.assert_array_equal(seen.ravel(), np.arange(int(np.prod(shape))))


def test_a_population_is_built_once_and_r0_solved_once_on_many_threads(monkeypatch):
    built, solved = [], []
    build, solve = work.build_population, work.reproduction
    monkeypatch.setattr(
        work, "build_population", lambda *given: built.append(given[1]) or build(*given)
    )
    monkeypatch.setattr(work, "reproduction", lambda *given: solved.append(given) or solve(*given))
    for cache in (work._populations, work._solved, work._scenarios):
        monkeypatch.setattr(cache, "things", type(cache.things)())
    axes = {
        "isolation": ("advice", "supported"),
        "people": (1500, 2000),
        "pathogen.R0": (1.5, 1.7, 1.9),
    }
    made = design(
        axes=axes, baseline={"isolation": "advice", "people": 1500, "pathogen.R0": 1.5}, null=()
    )
    lz.sweep(made, threads=4)
    assert sorted(built) == [1500, 2000]
    assert len(solved) == 6


def test_only_the_last_few_are_kept():
    kept = work.Once(2)
    made = [kept.get(key, lambda key=key: key * 10) for key in (1, 2, 1, 3, 2, 1)]
    assert made == [10, 20, 10, 30, 20, 10]
    assert list(kept.things) == [2, 1] and set(kept.doors) == {2, 1}


def test_own_populations_serve_all_cells(grid, tmp_path):
    made = design(null=NULLS, daily=True)
    population = lz.build_population(made.scenario.population, people=1000, seed=1)
    own = lz.sweep(made, population=population)
    with xr.open_dataset(grid / "results.nc", engine="h5netcdf") as stored:
        np.testing.assert_array_equal(own["infections"], stored["infections"])
    shutil.copytree(grid, tmp_path / "copy")
    other = lz.build_population(made.scenario.population, people=1000, seed=2)
    with pytest.raises(StoreError, match=r"changed: population"):
        lz.sweep(made, population=other, out=tmp_path / "copy", resume=True)


@pytest.mark.filterwarnings("ignore:test avoidance is off")
def test_results_and_figures_say_that_avoidance_is_off():
    off = {f"behaviour.kappa_{name}": 0 for name in ("reporting", "cooperation", "phone", "app")}
    scenario = design().scenario
    found = lz.sweep(design(scenario=scenario.replace(**off).model_dump()), seeds=2, threads=1)
    assert "coercion wins by construction" in found.attrs["warning"]
    assert "coercion wins by construction" in lz.figures.frontier(found).layout.title.text
    assert "warning" not in lz.sweep(design(), seeds=1, threads=1).attrs
