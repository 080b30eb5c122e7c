"""What the figures say: positions, marks, numbers and colours of known results; names from outside
are escaped."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from conftest import SURE_TESTS, constant_delays, constant_pathogen

import lazaretto as lz
from lazaretto.analysis.cascade import cascade
from lazaretto.analysis.chains import chains, states
from lazaretto.analysis.compare import AnalysisError
from lazaretto.figures.alt import alt_text
from lazaretto.figures.pair import Side, pair_curves, pair_race
from lazaretto.figures.people import STATE_COLOURS
from lazaretto.figures.style import SIDES

EVIL = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def run(moscow):
    """A star of five people with an evil name among them: the middle is infected first and infects
    all others at its onset."""
    names = [EVIL, "b", "c", "d", "e"]
    table = pd.DataFrame({"one": [EVIL] * 4, "other": names[1:]})
    population = lz.Population.from_edges(table, people=names)
    scenario = constant_delays(moscow.replace(**SURE_TESTS, days=30))
    scenario = type(scenario).model_validate(
        scenario.model_dump() | {"pathogen": constant_pathogen().model_dump()}
    )
    return lz.simulate(scenario, population, seed=1, first=[EVIL])


def markers(figure):
    """The trace of the people: the one with a marker for everybody."""
    return next(t for t in figure.data if t.mode == "markers" and t.x is not None and len(t.x) > 1)


def test_the_tree_puts_children_below_their_infector_and_nobody_twice(small, town):
    table = chains(lz.simulate(small.replace(tracing="interview"), town, seed=1))
    figure = lz.figures.tree(table, most=120)
    dots = markers(figure)
    place = np.asarray(dots.y)
    assert sorted(place) == list(range(120))
    chosen = table.iloc[:120]
    inner = np.flatnonzero(chosen["source"] >= 0)
    assert (place[inner] > place[chosen["source"].to_numpy()[inner]]).all()
    assert f"the first 120 of {len(table):,}" in figure.layout.title.text
    # no joint runs through the line of somebody else: whoever lies between is infected later than
    # the child of the joint
    day = chosen["day"].to_numpy()
    for child in inner:
        top, bottom = place[chosen["source"].iloc[child]], place[child]
        between = (place > top) & (place < bottom)
        assert (day[between] >= day[child]).all()


def test_the_tree_marks_where_people_were_withdrawn(run):
    figure = lz.figures.tree(chains(run), ids=run.population.ids)
    marks = [t for t in figure.data if t.marker.symbol == "square" and t.x[0] is not None]
    assert sorted(x for t in marks for x in t.x) == pytest.approx([3.75, *[6.75] * 4])


def test_names_from_outside_are_escaped_everywhere(run):
    drawn = [
        lz.figures.tree(chains(run), EVIL, ids=run.population.ids),
        lz.figures.network(run, 5, title=EVIL),
        lz.figures.animation(run, title=EVIL),
        lz.figures.stock(pd.DataFrame({EVIL: [1.0, 2.0]}), EVIL, EVIL),
        lz.figures.cascade(
            pd.DataFrame(
                {"instrument": [EVIL], "step": ["cases found"], "unit": ["cases"], "count": [1.0]}
            ),
            EVIL,
        ),
        pair_curves(
            Side(EVIL, np.ones((2, 5)), [("policy", EVIL, 0, 5)]),
            Side("none", np.ones((2, 5)), [("policy", EVIL, 0, 2), ("policy", EVIL, 2, 5)]),
            EVIL,
        ),
        pair_race(
            np.arange(3.0), (np.ones(3), np.ones(3)), [(EVIL, 1.0), ("none", float("nan"))], EVIL
        ),
    ]
    for figure in drawn:
        text = figure.to_json()
        assert "<img" not in text and "\\u003cimg" not in text
        assert "&lt;img" in text or "\\u0026lt;img" in text


def test_the_network_shows_states_links_and_the_way_of_the_infection(run):
    figure = lz.figures.network(run, 4)  # the middle is infectious, the others latent
    people = markers(figure)
    paints = list(STATE_COLOURS.values())
    assert people.marker.color.tolist() == [paints[2], *[paints[1]] * 4]
    assert people.marker.symbol.tolist() == ["square", *["circle"] * 4]
    assert people.marker.size[0] > people.marker.size[1]
    spread = figure.data[1]
    assert len(spread.x) == 3 * 4
    assert "5 infected, 4 latent, 1 infectious, 1 under an order" in figure.layout.title.text
    with pytest.raises(ValueError, match="day must be from 0 to 29"):
        lz.figures.network(run, 30)


def test_the_animation_has_a_frame_for_each_day_and_shows_the_same_states(run):
    figure = lz.figures.animation(run)
    now = states(run)
    assert [frame.name for frame in figure.frames] == [str(d) for d in range(len(figure.frames))]
    assert 11 < len(figure.frames) < 20  # the last infection ends on day 11
    paints = np.array(list(STATE_COLOURS.values()))
    for day, frame in enumerate(figure.frames):
        np.testing.assert_array_equal(frame.data[1].marker.color, paints[now.infection[day]])
    assert len(figure.layout.sliders[0].steps) == len(figure.frames)
    assert len(lz.figures.animation(run, last=3).frames) == 4


def test_the_layout_is_the_same_every_time_and_puts_friends_near(run):
    places = lz.figures.layout(run.population)
    np.testing.assert_array_equal(places, lz.figures.layout(run.population))
    pairs = pd.DataFrame({"one": [0, 1, 3, 4, 2], "other": [1, 2, 4, 5, 0]})
    two = lz.Population.from_edges(
        pd.concat([pairs, pd.DataFrame({"one": [3, 2], "other": [5, 3]})])
    )
    at = lz.figures.layout(two)
    within = np.linalg.norm(at[0] - at[1])
    assert within < np.linalg.norm(at[0] - at[4])


def test_the_cascade_gives_counts_per_hundred_cases(small, town):
    table = cascade(lz.simulate(small.replace(tracing="interview"), town, seed=1))
    figure = lz.figures.cascade(table)
    found = table["count"].iloc[0]
    shown = {y: x for t in figure.data for y, x in zip(t.y, t.x, strict=True)}
    for step, count in zip(table["step"], table["count"], strict=True):
        assert shown[step[:1].upper() + step[1:]] == pytest.approx(100 * count / found)
    assert any("(" in text for t in figure.data for text in t.text)
    empty = lz.figures.cascade(table.iloc[:0], "B: nobody is traced")
    assert empty.layout.title.text == "B: nobody is traced" and not empty.data


def made_up(cells: int = 2) -> xr.Dataset:
    """Results of known numbers: infections 100 and 50, fines 0 and 10, deaths 5 and 5 give or take,
    recall nan and 0.4."""
    levels = ["none", *(f"level-{i}" for i in range(1, cells))]
    seeds = 4
    noise = np.array([-1.0, 1.0, -1.0, 1.0])

    def values(first, other, spread=0.0):
        return (
            ("tracing", "isolation", "seed"),
            np.array([[first + spread * noise], *[[other + spread * noise[::-1]]] * (cells - 1)]),
        )

    data = {
        "infections": values(100.0, 50.0),
        "deaths": values(5.0, 5.1, 1.0),
        "fines": values(0.0, 10.0),
        "cases_found": values(10.0, 20.0),
        "contact_recall": values(np.nan, 0.4),
        "day_stock_is_empty": values(30.0, np.inf),
    }
    coords = {"tracing": levels, "isolation": ["advice"], "seed": np.arange(1, seeds + 1)}
    attrs = {
        "axes": json.dumps({"tracing": levels, "isolation": ["advice"]}),
        "baseline": json.dumps({"tracing": "none", "isolation": "advice"}),
    }
    return xr.Dataset(data, coords=coords, attrs=attrs)


def test_the_panel_in_colours_says_how_much_better_or_worse():
    table = lz.figures.panel_heat(made_up()).data[0]
    heads = list(lz.figures.panel_heat(made_up()).layout.yaxis.ticktext)
    z, text = np.asarray(table.z, float), table.text
    row = {
        name: heads.index(name)
        for name in (
            "Infections",
            "Deaths",
            "Fines",
            "Cases found",
            "Contacts found",
            "Day the stock is empty",
        )
    }
    assert z[row["Infections"]].tolist() == [
        0.0,
        -0.5,
    ]  # half as many: better by half of the baseline
    assert z[row["Deaths"]].tolist() == [0.0, 0.0]  # the interval of the difference holds 0
    assert z[row["Fines"]].tolist() == [0.0, 1.0]  # none in the baseline: of the largest
    assert z[row["Cases found"]].tolist() == [0.0, 0.0]  # neither direction is better
    assert z[row["Day the stock is empty"]].tolist() == [0.0, 1.0]
    assert text[row["Day the stock is empty"]][1] == "never"
    assert text[row["Contacts found"]][1] == "40 %"
    assert text[row["Infections"]][1] == "50"


def test_too_many_cells_are_refused_with_a_way_out():
    with pytest.raises(AnalysisError, match=r"31 cells are too many.*results.sel\(isolation="):
        lz.figures.panel_heat(made_up(31))


def test_two_policies_have_colours_of_their_own_and_a_strip_on_the_same_days():
    values = np.tile([0.0, 1.0, 5.0, 2.0, 0.0], (3, 1))
    strip = [("policy", "no tracing", 0, 3), ("policy", "interviews", 3, 5)]
    figure = pair_curves(
        Side("A's", values, strip),
        Side("B's", 2 * values, [("policy", "facility, advice", 0, 5)]),
        "x",
    )
    drawn = [t for t in figure.data if t.mode == "lines" and t.showlegend is not False]
    assert [t.line.color for t in drawn] == list(SIDES.values())
    assert [a.text for a in figure.layout.annotations] == ["<b>A</b>", "<b>B</b>"]
    assert drawn[1].y.tolist() == [0.0, 2.0, 10.0, 4.0, 0.0]
    bars = [t for t in figure.data if t.mode == "lines+text"]
    assert [(t.name, list(t.x)) for t in bars] == [
        ("A: no tracing", [0, 3]),
        ("A: interviews", [3, 5]),
        ("B: facility, advice", [0, 5]),
    ]
    assert figure.layout.xaxis.matches == "x2"  # one axis of days for both
    assert [shape.x0 for shape in figure.layout.shapes] == [3]
    assert "Days" not in alt_text(figure) and "A: A's" in alt_text(figure)


def test_the_race_of_two_is_marked_on_both_lines():
    figure = pair_race(
        np.array([0.0, 2.0]),
        (np.array([1.0, 0.0]), np.array([0.8, 0.0])),
        [("interviews", 0.5), ("nothing", float("nan"))],
        "p",
    )
    mark = next(t for t in figure.data if t.mode == "markers+text")
    assert (list(mark.x), list(mark.y)) == ([0.5, 0.5], [0.75, pytest.approx(0.6)])
    assert "75%" in mark.text[0] and "60%" in mark.text[1]
    assert any("nobody is listed" in (t.name or "") for t in figure.data)
