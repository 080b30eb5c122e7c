"""Interviews of cases by tracers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
import pydantic

from ..population.place import ByLayerFraction
from ..values.quantity import Days, Demand, Fraction, Quantity
from ..world.codes import SEES_PROTECTION
from .lowering import Ground, asking, by_layer, days_of_service
from .statement import ByMinutes, Instrument


class Interview(Instrument):
    """A tracer asks the case. recall_by_minutes: contacts of below 5, 5-15, 15-60 minutes and an
    hour or more; it fades by the factor exp(-recall_loss_per_day x days between the last meeting
    and the interview).

    Cases queue for a tracer in the order in which they come; who would wait for more than
    longest_wait_days is never interviewed. weekend_share: of the tracers, who work on Saturdays and
    Sundays (default: all).

    Backward tracing: with backward_days, the case is also asked about the days before the
    look-back, to find the source; contacts met only then are recalled with backward_recall_factor
    times the probability.
    """

    type: Literal["interview"]
    cooperation_probability: Fraction
    recall_by_minutes: ByMinutes
    recall_by_layer: ByLayerFraction
    reach_probability: Fraction
    recall_loss_per_day: Annotated[Quantity, Demand("1/day", 0, 10)]
    backward_days: Days | None = None
    backward_recall_factor: Fraction | None = None
    tracers_per_100k: Annotated[Quantity, Demand("person", 0, 1e5)]
    interviews_per_tracer_day: Annotated[Quantity, Demand("interview/day", 0, 1e4)]
    longest_wait_days: Days
    weekend_share: Fraction | None = None
    hours_per_person: Annotated[Quantity, Demand("hour/person", 0, 1e3)]

    @pydantic.model_validator(mode="after")
    def _backward_is_whole(self) -> Interview:
        if (self.backward_days is None) != (self.backward_recall_factor is None):
            raise ValueError(
                "backward_days and backward_recall_factor are stated together or not at all"
            )
        if self.backward_days is not None and self.backward_days.value < self.lookback_days.value:
            raise ValueError(
                "backward_days counts from the onset too, so it must be at least lookback_days"
            )
        return self


def lower(stated: Interview, ground: Ground) -> dict[str, Any]:
    """What the instrument's row of the policy says other than `EVERY`."""
    layers = stated.recall_by_layer
    recall = [layers.household.value, layers.group.value] + 3 * [layers.community.value]
    tracers, each = stated.tracers_per_100k.value, stated.interviews_per_tracer_day.value
    row = {
        **asking(stated.cooperation_probability.value, ground),
        "by_layer": by_layer(np.array(recall) * stated.reach_probability.value),
        "by_minutes": np.asarray(stated.recall_by_minutes.value, float),
        "fade": stated.recall_loss_per_day.value,
        "service_days": days_of_service(tracers * each * ground.reach / 1e5),
        "longest_wait": stated.longest_wait_days.value,
        "sees": SEES_PROTECTION,
    }
    if stated.weekend_share is not None:
        row["at_weekends"] = stated.weekend_share.value
    if stated.backward_days is not None and stated.backward_recall_factor is not None:
        row["backward"] = stated.backward_days.value
        row["backward_factor"] = stated.backward_recall_factor.value
    return row
