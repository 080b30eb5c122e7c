"""From what the user stated to what kernels read: parameter objects -> Rates and Policy."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ..chance.laws import quantile_row
from ..population.city import City, Population
from .state import Floats, Policy, Rates
from .tracing import HOUSEHOLD_LIST, INTERVIEW, OPERATOR

if TYPE_CHECKING:
    from ..parameters import Law, Pathogen, Quantity, Scenario

EVEN_STRENGTH_FROM = 1e6
IMMUNE_DAYS = 90.0
KINDS = {"household": HOUSEHOLD_LIST, "interview": INTERVIEW, "operator-geolocation": OPERATOR}
ACTIONS = {"warning": 0, "report": 1, "fine": 2}


def law_row(law: Law) -> Floats:
    """The quantile row of a law, in its own unit."""
    return quantile_row(law.quantile)


def constant_row(value: float) -> Floats:
    """The quantile row of a constant."""
    return quantile_row(lambda p: np.full_like(p, value))


def gamma_row(k: float) -> Floats:
    """The quantile row of individual infectiousness: gamma with mean 1 and dispersion k (Lloyd-Smith et al. 2005)."""
    if k >= EVEN_STRENGTH_FROM:
        return constant_row(1.0)
    from scipy import stats

    return quantile_row(stats.gamma(k, scale=1.0 / k).ppf)


def lower_pathogen(pathogen: Pathogen, population: Population, scale: float, policy_rows: list[Floats] | None = None) -> Rates:
    """The pathogen's numbers on this population.

    scale: hazard per day of infectiousness (after onset) of a contact-day of mean duration and relative hazard 1. `policy_rows` are
    appended to the quantile tables.
    """
    city = population.city
    onset_first = pathogen.incubation_period is not None
    first: Any
    second: Any
    first, second = (
        (pathogen.incubation_period, pathogen.onset_to_infectious)
        if onset_first
        else (pathogen.latent_period, pathogen.presymptomatic_lead)
    )
    susceptibility = np.asarray(pathogen.relative_susceptibility_by_age.value, np.float64)
    largest = float(susceptibility.max())
    by_layer = pathogen.layer_hazard
    hazard = largest * np.array(
        [
            by_layer.household.value,
            by_layer.group.value / city.minutes_mean[1],
            by_layer.community.value / city.minutes_mean[2],
            1.0,
            1.0 / mean_contact(city),
        ]
    )
    profile = pathogen.infectiousness_profile
    k = float(pathogen.individual_variation_k.value)
    never = float(pathogen.never_symptomatic_fraction.value)
    immunity = pathogen.immunity_duration
    rows = [law_row(first), law_row(second), law_row(pathogen.infectious_period), law_row(profile), gamma_row(k)]
    rows.append(law_row(immunity) if immunity is not None else constant_row(np.inf))
    return Rates(
        tables=np.vstack(rows + (policy_rows or [])),
        scale=float(scale),
        hazard=hazard,
        susceptibility=susceptibility / largest,
        even_susceptibility=bool(np.all(susceptibility == susceptibility[0])),
        onset_first=onset_first,
        presymptomatic_weight=float(pathogen.presymptomatic_relative_infectiousness.value),
        even_profile=profile.family == "uniform",
        profile_from_start=pathogen.profile_from == "infectious-start",
        never_symptomatic=never,
        never_symptomatic_weight=float(pathogen.never_symptomatic_relative_infectiousness.value),
        varied=k < EVEN_STRENGTH_FROM or never > 0.0 or immunity is not None,
        waning=immunity is not None,
        death=given_symptoms(pathogen, pathogen.death_fraction_by_age),
        season_amplitude=0.0,
        season_start=0.0,
        imports_per_day=0.0,
    )


def mean_contact(city: City) -> float:
    """Mean minutes of contact of two people who meet on a day, in the temporal layer (1 where there is none)."""
    return float(city.contact_minutes.mean()) if len(city.contact_minutes) else 1.0


def given_symptoms(pathogen: Pathogen, by_age: Quantity | None) -> Floats:
    """(10,) probability by decade of age among people with symptoms, from one stated per infection; 0 where none is stated."""
    if by_age is None:
        return np.zeros(10)
    symptomatic = max(1e-12, 1.0 - pathogen.never_symptomatic_fraction.value)
    return np.minimum(1.0, np.asarray(by_age.value, np.float64) / symptomatic)


def in_scenario(rates: Rates, scenario: Scenario) -> Rates:
    """The rates with the scenario's season and importations, which R0 does not know."""
    amplitude, peak = scenario.pathogen.seasonal_amplitude, scenario.pathogen.seasonal_peak_day_of_year
    imports = scenario.importations_per_day
    if amplitude is not None and peak is not None and scenario.start_day_of_year is not None:
        rates = rates._replace(
            season_amplitude=float(amplitude.value), season_start=float(scenario.start_day_of_year.value) - float(peak.value)
        )
    return rates._replace(imports_per_day=float(imports.value) if imports is not None else 0.0)


def policy_laws(scenario: Scenario) -> list[Floats]:
    """The quantile rows that the policy adds: sample, result, breach, then delay and dwell time of each instrument."""
    testing, isolation = scenario.testing, scenario.isolation
    rows = [law_row(testing.onset_to_sample), law_row(testing.sample_to_result), law_row(isolation.breach_duration)]
    for instrument in scenario.tracing.instruments:
        rows.append(law_row(instrument.delay))
        dwell = getattr(instrument, "colocation_minutes", None)
        rows.append(law_row(dwell) if dwell is not None else constant_row(0.0))
    return rows


def lower_policy(scenario: Scenario, population: Population, placebo: bool = False) -> Policy:
    """The policy's numbers. Responses to harshness h, deterrence and support enter here (model.md, 10.9)."""
    testing, isolation, behaviour = scenario.testing, scenario.isolation, scenario.behaviour
    instruments = scenario.tracing.instruments
    count = len(instruments)
    h = float(isolation.harshness.value)
    cooperation = math.exp(-behaviour.kappa_cooperation.value * h)
    carried = math.exp(-behaviour.kappa_phone.value * h)
    monitoring: Any = isolation.monitoring
    monitored = monitoring.type != "none"
    checks = monitoring.detection_probability.value if monitored else 0.0
    deterrence = behaviour.delta_deterrence.value * checks * isolation.fine_daily_incomes.value
    support = behaviour.sigma_support.value * isolation.support_fraction.value
    policy = Policy(
        active=True,
        days=float(scenario.days.value),
        seek=testing.seek_probability.value * math.exp(-behaviour.kappa_reporting.value * h),
        sensitivity=np.asarray(testing.sensitivity_by_day.value, np.float64),
        false_positive=1.0 - testing.specificity.value,
        illness_per_day=testing.background_illness_per_day.value,
        kind=np.array([KINDS[i.type] for i in instruments], np.int64),
        lookback=np.array([i.lookback_days.value for i in instruments], np.float64),
        ask=np.ones(count),
        reach=np.ones(count),
        recall_by_minutes=np.zeros((count, 4)),
        recall_by_layer=np.zeros((count, 5)),
        service_days=np.zeros(count),
        sees=np.zeros(count),
        threshold_minutes=np.zeros(count),
        colocations_per_day=np.zeros(count),
        colocation_slots=np.zeros(count, np.int64),
        quarantines=np.array([i.instruction == "quarantine" for i in instruments], np.bool_),
        placebo=placebo,
        phone=np.asarray(population.phone_ownership, np.float64),
        isolation_days=isolation.isolation_days.value,
        quarantine_days=isolation.quarantine_days.value,
        full_case=isolation.full_adherence_case.value,
        full_contact=isolation.full_adherence_contact.value,
        partial_factor=isolation.partial_contact_factor.value,
        household_factor=isolation.household_contact_factor.value,
        breach_per_day=isolation.breach_per_day.value * math.exp(-deterrence - support),
        breach_growth=behaviour.fatigue_per_day.value,
        breach_factor=isolation.breach_contact_factor.value,
        self_isolation=behaviour.self_isolation_probability.value,
        self_factor=behaviour.self_isolation_contact_factor.value,
        monitored=monitored,
        detection=checks,
        false_alarm=monitoring.false_alarm_per_person_day.value if monitored else 0.0,
        rung_at=np.array([int(r.after_detections.value) for r in isolation.ladder], np.int64),
        rung_action=np.array([ACTIONS[r.action] for r in isolation.ladder], np.int64),
        rung_factor=np.array([r.breach_factor.value for r in isolation.ladder], np.float64),
        immune_days=IMMUNE_DAYS,
    )
    policy = _typed(policy)
    for i, instrument in enumerate(instruments):
        if instrument.type == "household":
            policy.reach[i] = instrument.reach_probability.value
        elif instrument.type == "interview":
            policy.ask[i] = instrument.cooperation_probability.value * cooperation
            policy.reach[i] = instrument.reach_probability.value
            policy.recall_by_minutes[i] = instrument.recall_by_minutes.value
            layers = instrument.recall_by_layer
            policy.recall_by_layer[i] = [
                layers.household.value,
                layers.group.value,
                layers.community.value,
                layers.community.value,
                layers.community.value,
            ]
            interviews = (
                instrument.tracers_per_100k.value * instrument.interviews_per_tracer_day.value * population.city.reach / 1e5
            )
            policy.service_days[i] = 1.0 / interviews if interviews > 0 else math.inf
        else:
            both_carried = (instrument.carriage_probability.value * carried) ** 2
            policy.sees[i] = both_carried * instrument.detection_probability.value
            policy.threshold_minutes[i] = instrument.dwell_threshold_minutes.value
            inside = population.density_per_km2 * math.pi * (instrument.radius_metres.value / 1000.0) ** 2
            policy.colocations_per_day[i] = inside * instrument.colocation_overlap.value
            policy.colocation_slots[i] = math.ceil(policy.colocations_per_day[i])
    return policy


def _typed(policy: Policy) -> Policy:
    """All single numbers as floats and truths, so that one compiled version serves every policy."""
    whole = ("active", "placebo", "monitored")
    single: dict[str, Any] = {k: v for k, v in policy._asdict().items() if not isinstance(v, np.ndarray)}
    typed: dict[str, Any] = {k: bool(v) if k in whole else float(v) for k, v in single.items()}
    return policy._replace(**typed)


def no_policy(days: float) -> Policy:
    """Nobody tests, traces or isolates, and nobody stays at home: the bare epidemic."""
    none, numbers = np.zeros(0), np.zeros(0, np.int64)
    nothing = Policy(
        active=False,
        days=days,
        seek=0.0,
        sensitivity=np.zeros(1),
        false_positive=0.0,
        illness_per_day=0.0,
        kind=numbers,
        lookback=none,
        ask=none,
        reach=none,
        recall_by_minutes=np.zeros((0, 4)),
        recall_by_layer=np.zeros((0, 5)),
        service_days=none,
        sees=none,
        threshold_minutes=none,
        colocations_per_day=none,
        colocation_slots=numbers,
        quarantines=np.zeros(0, np.bool_),
        placebo=False,
        phone=np.zeros(10),
        isolation_days=0.0,
        quarantine_days=0.0,
        full_case=0.0,
        full_contact=0.0,
        partial_factor=1.0,
        household_factor=1.0,
        breach_per_day=0.0,
        breach_growth=0.0,
        breach_factor=1.0,
        self_isolation=0.0,
        self_factor=1.0,
        monitored=False,
        detection=0.0,
        false_alarm=0.0,
        rung_at=numbers,
        rung_action=numbers,
        rung_factor=none,
        immune_days=IMMUNE_DAYS,
    )
    return _typed(nothing)
