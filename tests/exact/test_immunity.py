"""Judges: immunity, outcomes.

Immunity from before the run and vaccination: who is protected, from when, against what; doses.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from conftest import PAIRS, QUIET, constant_pathogen, stated

import lazaretto as lz
from lazaretto.analysis.at_start import Caution, r_at_start
from lazaretto.bench import neutral_law
from lazaretto.mechanisms.immunity.lowering import doses_by_day
from lazaretto.parameters import Campaign, Immunity, ParameterError, Scenario
from lazaretto.population.city import bare_city, reach_of
from lazaretto.values.dated import Dated
from lazaretto.values.quantity import Quantity
from lazaretto.world.codes import VACCINATION

EVERYBODY_BEFORE = 100_000.0  # doses per 100,000 people and day: all on one day


def vaccine(start=-30, doses=EVERYBODY_BEFORE, youngest=0, oldest=120, willing=1.0, **more) -> dict:
    """A campaign that vaccinates everybody thirty days before the run and does nothing else."""
    fields = {
        "title": "test",
        "start_day": stated(start, "day") | {"range": (-3650, 3650)},
        "doses_per_day": stated(doses, "dose/100,000 people/day"),
        "youngest": stated(youngest, "year"),
        "oldest": stated(oldest, "year"),
        "willingness": stated(willing, "fraction", 1),
        "protected_after": stated(0.0, "day"),
        "protection": "leaky",
    }
    for name in ("infection", "transmission", "severe"):
        fields[f"efficacy_{name}"] = stated(more.pop(name, 0.0), "fraction")
    return fields | more


def with_immunity(scenario: Scenario, *campaigns: dict, **fields) -> Scenario:
    data = scenario.model_dump()
    data["immunity"] = {"title": "test", "description": "test", "campaigns": campaigns, **fields}
    return Scenario.model_validate(data)


def attack(scenario: Scenario, pairs, hazard: float = 20.0) -> float:
    """The share of partners who are infected, at a hazard per day of five days."""
    people, first = pairs
    run = lz.simulate(
        scenario.replace(**{"pathogen.hazard_per_day": hazard}), people, seed=1, first=first
    )
    return float((run.raw.history.source >= 0).sum()) / PAIRS


def close_to(share: float, expected: float, of: int = PAIRS) -> bool:
    """Within five standard errors."""
    return abs(share - expected) <= 5 * math.sqrt(expected * (1 - expected) / of) + 1e-12


def test_immune_ages_are_never_infected_and_others_are(small, town):
    """Children of every household are immune, so transmission goes round them."""
    shares = stated([1.0, 1.0, *[0.0] * 8], "fraction", 1)
    run = lz.simulate(with_immunity(small, immune_by_age=shares), town, seed=1)
    age = town.city.age[run.raw.history.person]
    assert (age >= 20).all() and len(age) > 200


def test_a_fully_immune_household_stays_free(certain):
    """Households of four; in every second one all are of an age that is immune."""
    homes, size = 500, 4
    bare = bare_city(homes * size)
    city = bare._replace(household_start=np.arange(0, homes * size + 1, size, dtype=np.int32))
    city.household[:] = np.arange(homes * size) // size
    city.age[:] = np.where(city.household % 2 == 1, 45, 25)
    people = lz.Population(city._replace(reach=reach_of(city)), "homes", 1)
    shares = stated([0.0, 0.0, 0.0, 0.0, 1.0, *[0.0] * 5], "fraction", 1)
    one_of_each = list(range(0, homes * size, size))
    run = lz.simulate(
        with_immunity(certain, immune_by_age=shares), people, seed=1, first=one_of_each
    )
    h = run.raw.history
    given = h.source >= 0
    assert given.sum() == homes // 2 * (size - 1)  # all of the others, and nobody of theirs
    assert (city.household[h.person[given]] % 2 == 0).all()


@pytest.mark.parametrize("efficacy", [0.0, 0.6, 1.0])
def test_leaky_and_all_or_nothing_in_closed_form(certain, pairs, efficacy):
    """At a hazard h of one exposure, leaky: 1 - exp(-(1 - e) h); all-or-nothing: (1 - e) (1 -
    exp(-h)). At certain exposure the leaky vaccine does nothing and the other all it can."""
    leaky = with_immunity(certain, vaccine(infection=efficacy))
    for_good = with_immunity(certain, vaccine(infection=efficacy, protection="all-or-nothing"))
    h = 5 * 0.25
    assert close_to(attack(leaky, pairs, 0.25), 1 - math.exp(-(1 - efficacy) * h))
    assert close_to(attack(for_good, pairs, 0.25), (1 - efficacy) * (1 - math.exp(-h)))
    if efficacy < 1:
        assert attack(leaky, pairs) > 0.9999
        assert close_to(attack(for_good, pairs), 1 - efficacy)


@pytest.mark.parametrize("efficacy", [0.5, 1.0])
def test_the_vaccinated_who_are_infected_pass_it_on_less_often(certain, pairs, efficacy):
    scenario = with_immunity(certain, vaccine(transmission=efficacy))
    assert close_to(attack(scenario, pairs, 0.25), 1 - math.exp(-(1 - efficacy) * 1.25))


def test_a_vaccine_after_the_infection_does_not_change_what_is_passed_on(certain, pairs):
    """Infected on day 0, infectious on day 3, vaccinated on day 1."""
    late = with_immunity(certain, vaccine(start=1, transmission=1.0))
    assert attack(late, pairs) == 1.0


@pytest.mark.parametrize(
    ("start", "after", "lasts", "protected"),
    [
        (-30, 0.0, None, True),
        (2, 0.0, None, True),  # before the exposure of day 3
        (2, 5.0, None, False),  # not yet effective
        (4, 0.0, None, False),
        (-30, 10.0, 15.0, False),  # waned on day -5
        (-30, 10.0, 40.0, True),
    ],
)
def test_protection_begins_and_wanes_when_it_is_stated_to(
    certain, pairs, start, after, lasts, protected
):
    campaign = vaccine(start=start, infection=1.0, protected_after=stated(after, "day"))
    if lasts is not None:
        campaign["protection_lasts"] = neutral_law("constant", lasts).model_dump()
    assert attack(with_immunity(certain, campaign), pairs) == (0.0 if protected else 1.0)


def test_immunity_from_before_lasts_as_long_as_stated(certain, pairs):
    shares = stated([1.0] * 10, "fraction", 1)
    for days, expected in ((2.0, 1.0), (4.0, 0.0)):
        scenario = with_immunity(
            certain, immune_by_age=shares, immunity_lasts=neutral_law("constant", days).model_dump()
        )
        assert attack(scenario, pairs) == expected
    some = with_immunity(certain, immune_by_age=stated([0.3] * 10, "fraction", 1))
    assert close_to(attack(some, pairs), 0.7)


def test_the_final_size_on_a_graph_with_a_vaccinated_share(moscow):
    """On a Poisson graph of mean degree c, with transmissibility T and a share s left susceptible
    by an all-or-nothing vaccine, z = s (1 - exp(-c T z)) (Newman 2002, doi
    10.1103/PhysRevE.66.016128, with a share of the nodes removed)."""
    n, degree, hazard = 20_000, 4.0, 0.2
    people = lz.populations.random_graph(n, degree, seed=2)
    scenario = moscow.replace(
        pathogen=constant_pathogen(hazard=hazard), days=300, initial_infections=60, **QUIET
    )
    t = 1 - math.exp(-hazard * 5)
    for share in (0.0, 0.4):
        vaccinated = with_immunity(scenario, vaccine(infection=share, protection="all-or-nothing"))
        sizes = np.array(
            [
                lz.simulate(vaccinated, people, seed=seed).raw.history.counted[0] / n
                for seed in range(12)
            ]
        )
        s, z = 1 - share, 0.9 * (1 - share)
        # those infected at the start are susceptible people, and infect without being exposed
        start = 60 / n
        for _ in range(2000):
            z = start + (s - start) * (1 - math.exp(-degree * t * z))
        error = sizes.std(ddof=1) / math.sqrt(len(sizes))
        assert abs(sizes.mean() - z) <= 5 * error + 1e-3, (share, sizes.mean(), z, error)


def test_an_efficacy_of_one_against_severe_disease_leaves_none(small, town):
    small = small.replace(hospitals="uncoupled")
    run = lz.simulate(small, town, seed=1)
    spared = lz.simulate(with_immunity(small, vaccine(severe=1.0)), town, seed=1)
    half = lz.simulate(with_immunity(small, vaccine(severe=0.5)), town, seed=1)
    np.testing.assert_array_equal(run.raw.history.time, spared.raw.history.time)
    assert run.panel["hospital_days"] > 0 == spared.panel["hospital_days"]
    assert not np.isfinite(spared.severity.died).any()
    # the same number decides: those spared are a part of those who would have been ill
    ill, still = np.isfinite(run.severity.admitted), np.isfinite(half.severity.admitted)
    assert not (still & ~ill).any() and close_to(still.sum() / ill.sum(), 0.5, int(ill.sum()))


@pytest.mark.parametrize("oldest_first", [False, True])
def test_doses_are_given_as_stated(small, town, oldest_first):
    campaigns = [
        vaccine(start=5, doses=900.0, youngest=18, willing=0.7, oldest_first=oldest_first),
        vaccine(start=20, doses=400.0, youngest=5, oldest=17, willing=0.5),
    ]
    scenario = with_immunity(small, *campaigns)
    held = [Dated(Campaign.model_validate(c), -math.inf, math.inf) for c in campaigns]
    first, band, given = doses_by_day(held, town.city, 90)
    people = np.bincount(band[town.city.age], minlength=len(given))
    assert first == 5 and (np.diff(given, axis=1) >= 0).all()
    total = np.diff((given * people[:, None]).sum(axis=0), prepend=0.0)
    expected = [900.0 * town.people / 1e5, 0.0] * 15
    np.testing.assert_allclose(total[:30], expected, atol=1e-9)  # before the second
    age = town.city.age
    assert given[band[30], -1] == pytest.approx(0.7) and given[band[10], -1] == pytest.approx(0.5)
    assert given[band[2], -1] == 0.0
    run = lz.simulate(scenario, town, seed=1)
    day = run.vaccinated
    assert not np.isfinite(day[age < 5]).any() and (day[np.isfinite(day)] >= 5).all()
    adults = age >= 18
    assert close_to(np.isfinite(day[adults]).mean(), 0.7, int(adults.sum()))
    within = np.isfinite(day) & (day < 90)
    assert run.panel["doses"] == pytest.approx(within.sum() * 1e5 / town.people)
    if oldest_first:
        old, young = day[age >= 80], day[(age >= 20) & (age < 30)]
        assert old[np.isfinite(old)].max() < young[np.isfinite(young)].min()


def test_vaccination_hangs_on_nothing_but_the_campaigns(small, town):
    """Neither the epidemic nor tracing moves a dose, and a vaccine that does nothing changes
    nothing."""
    none = lz.simulate(small, town, seed=1)
    useless = lz.simulate(with_immunity(small, vaccine(start=3, doses=500.0)), town, seed=1)
    np.testing.assert_array_equal(none.raw.history.time, useless.raw.history.time)
    np.testing.assert_array_equal(none.raw.tally.daily, useless.raw.tally.daily)
    works = vaccine(start=3, doses=500.0, infection=0.9)
    ran = [
        lz.simulate(with_immunity(small.replace(tracing=level), works), town, seed=1)
        for level in ("none", "interview")
    ]
    for run in ran:
        np.testing.assert_array_equal(run.vaccinated, useless.vaccinated)
        assert run.raw.tally.blocked_by[VACCINATION] > 0
        assert run.panel["infections"] < none.panel["infections"]


def test_campaigns_change_from_a_day_on_and_not_before(small, town):
    slow = vaccine(start=0, doses=300.0, infection=0.8)
    base = with_immunity(small, slow)
    later = base.replace(
        timeline=[{"from_day": 30, "set": {"immunity.campaigns.0.doses_per_day": 3000.0}}]
    )
    runs = [lz.simulate(s, town, seed=1) for s in (base, later)]
    days = [run.vaccinated for run in runs]
    early = days[0] < 30
    np.testing.assert_array_equal(days[0][early], days[1][early])
    assert (days[1][~early] >= 30).all()
    before = [run.raw.history.time[run.raw.history.time < 30] for run in runs]
    np.testing.assert_array_equal(*before)
    per_day = [np.bincount(d[np.isfinite(d)].astype(int), minlength=90) for d in days]
    assert per_day[1][30:50].mean() > 5 * per_day[0][30:50].mean()


def test_who_was_immune_before_the_run_cannot_change_within_it(small, town):
    other = with_immunity(small, immune_by_age=stated([0.5] * 10, "fraction", 1)).immunity
    with pytest.raises(ParameterError, match="immune_by_age is of the time before the run"):
        small.replace(timeline=[{"from_day": 9, "immunity": other}])
    state = lz.start(small, town, 1).advance(5)
    with pytest.raises(ParameterError, match="immune_by_age is of the time before the run"):
        state.branch(immunity=other)


def test_nobody_immune_is_infected_at_the_start_or_outside(small, town):
    shares = stated([1.0] * 10, "fraction", 1)
    scenario = with_immunity(small, immune_by_age=shares).replace(importations_per_day=5.0)
    assert lz.simulate(scenario, town, seed=1).raw.history.counted[0] == 0
    vaccinated = with_immunity(small.replace(importations_per_day=5.0), vaccine(infection=1.0))
    assert lz.simulate(vaccinated, town, seed=1).raw.history.counted[0] == 0


BAD = [
    ({"efficacy_infection": stated(1.2, "fraction", 2)}, "1.2 is not allowed"),
    ({"doses_per_day": stated(2e5, "dose/100,000 people/day")}, "more doses than people"),
    ({"oldest": stated(10, "year"), "youngest": stated(20, "year")}, "must not lie below youngest"),
    ({"end_day": stated(-40, "day") | {"range": (-3650, 3650)}}, "must come after start_day"),
    ({"willingness": stated(80.0, "fraction", 100)}, "not per cent"),
    ({"youngest": stated(12.5, "year")}, "a whole number"),
    ({"protection": "sterile"}, "'leaky' or 'all-or-nothing'"),
]


@pytest.mark.parametrize(("changes", "said"), BAD)
def test_a_campaign_that_cannot_be_is_refused_in_one_sentence(moscow, changes, said):
    with pytest.raises((ParameterError, ValueError), match=said):
        with_immunity(moscow, vaccine() | changes)


def test_immune_shares_are_by_ten_ages(moscow):
    with pytest.raises((ParameterError, ValueError), match="a list of 10 numbers is needed"):
        with_immunity(moscow, immune_by_age=stated([0.5] * 9, "fraction", 1))
    with pytest.raises((ParameterError, ValueError), match="needs immune_by_age"):
        with_immunity(moscow, immunity_lasts=neutral_law("constant", 9.0).model_dump())


def test_r_at_the_start_is_r0_less_what_immunity_and_caution_take(moscow, town):
    """Nobody immune: R0. All immune, or no contact kept outside the home: what is left of it."""
    plain = r_at_start(moscow.pathogen, town)
    assert plain.r0 == pytest.approx(float(moscow.pathogen.R0.value), rel=0.01)
    half = Immunity(
        title="test",
        description="test",
        immune_by_age=Quantity(**stated([0.5] * 10, "fraction", 1)),
    )
    assert r_at_start(moscow.pathogen, town, half).r0 == pytest.approx(plain.r0 / 2, rel=0.12)
    at_home = r_at_start(moscow.pathogen, town, caution=Caution(kept=0.0))
    assert at_home.outside == 0.0 < at_home.household
    masks = r_at_start(moscow.pathogen, town, caution=Caution(1.0, 1.0, 1.0))
    assert masks.by_generation == at_home.by_generation
    all_kept = r_at_start(moscow.pathogen, town, caution=Caution(1.0, 0.0, 1.0))
    assert all_kept.by_generation == plain.by_generation
