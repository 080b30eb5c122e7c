"""A pathogen as published models by generation state it: who infects whom when is one law, symptoms
are another, apart from it.

The latent period is 0, the lead is the time to symptoms, and the infectious period is endless, so
that a moment within it does not depend on the lead; the profile over it is the law of infection.
Relative error of times and hazards: lead / ENDLESS, below 2e-4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...parameters import Law, Pathogen
from ..theory.idealised import idealised_pathogen, neutral_law
from ..theory.trees import POINTS, SMALLEST

Floats = NDArray[np.float64]
ENDLESS = 1e5  # days


def table(quantiles: NDArray[Any], unit: str = "day") -> Law:
    """A law by equally spaced quantiles from p = 0 to 1."""
    mean = float((quantiles[1:] + quantiles[:-1]).mean() / 2)
    law = neutral_law("constant", mean, unit).model_dump()
    if mean > 0:
        law |= {"family": "table", "quantiles": tuple(float(q) for q in quantiles)}
    return Law.model_validate(law)


def moments_of(quantile: Callable[[Floats], Floats]) -> Floats:
    """(POINTS,) equally spaced quantiles of a law, from p = 0 to 1; `theory.trees.first_of` gives
    those whose first one has the law."""
    return np.asarray(quantile(np.clip(np.linspace(0, 1, POINTS), SMALLEST, 1 - SMALLEST)), float)


def pathogen(
    moments: Floats,
    hazard: float,
    onset: Law,
    *,
    never_symptomatic: float = 0.0,
    latent: Law | None = None,
) -> Pathogen:
    """moments: equally spaced quantiles of the days from the start of infectiousness to a candidate
    transmission; hazard: of one link, over all time; onset: days from the start of infectiousness
    to symptoms; latent: days from infection to it, 0 if not given."""
    nothing = neutral_law("constant", 0.0)
    data = idealised_pathogen(
        latent or nothing, neutral_law("constant", ENDLESS), hazard / ENDLESS
    ).model_dump()
    data["presymptomatic_lead"] = onset.model_dump()
    data["profile_from"] = "infectious-start"
    data["infectiousness_profile"] = table(moments / ENDLESS, "fraction").model_dump()
    data["never_symptomatic_fraction"]["value"] = never_symptomatic
    data["never_symptomatic_relative_infectiousness"] |= {"value": 1.0}
    return Pathogen.model_validate(data)


def by_onset(
    moments: Floats, hazard: float, incubation: Law, before: float, after: float
) -> Pathogen:
    """moments: equally spaced quantiles of the days from onset to a candidate transmission, from
    -before to after; hazard: of one link, over all time, were nothing of it cut off by
    infection."""
    whole = before + after
    data = idealised_pathogen(
        incubation, neutral_law("constant", after), hazard / whole
    ).model_dump()
    data |= {
        "latent_period": None,
        "presymptomatic_lead": None,
        "incubation_period": incubation.model_dump(),
    }
    data["infectious_before_onset"] = {
        "value": before,
        "unit": "day",
        "range": [0, before],
        "source": "published model",
        "status": "assumption",
    }
    data["profile_from"] = "infectious-start"
    data["infectiousness_profile"] = table((moments + before) / whole, "fraction").model_dump()
    data["never_symptomatic_fraction"]["value"] = 0.0
    return Pathogen.model_validate(data)
