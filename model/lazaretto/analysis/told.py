"""What tables say, in sentences: the numbers in the text of notebooks.

Each function takes a table as it stands in a notebook and returns lines, so that no sentence can
say what its results do not. A direction ("more", "less") is said only where the intervals leave no
doubt; shares and days are rounded as a reader would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from .compare import compare
from .errors import AnalysisError
from .frontier import label
from .interval import LEVEL, NORMAL
from .race import AS_STATED

EXPONENTIAL = "exponential"
LOOKED_AT = (2, 7)  # days after the first symptoms
STANDARD_ERRORS = 5.0
NAMED = 4  # so many are named, the others counted


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _number(value: float) -> str:
    """Three significant digits, thousands apart."""
    return f"{float(f'{value:.3g}'):,.10g}"


def _some(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    *first, last = [*names[:NAMED], *([f"{more} more"] if more > 0 else [])]
    comma = "; " if any("," in name for name in names) else ", "
    return f"{comma.join(first)} and {last}" if first else last


def _interval(line: Mapping[str, float]) -> str:
    return f"{_number(line['mean'])} ({_number(line['low'])} to {_number(line['high'])})"


def race(table: pd.DataFrame, days: Sequence[int] = LOOKED_AT) -> list[str]:
    """A line for each pathogen of `lz.race`: the share of its transmissions that can still be
    reached in time so many days after the first symptoms, and by when half of them are lost."""
    stated = table[table["law"] == AS_STATED]
    by_day = stated.pivot_table(index="delay_days", columns="pathogen", values="reached_in_time")
    lines = []
    for name, shares in by_day.items():
        told = [f"{_percent(shares.loc[float(day)])} on day {day}" for day in days]
        lost = shares.index[shares < 0.5]
        half = f"half are lost by day {lost[0]:g}" if len(lost) else "half are never lost"
        lines.append(f"{name}: still in time {', '.join(told)}; {half}.")
    return lines


def law(table: pd.DataFrame) -> list[str]:
    """A line for each pathogen of `lz.race` that states a latent period: where an exponential law
    of the same mean promises less than the stated one, where more, and how much at most."""
    by_law = table.pivot_table(
        index=["pathogen", "delay_days"], columns="law", values="reached_in_time"
    )
    lines = []
    for name, gap in (by_law[EXPONENTIAL] - by_law[AS_STATED]).groupby("pathogen"):
        shares = gap.droplevel("pathogen").dropna()
        parts = [
            f"{word} by up to {100 * side.abs().max():.0f} points (day {side.abs().idxmax():g})"
            for word, side in (("less", shares[shares < 0]), ("more", shares[shares > 0]))
            if len(side) and side.abs().max() >= 0.005
        ]
        if parts:
            lines.append(f"{name}: an exponential law promises {', '.join(parts)}.")
    return lines


def survivors(frontiers: Mapping[str, pd.DataFrame]) -> list[str]:
    """A line for each set of components (its words -> its `lz.frontier`): how many combinations
    nothing else beats, in the means, and how many in most resamplings."""
    lines = []
    for words, table in frontiers.items():
        free, often = int(table["non_dominated"].sum()), int((table["probability"] > 0.5).sum())
        lines.append(
            f"Looking at {words}: nothing beats {free} of {len(table)} combinations; in more than "
            f"half of the resamplings nothing beats {often}."
        )
    return lines


def records(panels: Mapping[str, pd.Series]) -> list[str]:
    """A line for each run (its name -> `Run.panel`): how many records were collected for each one
    opened, and how many people who were never infected had records opened."""
    lines = []
    for name, panel in panels.items():
        each = panel["records_collected"] / panel["records_opened"]
        lines.append(
            f"{name}: {_number(each)} records collected for each one opened; in 100,000, "
            f"{panel['uninfected_opened']:,.0f} who were never infected had records opened."
        )
    return lines


def steps(table: pd.DataFrame, gain: str, sign: float = 1.0) -> list[str]:
    """One line on `lz.further_step`: which steps surely bring more, which less, and which may as
    well bring nothing. gain: what it is, in words; sign: -1 where less of it is counted."""
    low, high = (sign * table[end] for end in ("low", "high"))
    low, high = np.minimum(low, high), np.maximum(low, high)
    parts = []
    for word, sure in (("more", low > 0), ("less", high < 0)):
        if sure.any():
            named = [f"{a:g} to {b:g}" for a, b in table.index[sure]]
            parts.append(f"{word} {gain} from {_some(named)}")
    unsure = int((~((low > 0) | (high < 0))).sum())
    if unsure:
        parts.append(f"{unsure} of {len(table)} steps may as well bring none")
    return [f"Each step: {'; '.join(parts)}."]


def ends(table: pd.DataFrame, by: str, counts: Mapping[str, str]) -> list[str]:
    """A line for each count (its name -> in words) of `lz.burden`: what the last group bears beside
    the first, per 1,000 people of each, and whether the intervals are apart."""
    lines = []
    for count, words in counts.items():
        part = table.xs((by, count), level=("by", "count"))
        first, last = part.iloc[0], part.iloc[-1]
        apart = "the intervals overlap"
        if last["low"] > first["high"]:
            apart = "surely more"
        elif last["high"] < first["low"]:
            apart = "surely less"
        lines.append(
            f"{words}, by {by}: {part.index[-1]} bear {_interval(last)}, {part.index[0]} "
            f"{_interval(first)} per 1,000: {apart}."
        )
    return lines


def together(table: pd.DataFrame, one: str, other: str, weight: str | None = None) -> list[str]:
    """One line: whether two columns of draws move together. weight: the column of their weights
    (default: all alike). The interval of their rank correlation is Fisher's, z +- 1.96 / sqrt(n -
    3), with n = (sum w)^2 / sum w^2 draws; a direction is said only where it excludes zero. Raises
    AnalysisError for no more than three such draws."""
    weights = np.ones(len(table)) if weight is None else table[weight].to_numpy(float)
    number = weights.sum() ** 2 / (weights**2).sum()
    if number <= 3:
        raise AnalysisError(f"a correlation needs more than three draws; got {number:.2g}")
    ranks = table[[one, other]].rank().to_numpy()
    spread = np.cov(ranks, rowvar=False, aweights=weights)
    found = float(spread[0, 1] / np.sqrt(spread[0, 0] * spread[1, 1]))
    z = np.arctanh(np.clip(found, -0.999999, 0.999999))
    low, high = np.tanh(z + np.array([-NORMAL, NORMAL]) / np.sqrt(number - 3))
    said = "may be independent as far as these draws tell"
    if low > 0 or high < 0:
        said = "rise together" if low > 0 else "trade off: where one is high, the other is low"
    return [f"{one} and {other} {said} (rank correlation {found:.2f}, {low:.2f} to {high:.2f})."]


def sure(results: xr.Dataset, components: Mapping[str, str]) -> list[str]:
    """A line for each component (its name -> in words): in which cells of a sweep its difference
    from the baseline surely is more or less, and in how many it may be none."""
    found = compare(results)
    if "listing" in found.dims:
        found = found.sel(listing="targeted")
    lines = []
    for name, words in components.items():
        one = found.sel(component=name)
        cells = one[["low", "high"]].stack(cell=list(one["low"].dims)).to_dataframe()
        base = (cells["low"] == 0) & (cells["high"] == 0)
        labels = pd.Series([label(cell) for cell in cells.index], cells.index)
        parts = []
        for word, side in (("more", cells["low"] > 0), ("fewer", cells["high"] < 0)):
            if side.any():
                parts.append(f"surely {word} in {_some(list(labels[side]))}")
        open_ = int((~(cells["low"] > 0) & ~(cells["high"] < 0) & ~base).sum())
        if open_:
            parts.append(f"not told apart from the baseline in {open_} of {len(cells)} cells")
        lines.append(f"{words}: {'; '.join(parts) or 'the same in every cell'}.")
    return lines


def agreement(table: pd.DataFrame) -> list[str]:
    """How many rows of `analysis.validation` lie within five standard errors of what is stated,
    which do not, and the largest difference among them."""
    gap = table["engine"] - table["stated"]
    outside = table[gap.abs() > STANDARD_ERRORS * table["standard_error"]]
    lines = [
        f"{len(table) - len(outside)} of {len(table)} lie within {STANDARD_ERRORS:g} standard "
        "errors of what is stated."
    ]
    if len(outside):
        names = [f"{row.iloc[0]}: {row.iloc[1]}" for _, row in outside.iterrows()]
        most = gap[outside.index].abs().max()
        lines.append(f"Outside, by {most:.3f} at most: {_some(names)}.")
    return lines


def inside(table: pd.DataFrame) -> list[str]:
    """How many figures of `lz.settings` lie in their published ranges, fits and checks apart, and
    which do not or are unclear."""
    lines = []
    for role, part in table.groupby("role"):
        within = int((part["inside"] == "yes").sum())
        lines.append(f"{str(role).capitalize()}s: {within} of {len(part)} lie inside their ranges.")
        for verdict in ("no", "unclear", "not expressed"):
            if len(named := list(part.loc[part["inside"] == verdict, "title"])):
                word = {"no": "Outside"}.get(verdict, verdict.capitalize())
                lines.append(f"{word}: {_some(named)}.")
    return lines


def rungs(table: pd.DataFrame) -> list[str]:
    """Of a ladder (`analysis.limits`): by how much tracers reduce R on the first and the last rung,
    and from which rung to the next that surely changes."""
    first, last = table.iloc[0], table.iloc[-1]

    def of(row: pd.Series) -> str:
        return f"{_percent(row['reduction'])} ({_percent(row['low'])} to {_percent(row['high'])})"

    lines = [f"Tracers reduce R by {of(first)} on the first rung, by {of(last)} on the last."]
    for before, after in zip(table.index[:-1], table.index[1:], strict=True):
        a, b = table.loc[before], table.loc[after]
        word = "more" if b["low"] > a["high"] else "less" if b["high"] < a["low"] else ""
        if word:
            what = ", ".join(map(str, b["changes"]))
            lines.append(f"Surely {word} than on the rung before, with {what}: {of(b)}.")
    if len(lines) == 1:
        lines.append("From no rung to the next are the intervals apart.")
    return lines


def growth(table: pd.DataFrame) -> list[str]:
    """Of `analysis.scale`: how the seconds of a run grow with people, and which sizes cannot be
    told apart from the largest by their infections (intervals that overlap)."""
    low, high = table.index[0], table.index[-1]
    power = np.log(table.loc[high, "seconds"] / table.loc[low, "seconds"]) / np.log(high / low)
    ends = {
        end: table["infections"] + sign * table["infections_error"]
        for end, sign in (("low", -1), ("high", 1))
    }
    same = (ends["low"] <= ends["high"].loc[high]) & (ends["high"] >= ends["low"].loc[high])
    other = [f"{people:,}" for people in table.index[~same]]
    told = f"with {_some(other)} people" if other else "in none of the smaller places"
    return [
        f"From {low:,} to {high:,} people the time of a run grows as their number to the power of "
        f"{power:.2f}.",
        f"Infections per 100,000 people lie apart from those of the largest place, by their "
        f"{LEVEL:.0%} intervals, {told}.",
    ]
