"""The tracing cascade: how many of the cases found are traced, how many of their contacts are
reached, and how many of those in time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..mechanisms.counters import BY_INSTRUMENT
from ..outcomes.run import Run
from ..world.codes import LISTED

STEPS = {
    "cases found": "cases",
    "cases traced": "cases",
    "their contacts": "people",
    "contacts listed and reached": "people",
    "of these infected by then": "people",
    "of these still latent": "people",
    "orders to quarantine": "orders",
}
COUNTED = {
    "cases traced": "cases",
    "their contacts": "contacts",
    "contacts listed and reached": "listed_contacts",
    "of these infected by then": "listed_contacts_infected",
    "of these still latent": "listed_contacts_latent",
}
WRONG = "listed without a contact"
Step = tuple[str, str, str, float]  # instrument, step, unit, count


def cascade(runs: Run | Sequence[Run]) -> pd.DataFrame:
    """One row per instrument and step, summed over the runs: instrument, step, unit, count.

    Each instrument's own list is counted, also entries of people whom another one has listed for
    the same case (an order is given once, by the first). Contacts are those within the look-back,
    each once per case. A listed person was named and reached in one; of listed contacts it is told
    how many were infected by then, and how many of these still latent. Listed people without any
    contact are the extra step "listed without a contact". Empty without tracing.
    """
    several = [runs] if isinstance(runs, Run) else list(runs)
    return table_of([steps_of(run) for run in several])


def table_of(runs: Sequence[Sequence[Step]]) -> pd.DataFrame:
    """The table of `cascade`, of the steps of runs, added up."""
    added: dict[tuple[str, str, str], float] = {}
    for steps in runs:
        for instrument, step, unit, count in steps:
            key = (instrument, step, unit)
            added[key] = added.get(key, 0.0) + count
    return pd.DataFrame(
        [(*key, count) for key, count in added.items()],
        columns=["instrument", "step", "unit", "count"],
    )


def steps_of(run: Run) -> list[Step]:
    """The rows of `cascade` of one run: plain data, for whoever makes many runs."""
    found = float(run.daily["positive_results"].sum())
    records = run.raw.records
    given = records.order_pathway[records.order_start < run.raw.days]
    orders = np.bincount(given, minlength=LISTED + len(run.plan.instruments))
    rows: list[Step] = []
    for at, instrument in enumerate(run.plan.instruments):
        counts = dict(zip(BY_INSTRUMENT, run.raw.tally.instrument[at].tolist(), strict=True))
        values = {"cases found": found} | {
            step: float(counts[name]) for step, name in COUNTED.items()
        }
        values["orders to quarantine"] = float(orders[LISTED + at])
        rows += [(instrument, step, unit, values[step]) for step, unit in STEPS.items()]
        wrong = float(counts["listed"] - counts["listed_contacts"])
        rows.append((instrument, WRONG, "people", wrong))
    return rows
