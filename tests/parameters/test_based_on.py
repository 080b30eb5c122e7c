"""Judges: parameters.

Files that say what differs: what they are based on, parts by name, measures as a table, and
sources from one bibliography.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pytest

import lazaretto as lz
from lazaretto.parameters import ParameterError, file_of, library, load, origins
from lazaretto.parameters.files import bibliography

PARAMS = library.params_folder()
BIB = tomllib.loads((PARAMS / "sources.toml").read_text())
FILES = sorted(f for f in PARAMS.rglob("*.toml") if f.name != "sources.toml")
OWN = 'title = "Own"\ndescription = "test"\n'


def own(folder: Path, text: str, name: str = "own.toml") -> Path:
    file = folder / name
    file.write_text(OWN + text)
    return file


def test_what_is_not_stated_is_that_of_the_base_and_the_rest_differs(tmp_path):
    number = 'quarantine_days = { value = 9.0, source = "mine" }\n'
    file = own(tmp_path, 'based_on = "advice"\n' + number)
    mine, base = load("isolation", file), load("isolation", "advice")
    days, was = mine.quarantine_days, base.quarantine_days
    assert (days.value, days.source) == (9.0, "mine") and was.value != 9.0
    assert (days.unit, days.range) == (was.unit, was.range)
    assert mine.breach_per_day == base.breach_per_day
    assert mine.title == "Own"


def test_another_number_needs_a_source_of_its_own(tmp_path):
    file = own(tmp_path, 'based_on = "advice"\nharshness = { value = 0.25 }\n')
    with pytest.raises(ParameterError, match=r"own\.toml: harshness: .* needs a source of its own"):
        load("isolation", file)


def test_another_number_does_not_keep_what_was_said_of_the_old_one(tmp_path):
    """Neither its note, nor its status, nor its distribution."""
    base = load("isolation", "sms-and-police").monitoring[0].false_alarm_per_person_day
    assert base.note and base.distribution is not None
    text = 'false_alarm_per_person_day = { value = 0.03, source = "mine" }\n'
    head = 'based_on = "sms-and-police"\n[monitoring.operator-position]\n'
    mine = load("isolation", own(tmp_path, head + text)).monitoring[0].false_alarm_per_person_day
    assert (mine.value, mine.note, mine.distribution) == (0.03, "", None)
    assert (mine.status, mine.range) == ("assumption", base.range)


def test_files_based_on_each_other_are_refused(tmp_path):
    own(tmp_path, 'based_on = "two.toml"\n', "one.toml")
    own(tmp_path, 'based_on = "one.toml"\n', "two.toml")
    with pytest.raises(ParameterError, match="based on each other"):
        load("isolation", tmp_path / "one.toml")


def test_a_base_that_is_not_there_is_refused_with_a_suggestion(tmp_path):
    with pytest.raises(ParameterError, match=r"based_on: there is no 'advise'.*'advice'"):
        load("isolation", own(tmp_path, 'based_on = "advise"\n'))


def test_inherited_parts_are_dropped_by_name_and_nothing_else_can_be(tmp_path):
    file = own(tmp_path, 'based_on = "selfie-app"\nwithout = ["monitoring", "ladder", "appeals"]\n')
    assert load("isolation", file).monitoring == ()
    with pytest.raises(ParameterError, match="nothing called 'moat' is inherited"):
        load("isolation", own(tmp_path, 'based_on = "advice"\nwithout = ["moat"]\n'))


def test_instruments_are_taken_by_name_from_other_levels_and_changed(tmp_path):
    text = """
[instruments]
household = "household"

[instruments.interview]
based_on = "interview-resourced"
delay = { mean = 2.5, source = "mine" }
"""
    level = load("tracing", own(tmp_path, text))
    taken, changed = level.instruments
    assert taken == load("tracing", "household").instruments[0]
    model = next(
        i for i in load("tracing", "interview-resourced").instruments if i.type == "interview"
    )
    assert changed.delay.mean == 2.5 and changed.delay.family == model.delay.family
    assert changed.model_copy(update={"delay": model.delay}) == model
    with pytest.raises(
        ParameterError, match=r"instruments\.interview: 'household' has no 'interview'"
    ):
        load("tracing", own(tmp_path, '[instruments]\ninterview = "household"\n'))


def test_the_older_way_to_write_lists_still_loads():
    """`[[instruments]]` with a type, as users' own files have it."""
    level = load("tracing", Path(__file__).parent / "old" / "tracing" / "interview.toml")
    assert [i.type for i in level.instruments] == ["interview"]
    assert lz.load_scenario("no-measures").replace(tracing=level).parameter_hash == (
        lz.load_scenario("no-measures").replace(tracing="interview").parameter_hash
    )


def test_measures_stand_in_a_table_and_errors_name_its_line(tmp_path):
    for name in ("moscow-spring-2020.toml", "moscow-spring-2020.csv"):
        shutil.copy(PARAMS / "region" / name, tmp_path)
    file, table = tmp_path / "moscow-spring-2020.toml", tmp_path / "moscow-spring-2020.csv"
    assert load("region", file) == load("region", "moscow-spring-2020")
    lines = table.read_text().splitlines()
    column = lines[0].split(",").index("work_factor")
    cells = lines[2].split(",")
    cells[column] = "half"
    table.write_text("\n".join([*lines[:2], ",".join(cells), *lines[3:]]))
    with pytest.raises(ParameterError, match=r"line 3: work_factor: a number is needed"):
        load("region", file)
    table.unlink()
    with pytest.raises(ParameterError, match="stands beside the file"):
        load("region", file)


def test_each_publication_stands_once_in_order_and_is_cited(tmp_path):
    assert list(BIB) == sorted(BIB)
    everything = "\n".join(f.read_text() for f in [*FILES, *PARAMS.rglob("*.csv")])
    cited = set(re.findall(r"@([a-z]+\d{4}[a-z]?)", everything))
    assert cited == set(BIB)
    for file in FILES:
        beside_notes = re.sub(r'note = "[^"]*"', "", file.read_text())
        assert not re.search(r"\b10\.\d{4,}/", beside_notes), (
            f"{file.name}: a DOI outside sources.toml"
        )


def test_a_source_is_told_in_full_and_an_unknown_key_is_refused(tmp_path):
    key, entry = next(iter(BIB.items()))
    number = f'quarantine_days = {{ value = 9.0, source = "as in @{key}, page 3" }}\n'
    mine = load("isolation", own(tmp_path, 'based_on = "advice"\n' + number))
    assert mine.quarantine_days.source == f"as in {entry['text']} ({entry['doi']}), page 3"
    wrong = number.replace(f"@{key}", f"@{key[:-1]}9z")
    with pytest.raises(ParameterError, match=rf"@{key[:-1]}9z stands in no line"):
        load("isolation", own(tmp_path, 'based_on = "advice"\n' + wrong))
    assert bibliography(tmp_path / "sources.toml") == {}


def test_where_each_value_came_from_is_told():
    known = origins("tracing", "integrated")
    assert file_of("tracing.close_minutes", known) == "integrated.toml"
    assert file_of("tracing.instruments.household.delay.mean", known) == "household.toml"
    whole = origins("scenarios", "moscow-2020")
    assert file_of("population.age_pyramid", whole) == "moscow.toml"
    assert file_of("people", whole) == "no-measures.toml"
    assert file_of("pathogen.R0", whole) == "sars-cov-2-ancestral.toml"


def test_files_stay_short():
    lines = {f: len(f.read_text().splitlines()) for f in FILES}
    assert sum(lines.values()) <= 3500
    most = {"scenarios": 25, "isolation": 70}
    assert not [f for f, n in lines.items() if n > most.get(f.parent.name, 250)]
    assert lines[PARAMS / "tracing" / "integrated.toml"] <= 30
    places = [
        n for f, n in lines.items() if f.parent.name == "populations" and f.stem != "generic-city"
    ]
    assert max(places) <= 50


def test_a_place_is_one_file(tmp_path):
    """As CONTRIBUTING says: what differs from the generic city, in at most 50 lines."""
    moscow = (PARAMS / "populations" / "moscow.toml").read_text()
    file = tmp_path / "my-town.toml"
    file.write_text(moscow.replace('title = "Moscow"', 'title = "My town"'))
    place = lz.parameters.load_population(file)
    assert place.title == "My town" and lz.build_population(place, people=500).people == 500
