"""Readers of published contact data in their native formats, into tables with the columns one,
other, day, minutes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from ..tables.columns import EXACT, need_columns, numbers, refuse
from ..tables.ids import same_ids
from ..tables.reading import read_columns, read_table
from ..values.errors import PopulationError

SOCIOPATTERNS_STEP = 20  # seconds
COPENHAGEN_STEP = 300  # seconds
HASLEMERE_BIN_MINUTES = 5.0
HASLEMERE_DAYS = ("thu", "fri", "sat")
HASLEMERE_OPENS = 7 / 24  # phones were followed from 07:00 to 23:00


def read_sociopatterns(path: str | Path) -> pd.DataFrame:
    """A SocioPatterns list (`tij.dat`, also .gz): "t i j" and more columns, a contact active in the
    20 seconds up to t (seconds).

    Returns contacts (columns one, other, day, minutes): records of a pair without a gap are one
    contact. Day 0 begins at t = 0.
    """
    frame = read_columns(path, ["t", "i", "j"])
    return runs(frame, "t", "i", "j", SOCIOPATTERNS_STEP, str(path), ends=True)


def read_copenhagen(path: str | Path, least_rssi: float | None = None) -> pd.DataFrame:
    """The Copenhagen Networks Study's `bt_symmetric.csv` (also .gz): timestamp, user_a, user_b,
    rssi; scans every 5 minutes.

    Empty scans (user_b = -1) and devices outside the study (-2) are left out, and so are records
    weaker than `least_rssi` (dBm). Returns contacts (one, other, day, minutes): scans of a pair
    without a gap are one contact.
    """
    frame = read_table(path)
    frame.columns = [str(column).lstrip("#").strip() for column in frame.columns]
    need_columns(frame, ["timestamp", "user_a", "user_b", "rssi"], str(path))
    frame = frame[numbers(frame, "user_b", str(path)) >= 0]
    if least_rssi is not None:
        frame = frame[numbers(frame, "rssi", str(path)) >= least_rssi]
    return runs(frame, "timestamp", "user_a", "user_b", COPENHAGEN_STEP, str(path), ends=False)


def read_haslemere(path: str | Path) -> pd.DataFrame:
    """Haslemere's contacts by day (`edges_by_day.csv`, also .gz): i, j and the number of 5-minute
    bins within 4 metres on Thursday, Friday and Saturday. Returns one contact per pair and day
    (one, other, day, minutes), begun when the phones were switched on (07:00)."""
    frame = read_table(path)
    need_columns(frame, ["i", "j", *HASLEMERE_DAYS], str(path))
    one, other = same_ids([(frame[name], frame, str(path)) for name in ("i", "j")])
    parts = [
        pd.DataFrame(
            {
                "one": one,
                "other": other,
                "day": d + HASLEMERE_OPENS,
                "minutes": numbers(frame, day, str(path)) * HASLEMERE_BIN_MINUTES,
            }
        )
        for d, day in enumerate(HASLEMERE_DAYS)
    ]
    table = pd.concat(parts, ignore_index=True)
    return table[table["minutes"] > 0].reset_index(drop=True)


def runs(
    frame: pd.DataFrame, time: str, one: str, other: str, step: int, where: str, *, ends: bool
) -> pd.DataFrame:
    """Records of a pair `step` seconds apart, put together to contacts. ends: True where a record's
    time is the end of its step."""
    if not len(frame):
        raise PopulationError(f"{where}: there is no contact in it")
    whole = frame[[time, one, other]].apply(pd.to_numeric, errors="coerce")
    bad = (whole.isna() | (whole % 1 != 0) | (whole < 0) | (whole > EXACT)).any(axis=1).to_numpy()
    refuse(
        bad,
        frame,
        [time, one, other],
        where,
        "times and people must be whole numbers from 0 on",
        "is this the right format?",
    )
    t, a, b = (whole[c].to_numpy(np.int64) for c in (time, one, other))
    refuse(
        a == b,
        frame,
        [time, one, other],
        where,
        "a person meets themselves",
        "leave such records out",
    )
    low, high = np.minimum(a, b), np.maximum(a, b)
    order = np.lexsort((t, high, low))
    low, high, t = low[order], high[order], t[order]
    same = (np.diff(low) == 0) & (np.diff(high) == 0)
    fresh = np.r_[True, ~(same & (np.diff(t) <= step))]
    first = np.flatnonzero(fresh)
    last = np.r_[first[1:], len(t)] - 1
    begins = t[first] - (step if ends else 0)
    table = pd.DataFrame(
        {
            "one": low[first],
            "other": high[first],
            "day": np.maximum(begins, 0) / 86_400,
            "minutes": (t[last] - t[first] + step) / 60,
        }
    )
    return table.sort_values(["day", "one", "other"], kind="stable", ignore_index=True)
