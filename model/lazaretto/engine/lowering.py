"""From what the user stated to what kernels read: each mechanism lowers its own part."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..mechanisms.hospital.lowering import lower_hospitals
from ..mechanisms.isolation.lowering import isolation_laws, lower_isolation
from ..mechanisms.region.lowering import lower_region
from ..mechanisms.response.lowering import lower_response, respond
from ..mechanisms.testing.lowering import lower_testing, testing_laws
from ..mechanisms.tracing.lowering import level_laws, lower_tracing, tracing_laws
from ..parameters import Scenario
from ..population.city import Population
from ..world.codes import POLICY_LAWS
from ..world.stated import Policy, with_types


def lower_policy(scenario: Scenario, population: Population) -> Policy:
    """The policy's numbers. Responses to harshness, deterrence and support enter here (model.md,
    7.8)."""
    response = respond(scenario.behaviour, scenario.tracing, scenario.isolation)
    return with_types(
        Policy(
            active=True,
            **lower_testing(scenario.testing, population, response),
            **lower_tracing(scenario.tracing, population, response),
            **lower_isolation(scenario.isolation, response, population),
            **lower_response(scenario.behaviour, response),
            **lower_region(scenario.region),
            **lower_hospitals(scenario.hospitals, population.people),
        )
    )


def policy_laws(scenario: Scenario) -> list[NDArray[np.float64]]:
    """The quantile rows that the policy adds to the pathogen's: POLICY_LAWS, then delay and time
    near of each instrument."""
    rows = {**testing_laws(scenario.testing), **isolation_laws(scenario.isolation)}
    rows |= level_laws(scenario.tracing)
    return [rows[name] for name in POLICY_LAWS] + tracing_laws(scenario.tracing)
