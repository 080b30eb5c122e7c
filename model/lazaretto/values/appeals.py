"""Appeals: against what the ladder does, and against being listed."""

from __future__ import annotations

from .numbers import Stated
from .quantity import DayLaw, Fraction


class Appeals(Stated):
    """Who appeals against a decision, right or wrong, how often it is granted, after what delay.

    Of reports, fines and transfers, wrong means that no true breach was among the notes that led to
    it; a granted appeal strikes the noted breach off and, of a transfer, lets the person go home.
    """

    probability_when_wrong: Fraction
    probability_when_right: Fraction
    granted_when_wrong: Fraction
    granted_when_right: Fraction
    delay: DayLaw
