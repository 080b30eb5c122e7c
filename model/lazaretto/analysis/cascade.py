"""The tracing cascade: how many of the cases found are traced, how many of their contacts are
reached, and how many of those in time."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

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
    "of these infected by then": "listed_infected",
    "of these still latent": "listed_latent",
}


def cascade(runs: Run | Sequence[Run]) -> pd.DataFrame:
    """One row per instrument and step, summed over the runs: instrument, step, unit, count.

    Each instrument's own list is counted, also entries of people whom another one has listed for
    the same case (an order is given once, by the first). Contacts are those within the look-back,
    each once per case. A listed person was named and reached in one. Listed people without any
    contact are the extra step "listed without a contact". Empty without tracing.
    """
    several = [runs] if isinstance(runs, Run) else list(runs)
    tables = [_one(run) for run in several]
    whole = pd.concat(tables)
    if whole.empty:
        return whole
    return whole.groupby(["instrument", "step", "unit"], sort=False, as_index=False)["count"].sum()


def _one(run: Run) -> pd.DataFrame:
    found = float(run.curves["positive_results"].sum())
    records = run.raw.records
    given = records.order_pathway[records.order_start < run.raw.days]
    orders = np.bincount(given, minlength=LISTED + len(run.instruments))
    rows = []
    for at, (instrument, counts) in enumerate(run.instruments.iterrows()):
        values = {"cases found": found} | {
            step: float(counts[name]) for step, name in COUNTED.items()
        }
        values["orders to quarantine"] = float(orders[LISTED + at])
        rows += [(str(instrument), step, unit, values[step]) for step, unit in STEPS.items()]
        wrong = float(counts["listed"] - counts["listed_contacts"])
        rows.append((str(instrument), "listed without a contact", "people", wrong))
    return pd.DataFrame(rows, columns=["instrument", "step", "unit", "count"])
