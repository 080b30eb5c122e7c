"""Judges: data.

One reader for every file: the same table in any separator, encoding, packing or with R's names of
rows is the same table; ids stay as they are written; what leaves a doubt is refused with its line.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lazaretto as lz
from lazaretto.populations import DataNotice, PopulationError, read_table

QUICK = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
NAMES = st.sampled_from(
    ["NA", "nan", "NULL", "None", "01", "1", "1e3", "0x10", "TRUE", "X7", "Müller", "-", "a b"]
)
PAIRS = st.lists(st.tuples(NAMES, NAMES).filter(lambda p: p[0] != p[1]), min_size=1, max_size=8)
PACKS = {"": lambda b: b, ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}


def once(pairs):
    return list({frozenset(pair): pair for pair in pairs}.values())


def linked(population) -> set[frozenset]:
    """The pairs of ids that are linked."""
    c, ids = population.city, np.asarray(population.ids)
    who = np.repeat(np.arange(population.people), np.diff(c.link_start))
    return {frozenset((ids[a], ids[b])) for a, b in zip(who, c.link)}


@given(
    pairs=PAIRS,
    separator=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"]),
    pack=st.sampled_from(list(PACKS)),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    space=st.sampled_from(["", " "]),
    style=st.sampled_from(["plain", "quoted", "R"]),
)
@QUICK
def test_however_a_table_is_written_it_is_the_same_links(
    tmp_path, pairs, separator, encoding, pack, end, space, style
):
    pairs = once(pairs)
    quote = "" if style == "plain" else '"'

    def line(*cells):
        return (separator + space).join(f"{quote}{cell}{quote}" for cell in cells)

    lines = [line("one", "other")]
    lines += [line(*([n] if style == "R" else []), *p) for n, p in enumerate(pairs, 1)]
    path = tmp_path / f"links.csv{pack}"
    path.write_bytes(PACKS[pack](end.join(lines).encode(encoding)))
    assert linked(lz.Population.from_edges(path)) == {frozenset(pair) for pair in pairs}


def test_western_text_is_read_and_other_alphabets_are_asked_for(tmp_path):
    path = tmp_path / "links.csv"
    path.write_bytes("one,other\nMüller,Åse\n".encode("cp1252"))
    with pytest.warns(DataNotice, match="cp1252"):
        assert sorted(lz.Population.from_edges(path).ids) == ["Müller", "Åse"]
    path.write_bytes("one,other\nИван,Анна\n".encode("cp1251"))
    with pytest.raises(PopulationError, match="line 2: this is not UTF-8"):
        lz.Population.from_edges(path)
    table = read_table(path, encoding="cp1251")
    assert sorted(lz.Population.from_edges(table).ids) == ["Анна", "Иван"]


@given(row=st.integers(0, 5), extra=st.sampled_from(["5", "x", "0"]))
@QUICK
def test_a_row_longer_than_the_head_is_refused_with_its_line(tmp_path, row, extra):
    lines = ["one,other"] + [f"{i},{i + 1}" for i in range(6)]
    lines[1 + row] += f",{extra}"
    path = tmp_path / "links.csv"
    path.write_text("\n".join(lines))
    with pytest.raises(PopulationError, match=f"line {row + 2}: 3 values, but the head names 2"):
        lz.Population.from_edges(path)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xd0\xcf\x11\xe0\x00", "an old Excel file"),
        (b'{"one": [1]}', "JSON"),
        (b"<html></html>", "a web page"),
        (b"RDX3\n", "R's own format"),
        (b'one,other\n"a,b\n', "line 2: quotation marks do not match"),
        (b"a;b,c\n1;2,3\n", "may be divided by semicolon and comma"),
        (b"one,other\n\x00\x01,\x02\n", "not text"),
        (b"", "empty"),
    ],
)
def test_what_is_no_table_is_named(tmp_path, content, told):
    path = tmp_path / "links.csv"
    path.write_bytes(content)
    with pytest.raises(PopulationError, match=told):
        lz.Population.from_edges(path)


def test_lines_are_those_of_the_file(tmp_path):
    path = tmp_path / "links.csv"
    path.write_text('# a comment\n\none, other ,weight\n1,2,0.5\n\n"3\n3",4,0.5\n5,6,x\n')
    with pytest.raises(PopulationError, match="line 8: a number is needed: weight x"):
        lz.Population.from_edges(path, weight="weight")


@pytest.mark.parametrize(
    ("text", "value"), [("0,5", 0.5), ("1,00", 1.0), ("12,3456", 12.3456), (",5", 0.5)]
)
def test_decimal_commas_are_said(tmp_path, text, value):
    path = tmp_path / "links.csv"
    path.write_text(f"one;other;weight\n1;2;{text}\n2;3;2\n")
    with pytest.warns(DataNotice, match="decimal commas"):
        city = lz.Population.from_edges(path, weight="weight").city
    assert city.link_most[0] == pytest.approx(value)


@pytest.mark.parametrize("text", ["1,234", "1,234.5", "1 000", "0x10", "1_000", "inf", "TRUE"])
def test_numbers_in_doubt_are_refused(tmp_path, text):
    path = tmp_path / "links.csv"
    path.write_text(f"one;other;weight\n1;2;{text}\n")
    with pytest.raises(PopulationError, match="line 2"):
        lz.Population.from_edges(path, weight="weight")


def frame(one, other, dtype=None):
    return pd.DataFrame({"one": pd.Series(one, dtype=dtype), "other": other})


def test_ids_are_alike_in_both_columns():
    same = lz.Population.from_edges(frame([1, 2], ["X7", "1"]))
    assert sorted(same.ids) == ["1", "2", "X7"]
    assert sorted(lz.Population.from_edges(frame(["01", "2"], ["1", "X7"])).ids) == [
        "01",
        "1",
        "2",
        "X7",
    ]
    assert lz.Population.from_edges(frame(["1", "10"], ["9", "1"])).ids.tolist() == [1, 9, 10]
    assert lz.Population.from_edges(frame([1.0, 2.0], [2, 3])).ids.tolist() == [1, 2, 3]
    large = [2**53, 2**53 + 1]
    assert lz.Population.from_edges(frame(large, [1, 1])).ids.tolist() == [1, *large]


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ([1, -1], [2, 3], "row 2: an id must not be negative"),
        (["-2", "b"], ["c", "d"], "row 1: an id must not be negative"),
        ([1.0, 2.5], [2, 3], "row 2: ids must be whole numbers or names"),
        ([2.0**60, 1.0], [2, 3], "row 1: ids must be whole numbers or names"),
        ([True, False], ["a", "b"], "row 1: ids must be whole numbers or names"),
        ([1, 2], ["01", "X7"], "may be one person"),
        (["1.0", "2"], ["X7", "1"], "likely one person"),
        (["a", " "], ["b", "c"], "row 2: a value is missing"),
        (["a", None], ["b", "c"], "row 2: a value is missing"),
    ],
)
def test_what_is_no_id_is_refused(one, other, told):
    with pytest.raises(PopulationError, match=told):
        lz.Population.from_edges(frame(one, other))


@given(st.sampled_from(["Zoë", "Åse", "é", "ǖ", "한"]), st.sampled_from(["", " ", "\u00a0", "\t"]))
@QUICK
def test_one_name_is_one_person_however_its_accents_are_composed(name, space):
    apart = unicodedata.normalize("NFD", name)
    with pytest.warns(DataNotice, match="NFC"):
        found = lz.Population.from_edges(frame([name, space + apart], ["x", "y"]))
    assert sorted(found.ids) == sorted([unicodedata.normalize("NFC", name), "x", "y"])


def test_links_come_from_graphs_arrays_pairs_and_columns():
    networkx = pytest.importorskip("networkx")
    graph = networkx.Graph([("a", "b"), ("b", "c")])
    graph.add_node("alone")
    wanted = {frozenset("ab"), frozenset("bc")}
    found = lz.Population.from_edges(graph)
    assert linked(found) == wanted and found.people == 4
    networkx.set_edge_attributes(graph, 2.0, "w")
    assert lz.Population.from_edges(graph, weight="w").city.link_most.max() == 2.0
    pairs = [("a", "b"), ("b", "c")]
    for table in (pairs, np.array(pairs), {"one": ["a", "b"], "other": ["b", "c"]}, iter(pairs)):
        assert linked(lz.Population.from_edges(table)) == wanted
    numbers = np.array([[0, 1, 0.5], [1, 2, 2.0]])
    assert lz.Population.from_edges(numbers, weight="w").ids.tolist() == [0, 1, 2]


class Exchanged:
    """A data frame of another library, by what it offers."""

    def __init__(self, data):
        self.data = data

    def to_pydict(self):
        return self.data


def test_links_come_from_arrow():
    assert lz.Population.from_edges(Exchanged({"one": [1], "other": [2]})).people == 2


def test_links_come_from_any_data_frame():
    frames = pytest.importorskip("narwhals")
    table = frames.from_native(frame(["a", "b"], ["b", "c"]))
    assert lz.Population.from_edges(table).ids.tolist() == ["a", "b", "c"]


@pytest.mark.parametrize(
    "thing", [5, None, "nothing.csv", b"one", [1, 2], [(1, 2), (3,)], np.eye(5)]
)
def test_what_is_no_table_is_refused_in_a_sentence(thing):
    with pytest.raises(PopulationError):
        lz.Population.from_edges(thing)
