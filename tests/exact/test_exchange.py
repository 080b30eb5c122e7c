"""Judges: outcomes, data.

What other programs read says what the run says: cases and contacts in the columns of R's outbreak
packages, the tree as a graph and in Newick's notation, long tables, and files of them.
"""

from __future__ import annotations

import re
import sys

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import xarray as xr
from sample_results import results

import lazaretto as lz
from lazaretto import exchange
from lazaretto.parameters import Pathogen

# the tags of linelist 2.0.1 that the model can fill; gender, occupation and hcw it does not know
TAGS = {
    "id",
    "date_onset",
    "date_reporting",
    "date_admission",
    "date_discharge",
    "date_outcome",
    "date_death",
    "age",
    "location",
    "outcome",
}
SHORT_IMMUNITY = {
    "family": "constant",
    "mean": 4.0,
    "unit": "day",
    "range": [0, 100],
    "source": "test",
    "status": "assumption",
}


def forgotten(scenario: lz.Scenario) -> Pathogen:
    """The scenario's pathogen, whose infection protects for four days."""
    data = scenario.pathogen.model_dump() | {"immunity_duration": SHORT_IMMUNITY}
    return Pathogen.model_validate(data)


@pytest.fixture(scope="module")
def run(moscow) -> lz.Run:
    """People who can be infected again soon, so that a person is several cases."""
    scenario = moscow.replace(
        pathogen=forgotten(moscow),
        people=1500,
        days=70,
        initial_infections=12,
        tracing="integrated",
        isolation="supported",
        testing="contacts-and-lateral-flow",
    )
    people = lz.build_population(scenario.population, people=1500, seed=2)
    return lz.simulate(scenario, people, 5, keep_lists=True)


@pytest.fixture(scope="module")
def named(moscow) -> lz.Run:
    """People with names of their own: one with signs that Newick uses, and one who is called as the
    second infection of another would be."""
    ring = ["o'neil (1)", "a.2", "a", *(f"p{i}" for i in range(40))]
    own = lz.Population.from_edges(list(zip(ring, ring[1:] + ring[:1], strict=True)))
    scenario = moscow.replace(pathogen=forgotten(moscow), days=200, start_date=None)
    scenario = scenario.replace(**{"pathogen.hazard_per_day": 2.0, "initial_infections": 3})
    return lz.simulate(scenario, own, 2)


def test_a_case_is_an_infection_with_an_id_of_its_own(run):
    table, listed = exchange.cases(run), run.linelist
    assert len(table) == len(listed) and table["id"].is_unique
    again = listed["id"].duplicated()
    assert again.sum() > 20
    own = listed["id"].astype(str)
    assert table["id"][~again].tolist() == own[~again].tolist()
    assert (table["id"][again].str.rpartition(".")[0] == own[again]).all()
    assert set(table["id"][again].str.rpartition(".")[2]) <= {"2", "3", "4", "5"}
    assert table["person"].tolist() == listed["id"].tolist()
    # the infector is a case, and was infected before
    day = pd.Series(run.raw.history.time, index=table["id"])
    has = table["infector"].notna()
    assert (day[table["infector"][has]].to_numpy() < day[table["id"][has]].to_numpy()).all()
    person = pd.Series(listed["id"].to_numpy(), index=table["id"])
    assert person[table["infector"][has]].tolist() == listed["from"][has].tolist()


def test_its_columns_are_the_tags_of_linelist(run):
    table = exchange.cases(run)
    assert set(table.columns) >= TAGS and "gender" not in table
    died = table["outcome"] == "died"
    assert table["date_death"].notna().equals(died)
    assert table["date_death"][died].equals(table["date_outcome"][died])
    left = table["date_discharge"].notna()
    assert left.sum() > 5 and not (left & died).any()
    assert (table["date_discharge"] >= table["date_admission"])[left].all()
    assert table["location"].map(type).eq(str).all() and table["id"].map(type).eq(str).all()
    assert table.attrs["parameter_hash"] == run.scenario.parameter_hash


def test_what_is_known_holds_nothing_that_only_the_truth_knows(run):
    everything, known = exchange.cases(run), exchange.cases(run, known=True)
    assert len(known) == (everything["case_type"] == "confirmed").sum() > 20
    assert known["date_reporting"].notna().all()
    assert {"infector", "layer", "date_infection"}.isdisjoint(known)
    seen = known["date_discharge"].notna() | (known["outcome"] == "died")
    assert known["date_outcome"].notna().equals(seen) and 0 < seen.sum() < len(known)
    lists = exchange.contacts(run, known=True)
    assert not [c for c in lists if "met" in c or "infected" in c or c == "was_contact"]
    assert {"from", "to", "date_first_contact", "date_last_contact", "was_case"} <= set(lists)


def test_contacts_lead_to_cases(run):
    table, cases = exchange.contacts(run), exchange.cases(run)
    assert len(table) == len(run.contacts) > 100
    assert table["from"].isin(cases["id"]).all()
    assert 0 < table["to"].isin(cases["id"]).mean() < 1
    # the case that is traced is the last infection before the list
    begun = pd.Series(cases["date_infection"].to_numpy(), index=cases["id"])
    assert (begun[table["from"]].to_numpy() <= table["date_listed"].to_numpy()).all()
    assert table["from"].str.contains(".", regex=False).any()
    plain = table["from"].str.partition(".")[0].astype(int)
    assert plain.tolist() == run.contacts["from"].tolist()


def test_the_tree_is_the_transmissions(run):
    graph, pairs = exchange.tree(run), exchange.pairs(run)
    source = run.raw.history.source
    assert graph.number_of_nodes() == len(source)
    assert graph.number_of_edges() == len(pairs) == (source >= 0).sum()
    assert nx.is_directed_acyclic_graph(graph) and max(d for _, d in graph.in_degree) == 1
    assert sum(d == 0 for _, d in graph.in_degree) == (source < 0).sum()
    assert pairs["layer"].tolist() == run.transmissions["layer"][source >= 0].tolist()
    assert (pairs["days"] > 0).all()
    one = exchange.cases(run).query("outcome == 'recovered'").iloc[0]
    assert graph.nodes[one["id"]]["date_outcome"] == one["date_outcome"].date().isoformat()
    assert graph.graph["seed"] == 5


def test_graphml_gives_the_tree_back(run, named, tmp_path):
    for one in (run, named):
        graph = exchange.tree(one)
        back = nx.read_graphml(exchange.save(graph, tmp_path / "tree.graphml"))
        assert dict(back.nodes(data=True)) == dict(graph.nodes(data=True))
        assert list(back.edges(data=True)) == list(graph.edges(data=True))
        assert back.graph.items() >= graph.graph.items()


def read_newick(text: str) -> tuple[dict[tuple[str, str], float], list[str]]:
    """(length of each edge by parent and child; roots), by the grammar of Newick's notation."""
    edges: dict[tuple[str, str], float] = {}

    def node(tokens: list[str]) -> tuple[str, float]:
        children = []
        if tokens[-1] == "(":
            while tokens.pop() in "(,":
                children.append(node(tokens))
        label = tokens.pop()
        label = label[1:-1].replace("''", "'") if label[0] == "'" else label
        assert tokens.pop() == ":"
        edges.update({(label, child): length for child, length in children})
        return label, float(tokens.pop())

    roots = []
    for line in text.splitlines():
        tokens = re.findall(r"'(?:[^']|'')*'|[^(),:;']+|[(),:;]", line)[::-1]
        roots.append(node(tokens)[0])
        assert tokens == [";"]
    return edges, roots


def test_newick_says_the_same_tree(run, named):
    for one in (run, named):
        edges, roots = read_newick(exchange.newick(one))
        pairs = exchange.pairs(one)
        told = dict(zip(zip(pairs["from"], pairs["to"], strict=True), pairs["days"], strict=True))
        assert edges.keys() == told.keys() and len(told) > 10
        assert edges == pytest.approx(told, rel=1e-5)
        first = one.raw.history.source < 0
        assert roots == exchange.cases(one)["id"][first].tolist()


def test_names_that_look_like_a_later_infection_are_told_apart(named):
    ids, person = exchange.cases(named)["id"], named.linelist["id"]
    assert ids.is_unique and (person == "a").sum() > 1
    assert {"a", "a.2", "a..2"} <= set(ids)
    assert person[ids == "a..2"].tolist() == ["a"] and person[ids == "a.2"].tolist() == ["a.2"]
    assert "'o''neil (1)'" in exchange.newick(named)


def test_curves_and_panel_as_long_tables(run):
    table = exchange.tidy_curves(run)
    assert list(table.columns) == ["day", "date", "curve", "value", "unit"]
    wide = table.pivot(index="day", columns="curve", values="value")
    for name, values in run.curves.data_vars.items():
        assert wide[name].tolist() == values.to_numpy().tolist()
    assert set(table.query("curve == 'new_infections'")["unit"]) == {"1/day"}
    seeds = xr.concat([run.curves, run.curves], pd.Index([1, 2], name="seed"))
    assert len(exchange.tidy_curves(seeds)) == 2 * len(table)
    panel = exchange.tidy_panel(run)
    assert panel.set_index("component")["value"].to_dict() == pytest.approx(
        run.panel_table["value"].to_dict(), nan_ok=True
    )


def test_results_of_a_sweep_as_long_tables():
    found = results()
    panel = exchange.tidy_panel(found)
    axes = [str(dim) for dim in found["infections"].dims]
    assert list(panel.columns) == [*axes, "component", "block", "label", "value", "unit"]
    one = panel[panel["component"] == "infections"].set_index(axes)["value"].to_xarray()
    assert (one.reindex_like(found["infections"]) == found["infections"]).all()
    days = exchange.tidy_curves(found)
    assert list(days.columns) == [*axes, "day", "curve", "value", "unit"]
    total = days[days["curve"] == "new_infections"].groupby(axes)["value"].sum().to_xarray()
    daily = found["daily_new_infections"].sum("day")
    assert (total.reindex_like(daily) == daily).all()


def test_runs_that_failed_stand_in_no_table_and_no_curves_are_told():
    found = results().isel(seed=[0, 1])
    names = ["infections", "daily_new_infections"]
    ran = found["seed"] != found["seed"][0]
    failed = found[names].where(ran, xr.Dataset({names[0]: np.nan, names[1]: -1}))
    for table in (exchange.tidy_panel(failed), exchange.tidy_curves(failed)):
        assert set(table["seed"]) == {int(found["seed"][1])}
    with pytest.raises(lz.ParameterError, match="daily"):
        exchange.tidy_curves(found[["infections"]])


def test_tables_become_files(run, tmp_path):
    table = exchange.cases(run)
    back = pd.read_csv(exchange.save(table, tmp_path / "cases.csv"), dtype={"id": str})
    assert back["id"].tolist() == table["id"].tolist()
    assert back["date_onset"].dropna().iloc[0] == str(table["date_onset"].dropna().iloc[0].date())
    with pytest.raises(lz.ParameterError, match=r"\.csv or \.parquet or \.arrow"):
        exchange.save(table, tmp_path / "cases.xlsx")
    with pytest.raises(lz.ParameterError, match="graph is written as"):
        exchange.save(exchange.tree(run), tmp_path / "tree.csv")


@pytest.mark.parametrize("ending", [".parquet", ".arrow"])
def test_typed_files_keep_types_and_provenance(run, tmp_path, ending):
    pytest.importorskip("pyarrow", reason="the extra parquet is not installed")
    for table in (exchange.cases(run), exchange.contacts(run), exchange.tidy_panel(run)):
        file = exchange.save(table, tmp_path / f"table{ending}")
        back = pd.read_parquet(file) if ending == ".parquet" else pd.read_feather(file)
        pd.testing.assert_frame_equal(back, table, check_dtype=False)
        assert back.attrs == table.attrs


@pytest.mark.parametrize("ending", [".parquet", ".arrow"])
def test_without_pyarrow_one_sentence_says_what_to_do(run, tmp_path, ending, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(lz.ParameterError) as refused:
        exchange.save(exchange.pairs(run), tmp_path / f"pairs{ending}")
    assert "pip install 'lazaretto[parquet]'" in str(refused.value)
    assert "\n" not in str(refused.value)
