"""Judges: contacts, data.

Contacts with a time stamp: each contact within the infectious period infects with its own hazard,
on the first and last day too, and nothing of a profile that lies before infection infects. Layers
of one table have hazards of their own.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from conftest import QUIET, constant_pathogen
from hypothesis import given, settings
from hypothesis import strategies as st

import lazaretto as lz
from lazaretto.bench import neutral_law
from lazaretto.populations import PopulationError

PAIRS, DAYS, A_DAY, MINUTES = 12_000, 12, 4, 6.0
HAZARD = 0.3  # per day of REFERENCE minutes
REFERENCE = A_DAY * MINUTES
QUICK = settings(max_examples=30, deadline=None, derandomize=True)


def diary(seed: int = 1) -> pd.DataFrame:
    """Pairs of strangers (2i, 2i + 1), who meet four times a day at any time, for six minutes."""
    random = np.random.default_rng(seed)
    count = PAIRS * DAYS * A_DAY
    one = 2 * np.repeat(np.arange(PAIRS), DAYS * A_DAY)
    day = np.tile(np.repeat(np.arange(DAYS), A_DAY), PAIRS)
    # one in each quarter of a day, so that none overlaps the next
    moment = (np.tile(np.arange(A_DAY), PAIRS * DAYS) + random.uniform(0, 0.97, count)) / A_DAY
    table = pd.DataFrame({"one": one, "other": one + 1, "day": day + moment, "minutes": MINUTES})
    table = table[table["day"] < DAYS - MINUTES / 1440]
    return table.sort_values("day", ignore_index=True)


def even(latent: float, infectious: float, spread: bool) -> dict:
    """Even infectiousness from the end of the latent period on."""
    one = constant_pathogen(latent=latent, lead=0.0, infectious=infectious).model_dump()
    one["hazard_per_day"] |= {"value": HAZARD, "range": [0.0, 10.0]}
    one["infectiousness_profile"] = neutral_law("uniform", 0.5, "fraction").model_dump()
    if spread:
        one["latent_period"] = neutral_law("gamma", latent, a=2.0).model_dump()
    return one


def infected(moscow, pathogen: dict, population) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(infectious, end, infected) by pair, of the first of each."""
    scenario = moscow.replace(days=DAYS, **QUIET)
    scenario = type(scenario).model_validate(scenario.model_dump() | {"pathogen": pathogen})
    first = (2 * np.arange(PAIRS)).tolist()
    run = lz.simulate(scenario, population, seed=3, first=first, policy=False)
    h, ids = run.raw.history, np.asarray(population.ids)
    begin, end, caught = np.zeros(2 * PAIRS), np.zeros(2 * PAIRS), np.zeros(2 * PAIRS, bool)
    who = ids[h.person]
    begin[who], end[who], caught[who] = h.infectious, h.end, True
    return begin[::2], end[::2], caught[1::2]


def beside_expected(table, begin, end, caught, weight=1.0) -> None:
    """The number infected, beside 1 - exp(-hazard of the contacts within the period), to 5 standard
    errors of it: 11, 7, 5 and 2.4 % at the periods below, less than was lost."""
    pair = table["one"].to_numpy() // 2
    moment = table["day"].to_numpy()
    inside = (moment >= begin[pair]) & (moment < end[pair])
    dose = np.bincount(pair, weights=inside * table["minutes"] * weight, minlength=PAIRS)
    p = 1.0 - np.exp(-HAZARD * dose / REFERENCE)
    error = np.sqrt((p * (1 - p)).sum())
    assert abs(caught.sum() - p.sum()) < 5 * error, (caught.sum() / p.sum(), error / p.sum())
    assert 5 * error < 0.12 * p.sum()


@pytest.mark.parametrize("households", [False, True])
@pytest.mark.parametrize("infectious", [0.5, 1.0, 2.0, 5.0])
def test_every_contact_in_the_infectious_period_has_its_hazard(moscow, infectious, households):
    """Before, 0.67, 0.84 and 0.93 of the expected were infected at periods of 1, 2 and 5 days."""
    table = diary()
    people: object = range(2 * PAIRS)
    if households:  # of one each: the same contacts by the other way
        people = pd.DataFrame({"id": np.arange(2 * PAIRS), "household": np.arange(2 * PAIRS)})
    population = lz.Population.from_contacts(
        table, loop_days=DAYS, people=people, reference_minutes=REFERENCE
    )
    pathogen = even(2.0, infectious, spread=True)
    beside_expected(table, *infected(moscow, pathogen, population))


def test_what_of_a_profile_lies_before_infection_infects_nobody(moscow):
    """Onset a day after infection, infectious from three days before onset: two days are lost, and
    nothing of them falls on the day of infection."""
    one = even(1.0, 2.0, spread=False)
    for name in ("latent_period", "presymptomatic_lead"):
        del one[name]
    one["incubation_period"] = neutral_law("constant", 1.25).model_dump()
    one["infectious_before_onset"] = one["hazard_per_day"] | {
        "value": 3.0,
        "unit": "day",
        "range": [0.0, 10.0],
    }
    one["profile_from"] = "infectious-start"
    one["presymptomatic_relative_infectiousness"]["value"] = 1.0
    table = diary()
    population = lz.Population.from_contacts(
        table, loop_days=DAYS, people=range(2 * PAIRS), reference_minutes=REFERENCE
    )
    begin, end, caught = infected(moscow, one, population)
    assert (begin == 0.0).all() and end == pytest.approx(3.25)
    beside_expected(table[table["day"] > 0], begin, end, caught)


def test_layers_of_contacts_have_hazards_of_their_own(moscow):
    """Every other contact is of a layer in which a minute is four times as infectious."""
    table = diary().assign(layer=lambda t: np.where(np.arange(len(t)) % 2, "work", "home"))
    population = lz.Population.from_contacts(
        table,
        loop_days=DAYS,
        people=range(2 * PAIRS),
        reference_minutes=REFERENCE,
        layer="layer",
        layer_hazard={"home": 2.0, "work": 0.5},
    )
    assert "relative to the pathogen's: home 2, work 0.5" in repr(population)
    assert population.city.contact_minutes == pytest.approx(MINUTES)  # as tracers see them
    begin, end, caught = infected(moscow, even(2.0, 3.0, spread=True), population)
    beside_expected(table, begin, end, caught, np.where(table["layer"] == "home", 2.0, 0.5))
    with pytest.raises(AssertionError):  # and it would see it if all were alike
        beside_expected(table, begin, end, caught, 0.6)


def test_records_of_a_pair_in_two_layers_are_two_contacts():
    rows = pd.DataFrame(
        {
            "one": ["ann", "ann", "ann"],
            "other": ["bob", "bob", "bob"],
            "day": [0.5, 0.5, 0.502],
            "minutes": [10.0, 10.0, 10.0],
            "kind": ["desk", "lunch", "lunch"],
        }
    )
    settings = {"layer": "kind", "layer_hazard": {"desk": 1.0, "lunch": 3.0}}
    with pytest.warns(lz.populations.DataNotice, match="1 records overlap"):
        city = lz.Population.from_contacts(rows, **settings).city
    mine = slice(0, city.contact_start[city.loop_days])
    lunch = 0.002 * 1440 + 10.0
    assert sorted(city.contact_minutes[mine]) == pytest.approx([10.0, lunch])
    assert city.contact_most == pytest.approx([10.0 + 3 * lunch] * 2, rel=1e-6)


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(6, 11), st.sampled_from("abc")),
        min_size=1,
        unique=True,
    ),
    st.tuples(*[st.floats(0.05, 20.0)] * 3),
)
@QUICK
def test_links_of_several_layers_add_up(rows, hazards):
    table = pd.DataFrame(rows, columns=["one", "other", "layer"])
    each = dict(zip("abc", hazards))
    stated = {name: each[name] for name in set(table["layer"])}
    city = lz.Population.from_edges(table, layer="layer", layer_hazard=stated).city
    found = {}
    for person in range(city.people):
        for at in range(city.link_start[person], city.link_start[person + 1]):
            found[person, int(city.link[at])] = city.link_weight[at] * city.link_most[person]
    ids = lz.Population.from_edges(table, layer="layer", layer_hazard=stated).ids
    expected: dict = {}
    for one, other, layer in rows:
        for pair in ((one, other), (other, one)):
            key = (int(ids.get_loc(pair[0])), int(ids.get_loc(pair[1])))
            expected[key] = expected.get(key, 0.0) + each[layer]
    assert found == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"layer": "kind"}, r"names 2 layers \(home, work\); state the hazard of each"),
        ({"layer_hazard": {"home": 1.0}}, "layer_hazard needs a column that names the layer"),
        ({"layer": "sort", "layer_hazard": {}}, "there is no column 'sort'"),
        ({"layer": "kind", "layer_hazard": {"home": 1.0}}, "says nothing of the layer 'work'"),
        (
            {"layer": "kind", "layer_hazard": {"home": 1, "work": 1, "wrok": 1}},
            "no row of the column 'kind' is of 'wrok'. Did you mean 'work'",
        ),
        (
            {"layer": "kind", "layer_hazard": {"home": 1, "work": 0}},
            "layer_hazard of 'work' must be a number above 0; got 0",
        ),
    ],
)
def test_layers_without_a_hazard_are_refused(settings, message):
    table = pd.DataFrame({"one": [1, 1], "other": [2, 3], "kind": ["home", "work "]})
    with pytest.raises(PopulationError, match=message):
        lz.Population.from_edges(table, **settings)
    with pytest.raises(PopulationError, match=message):
        lz.Population.from_contacts(table.assign(day=0.5, minutes=5.0), **settings)
