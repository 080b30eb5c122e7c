"""A second engine, written apart from the first: one event after the other from a heap, one
candidate after the other, records in dictionaries, no batches, no calendar, no tables of bounds. It
shares with the engine the random numbers (by their keys), the quantile tables and the contact
layers (whose symmetry has tests of its own), and nothing else.
"""

from __future__ import annotations

import heapq
import math
import statistics
from collections import defaultdict

import numpy as np

from lazaretto._jit import entry
from lazaretto.chance import streams
from lazaretto.chance.laws import CELLS
from lazaretto.chance.permutation import matched, round_keys
from lazaretto.chance.philox import draw
from lazaretto.chance.strata import STRATA, TURN
from lazaretto.contacts.colocation import colocation_at
from lazaretto.contacts.community import area_of, first_stub, is_open, is_real, meet
from lazaretto.contacts.group import (
    circle_of,
    day_words,
    first_turn,
    group_meeting,
    is_weekday,
    member_in_round,
    rounds_on,
)
from lazaretto.mechanisms.illness.seeding import first_infected
from lazaretto.world.events import LONGER_BITS, LONGER_FROM
from lazaretto.world.people import keyed_person

HOUSEHOLD, GROUP, COMMUNITY = range(3)
NEAR, REMOTE = 5, 6
SYMPTOMS, CONTACT, RELEASE, SCREENING, LEAVE, WATCH, ADMITTED = range(7)
SELF, CASE, HOME, REGION, RESPONSE, PROTECTION, VACCINATION, HOSPITAL, LISTED = range(9)
WARNING, REPORT, FINE, TRANSFER = range(4)
# at equal times: what removes people comes first; before all else the day begins
DAY = -1
RESULT, DELIVERY, TRACE, CHECK, NOTE, APPEAL, CONTEST, FETCH, SAMPLE, ONSET = range(10)
ILLNESS, WANE, IMPORT, DEATH, DISCHARGE, ADMISSION, TRANSMISSION = range(10, 17)


@entry
def _words(seed, purpose, a, b, c, out):
    out[0], out[1], out[2], out[3] = draw(seed, purpose, a, b, c)


@entry
def _stub(city, seed, stubs, person, k, day, out):
    area = area_of(city, person)
    stubs.area[0], stubs.stub[0], stubs.day[0], stubs.least[0] = (
        area,
        first_stub(city, area, person) + k,
        day,
        0.0,
    )
    out[0] = stubs.stub[0]
    out[1] = is_open(city, stubs.stub[0] % STRATA, day)
    meet(city, seed, stubs, 1)
    out[2] = city.person_at[stubs.place[0]] if stubs.place[0] >= 0 else -1
    if out[2] >= 0 and not is_real(city, person, out[2]):
        out[2] = -1
    return stubs.minutes[0]


@entry
def _round(city, seed, person, which, k, day, out):
    number, start, size, mean = circle_of(city, person, which)
    w0, w1, _, _ = day_words(seed, number, which, day)
    rounds, first = rounds_on(city, size, mean, day, w0, w1)
    out[0], out[1], out[2], out[3] = first_turn(number, day), int(mean) + 1, rounds, -1
    if k >= rounds:
        return 0.0
    other = city.group_member[member_in_round(city, person, start, size, k, first)]
    out[3] = other if other != person else -1
    return group_meeting(city, seed, person, other, day, out[0] + k)


@entry
def _weekday(city, day):
    return is_weekday(city, day)


@entry
def _seeded(seed, reach, number):
    return first_infected(seed, reach, number)


@entry
def _imported(seed, reach, day, number):
    return keyed_person(seed, streams.IMPORT, reach, day, number)


@entry
def _screened(seed, reach, day, number):
    return keyed_person(seed, streams.SCREEN, reach, day, number)


@entry
def _passes(seed, reach, day, key):
    return keyed_person(seed, streams.PASSES, reach, day, key)


@entry
def _area(city, person):
    return area_of(city, person)


@entry
def _tie(seed, own, count):
    k0, k1, k2, k3 = round_keys(seed, 3, 0, 0)
    return matched(own, count, k0, k1, k2, k3)


@entry
def _near(city, seed, person, kind, k, day, slots, mean):
    return colocation_at(city, seed, person, kind, k, day, slots, mean)


AT_SITE = 2**20  # added to the number of a round of the site
OF_KIND = 2**20  # times the kind of place, added to the number of a slot of people only near


def unit(word: int) -> float:
    return (word + 0.5) / 2.0**32


def poisson(mean: float, word: int) -> int:
    if mean > 256.0:  # in parts, each from the word scrambled anew
        return poisson(256.0, word) + poisson(mean - 256.0, (word * 1664525 + 1013904223) % 2**32)
    u, term, count = unit(word), math.exp(-mean), 0
    total = term
    while u > total and count < 1024:
        count += 1
        term *= mean / count
        total += term
    return count


class Naive:
    """One run; `infections` and `orders` are what came of it. changes: (day, rates, policy) from
    which days others hold."""

    changes: dict = {}  # noqa: RUF012 - by day; the authority's replay has its own

    def __init__(self, city, rates, policy, seed, initial, days, scratch_stubs, changes=()):
        self.city, self.rates, self.policy, self.seed, self.days, self.stubs = (
            city,
            rates,
            policy,
            seed,
            days,
            scratch_stubs,
        )
        self.infections: list[dict] = []
        self.latest: dict[int, int] = {}  # last infection of each person
        self.immune: set[int] = set()
        self.episode: dict[int, int] = defaultdict(int)
        self.stays: list[list[float]] = []  # in a hospital bed: from, until, contacts kept
        self.in_bed, self.waited = [0, 0], [0, 0]  # ordinary, intensive care
        self.deaths: list[float] = []
        self.vaccinated: dict = {}
        self.blocked: dict[int, int] = defaultdict(int)
        self.open_files()
        started = number = 0
        while started < initial:
            person = int(_seeded(seed, city.reach, number))
            number += 1
            if person not in self.immune and not self.spared(person, 0.0, 2**20 + 1, number - 1):
                self.infect(person, None, None, 0.0)
                started += 1
        self.changes = {day: (later, other) for day, later, other in changes}
        for day in range(days):
            self.rates, self.policy = self.changes.get(day, (self.rates, self.policy))
            self.push(float(day), DAY, 0, day)
            self.other_illnesses(day)
            self.screening(day)
            self.importations(day)
        self.rates, self.policy = rates, policy
        self.work_off()

    def open_files(self):
        """What the authority knows and what people under an order do: nothing yet."""
        self.events: list[tuple] = []
        self.met: dict = {}  # meetings by person and day
        self.dead_since: dict[int, float] = {}
        self.orders: dict[int, list[dict]] = defaultdict(list)
        self.reported: dict[int, float] = {}
        self.watched: dict[int, tuple[float, int]] = {}  # until when, by which instrument
        self.acted_upon: dict[
            int, float
        ] = {}  # the report of symptoms to which monitoring has answered
        self.for_symptoms: dict[int, dict] = {}  # the order that came of it
        self.tests: dict[int, int] = defaultdict(int)
        self.confirmed: dict[int, float] = {}
        self.noted: dict[int, int] = defaultdict(int)
        self.free = [0.0] * (len(self.policy.ask) + 1)
        self.traced: dict[int, float] = {}
        self.pairs: set[tuple] = set()
        self.through: dict[int, list[dict]] = defaultdict(
            list
        )  # orders by the person whose list they come from
        self.listed: list[tuple] = []
        self.minutes_listed: list[tuple] = []  # with the minutes that were seen
        self.sanctions: list[dict] = []
        self.sanctioned: dict[int, int] = defaultdict(int)
        self.positives: list[float] = []
        self.since: dict[int, int] = {}  # measures in force, and since when
        self.history: list[list[int]] = []  # measures in force by day
        self.wards: dict[int, list[list[float]]] = defaultdict(list)  # stays by person
        self.kept: list[float] = []  # contacts outside the home that people keep, by day
        self.shielded: list[float] = []  # meetings outside the home that are protected, by day
        self.pass_fines: list[tuple[int, bool]] = []
        self.wrong: list[tuple] = []  # wrong sanctions: (time, area, how many; below 0: put right)
        self.false_notes: dict[int, int] = defaultdict(int)
        self.desk_free = 0.0
        self.contested: list[tuple] = []
        self.places_taken = 0  # in facilities; a place left is free on the next morning
        self.dropped_notes, self.morning_waits = 0, 0

    def work_off(self):
        """One event after the other, to the end of the run."""
        handlers = {
            DAY: self.begin_day,
            RESULT: self.result,
            DELIVERY: self.delivery,
            TRACE: self.trace_on,
            CHECK: self.check,
            NOTE: self.act_on_note,
            APPEAL: self.appeal,
            CONTEST: self.decide_contest,
            FETCH: self.fetch,
            SAMPLE: self.sample,
            ONSET: self.onset,
            ILLNESS: self.illness,
            WANE: self.wane,
            IMPORT: self.imported,
            DEATH: self.death,
            DISCHARGE: self.discharge,
            ADMISSION: self.admission,
            TRANSMISSION: self.transmission,
        }
        while self.events:
            time, kind, person, other, number = heapq.heappop(self.events)
            handlers[kind](time, person, other, number)

    # chance

    def words(self, purpose, a, b=0, c=0):
        out = np.zeros(4, np.int64)
        _words(self.seed, purpose, a, b, c, out)
        return out.tolist()

    def law(self, row, word, table=None):
        table = self.rates.tables if table is None else table
        p = word / 2.0**32
        body, lower, upper = np.split(table[row], 3)
        if word >> 23 == 0:
            part, at = lower, ((word >> 14) + ((word & 0x3FFF) + 0.5) / 2**14) % CELLS
        elif word >> 23 == CELLS - 1:
            part, at = (
                upper,
                (((word >> 14) & (CELLS - 1)) + ((word & 0x3FFF) + 0.5) / 2**14) % CELLS,
            )
        else:
            part, at = body, p * CELLS
        low = int(at)
        return float(part[low] + (at - low) * (part[low + 1] - part[low]))

    def push(self, time, kind, person, other=0, number=0):
        if time < self.days:
            heapq.heappush(self.events, (time, kind, person, other, number))

    # natural history

    def infect(self, person, source, layer, time):
        r, episode = self.rates, self.episode[person]
        w = self.words(streams.COURSE, person, episode)
        first, second, duration = self.law(0, w[0]), self.law(1, w[1]), self.law(2, w[2])
        onset = first if r.onset_first else first + second
        infectious = (
            max(0.0, onset - r.lead) if r.lead else first + second if r.onset_first else first
        )
        strength, symptomatic, c = 1.0, True, None
        if r.varied:
            c = self.words(streams.CHARACTER, person, episode)
            strength = self.law(4, c[0])
            if unit(c[1]) < r.never_symptomatic:
                strength, symptomatic = strength * r.never_symptomatic_weight, False
        row = len(self.infections)
        one = dict(
            person=person,
            source=source,
            layer=layer,
            time=time,
            infectious=time + infectious,
            onset=time + onset,
            end=time + (first if r.lead else first + second) + duration,
            strength=float(np.float32(strength)),
            symptomatic=symptomatic,
            episode=episode,
        )
        self.infections.append(one)
        self.immune.add(person)
        self.latest[person] = row
        if symptomatic:
            self.severe(row, one)
        if r.waning and one.get("died", math.inf) == math.inf:
            self.push(one["end"] + self.law(5, c[2]), WANE, person, row)
        if symptomatic:
            self.push(one["onset"], ONSET, person, row, episode)
        self.candidates(row, one, w[3])

    # hospital, intensive care, death

    def severe(self, row, one):
        r, decade = self.rates, min(9, self.city.age[one["person"]] // 10)
        w = self.words(streams.SEVERITY, one["person"], one["episode"])
        left = self.left_by_vaccine(one["person"], one["time"])
        hospital, care, death = (left * p[decade] for p in (r.hospital, r.care, r.death))
        u = unit(w[0])
        if u >= max(hospital, death):
            return
        dies = u < death
        deadline = one["onset"] + self.law(8, w[3])
        died = deadline if dies else math.inf
        admitted = min(died, one["onset"] + self.law(6, w[1]))
        gone = died if dies else admitted + self.law(7, w[2])
        into = out = math.inf
        if u < care:
            v = self.words(streams.SEVERITY, one["person"], one["episode"], 1)
            into = min(died, admitted + self.law(9, v[0]))
            out = min(died, into + self.law(10, v[1]))
            gone = gone if dies else max(gone, out)
        margin = u / death if death else math.inf
        one |= dict(died=died, gone=gone, into=into, out=out, deadline=deadline, margin=margin)
        self.push(admitted, ADMISSION, one["person"], row)
        self.push(died, DEATH, one["person"], row)

    def admission(self, time, person, row, number):
        one, p, intensive, in_vain = self.infections[row], self.policy, number % 2, number // 2
        until = "out" if intensive else "gone"
        if time >= one[until]:
            return
        if self.in_bed[intensive] + 1 > (p.beds, p.care_beds)[intensive]:
            self.waited[intensive] += 1
            worse = one["margin"] < (p.without_bed, p.without_care)[intensive]
            if in_vain == 0 and one["died"] == math.inf and worse:
                one["died"] = one["gone"] = max(time, one["deadline"])
                one["out"], one["never"] = min(one["out"], one["died"]), True
                self.push(one["died"], DEATH, person, row)
                if intensive:
                    one["stay"][1] = one["gone"]
                    self.push(one["gone"], DISCHARGE, person, row)
            if time + 1 < one[until]:
                self.push(time + 1, ADMISSION, person, row, number + 2)
            return
        self.in_bed[intensive] += 1
        self.push(one[until], DISCHARGE, person, row, intensive)
        if intensive:
            return
        one["stay"] = [time, one["gone"], p.hospital_kept]
        self.stays.append(one["stay"])
        if one["into"] < math.inf:
            self.push(max(time, one["into"]), ADMISSION, person, row, 1)
        if p.admission_test > 0 or p.hospital_kept < 1:
            word = self.words(streams.ADMISSION, person, self.episode[person])[0]
            self.take_in(time, person, one["stay"], one["onset"], unit(word))

    def take_in(self, time, person, stay, onset, number):
        """The hospital notes a stay, and tests where its number in (0, 1) says so."""
        self.wards[person].append(stay)
        if not self.recent_case(person, time) and number < self.policy.admission_test:
            self.reported[person] = onset
            self.push(time, SAMPLE, person, ADMITTED)

    def discharge(self, time, person, row, intensive):
        if self.infections[row]["out" if intensive else "gone"] == time:
            self.in_bed[intensive] -= 1

    def death(self, time, person, row, number):
        one = self.infections[row]
        if one["died"] == time:
            one["end"] = min(one["end"], time)
            self.deaths.append(time)
            if self.policy.active:
                self.bury(time, person)

    def bury(self, time, person):
        self.dead_since[person] = time
        if held := self.in_force(person, time):
            held["until"] = time

    def in_ward(self, person, time):
        """The share of contacts kept."""
        mine = self.wards[person][-1:]
        return next((kept for a, b, kept in mine if a <= time < b), 1.0)

    def was_in_ward(self, person, time):
        mine = reversed(self.wards[person])
        return next((kept for a, b, kept in mine if a <= time < b), 1.0)

    # immunity from before the run, and vaccination

    def vaccination(self, person):
        """(day of the dose, campaign, words) or None."""
        m = self.rates.immune
        if m is not self.vaccinated.get("by"):  # nothing else but the campaigns changes it
            self.vaccinated = {"by": m}
        if person not in self.vaccinated:
            self.vaccinated[person] = self.look_up_vaccination(m, person)
        return self.vaccinated[person]

    def look_up_vaccination(self, m, person):
        w = self.words(streams.VACCINE, person)
        shares = m.given[m.band[self.city.age[person]]].tolist()
        entry = next((k for k, share in enumerate(shares) if share > unit(w[0])), None)
        if entry is None:
            return None
        before = shares[entry - 1] if entry else 0.0
        within = (unit(w[0]) - before) / (shares[entry] - before)
        return m.first_day + entry // m.campaigns + within, entry % m.campaigns, w

    def shield(self, person, time):
        """(campaign, words) of the vaccine that protects at that time, or None."""
        m, dose = self.rates.immune, self.vaccination(person)
        if dose is None:
            return None
        begins = dose[0] + m.after[dose[1]]
        ends = begins + self.law(dose[1], dose[2][2], m.lasts)
        return dose[1:] if begins <= time < ends else None

    def left_by_vaccine(self, person, time):
        """Of the probabilities of hospital and death."""
        m, dose = self.rates.immune, self.vaccination(person)
        protected = dose is not None and time >= dose[0] + m.after[dose[1]]
        return 1.0 - m.efficacy[dose[1], 2] if protected else 1.0

    def resists(self, person, time, word):
        found = self.shield(person, time)
        if found is None:
            return False
        campaign, w = found
        word = w[1] if self.rates.immune.for_good[campaign] else word
        return unit(word) < self.rates.immune.efficacy[campaign, 0]

    def was_immune(self, person, time):
        """By immunity from before the run."""
        m, w = self.rates.immune, self.words(streams.IMMUNE, person)
        if unit(w[0]) >= m.at_start[min(9, self.city.age[person] // 10)]:
            return False
        return time < self.law(m.campaigns, w[1], m.lasts)

    def spared(self, person, time, key, number):
        word = self.words(streams.SHIELD, person, key, number)[1]
        return self.was_immune(person, time) or self.resists(person, time, word)

    # region-wide measures

    def begin_day(self, time, person, day, number):
        if day in self.changes:
            known = len(self.policy.home_bounds)
            self.rates, self.policy = self.changes[day]
            self.lengthen(range(known, len(self.policy.home_bounds)), day)
            new = [0.0] * (len(self.policy.ask) + 1 - len(self.free))
            self.free = [*self.free[:-1], *new, self.free[-1]]
            self.look_again(time)
        p, now = self.policy, []
        week = sum(int(t) in range(day - 7, day) for t in self.positives) * 1e5 / self.city.people
        beds = sum(int(a) < day <= int(b) for a, b, _ in self.stays) * 1e5 / self.city.people
        for m in range(len(p.measure_start)):
            on = p.measure_start[m] <= day < p.measure_end[m]
            if on and p.measure_indicator[m]:
                value = week if p.measure_indicator[m] == 1 else beds
                held = m in self.since and (
                    value >= p.measure_off[m] or day - self.since[m] < p.measure_least[m]
                )
                on = held or value >= p.measure_on[m]
            if on:
                self.since.setdefault(m, day)
                now.append(m)
            else:
                self.since.pop(m, None)
        self.history.append(now)
        self.kept.append(self.respond(day))
        self.shielded.append(p.protected)
        if p.places < math.inf:
            self.fill_places(time)
        for m in now:
            for wrong in (0, 1):
                key = (2 * m + wrong) * 2**24
                mean = p.pass_fine[m, wrong] * self.city.reach
                for number in range(poisson(mean, self.words(streams.PASSES, day, key)[0])):
                    person = int(_passes(self.seed, self.city.reach, day, key + 1 + number))
                    if self.complies(person, m) == bool(wrong):
                        self.pass_fines.append((day, bool(wrong)))
                        if wrong:
                            self.wrong.append((time, int(_area(self.city, person)), 1.0))

    def respond(self, day):
        """The share of contacts outside the home that people keep on a day."""
        p, last = self.policy, len(self.policy.series) - 1
        cases, deaths, series, contacts = range(1, 5)
        if p.responds_to == contacts:
            return float(p.series[min(last, max(0, day - int(p.series_from)))])
        if not p.responds_to or p.least_kept == 1:
            return 1.0
        until = day - int(p.response_lag)
        if p.responds_to == series:
            at = until - int(p.series_from)
            reports = float(p.series[min(last, at)]) if at >= 0 else 0.0
        else:
            told = {cases: self.positives, deaths: self.deaths}[p.responds_to]
            week = sum(until - 7 <= int(t) < until for t in told if t < self.days)
            reports = week * 1e5 / self.city.people
        powers = reports**p.steepness, p.half_at**p.steepness
        lived = sum(min(1.0, (1 - kept) / (1 - p.least_kept)) for kept in self.kept)
        tired = math.exp(-p.response_fatigue * lived)
        return 1 - (1 - p.least_kept) * powers[0] / sum(powers) * tired

    def near(self, one, other, layer, day):
        """(close, protected)"""
        w = self.words(streams.NEARNESS, min(one, other), max(one, other), day)
        shielded = layer != HOUSEHOLD and unit(w[1]) < self.shielded[day]
        return unit(w[0]) < self.city.close_fraction[layer], shielded

    def complies(self, person, m):
        return (
            unit(self.words(streams.COMPLIANCE, person)[0]) < self.policy.compliance[m]
            or self.policy.compliance[m] >= 1
        )

    def measured(self, one, other, layer, day):
        """(share of contacts left open, multiple of contacts at home)"""
        setting = {HOUSEHOLD: 0, GROUP: 1 if self.city.group[one] < self.city.classes else 2}.get(
            layer, 3
        )
        factors = [
            self.policy.measure_factor[m, setting]
            for m in self.history[day]
            if self.complies(one, m) or self.complies(other, m)
        ]
        return math.prod(f for f in factors if f < 1), math.prod(f for f in factors if f > 1)

    def trust(self, person, time):
        if self.policy.tau == 0:
            return 1.0
        area = int(_area(self.city, person))
        people = self.city.area_start[area + 1] - self.city.area_start[area]
        felt = sum(
            many * math.exp(-self.policy.forgotten_per_day * (time - when))
            for when, where, many in self.wrong
            if where == area
        )
        return math.exp(-self.policy.tau * 1000 * max(0.0, felt) / people)

    def season(self, time):
        r = self.rates
        return 1.0 + r.season_amplitude * math.cos(2 * math.pi * (time + r.season_start) / 365.25)

    def bound(self, layer, meetings):
        """The longest that so many meetings of a day can last together, whichever stratum comes
        first."""
        ceilings = [self.city.ceiling[layer, s] for s in TURN]
        return max(
            sum(ceilings[(turn + k) % STRATA] for k in range(meetings)) for turn in range(STRATA)
        )

    def fall_on(self, layer, turn, meetings, minutes):
        """Which meeting of the day the position falls on, or None."""
        for k in range(meetings):
            minutes -= self.city.ceiling[layer, TURN[(turn + k) % STRATA]]
            if minutes < 0:
                return k
        return None

    def mates(self, person):
        home = self.city.household[person]
        return [
            p
            for p in range(self.city.household_start[home], self.city.household_start[home + 1])
            if p != person
        ]

    def most_rounds(self, person, which):
        if self.city.group[person] < 0:
            return 0
        out = np.zeros(4, np.int64)
        _round(self.city, self.seed, person, which, 0, 0, out)
        return int(out[1]) if self.mean_rounds(person, which) > 0 else 0

    def mean_rounds(self, person, which):
        group = self.city.group[person]
        return (
            self.city.site_mean_meetings[self.city.site_of_group[group]]
            if which
            else self.city.group_mean_meetings[group]
        )

    def stages(self, one):
        """(infectiousness before onset, and after it), in days of the latter."""
        r = self.rates
        if r.lead:
            return 0.0, one["end"] - (one["onset"] - r.lead)
        if r.profile_from_start:
            return 0.0, one["end"] - one["infectious"]
        before = max(0.0, one["onset"] - one["infectious"]) * r.presymptomatic_weight
        return before, one["end"] - max(one["infectious"], one["onset"])

    def moment(self, one, early, late, word):
        """When a candidate falls."""
        at = unit(word) * (early + late)
        if at < early:
            return one["infectious"] + at / self.rates.presymptomatic_weight
        share = (at - early) / late
        if not self.rates.even_profile:
            share = self.law(3, int(share * 2.0**32))
        return one["end"] - late + share * late

    def candidates(self, row, one, luck):
        r, city, person = self.rates, self.city, one["person"]
        early, late = self.stages(one)
        mates = self.mates(person)
        rounds = [self.most_rounds(person, which) for which in (0, 1)]
        owned = int(city.stubs[person])
        team, site = (r.hazard[GROUP] * self.bound(GROUP, n) for n in rounds)
        parts = [
            r.hazard[HOUSEHOLD] * len(mates),
            team,
            site,
            r.hazard[COMMUNITY] * self.bound(COMMUNITY, owned),
        ]
        total = r.scale * (1 + r.season_amplitude) * one["strength"] * (early + late) * sum(parts)
        for n in range(poisson(total, luck)):
            w = self.words(streams.CANDIDATE, person, one["episode"], n)
            when = self.moment(one, early, late, w[0])
            if r.lead and when <= one["time"]:
                continue
            day, at = int(when), w[1] / 2.0**32 * sum(parts)
            out, other, share, layer = np.zeros(4, np.int64), None, 1.0, HOUSEHOLD
            if at < parts[0]:
                other = mates[int(at / r.hazard[HOUSEHOLD])]
            elif at < parts[0] + team + site:
                layer, which = GROUP, int(at >= parts[0] + team)
                minutes = (at - parts[0] - (team if which else 0.0)) / r.hazard[GROUP]
                _round(city, self.seed, person, which, 0, day, out)
                k = self.fall_on(GROUP, int(out[0]), rounds[which], minutes)
                if k is not None and _weekday(city, day) and k < out[2]:
                    length = _round(city, self.seed, person, which, k, day, out)
                    other = int(out[3]) if out[3] >= 0 else None
                    share = length / city.ceiling[GROUP, TURN[(int(out[0]) + k) % STRATA]]
            else:
                layer = COMMUNITY
                minutes = (at - parts[0] - team - site) / r.hazard[COMMUNITY]
                _stub(city, self.seed, self.stubs, person, 0, day, out)
                k = self.fall_on(COMMUNITY, int(out[0]) + day, owned, minutes)
                if k is not None:
                    length = _stub(city, self.seed, self.stubs, person, k, day, out)
                    other = int(out[2]) if out[1] and out[2] >= 0 else None
                    share = length / city.ceiling[COMMUNITY, TURN[(int(out[0]) + day) % STRATA]]
            if other is None:
                continue
            share *= (
                self.season(when)
                / (1 + r.season_amplitude)
                * r.susceptibility[min(9, city.age[other] // 10)]
            )
            words = self.words(streams.NEARNESS, min(person, other), max(person, other), day)
            if unit(words[0]) >= city.close_fraction[layer]:
                share *= r.not_close
            if unit(w[2]) < share:
                self.push(when, TRANSMISSION, other, row, n * 8 + layer)
        self.candidates_at_home(row, one, range(1, len(self.policy.home_bounds)), 0.0)

    def lengthen(self, steps, day):
        """Contacts at home may be longer from that day on."""
        for row, one in enumerate(self.infections):
            if one["end"] > day:
                self.candidates_at_home(row, one, steps, day)

    def candidates_at_home(self, row, one, steps, since):
        """Of contacts at home longer than without measures: a process for each step."""
        r, person, mates = self.rates, one["person"], self.mates(one["person"])
        early, late = self.stages(one)
        hazard = r.scale * (1 + r.season_amplitude) * one["strength"] * (early + late)
        for step in steps:
            wider = self.policy.home_bounds[step] - self.policy.home_bounds[step - 1]
            first = LONGER_FROM + step * 2**LONGER_BITS
            w = self.words(streams.CANDIDATE, person, one["episode"], first + 2**LONGER_BITS - 1)
            for n in range(poisson(hazard * r.hazard[HOUSEHOLD] * len(mates) * wider, w[0])):
                w = self.words(streams.CANDIDATE, person, one["episode"], first + n)
                when = self.moment(one, early, late, w[0])
                if when < since or (r.lead and when <= one["time"]):
                    continue
                other = mates[int(w[1] / 2.0**32 * len(mates))]
                share = self.season(when) / (1 + r.season_amplitude)
                share *= r.susceptibility[min(9, self.city.age[other] // 10)]
                pair = min(person, other), max(person, other)
                near = self.words(streams.NEARNESS, *pair, int(when))[0]
                if unit(near) >= self.city.close_fraction[HOUSEHOLD]:
                    share *= r.not_close
                if unit(w[2]) < share:
                    self.push(when, TRANSMISSION, other, row, (first + n) * 8 + HOUSEHOLD)

    def transmission(self, time, person, row, number):
        infector, layer = self.infections[row]["person"], number % 8
        if person in self.immune or self.was_immune(person, time):
            return
        allowed, longer = self.measured(infector, person, layer, int(time))
        if layer == HOUSEHOLD and number // 8 >= LONGER_FROM:
            w = self.words(
                streams.CANDIDATE, infector, self.infections[row]["episode"], number // 8
            )
            step = (number // 8 - LONGER_FROM) // 2**LONGER_BITS
            low, high = self.policy.home_bounds[step - 1 : step + 1]
            if low + unit(w[3]) * (high - low) >= longer:
                return
        if time > self.infections[row]["end"] + 1e-9:
            return
        mine, theirs = self.presence(infector, layer, time), self.presence(person, layer, time)
        coin = self.coin(infector, person, int(time))
        kept = 1.0 if layer == HOUSEHOLD else self.kept[int(time)]
        allowed *= kept
        outside = allowed * self.in_ward(infector, time) * self.in_ward(person, time)
        if coin < outside * mine * theirs or outside * mine * theirs >= 1:
            key = infector, self.infections[row]["episode"], number // 8
            safe = unit(self.words(streams.SHIELD, *key)[0]) < self.policy.protection
            w, theirs = self.words(streams.SHIELD, *key), self.infections[row]["time"]
            passes_on = self.shield(infector, theirs)
            efficacy = self.rates.immune.efficacy[passes_on[0], 1] if passes_on else 0.0
            if safe and self.near(infector, person, layer, int(time))[1]:
                self.blocked[PROTECTION] += 1
            elif self.resists(person, time, w[1]) or unit(w[2]) < efficacy:
                self.blocked[VACCINATION] += 1
            else:
                self.infect(person, row, layer, time)
        elif coin >= kept:
            self.blocked[RESPONSE] += 1
        elif coin >= allowed:
            self.blocked[REGION] += 1
        elif coin >= outside:
            self.blocked[HOSPITAL] += 1
        else:
            self.blocked[
                self.in_force(infector if coin >= outside * mine else person, time)["pathway"]
            ] += 1

    def wane(self, time, person, row, number):
        if self.infections[row].get("never"):
            return
        self.immune.discard(person)
        self.episode[person] += 1

    def importations(self, day):
        for number in range(
            poisson(self.rates.imports_per_day, self.words(streams.IMPORT, day, 0, 64)[0])
        ):
            person = int(_imported(self.seed, self.city.reach, day, number))
            self.push(day + unit(self.words(streams.IMPORT, day, number, 65)[0]), IMPORT, person)

    def imported(self, time, person, other, number):
        share = self.in_ward(person, time) * self.presence(person, COMMUNITY, time)
        met = share >= 1 or self.coin(person, person, int(time)) < share
        if met and person not in self.immune and not self.spared(person, time, 2**20, int(time)):
            self.infect(person, None, None, time)

    # testing

    def other_illnesses(self, day):
        bits = (self.city.reach - 1).bit_length()
        for number in range(
            poisson(
                self.policy.illness_per_day * 2**bits, self.words(streams.ILLNESS, day, 0, 1)[0]
            )
        ):
            v = self.words(streams.ILLNESS, day, number, 0)
            if v[0] >> (32 - bits) < self.city.reach:
                self.push(day + unit(v[1]), ILLNESS, v[0] >> (32 - bits))

    def recent_case(self, person, time):
        return (
            person in self.confirmed
            and self.confirmed[person] <= time < self.confirmed[person] + self.policy.immune_days
        )

    def onset(self, time, person, row, episode):
        self.symptoms(time, person, episode, 0)

    def illness(self, time, person, other, number):
        self.symptoms(time, person, 0, 1 + int(time))

    def symptoms(self, time, person, episode, key):
        if self.recent_case(person, time):
            return
        w = self.words(streams.ONSET, person, episode, key)
        stays = self.ready(person, w[0]) < self.policy.self_isolation
        asks = self.ready(person, w[1]) < self.policy.seek * self.trust(person, time)
        self.speak_up(time, person, stays, w[2] if asks else None)

    def speak_up(self, time, person, stays, word):
        """Somebody stays at home unasked, or reports symptoms and asks for a test (word: of its
        delay), or both."""
        if stays:
            self.order(time, person, time + self.policy.isolation_days, SELF)
        if word is not None:
            self.reported[person] = time
            if time < self.watched.get(person, (-math.inf, 0))[0]:
                self.withdraw(time, person, word)
            else:
                self.push(time + self.law(11, word), SAMPLE, person, SYMPTOMS)

    def withdraw(self, time, person, word):
        """A monitored person has symptoms."""
        self.acted_upon[person] = self.reported[person]
        new = self.order(
            time, person, time + self.policy.isolation_days, LISTED + self.watched[person][1]
        )
        if new:
            self.for_symptoms[person] = new
        self.push(time + self.law(14, word), SAMPLE, person, WATCH)

    def screening(self, day):
        mean = self.policy.screening_per_day * self.city.reach
        for number in range(poisson(mean, self.words(streams.SCREEN, day, 0, 64)[0])):
            person = int(_screened(self.seed, self.city.reach, day, number))
            self.push(
                day + unit(self.words(streams.SCREEN, day, number, 65)[0]),
                SAMPLE,
                person,
                SCREENING,
            )

    def sample(self, time, person, reason, number):
        if reason == SCREENING and self.recent_case(person, time):
            return
        self.tests[person] += 1
        number = self.tests[person]
        w, p = self.words(streams.TEST, person, number), self.policy
        quick = int(p.assay[reason])
        begun, read = time, True
        if not quick and p.lab_days > 0:
            begun = max(time, self.free[-1])
            read = begun - time <= p.sample_keeps
            self.free[-1] = begun + p.lab_days if read else self.free[-1]
        if read:
            positive = int(self.is_positive(time, person, number, quick, w[0]))
            arrives = begun + self.law(15 if quick else 12, w[1])
            self.push(arrives, RESULT, person, number, reason * 2 + positive)
        if p.on_symptoms and reason in (SYMPTOMS, WATCH):
            self.trace(time, person, number, 0)

    def is_positive(self, time, person, number, quick, word):
        """The one place where a test meets the truth."""
        p = self.policy
        probability, row = p.false_positive[quick], self.latest.get(person)
        if row is not None and self.infections[row]["time"] <= time:
            age = time - self.infections[row]["time"]
            days = np.arange(p.sensitivity.shape[1])
            probability = max(probability, float(np.interp(age, days, p.sensitivity[quick])))
        return unit(word) < probability

    def result(self, time, person, number, code):
        reason, positive = code // 2, code % 2
        if not positive:
            held = self.in_force(person, time)
            ends = {RELEASE: lambda p: p >= HOME, LEAVE: lambda p: p == CASE}.get(
                reason, lambda p: False
            )
            watched = reason == WATCH and held is not None and held is self.for_symptoms.get(person)
            if held and (held["pathway"] == SELF or ends(held["pathway"]) or watched):
                held["until"] = time
            if self.policy.on_symptoms and reason in (SYMPTOMS, WATCH):
                for held in self.through.pop(person, []):
                    if held["start"] <= time < held["until"]:
                        held["until"] = time
            return
        if self.recent_case(person, time):
            return
        self.confirmed[person] = time
        self.positives.append(time)
        self.order(time, person, time + self.policy.isolation_days, CASE)
        for other in self.mates(person):
            reached = (
                unit(self.words(streams.HOME_ORDER, person, other, number)[0])
                < self.policy.home_order
            )
            if reached and not self.recent_case(other, time):
                self.order(time, other, time + self.policy.quarantine_days, HOME)
        if not (self.policy.on_symptoms and reason in (SYMPTOMS, WATCH)):
            self.trace(time, person, number, 0)

    def trace(self, time, person, number, depth):
        self.traced[person] = time
        for i in np.flatnonzero(self.policy.in_use).tolist():
            w = self.words(streams.TRIGGER, person, i, number)
            ready = self.trust(person, time) if self.policy.asked[i] else 1.0
            toss = self.ready(person, w[0]) if self.policy.asked[i] else unit(w[0])
            if toss < self.policy.ask[i] * ready:
                start = time
                if self.policy.service_days[i] > 0:
                    start, free = self.served(i, max(time, self.free[i]))
                    if start - time > self.policy.longest_wait[i]:
                        continue
                    self.free[i] = free
                law = 17 if self.policy.onward and depth else 21 + 2 * i
                self.push(start + self.law(law, w[1]), DELIVERY, person, depth * 256 + i, number)

    def served(self, i, start):
        """(when tracers begin, when they are done), if they could begin then."""
        service, rest = self.policy.service_days[i], self.policy.at_weekends[i]
        while rest == 0 and not self.weekday(int(start)):
            start = math.floor(start) + 1.0
        now, left = start, service
        while rest < 1 and now < start + 1e4:  # day by day
            pace = 1.0 if self.weekday(int(now)) else rest
            until = math.floor(now) + 1.0
            if (until - now) * pace >= left:
                return start, now + left / pace
            now, left = until, left - (until - now) * pace
        return start, now + left

    # tracing

    def meetings(self, person, day):
        """(other, layer, minutes, slot) of everybody whom the person would meet that day."""
        if (person, day) not in self.met:  # the city decides, nothing that happens
            self.met[person, day] = self.look_up_meetings(person, day)
        return self.met[person, day]

    def look_up_meetings(self, person, day):
        city, out = self.city, np.zeros(4, np.int64)
        usual = float(city.minutes_mean[HOUSEHOLD])
        found = [(p, HOUSEHOLD, usual, k) for k, p in enumerate(self.mates(person))]
        for which in (0, 1) if city.group[person] >= 0 else ():
            _round(city, self.seed, person, which, 0, day, out)
            for k in range(int(out[2])):
                minutes = _round(city, self.seed, person, which, k, day, out)
                if out[3] >= 0:
                    found.append((int(out[3]), GROUP, minutes, k + which * AT_SITE))
        for k in range(int(city.stubs[person])):
            minutes = _stub(city, self.seed, self.stubs, person, k, day, out)
            if out[1] and out[2] >= 0:
                found.append((int(out[2]), COMMUNITY, minutes, k))
        return found

    def owns(self, person, what):
        share = (None, self.policy.phone, self.policy.app[-1])[what]
        return (
            share is None
            or self.ready(person, self.words(streams.PHONE, person, what)[0], what == 2)
            < (share[min(9, self.city.age[person] // 10)])
        )

    def ready(self, person, word, of_app=False):
        """What decides whether the person does it: alike in the household, over time, and for the
        app in the circle."""
        p, normal, score = self.policy, statistics.NormalDist(), 0.0
        shared = {0: p.like_person, 1: p.like_household, 2: 0.0}
        names = (person, self.city.household[person], self.city.group[person])
        if of_app and names[2] >= 0:
            shared[2] = p.like_circle
        if not sum(shared.values()):
            return unit(word)
        for what, share in shared.items():
            if share > 0:
                own = self.words(streams.LIKENESS, int(names[what]), what)[0]
                score += math.sqrt(share) * normal.inv_cdf(unit(own))
        rest = math.sqrt(1.0 - sum(shared.values()))
        return normal.cdf(score + rest * normal.inv_cdf(unit(word)))

    def refuses(self, person):
        word = self.words(streams.REFUSAL, person)[0]
        return self.policy.refusal > 0 and self.ready(person, word) > 1 - self.policy.refusal

    def weekday(self, day):
        return (day + self.city.first_weekday) % 7 < 5

    def was_home_all(self, person, day):
        """Whether nothing outside the household was left to the person on the whole day."""
        held = [one for one in self.orders[person] if one["start"] < day + 1][-1:]
        whole = held and held[0]["start"] <= day and held[0]["until"] >= day + 1
        times = np.linspace(day, day + 1, 2001)[:-1]
        return bool(whole) and all(self.share_then(person, COMMUNITY, time) == 0 for time in times)

    def used_app_since(self, person):
        """The first day of the time for which a user has used the app without a break."""
        trait = self.ready(person, self.words(streams.PHONE, person, 2)[0], True)
        decade = min(9, self.city.age[person] // 10)
        uses = [trait < share[decade] for share in self.policy.app]
        unbroken = len(uses) - uses[::-1].index(False) if False in uses else 0
        return self.policy.app_from[unbroken]

    def delivery(self, time, person, code, number):
        p, depth, i = self.policy, code // 256, code % 256
        if not self.owns(person, p.trait[i]):
            return
        begun = self.traced[person]
        report = self.reported.get(person, math.inf)
        since = report if begun - 30 <= report <= begun else begun
        begin = max(0.0, since - p.backward[i], time - p.backward[i] - 30, time - p.kept_days[i])
        begin = max(begin, min(time, p.since[i]))
        recent = since - p.lookback[i]
        longest, layer, days, seen = defaultdict(float), {}, defaultdict(set), defaultdict(list)
        exposed = defaultdict(float)
        for day in range(int(begin), int(time) + 1):
            for other, where, minutes, slot in self.meetings(person, day):
                toss, moment = self.toss(person, other, day)
                met = day + moment
                if minutes <= 0 or not begin <= met < time:
                    continue
                share = self.share_then(person, where, met) * self.share_then(other, where, met)
                share *= self.measured(person, other, where, day)[0]
                share *= 1.0 if where == HOUSEHOLD else self.kept[day]
                share *= self.was_in_ward(person, met) * self.was_in_ward(other, met)
                if toss >= share:
                    continue
                sees = self.sees(person, i, (where, slot, met, minutes), time, recent)
                if p.sees_meetings[i] and not (sees and p.by_layer[i, where] > 0):
                    continue
                longest[other] = max(longest[other], minutes)
                layer[other] = min(where, layer.get(other, where))
                days[other].add(day)
                is_close, protected = self.near(person, other, where, day)
                if is_close and not protected:
                    exposed[other] = max(exposed[other], minutes)
                how = (minutes, minutes * is_close, minutes * (is_close and not protected))
                if sees:
                    seen[other].append((met, how))
            for kind, count in enumerate(p.near_slots[i] if self.city.stubs[person] else ()):
                if kind > 0 and self.was_home_all(person, day):
                    continue
                if kind == 1 and (self.city.group[person] < 0 or not self.weekday(day)):
                    continue
                for k in range(int(count)):
                    other, word, moment = _near(
                        self.city, self.seed, person, kind, k, day, count, p.near_per_day[i, kind]
                    )
                    met = day + moment
                    if other >= 0 and begin <= met < time:
                        stay = self.law(22 + 2 * i, int(word))
                        if self.sees(
                            person, i, (NEAR, k + kind * OF_KIND, met, stay), time, recent
                        ):
                            seen[int(other)].append((met, (stay, 0.0, 0.0)))
        remote = self.ties(person, i) if p.lists_calls[i] else set()
        for other in set(longest) | set(seen) | remote:
            if other == person or not self.owns(other, p.trait[i]):
                continue
            where = REMOTE if other in remote else layer.get(other, NEAR)
            probability, most, last, minutes = p.by_layer[i, where], math.inf, time, 0.0
            if p.sees_meetings[i]:
                most, last, minutes = self.added_up(person, other, i, seen[other])
                if most < 0:
                    continue
            elif where != REMOTE:
                bin = sum(longest[other] >= limit for limit in (5, 15, 60))
                probability *= p.by_minutes[i, bin]
                if where != HOUSEHOLD:
                    probability *= p.by_days[i, min(6, len(days[other])) - 1]
            w = self.words(streams.LISTING, person, other, number * 16 + i)
            tie = self.words(streams.CALL_TIE, min(person, other), max(person, other))[0]
            word = tie if p.lists_calls[i] else w[0]
            if unit(word) >= probability:
                continue
            if p.names_people[i]:
                if (person, other, number) in self.pairs:
                    continue
                self.pairs.add((person, other, number))
            self.listed.append((time, person, other, i))
            self.minutes_listed.append((time, person, other, i, minutes))
            near = exposed[other] > 0 and exposed[other] >= p.close_minutes
            what = p.instruction[i, int(most >= p.close_minutes)]
            met = other in longest and other not in remote
            self.ask((time, last), person, other, i, what, near, w[1], met)
            if depth < p.recursion:
                self.push(time, TRACE, other, (depth + 1) * 256 + i)

    def sees(self, person, i, meeting, time, recent):
        """Whether instrument i sees the meeting (layer, slot, when, minutes) of the person."""
        p, (where, slot, met, minutes) = self.policy, meeting
        if not p.sees_meetings[i]:
            return False
        chance = p.seen[i, where] * p.by_minutes[i, sum(minutes >= m for m in (5, 15, 60))]
        if p.trait[i]:
            chance *= self.trust(person, time)
        if p.sampling[i] > 0:
            chance *= min(1.0, minutes / p.sampling[i])
        chance *= math.exp(-p.fade[i] * (time - met))
        chance *= p.backward_factor[i] if met < recent else 1.0
        if where == NEAR:
            where, slot = 16 + slot // OF_KIND, slot % OF_KIND
        elif slot >= AT_SITE:
            where, slot = 8, slot - AT_SITE
        key = int(met) * 16 + i
        words = self.words(streams.SIGHTING, person, where * 2**24 + slot // 4, key)
        return unit(words[slot % 4]) < chance

    def added_up(self, person, other, i, seen):
        """(most minutes of a day that the instrument takes for close, last time, all minutes) of
        what it saw of the two; the first is -1 where that makes no contact."""
        p, since = self.policy, 0.0
        if p.trait[i] == 2 and len(p.app) > 1:  # days on which both had the app
            since = max(self.used_app_since(person), self.used_app_since(other))
        by_day = defaultdict(list)
        for met, how in seen:
            if int(met) >= since:
                by_day[int(met)].append((met, how))
        counts = False
        for day, those in by_day.items():
            if sum(how[0] for _, how in those) >= p.threshold_minutes[i]:
                counts = True
            else:
                word = self.words(streams.BELOW, person, other, day * 16 + i)[0]
                counts |= unit(word) < p.below_threshold[i]
        if not counts:
            return -1, -1, 0.0
        most = max(sum(how[p.sees[i]] for _, how in those) for those in by_day.values())
        counted = [one for those in by_day.values() for one in those]
        return most, max(met for met, _ in counted), sum(how[0] for _, how in counted)

    def trace_on(self, time, person, code, number):
        depth, i = code // 256, code % 256
        if self.traced.get(person, -math.inf) + self.policy.lookback[i] < time:
            self.trace(time, person, depth * 4096 + int(time), depth)

    def ties(self, person, i):
        """People whom the person calls without meeting them."""
        slots, found = (
            math.ceil(self.policy.remote_ties[i]) if person < self.city.reach else 0,
            set(),
        )
        for k in range(slots):
            own = person * slots + k
            partner = int(_tie(self.seed, own, self.city.reach * slots))
            low = min(own, partner)
            word = self.words(streams.REMOTE_TIE, low % 2**32, low // 2**32)[0]
            if (
                partner >= 0
                and partner // slots != person
                and unit(word) * slots < self.policy.remote_ties[i]
            ):
                found.add(partner // slots)
        return found

    def ask(self, times, index, other, i, what, exposed, word, met):
        """times: of the list, and of the last meeting on it."""
        time, last = times
        until = last + self.policy.quarantine_days
        inform, test, _, monitor = range(4)
        if what == inform:
            if unit(word) < self.policy.heed * (1 if exposed else 1 - self.policy.skill):
                self.order(time, other, until, SELF)
        elif self.recent_case(other, time) or (what == test and self.refuses(other)):
            return
        elif what == test:
            self.push(time + self.law(14, word), SAMPLE, other, CONTACT)
        elif what == monitor:
            if until <= time:
                return
            if until > self.watched.get(other, (-math.inf, 0))[0]:
                self.watched[other] = until, i
            report = self.reported.get(other, math.inf)
            if (
                time - self.policy.quarantine_days < report <= time
                and report != self.acted_upon.get(other)
            ):
                self.withdraw(time, other, word)
        else:
            new = self.order(time, other, until, LISTED + i)
            if new:
                self.through[index].append(new)
                w = self.words(streams.CONTEST, other, new["number"])
                if unit(w[0]) < self.policy.contest[int(not met)]:
                    decided = time + self.law(20, w[1])
                    self.push(decided, CONTEST, other, new["number"], int(not met))

    # orders

    def coin(self, one, other, day):
        return self.toss(one, other, day)[0]

    def toss(self, one, other, day):
        """(coin, moment of the meeting as a share of the day)"""
        w = self.words(streams.KEPT, min(one, other), max(one, other), day)
        return unit(w[0]), unit(w[1])

    def in_force(self, person, time):
        last = self.orders[person][-1] if self.orders[person] else None
        return last if last and last["start"] <= time < last["until"] else None

    def presence(self, person, layer, time):
        held = self.in_force(person, time)
        if held and held["taken"] <= time < held["home"]:
            return held["terms"][2]
        keeps = held is not None and held["full"] and time < held["gives_up"]
        if held is None or (layer == HOUSEHOLD and not keeps):
            return 1.0
        if not keeps:
            return self.kept_in_part(held, time) * held["tempted"]
        if layer == HOUSEHOLD:
            return held["terms"][0]
        return held["terms"][1] if any(a <= time < b for a, b in held["out"][-1:]) else 0.0

    def kept_in_part(self, held, time):
        tired = held["tires"] * max(0.0, math.floor(time) - held["start"])
        return 1.0 - (1.0 - held["factor"]) * math.exp(-tired)

    def share_then(self, person, layer, time):
        for held in reversed(self.orders[person]):
            if held["start"] > time:
                continue
            if held["until"] <= time:
                return 1.0
            if held["taken"] <= time < held["home"]:
                return held["terms"][2]
            keeps = held["full"] and time < held["gives_up"]
            if layer == HOUSEHOLD:
                return held["terms"][0] if keeps else 1.0
            if not keeps:
                return self.kept_in_part(held, time)
            day = min(62, int(time - held["start"]))
            return held["terms"][1] if day in held["days_out"] else 0.0
        return 1.0

    def order(self, time, person, until, pathway):
        if until <= time or self.dead_since.get(person, math.inf) <= time:
            return None
        p, mine = self.policy, self.orders[person]
        held = self.in_force(person, time)
        if held:
            if pathway == SELF or (held["pathway"] == CASE and pathway >= HOME):
                return None
            if held["pathway"] >= HOME and pathway >= HOME:
                if p.relisting == 2:
                    return None
                if p.relisting == 1:
                    until = max(until, time + p.quarantine_days)
                if until > held["until"]:
                    held["until"] = until
                    if held["pending"] < 0:
                        self.look_ahead(person, held)
                return None
            held["until"] = time
            if held["taken"] <= time < held["home"]:
                self.places_taken -= 1
        trait = self.ready(person, self.words(streams.ADHERENCE, person)[0])
        supervised = pathway != SELF and (
            p.case_in_facility if pathway == CASE else p.contact_in_facility
        )
        adherent = (p.full_case if pathway == CASE else p.full_contact) * self.trust(person, time)
        refused = pathway != SELF and trait >= adherent and trait > 1 - p.refused
        stays_home = self.ready(person, self.words(streams.REFUSAL, person, 1)[0])
        if supervised and p.facility_refusal and stays_home > 1 - p.facility_refusal:
            supervised = False
        new = dict(
            waits=False,
            stays=0,
            taken=math.inf,
            home=math.inf,
            start=time,
            until=until,
            pathway=pathway,
            number=len(mine) + 1,
            full=pathway != SELF and trait < adherent,
            factor=p.self_factor if pathway == SELF else (1.0 if refused else p.partial_factor),
            tires=0.0 if pathway == SELF else p.fatigue,
            tempted=1.0
            if pathway == SELF
            else [p.deterred, *(o["tempted"] for o in mine if o["pathway"] != SELF)][-1],
            gives_up=math.inf,
            person=person,
            out=[],
            days_out=set(),
            looked_to=0,
            pending=-1,
            terms=p.terms[p.term],
        )
        mine.append(new)
        hazard = p.dropout_per_day * new["tempted"]
        if new["full"] and hazard > 0:
            spent = -math.log(unit(self.words(streams.ADHERENCE, person, new["number"], 2)[0]))
            days = spent / hazard
            new["gives_up"] = time + (
                math.log1p(p.fatigue * days) / p.fatigue if p.fatigue else days
            )
        if pathway != SELF:
            if supervised or (refused and p.refusers_in_facility):
                if p.places < math.inf:
                    new["waits"] = True
                    self.push(time, FETCH, person, new["number"])
                else:
                    self.house(time, person, new)
            self.look_ahead(person, new)
            if pathway == CASE and p.leave_day > 0:
                self.push(time + p.leave_day, SAMPLE, person, LEAVE)
            elif pathway != CASE and not self.refuses(person):
                if p.entry_test:
                    word = self.words(streams.ADHERENCE, person, new["number"], 1)[0]
                    self.push(
                        time + self.law(14, word),
                        SAMPLE,
                        person,
                        (CONTACT, RELEASE)[p.entry_test - 1],
                    )
                if p.test_day > 0:
                    reason = RELEASE if p.test_releases else CONTACT
                    self.push(time + p.test_day, SAMPLE, person, reason)
        return new

    def keeps(self, held, day):
        return held["full"] and held["start"] + day < held["gives_up"]

    def goes_out(self, held, day, word):
        if not self.keeps(held, day):
            return unit(word) < held["tempted"]
        hazard = self.policy.breach_per_day * math.exp(self.policy.fatigue * day) * held["tempted"]
        return unit(word) < 1 - math.exp(-hazard)

    def seen(self, held, breach, word):
        p = self.policy
        if not p.monitored:
            return False
        if "alarms" not in held:  # the monitors look at it for the first time
            phone = int(self.owns(held["person"], 1))
            w = self.words(streams.ADHERENCE, held["person"], 0, 3)
            held["alarms"] = self.law(18, w[0])
            held["device"] = 2 if unit(w[1]) < p.issued[phone] else phone
        device = held["device"]
        if breach:
            return unit(word) < p.detection[device]
        return unit(word) < -math.expm1(-p.alarm_hazard[device] * held["alarms"])

    def look_ahead(self, person, held):
        day = held["looked_to"]
        while held["start"] + day < held["until"]:
            if held["taken"] <= held["start"] + day < held["home"]:
                if held["home"] == math.inf:
                    break
                day = max(day + 1, math.ceil(min(held["until"], held["home"]) - held["start"]))
                continue
            w = self.words(streams.CHECK, person, held["number"], day)
            breach = self.goes_out(held, day, w[0])
            if (breach and self.keeps(held, day)) or self.seen(held, breach, w[1]):
                moment = (
                    held["start"] + day + unit(w[3]) * min(1.0, held["until"] - held["start"] - day)
                )
                held["pending"], held["looked_to"] = day, day + 1
                self.push(moment, CHECK, person, held["number"], day)
                return
            day += 1
        held["looked_to"] = day

    def check(self, time, person, number, day):
        held = self.orders[person][number - 1]
        if held["pending"] != day:
            return
        held["pending"] = -1
        if (
            len(self.orders[person]) != number
            or time >= held["until"]
            or held["taken"] <= time < held["home"]
        ):
            return
        w = self.words(streams.CHECK, person, number, day)
        breach = self.goes_out(held, day, w[0])
        if breach and self.keeps(held, day):
            until = min(
                time + self.law(13, self.words(streams.BREACH, person, number, day)[0]),
                held["until"],
            )
            held["out"].append((time, until))
            days = range(int(time - held["start"]), int(until - held["start"]) + 1)
            held["days_out"] |= {min(62, day) for day in days}  # all later days share one
        if self.seen(held, breach, w[1]):
            self.note(time, person, held, day, breach)
        self.look_ahead(person, held)

    def note(self, time, person, held, day, breach):
        p = self.policy
        if not p.desk:
            self.climb(time, person, held, breach)
            return
        begun = max(time, self.desk_free)
        if begun - time > p.desk_waits:
            self.dropped_notes += 1
            return
        self.desk_free = begun + p.desk_days
        word = self.words(streams.NOTE, person, held["number"], day)[0]
        self.push(begun + self.law(19, word), NOTE, person, held["number"], int(breach))

    def act_on_note(self, time, person, number, breach):
        held = self.orders[person][number - 1]
        if self.dead_since.get(person, math.inf) <= time:
            return
        self.climb(time, person, held, bool(breach))
        if held["pending"] < 0 and time < held["until"]:
            self.look_ahead(person, held)

    def climb(self, time, person, held, breach):
        self.noted[person] += 1
        self.false_notes[person] += not breach
        rungs, noted = self.policy.rung_at.tolist(), self.noted[person]
        false = self.false_notes[person]
        wrong = 0 if not false else 1 if false == noted else 2
        latest = [one for one in self.orders[person] if one["pathway"] != SELF][-1]
        for rung, at in enumerate(rungs):
            action = int(self.policy.rung_action[rung])
            if action == TRANSFER and time >= held["until"]:
                continue
            if noted == at or (rung == len(rungs) - 1 and noted > at):
                if noted == at:
                    latest["tempted"] *= self.policy.rung_factor[rung]
                self.act(time, person, held, action, (wrong, not breach))

    # facilities

    def house(self, time, person, held):
        if self.places_taken >= self.policy.places:
            held["waits"] = True
            return
        self.places_taken += 1
        held["waits"] = False
        held["taken"], held["home"] = time, math.inf
        held["out"] = [(a, min(b, time)) for a, b in held["out"]]
        if self.policy.absconding > 0:
            word = self.words(streams.ADHERENCE, person, held["number"], 8 + held["stays"])[0]
            held["home"] = time - math.log(unit(word)) / self.policy.absconding
            held["gives_up"] = min(held["gives_up"], held["home"])
        held["stays"] += 1
        held["pending"] = -1

    def fill_places(self, time):
        last = [mine[-1] for mine in self.orders.values() if mine]
        self.places_taken = sum(o["taken"] <= time < o["home"] and time < o["until"] for o in last)
        everybody = [one for mine in self.orders.values() for one in mine]
        waiting = [one for one in everybody if one["waits"]]
        for held in sorted(waiting, key=lambda one: (one["start"], one["person"])):
            self.fetch(time, held["person"], held["number"], 0)
            self.morning_waits += held["waits"]

    def fetch(self, time, person, number, _):
        held = self.orders[person][number - 1]
        if held["waits"] and time < held["until"]:
            self.house(time, person, held)
            if not held["waits"]:
                self.look_ahead(person, held)
        else:
            held["waits"] = False

    def act(self, time, person, held, action, truth):
        wrong = truth[0]
        row = len(self.sanctions)
        one = dict(
            person=person,
            action=action,
            time=time,
            wrong=wrong,
            false=truth[1],
            number=self.sanctioned[person],
            order=held,
            put_right=math.inf,
        )
        self.sanctions.append(one)
        if action == WARNING:
            return
        if action == TRANSFER:
            self.house(time, person, held)
        if wrong == 1:
            self.wrong.append((time, int(_area(self.city, person)), 1.0))
        w = self.words(streams.APPEAL, person, self.sanctioned[person])
        self.sanctioned[person] += 1
        if unit(w[0]) < self.policy.appeal[int(wrong == 1)]:
            self.push(time + self.law(16, w[1]), APPEAL, person, row)

    def appeal(self, time, person, row, number):
        one = self.sanctions[row]
        w = self.words(streams.APPEAL, person, one["number"])
        if unit(w[2]) >= self.policy.granted[int(one["wrong"] == 1)]:
            return
        one["put_right"] = time
        self.noted[person] -= 1
        self.false_notes[person] -= one["false"]
        if one["wrong"] == 1:
            left = math.exp(-self.policy.forgotten_per_day * (time - one["time"]))
            back = -self.policy.restored * left
            self.wrong.append((time, int(_area(self.city, person)), back))
        held = one["order"]
        if one["action"] == TRANSFER and time < held["until"]:
            held["waits"] = False
            if held["taken"] <= time < held["home"]:
                held["home"], held["looked_to"] = time, math.ceil(time - held["start"])
                held["pending"] = -1
                self.look_ahead(person, held)

    def decide_contest(self, time, person, number, wrong):
        word = self.words(streams.CONTEST, person, number)[2]
        granted = unit(word) < self.policy.released[wrong]
        self.contested.append((time, person, granted))
        if granted:
            held = self.orders[person][number - 1]
            held["until"] = min(held["until"], time)

    def look_again(self, time):
        """The regime changes: the day of an order that is under way stays as it was entered."""
        for person, mine in self.orders.items():
            if not mine:
                continue
            held = mine[-1]
            first = math.ceil(time - held["start"])
            under_way = first > held["pending"] >= 0
            if held["pathway"] == SELF or time >= held["until"] or under_way:
                continue
            if math.isfinite(held["home"]):
                first = max(first, math.ceil(held["home"] - held["start"]))
            held["pending"], held["looked_to"] = -1, first
            self.look_ahead(person, held)
