"""Pathogens of theory."""

from __future__ import annotations

from ...parameters import Law, Pathogen, load_scenario


def neutral_law(family: str, mean: float, unit: str = "day", **shapes: float) -> Law:
    """A law for theory and measurements."""
    return Law(
        family=family,
        mean=mean,
        parameters=shapes,
        unit=unit,
        range=(mean, mean),
        source="idealised",
        status="assumption",
    )


def idealised_pathogen(latent: Law, infectious: Law, hazard_per_day: float) -> Pathogen:
    """A pathogen of theory: even infectiousness, everybody alike, the given hazard per contact and
    day. Severity is left as in the ancestral preset and plays no part in transmission."""
    base = load_scenario("no-measures").pathogen.model_dump()
    same = {"unit": "ratio", "source": "idealised", "status": "assumption"}
    one = {"value": 1.0, "range": [0.0, 1.0], **same}
    base.update(
        title="idealised",
        hazard_per_day={
            "value": hazard_per_day,
            "range": [hazard_per_day] * 2,
            **same,
            "unit": "1/day",
        },
        latent_period=latent.model_dump(),
        presymptomatic_lead=neutral_law("constant", 0.0).model_dump(),
        infectious_period=infectious.model_dump(),
        infectiousness_profile=neutral_law("uniform", 0.5, "fraction").model_dump(),
        presymptomatic_relative_infectiousness=one,
        never_symptomatic_fraction={**one, "value": 0.0, "unit": "fraction"},
        individual_variation_k={**one, "value": 1e9, "range": [1.0, 1e9], "unit": "dimensionless"},
        relative_susceptibility_by_age={
            **one,
            "value": [1.0] * 10,
            "range": [[1.0] * 10, [1.0] * 10],
        },
        layer_hazard=dict.fromkeys(("household", "group", "community"), one),
    )
    return Pathogen.model_validate(base)
