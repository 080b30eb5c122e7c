"""How people respond to a regime, as factors (model.md, 7.8)."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from ..isolation.statement import IsolationRegime
from ..tracing.statement import TracingLevel
from .statement import LOOKED_AT, Behaviour, ContactResponse, Likeness, Protection


class Response(NamedTuple):
    """What the regime's harshness, its threat and its support make of people's conduct: factors."""

    reporting: float  # of seeking a test
    cooperation: float  # of taking part when asked
    carriage: float  # of carrying a phone or app
    uptake: float  # of using the app
    deterred: float  # of all going out against an order, and of giving up
    unsupported: float  # of breaches, and of giving up
    closed: float  # share of those who would not adhere fully whom support wins over
    soothed: float  # of the loss of trust by wrong sanctions


def openness(level: TracingLevel, regime: IsolationRegime) -> float:
    """The share of the sources of records that are open to their subject; 0 where there is none."""
    sources = (*level.instruments, *regime.monitoring)
    return sum(source.open_to_subject for source in sources) / len(sources) if sources else 0.0


def respond(behaviour: Behaviour, level: TracingLevel, regime: IsolationRegime) -> Response:
    """The factors: exp(-kappa x harshness), where openness invites times that; 1 - D (1 -
    exp(-detection a day x fine in daily incomes)), exp(-sigma x support); the share that support
    closes of the gap; and (1 - openness_soothes x openness) (1 - support_soothes x support)."""
    harshness = float(regime.harshness.value)
    unseen = math.prod(1.0 - monitor.detection_probability.value for monitor in regime.monitoring)
    threat = (1.0 - unseen) * regime.fine_daily_incomes.value
    support, open_share = regime.support_fraction.value, openness(level, regime)
    invited = 1.0 + behaviour.openness_invites.value * open_share
    return Response(
        reporting=math.exp(-behaviour.kappa_reporting.value * harshness),
        cooperation=invited * math.exp(-behaviour.kappa_cooperation.value * harshness),
        carriage=math.exp(-behaviour.kappa_phone.value * harshness),
        uptake=invited * math.exp(-behaviour.kappa_app.value * harshness),
        deterred=1.0 + behaviour.most_deterred.value * math.expm1(-threat),
        unsupported=math.exp(-behaviour.sigma_support.value * support),
        closed=behaviour.support_closes.value * support,
        soothed=(1.0 - behaviour.openness_soothes.value * open_share)
        * (1.0 - behaviour.support_soothes.value * support),
    )


def lower_response(behaviour: Behaviour, response: Response) -> dict[str, Any]:
    """The fields of Policy that behaviour fills."""
    return {
        "heed": behaviour.heed_probability.value,
        "skill": behaviour.judging_skill.value,
        "self_isolation": behaviour.self_isolation_probability.value,
        "self_factor": behaviour.self_isolation_contact_factor.value,
        "fatigue": behaviour.fatigue_per_day.value,
        "deterred": response.deterred,
        "tau": behaviour.tau_injustice.value * response.soothed,
        "forgotten_per_day": math.log(2.0) / behaviour.trust_half_life.value,
        "restored": behaviour.restored_by_correction.value,
        **_contacts(behaviour.response),
        **_protection(behaviour.protection),
        **_likeness(behaviour.likeness),
    }


def _contacts(stated: ContactResponse | None) -> dict[str, Any]:
    """The fields of Policy that say how contacts outside the home respond."""
    if stated is None:
        return {}
    fields: dict[str, Any] = {"responds_to": LOOKED_AT.index(stated.looks_at)}
    single = {"half_at": stated.half_at, "steepness": stated.steepness}
    single |= {"response_lag": stated.lag, "least_kept": stated.least_kept}
    single |= {"response_fatigue": stated.fatigue_per_day, "series_from": stated.series_from_day}
    fields |= {name: value.value for name, value in single.items() if value is not None}
    series = stated.reports_by_day or stated.contacts_by_day
    if series is not None:
        fields["series"] = np.atleast_1d(np.asarray(series.value, np.float64))
    return fields


def _likeness(stated: Likeness | None) -> dict[str, Any]:
    """The fields of Policy of likeness."""
    if stated is None:
        return {}
    return {
        "like_household": stated.household.value,
        "like_person": stated.person.value,
        "like_circle": stated.circle_of_app.value,
    }


def _protection(stated: Protection | None) -> dict[str, Any]:
    """The fields of Policy of protection."""
    if stated is None:
        return {}
    return {"protected": stated.meetings.value, "protection": stated.cut.value}
