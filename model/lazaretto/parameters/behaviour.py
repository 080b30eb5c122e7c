"""How people respond: voluntary isolation, avoidance of tests and tracers, deterrence, support, fatigue."""

from __future__ import annotations

from .quantity import Dimensionless, Fraction, PerDay, Stated


class Behaviour(Stated):
    """Responses (model.md, 10.9).

    kappa_*: loss exponents per unit of harshness, so reporting = base x exp(-kappa_reporting x harshness). The breach hazard is
    multiplied by exp(-delta x detection a day x fine in daily incomes), by exp(-sigma x support) and by exp(fatigue x days under
    the order). heed_probability: that a person who is only informed of a contact stays at home as long as a quarantine lasts.
    """

    title: str
    description: str
    self_isolation_probability: Fraction
    self_isolation_contact_factor: Fraction
    heed_probability: Fraction
    kappa_reporting: Dimensionless
    kappa_cooperation: Dimensionless
    kappa_phone: Dimensionless
    delta_deterrence: Dimensionless
    sigma_support: Dimensionless
    fatigue_per_day: PerDay

    @property
    def avoidance_is_off(self) -> bool:
        """True where harshness costs nothing: then coercion wins by construction, and every output says so."""
        return self.kappa_reporting.value == self.kappa_cooperation.value == self.kappa_phone.value == 0
