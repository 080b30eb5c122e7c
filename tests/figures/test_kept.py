"""Judges: figures, sweeps.

Who keeps what: what is held day by day of each variant, and what the picture says of it."""

from __future__ import annotations

import numpy as np
import pytest

import lazaretto as lz
from lazaretto.parameters import ParameterError, Sweep

DAYS, PEOPLE = 60, 5000


@pytest.fixture(scope="module")
def keeping():
    return lz.who_keeps(shorter("who-keeps-what"), seeds=3, people=PEOPLE)


def shorter(name: str, **changes) -> Sweep:
    sweep = lz.load_sweep(name)
    scenario = sweep.scenario.replace(days=DAYS, initial_infections=50)
    return Sweep.model_validate(sweep.model_dump() | {"scenario": scenario.model_dump()} | changes)


def test_only_what_is_kept_differs_between_the_variants(keeping):
    """The epidemic is the same; as the order says it is all gone a month after the emergency, and
    in the other variants later or never."""
    for name in ("infections", "quarantine_days_served", "records_opened", "records_collected"):
        same = keeping[name].values
        assert (same == same[:1]).all() and same.min() > 0, name
    empty = keeping["day_stock_is_empty"].values
    law, court, one, announced = empty
    assert (law == DAYS + 30).all() and (court > law).all()
    assert np.isinf(one).all() and np.isinf(announced).all()
    # one of four keeps its lists of positions and of calls; else nobody deletes anything: operators
    # and four bodies of two instruments, and four of the monitor
    assert keeping["copies_never_deleted"].values[:, 0].tolist() == [0, 0, 2, 14]
    held = keeping["records_held"].values
    kept, all_of_it = held[2, :, -1], held[3, :, -1]
    assert (held[:2, :, -1] == 0).all() and (kept > 0).all() and (kept < all_of_it).all()
    years = keeping["record_years_held"].values
    np.testing.assert_allclose(held.sum(axis=-1) / 365.25, years)
    beyond = keeping["record_years_beyond_purpose"].values
    assert (beyond[1] == pytest.approx(beyond[0])) and (beyond[0] < beyond[2]).all()
    assert (beyond[2] < beyond[3]).all()


def test_it_is_what_the_runs_say(keeping):
    scenario = shorter("who-keeps-what", people=None).scenario_of({})
    row = lz.load_sweep("who-keeps-what").rows[1]
    scenario = scenario.with_settings(dict(row)).replace(people=PEOPLE)
    population = lz.build_population(scenario.population, people=PEOPLE, seed=1)
    run = lz.simulate(scenario, population, seed=2)
    table = run.records_by_agency.sum(axis=1).to_numpy() * 1e5 / PEOPLE
    np.testing.assert_allclose(keeping["records_held"].sel(sample=1, seed=2).values, table)
    assert run.copies["record_years"].sum() > 0


def test_the_figure_shows_what_is_held_and_when_nothing_is_left(keeping):
    figure = lz.figures.kept(keeping)
    names = [str(name) for name in keeping["variant"].values]
    drawn = {t.name: t for t in figure.data if t.type == "scatter" and t.showlegend is not False}
    assert list(drawn) == names and len({t.line.dash for t in drawn.values()}) == len(names)
    first, _, _, last = drawn.values()
    middle = keeping["records_held"].isel(sample=0).median("seed").values
    np.testing.assert_allclose(np.nan_to_num(np.asarray(first.y, float)), middle)
    assert np.isnan(np.asarray(first.y, float)[-1]) and np.isfinite(np.asarray(last.y, float)).all()
    crosses = [t for t in figure.data if t.type == "scatter" and t.mode == "markers"]
    ends = [int(np.median(keeping["day_stock_is_empty"].isel(sample=row))) for row in (0, 1)]
    assert [t.x[0] for t in crosses] == [end - 2 for end in ends]  # held at the end of that day
    told = [a.text for a in figure.layout.annotations]
    assert told.count("never empty") == 2 and f"empty on day {DAYS + 30}" in told
    bars = [t for t in figure.data if t.type == "bar"]
    both = np.sum([np.asarray(t.x, float) for t in bars], axis=0)
    np.testing.assert_allclose(both, keeping["record_years_held"].mean("seed").values)


def test_days_of_retention_show_what_each_further_day_brings_and_costs():
    days = "tracing.instruments.operator-geolocation.retention_days"
    few = shorter(
        "days-of-retention",
        axes={"isolation": ["supported"], days: [1, 5, 14]},
        baseline={"isolation": "supported", days: 1},
    )
    results = lz.who_keeps(few, seeds=3, people=PEOPLE)
    gain = lz.further_step(results, days, {"isolation": "supported"})
    cost = lz.further_step(results, days, {"isolation": "supported"}, "record_years_held")
    bars = [t for t in lz.figures.kept(results).data if t.type == "bar"]
    np.testing.assert_allclose(np.asarray(bars[0].y, float), -gain["mean"])
    np.testing.assert_allclose(np.asarray(bars[1].y, float), cost["mean"])
    assert list(bars[0].x) == ["1–5", "5–14"]
    assert (cost["mean"] > 0).all()  # a day more is more to hold, whatever it brings
    operators = results["records_held"].isel(day=DAYS - 1).mean("seed").values
    assert (np.diff(operators) > 0).all()


def test_what_has_no_records_by_day_is_refused():
    with pytest.raises(ParameterError, match=r"draws samples of parameters\. Use lz\.sweep"):
        lz.who_keeps("assumptions-sobol")
    plain = lz.sweep(shorter("days-of-retention"), seeds=1, people=PEOPLE)
    with pytest.raises(ValueError, match=r"make them with lz\.who_keeps"):
        lz.figures.kept(plain)
    with pytest.raises(ValueError, match="row_names names each row"):
        shorter("who-keeps-what", row_names=("a", "b"))
