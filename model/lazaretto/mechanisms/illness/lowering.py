"""The pathogen's numbers on a population."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...chance.rows import EVEN_STRENGTH_FROM, constant_row, gamma_row, law_row
from ...population.city import Population
from ...values.quantity import Quantity
from ...world.stated import NOBODY_IMMUNE, Rates
from .statement import Pathogen

Floats = NDArray[np.float64]


def lower_pathogen(
    pathogen: Pathogen,
    population: Population,
    scale: float,
    policy_rows: list[Floats] | None = None,
) -> Rates:
    """The pathogen's numbers on this population.

    scale: hazard per day of infectiousness (after onset) of a contact-day of mean duration (of a
    user's own network: of the stated reference) and relative hazard 1. `policy_rows` are appended
    to the quantile tables.
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
    by_layer, apart = pathogen.layer_hazard, pathogen.not_close_relative_hazard
    not_close = 1.0 if apart is None else float(apart.value)
    mean = city.close_fraction + (1.0 - city.close_fraction) * not_close  # of all meetings
    closest = np.where(mean > 0.0, 1.0 / np.maximum(mean, 1e-300), 0.0)
    hazard = largest * np.array(
        [
            by_layer.household.value * closest[0],
            by_layer.group.value / city.minutes_mean[1] * closest[1],
            by_layer.community.value / city.minutes_mean[2] * closest[2],
            1.0,
            1.0 / city.contact_reference,
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
    rows += [law_row(law) for law in (pathogen.onset_to_hospital, pathogen.hospital_stay)] + [
        law_row(pathogen.onset_to_death)
    ]
    care = (pathogen.admission_to_intensive_care, pathogen.intensive_care_stay)
    rows += [law_row(law) if law is not None else constant_row(0.0) for law in care]
    death = given_symptoms(pathogen, pathogen.death_fraction_by_age)
    hospital = given_symptoms(pathogen, pathogen.hospital_fraction_by_age)
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
        not_close=not_close,
        varied=k < EVEN_STRENGTH_FROM or never > 0.0 or immunity is not None,
        waning=immunity is not None,
        death=death,
        hospital=hospital,
        care=given_symptoms(pathogen, pathogen.intensive_care_fraction_by_age),
        severe=bool((death > 0).any() or (hospital > 0).any()),
        season_amplitude=0.0,
        season_start=0.0,
        imports_per_day=0.0,
        immune=NOBODY_IMMUNE,
    )


def given_symptoms(pathogen: Pathogen, by_age: Quantity | None) -> Floats:
    """(10,) probability by decade of age among people with symptoms, from one stated per infection;
    0 where none is stated."""
    if by_age is None:
        return np.zeros(10)
    symptomatic = max(1e-12, 1.0 - pathogen.never_symptomatic_fraction.value)
    given: Floats = np.minimum(1.0, np.asarray(by_age.value, np.float64) / symptomatic)
    return given


def in_scenario(rates: Rates, scenario: Any) -> Rates:
    """The rates with the scenario's season and importations, which R0 does not know."""
    amplitude, peak = (
        scenario.pathogen.seasonal_amplitude,
        scenario.pathogen.seasonal_peak_day_of_year,
    )
    imports = scenario.importations_per_day
    first_day = scenario.first_day_of_year
    if amplitude is not None and peak is not None and first_day is not None:
        rates = rates._replace(
            season_amplitude=float(amplitude.value), season_start=first_day - float(peak.value)
        )
    return rates._replace(imports_per_day=float(imports.value) if imports is not None else 0.0)
