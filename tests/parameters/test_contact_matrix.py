"""Judges: parameters, data, contacts.

A contact matrix as socialmixr gives it becomes the community contacts of a place: each way to write
it says the same, contacts are made reciprocal, what the model can hold comes back exactly, and what
is no such matrix is refused with the way out.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import lazaretto as lz
from lazaretto.analysis.population import meetings
from lazaretto.parameters.mixing import _flows, mixing
from lazaretto.populations import DataNotice, PopulationError, with_contact_matrix
from lazaretto.tables.matrix import read_contact_matrix
from lazaretto.world.codes import COMMUNITY

BRACKETS = ["[0,18)", "[18,65)", "[65,Inf)"]
DASHES = ["0-17", "18-64", "65+"]
POLYMOD = ["[0,1)", "[1,5)", "[5,15)", "15+"]  # as in socialmixr's introduction
KEPT = np.array([0.35, 0.1, 0.2])
CONTACTS = np.array([3.0, 4.0, 2.5])


@pytest.fixture(scope="module")
def place():
    return lz.load_population("generic-city")


@pytest.fixture(scope="module")
def size(place):
    """(3,) people below 18, to 64, and over, of the pyramid by years of age."""
    ages = np.repeat(np.asarray(place.age_pyramid.value, float) / 5, 5)
    return np.array([ages[:18].sum(), ages[18:65].sum(), ages[65:].sum()])


@pytest.fixture(scope="module")
def square(size) -> pd.DataFrame:
    """The matrix of a place whose community mixes as the model says, with KEPT and CONTACTS."""
    values = _flows(KEPT, CONTACTS * size) / size[:, None]
    return pd.DataFrame(values, index=BRACKETS, columns=BRACKETS)


def of(table, place):
    return mixing(
        read_contact_matrix(table),
        np.asarray(place.age_pyramid.value, float),
        float(place.community_local_fraction.value),
    )


def in_file(table: pd.DataFrame, path) -> str:
    """As R's write.csv writes a matrix: names of rows in quotation marks, no head above them."""
    lines = [",".join(f'"{name}"' for name in ["", *table.columns])]
    lines += [f'"{n}",' + ",".join(map(repr, map(float, row))) for n, row in table.iterrows()]
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def test_what_the_model_can_hold_comes_back_exactly(square, place):
    found = of(square, place)
    assert found.contacts == pytest.approx(CONTACTS)
    assert found.kept == pytest.approx(KEPT, abs=1e-4)
    assert found.moved == pytest.approx(0, abs=1e-9) and found.off < 1e-4
    assert not found.across


def test_each_way_to_write_it_says_the_same(square, place, tmp_path):
    wanted = of(square, place)
    dashes = square.set_axis(DASHES, axis=0).set_axis(DASHES, axis=1)
    shuffled = square.iloc[[2, 0, 1], [1, 2, 0]]
    long = square.rename_axis("age.group").rename_axis("contact.age.group", axis=1).stack()
    long = long.rename("Freq").reset_index()
    (tmp_path / "long.csv").write_text(long.to_csv(index=False))
    for table in (
        in_file(square, tmp_path / "brackets.csv"),
        in_file(dashes, tmp_path / "dashes.csv"),
        shuffled,
        square.reset_index(names="age"),
        long,
        long.sample(frac=1, random_state=1)[["Freq", "contact.age.group", "age.group"]],
        tmp_path / "long.csv",
    ):
        found = of(table, place)
        assert found.contacts == pytest.approx(wanted.contacts)
        assert found.kept == pytest.approx(wanted.kept)


def test_contacts_are_made_reciprocal_as_symmetrise_does(square, place, size):
    uneven = square.copy()
    uneven.loc["[0,18)", "[18,65)"] *= 1.5
    found = of(uneven, place)
    reported = uneven.to_numpy() * size[:, None]
    even = (reported + reported.T) / 2
    assert found.contacts == pytest.approx(even.sum(axis=1) / size)
    assert found.moved == pytest.approx(np.abs(reported - even).sum() / even.sum())
    assert found.moved > 0.03
    # rows are those who report: turned round it is another matrix
    assert of(uneven.T, place).contacts != pytest.approx(found.contacts, rel=1e-3)


def test_narrow_groups_are_added_up(square, place, size):
    """Groups of five years within which all are alike give what the three groups give, but for
    those of 15 to 19, who are children and adults."""
    edges = [0, 5, 10, 15, 18, 30, 45, 65, 75]
    labels = [f"{a}-{b - 1}" for a, b in zip(edges, edges[1:], strict=False)] + ["75+"]
    ages = np.repeat(np.asarray(place.age_pyramid.value, float) / 5, 5)
    people = np.add.reduceat(ages, edges)
    ours = np.digitize(edges, [18, 65])
    share = people / size[ours]
    fine = square.to_numpy()[np.ix_(ours, ours)] * share[None, :]
    found = of(pd.DataFrame(fine, index=labels, columns=labels), place)
    assert found.contacts == pytest.approx(CONTACTS)
    assert found.kept == pytest.approx(KEPT, abs=1e-4) and not found.across


def test_the_place_says_what_was_done(square, place):
    uneven = square * np.array([[1, 1.3, 1], [1, 1, 1], [1, 1, 1]])
    with pytest.warns(DataNotice, match="made reciprocal") as told:
        own = with_contact_matrix(place, uneven, "a survey of ours")
    assert told[0].filename == __file__  # it points at the line that asked
    for value in (own.community_contacts_per_day, own.community_own_age_fraction):
        assert value.source == "a survey of ours" and "moved" in value.note
        low, high = np.array(value.range)
        assert ((low <= value.value) & (value.value <= high)).all()
    changed = {n for n in type(place).model_fields if getattr(own, n) != getattr(place, n)}
    assert changed == {"community_contacts_per_day", "community_own_age_fraction"}
    assert lz.build_population(own, people=2000, seed=1).people == 2000


@pytest.mark.slow
def test_a_city_built_of_a_matrix_meets_as_it_says(square, place):
    """Contacts a day in the community of some people over a week, by their age group and that of
    whom they meet, beside the matrix: 5 standard errors and a twentieth (void matches)."""
    with pytest.warns(DataNotice):
        own = with_contact_matrix(place, square, "made up")
    population = lz.build_population(own, people=40_000, seed=3)
    met = meetings(population, people=1200)
    met = met[met["layer"] == COMMUNITY]
    group = np.digitize(population.city.age, [18, 65])
    sample, days = met.attrs["sample"], met.attrs["days"]
    for a in range(3):
        mine = sample[group[sample] == a]
        for b in range(3):
            theirs = met[group[met["other"]] == b].groupby("person").size()
            each = theirs.reindex(mine, fill_value=0).to_numpy() / days
            error = each.std(ddof=1) / np.sqrt(len(each))
            stated = square.iloc[a, b]
            assert 5 * error < max(0.35 * stated, 0.2), "too few people to see anything"
            assert abs(each.mean() - stated) < 5 * error + 0.05 * stated, (a, b)


def test_groups_that_span_ours_are_told(place):
    values = pd.DataFrame(np.ones((4, 4)), index=POLYMOD, columns=POLYMOD)
    found = of(values, place)
    assert found.across == ("15+",) and "15+" in found.told()


def test_a_file_names_its_matrix(square, tmp_path, place):
    in_file(square, tmp_path / "elsewhere.csv")
    file = tmp_path / "town.toml"
    text = 'title = "Town"\ndescription = "A town"\nbased_on = "generic-city"\n'
    file.write_text(
        text + 'contact_matrix = { file = "elsewhere.csv", source = "POLYMOD (@mossong2008)" }\n'
    )
    town = lz.load_population(file)
    assert town.community_contacts_per_day.value == pytest.approx(tuple(CONTACTS))
    assert "10.1371/journal.pmed.0050074" in town.community_contacts_per_day.source
    kind, checked = lz.parameters.validate_file(file)
    assert kind == "populations" and checked == town
    known = lz.parameters.origins("populations", file)
    assert known["population.community_own_age_fraction"] == "town.toml"
    assert lz.load_scenario("no-measures").replace(population=file).population == town
    # a place based on it mixes by the same matrix, on a pyramid of its own
    younger = [2 * n if group < 4 else n for group, n in enumerate(place.age_pyramid.value)]
    (tmp_path / "younger.toml").write_text(
        'title = "Younger"\ndescription = "Another town"\nbased_on = "town.toml"\n'
        f'age_pyramid = {{ value = {younger}, source = "made up", status = "user" }}\n'
    )
    other = lz.load_population(tmp_path / "younger.toml")
    assert other.community_contacts_per_day.value != town.community_contacts_per_day.value


def without(table, label):
    return table.drop(index=label, columns=label)


WRONG = {
    "a gap in the ages": (lambda t: without(t, "[18,65)"), "leave a gap"),
    "no ages from 0 on": (lambda t: without(t, "[0,18)"), "should begin at 0"),
    "no end": (lambda t: t.rename(lambda n: n.replace("Inf", "80")).T, "rows and columns"),
    "an end too soon": (
        lambda t: t.rename(
            index=lambda n: n.replace("Inf", "80"), columns=lambda n: n.replace("Inf", "80")
        ),
        "from 80 years on are missing",
    ),
    "groups that overlap": (
        lambda t: t.set_axis(["0-20", *BRACKETS[1:]]).set_axis(["0-20", *BRACKETS[1:]], axis=1),
        "overlap",
    ),
    "a negative number": (lambda t: t.where(t > t.to_numpy().min(), -1.0), "below 0"),
    "a hole": (lambda t: t.where(t > t.to_numpy().min()), "is missing"),
    "R's NA": (lambda t: t.astype(object).where(t > t.to_numpy().min(), "NA"), "is missing"),
    "a word": (lambda t: t.astype(object).where(t > t.to_numpy().min(), "many"), "number"),
    "nobody": (lambda t: t * 0, "nobody in it has any contact"),
    "labels of R's data frames": (
        lambda t: t.set_axis(["X.0.18.", "X.18.65.", "X.65.Inf."], axis=1),
        "is no age group",
    ),
    "two groups of one age": (lambda t: t.set_axis([BRACKETS[0], *BRACKETS[:2]]), "each once"),
}


@pytest.mark.parametrize(("change", "told"), WRONG.values(), ids=WRONG)
def test_what_is_no_contact_matrix_is_refused(square, place, change, told, tmp_path):
    with pytest.raises(PopulationError, match=told) as refused:
        with_contact_matrix(place, change(square), "ours")
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 400


def test_more_contacts_than_a_place_can_have_are_refused(square, place):
    with pytest.raises(lz.ParameterError, match=r"contacts_per_day: .* allowed: from 0 to 40"):
        with_contact_matrix(place, square * 365, "contacts a year")


def test_a_long_table_must_say_who_reports(square, place):
    long = square.rename_axis("age_a").rename_axis("age_b", axis=1).stack().rename("n")
    with pytest.raises(PopulationError, match=r"contact\.age\.group"):
        with_contact_matrix(place, long.reset_index(), "ours")
    named = long.rename_axis(["age_group", "contact_age_group"]).reset_index()
    with pytest.raises(PopulationError, match="stand twice"):
        with_contact_matrix(place, pd.concat([named, named[:1]]), "ours")
    with pytest.raises(PopulationError, match="is missing"):
        with_contact_matrix(place, named[:-1], "ours")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('contact_matrix = "elsewhere.csv"', "a table with file"),
        ('contact_matrix = { file = "elsewhere.csv" }', "a table with file"),
        (
            'contact_matrix = { file = "nowhere.csv", source = "ours" }',
            r"nowhere\.csv: there is no",
        ),
        ('contact_matrix = { file = "town.toml", source = "ours" }', r"town\.toml: "),
    ],
)
def test_a_file_that_names_it_wrongly_is_refused(line, told, tmp_path):
    file = tmp_path / "town.toml"
    text = 'title = "Town"\ndescription = "A town"\n'
    file.write_text(f'{text}based_on = "generic-city"\n{line}\n')
    with pytest.raises(lz.ParameterError, match=told) as refused:
        lz.load_population(file)
    assert "contact_matrix" in str(refused.value) and "town.toml" in str(refused.value)


def test_a_place_that_states_too_little_says_what_it_needs(tmp_path, square):
    in_file(square, tmp_path / "elsewhere.csv")
    file = tmp_path / "town.toml"
    file.write_text('contact_matrix = { file = "elsewhere.csv", source = "ours" }\n')
    with pytest.raises(lz.ParameterError, match=r"age_pyramid.*based_on"):
        lz.load_population(file)


def test_the_shipped_shares_follow_from_their_matrices(place):
    """Prem et al. 2021, contacts elsewhere, urban: what files state was derived from it with 0-19
    for children, so that is done here too (those of 18 and 19 are adults to the model)."""
    file = lz.datasets.folder() / "prem2021_matrices" / "prem2021_selected.csv.gz"
    if not file.is_file():
        pytest.skip("the matrices of Prem 2021 are not here")
    table = pd.read_csv(file)
    labels = [*(f"{5 * i}-{5 * i + 4}" for i in range(15)), "75+"]
    for country, name in (("DEU", "generic-city"), ("RUS", "moscow"), ("RUS", "russia")):
        chosen = (table["iso3"] == country) & (table["setting"] == "other")
        rows = table[chosen & (table["area"] == "urban")].sort_values("age_group")
        values = pd.DataFrame(rows.filter(regex=r"^g\d+$").to_numpy(), index=labels, columns=labels)
        stated = lz.load_population(name)
        shares = np.array(stated.community_own_age_fraction.value)
        found = of(values, stated)
        assert found.kept[1:] == pytest.approx(shares[1:], abs=0.03)
        assert 0.05 < shares[0] - found.kept[0] < 0.1  # 18 and 19 are adults
