"""Judges: data, population, outcomes.

The user's own people: ids in and out; ages, households, groups and areas; and what must not matter:
names, the order of rows, where people without contacts stand, one more link between strangers.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from conftest import constant_pathogen
from hypothesis import given, settings
from hypothesis import strategies as st

import lazaretto as lz

SEEDS = 60
FEW = settings(max_examples=12, deadline=None, derandomize=True)
STAR = pd.DataFrame({"one": ["hub"] * 4, "other": list("abcd")})


def scenario(moscow, hazard, **more):
    more = {
        "initial_infections": 1,
        "days": 60,
        "pathogen": constant_pathogen(hazard=hazard),
    } | more
    return moscow.replace(**more)


def graph(people=80, links=240, seed=2):
    pairs = np.random.default_rng(seed).integers(0, people, (4 * links, 2))
    pairs = np.unique(np.sort(pairs[pairs[:, 0] != pairs[:, 1]], axis=1), axis=0)
    return pd.DataFrame(pairs[:: max(1, len(pairs) // links)], columns=["one", "other"])


def sizes(moscow, population, hazard=0.15):
    """(SEEDS,) how many were infected."""
    of = scenario(moscow, hazard)
    runs = [lz.simulate(of, population, seed, policy=False) for seed in range(SEEDS)]
    return np.array([len(run.raw.history.person) for run in runs])


def test_the_user_s_ids_go_in_and_come_out_everywhere(moscow, tmp_path):
    more = dict(tracing="interview", isolation="sms-and-police", days=40)
    table = graph().map(lambda n: f"p{n}")
    population = lz.Population.from_edges(table)
    everybody, first = set(population.ids), table["one"].iloc[7]
    state = lz.start(scenario(moscow, 1.0, **more), population, 1, first=[first], keep_lists=True)
    state.advance(5)
    run = lz.load_state(state.save(tmp_path / "s.lz")).finish()
    assert run.transmissions["infectee"].iloc[0] == first
    assert run.transmissions["infector"].iloc[0] is None
    pairs = {frozenset(row) for row in table.itertuples(index=False)}
    later = run.transmissions.iloc[1:]
    assert len(later) > 20 and len(run.lists) > 5
    assert {frozenset(row) for row in zip(later["infector"], later["infectee"])} <= pairs
    for table, columns in (
        (run.events, ["person"]),
        (run.lists, ["index_case", "person"]),
        (run.sanctions, ["person"]),
        (run.linelist, ["id"]),
        (run.contacts, ["from", "to"]),
    ):
        for column in columns:
            assert set(table[column]) <= everybody, column
    assert set(run.by_number.events["person"]) <= set(range(population.people))
    case = run.lists["index_case"].iloc[0]
    assert set(run.tracer_view(case)["on the list", "person"]) <= everybody
    assert lz.figures.network(run) is not None


@pytest.mark.parametrize("first", [[1], np.array([1]), ["1"], [1.0], pd.Series([1])])
def test_numbers_are_ids_and_not_positions(moscow, first):
    population = lz.Population.from_edges([(1, 2), (1, 3), (1, 7)])
    run = lz.simulate(scenario(moscow, 20.0), population, 1, first=first, policy=False)
    assert run.transmissions["infectee"].iloc[0] == 1
    assert set(run.transmissions["infectee"]) == {1, 2, 3, 7}
    assert set(run.transmissions["infector"]) == {-1, 1}


@pytest.mark.parametrize("first", [["nobody"], [0], [-1], "hub", 3, [None], [1.5]])
def test_strangers_are_refused(moscow, first):
    with pytest.raises(lz.ParameterError, match="first: "):
        lz.simulate(scenario(moscow, 1.0), lz.Population.from_edges(STAR), 1, first=first)
    idealised = lz.populations.path(5)
    with pytest.raises(lz.ParameterError, match=r"numbered 0 to 4|a list of people"):
        lz.simulate(scenario(moscow, 1.0), idealised, 1, first=[7])


def test_calls_go_by_the_same_ids():
    population = lz.Population.from_edges(
        [("01", "X7"), ("X7", "2")], people=["2", "01", "X7", "9"]
    )
    known = population.with_calls(pd.DataFrame({"a": ["01", "q"], "b": [2, "X7"]}), "a", "b")
    ids = np.asarray(known.ids)
    who = np.repeat(np.arange(4), np.diff(known.city.call_start))
    assert {frozenset((ids[a], ids[b])) for a, b in zip(who, known.city.call)} == {
        frozenset(("01", "2"))
    }


@given(st.randoms(use_true_random=False))
@FEW
def test_the_order_of_rows_and_the_place_of_the_isolated_change_nothing(moscow, random):
    """The same people, infection by infection."""
    table, alone = graph(), [1000 + i for i in range(40)]
    rows = list(table.itertuples(index=False, name=None))
    linked = sorted({person for row in rows for person in row})
    plain = lz.Population.from_edges(table, people=linked + alone)
    mixed = [row[::-1] if random.random() < 0.5 else row for row in rows]
    random.shuffle(mixed)
    position = random.randint(0, len(linked))
    others = lz.Population.from_edges(mixed, people=linked[:position] + alone + linked[position:])
    assert others.city.reach == plain.city.reach == len(linked)
    of = scenario(moscow, 1.0)
    a, b = (lz.simulate(of, p, 5, policy=False).transmissions for p in (plain, others))
    pd.testing.assert_frame_equal(a, b)


def test_names_do_not_matter_in_distribution(moscow):
    table = graph()
    names = {n: f"p{(n * 37) % 80:03d}" for n in range(80)}
    renamed = lz.Population.from_edges(table.map(names.get))
    a, b = (sizes(moscow, p) for p in (lz.Population.from_edges(table), renamed))
    spread = np.sqrt((a.var() + b.var()) / SEEDS)
    assert spread > 0 and abs(a.mean() - b.mean()) < 4 * spread


@given(weight=st.floats(1e-3, 1e3))
@FEW
def test_one_more_link_between_strangers_changes_nobody_s_risk(moscow, weight):
    """Bit for bit: those who had links before are infected by the same at the same times."""
    table = graph().assign(hours=2.0)
    more = pd.concat([table, pd.DataFrame({"one": [900], "other": [901], "hours": [weight]})])
    people = range(902)
    of = scenario(moscow, 0.3)
    first = [int(table["one"].iloc[0])]
    a, b = (
        lz.simulate(
            of,
            lz.Population.from_edges(t, weight="hours", people=people),
            3,
            first=first,
            policy=False,
        )
        for t in (table, more)
    )
    assert len(a.transmissions) > 3
    pd.testing.assert_frame_equal(a.transmissions, b.transmissions)


def test_a_heavy_link_of_one_s_own_leaves_the_others_as_they_are(moscow):
    """4,000 people each with a link of 1 and a link of w: the light one infects with
    1 - exp(-5 x hazard), whatever w. 5 standard errors."""
    n, hazard = 4000, 0.1
    shares = []
    for heavy in (1.0, 50.0):
        table = pd.DataFrame(
            {
                "one": np.r_[np.arange(n), np.arange(n)] * 3,
                "other": np.r_[np.arange(n) * 3 + 1, np.arange(n) * 3 + 2],
                "w": np.r_[np.ones(n), np.full(n, heavy)],
            }
        )
        of = scenario(moscow, hazard, days=9)
        people = lz.Population.from_edges(table, weight="w")
        run = lz.simulate(of, people, 1, first=(np.arange(n) * 3).tolist(), policy=False)
        shares.append((run.transmissions["infectee"] % 3 == 1).sum() / n)
    expected = 1 - np.exp(-5 * hazard)
    error = np.sqrt(expected * (1 - expected) / n)
    assert all(abs(share - expected) < 5 * error for share in shares), (shares, expected)


def test_links_that_differ_too_much_are_refused():
    with pytest.raises(lz.PopulationError, match="row 2: another link of one of the two is over"):
        lz.Population.from_edges([(1, 2, 1e300), (2, 3, 1e-300)], weight="w")


def test_another_unit_of_weight_with_its_reference_is_the_same(moscow):
    hours = graph().assign(w=2.0)
    a = lz.Population.from_edges(hours, weight="w")
    b = lz.Population.from_edges(hours.assign(w=120.0), weight="w", reference=60)
    np.testing.assert_array_equal(a.city.link_most, b.city.link_most)
    diary = hours.assign(day=0.5, minutes=30.0)
    c = lz.Population.from_contacts(diary)
    d = lz.Population.from_contacts(diary.assign(minutes=3.0), reference_minutes=6)
    first = [int(hours["one"].iloc[0])]
    runs = [lz.simulate(scenario(moscow, 0.5), p, 1, first=first, policy=False) for p in (c, d)]
    assert len(runs[0].transmissions) > 3
    pd.testing.assert_frame_equal(runs[0].transmissions, runs[1].transmissions)


PEOPLE = pd.DataFrame(
    {
        "id": ["a", "b", "c", "d", "e", "f"],
        "age": [8, 40.0, 9, 41, 70, "30"],
        "household": ["x", "x", "y", "y", None, ""],
        "group": ["3b", None, "3b", "shop", "shop", None],
        "area": ["north", "north", "south", "south", "north", "south"],
    }
)


def test_people_bring_ages_households_groups_and_areas():
    population = lz.Population.from_edges(
        [("b", "f")], people=PEOPLE.sample(frac=1, random_state=1)
    )
    c, ids = population.city, population.ids.tolist()
    at = {one: ids.index(one) for one in PEOPLE["id"]}
    assert [int(c.age[at[one]]) for one in "abcdef"] == [8, 40, 9, 41, 70, 30]
    home = {one: int(c.household[at[one]]) for one in "abcdef"}
    assert home["a"] == home["b"] and home["c"] == home["d"] and len(set(home.values())) == 4
    assert np.diff(c.household_start).tolist().count(2) == 2
    group = {one: int(c.group[at[one]]) for one in "abcdef"}
    assert group == {"a": 0, "b": -1, "c": 0, "d": 1, "e": 1, "f": -1} and c.classes == 1
    area = np.searchsorted(c.area_start, np.arange(6), side="right") - 1
    assert {one: int(area[at[one]]) for one in "abcdef"} == dict(zip("abcdef", [0, 0, 1, 1, 0, 1]))


@pytest.mark.parametrize("door", ["edges", "contacts"])
def test_own_people_infect_in_their_layers(moscow, door):
    if door == "edges":
        population = lz.Population.from_edges([("b", "f")], people=PEOPLE)
        outside = "static"
    else:
        diary = pd.DataFrame({"one": ["b"], "other": ["f"], "day": [0.5], "minutes": [60.0]})
        population = lz.Population.from_contacts(diary, people=PEOPLE)
        outside = "temporal"
    of = scenario(moscow, 20.0, tracing="household", isolation="supported")
    run = lz.simulate(of, population, 1, first=["f"], policy=False)
    layer = run.transmissions.set_index("infectee")["layer"].to_dict()
    assert layer["b"] == outside and layer["a"] == "household" and layer["c"] == "group"
    assert set(layer) == set("abcdef")
    traced = lz.simulate(of, population, 1, first=["f"], keep_lists=True)
    assert set(traced.linelist["area"]) <= {0, 1} and set(traced.lists["person"]) <= set("abcdef")


def test_a_column_may_be_left_out_and_isolated_people_of_areas_have_no_place():
    for column in ("age", "household", "group", "area"):
        people = lz.Population.from_edges([("b", "f")], people=PEOPLE.drop(columns=column))
        assert people.people == 6
    areas = PEOPLE[["id", "area"]]
    for rows in (areas, areas.iloc[::-1]):  # e, north, knows nobody and stands between others
        assert lz.Population.from_edges([("b", "f")], people=rows).city.reach == 6
    numbered = lz.Population.from_edges([(0, 1)], people=pd.DataFrame({"age": [5, 6, 7]}))
    assert numbered.ids.tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"age": [8, 40, 9, 41, 700, 30]}, "row 5: this is no age"),
        ({"age": [8, None, 9, 41, 70, 30]}, "row 2: a value is missing"),
        ({"area": ["n", "s", "s", "s", "n", "s"]}, "live in several areas"),
        ({"id": list("aacdef")}, "'a' stands there twice"),
        ({"id": list("Abcdeg")}, "not among `people`"),
    ],
)
def test_wrong_people_get_one_clear_message(changes, told):
    with pytest.raises(lz.PopulationError, match=told):
        lz.Population.from_edges([("b", "f")], people=PEOPLE.assign(**changes))


def test_people_from_a_file(tmp_path):
    PEOPLE.to_csv(tmp_path / "people.csv", index=False, sep=";")
    found = lz.Population.from_edges([("b", "f")], people=tmp_path / "people.csv")
    assert found.people == 6 and found.city.age.max() == 70
    with pytest.warns(lz.populations.DataNotice, match="who meet anyway"):
        lz.Population.from_edges([("a", "b")], people=PEOPLE)


def test_one_more_person_has_an_id_too(moscow):
    for population in (lz.Population.from_edges(STAR), lz.Population.from_edges([(3, 9)])):
        more = population.with_hermit()
        assert len(more.ids) == more.people == population.people + 1
        assert not more.ids.has_duplicates
