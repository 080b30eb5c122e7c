"""Person by person: times and withdrawals that are known exactly, and states that add up to the
curves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from conftest import SURE_TESTS, constant_delays, constant_pathogen

import lazaretto as lz
from lazaretto.analysis.cascade import cascade
from lazaretto.analysis.chains import chains, links, states, withdrawals
from lazaretto.analysis.compare import AnalysisError


def with_pathogen(scenario, pathogen):
    return type(scenario).model_validate(
        scenario.model_dump() | {"pathogen": pathogen.model_dump()}
    )


@pytest.fixture(scope="module")
def path_run(moscow):
    """0 - 1 - 2 in a row; person 0 is infected at the start. Latent 2, onset 3, infectious to 8;
    transmission at onset; result 0.75 days after it; a case is isolated for 10 days."""
    scenario = with_pathogen(
        constant_delays(moscow.replace(**SURE_TESTS, days=40)), constant_pathogen()
    )
    return lz.simulate(scenario, lz.populations.path(3), seed=1, first=[0])


def test_a_row_of_three_is_told_exactly(path_run):
    table = chains(path_run)
    assert table["person"].tolist() == [0, 1, 2]
    assert table["source"].tolist() == [-1, 0, 1]
    assert table["infected"].tolist() == [1, 1, 0]
    assert table["day"].to_numpy() == pytest.approx([0, 3, 6])
    assert table["infectious"].to_numpy() == pytest.approx([2, 5, 8])
    assert table["onset"].to_numpy() == pytest.approx([3, 6, 9])
    assert table["end"].to_numpy() == pytest.approx([8, 11, 14])
    assert table["withdrawn"].to_numpy() == pytest.approx([3.75, 6.75, 9.75])
    assert table["until"].to_numpy() == pytest.approx([13.75, 16.75, 19.75])
    assert table["pathway"].tolist() == ["case"] * 3
    assert table["caught"].tolist() == ["while infectious"] * 3


def test_states_of_the_row_by_day(path_run):
    infection, order = states(path_run)
    assert infection[:10, 0].tolist() == [
        1,
        1,
        2,
        2,
        2,
        2,
        2,
        2,
        3,
        3,
    ]  # end of day 1 is time 2: infectious from later than 2.0 on
    assert order[:15, 0].tolist() == [0, 0, 0, *[2] * 10, 0, 0]
    assert infection[0].tolist() == [1, 0, 0]


@pytest.fixture(scope="module")
def town_run(small, town):
    scenario = small.replace(
        tracing="app-and-interviews", isolation="supported", testing="contacts-and-lateral-flow"
    )
    return lz.simulate(scenario, town, seed=3)


def test_states_add_up_to_the_curves(town_run):
    """Question: does the picture of everybody show the same epidemic as the curves?"""
    infection = states(town_run).infection
    c = town_run.curves
    np.testing.assert_array_equal((infection == 0).sum(axis=1), c["S"])
    np.testing.assert_array_equal((infection == 1).sum(axis=1), c["E"])
    infectious = c["I_presymptomatic"] + c["I_symptomatic"] + c["I_asymptomatic"]
    np.testing.assert_array_equal((infection == 2).sum(axis=1), infectious)
    under = withdrawals(town_run)
    for code, curve, pathway in ((2, "isolated", "case"), (1, "self_isolated", "self-isolation")):
        mine = under[under["pathway"] == pathway]
        ends = np.arange(1, town_run.raw.days + 1)
        counted = [((mine["start"] < t) & (mine["until"] >= t)).sum() for t in ends]
        np.testing.assert_array_equal(counted, c[curve], err_msg=f"{code} {curve}")


def test_the_tree_has_every_infection_once_and_sources_come_first(town_run):
    table = chains(town_run)
    assert len(table) == len(town_run.transmissions)
    inner = table[table["source"] >= 0]
    assert (
        table["person"].to_numpy()[inner["source"]]
        == town_run.transmissions.loc[inner.index, "infector"]
    ).all()
    assert (table["day"].to_numpy()[inner["source"]] < inner["day"]).all()
    assert table["infected"].sum() == len(inner)
    listed = table[table["pathway"].str.startswith("listed")]
    assert len(listed) > 50
    latent = table["caught"] == "while latent"
    assert (table.loc[latent, "withdrawn"] < table.loc[latent, "infectious"]).all()


def test_the_cascade_counts_what_the_instruments_and_the_orders_say(town_run):
    table = cascade(town_run).set_index(["instrument", "step"])["count"]
    orders = town_run.events["event"].value_counts()
    for instrument, counts in town_run.instruments.iterrows():
        assert table[instrument, "cases found"] == town_run.curves["positive_results"].sum()
        assert table[instrument, "cases traced"] == counts["cases"]
        infected = table[instrument, "of these infected by then"]
        assert infected == counts["listed_contacts_infected"]
        assert table[instrument, "of these still latent"] == counts["listed_contacts_latent"]
        assert infected <= table[instrument, "contacts listed and reached"]
        assert table[instrument, "of these still latent"] <= infected
        assert (
            table[instrument, "orders to quarantine"]
            == orders[f"order: listed by {instrument}"]
            > 0
        )
        assert (
            table[instrument, "listed without a contact"]
            + table[instrument, "contacts listed and reached"]
            == counts["listed"]
        )
    twice = cascade([town_run, town_run]).set_index(["instrument", "step"])["count"]
    pd.testing.assert_series_equal(twice, 2 * table)


def test_without_tracing_the_cascade_is_empty(path_run):
    assert cascade(path_run).empty


def test_links_of_a_graph_and_of_contacts():
    table = pd.DataFrame({"one": ["b", "a"], "other": ["a", "c"], "w": [1.0, 4.0]})
    found = links(lz.Population.from_edges(table, weight="w"))
    assert found.to_dict("list") == {"one": [0, 0], "other": [1, 2], "weight": [1.0, 4.0]}
    met = pd.DataFrame(
        {"one": [0, 1, 0], "other": [1, 0, 2], "day": [0.5, 1.5, 2.5], "minutes": [10.0, 20.0, 5.0]}
    )
    found = links(lz.Population.from_contacts(met))
    assert found.to_dict("list") == {"one": [0, 0], "other": [1, 2], "weight": [30.0, 5.0]}


def test_too_many_people_are_refused(town):
    with pytest.raises(AnalysisError, match="5,000 people cannot be shown one by one"):
        lz.figures.layout(town)
