"""How people respond: voluntary isolation, avoidance of tests and tracers, deterrence, support,
fatigue."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pydantic

from ...values.numbers import Stated
from ...values.quantity import Demand, Dimensionless, Fraction, PerDay, Positive, Quantity

LOOKED_AT = ("nothing", "reported-cases", "deaths", "series", "contacts")  # in order of their codes
PER_WEEK = "person/100,000 people/week"
Reports = Annotated[Quantity, Demand(PER_WEEK, 0, 1e5, above=True)]
ReportsByDay = Annotated[Quantity, Demand(PER_WEEK, 0, 1e5, listed=True)]
ShareByDay = Annotated[Quantity, Demand("fraction", 0, 1, listed=True)]
FirstDay = Annotated[Quantity, Demand("day", -3650, 3650, whole=True)]
HalfLife = Annotated[Quantity, Demand("day", 0, above=True)]
WholeDays = Annotated[Quantity, Demand("day", 0, 365, whole=True)]
# no sanction was seen to keep more than half of those at home who would go out (second design, S4)
MOST_DETERRED = 0.5
OF_REPORTS = ("half_at", "steepness", "lag", "least_kept", "fatigue_per_day")


class ContactResponse(Stated):
    """How many contacts outside the home people give up of their own accord.

    looks_at: "reported-cases" (positive results), "deaths", each of the last seven days per 100,000
    people as the run makes them; "series": of these, as stated by day (what people read about
    another country, or what was reported in truth); or "contacts": the share of contacts kept is
    itself stated by day (mobility). A series begins on series_from_day; before it nothing is
    reported and all contacts are kept, after its end the last value holds.

    Of reports x, contacts kept are least_kept + (1 - least_kept) x (1 - depth), with depth = x^k /
    (x^k + half_at^k) and k = steepness, looked at lag days before; depth falls by
    exp(-fatigue_per_day x days of full response so far).
    """

    looks_at: Literal["reported-cases", "deaths", "series", "contacts"]
    half_at: Reports | None = None
    steepness: Positive | None = None
    lag: WholeDays | None = None
    least_kept: Fraction | None = None
    fatigue_per_day: PerDay | None = None
    reports_by_day: ReportsByDay | None = None
    contacts_by_day: ShareByDay | None = None
    series_from_day: FirstDay | None = None

    @pydantic.model_validator(mode="after")
    def _states_what_it_looks_at(self) -> ContactResponse:
        needed = {
            "reported-cases": OF_REPORTS,
            "deaths": OF_REPORTS,
            "series": (*OF_REPORTS, "reports_by_day", "series_from_day"),
            "contacts": ("contacts_by_day", "series_from_day"),
        }[self.looks_at]
        fields = set(type(self).model_fields) - {"looks_at"}
        missing = [name for name in needed if getattr(self, name) is None]
        idle = sorted(n for n in fields - set(needed) if getattr(self, n) is not None)
        if missing or idle:
            told = [f"state {', '.join(missing)}"] if missing else []
            told += [f"leave out {', '.join(idle)}"] if idle else []
            raise ValueError(f"a response that looks at {self.looks_at!r}: {'; '.join(told)}")
        return self


class Protection(Stated):
    """Masks and the like: the share of meetings outside the home in which somebody is protected,
    and what share of transmissions in them that stops."""

    meetings: Fraction
    cut: Fraction


class Likeness(Stated):
    """How alike people are in what they do: of the variance (of normal scores) of seeking a test,
    isolating voluntarily, adhering, taking part, owning a phone, using the app and refusing tests,
    the shares that the members of a household have in common and that are lasting in a person; and
    of using the app what a class or team has in common. How many do each stays the same."""

    household: Fraction
    person: Fraction
    circle_of_app: Fraction

    @pydantic.model_validator(mode="after")
    def _leaves_something(self) -> Likeness:
        total = self.household.value + self.person.value + self.circle_of_app.value
        if total > 1.0 + 1e-9:
            raise ValueError(
                "the shares of household, person and circle are of one variance, so they "
                f"add up to at most 1; got {total:.6g}"
            )
        return self


class Behaviour(Stated):
    """Responses (model.md, 7.8).

    kappa_*: loss exponents per unit of harshness, so reporting = base x exp(-kappa_reporting x
    harshness). The hazards of a breach and of dropping out of an order are multiplied by 1 -
    most_deterred x (1 - exp(-detection a day x fine in daily incomes)), by exp(-sigma x support)
    and by exp(fatigue x days under the order); the first also lowers how often those go out who do
    not fully adhere. So no threat keeps more than most_deterred of them at home. The share of their
    contacts outside that these give up falls by exp(-fatigue x days under the order).
    support_closes: of those who would not adhere fully, the share whom full support wins over;
    loses_income: share of people under an order who would lose income, which support pays.

    tau_injustice: reporting, adherence, cooperation and whatever needs the case's phone or app are
    multiplied by exp(-tau x wrong reports, fines and transfers per 1,000 people of the area). Each
    counts for less as time passes, by half in trust_half_life (inf: none is forgotten), and for
    restored_by_correction less from the day on which an appeal overturned it. tau is lowered by the
    shares openness_soothes x openness and support_soothes x support; openness is the share of the
    sources of records (instruments, monitors) that are open to their subject. Taking part when
    asked and using the app are multiplied by 1 + openness_invites x openness, up to 1 in all.

    response: contacts that people give up of their own accord as the epidemic stands; protection:
    masks; likeness: how alike members of a household, and the acts of one person, are. None acts
    where it is not stated.

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
    trust_half_life: HalfLife
    restored_by_correction: Fraction
    openness_soothes: Fraction
    support_soothes: Fraction
    openness_invites: Fraction
    most_deterred: Annotated[Quantity, Demand("fraction", 0, MOST_DETERRED)]
    sigma_support: Dimensionless
    support_closes: Fraction
    loses_income: Fraction
    fatigue_per_day: PerDay
    response: ContactResponse | None = None
    protection: Protection | None = None
    likeness: Likeness | None = None

    @pydantic.model_validator(mode="before")
    @classmethod
    def _old_name(cls, data: Any) -> Any:
        if isinstance(data, dict) and "delta_deterrence" in data:
            raise ValueError(
                "delta_deterrence, an exponent that could silence all breaches, is gone; take that "
                'out and state, in its place, most_deterred = { value = 0.1, unit = "fraction", '
                f"range = [0.0, {MOST_DETERRED}], source = ... }}: the share of going out that "
                "any threat of sanctions can prevent"
            )
        return data

    @property
    def avoidance_is_off(self) -> bool:
        """True where harshness costs nothing: then coercion wins by construction, and every output
        says so."""
        kappas = (self.kappa_reporting, self.kappa_cooperation, self.kappa_phone, self.kappa_app)
        return all(kappa.value == 0 for kappa in kappas)
