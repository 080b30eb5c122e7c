"""Judges: report.

The answer on made-up results whose truth is known."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
import xarray as xr

from lazaretto.analysis.contrast import between, contrast, draws_of, hangs_on, over_all_cells
from lazaretto.report.answer import Answer, answer_of
from lazaretto.report.assumptions import turned
from lazaretto.report.tables import main_table

LEVELS, REGIMES = ["none", "household", "interview"], ["advice", "supported", "sms-and-police"]
LISTINGS = ["targeted", "null of the area", "null of the city"]
SEEDS = 40
DIMS = ("tracing", "isolation", "listing", "seed")
COSTS = ("deaths", "futile_days", "records_opened", "quarantine_days_served", "uninfected_opened")
SANCTIONS = ("warnings", "reports", "fines", "transfers")
Effects = dict[tuple[str, str], float]


def made_up(
    averted: Effects, of_null: Effects | None = None, noise: float = 20.0, **costs: Effects
) -> xr.Dataset:
    """Results in which each cell averts just so many infections (its nulls: `of_null`), with luck
    that is common to all cells of a seed and a little of their own; costs: component -> what a cell
    has more than the baseline. Null runs only of the first half of the seeds."""
    generator = np.random.default_rng(7)
    common = generator.normal(0, 2000, SEEDS)
    shape = (len(LEVELS), len(REGIMES), len(LISTINGS), SEEDS)

    def values(middle: float, effects: Effects, nulls: Effects, own: float) -> np.ndarray:
        luck = generator.normal(0, own, shape).reshape(*shape[:-1], 2, SEEDS // 2)
        luck = (luck - luck.mean(axis=-1, keepdims=True)).reshape(shape)  # the truth is exact
        out = np.broadcast_to(middle + common, shape) + luck
        for where, given in ((slice(0, 1), effects), (slice(1, 3), nulls)):
            for (level, regime), size in given.items():
                out[LEVELS.index(level), REGIMES.index(regime), where] += size
        out[1:, :, 1:, SEEDS // 2 :] = np.nan
        return out

    minus = {key: -size for key, size in averted.items()}
    nulls = {key: -size for key, size in (of_null or averted).items()}
    data = {"infections": (DIMS, values(20_000, minus, nulls, noise))}
    for name in COSTS:
        mine = costs.get(name, {})
        data[name] = (DIMS, values(9_000, mine, mine, 0.0))
    for name in SANCTIONS:
        for kind in ("", "wrong_", "partly_wrong_"):
            mine = costs.get(kind + name, {})
            data[kind + name] = (DIMS, values(9_000, mine, mine, 0.0))
    axes = {"tracing": LEVELS, "isolation": REGIMES}
    base = {"tracing": "none", "isolation": "advice"}
    attrs = {"axes": json.dumps(axes), "baseline": json.dumps(base), "people": 50_000}
    coords = {**axes, "listing": LISTINGS, "seed": np.arange(1, SEEDS + 1)}
    return xr.Dataset(data, coords=coords, attrs=attrs)


def with_draws(results: xr.Dataset, **draws: np.ndarray) -> xr.Dataset:
    """The same as of a design in which every seed has its own draw."""
    named = {name: ("seed", values) for name, values in draws.items()}
    told = {"design_kind": "draws", "varied": json.dumps(list(draws))}
    return results.assign_coords(named).assign_attrs({**results.attrs, **told})


def said(found: Answer, head: str) -> str:
    return " ".join(" ".join([one.text, *one.items]) for one in found.sentences if one.head == head)


def sizes(text: str, what: str) -> list[float]:
    """The numbers in the brackets after `what`."""
    inside = re.search(re.escape(what) + r" \(([^)]*)\)", text)
    assert inside, f"{what!r} is not told in {text!r}"
    numbers = re.findall(r"-?[\d,]+(?:\.\d+)?", inside[1])
    return [float(one.replace(",", "")) for one in numbers]


ALL = [(level, regime) for level in LEVELS for regime in REGIMES]


def test_what_tracing_adds_is_told_with_its_size_and_beside_random_orders():
    gains = {
        (level, r): {"none": 0, "household": 800, "interview": 1500}[level] for level, r in ALL
    }
    nulls = {key: 500.0 if key[0] != "none" else 0.0 for key in ALL}
    told = said(answer_of(made_up(gains, nulls), "x"), "Tracing")
    first, second = told.split("Beside as many days")
    for part, household, interviews in ((first, 800, 1500), (second, 300, 1000)):
        assert "fewer infections" in part and "more infections" not in part
        for what, truth in (("household", household), ("interviews", interviews)):
            mean, low, high = sizes(part, what)
            assert low < truth < high and mean == pytest.approx(truth, rel=0.05)


def test_where_tracing_adds_nothing_no_direction_is_said():
    told = said(answer_of(made_up({}), "x"), "Tracing")
    assert "no sure difference with household" in told
    for word in ("fewer", "more infections", "better", "worse"):
        assert word not in told
    still = said(answer_of(made_up({}, noise=0.0), "x"), "Tracing")
    assert "household (none at all)" in still  # identical runs


def test_where_lists_do_worse_than_chance_that_is_said():
    losses = {(level, regime): -600.0 for level, regime in ALL if level == "household"}
    told = said(answer_of(made_up(losses, dict.fromkeys(losses, 200.0)), "x"), "Tracing")
    first, second = told.split("Beside as many days")
    assert "more infections with household (600; " in first
    assert "more infections with the lists of household" in second
    assert sizes(second, "household")[0] == pytest.approx(800, rel=0.05)
    assert "no sure difference with interviews" in first


def test_enforcement_that_is_worse_on_all_is_told_as_such_with_its_price():
    police = [(level, "sms-and-police") for level in LEVELS]
    worse = made_up(
        dict.fromkeys(police, -700.0),
        deaths=dict.fromkeys(police, 9.0),
        futile_days=dict.fromkeys(police, 4000.0),
        wrong_fines=dict.fromkeys(police, 120.0),
        wrong_warnings=dict.fromkeys(police, 30.0),
    )
    found = answer_of(worse, "x")
    assert "more infections under warning texts and police (700; " in said(found, "Enforcement")
    assert "no sure difference under advice" in said(found, "Enforcement")
    price = said(found, "Enforcement").partition("Warning texts and police:")[2]
    assert price.startswith(" more deaths (9; ")
    assert "more days of quarantine or isolation served by people never infected (4,000" in price
    assert "more wrong sanctions (150;" in price and "fewer" not in price


def test_enforcement_that_helps_at_a_price_is_told_with_both():
    police = {("interview", "sms-and-police"): 900.0}
    found = answer_of(made_up(police, wrong_reports={("interview", "sms-and-police"): 40.0}), "x")
    assert "fewer infections under warning texts and police (900; " in said(found, "Enforcement")
    assert "more wrong sanctions (40;" in said(found, "Enforcement")
    sure = said(found, "How sure")
    assert "warning texts and police against duty with support in 100% of 40" in sure


def test_a_single_run_says_nothing_of_directions():
    told = answer_of(made_up({("interview", "supported"): 5000.0}).isel(seed=[0]), "x")
    text = " ".join(said(told, head) for head in ("Tracing", "Enforcement", "How sure"))
    assert "one run says nothing about chance" in text and "fewer" not in text


def test_a_difference_is_taken_within_pairs_and_nulls_of_fewer_seeds_are_paired_too():
    found = made_up({("interview", "supported"): 1000.0}, {("interview", "supported"): 400.0})
    here = {"tracing": "interview", "isolation": "supported"}
    whole = between(found, "infections", here, {"tracing": "none", "isolation": "supported"})
    beside = between(found, "infections", here, {**here, "listing": "null of the area"})
    assert (whole.pairs, beside.pairs) == (SEEDS, SEEDS // 2)
    assert whole.mean == pytest.approx(-1000, abs=20) and beside.mean == pytest.approx(-600, abs=20)
    assert whole.low < whole.mean < whole.high < 0 and whole.share == 1.0


def test_intervals_cover_and_shares_count_ties_half():
    assert contrast(xr.DataArray([-1.0, -1.0, 0.0, 2.0, np.nan], dims="seed")).pairs == 4
    found = contrast(xr.DataArray([-2.0, -1.0, 0.0, 2.0], dims="seed"))
    assert found.share == pytest.approx(2 / 4 + 1 / 8) and not found.sure
    generator = np.random.default_rng(3)
    covered = [
        found.low < 1.0 < found.high
        for found in (
            contrast(xr.DataArray(generator.normal(1.0, 2.0, 12), dims="seed")) for _ in range(2000)
        )
    ]
    assert abs(np.mean(covered) - 0.95) < 5 * np.sqrt(0.95 * 0.05 / 2000)


def test_what_a_difference_hangs_on_is_found_and_chance_is_not():
    generator = np.random.default_rng(5)
    draws = {f"behaviour.p{at}": generator.random(SEEDS) for at in range(12)}
    results = with_draws(made_up({}), **draws)
    found = results["infections"].copy()
    found.loc[{"tracing": "interview", "isolation": "supported", "listing": "targeted"}] -= (
        400 * draws["behaviour.p3"]
    )
    hanging = results.assign(infections=found)
    told = said(answer_of(hanging, "x"), "How sure")
    assert "hangs most on p3 (interviews against no tracing" in told
    assert "No single assumption stands out" in said(answer_of(results, "x"), "How sure")
    cells = [{"tracing": "interview", "isolation": "supported"}]
    table = hangs_on(xr.DataArray(draws["behaviour.p1"], dims="seed"), draws_of(results, cells))
    assert table.index[0] == "behaviour.p1" and table["correlation"].iloc[0] == pytest.approx(1)


def test_a_draw_of_one_regime_bears_on_its_cells_alone():
    generator = np.random.default_rng(6)
    names = ("pathogen.R0", "isolation[supported].harshness", "tracing[interview].x")
    draws = {name: generator.random(SEEDS) for name in names}
    results = with_draws(made_up({}), **draws)
    assert list(draws_of(results, [{"tracing": "none", "isolation": "advice"}])) == [names[0]]
    assert list(draws_of(results, [{"tracing": "interview", "isolation": "supported"}])) == [*names]
    table = over_all_cells(results, "infections")
    assert table["cells"].to_dict() == {names[0]: 9, names[1]: 3, names[2]: 3}
    driven = results.assign(infections=results["infections"] + 1e5 * results["pathogen.R0"])
    strongest = over_all_cells(driven, "infections").iloc[0]
    assert strongest.name == "pathogen.R0" and strongest["low"] > 0.8


def test_cells_of_the_table_are_coloured_only_where_sure():
    police = {("interview", "sms-and-police"): 900.0}
    table = main_table(made_up(police))
    assert table["heads"][0][0] == "Infections"
    shades = {line["label"]: line["entries"][0]["kind"] for line in table["lines"]}
    assert [label for label, kind in shades.items() if kind == "better"] == [
        "interviews + warning texts and police"
    ]
    assert "worse" not in shades.values()


def test_a_ranking_is_turned_only_by_draws_that_bear_on_the_two():
    generator = np.random.default_rng(8)
    names = ("isolation[sms-and-police].harshness", "isolation[advice].harshness")
    draws = {name: generator.random(SEEDS) for name in names}
    results = with_draws(made_up({}), **draws)
    found = results["infections"].copy()
    here = {"tracing": "interview", "isolation": "advice", "listing": "targeted"}
    for name in names:  # both decide, but one of them cannot
        moved = found.copy()
        moved.loc[here] += 4000 * (draws[name] - 0.5)
        rests = turned(results.assign(infections=moved), "interview", "supported")
        lines = rests.table[rests.table["flips"] & (rests.table["cell"] == "advice")]
        assert list(lines["parameter"]) == ([names[1]] if name == names[1] else [])
        assert any("turns at" in told for told in rests.sentences) == (name == names[1])


def test_shares_of_control_are_told_in_points():
    results = made_up({})
    day = np.zeros((*results["infections"].shape, 60), np.int32)
    day[..., 30] = np.where(np.arange(SEEDS) % 2, 0, 1)  # before the last 28 days
    day[:, :, :, : SEEDS // 2, 59] = 1  # half of the outbreaks go on
    day[LEVELS.index("interview"), :, :, : SEEDS // 4, 59] = 0
    results["infections"] = results["infections"] * 0 + 50.0
    results["daily_new_infections"] = ((*DIMS, "day"), day)
    told = said(answer_of(results, "x"), "Tracing")
    assert "under control in 50% of draws" in told
    assert "more often with interviews (by 25 points; 11 to 39)" in told
    assert "no sure difference with household (none at all)" in told
