"""Tables of who keeps records, and for how long."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..mechanisms.governance.holdings import Holding, beyond_purpose, day_empty, record_years, stock

COLUMNS = ("source", "agency")


def by_agency(holdings: Sequence[Holding], days: int) -> pd.DataFrame:
    """Records at the end of each day (index), in all copies of each source and agency (columns)."""
    held: dict[tuple[str, str], np.ndarray] = {}
    for one in holdings:
        key = (one.source, one.agency)
        held[key] = held.get(key, np.zeros(days)) + stock(one, days)
    columns = (
        pd.MultiIndex.from_tuples(held, names=COLUMNS)
        if held
        else pd.MultiIndex.from_arrays([[], []], names=COLUMNS)
    )
    values = np.array(list(held.values())).reshape(len(held), days).T
    return pd.DataFrame(values, index=pd.Index(np.arange(days), name="day"), columns=columns)


def copies(holdings: Sequence[Holding], days: int) -> pd.DataFrame:
    """One line per holding: source, agency, copies, purpose, records (of each copy), the day on
    which the last is deleted (0: there are none; inf: never), record_years within so many days and
    those beyond the purpose."""
    rows = [
        (
            one.source,
            one.agency,
            one.copies,
            one.purpose or "the epidemic",
            float(one.daily.sum()),
            day_empty([one]),
            record_years([one], days),
            beyond_purpose([one], days),
        )
        for one in holdings
    ]
    names = ("records", "deleted_on", "record_years", "record_years_beyond_purpose")
    return pd.DataFrame(rows, columns=[*COLUMNS, "copies", "purpose", *names])
