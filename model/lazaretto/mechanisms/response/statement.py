"""How people respond: voluntary isolation, avoidance of tests and tracers, deterrence, support,
fatigue."""

from __future__ import annotations

from ...values.numbers import Stated
from ...values.quantity import Dimensionless, Fraction, PerDay


class Behaviour(Stated):
    """Responses (model.md, 7.8).

    kappa_*: loss exponents per unit of harshness, so reporting = base x exp(-kappa_reporting x
    harshness). The breach hazard is multiplied by exp(-delta x detection a day x fine in daily
    incomes), by exp(-sigma x support) and by exp(fatigue x days under the order); the first also
    lowers how often those go out who do not fully adhere. tau_injustice: reporting, adherence,
    cooperation and whatever needs the case's phone or app are multiplied by exp(-tau x wrong
    reports, fines and transfers per 1,000 people of the area so far, less those overturned on
    appeal).

    heed_probability: that a person who is only informed of a contact stays at home as long as a
    quarantine lasts. judging_skill, in [0, 1]: how well the informed tell a close contact from a
    mere place in common; those without one heed with (1 - skill) times the probability.
    """

    title: str
    description: str
    self_isolation_probability: Fraction
    self_isolation_contact_factor: Fraction
    heed_probability: Fraction
    judging_skill: Fraction
    kappa_reporting: Dimensionless
    kappa_cooperation: Dimensionless
    kappa_phone: Dimensionless
    kappa_app: Dimensionless
    tau_injustice: Dimensionless
    delta_deterrence: Dimensionless
    sigma_support: Dimensionless
    fatigue_per_day: PerDay

    @property
    def avoidance_is_off(self) -> bool:
        """True where harshness costs nothing: then coercion wins by construction, and every output
        says so."""
        kappas = (self.kappa_reporting, self.kappa_cooperation, self.kappa_phone, self.kappa_app)
        return all(kappa.value == 0 for kappa in kappas)
