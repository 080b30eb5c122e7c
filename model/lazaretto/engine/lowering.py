"""From what the user stated to what kernels read: each mechanism lowers its own part."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..chance.rows import constant_row, law_row
from ..mechanisms.isolation.lowering import isolation_laws, lower_isolation
from ..mechanisms.region.lowering import looks_at_beds, lower_region
from ..mechanisms.response.lowering import lower_response, respond
from ..mechanisms.testing.lowering import lower_testing, testing_laws
from ..mechanisms.tracing.lowering import lower_tracing, tracing_laws
from ..parameters import Scenario
from ..population.city import Population
from ..world.codes import POLICY_LAWS
from ..world.stated import Policy, with_types


def lower_policy(
    scenario: Scenario, population: Population, placebo: bool = False, counts_beds: bool = False
) -> Policy:
    """The policy's numbers. Responses to harshness, deterrence and support enter here (model.md,
    7.8). counts_beds: the authority looks at beds or deaths, whether or not its measures do."""
    response = respond(scenario.behaviour, scenario.isolation)
    return with_types(
        Policy(
            active=True,
            placebo=placebo,
            **lower_testing(scenario.testing, population, response),
            **lower_tracing(scenario.tracing, population, response),
            **lower_isolation(scenario.isolation, response),
            **lower_response(scenario.behaviour, response),
            **lower_region(scenario.region),
            counts_beds=counts_beds or looks_at_hospitals(scenario),
        )
    )


def looks_at_hospitals(scenario: Scenario) -> bool:
    """Whether a measure looks at hospital beds, or people respond to deaths."""
    return looks_at_beds(scenario.region) or scenario.behaviour.looks_at_deaths


def policy_laws(scenario: Scenario, counts_beds: bool = False) -> list[NDArray[np.float64]]:
    """The quantile rows that the policy adds to the pathogen's: POLICY_LAWS, then delay and time
    near of each instrument. counts_beds: as for `lower_policy`."""
    ill = scenario.pathogen
    hospital = {"hospital": ill.onset_to_hospital, "stay": ill.hospital_stay}
    hospital["death"] = ill.onset_to_death
    beds = counts_beds or looks_at_hospitals(scenario)
    rows = {
        **testing_laws(scenario.testing),
        **isolation_laws(scenario.isolation),
        **{name: law_row(law) if beds else constant_row(0.0) for name, law in hospital.items()},
    }
    return [rows[name] for name in POLICY_LAWS] + tracing_laws(scenario.tracing)
