"""The engine against a second one, written apart from it (`naive`), event for event, on small
cities with all mechanisms on."""

from __future__ import annotations

import math

import numpy as np
import pytest
from conftest import stated, with_level
from naive import HOME, REGION, Naive

import lazaretto as lz
from lazaretto.bench import neutral_law
from lazaretto.engine.lowering import lower_policy, policy_laws
from lazaretto.engine.parts import Start
from lazaretto.engine.phases import first_standing, next_standing
from lazaretto.engine.room import new_scratch
from lazaretto.engine.simulate import NONE, advance, begin_run, change_policy, leave, run_once
from lazaretto.mechanisms.counters import CONTESTS_GRANTED, NOTES_DROPPED, PASS_FINES, WAITING
from lazaretto.mechanisms.illness.lowering import in_scenario, lower_pathogen
from lazaretto.parameters import Pathogen, Scenario, load_pathogen

DAYS, INITIAL = 70, 8


def with_everything(scenario: Scenario) -> Scenario:
    """Immunity that wanes, a season, importations, other illnesses."""
    data = scenario.model_dump()
    stated = {"source": "test", "status": "assumption"}
    data["pathogen"] |= {
        "immunity_duration": neutral_law("gamma", 20.0, a=3.0).model_dump(),
        "seasonal_amplitude": {"value": 0.3, "unit": "fraction", "range": [0.0, 1.0], **stated},
        "seasonal_peak_day_of_year": {
            "value": 20.0,
            "unit": "day",
            "range": [0.0, 366.0],
            **stated,
        },
    }
    data["importations_per_day"] |= {"value": 0.4}
    data["testing"]["background_illness_per_day"] |= {"value": 0.005}
    return Scenario.model_validate(data)


def many_instruments(scenario: Scenario) -> Scenario:
    """Interviews, calls, the app and venues together; symptoms trigger; contacts of contacts,
    quicker than contacts; lateral flow; full laboratories that drop old samples; tests at entry and
    on a day; some refuse them; tracers rest."""
    quick = scenario.replace(testing="contacts-and-lateral-flow")
    data = quick.model_dump()
    data["testing"]["screening_per_day"] = stated(0.01, "1/person/day", 1)
    data["testing"]["capacity_per_100k"] |= {"value": 700.0}
    data["testing"]["lateral_flow_for"] = ("release", "screening")
    data["testing"]["samples_keep"] = stated(1.5, "day", 30)
    data["testing"]["listed_refuse"] = stated(0.3, "fraction", 1)
    uptake = {"uptake_by_age": {**stated([0.8] * 10, "fraction"), "range": [[0] * 10, [1] * 10]}}
    visitors = {
        "fellow_visitors_per_day": stated(0.7, "person/day"),
        "participation": stated(0.8, "fraction", 1),
    }
    return with_level(
        Scenario.model_validate(data),
        "interview-resourced",
        "call-list",
        "bluetooth-app",
        "venue-check-in",
        more={
            "interview": {
                "brief_instruction": "inform",
                "tracers_per_100k": stated(40.0, "person"),
                "weekend_share": stated(0.3, "fraction", 1),
            },
            "bluetooth-app": {
                "instruction": "test",
                "strangers_per_day": stated(0.8, "person/day"),
                "colocation_minutes": neutral_law("gamma", 20.0, "minute", a=1.0).model_dump(),
                **uptake,
            },
            "venue-check-in": visitors,
        },
        trigger="symptoms",
        recursion_depth=stated(1, "generation", 5),
        close_minutes=stated(20.0, "minute"),
        release_test_day=stated(4.0, "day"),
        entry_test="finds",
        onward_delay=neutral_law("constant", 0.2).model_dump(),
    )


def monitoring(scenario: Scenario) -> Scenario:
    """Interviews and the app ask people to report symptoms, to stay in quarantine, or both, by
    exposure; tests free them."""
    data = scenario.replace(testing="contacts-and-lateral-flow").model_dump()
    data["isolation"]["isolation_days"] |= {"value": 8.0}
    uptake = {"uptake_by_age": {**stated([0.8] * 10, "fraction"), "range": [[0] * 10, [1] * 10]}}
    return with_level(
        Scenario.model_validate(data),
        "household",
        "interview-resourced",
        "bluetooth-app",
        more={
            "household": {"instruction": "monitor"},
            "interview": {"brief_instruction": "monitor"},
            "bluetooth-app": {
                "instruction": "monitor",
                "brief_instruction": "quarantine",
                **uptake,
            },
        },
        close_minutes=stated(20.0, "minute"),
        recursion_depth=stated(1, "generation", 5),
        entry_test="releases",
        finding_test_day=stated(6.0, "day"),
    )


def monitoring_of_reports(scenario: Scenario) -> Scenario:
    """As `monitoring`, where already the report of symptoms triggers, also that of monitored
    people."""
    data = monitoring(scenario).model_dump()
    data["tracing"]["trigger"] = "symptoms"
    return Scenario.model_validate(data)


def shifted() -> Pathogen:
    """Infectious from three days before onset, or from infection where that is later, with one
    profile over all of it."""
    data = load_pathogen("sars-cov-2-ancestral").model_dump()
    data |= {
        "title": "shifted",
        "latent_period": None,
        "presymptomatic_lead": None,
        "profile_from": "infectious-start",
        "incubation_period": neutral_law("gamma", 5.0, a=3.0).model_dump(),
        "infectious_before_onset": stated(3.0, "day"),
        "infectiousness_profile": neutral_law("beta", 0.4, "fraction", a=2.0, b=3.0).model_dump(),
    }
    data["presymptomatic_relative_infectiousness"] |= {"value": 1.0}
    return Pathogen.model_validate(data)


def hard_regime(scenario: Scenario) -> Scenario:
    """Households bound, a facility as the last rung, appeals, distrust, tests that end isolation,
    and closing by counts and dates."""
    data = scenario.replace(
        isolation="moscow-social-monitoring", testing="contacts-and-lateral-flow"
    ).model_dump()
    regime = data["isolation"]
    for monitor in regime["monitoring"]:
        monitor["false_alarm_per_person_day"] |= {
            "value": 0.05,
            "range": (0.0, 1.0),
            "distribution": None,
        }
        monitor["detection_probability"] |= {"value": 0.5}
    regime["facility_contact_factor"] = stated(0.1, "fraction", 1)
    regime["case_release_test_day"] = stated(6.0, "day")
    rung = regime["ladder"][0]
    again = {
        name: {**rung[name], "value": value}
        for name, value in (("after_detections", 2), ("breach_factor", 0.9))
    }
    regime["ladder"] = (rung, {**rung, "action": "transfer", **again})
    appeals = {
        "probability_when_wrong": 0.9,
        "granted_when_wrong": 0.8,
        "probability_when_right": 0.2,
        "granted_when_right": 0.3,
    }
    for name, value in appeals.items():
        regime["appeals"][name] |= {"value": value, "range": (0.0, 1.0)}
    regime["appeals"]["delay"] = neutral_law("gamma", 3.0, a=4.0).model_dump()
    for name in ("kappa_app", "tau_injustice"):
        data["behaviour"][name] |= {"value": 0.5}
    data["behaviour"]["judging_skill"] |= {"value": 0.6}
    measure = {
        **{
            f"{where}_factor": stated(value, "fraction", 1)
            for where, value in (("school", 0.0), ("work", 0.6), ("community", 0.7))
        },
        "household_factor": stated(1.3, "ratio", 10),
        "compliance": stated(0.7, "fraction", 1),
        "stringency_points": stated(50.0, "index point", 100),
    }
    bounds = {"off_below": stated(60.0, "person/100,000 people"), "least_days": stated(4.0, "day")}
    passes = {
        "records_per_person_day": stated(1.0, "record/person-day"),
        "retention_days": stated(5.0, "day"),
        "recipients": stated(1, "count"),
        "fine_per_person_day": stated(0.002, "1/person/day", 1),
        "wrong_fine_per_person_day": stated(0.001, "1/person/day", 1),
    }
    per = "person/100,000 people"
    dates = {"start_day": stated(30.0, "day"), "end_day": stated(45.0, "day")}
    data["region"]["measures"] = (
        {
            "title": "by cases",
            "trigger": {"indicator": "cases-per-week", "on_from": stated(300.0, per), **bounds},
            **measure,
        },
        {
            "title": "by beds",
            "trigger": {"indicator": "hospital-beds", "on_from": stated(100.0, per), **bounds},
            **measure,
        },
        {"title": "by dates", **dates, "passes": passes, **measure},
    )
    return Scenario.model_validate(data)


def crowded(scenario: Scenario) -> Scenario:
    """Facilities with few places, from which people abscond and which some refuse; orders that some
    refuse; a slow desk; special phones for some; distrust that fades; listings that are contested
    and always prolong."""
    data = hard_regime(scenario).model_dump()
    regime = data["isolation"]
    regime |= {
        "contact_place": "facility",
        "facility_places": stated(500.0, "1/100,000 people"),
        "absconding_per_day": stated(0.1, "1/day"),
        "facility_refusal": stated(0.2, "fraction", 1),
        "refuse_fraction": stated(0.2, "fraction", 1),
        "refusers": "to-facility",
        "relisting": "always",
        "desk": {
            "notes_per_day": stated(400.0, "1/100,000 people/day"),
            "delay": neutral_law("gamma", 1.5, a=2.0).model_dump(),
            "longest_wait": stated(2.0, "day"),
        },
        "false_alarm_k": stated(0.5, "dimensionless"),
    }
    for one in regime["monitoring"]:
        if one["type"] == "special-phone":
            one["issued_fraction"] |= {"value": 0.5, "status": "user"}
    data["population"]["phone_ownership_by_age"] |= {"value": [0.6] * 10, "status": "user"}
    data["behaviour"]["trust_half_life"] |= {"value": 15.0}
    data["behaviour"]["restored_by_correction"] |= {"value": 0.5}
    contest = {
        **{f"probability_when_{what}": stated(0.6, "fraction", 1) for what in ("wrong", "right")},
        "granted_when_wrong": stated(0.9, "fraction", 1),
        "granted_when_right": stated(0.3, "fraction", 1),
        "delay": neutral_law("gamma", 2.0, a=2.0).model_dump(),
    }
    data["tracing"] = scenario.replace(tracing="operator-geolocation").tracing.model_dump()
    data["tracing"]["contest"] = contest
    return Scenario.model_validate(data)


def refused(scenario: Scenario) -> Scenario:
    """As `crowded`, but whoever refuses stays at home, nothing prolongs a quarantine, facilities
    are only for cases, and special phones are for all."""
    data = crowded(scenario).model_dump()
    regime = data["isolation"] | {
        "contact_place": "home",
        "case_place": "facility",
        "refusers": "at-home",
        "relisting": "never",
        "facility_places": None,
    }
    regime["monitoring"] = [m for m in regime["monitoring"] if m["type"] == "special-phone"]
    data["isolation"] = regime
    return Scenario.model_validate(data)


CASES = [
    ("household", "advice", "sars-cov-2-ancestral", 0.05, 1),
    ("interview", "sms-and-police", "sars-cov-2-ancestral", 0.06, 2),
    ("operator-geolocation", "sms-and-police", "sars-cov-1", 0.06, 3),
    ("interview-resourced", "supported", "measles", 0.3, 4),
    ("russia-2020-order", "supported", "sars-cov-2-delta", 0.1, 5),
    (many_instruments, "sms-and-police", "sars-cov-2-ancestral", 0.1, 6),
    (many_instruments, "supported", "influenza-1918-like", 0.3, 7),
    ("russia-2020-order", hard_regime, "sars-cov-2-ancestral", 0.1, 8),
    ("transparent-notice", hard_regime, "sars-cov-2-ancestral", 0.12, 9),
    (many_instruments, hard_regime, "sars-cov-2-delta", 0.12, 10),
    ("interview", "facility", "sars-cov-2-ancestral", 0.1, 11),
    (monitoring, "supported", "sars-cov-2-ancestral", 0.08, 12),
    (monitoring_of_reports, "sms-and-police", shifted(), 0.08, 13),
    (None, crowded, "sars-cov-2-ancestral", 0.12, 14),
    (None, refused, "sars-cov-2-ancestral", 0.12, 15),
]


def assert_same(raw, other) -> None:
    """Infections, orders, lists, detections, sanctions and what was blocked are those of the naive
    engine, one by one."""
    h = raw.history
    source = np.where(h.source >= 0, h.person[np.maximum(h.source, 0)], -1)
    engine = sorted(
        zip(h.time.tolist(), h.person.tolist(), source.tolist(), h.symptomatic.tolist())
    )
    naive = sorted(
        (
            i["time"],
            i["person"],
            -1 if i["source"] is None else other.infections[i["source"]]["person"],
            i["symptomatic"],
        )
        for i in other.infections
    )
    assert len(engine) == len(naive) > 100
    assert [e[1:] for e in engine] == [n[1:] for n in naive]
    np.testing.assert_allclose([e[0] for e in engine], [n[0] for n in naive], rtol=0, atol=1e-9)
    r = raw.records
    mine = sorted(
        zip(
            r.order_start.tolist(),
            r.order_person.tolist(),
            r.order_pathway.tolist(),
            r.order_until.tolist(),
        )
    )
    theirs = sorted(
        (o["start"], p, o["pathway"], o["until"])
        for p, orders in other.orders.items()
        for o in orders
    )
    assert len(mine) == len(theirs) > 50
    assert [m[1:3] for m in mine] == [t[1:3] for t in theirs]
    np.testing.assert_allclose(
        [(m[0], m[3]) for m in mine], [(t[0], t[3]) for t in theirs], rtol=0, atol=1e-9
    )
    listed = sorted(zip(raw.tally.list_time.tolist(), *raw.tally.list_rows[:, :3].T.tolist()))
    assert len(listed) == len(other.listed) > 10
    assert [x[1:] for x in listed] == [x[1:] for x in sorted(other.listed)]
    t = raw.tally
    seen = sorted(zip(t.list_time, *t.list_rows[:, :3].T.tolist(), t.list_minutes))
    np.testing.assert_allclose(
        [x[4] for x in seen], [x[4] for x in sorted(other.minutes_listed)], rtol=1e-9
    )
    detections = {int(p): int(d) for p, d in zip(r.person, r.detections) if d}
    assert detections == {p: n for p, n in other.noted.items() if n}
    acted = sorted(
        zip(
            r.action_time.tolist(),
            r.action_person.tolist(),
            r.action_kind.tolist(),
            raw.conduct.action_wrong.tolist(),
            r.action_corrected.tolist(),
        )
    )
    other_acted = sorted(
        (a["time"], a["person"], a["action"], a["wrong"], a["put_right"]) for a in other.sanctions
    )
    assert [a[1:4] for a in acted] == [a[1:4] for a in other_acted]
    np.testing.assert_allclose(
        [(a[0], a[4]) for a in acted], [(a[0], a[4]) for a in other_acted], rtol=0, atol=1e-9
    )
    assert raw.tally.blocked_by.tolist() == [
        other.blocked[pathway] for pathway in range(len(raw.tally.blocked_by))
    ]
    went = zip(raw.conduct.outing_from, r.order_person[raw.conduct.outing_order])
    outings = [(a, p) for p, mine in other.orders.items() for held in mine for a, _ in held["out"]]
    assert sorted((round(t, 9), int(p)) for t, p in went) == sorted(
        (round(t, 9), p) for t, p in outings
    )
    daily = raw.tally.daily.sum(axis=1)
    assert daily[PASS_FINES] == len(other.pass_fines)
    assert daily[NOTES_DROPPED] == other.dropped_notes
    assert daily[WAITING] == other.morning_waits
    assert daily[CONTESTS_GRANTED] == sum(granted for *_, granted in other.contested)


@pytest.mark.parametrize(("tracing", "isolation", "pathogen", "scale", "seed"), CASES)
def test_every_infection_order_and_listing_is_the_same(
    moscow, tracing, isolation, pathogen, scale, seed
):
    scenario = with_everything(moscow.replace(pathogen=pathogen))
    scenario = isolation(scenario) if callable(isolation) else scenario.replace(isolation=isolation)
    if tracing is not None:
        scenario = tracing(scenario) if callable(tracing) else scenario.replace(tracing=tracing)
    population = lz.build_population(scenario.population, people=600 + 50 * seed, seed=seed)
    rates = in_scenario(
        lower_pathogen(scenario.pathogen, population, scale, policy_laws(scenario)), scenario
    )
    policy = lower_policy(scenario, population)
    raw = run_once(population.city, rates, policy, seed, INITIAL, DAYS, keep_lists=True)
    other = Naive(population.city, rates, policy, seed, INITIAL, DAYS, new_scratch(8).stubs)
    assert_same(raw, other)
    r = raw.records
    if (
        "monitor" in scenario.tracing.instructions
    ):  # isolations for symptoms, some ended by a negative result
        assert (r.watch_order >= 0).sum() == len(other.for_symptoms) > 10
        assert any(
            o["until"] < o["start"] + policy.isolation_days for o in other.for_symptoms.values()
        )
    orders = [one for mine in other.orders.values() for one in mine]
    if isolation is crowded:
        assert other.dropped_notes and other.morning_waits > 10 and other.contested
        assert any(o["home"] < o["until"] for o in orders)
        assert max(o["stays"] for o in orders) > 1  # taken once more
        assert any(o.get("device") == 2 for o in orders)
        assert {s["wrong"] for s in other.sanctions} == {0, 1, 2}
    if callable(isolation):  # every mechanism has acted
        assert {0, 1, 2} == {m for now in other.history for m in now}
        assert any(a["action"] == 3 for a in other.sanctions) and any(
            math.isfinite(a["put_right"]) for a in other.sanctions
        )
        assert other.blocked[REGION] and other.blocked[HOME] and other.pass_fines and other.wrong
        assert len({len(now) for now in other.history}) > 2


PER_WEEK = "person/100,000 people/week"
REPORTS = {
    "half_at": stated(60.0, PER_WEEK),
    "steepness": stated(1.5, "dimensionless"),
    "lag": stated(2, "day"),
    "least_kept": stated(0.2, "fraction"),
    "fatigue_per_day": stated(0.02, "1/day"),
}
BY_DAY = {"series_from_day": stated(4, "day")}
RESPONSES = {
    "reported-cases": REPORTS,
    "deaths": REPORTS | {"half_at": stated(5.0, PER_WEEK)},
    "series": REPORTS | BY_DAY | {"reports_by_day": stated([3.0 * d for d in range(40)], PER_WEEK)},
    "contacts": BY_DAY | {"contacts_by_day": stated([1.0, 0.9, 0.7, 0.5, 0.4], "fraction")},
}


def cautious(scenario: Scenario, looks_at: str) -> Scenario:
    """People give up contacts and protect themselves; only some meetings are close."""
    data = scenario.model_dump()
    data["behaviour"]["response"] = {"looks_at": looks_at, **RESPONSES[looks_at]}
    data["behaviour"]["protection"] = {
        "meetings": stated(0.4, "fraction"),
        "cut": stated(0.6, "fraction"),
    }
    data["pathogen"]["not_close_relative_hazard"] = stated(0.3, "fraction")
    data["population"]["close_fraction"]["household"]["value"] = 0.9
    return Scenario.model_validate(data)


def vaccine(title: str, start: int, doses: float, **more) -> dict:
    """A campaign; more: of its fields."""
    day = {"range": (-3650, 3650)}
    return {
        "title": title,
        "start_day": stated(start, "day") | day,
        "doses_per_day": stated(doses, "dose/100,000 people/day"),
        "youngest": stated(12, "year", 120),
        "oldest": stated(120, "year", 120),
        "willingness": stated(0.8, "fraction", 1),
        "protected_after": stated(3.0, "day"),
        "protection": "leaky",
        "efficacy_infection": stated(0.6, "fraction", 1),
        "efficacy_transmission": stated(0.4, "fraction", 1),
        "efficacy_severe": stated(0.7, "fraction", 1),
        **more,
    }


def immune(scenario: Scenario, *campaigns: dict) -> Scenario:
    """Some are immune for a while from before; campaigns; beds are counted."""
    data = cautious(scenario, "deaths").model_dump()
    shares = [0.3, 0.1, 0.0, 0.2, 0.2, 0.1, 0.1, 0.5, 0.6, 1.0]
    data["immunity"] = {
        "title": "test",
        "description": "test",
        "immune_by_age": stated(shares, "fraction", 1),
        "immunity_lasts": neutral_law("gamma", 60.0, a=2.0).model_dump(),
        "campaigns": campaigns,
    }
    return Scenario.model_validate(data)


WANING = {"protection_lasts": neutral_law("gamma", 30.0, a=3.0).model_dump()}
BEFORE = vaccine("before", -60, 400.0, oldest_first=True, **WANING)
DURING = vaccine("during", 5, 1500.0, protection="all-or-nothing", youngest=stated(5, "year", 120))


def in_hospital(scenario: Scenario, beds: float | None = None) -> Scenario:
    """Many need a bed; beds: per 100,000 people, and a quarter of it in intensive care."""
    data = scenario.model_dump()
    data["hospitals"] = {
        "title": "test",
        "description": "test",
        "admission_test_probability": stated(0.8, "fraction", 1),
        "contacts_kept": stated(0.2, "fraction", 1),
    }
    if beds is not None:
        for name, number in (("beds", beds), ("intensive_care_beds", beds / 4)):
            data["hospitals"][name] = stated(number, "bed/100,000 people")
        for name in ("death_without_bed", "death_without_intensive_care"):
            data["hospitals"][name] = stated(4.0, "ratio")
    for name, share in (("hospital", 0.3), ("intensive_care", 0.15), ("death", 0.1)):
        data["pathogen"][f"{name}_fraction_by_age"] |= {
            "value": [share] * 10,
            "range": ((0.0,) * 10, (1.0,) * 10),
        }
    data["pathogen"]["onset_to_hospital"] |= {"mean": 1.5, "range": (0.0, 10.0)}
    data["pathogen"]["onset_to_death"] |= {"mean": 4.0, "range": (0.0, 50.0)}
    return Scenario.model_validate(data)


FOLDS = [
    # (changes by day from the first on, seed): levels come and go, regimes harden and soften
    (
        [
            (0, {"tracing": "interview", "isolation": "advice"}),
            (14, {"tracing": "app-and-interviews", "isolation": "sms-and-police"}),
            (23, {"isolation": "moscow-social-monitoring", "region": "by-case-count"}),
            (37, {"tracing": "household", "testing.capacity_per_100k": 400.0}),
        ],
        21,
    ),
    (
        [
            (0, {"tracing": "none", "isolation": "supported", "region": "moscow-spring-2020"}),
            (9, {"tracing": "operator-geolocation", "isolation": "facility"}),
            (20, {"tracing": "russia-2020-order", "region": "none"}),
            (30, {"isolation": "selfie-app", "testing": "contacts-and-lateral-flow"}),
        ],
        22,
    ),
    (
        [
            (0, {"tracing": "app-and-interviews", "isolation": "electronic-fence"}),
            (
                15,
                {
                    "tracing.instruments.bluetooth-app.uptake_by_age": [0.9] * 10,
                    "isolation.breach_per_day": 0.4,
                },
            ),
            (16, {"isolation": "calls-and-app", "behaviour.self_isolation_probability": 0.1}),
            (33, {"importations_per_day": 9.0, "testing.seek_probability": 0.9}),
        ],
        23,
    ),
    (
        [
            (
                0,
                {"tracing": "interview", "isolation": "supported", "isolation.breach_per_day": 0.0},
            ),
            (25, {"isolation": "selfie-app"}),  # orders that nobody had looked at are looked at
            (34, {"isolation": "electronic-fence", "isolation.breach_per_day": 0.5}),
        ],
        24,
    ),
    (  # people begin to respond, do so otherwise, and stop
        [
            (0, {"tracing": "app-and-interviews"}),
            (12, {"behaviour": "reported-cases"}),
            (24, {"behaviour": "deaths"}),
            (35, {"behaviour": "contacts"}),
            (44, {"behaviour": "default"}),
        ],
        25,
    ),
    (  # campaigns begin, change and end
        [
            (0, {"tracing": "interview", "immunity": (BEFORE,)}),
            (10, {"immunity": (BEFORE, DURING)}),
            (20, {"immunity": (vaccine("faster", 5, 3000.0),)}),
            (40, {"immunity": ()}),
        ],
        26,
    ),
    (  # hospitals test, stop it, fill up
        [
            (0, {"tracing": "interview", "hospitals": "uncoupled"}),
            (10, {"hospitals": "admission-test"}),
            (25, {"hospitals": "germany-2020-beds", "hospitals.beds": 60.0}),
            (45, {"hospitals": "uncoupled"}),
        ],
        27,
    ),
]


@pytest.mark.parametrize(("changes", "seed"), FOLDS)
def test_so_it_is_where_the_policy_changes(moscow, changes, seed):
    scenario = with_everything(moscow)
    population = lz.build_population(scenario.population, people=2500, seed=seed)
    rates = lower_pathogen(scenario.pathogen, population, 0.09)
    for day, settings in changes:
        response = settings.get("behaviour")
        if response in RESPONSES:
            settings = {"behaviour": cautious(scenario, response).behaviour}
        if "immunity" in settings:
            settings = settings | {"immunity": immune(scenario, *settings["immunity"]).immunity}
        scenario = scenario.replace(**settings)
        if day == 0:
            standing = first_standing(scenario, population, rates)
            start = Start(INITIAL, NONE)
            run = begin_run(
                population.city, standing.rates, standing.policy, seed, start, DAYS, True
            )
            first, later = standing, []
        else:
            advance(run, day)
            standing = next_standing(standing, scenario, population, day)
            change_policy(run, standing.rates, standing.policy)
            later.append((day, standing.rates, standing.policy))
    advance(run, DAYS)
    args = (population.city, first.rates, first.policy, seed, INITIAL, DAYS)
    other = Naive(*args, new_scratch(8).stubs, later)
    assert_same(leave(run), other)
