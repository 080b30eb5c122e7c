"""Contact files with something wrong: a population, or one clear message that names the file."""

from __future__ import annotations

import bz2
import gzip
import os

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strange import ENDINGS, tables

import lazaretto as lz
from lazaretto.population.idealised import PopulationError
from lazaretto.population.readers import read_copenhagen, read_haslemere, read_sociopatterns

MORE = settings(
    deadline=20_000,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    derandomize=True,
)
DOORS = {
    "edges": lz.Population.from_edges,
    "weighted": lambda path: lz.Population.from_edges(path, weight="minutes"),
    "contacts": lz.Population.from_contacts,
    "sorted contacts": lambda path: lz.Population.from_contacts(
        path, sort=True, time_unit="second"
    ),
    "sociopatterns": lambda path: lz.Population.from_contacts(read_sociopatterns(path)),
    "copenhagen": lambda path: lz.Population.from_contacts(read_copenhagen(path)),
    "haslemere": lambda path: lz.Population.from_contacts(read_haslemere(path)),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("strange")


def opened(door: str, path) -> lz.Population | None:
    """The population, or None where the file was refused as it should be."""
    try:
        return DOORS[door](path)
    except PopulationError as problem:
        text = str(problem)
        assert path.name in text or "observed" in text, text
        assert "Traceback" not in text and len(text) < 20_000
        return None


@pytest.mark.parametrize("door", DOORS)
@given(content=tables(), ending=st.sampled_from(ENDINGS), packed=st.booleans())
@settings(MORE, max_examples=120)
def test_a_table_is_taken_or_refused_in_one_message(folder, door, content, ending, packed):
    path = folder / ("mine" + ending)
    path.write_bytes(gzip.compress(content) if packed and ending.endswith("gz") else content)
    found = opened(door, path)
    if found is not None:
        city = found.city
        assert found.people >= 2
        for array in (city.link, city.contact):
            assert not len(array) or (array.min() >= 0 and array.max() < found.people)
        assert np.isfinite(city.link_weight).all() and np.isfinite(city.contact_minutes).all()


@pytest.mark.parametrize("door", DOORS)
@given(content=st.binary(max_size=300), ending=st.sampled_from(ENDINGS))
@settings(MORE, max_examples=60)
def test_any_bytes_are_refused_clearly(folder, door, content, ending):
    path = folder / ("bytes" + ending)
    path.write_bytes(content)
    opened(door, path)


@pytest.mark.parametrize("door", DOORS)
def test_places_that_are_no_files(tmp_path, door):
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nothing.csv")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "device.csv").symlink_to("/dev/zero")
    for name in (
        "pipe.csv",
        "loop.csv",
        "gone.csv",
        "folder.csv",
        "device.csv",
        "a" * 300 + ".csv",
        "a\0b.csv",
    ):
        with pytest.raises(PopulationError):
            DOORS[door](tmp_path / name)


def test_a_symlink_to_a_table_is_the_table(tmp_path):
    (tmp_path / "table.csv").write_text("one,other\n0,1\n1,2\n")
    (tmp_path / "link.csv").symlink_to(tmp_path / "table.csv")
    assert lz.Population.from_edges(tmp_path / "link.csv").people == 3


@pytest.mark.parametrize("cut", [1, 10, 30])
@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_packed_files_that_end_too_soon(tmp_path, cut, pack):
    content = "one,other,day,minutes\n" + "".join(f"{i},{i + 1},{i / 100},5\n" for i in range(400))
    path = tmp_path / ("short.csv.gz" if pack is gzip.compress else "short.csv.bz2")
    path.write_bytes(pack(content.encode())[:-cut])
    with pytest.raises(PopulationError, match="short"):
        lz.Population.from_contacts(path)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("timestamp,user_a,user_b,rssi\n0,0,x,-70\n", "a number is needed: user_b x"),
        ("timestamp,user_a,user_b,rssi\n0,0,1,loud\n", "a number is needed: rssi loud"),
        ("timestamp,user_a,user_b,rssi,#rssi\n0,0,1,-70,-70\n", "several columns 'rssi'"),
        ("timestamp,user_a,user_b,rssi\n0,18446744073709551615,1,-70\n", "whole numbers from 0 on"),
        ("timestamp,user_a,user_b,rssi\n1e300,0,1,-70\n", "whole numbers from 0 on"),
    ],
)
def test_a_list_of_scans_with_words_or_huge_numbers_is_refused(tmp_path, rows, told):
    (tmp_path / "scans.csv").write_text(rows)
    with pytest.raises(PopulationError, match=told):
        read_copenhagen(tmp_path / "scans.csv", least_rssi=-80.0)


IDS = st.one_of(
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.text(max_size=3),
    st.none(),
    st.booleans(),
    st.binary(max_size=2),
    st.tuples(st.integers(0, 1)),
)


@given(
    st.lists(
        st.tuples(IDS, IDS, st.floats() | st.integers(), st.floats() | st.text(max_size=2)),
        max_size=4,
    ),
    st.sampled_from([None, 0, -1, 3, 10**12, [1, "a"], []]),
)
@settings(MORE, max_examples=200)
def test_tables_in_memory_with_anything_in_them(rows, people):
    frame = pd.DataFrame(rows, columns=["one", "other", "day", "minutes"])
    for door in (lz.Population.from_edges, lz.Population.from_contacts):
        try:
            door(frame, people=people)
        except PopulationError as problem:
            assert str(problem)


def test_formulas_and_markup_in_names_stay_names(tmp_path):
    """A spreadsheet must not run what somebody else's contact file calls a person."""
    (tmp_path / "table.csv").write_text(
        "one,other\n=cmd|' /C calc'!A0,<script>alert(1)</script>\n<script>alert(1)</script>,Ivan\n"
    )
    population = lz.Population.from_edges(tmp_path / "table.csv")
    assert set(population.ids) == {"=cmd|' /C calc'!A0", "<script>alert(1)</script>", "Ivan"}
