"""Judges: population, contacts.

Real sets as a user would read them: each is read whole by the public readers, what it holds is what
its publication says, its ids come out again, and an epidemic runs on it. Skipped, and said, where
they are not there.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from test_observed import observed_run, real_data

import lazaretto as lz
from lazaretto.population.errors import PopulationError

STEP = 20 / 60  # minutes of a record of badges


def comes_out(run: lz.Run, population: lz.Population, layers: set[str]) -> None:
    """Somebody was infected by somebody else, all by the user's ids and layers."""
    met = run.transmissions.query("layer != 'seed'")
    known = set(population.ids)
    assert len(met) > 5
    assert set(met["infector"]) <= known and set(met["infectee"]) <= known
    assert set(met["layer"]) <= layers
    assert set(run.linelist["id"]) <= known


@pytest.mark.parametrize(
    ("name", "people", "records", "pairs"),
    [
        ("sociopatterns_workplace_invs13", 92, 9_827, 755),
        ("sociopatterns_workplace_invs15", 217, 78_249, 4_274),
        ("sociopatterns_conference_sfhh", 403, 70_261, 9_565),
    ],
)
def test_badges_of_sociopatterns(moscow, name, people, records, pairs):
    """People, records and pairs as published (Génois and Barrat 2018, table 1); departments as
    areas, where the set names them."""
    folder = real_data() / name
    table = lz.populations.read_sociopatterns(folder / "tij.dat.gz")
    assert table["minutes"].sum() == pytest.approx(records * STEP)
    assert len(table[["one", "other"]].drop_duplicates()) == pairs
    of_people = None
    if (folder / "metadata.txt").exists():
        of_people = pd.read_csv(folder / "metadata.txt", sep="\t", names=["id", "area"])
        of_people = of_people[of_people["id"].isin(set(table["one"]) | set(table["other"]))]
    population = lz.Population.from_contacts(
        table, people=of_people, reference_minutes=float(table["minutes"].mean())
    )
    assert population.people == people
    if of_people is not None:
        assert len(population.city.area_start) - 1 == of_people["area"].nunique()
    comes_out(observed_run(moscow, population, 2.0), population, {"temporal"})


@pytest.mark.parametrize(
    ("name", "people", "alone"),
    [
        ("InVS13", 100, 5),
        ("InVS15", 232, 13),
        ("LH10", 81, 8),
        ("LyonSchool", 242, 0),
        ("Thiers13", 332, 4),
    ],
)
def test_presence_in_the_same_room_of_sociopatterns(moscow, name, people, alone):
    """Links weighted by windows of 20 seconds; wards, classes and departments as groups that meet
    besides."""
    folder = real_data() / "sociopatterns_copresence"
    table = pd.read_csv(folder / f"copresence_{name}.csv.gz")
    table = table[table["copresence_20s"] > 0]
    of_people = pd.read_csv(folder / f"metadata_{name}.csv.gz")
    population = lz.Population.from_edges(
        table,
        "i",
        "j",
        "copresence_20s",
        people=of_people,
        reference=float(table["copresence_20s"].mean()),
    )
    assert population.people == people
    assert (np.diff(population.city.link_start) == 0).sum() == alone
    assert len(population.city.link) == 2 * len(table)
    assert len(population.city.group_start) - 1 == of_people["group"].nunique()
    comes_out(observed_run(moscow, population, 0.02), population, {"static", "group"})


def test_households_of_rural_kenya(moscow):
    """Kiti et al. 2016: times are known to the hour, so a pair's records in one add up; contacts
    within and across households are layers of their own."""
    folder = real_data() / "kenya_households"
    parts = [
        pd.read_csv(folder / f"contacts_{kind}_households.csv.gz").assign(layer=kind)
        for kind in ("within", "across")
    ]
    table = pd.concat(parts, ignore_index=True)
    table["one"] = table["h1"] + table["m1"].astype(str)
    table["other"] = table["h2"] + table["m2"].astype(str)
    table["hours"] = (table["day"] - 1) * 24 + table["hour"] - 1
    table["minutes"] = table["duration"] / 60
    settings = dict(
        time="hours",
        time_unit="hour",
        sort=True,
        layer="layer",
        layer_hazard={"within": 1.0, "across": 2.0},
        loop_days=3,
    )
    with pytest.warns(lz.populations.DataNotice, match="longer together .* in 60 of"):
        population = lz.Population.from_contacts(table, resolution="hour", **settings)
    pair = table[["one", "other"]].apply(lambda row: " ".join(sorted(row)), axis=1)
    hourly = table.groupby([pair, "hours"])["minutes"].sum()
    assert population.city.contact_minutes.sum() == pytest.approx(2 * hourly.clip(upper=60).sum())
    with pytest.warns(lz.populations.DataNotice, match="records overlap"):
        once = lz.Population.from_contacts(table, **settings)
    assert once.city.contact_minutes.sum() < population.city.contact_minutes.sum()
    comes_out(observed_run(moscow, population, 0.2), population, {"within", "across"})
    with pytest.raises(PopulationError, match="resolution must be one of"):
        lz.Population.from_contacts(table, resolution="fortnight", **settings)


def test_households_of_south_africa(moscow):
    """Kleynhans et al. 2023: 88 households; clocks of sensors were set anew, so each household
    counts from its own first contact."""
    folder = real_data() / "southafrica_households_sashts"
    table = pd.read_csv(folder / "contacts.csv.gz")
    table["seconds"] = table["t_sec"] - table.groupby("hh")["t_sec"].transform("min")
    table = table[table["seconds"] < 14 * 86_400]
    table["minutes"] = table["duration_sec"] / 60
    of_people = pd.read_csv(folder / "metadata.csv.gz").rename(
        columns={"indid": "id", "hhid": "area"}
    )[["id", "area"]]
    population = lz.Population.from_contacts(
        table,
        "i",
        "j",
        "seconds",
        time_unit="second",
        sort=True,
        people=of_people,
        loop_days=14,
        reference_minutes=30.0,
    )
    assert population.people == len(of_people)
    assert len(population.city.area_start) - 1 == of_people["area"].nunique()
    run = observed_run(moscow, population, 3.0)
    comes_out(run, population, {"temporal"})
    home = dict(zip(of_people["id"], of_people["area"]))
    met = run.transmissions.query("layer == 'temporal'")
    assert (met["infector"].map(home) == met["infectee"].map(home)).all()


def test_haslemere_and_a_phone_list_of_copenhagen(moscow):
    """Kissler et al. 2018, those within 4 metres of somebody on three days; Sapiezynski et al.
    2019: calls and messages of the same students whose phones met."""
    folder = real_data()
    table = lz.populations.read_haslemere(folder / "haslemere_covidhm" / "edges_by_day.csv.gz")
    population = lz.Population.from_contacts(table, reference_minutes=60.0)
    assert population.people == 411
    assert len(table[["one", "other"]].drop_duplicates()) == 1_257
    comes_out(observed_run(moscow, population, 0.5), population, {"temporal"})
    students = lz.Population.from_edges(
        folder / "copenhagen_cns" / "bt_pairs_28d.csv.gz",
        "user_a",
        "user_b",
        "n_bins",
        reference=288.0,
    )
    assert students.people == 692
    calls = pd.read_csv(folder / "copenhagen_cns" / "calls.csv.gz")
    students = students.with_calls(calls, "caller", "callee")
    run = observed_run(moscow, students, 0.05, tracing="call-list")
    comes_out(run, students, {"static"})
    called = {frozenset(pair) for pair in calls[["caller", "callee"]].itertuples(index=False)}
    listed = {
        frozenset(pair)
        for pair in run.lists.reset_index()[["index_case", "person"]].itertuples(index=False)
    }
    assert listed and listed <= called
