"""Judges: shell, data.

`lazaretto run --tables` writes what other programs read.
"""

from __future__ import annotations

import sys

import networkx as nx
import pandas as pd
import pytest

from lazaretto.cli import main

RUN = ["run", "interview-and-support", "--people", "1000", "--set", "days=40", "--quiet"]


def shell(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    return int(ended.value.code or 0)


def test_tables_of_a_run(tmp_path, capsys):
    out = tmp_path / "out"
    assert shell(*RUN, "--seeds", "2", "--tables", "csv", "--out", str(out)) == 0
    assert "tables/" in capsys.readouterr().out
    made = {file.stem: pd.read_csv(file) for file in (out / "tables").glob("*.csv")}
    assert made.keys() == {"cases", "contacts", "pairs", "curves", "panel"}
    assert set(made["curves"]["seed"]) == set(made["panel"]["seed"]) == {1, 2}
    first = made["curves"].query("seed == 1 and curve == 'new_infections'")["value"].sum()
    assert first + 20 >= len(made["cases"]) >= first > 20
    assert {"id", "date_onset", "outcome", "age", "location"} <= set(made["cases"])
    tree = nx.read_graphml(out / "tables" / "tree.graphml")
    assert tree.number_of_edges() == len(made["pairs"])
    assert (out / "tables" / "tree.nwk").read_text().count(";") == len(made["cases"]) - len(
        made["pairs"]
    )


def test_a_format_that_cannot_be_written_is_one_sentence(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert shell(*RUN, "--tables", "parquet", "--out", str(tmp_path / "out")) == 2
    told = capsys.readouterr().err
    assert "pip install 'lazaretto[parquet]'" in told and "Traceback" not in told
    assert not (tmp_path / "out").exists()  # told before anything is run
    assert shell(*RUN, "--tables", "xlsx", "--out", str(tmp_path / "out")) == 2
