"""R0 is solved once: the answer is remembered in the process and on disk, and a damaged file is
solved again."""

from __future__ import annotations

import json

import pytest

import lazaretto as lz
from lazaretto.outcomes import reproduction as remembered


@pytest.fixture
def empty_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(remembered, "CACHE_FOLDER", tmp_path)
    remembered._remembered.cache_clear()
    yield tmp_path
    remembered._remembered.cache_clear()


def test_r0_is_read_from_disk_and_solved_again_when_damaged(
    moscow, town, empty_memory, monkeypatch
):
    found = remembered.reproduction(moscow.pathogen, town)
    assert found.r0 == pytest.approx(moscow.pathogen.R0.value, rel=0.01)
    (file,) = (empty_memory / "reproduction").glob("*.json")
    asked = []
    monkeypatch.setattr(remembered, "_solve", lambda *question: asked.append(question) or found)
    remembered._remembered.cache_clear()
    assert remembered.reproduction(moscow.pathogen, town) == found
    assert not asked, "read from disk, the very same numbers"
    for damage in (
        "",
        "{",
        "[]",
        json.dumps({"r0": 1.0}),
        json.dumps({**found._asdict(), "more": 1}),
    ):
        file.write_text(damage)
        remembered._remembered.cache_clear()
        assert remembered.reproduction(moscow.pathogen, town) == found
    assert len(asked) == 5


def test_another_population_or_pathogen_is_another_question(moscow, town, empty_memory):
    remembered.reproduction(moscow.pathogen, town)
    remembered.reproduction(moscow.replace(**{"pathogen.R0": 1.5}).pathogen, town)
    remembered.reproduction(
        moscow.pathogen, lz.build_population(moscow.population, people=5000, seed=2)
    )
    assert len(list((empty_memory / "reproduction").glob("*.json"))) == 3


def test_a_folder_that_cannot_be_written_only_costs_solving_again(
    moscow, town, empty_memory, monkeypatch
):
    (empty_memory / "reproduction").write_text("a file where the folder should be")
    assert remembered.reproduction(moscow.pathogen, town).r0 == pytest.approx(
        moscow.pathogen.R0.value, rel=0.01
    )
