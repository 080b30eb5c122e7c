"""How people respond to a regime, as factors (model.md, 7.8)."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from ..isolation.statement import IsolationRegime
from .statement import Behaviour


class Response(NamedTuple):
    """What the regime's harshness, its threat and its support make of people's conduct: factors."""

    reporting: float  # of seeking a test
    cooperation: float  # of taking part when asked
    carriage: float  # of carrying a phone or app
    uptake: float  # of using the app
    deterred: float  # of all going out against an order
    unsupported: float  # of breaches


def respond(behaviour: Behaviour, regime: IsolationRegime) -> Response:
    """The factors: exp(-kappa x harshness), exp(-delta x detection a day x fine in daily incomes),
    exp(-sigma x support)."""
    harshness = float(regime.harshness.value)
    unseen = math.prod(1.0 - monitor.detection_probability.value for monitor in regime.monitoring)
    threat = behaviour.delta_deterrence.value * (1.0 - unseen) * regime.fine_daily_incomes.value
    support = behaviour.sigma_support.value * regime.support_fraction.value
    return Response(
        reporting=math.exp(-behaviour.kappa_reporting.value * harshness),
        cooperation=math.exp(-behaviour.kappa_cooperation.value * harshness),
        carriage=math.exp(-behaviour.kappa_phone.value * harshness),
        uptake=math.exp(-behaviour.kappa_app.value * harshness),
        deterred=math.exp(-threat),
        unsupported=math.exp(-support),
    )


def lower_response(behaviour: Behaviour, response: Response) -> dict[str, Any]:
    """The fields of Policy that behaviour fills."""
    return {
        "heed": behaviour.heed_probability.value,
        "skill": behaviour.judging_skill.value,
        "self_isolation": behaviour.self_isolation_probability.value,
        "self_factor": behaviour.self_isolation_contact_factor.value,
        "breach_growth": behaviour.fatigue_per_day.value,
        "deterred": response.deterred,
        "tau": behaviour.tau_injustice.value,
    }
