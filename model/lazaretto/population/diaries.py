"""Diaries: what each pair's records amount to. Spells of a pair that overlap are one (both partners
reported them, or one of them twice), and a spell across midnight is two.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..tables.columns import MINUTES_PER_DAY, say
from ..tables.times import DAYS_PER

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
TOUCHING = 1.5 / 86_400  # days: spells that overlap by a second of rounding follow one another
ROUNDING = 1e-6  # share of a unit
LEAST = 1e-5  # minutes of a part after midnight, below which it is rounding


class Spells(NamedTuple):
    """Contacts of pairs: numbers of the two people, begin (days), length (minutes), kind, hazard of
    a minute of that kind."""

    one: Ints
    other: Ints
    begin: Floats
    minutes: Floats
    kind: Ints
    hazard: Floats


def merge_spells(spells: Spells, where: str) -> Spells:
    """Spells of a pair and kind that overlap as one, from the first beginning to the last end."""
    low, high = np.minimum(spells.one, spells.other), np.maximum(spells.one, spells.other)
    order = np.lexsort((spells.begin, spells.kind, high, low))
    low, high, begin, minutes = low[order], high[order], spells.begin[order], spells.minutes[order]
    kind, hazard = spells.kind[order], spells.hazard[order]
    end = begin + minutes / MINUTES_PER_DAY
    another = (np.diff(low) != 0) | (np.diff(high) != 0) | (np.diff(kind) != 0)
    pair = np.r_[True, another]
    number = np.cumsum(pair) - 1
    # the latest end so far of each pair: pairs are set apart by more than any time
    apart = number * (float(end.max()) + 1.0)
    latest = np.maximum.accumulate(end + apart) - apart
    shorter = np.minimum(minutes[1:], minutes[:-1]) / MINUTES_PER_DAY
    rounding = np.minimum(TOUCHING, shorter / 2)
    fresh = pair | np.r_[True, begin[1:] > latest[:-1] - rounding]
    if fresh.all():
        return Spells(low, high, begin, minutes, kind, hazard)
    first = np.flatnonzero(fresh)
    last = np.r_[first[1:], len(fresh)] - 1
    alone = first == last
    length = np.where(alone, minutes[first], (latest[last] - begin[first]) * MINUTES_PER_DAY)
    say(
        f"{where}: {int((~fresh).sum()):,} records overlap with another of the same pair (both "
        "partners reported it, or one twice) and count once"
    )
    return Spells(low[first], high[first], begin[first], length, kind[first], hazard[first])


def sum_within(spells: Spells, unit: str, where: str) -> Spells:
    """Spells of a pair and kind that begin in the same `unit` as one, of their minutes together:
    for records whose times are only known to the unit, so that all of it begin at once. What
    lasts longer together than the unit does is cut to it, and said."""
    length = DAYS_PER[unit]
    table = pd.DataFrame(spells._asdict())
    table["one"] = np.minimum(spells.one, spells.other)
    table["other"] = np.maximum(spells.one, spells.other)
    table["begin"] = np.floor(spells.begin / length + ROUNDING) * length
    keys = ["one", "other", "kind", "hazard", "begin"]
    together = table.groupby(keys, as_index=False)["minutes"].sum()
    most, minutes = length * MINUTES_PER_DAY, together["minutes"]
    over = minutes > most * (1 + ROUNDING)
    if over.any():
        say(
            f"{where}: the contacts of a pair in one {unit} last longer together than the {unit} "
            f"does in {int(over.sum()):,} of {len(together):,} cases (up to {minutes.max():.4g} "
            "minutes), and are cut to it. If each contact stands twice, once for each partner, "
            "give it once"
        )
    together["minutes"] = np.minimum(minutes, most)
    return Spells(*(together[name].to_numpy() for name in Spells._fields))


def split_at_midnight(spells: Spells, days: int) -> Spells:
    """Spells cut at each midnight; what goes beyond the loop of `days` days goes on in its first
    days, as the loop does."""
    day: Floats = np.floor(spells.begin)
    end = spells.begin + spells.minutes / MINUTES_PER_DAY
    over = (end - (day + 1.0)) * MINUTES_PER_DAY
    parts = [spells._replace(minutes=np.where(over > LEAST, spells.minutes - over, spells.minutes))]
    rest = over > LEAST
    left, day, over = _some(spells, rest), day[rest], over[rest]
    while len(over):
        day = day + 1.0
        today = np.minimum(over, MINUTES_PER_DAY)
        parts.append(left._replace(begin=np.mod(day, days), minutes=today))
        rest = over - MINUTES_PER_DAY > LEAST
        left, day = _some(left, rest), day[rest]
        over = over[rest] - MINUTES_PER_DAY
    return Spells(*(np.concatenate(columns) for columns in zip(*parts)))


def _some(spells: Spells, rows: NDArray[np.bool_]) -> Spells:
    return Spells(
        spells.one[rows],
        spells.other[rows],
        spells.begin[rows],
        spells.minutes[rows],
        spells.kind[rows],
        spells.hazard[rows],
    )
