"""No oracle: every decision of the authority follows from what it was told, tested, listed and
ordered itself.

A recording run notes what reaches the authority: who stays at home unasked, who reports symptoms
and asks for a test (and how soon), how each sample came out, who lies in hospital, and what people
tell there. The replay
is given that record and the contact layers and nothing else: it has no table of infections and
would stop at the first question about one. It must deliver the same lists, give and end the same
orders and take the same samples as the compiled engine did, for every tracing level that comes with
the package. (What people under an order do, breaches and alarms, follows from the orders and from
keyed chance, in the replay as well.)
"""

from __future__ import annotations

import numpy as np
import pytest
from naive import ADMISSION, DAY, DEATH, ONSET, Naive
from test_naive import (
    hard_regime,
    many_instruments,
    monitoring,
    monitoring_of_reports,
    with_everything,
)

import lazaretto as lz
from lazaretto.engine.parts import Start
from lazaretto.engine.phases import first_standing, next_standing
from lazaretto.engine.room import new_scratch
from lazaretto.engine.simulate import NONE, advance, begin_run, change_policy, leave
from lazaretto.mechanisms.counters import TESTS
from lazaretto.mechanisms.illness.lowering import lower_pathogen
from lazaretto.parameters import list_names

DAYS, INITIAL, PEOPLE, SCALE, SEED = 45, 12, 600, 0.09, 11
LEVELS = [name for name in list_names("tracing") if name != "none"]


class Recorder(Naive):
    """The second engine, keeping what reaches the authority."""

    def __init__(self, *given):
        self.told: list[tuple] = []
        self.outcome: dict[tuple, bool] = {}
        self.admitted: list[tuple] = []
        super().__init__(*given)

    def take_in(self, *told):
        self.admitted.append(told)
        super().take_in(*told)

    def speak_up(self, time, person, stays, word):
        self.told.append((time, person, stays, word))
        super().speak_up(time, person, stays, word)

    def is_positive(self, time, person, number, quick, word):
        self.outcome[person, number] = super().is_positive(time, person, number, quick, word)
        return self.outcome[person, number]


class Authority(Naive):
    """The second engine without epidemic: testing, tracing and orders, from the record alone."""

    def __init__(
        self, city, rates, policy, seed, days, stubs, told, outcome, stays, admitted, dead, later=()
    ):
        self.city, self.rates, self.policy, self.seed, self.days, self.stubs = (
            city,
            rates,
            policy,
            seed,
            days,
            stubs,
        )
        self.told, self.outcome, self.stays, self.admitted = told, outcome, stays, admitted
        self.open_files()
        self.changes = {day: (one, other) for day, one, other in later}
        for day in range(days):
            self.rates, self.policy = self.changes.get(day, (self.rates, self.policy))
            self.push(float(day), DAY, 0, day)
            self.screening(day)
        self.rates, self.policy = rates, policy
        for line, (time, person, _, _) in enumerate(told):
            self.push(time, ONSET, person, line)
        for line, (time, person, *_) in enumerate(admitted):
            self.push(time, ADMISSION, person, line)
        for person, time in dead.items():
            self.push(time, DEATH, person, 0)
        self.work_off()

    def death(self, time, person, line, number):
        self.bury(time, person)

    def admission(self, time, person, line, number):
        self.take_in(*self.admitted[line])

    def lengthen(self, steps, day):
        """Contacts at home are no business of the authority's."""

    def onset(self, time, person, line, number):
        self.speak_up(time, person, *self.told[line][2:])

    def is_positive(self, time, person, number, quick, word):
        return self.outcome[person, number]


def replayed(scenario, change=None, later=()):
    """(what the engine left behind, the replay) of a small city; change: of the record, before it
    is replayed; later: (day, settings), changes of policy."""
    population = lz.build_population(scenario.population, people=PEOPLE, seed=SEED)
    bare = lower_pathogen(scenario.pathogen, population, SCALE)
    standing = first_standing(scenario, population, bare)
    rates, policy = standing.rates, standing.policy
    run = begin_run(population.city, rates, policy, SEED, Start(INITIAL, NONE), DAYS, True)
    changes = []
    for day, settings in later:
        advance(run, day)
        scenario = scenario.replace(**settings)
        standing = next_standing(standing, scenario, population, day)
        change_policy(run, standing.rates, standing.policy)
        changes.append((day, standing.rates, standing.policy))
    advance(run, DAYS)
    raw = leave(run)
    stubs = new_scratch(8).stubs
    record = Recorder(population.city, rates, policy, SEED, INITIAL, DAYS, stubs, changes)
    told, outcome = record.told, dict(record.outcome)
    if change is not None:
        change(told, outcome)
    replay = Authority(
        population.city,
        rates,
        policy,
        SEED,
        DAYS,
        stubs,
        told,
        outcome,
        record.stays,
        record.admitted,
        record.dead_since,
        changes,
    )
    assert not any(
        hasattr(replay, truth) for truth in ("infections", "latest", "immune", "episode")
    )
    return raw, replay


def decisions(raw, replay):
    """The same of both: orders (start, person, pathway, end), lists (time, case, person,
    instrument), samples and results by person."""
    r = raw.records
    orders = sorted(
        zip(
            r.order_start.tolist(),
            r.order_person.tolist(),
            r.order_pathway.tolist(),
            r.order_until.tolist(),
        )
    )
    lists = sorted(zip(raw.tally.list_time.tolist(), *raw.tally.list_rows[:, :3].T.tolist()))
    files = {int(p): (int(t), float(c)) for p, t, c in zip(r.person, r.tests, r.confirmed) if t}
    again = sorted(
        (o["start"], int(p), o["pathway"], o["until"])
        for p, orders in replay.orders.items()
        for o in orders
    )
    listed = sorted((t, int(p), int(other), i) for t, p, other, i in replay.listed)
    tests = {int(p): (n, replay.confirmed.get(p, np.inf)) for p, n in replay.tests.items() if n}
    return (orders, lists, files), (again, listed, tests)


def scenario_of(moscow, level):
    isolation = "sms-and-police" if LEVELS.index(level) % 2 else "supported"
    plain = with_everything(
        moscow.replace(isolation=isolation, testing="contacts-and-lateral-flow")
    )
    return plain.replace(tracing=level)


def assert_same(engine, replay):
    for ours, theirs in zip(engine[:2], replay[:2]):
        assert [x[1:3] for x in ours] == [x[1:3] for x in theirs]
        assert len(ours) > 10
        np.testing.assert_allclose(np.array(ours), np.array(theirs), rtol=0, atol=1e-9)
    assert engine[2].keys() == replay[2].keys()
    for person, (number, confirmed) in engine[2].items():
        assert replay[2][person] == (number, pytest.approx(confirmed, abs=1e-9)), person


@pytest.mark.parametrize("level", LEVELS)
def test_the_authority_s_record_alone_gives_the_same_decisions(moscow, level):
    assert_same(*decisions(*replayed(scenario_of(moscow, level))))


def test_so_it_does_with_every_rule_at_once(moscow):
    """Symptoms trigger, contacts of contacts, tests of contacts, release by test, screening, full
    laboratories."""
    assert_same(
        *decisions(
            *replayed(many_instruments(with_everything(moscow.replace(isolation="sms-and-police"))))
        )
    )


def test_so_it_does_where_regimes_are_hard_and_things_close(moscow):
    """Households bound, a ladder to a facility, appeals, distrust, measures by cases, beds and
    dates, passes."""
    assert_same(*decisions(*replayed(many_instruments(hard_regime(with_everything(moscow))))))


@pytest.mark.parametrize("level", [monitoring, monitoring_of_reports], ids=["results", "reports"])
def test_so_it_does_where_the_listed_report_symptoms(moscow, level):
    """Monitored people isolate at once when they report symptoms, or at the list if they have; a
    negative result frees them."""
    assert_same(
        *decisions(*replayed(level(with_everything(moscow.replace(isolation="sms-and-police")))))
    )


LATER = [
    (12, {"tracing": "app-and-interviews", "isolation": "moscow-social-monitoring"}),
    (24, {"region": "by-case-count", "testing.capacity_per_100k": 900.0}),
    (33, {"tracing": "household", "isolation": "supported"}),
]


def test_so_it_does_where_the_policy_changes(moscow):
    assert_same(*decisions(*replayed(scenario_of(moscow, "interview"), later=LATER)))


def test_what_rules_and_conditions_look_at_follows_from_the_record(moscow):
    """Counts by day are those of the replay, which knows nothing of who is infected."""
    scenario = scenario_of(moscow, "interview").replace(region="by-case-count")
    raw, replay = replayed(scenario)
    cases = np.bincount(np.array(replay.positives, int), minlength=DAYS)
    tests = sum(replay.tests.values())
    assert raw.records.cases_by_day.tolist() == cases.tolist() and cases.sum() > 10
    assert int(raw.tally.daily[TESTS].sum()) == tests > 100


def test_another_result_of_one_test_makes_other_decisions(moscow):
    """So the comparison can fail."""

    def wrong(told, outcome):
        first = min(key for key, positive in outcome.items() if positive)
        outcome[first] = False

    engine, replay = decisions(*replayed(scenario_of(moscow, "interview"), wrong))
    assert engine != replay
