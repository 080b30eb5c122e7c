"""Observed networks: what is read is what was met; the loop replays it; wrong tables get one clear
message."""

from __future__ import annotations

import gzip
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import QUIET, constant_pathogen
from test_chains import traced

import lazaretto as lz
from lazaretto.bench import neutral_law
from lazaretto.populations import (
    PopulationError,
    read_copenhagen,
    read_haslemere,
    read_sociopatterns,
)

MET = pd.DataFrame(
    {
        "one": ["ann", "bob", "ann"],
        "other": ["bob", "cas", "cas"],
        "day": [0.5, 1.25, 3.5],
        "minutes": [30.0, 5.0, 90.0],
    }
)


def met(population, person, day):
    """Whom a person meets on a day: (other, start, minutes)."""
    c = population.city
    cell = person * c.loop_days + day % c.loop_days
    rows = slice(c.contact_start[cell], c.contact_start[cell + 1])
    return list(
        zip(
            c.contact[rows].tolist(),
            c.contact_time[rows].tolist(),
            c.contact_minutes[rows].tolist(),
        )
    )


def test_contacts_are_kept_by_person_and_day_for_both():
    population = lz.Population.from_contacts(MET)
    assert list(population.ids) == ["ann", "bob", "cas"]
    assert population.city.loop_days == 4
    assert met(population, 0, 0) == [(1, 0.5, 30.0)]
    assert met(population, 1, 0) == [(0, 0.5, 30.0)]
    assert met(population, 1, 1) == [(2, 0.25, 5.0)]
    assert met(population, 0, 2) == []
    assert met(population, 2, 3 + 4 * 100) == [(0, 0.5, 90.0)]
    assert population.city.contact_most == pytest.approx([90.0, 30.0, 90.0])


def test_an_infection_runs_along_the_contacts_at_their_times(moscow):
    """Infectious from day 2, onset 3, end 8 after infection; even infectiousness; a hazard so large
    that each contact infects."""
    one = constant_pathogen(hazard=1e3).model_dump()
    one["presymptomatic_relative_infectiousness"]["value"] = 1.0
    one["infectiousness_profile"] = neutral_law("uniform", 0.5, "fraction").model_dump()
    scenario = moscow.replace(days=20, **QUIET)
    scenario = type(scenario).model_validate(scenario.model_dump() | {"pathogen": one})
    run = lz.simulate(scenario, lz.Population.from_contacts(MET), seed=1, first=["ann"])
    table = run.transmissions
    # ann is infectious from 2 to 8: she meets cas on 3.5 and bob on 4.5; bob meets cas on 5.25,
    # before he is infectious
    assert table["infectee"].tolist() == ["ann", "cas", "bob"]
    assert table["infector"].tolist() == [None, "ann", "ann"]
    assert table["day"].to_numpy() == pytest.approx([0.0, 3.5, 4.5])
    assert table["layer"].tolist() == ["seed", "temporal", "temporal"]


def test_the_probability_of_infection_is_one_minus_exp_of_the_hazard(moscow):
    """Question: does a contact of m minutes infect with 1 - exp(-hazard x m / reference)? 4,000
    pairs, 5 standard errors."""
    pairs = 4000
    table = pd.DataFrame(
        {
            "one": np.arange(pairs) * 2,
            "other": np.arange(pairs) * 2 + 1,
            "day": 4.5,
            "minutes": np.where(np.arange(pairs) % 2, 30.0, 10.0),
        }
    )
    one = constant_pathogen(hazard=0.8).model_dump()
    one["presymptomatic_relative_infectiousness"]["value"] = 1.0
    one["infectiousness_profile"] = neutral_law("uniform", 0.5, "fraction").model_dump()
    scenario = type(moscow).model_validate(
        moscow.replace(days=8, **QUIET).model_dump() | {"pathogen": one}
    )
    population = lz.Population.from_contacts(table, loop_days=8, reference_minutes=20.0)
    h = lz.simulate(scenario, population, seed=3, first=(np.arange(pairs) * 2).tolist()).raw.history
    infected = np.zeros(2 * pairs, bool)
    infected[h.person] = True
    for parity, minutes in ((0, 10.0), (1, 30.0)):
        share = infected[1::2][parity::2].mean()
        expected = 1 - np.exp(-0.8 * minutes / 20.0)
        assert abs(share - expected) < 5 * np.sqrt(expected * (1 - expected) / (pairs / 2)), (
            minutes,
            share,
            expected,
        )


def test_a_contact_that_both_report_counts_once():
    both = wrong(one=["ann", "bob", "bob"], other=["bob", "ann", "cas"], day=[0.5, 0.5, 0.5])
    with pytest.warns(lz.populations.DataNotice, match="1 records overlap"):
        assert met(lz.Population.from_contacts(both.assign(minutes=9.0)), 0, 0) == [(1, 0.5, 9.0)]


def test_the_tracer_finds_the_same_contacts(moscow):
    table = pd.DataFrame(
        {"one": [0, 1, 2], "other": [1, 2, 3], "day": [0.5, 0.5, 0.5], "minutes": 60.0}
    )
    scenario = traced(moscow, "interview")
    one = scenario.pathogen.model_dump()
    one["hazard_per_day"] |= {"value": 1000.0, "range": [0.0, 1000.0]}
    one["presymptomatic_relative_infectiousness"]["value"] = 1.0
    one["infectiousness_profile"] = neutral_law("uniform", 0.5, "fraction").model_dump()
    scenario = type(scenario).model_validate(scenario.model_dump() | {"pathogen": one})
    population = lz.Population.from_contacts(table, loop_days=1)
    run = lz.simulate(scenario, population, seed=1, first=[0], keep_lists=True)
    first = run.lists[run.lists["index_case"] == 0]
    assert first["person"].tolist() == [1]
    assert first["true_contact"].all()
    assert first["minutes"].iloc[0] >= 60.0


def test_one_more_person_without_contacts_changes_nothing(moscow):
    generator = np.random.Generator(np.random.Philox(1))
    table = pd.DataFrame(generator.integers(0, 200, (3000, 2)), columns=["one", "other"])
    table = table[table["one"] != table["other"]].assign(
        day=lambda t: np.linspace(0, 6.9, len(t)), minutes=20.0
    )
    population = lz.Population.from_contacts(table, reference_minutes=20)
    one = moscow.pathogen.model_dump() | {
        "hazard_per_day": {
            "value": 0.2,
            "unit": "1/day",
            "range": [0, 1],
            "source": "test",
            "status": "assumption",
        }
    }
    scenario = moscow.replace(
        days=60, initial_infections=3, tracing="interview", isolation="sms-and-police"
    )
    scenario = type(scenario).model_validate(scenario.model_dump() | {"pathogen": one})
    before, after = (
        lz.simulate(scenario, p, seed=2).raw for p in (population, population.with_hermit())
    )
    assert len(before.history.person) > 20
    for x, y in zip(before.history[3:], after.history[3:]):
        np.testing.assert_array_equal(x, y)
    np.testing.assert_array_equal(before.tally.daily, after.tally.daily)


def test_edges_make_a_weighted_graph():
    table = pd.DataFrame({"a": [7, 7, 9], "b": [9, 8, 8], "w": [1.0, 4.0, 2.0]})
    population = lz.Population.from_edges(table, "a", "b", "w", people=[7, 8, 9, 10])
    c = population.city
    assert population.people == 4
    assert c.link_start.tolist() == [0, 2, 4, 6, 6]
    assert c.link.tolist() == [1, 2, 0, 2, 0, 1]
    assert (c.link_weight * np.repeat(c.link_most, np.diff(c.link_start))).tolist() == [
        4.0,
        1.0,
        4.0,
        2.0,
        1.0,
        2.0,
    ]
    assert c.link_most.tolist() == [4.0, 4.0, 2.0, 0.0]
    halved = lz.Population.from_edges(table, "a", "b", "w", reference=2.0)
    assert halved.city.link_most.tolist() == [2.0, 2.0, 1.0]
    assert "a link of w 2 has the hazard per day" in repr(halved)
    assert c.reach == 3


def test_sociopatterns_records_become_contacts(tmp_path):
    file = tmp_path / "tij.dat"
    file.write_text("20\t5\t3\tA\tB\n40\t3\t5\tB\tA\n60\t5\t3\tA\tB\n100 5 3 A B\n86440 3 4 B A\n")
    table = read_sociopatterns(file)
    assert table["one"].tolist() == [3, 3, 3]
    assert table["other"].tolist() == [5, 5, 4]
    assert table["minutes"].tolist() == pytest.approx([1.0, 20 / 60, 20 / 60])
    assert table["day"].tolist() == pytest.approx([0.0, 80 / 86_400, 86_420 / 86_400])
    packed = tmp_path / "tij.dat.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    pd.testing.assert_frame_equal(read_sociopatterns(packed), table)


def test_copenhagen_scans_become_contacts(tmp_path):
    file = tmp_path / "bt_symmetric.csv"
    file.write_text(
        "# "
        "timestamp,user_a,user_b,rssi\n0,0,-1,0\n300,0,1,-60\n600,1,0,-80\n600,0,-2,-70\n1500,0,1,-90\n"
    )
    table = read_copenhagen(file)
    assert table["minutes"].tolist() == [10.0, 5.0]
    assert read_copenhagen(file, least_rssi=-85)["minutes"].tolist() == [10.0]


def test_haslemere_bins_become_contacts(tmp_path):
    file = tmp_path / "edges_by_day.csv"
    file.write_text("i,j,thu,fri,sat,n_days\n1,2,0,3,1,2\n2,5,1,0,0,1\n")
    table = read_haslemere(file)
    assert sorted(zip(table["one"], table["other"], table["minutes"])) == [
        (1, 2, 5.0),
        (1, 2, 15.0),
        (2, 5, 5.0),
    ]
    assert lz.Population.from_contacts(table, loop_days=3, sort=True).people == 3


def wrong(**changes) -> pd.DataFrame:
    return MET.assign(**changes)


@pytest.mark.parametrize(
    ("table", "settings", "message"),
    [
        (MET.iloc[:0], {}, "the table is empty"),
        (MET, {"time": "when"}, "there is no column 'when'; there are: one, other, day, minutes"),
        (
            wrong(day=[1.0, 0.5, 2.0]),
            {},
            r"row 2: the times go backwards here: .*day 0.5, minutes 5.0. Sort the table by time",
        ),
        (wrong(day=[-1.0, 0.5, 2.0]), {}, "row 1: the time is negative"),
        (wrong(day=[0.0, np.nan, 2.0]), {}, "row 2: a value is missing"),
        (wrong(day=["x", "1", "2"]), {}, "row 1: a number is needed: day x"),
        (wrong(minutes=[0.0, 1.0, 1.0]), {}, "row 1: a contact must last longer than 0 minutes"),
        (wrong(other=["bob", "bob", "cas"]), {}, "row 2: a person meets themselves"),
        (
            wrong(one=[1.5, 2.0, 3.0], other=[2.0, 3.0, 4.0]),
            {},
            "row 1: ids must be whole numbers or names",
        ),
        (MET, {"loop_days": 2}, "row 3: the time lies beyond the loop of 2 days"),
        (MET, {"loop_days": 0}, "loop_days must be a whole number of at least 1"),
        (
            MET,
            {"time_unit": "week"},
            "time_unit must be one of second, minute, hour, day, or parts of a second; got 'week'",
        ),
        (
            MET,
            {"people": ["ann", "bob"]},
            "row 2: this person is not among `people`: one bob, other cas",
        ),
        (MET, {"people": ["ann", "ann"]}, "'ann' stands there twice"),
    ],
)
def test_wrong_contacts_get_one_clear_message(table, settings, message):
    with pytest.raises(PopulationError, match=message):
        lz.Population.from_contacts(table, **settings)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pd.DataFrame({"one": [0, 1], "other": [1, 0]}), "row 2: this link is given twice"),
        (pd.DataFrame({"one": [0], "other": [0]}), "row 1: a person meets themselves"),
        (pd.DataFrame({"one": [0], "other": [1], "weight": [-1.0]}), "the weight must be above 0"),
        ("no-such-file.csv", "no-such-file.csv: there is no such file"),
    ],
)
def test_wrong_edges_get_one_clear_message(table, message):
    with pytest.raises(PopulationError, match=message):
        weight = "weight" if isinstance(table, pd.DataFrame) and "weight" in table else None
        lz.Population.from_edges(table, weight=weight)


def test_files_that_are_no_lists_are_refused(tmp_path):
    (tmp_path / "tij.dat").write_text("a b c\n")
    with pytest.raises(PopulationError, match="row 1: times and people must be whole numbers"):
        read_sociopatterns(tmp_path / "tij.dat")
    (tmp_path / "empty.dat").write_text("")
    with pytest.raises(PopulationError, match="there is no contact in it"):
        read_sociopatterns(tmp_path / "empty.dat")
    MET.to_csv(tmp_path / "met.csv", index=False)
    assert lz.Population.from_contacts(tmp_path / "met.csv").people == 3


def real_data() -> Path:
    """The folder with real data, or a skip that says so."""
    folder = lz.datasets.folder()
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    for found in (folder, beside):
        if (found / "copenhagen_cns").is_dir():
            return found
    pytest.skip("no real data: set LAZARETTO_DATA to a folder that holds them")


def observed_run(moscow, population, hazard: float, **settings):
    one = moscow.pathogen.model_dump() | {
        "hazard_per_day": {
            "value": hazard,
            "unit": "1/day",
            "range": [0, 100],
            "source": "test",
            "status": "assumption",
        }
    }
    settings = {"tracing": "interview", **settings}
    scenario = moscow.replace(days=60, initial_infections=3, isolation="sms-and-police", **settings)
    return lz.simulate(
        type(scenario).model_validate(scenario.model_dump() | {"pathogen": one}),
        population,
        seed=1,
        keep_lists=True,
    )


def test_the_engine_runs_on_the_office_network_of_hypergraphx(moscow):
    """InVS13 (CC0), as the package hypergraphx carries it: 92 people, 755 pairs, 9,827 records of
    20 seconds."""
    try:
        found = [f for f in files("hypergraphx") or [] if f.name == "workplace.dat"]
    except PackageNotFoundError:
        pytest.skip("the package hypergraphx is not installed (extra dev)")
    assert found, "hypergraphx no longer carries workplace.dat"
    table = read_sociopatterns(Path(str(found[0].locate())))
    assert table["minutes"].sum() == pytest.approx(9827 / 3)
    assert len(table[["one", "other"]].drop_duplicates()) == 755
    assert table["minutes"].mean() == pytest.approx(0.71, abs=0.005)
    population = lz.Population.from_contacts(
        table, loop_days=14, reference_minutes=table["minutes"].mean()
    )
    assert population.people == 92
    run = observed_run(moscow, population, 5.0)
    assert len(run.transmissions) > 20
    assert set(run.transmissions["layer"]) == {"seed", "temporal"}
    assert len(run.lists) > 0
    assert run.lists["true_contact"].all()


def test_the_engine_runs_on_copenhagen_and_haslemere(moscow):
    folder = real_data()
    sessions = pd.read_csv(folder / "copenhagen_cns" / "bt_sessions_15min.csv.gz").assign(
        minutes=15.0
    )
    population = lz.Population.from_contacts(
        sessions,
        "user_a",
        "user_b",
        "start",
        "minutes",
        time_unit="second",
        loop_days=28,
        people=range(850),
        reference_minutes=15.0,
        sort=True,
    )
    assert len(population.city.contact) == 2 * (106_258 + 320)  # so many went on after midnight
    assert population.city.contact_minutes.sum() == pytest.approx(2 * 106_258 * 15.0)
    assert (population.city.contact_most > 0).sum() == 670
    run = observed_run(moscow, population, 0.05)
    assert len(run.transmissions) > 100
    calls, messages = (
        pd.read_csv(folder / "copenhagen_cns" / f"{name}.csv.gz") for name in ("calls", "sms")
    )
    both = pd.concat(
        [
            calls[["caller", "callee"]],
            messages.set_axis(["timestamp", "caller", "callee"], axis=1)[["caller", "callee"]],
        ]
    )
    known = population.with_calls(both, "caller", "callee")
    pairs = {(a, b) for a, b in both.itertuples(index=False) if a != b}
    pairs |= {(b, a) for a, b in pairs}
    listed = observed_run(moscow, known, 0.05, tracing="call-list").lists
    assert len(listed) > 100
    assert set(zip(listed["index_case"], listed["person"])) <= pairs
    assert (
        0.3 < listed["true_contact"].mean() < 1.0
    )  # some of those called were not met in the window
    assert (
        set(zip(run.lists["index_case"], run.lists["person"])) - pairs
    )  # interviews name people who were never called
    rows = read_haslemere(folder / "haslemere_covidhm" / "edges_by_day.csv.gz")
    mean = rows["minutes"].mean()
    haslemere = lz.Population.from_contacts(rows, loop_days=3, reference_minutes=mean, sort=True)
    assert haslemere.people == 411  # of 468 numbers
    assert len(haslemere.city.contact) == 2 * 1616
    assert len(observed_run(moscow, haslemere, 0.3).transmissions) > 20
