"""Judges: sweeps.

Designs in which every seed has its own draw, and axes of scenarios."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from small import design, files, stated

import lazaretto as lz
from lazaretto.analysis.errors import AnalysisError
from lazaretto.analysis.luck import of_pairs
from lazaretto.analysis.samples import by_draw
from lazaretto.parameters import ParameterError, Sweep
from lazaretto.parameters.find import origins
from lazaretto.sweeps.designs import plan, stream

SEEK, R0 = "testing.seek_probability", "pathogen.R0"
ADHERE, TALK = (
    "isolation.full_adherence_contact",
    "tracing.instruments.interview.cooperation_probability",
)
NULLS = ("area", "city")


def drawn(seeds: int = 3, vary: tuple[str, ...] = (SEEK, ADHERE, TALK), **changes) -> Sweep:
    return design(seeds=seeds, design="draws", vary=vary, **changes)


def of_scenarios(*names: str, **changes) -> Sweep:
    axes = {"scenario": names, "tracing": ("none", "interview"), "isolation": ("advice",)}
    more = {"axes": axes, "people": stated(1000, "person"), "vary": (SEEK,)}
    return Sweep.model_validate(drawn(2, null=()).model_dump() | more | changes)


def test_draw_k_is_the_same_however_many_seeds_and_whatever_else_varies():
    few, many = plan(drawn(3)), plan(drawn(9, vary=(R0, TALK, SEEK, ADHERE)))
    for name, values in few.samples.items():
        np.testing.assert_array_equal(values, many.samples[name][:3])
    assert len({stream(name, 1)[0] for name in many.samples}) == len(many.samples)


def test_draws_fill_their_distribution_evenly():
    made = plan(drawn(4000))
    low, high = made.design.scenario.testing.seek_probability.range
    p = np.sort((made.samples[SEEK] - low) / (high - low))
    assert np.abs(p - np.arange(1, 4001) / 4000).max() < 1.95 / np.sqrt(4000)  # at 0.1 %


def test_what_lies_in_an_axis_is_drawn_for_each_of_its_values_from_what_that_states():
    made = plan(drawn(40))
    assert list(made.samples) == [
        SEEK,
        f"isolation[advice].{ADHERE.partition('.')[2]}",
        f"isolation[supported].{ADHERE.partition('.')[2]}",
        f"tracing[interview].{TALK.partition('.')[2]}",
    ]
    for regime in ("advice", "supported"):
        low, high = made.design.scenario_of(
            {"isolation": regime}
        ).isolation.full_adherence_contact.range
        values = made.samples[f"isolation[{regime}].full_adherence_contact"]
        assert low <= values.min() and values.max() <= high
    policy, values = made.settings(3)
    assert policy == {"tracing": "interview", "isolation": "supported"}
    assert [one[ADHERE] for one in values] == [
        *made.samples["isolation[supported].full_adherence_contact"]
    ]
    assert set(made.settings(0)[1][0]) == {SEEK, ADHERE}  # there is no interview to draw for
    told = made.coordinates()
    assert told[SEEK][0] == "seed" and told[SEEK][2]["units"] == "fraction"


def test_every_run_is_that_of_its_own_draw_and_nulls_are_of_the_first_seeds():
    made = drawn(3, null=NULLS, null_seeds=stated(2, "seed"), daily=("new_infections",))
    found = lz.sweep(made, threads=2)
    assert found["infections"].dims == ("tracing", "isolation", "listing", "seed")
    assert [name for name in found if name.startswith("daily_")] == ["daily_new_infections"]
    population = lz.build_population(made.scenario.population, people=1000, seed=1)
    for seed in (1, 3):
        settings = {
            SEEK: float(found[SEEK].sel(seed=seed)),
            ADHERE: float(found["isolation[supported].full_adherence_contact"].sel(seed=seed)),
            TALK: float(
                found["tracing[interview].instruments.interview.cooperation_probability"].sel(
                    seed=seed
                )
            ),
        }
        cell = {"tracing": "interview", "isolation": "supported"}
        run = lz.simulate(made.scenario_of(cell).with_settings(settings), population, seed)
        here = found.sel({**cell, "seed": seed})
        for name in ("infections", "quarantine_days_served", "breaches"):
            assert float(here[name].sel(listing="targeted")) == run.panel[name]
        null = here["infections"].sel(listing="null of the city")
        if seed == 1:
            assert float(null) == lz.matched_null(run, "city").panel["infections"]
        else:
            assert np.isnan(null) and int(here["daily_new_infections"][-1].max()) == -1
    averted = lz.compare(found)["mean"].sel(component="infections", **cell)
    pairs = found["infections"].sel(cell) - found["infections"].sel(
        tracing="none", isolation="advice", listing="targeted"
    )
    np.testing.assert_allclose(averted, pairs.mean("seed"))


def test_results_depend_on_neither_threads_nor_interruption(tmp_path):
    made = drawn(5, null=NULLS, null_seeds=stated(3, "seed"))
    for threads in (1, 2):
        lz.sweep(made, threads=threads, out=tmp_path / str(threads)).close()
    one = files(tmp_path / "1")
    assert one == files(tmp_path / "2")
    (tmp_path / "2" / "cells" / "0000" / "000003.nc").unlink()
    (tmp_path / "2" / "results.nc").unlink()
    lz.sweep(made, threads=2, out=tmp_path / "2", resume=True).close()
    assert files(tmp_path / "2") == one
    with xr.open_dataset(tmp_path / "1" / "results.nc", engine="h5netcdf") as stored:
        xr.testing.assert_identical(stored.load(), lz.sweep(made, threads=1))


@pytest.mark.processes
def test_workers_draw_what_threads_draw():
    made = drawn(4, null=NULLS, null_seeds=stated(2, "seed"), daily=("new_infections",))
    xr.testing.assert_identical(lz.sweep(made, workers=1), lz.sweep(made, threads=2))


def test_more_seeds_leave_the_first_as_they_were():
    few, many = (
        lz.sweep(drawn(2, vary=(R0, SEEK), null=())),
        lz.sweep(drawn(4, vary=(R0, SEEK), null=())),
    )
    xr.testing.assert_equal(few["infections"], many["infections"].isel(seed=slice(0, 2)))


def test_policies_start_from_each_scenario_and_are_compared_within_it():
    made = of_scenarios("managed", "open-wave", daily=("new_infections",))
    found = lz.sweep(made)
    assert found["infections"].dims == ("scenario", "tracing", "isolation", "listing", "seed")
    change = lz.compare(found)["mean"].sel(
        component="infections", isolation="advice", listing="targeted"
    )
    assert (change.sel(tracing="none") == 0).all()  # the baseline of each is its own
    with pytest.raises(AnalysisError, match="2 scenarios, which are not alternatives"):
        lz.frontier(found, ["infections_averted", "futile_days"])
    parts = lz.situations(found)
    assert list(parts) == ["managed", "open-wave"]
    for name, part in parts.items():
        assert part.attrs["scenario"] == lz.load_scenario(name).title
        own = lz.compare(part)["mean"].sel(
            component="infections", isolation="advice", listing="targeted"
        )
        xr.testing.assert_equal(
            own.drop_vars("scenario", errors="ignore"), change.sel(scenario=name, drop=True)
        )
        assert len(lz.frontier(part, ["infections_averted", "futile_days"])) == 2
        alone = lz.sweep(Sweep.model_validate_json(part.attrs["design"]))
        xr.testing.assert_equal(alone["infections"], part["infections"])
    with pytest.raises(AnalysisError, match="no such scenario"):
        lz.situation(found, "containment")


def test_an_outbreak_is_controlled_where_it_ended_and_infected_few():
    day = np.zeros((5, 60), int)
    day[0, :30] = 1  # ended early
    day[1, 33] = 1  # ended 28 whole days... before the last day but within the last 28
    day[2, :30] = 100  # ended because nobody was left
    day[3] = -1  # failed
    day[4, :31], day[4, 50:] = 1, -1  # a cell of 50 days, the last case 20 days before its end
    made = xr.Dataset(
        {
            "daily_new_infections": (("seed", "day"), day),
            "infections": ("seed", [30.0, 1.0, 80_000.0, np.nan, 31.0]),
        }
    )
    found = lz.controlled(made).values
    assert found.tolist()[:3] == [1.0, 0.0, 0.0] and np.isnan(found[3]) and found[4] == 0.0
    assert lz.controlled(made, quiet_days=19).values[[1, 4]].tolist() == [1.0, 1.0]
    with pytest.raises(AnalysisError, match="keep none"):
        lz.controlled(made.drop_vars("daily_new_infections"))


def test_draws_are_samples_for_what_asks_after_assumptions():
    made = lz.sweep(drawn(20, vary=(SEEK, "behaviour.kappa_reporting"), null=()))
    assert by_draw(made).sizes == {**made.sizes, "seed": 1, "sample": 20}
    assert len(lz.flips(made, ["infections"])) == 6 * 2
    found = lz.prcc(made, ["infections"])
    assert set(found["parameter"].values) == {SEEK, "behaviour.kappa_reporting"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"baseline": {"scenario": "managed", "tracing": "none", "isolation": "advice"}}, "itself"),
        ({"axes": {"scenario": ("open-wav",)}, "baseline": {}}, "open-wav"),
        ({"null_seeds": stated(2, "seed")}, "null_seeds needs a null"),
        ({"vary": ()}, "needs vary"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(changes, told):
    with pytest.raises((ValueError, ParameterError), match=told):
        of_scenarios("managed", "open-wave", **changes).check_cells()


def test_a_draw_that_scenarios_state_differently_is_refused():
    with pytest.raises(ParameterError, match="states another range"):
        of_scenarios("open-wave", "measles-2024", vary=("pathogen.R0",)).varied()


def test_a_file_names_its_scenarios_once(tmp_path):
    file = tmp_path / "own.toml"
    text = (
        'title = "a"\ndescription = "b"\nseeds = { value = 1, unit = "seed", range = [1, 2], '
        'source = "c", status = "assumption" }\nSCENARIO[axes]\nscenario = ["managed"]\n'
        'tracing = ["none"]\n[baseline]\ntracing = "none"\n'
    )
    file.write_text(text.replace("SCENARIO", ""))
    assert lz.load_sweep(file).scenario == lz.load_scenario("managed")
    assert origins("sweeps", file) == origins("scenarios", "managed")  # what `show` prints
    file.write_text(text.replace("SCENARIO", 'scenario = "open-wave"\n'))
    with pytest.raises(ParameterError, match="leave this line out"):
        lz.load_sweep(file)


def test_the_share_of_luck_is_that_of_a_known_sum():
    generator = np.random.default_rng(4)
    draws, luck = generator.normal(0, 2, 6000), generator.normal(0, 1, (2, 6000))
    found = of_pairs(draws + luck[0], draws + luck[1])
    assert found.low < 0.2 < found.high and found.share == pytest.approx(0.2, abs=0.02)
    assert found.deviation == pytest.approx(np.sqrt(5), rel=0.05)
    assert of_pairs(draws, draws).share == 0 and of_pairs(luck[0], luck[1]).share > 0.95
    few = of_pairs(draws + luck[0], (draws + luck[1])[:40])
    assert few.again == 40 and few.high - few.low > found.high - found.low


def test_draws_are_run_again_with_other_luck():
    here = {"tracing": "none", "isolation": "supported"}
    base = {**here, "isolation": "advice"}
    made = lz.sweep(drawn(8, vary=("behaviour.openness_invites",), null=()))
    found = lz.share_of_luck(made, "infections", here, base)
    assert found.share > 0.3 and found.again == 8  # nothing that was drawn matters here
    with pytest.raises(AnalysisError, match="matched null"):
        lz.share_of_luck(made, "infections", {**here, "listing": "null of the area"}, base)
    with pytest.raises(AnalysisError, match="three draws"):
        lz.share_of_luck(made, "infections", here, base, seeds=2)
    with pytest.raises(AnalysisError, match="every seed has its own draw"):
        lz.share_of_luck(made.assign_attrs(design_kind="grid"), "infections", here, base)
