"""Money where there are prices, years where there is a weight, and never a price for rights."""

from __future__ import annotations

import math

import numpy as np
import pytest

import lazaretto as lz
from lazaretto.analysis.costs import HEALTHY_YEARS, TOTAL
from lazaretto.mechanisms.components import COMPONENTS
from lazaretto.parameters import ParameterError, Prices, load, validate_file
from lazaretto.parameters.prices import priced

HEAD = 'title = "t"\ndescription = "d"\ncurrency = "EUR"\nyear = 2020\n'


def price(value, unit, low, high):
    return {
        "value": value,
        "unit": unit,
        "range": [low, high],
        "source": "test",
        "status": "assumption",
    }


def prices(weight=None, **stated):
    base = {"title": "t", "description": "d", "currency": "EUR", "year": 2020, "prices": stated}
    return Prices.model_validate(base | {"disability_weight": weight})


@pytest.fixture(scope="module")
def run(small, town):
    scenario = small.replace(tracing="interview", isolation="russia-2020")
    return lz.simulate(scenario.replace(**{"isolation.support_fraction": 0.5}), town, seed=1)


TESTS = price(20.0, "EUR/test", 10.0, 40.0)
WORK = price(100.0, "EUR/work day", 50.0, 100.0)
SUPPORT = price(60.0, "EUR/daily income", 60.0, 60.0)


def test_costs_are_quantities_times_prices_and_transfers_are_apart(run):
    table = lz.costs(run, prices(tests=TESTS, work_days_lost=WORK, support_paid=SUPPORT))
    tests, work, support = (run.panel[n] for n in ("tests", "work_days_lost", "support_paid"))
    assert min(tests, work, support) > 0
    ends = ["low", "central", "high"]
    np.testing.assert_allclose(
        table.loc["tests", ends].tolist(), [10 * tests, 20 * tests, 40 * tests]
    )
    np.testing.assert_allclose(
        table.loc[TOTAL, ends].tolist(),
        [10 * tests + 50 * work, 20 * tests + 100 * work, 40 * tests + 100 * work],
    )
    assert table.loc["support_paid", "central"] == pytest.approx(60 * support)
    assert table["kind"].to_dict() == {
        "tests": "cost",
        "work_days_lost": "cost",
        "support_paid": "transfer",
        "tracer_hours": "no price",
        "enforcement_hours": "no price",
        "fines_collected": "no price",
        TOTAL: "cost",
    }
    unpriced = table.loc["fines_collected"]
    assert math.isnan(unpriced["central"]) and unpriced["quantity"] == run.panel["fines_collected"]
    assert table.attrs == {"title": "t", "currency": "EUR", "year": 2020}


def test_health_under_orders_is_told_in_years_and_never_in_the_total(run):
    weight = price(0.03, "fraction", 0.0, 0.15)
    bare, with_weight = (lz.costs(run, prices(w, tests=TESTS)) for w in (None, weight))
    assert HEALTHY_YEARS not in bare.index
    days = run.panel["quarantine_days_served"] + run.panel["isolation_days_served"]
    line = with_weight.loc[HEALTHY_YEARS]
    np.testing.assert_allclose(
        [line["low"], line["central"], line["high"]], days / 365.25 * np.array([0.0, 0.03, 0.15])
    )
    assert (line["of"], line["kind"]) == ("year", "health, not money")
    assert with_weight.loc[TOTAL, "central"] == bare.loc[TOTAL, "central"] > 0


def test_each_cell_of_a_sweep_has_its_costs():
    sweep = lz.load_sweep("who-keeps-what")
    scenario = sweep.scenario.replace(days=40, initial_infections=50)
    two = sweep.model_copy(update={"scenario": scenario, "rows": sweep.rows[:2], "row_names": ()})
    results = lz.who_keeps(two, seeds=2, people=5000)
    table = lz.costs(results, "korea-2020")
    assert table.index.names == ["sample", "item"]
    mean = float(results["tests"].sel(sample=1).mean("seed"))
    assert table.loc[(1, "tests"), "quantity"] == pytest.approx(mean) and mean > 0
    grid = lz.sweep("tracing-by-isolation", seeds=1, people=5000).isel(
        tracing=slice(2), isolation=slice(2)
    )
    found = lz.costs(grid, prices(tests=TESTS))
    names = [grid[axis].values[0] for axis in ("tracing", "isolation")]
    one = grid["tests"].sel(tracing=names[0], isolation=names[1])
    one = one.sel(listing="targeted") if "listing" in one.dims else one
    assert found.loc[(*names, "tests"), "central"] == pytest.approx(20 * float(one.mean()))


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("prices.records_opened", "records_opened is never priced: privacy is counted in its own"),
        ("prices.record", "record is never priced: privacy"),
        ("prices.wrong_fines", "wrong_fines is never priced: justice is counted"),
        ("prices.infections", "'infections' has no price; prices are for effort and liberty"),
        ("prices.test", "'test' has no price.*Did you mean 'tests'"),
    ],
)
def test_privacy_and_justice_are_never_priced(tmp_path, lines, sentence):
    file = tmp_path / "mine.toml"
    value = '{ value = 1.0, unit = "EUR/record", range = [0.0, 2.0], source = "test 2020" }'
    file.write_text(f"{HEAD}{lines} = {value}\n")
    with pytest.raises(ParameterError, match=sentence) as told:
        validate_file(file)
    assert "mine.toml" in str(told.value) and len(str(told.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("stated", "sentence"),
    [
        (price(1.0, "EUR/hour", 0.0, 2.0), "the price of tests has the unit 'EUR/test'"),
        (price(1.0, "EUR/test", 0.0, math.inf), "finite and not negative"),
        (price(-1.0, "EUR/test", -2.0, 0.0), "finite and not negative.*fines_collected"),
    ],
)
def test_prices_that_cannot_be(stated, sentence):
    with pytest.raises(ValueError, match=sentence):
        prices(tests=stated)


def test_what_has_a_price_is_work_time_and_tests_and_the_shipped_prices_are_as_published():
    assert {part.block for part in priced().values()} == {"effort", "liberty"}
    assert {"work_days_lost", "support_paid", "tracer_hours", "enforcement_hours", "tests"} <= set(
        priced()
    )
    assert not {n for n, part in COMPONENTS.items() if part.block == "privacy"} & set(priced())
    home = load("prices", "australia-2020").prices["isolation_days_ordered"]
    assert home.value == pytest.approx(1248 / 14, abs=0.05)
    assert home.range[1] == pytest.approx(4070 / 14, abs=0.05)
    assert load("prices", "korea-2020").prices["facility_days"].value == 100_000
