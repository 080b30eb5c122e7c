"""From what the user stated to what kernels read: parameter objects -> Rates and Policy."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ..chance.laws import quantile_row
from ..population.city import City, Population
from .region import BEDS, CASES
from .state import (
    APP,
    EVERYBODY,
    FINE,
    GROUP,
    HOUSEHOLD,
    INFORM,
    MONITOR,
    NEAR,
    PHONE,
    QUARANTINE,
    REMOTE,
    REPORT,
    TEST,
    TRANSFER,
    WARNING,
    Floats,
    Policy,
    Rates,
)
from .tracing import BLUETOOTH, CALLS, HOUSEHOLD_LIST, INTERVIEW, NOTICE, OPERATOR, VENUE

if TYPE_CHECKING:
    from ..parameters import Law, Pathogen, Quantity, Scenario

EVEN_STRENGTH_FROM = 1e6
IMMUNE_DAYS = 90.0
KINDS = {
    "household": HOUSEHOLD_LIST,
    "interview": INTERVIEW,
    "operator-geolocation": OPERATOR,
    "call-list": CALLS,
    "bluetooth-app": BLUETOOTH,
    "venue-check-in": VENUE,
    "public-notice": NOTICE,
}
INSTRUCTIONS = {"inform": INFORM, "test": TEST, "quarantine": QUARANTINE, "monitor": MONITOR}
REASONS = (
    "symptoms",
    "contacts",
    "release",
    "screening",
    "release",
    "contacts",
)  # in the order of state.SYMPTOMS ... WATCH
ACTIONS = {"warning": WARNING, "report": REPORT, "fine": FINE, "transfer": TRANSFER}
INDICATORS = {"cases-per-week": CASES, "hospital-beds": BEDS}


def law_row(law: Law) -> Floats:
    """The quantile row of a law, in its own unit."""
    return quantile_row(law.quantile)


def constant_row(value: float) -> Floats:
    """The quantile row of a constant."""
    return quantile_row(lambda p: np.full_like(p, value))


@lru_cache(maxsize=64)
def gamma_row(k: float) -> Floats:
    """The quantile row of individual infectiousness: gamma with mean 1 and dispersion k
    (Lloyd-Smith et al. 2005)."""
    if k >= EVEN_STRENGTH_FROM:
        return constant_row(1.0)
    from scipy import stats

    return quantile_row(stats.gamma(k, scale=1.0 / k).ppf)


def lower_pathogen(
    pathogen: Pathogen,
    population: Population,
    scale: float,
    policy_rows: list[Floats] | None = None,
) -> Rates:
    """The pathogen's numbers on this population.

    scale: hazard per day of infectiousness (after onset) of a contact-day of mean duration and
    relative hazard 1. `policy_rows` are appended to the quantile tables.
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
    lead = (
        float(pathogen.infectious_before_onset.value)
        if pathogen.infectious_before_onset is not None
        else 0.0
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
    then = constant_row(-lead) if second is None else law_row(second)
    rows = [
        law_row(first),
        then,
        law_row(pathogen.infectious_period),
        law_row(profile),
        gamma_row(k),
    ]
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
        lead=lead,
        profile_from_start=pathogen.profile_from == "infectious-start",
        never_symptomatic=never,
        never_symptomatic_weight=float(pathogen.never_symptomatic_relative_infectiousness.value),
        varied=k < EVEN_STRENGTH_FROM or never > 0.0 or immunity is not None,
        waning=immunity is not None,
        death=given_symptoms(pathogen, pathogen.death_fraction_by_age),
        hospital=given_symptoms(pathogen, pathogen.hospital_fraction_by_age),
        season_amplitude=0.0,
        season_start=0.0,
        imports_per_day=0.0,
    )


def mean_contact(city: City) -> float:
    """Mean minutes of contact of two people who meet on a day, in the temporal layer (1 where there
    is none)."""
    return float(city.contact_minutes.mean()) if len(city.contact_minutes) else 1.0


def given_symptoms(pathogen: Pathogen, by_age: Quantity | None) -> Floats:
    """(10,) probability by decade of age among people with symptoms, from one stated per infection;
    0 where none is stated."""
    if by_age is None:
        return np.zeros(10)
    symptomatic = max(1e-12, 1.0 - pathogen.never_symptomatic_fraction.value)
    return np.minimum(1.0, np.asarray(by_age.value, np.float64) / symptomatic)


def in_scenario(rates: Rates, scenario: Scenario) -> Rates:
    """The rates with the scenario's season, importations and longest contacts at home, which R0
    does not know."""
    amplitude, peak = (
        scenario.pathogen.seasonal_amplitude,
        scenario.pathogen.seasonal_peak_day_of_year,
    )
    imports = scenario.importations_per_day
    if amplitude is not None and peak is not None and scenario.start_day_of_year is not None:
        rates = rates._replace(
            season_amplitude=float(amplitude.value),
            season_start=float(scenario.start_day_of_year.value) - float(peak.value),
        )
    hazard = rates.hazard.copy()
    hazard[HOUSEHOLD] *= most_at_home(scenario)
    return rates._replace(
        imports_per_day=float(imports.value) if imports is not None else 0.0, hazard=hazard
    )


def most_at_home(scenario: Scenario) -> float:
    """The largest multiple of contacts at home that region-wide measures can make together."""
    return math.prod(
        max(1.0, float(measure.household_factor.value)) for measure in scenario.region.measures
    )


def policy_laws(scenario: Scenario) -> list[Floats]:
    """The quantile rows that the policy adds: sample, result, breach, sample of the listed, result
    by lateral flow, appeal, admission, stay in hospital, death; then delay and time merely near of
    each instrument."""
    testing, isolation = scenario.testing, scenario.isolation
    rows = [
        law_row(testing.onset_to_sample),
        law_row(testing.sample_to_result),
        law_row(isolation.breach_duration),
    ]
    rows.append(
        law_row(testing.listed_to_sample)
        if testing.listed_to_sample is not None
        else constant_row(0.0)
    )
    rows.append(
        law_row(testing.lateral_flow.sample_to_result)
        if testing.lateral_flow is not None
        else constant_row(0.0)
    )
    rows.append(
        law_row(isolation.appeals.delay) if isolation.appeals is not None else constant_row(0.0)
    )
    if counts_beds(scenario):
        ill = scenario.pathogen
        rows += [
            law_row(law) for law in (ill.onset_to_hospital, ill.hospital_stay, ill.onset_to_death)
        ]
    else:
        rows += 3 * [constant_row(0.0)]
    for instrument in scenario.tracing.instruments:
        rows.append(law_row(instrument.delay))
        near = getattr(instrument, "colocation_minutes", None) or getattr(
            instrument, "visit_minutes", None
        )
        rows.append(law_row(near) if near is not None else constant_row(0.0))
    return rows


def counts_beds(scenario: Scenario) -> bool:
    """Whether a region-wide measure looks at hospital beds."""
    triggers = (measure.trigger for measure in scenario.region.measures)
    return any(trigger is not None and trigger.indicator == "hospital-beds" for trigger in triggers)


def lower_policy(scenario: Scenario, population: Population, placebo: bool = False) -> Policy:
    """The policy's numbers. Responses to harshness h, deterrence and support enter here (model.md,
    10.9)."""
    testing, tracing, isolation, behaviour = (
        scenario.testing,
        scenario.tracing,
        scenario.isolation,
        scenario.behaviour,
    )
    h = float(isolation.harshness.value)
    unseen = math.prod(
        1.0 - monitor.detection_probability.value for monitor in isolation.monitoring
    )
    quiet = math.prod(
        1.0 - monitor.false_alarm_per_person_day.value for monitor in isolation.monitoring
    )
    deterrence = (
        behaviour.delta_deterrence.value * (1.0 - unseen) * isolation.fine_daily_incomes.value
    )
    support = behaviour.sigma_support.value * isolation.support_fraction.value
    quick, appeals = testing.lateral_flow, isolation.appeals
    capacity = testing.capacity_per_100k
    household, facility = (
        isolation.household_quarantine_probability,
        isolation.facility_contact_factor,
    )
    policy = no_policy(float(scenario.days.value))._replace(
        active=True,
        seek=testing.seek_probability.value * math.exp(-behaviour.kappa_reporting.value * h),
        assay=np.array([int(reason in testing.lateral_flow_for) for reason in REASONS], np.int64),
        sensitivity=np.array(
            [(a or testing).sensitivity_by_day.value for a in (None, quick)], np.float64
        ),
        false_positive=np.array([1.0 - (a or testing).specificity.value for a in (None, quick)]),
        lab_days=_per_day(capacity.value * population.city.reach / 1e5)
        if capacity is not None
        else 0.0,
        screening_per_day=testing.screening_per_day.value
        if testing.screening_per_day is not None
        else 0.0,
        illness_per_day=testing.background_illness_per_day.value,
        on_symptoms=tracing.trigger == "symptoms",
        recursion=tracing.recursion_depth.value if tracing.recursion_depth is not None else 0.0,
        close_minutes=tracing.close_minutes.value if tracing.close_minutes is not None else 0.0,
        release_day=tracing.release_test_day.value if tracing.release_test_day is not None else 0.0,
        heed=behaviour.heed_probability.value,
        **instrument_numbers(scenario, population, h),
        placebo=placebo,
        phone=np.asarray(population.phone_ownership, np.float64),
        isolation_days=isolation.isolation_days.value,
        quarantine_days=isolation.quarantine_days.value,
        leave_day=isolation.case_release_test_day.value
        if isolation.case_release_test_day is not None
        else 0.0,
        home_order=household.value if household is not None else 0.0,
        case_in_facility=isolation.case_place == "facility",
        contact_in_facility=isolation.contact_place == "facility",
        facility_factor=facility.value if facility is not None else 1.0,
        full_case=isolation.full_adherence_case.value,
        full_contact=isolation.full_adherence_contact.value,
        partial_factor=isolation.partial_contact_factor.value,
        household_factor=isolation.household_contact_factor.value,
        breach_per_day=isolation.breach_per_day.value * math.exp(-support),
        breach_growth=behaviour.fatigue_per_day.value,
        breach_factor=isolation.breach_contact_factor.value,
        deterred=math.exp(-deterrence),
        self_isolation=behaviour.self_isolation_probability.value,
        self_factor=behaviour.self_isolation_contact_factor.value,
        skill=behaviour.judging_skill.value,
        monitored=bool(isolation.monitoring),
        detection=1.0 - unseen,
        false_alarm=1.0 - quiet,
        rung_at=np.array([int(r.after_detections.value) for r in isolation.ladder], np.int64),
        rung_action=np.array([ACTIONS[r.action] for r in isolation.ladder], np.int64),
        rung_factor=np.array([r.breach_factor.value for r in isolation.ladder], np.float64),
        appeal=np.array(
            [appeals.probability_when_right.value, appeals.probability_when_wrong.value]
        )
        if appeals
        else np.zeros(2),
        granted=np.array([appeals.granted_when_right.value, appeals.granted_when_wrong.value])
        if appeals
        else np.zeros(2),
        tau=behaviour.tau_injustice.value,
        **measure_numbers(scenario),
    )
    return _typed(policy)


def measure_numbers(scenario: Scenario) -> dict[str, Any]:
    """The fields of Policy that have one entry per region-wide measure, and what they make
    together."""
    measures = scenario.region.measures
    starts = [-math.inf if m.start_day is None else float(m.start_day.value) for m in measures]
    ends = [math.inf if m.end_day is None else float(m.end_day.value) for m in measures]
    triggers: list[Any] = [m.trigger for m in measures]
    factors = [
        (m.household_factor, m.school_factor, m.work_factor, m.community_factor) for m in measures
    ]
    passes: list[Any] = [m.passes for m in measures]
    return dict(
        measure_start=np.array(starts, np.float64),
        measure_end=np.array(ends, np.float64),
        measure_indicator=np.array(
            [INDICATORS[t.indicator] if t else 0 for t in triggers], np.int64
        ),
        measure_on=np.array([t.on_from.value if t else 0.0 for t in triggers], np.float64),
        measure_off=np.array([t.off_below.value if t else 0.0 for t in triggers], np.float64),
        measure_least=np.array([t.least_days.value if t else 0.0 for t in triggers], np.float64),
        measure_factor=np.array([[f.value for f in row] for row in factors], np.float64).reshape(
            len(measures), 4
        ),
        compliance=np.array([m.compliance.value for m in measures], np.float64),
        most_at_home=most_at_home(scenario),
        pass_fine=np.array(
            [
                [p.fine_per_person_day.value, p.wrong_fine_per_person_day.value]
                if p
                else [0.0, 0.0]
                for p in passes
            ],
            np.float64,
        ).reshape(len(measures), 2),
        counts_beds=counts_beds(scenario),
    )


def _per_day(rate: float) -> float:
    """Days of service for one, at so many a day."""
    return 1.0 / rate if rate > 0 else math.inf


def instrument_numbers(
    scenario: Scenario, population: Population, harshness: float
) -> dict[str, Any]:
    """The arrays of Policy that have one entry per instrument, and the use of the app."""
    behaviour, instruments = scenario.behaviour, scenario.tracing.instruments
    n = len(instruments)
    cooperation = math.exp(-behaviour.kappa_cooperation.value * harshness)
    carried = math.exp(-behaviour.kappa_phone.value * harshness)
    a: dict[str, Any] = dict(
        kind=np.array([KINDS[i.type] for i in instruments], np.int64),
        lookback=np.array([i.lookback_days.value for i in instruments], np.float64),
        backward=np.array([i.lookback_days.value for i in instruments], np.float64),
        backward_factor=np.zeros(n),
        kept_days=np.full(n, math.inf),
        ask=np.ones(n),
        asked=np.zeros(n, np.bool_),
        trait=np.full(n, EVERYBODY, np.int64),
        by_layer=np.zeros((n, NEAR + 2)),
        by_minutes=np.ones((n, 4)),
        by_days=np.ones((n, 6)),
        fade=np.zeros(n),
        sampling=np.zeros(n),
        threshold_minutes=np.zeros(n),
        below_threshold=np.zeros(n),
        service_days=np.zeros(n),
        longest_wait=np.full(n, math.inf),
        colocations_per_day=np.zeros(n),
        remote_ties=np.zeros(n),
        instruction=np.array(
            [
                [INSTRUCTIONS[i.brief_instruction or i.instruction], INSTRUCTIONS[i.instruction]]
                for i in instruments
            ],
            np.int64,
        ).reshape(n, 2),
        app=np.zeros(10),
    )
    for i, instrument in enumerate(instruments):
        stated: Any = instrument
        contacts = a["by_layer"][i, :NEAR]
        consent = getattr(stated, "cooperation_probability", None) or getattr(
            stated, "consent_probability", None
        )
        if consent is not None:
            a["ask"][i], a["asked"][i] = consent.value * cooperation, True
        if stated.collects != "cases" and stated.retention_from == "collection":
            a["kept_days"][i] = stated.retention_days.value
        match stated.type:
            case "household":
                contacts[HOUSEHOLD] = stated.reach_probability.value
            case "interview":
                layers = stated.recall_by_layer
                recall = [layers.household.value, layers.group.value] + 3 * [layers.community.value]
                contacts[:] = np.array(recall) * stated.reach_probability.value
                a["by_minutes"][i] = stated.recall_by_minutes.value
                a["fade"][i] = stated.recall_loss_per_day.value
                interviews = (
                    stated.tracers_per_100k.value
                    * stated.interviews_per_tracer_day.value
                    * population.city.reach
                    / 1e5
                )
                a["service_days"][i] = _per_day(interviews)
                a["longest_wait"][i] = stated.longest_wait_days.value
                if stated.backward_days is not None:
                    a["backward"][i] = stated.backward_days.value
                    a["backward_factor"][i] = stated.backward_recall_factor.value
            case "call-list":
                a["trait"][i] = PHONE
                contacts[:] = 1.0
                contacts[HOUSEHOLD] = stated.household_probability.value
                a["by_layer"][i, REMOTE] = 1.0
                a["by_minutes"][i, :2] = stated.brief_factor.value
                a["by_days"][i] = stated.probability_by_days.value
                a["remote_ties"][i] = stated.remote_ties.value
            case "operator-geolocation":
                a["trait"][i] = PHONE
                a["by_layer"][i, : NEAR + 1] = (
                    stated.carriage_probability.value * carried
                ) ** 2 * stated.detection_probability.value
                a["sampling"][i] = stated.sampling_minutes.value
                a["threshold_minutes"][i] = stated.dwell_threshold_minutes.value
                inside = (
                    population.density_per_km2
                    * math.pi
                    * (stated.radius_metres.value / 1000.0) ** 2
                )
                a["colocations_per_day"][i] = inside * stated.colocation_overlap.value
            case "bluetooth-app":
                a["trait"][i] = APP
                a["app"] = np.asarray(stated.uptake_by_age.value, np.float64) * math.exp(
                    -behaviour.kappa_app.value * harshness
                )
                contacts[:] = (stated.carriage_probability.value * carried) ** 2
                a["by_minutes"][i] = stated.detection_by_minutes.value
                a["threshold_minutes"][i] = stated.risk_minutes.value
                a["below_threshold"][i] = stated.false_risk_probability.value
            case _:  # venues: those met outside the household, and those who were merely there
                both = (
                    stated.participation.value**2
                    if stated.type == "venue-check-in"
                    else stated.notice_probability.value
                )
                a["by_layer"][i, GROUP : NEAR + 1] = both
                a["colocations_per_day"][i] = stated.fellow_visitors_per_day.value
    a["colocation_slots"] = np.ceil(a["colocations_per_day"]).astype(np.int64)
    return a


def _typed(policy: Policy) -> Policy:
    """All single numbers as floats and truths, so that one compiled version serves every policy."""
    whole = (
        "active",
        "placebo",
        "monitored",
        "on_symptoms",
        "case_in_facility",
        "contact_in_facility",
        "counts_beds",
    )
    single: dict[str, Any] = {
        k: v for k, v in policy._asdict().items() if not isinstance(v, np.ndarray)
    }
    typed: dict[str, Any] = {k: bool(v) if k in whole else float(v) for k, v in single.items()}
    return policy._replace(**typed)


def no_policy(days: float) -> Policy:
    """Nobody tests, traces or isolates, and nobody stays at home: the bare epidemic."""
    none, numbers = np.zeros(0), np.zeros(0, np.int64)
    nothing = Policy(
        active=False,
        days=days,
        seek=0.0,
        assay=np.zeros(len(REASONS), np.int64),
        sensitivity=np.zeros((2, 1)),
        false_positive=np.zeros(2),
        lab_days=0.0,
        screening_per_day=0.0,
        illness_per_day=0.0,
        on_symptoms=False,
        recursion=0.0,
        close_minutes=0.0,
        release_day=0.0,
        heed=0.0,
        kind=numbers,
        lookback=none,
        backward=none,
        backward_factor=none,
        kept_days=none,
        ask=none,
        asked=np.zeros(0, np.bool_),
        trait=numbers,
        by_layer=np.zeros((0, NEAR + 2)),
        by_minutes=np.zeros((0, 4)),
        by_days=np.zeros((0, 6)),
        fade=none,
        sampling=none,
        threshold_minutes=none,
        below_threshold=none,
        service_days=none,
        longest_wait=none,
        colocations_per_day=none,
        colocation_slots=numbers,
        remote_ties=none,
        instruction=np.zeros((0, 2), np.int64),
        placebo=False,
        phone=np.zeros(10),
        app=np.zeros(10),
        isolation_days=0.0,
        quarantine_days=0.0,
        leave_day=0.0,
        home_order=0.0,
        case_in_facility=False,
        contact_in_facility=False,
        facility_factor=1.0,
        full_case=0.0,
        full_contact=0.0,
        partial_factor=1.0,
        household_factor=1.0,
        breach_per_day=0.0,
        breach_growth=0.0,
        breach_factor=1.0,
        deterred=1.0,
        self_isolation=0.0,
        self_factor=1.0,
        skill=0.0,
        monitored=False,
        detection=0.0,
        false_alarm=0.0,
        rung_at=numbers,
        rung_action=numbers,
        rung_factor=none,
        appeal=np.zeros(2),
        granted=np.zeros(2),
        tau=0.0,
        immune_days=IMMUNE_DAYS,
        measure_start=none,
        measure_end=none,
        measure_indicator=numbers,
        measure_on=none,
        measure_off=none,
        measure_least=none,
        measure_factor=np.zeros((0, 4)),
        compliance=none,
        most_at_home=1.0,
        pass_fine=np.zeros((0, 2)),
        counts_beds=False,
    )
    return _typed(nothing)
