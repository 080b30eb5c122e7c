"""The answer in plain sentences, made from results. A direction ("more", "fewer") is said only
where the interval of the paired difference excludes zero; what is not sure is said to be so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import xarray as xr

from ..analysis.compare import axes_of, baseline_of
from ..analysis.contrast import (
    CONTROL,
    WRONG_SANCTIONS,
    Contrast,
    between,
    differences,
    draws_of,
    hangs_on,
    values_of,
)
from ..figures.naming import plain_parameter, policy_words
from ..figures.style import number, words

Cell = dict[str, Any]
INFECTIONS, NONE, SUPPORTED = "infections", "none", "supported"
TRACERS = "interview"
OPEN = (0.02, 0.98)  # between these shares of control there is something to gain or to lose
PRICES = {
    "deaths": "deaths",
    "futile_days": "days of quarantine or isolation served by people never infected",
    WRONG_SANCTIONS: "wrong sanctions",
    "records_opened": "records opened",
}
OF_AREA = "null of the area"
HANGS = 1  # of the strongest assumptions, so many are named for each claim


class Said(NamedTuple):
    """A word that says of what, a text of a sentence or a few, and items that stand below it."""

    head: str
    text: str
    items: tuple[str, ...] = ()


class Answer(NamedTuple):
    """What is answered, in which situation."""

    title: str
    sentences: list[Said]


def listed(parts: Iterable[str]) -> str:
    """One, one and another, or one, another and a third."""
    *first, last = list(parts)
    return f"{', '.join(first)} and {last}" if first else last


def interval(low: float, high: float) -> str:
    """An interval as people read it."""
    return f"{number(low)} to {number(high)}"


def sized(found: Contrast, name: str = INFECTIONS) -> str:
    """The size of a sure difference with its interval, without its direction."""
    low, high = sorted((abs(found.low), abs(found.high)))
    if name == CONTROL:
        return f"by {100 * abs(found.mean):.0f} points; {100 * low:.0f} to {100 * high:.0f}"
    return f"{number(abs(found.mean))}; {interval(low, high)}"


def unsure(found: Contrast, name: str = INFECTIONS) -> str:
    """What is not sure: the interval, or that there is none."""
    if found.pairs < 2:
        return "one run says nothing about chance"
    if found.low == found.high == 0:
        return "none at all"
    if name == CONTROL:
        return f"{100 * found.low:+.0f} to {100 * found.high:+.0f} points"
    return interval(found.low, found.high)


def sides(
    found: dict[str, Contrast], name: str, lower: str, higher: str, neither: str
) -> list[str]:
    """Clauses on differences by what they are called: those surely below zero (`lower`), surely
    above it (`higher`), and the rest (`neither`); each with {what} for names and sizes."""
    fewer = {what: c for what, c in found.items() if c.high < 0}
    more = {what: c for what, c in found.items() if c.low > 0}
    out = []
    for clause, some in ((lower, fewer), (higher, more)):
        if some:
            told = listed(f"{what} ({sized(c, name)})" for what, c in some.items())
            out.append(clause.format(what=told))
    rest = [f"{what} ({unsure(c, name)})" for what, c in found.items() if not c.sure]
    if rest:
        out.append(neither.format(what=listed(rest)))
    return out


def capital(text: str) -> str:
    """With a capital at the start."""
    return text[:1].upper() + text[1:]


def answer_of(results: xr.Dataset, title: str) -> Answer:
    """What one situation answers. A sweep over tracing levels and regimes is asked what tracing and
    what enforcement add; any other, what its policies change."""
    axes = axes_of(results)
    if axes == ["tracing", "isolation"] and NONE in results["tracing"].values:
        told = [*_tracing(results), *_enforcement(results), *_sureness(results)]
        return Answer(title, [*_short(results), *told])
    return Answer(title, changes(results))


def references(results: xr.Dataset) -> tuple[str, str]:
    """(the tracing level, the regime) within which the other axis is compared: interviews, else the
    first that traces; a duty with support, else that of the baseline."""
    levels = [str(one) for one in results["tracing"].values if one != NONE]
    regimes = [str(one) for one in results["isolation"].values]
    level = TRACERS if TRACERS in levels else (levels[0] if levels else NONE)
    regime = SUPPORTED if SUPPORTED in regimes else str(baseline_of(results)["isolation"])
    return level, regime


def control_matters(results: xr.Dataset, cell: Cell) -> bool:
    """Whether an outbreak sometimes ends and sometimes does not in that cell."""
    if "daily_new_infections" not in results:
        return False
    share = float(values_of(results, CONTROL, cell).mean())
    return OPEN[0] < share < OPEN[1]


def _short(results: xr.Dataset) -> list[Said]:
    """Both answers in a line: how many policies surely add something, and how many surely lose."""
    level, regime = references(results)
    levels = [str(one) for one in results["tracing"].values if one != NONE]
    others = [str(one) for one in results["isolation"].values if one != regime]
    nulls = "listing" in results.dims and OF_AREA in results["listing"].values
    lists, regimes = [], []
    for one in levels:
        cell = {"tracing": one, "isolation": regime}
        beside = {**cell, "listing": OF_AREA} if nulls else {**cell, "tracing": NONE}
        lists.append(between(results, INFECTIONS, cell, beside))
    base = {"tracing": level, "isolation": regime}
    for one in others:
        regimes.append(between(results, INFECTIONS, {**base, "isolation": one}, base))
    against = "as many random orders" if nulls else "no tracing"
    told = []
    if lists:
        told.append(f"Of {len(lists)} tracing levels {_how_many(lists)} infections than {against}.")
    if regimes:
        told.append(
            f"With {words(level)}, of {len(regimes)} regimes {_how_many(regimes)} infections than "
            f"{words(regime)}."
        )
    return [Said("In short", " ".join(told))] if told else []


def _how_many(found: Sequence[Contrast]) -> str:
    """How many surely have fewer, and how many surely more."""
    fewer, more = sum(c.high < 0 for c in found), sum(c.low > 0 for c in found)
    words_of = [
        f"{count or 'none'} surely {'has' if count < 2 else 'have'} {side}"
        for count, side in ((fewer, "fewer"), (more, "more"))
    ]
    return " and ".join(words_of)


def _tracing(results: xr.Dataset) -> list[Said]:
    _, regime = references(results)
    levels = [str(one) for one in results["tracing"].values if one != NONE]
    cells = {words(one): {"tracing": one, "isolation": regime} for one in levels}
    base = {"tracing": NONE, "isolation": regime}
    averted = {what: between(results, INFECTIONS, cell, base) for what, cell in cells.items()}
    total = float(values_of(results, INFECTIONS, base).mean())
    parts = sides(
        averted,
        INFECTIONS,
        "fewer infections with {what}",
        "more infections with {what}",
        "no sure difference with {what}",
    )
    told = (
        f"Under {words(regime)}, of 100,000 people {number(total)} are infected without tracing; "
        f"per 100,000, {'; '.join(parts)}."
    )
    if "listing" in results.dims and OF_AREA in results["listing"].values:
        beyond = {
            what: between(results, INFECTIONS, cell, {**cell, "listing": OF_AREA})
            for what, cell in cells.items()
        }
        parts = sides(
            beyond,
            INFECTIONS,
            "fewer infections with the lists of {what}",
            "more infections with the lists of {what}",
            "no sure difference with those of {what}",
        )
        told += (
            " Beside as many days ordered on the same days of random people of the same ages and "
            f"areas: {'; '.join(parts)}."
        )
    if control_matters(results, base):
        share = float(values_of(results, CONTROL, base).mean())
        control = {what: between(results, CONTROL, cell, base) for what, cell in cells.items()}
        parts = sides(
            control,
            CONTROL,
            "less often with {what}",
            "more often with {what}",
            "no sure difference with {what}",
        )
        told += (
            f" The outbreak is brought under control in {share:.0%} of draws without tracing; "
            f"{'; '.join(parts)}."
        )
    return [Said("Tracing", told)]


def _enforcement(results: xr.Dataset) -> list[Said]:
    level, regime = references(results)
    base = {"tracing": level, "isolation": regime}
    others = [str(one) for one in results["isolation"].values if one != regime]
    if not others:
        return []
    cells = {words(one): {"tracing": level, "isolation": one} for one in others}
    found = {what: between(results, INFECTIONS, cell, base) for what, cell in cells.items()}
    parts = sides(
        found,
        INFECTIONS,
        "fewer infections under {what}",
        "more infections under {what}",
        "no sure difference under {what}",
    )
    told = (
        f"With {words(level)}, in place of {words(regime)}, per 100,000 people: {'; '.join(parts)}."
    )
    prices = tuple(
        f"{capital(what)}: {price_of(results, cell, base)}." for what, cell in cells.items()
    )
    return [Said("Enforcement", f"{told} With these come:", prices)]


def price_of(results: xr.Dataset, cell: Cell, base: Cell) -> str:
    """What else a cell has more or less of than the base, per 100,000 people: only what is sure."""
    told, open_ones = [], []
    for name, what in PRICES.items():
        found = between(results, name, cell, base)
        if found.sure:
            more = "fewer" if found.high < 0 else "more"
            told.append(f"{more} {what} ({sized(found, name)})")
        elif not found.low == found.high == 0:
            open_ones.append(what)
    if open_ones:
        told.append(f"no sure difference in {listed(open_ones)}")
    return "; ".join(told) or "no difference in any of these"


def _sureness(results: xr.Dataset) -> list[Said]:
    """In which share of draws, or of seeds, the larger claims hold, and what they hang on."""
    level, regime = references(results)
    kind = "draws" if results.attrs.get("design_kind") == "draws" else "seeds"
    here, bare = {"tracing": level, "isolation": regime}, {"tracing": NONE, "isolation": regime}
    claims = [(f"{words(level)} against no tracing", here, bare)]
    if "listing" in results.dims and OF_AREA in results["listing"].values:
        claims.append((f"{words(level)} against random orders", here, {**here, "listing": OF_AREA}))
    claims += [
        (f"{words(one)} against {words(regime)}", {**here, "isolation": one}, here)
        for one in (str(one) for one in results["isolation"].values)
        if one != regime
    ]
    told = []
    for what, one, other in claims:
        found = between(results, INFECTIONS, one, other)
        if found.pairs < 2 or found.low == found.high == 0:
            continue
        better = found.share if found.mean < 0 else 1 - found.share
        told.append(f"{what} in {better:.0%} of {found.pairs}")
    if not told:
        return []
    sentence = f"Of {kind} compared one by one, fewer are infected with {'; '.join(told)}."
    if kind == "draws":
        sentence += " " + _hanging(results, claims)
    return [Said("How sure", sentence)]


def _hanging(results: xr.Dataset, claims: Sequence[tuple[str, Cell, Cell]]) -> str:
    """Which assumptions the claims hang on, as far as the draws show it."""
    hung: dict[str, list[str]] = {}
    for what, one, other in claims:
        cells = [{k: v for k, v in cell.items() if k != "listing"} for cell in (one, other)]
        table = hangs_on(differences(results, INFECTIONS, one, other), draws_of(results, cells))
        strong = table[table["sure"].astype(bool)].head(HANGS) if len(table) else table
        for name in strong.index:
            hung.setdefault(plain_parameter(str(name)), []).append(what)
    if not hung:
        return (
            "No single assumption stands out: what was drawn moves the differences together, "
            "or less than chance does."
        )
    told = [f"{name} ({'; '.join(whats)})" for name, whats in hung.items()]
    return f"The size of the difference hangs most on {listed(told)}."


def changes(results: xr.Dataset) -> list[Said]:
    """What the policies of any sweep change against its baseline, in infections and in price."""
    from ..analysis.samples import cells_of

    axes, base = axes_of(results), baseline_of(results)
    cells = [cell for cell in cells_of(results) if cell != base]
    if not cells:
        return []
    found = {policy_words(axes, cell): between(results, INFECTIONS, cell, base) for cell in cells}
    below = {what: c for what, c in found.items() if c.high < 0}
    above = {what: c for what, c in found.items() if c.low > 0}
    total = float(values_of(results, INFECTIONS, base).mean())
    told = (
        f"Under {policy_words(axes, base)}, {number(total)} of 100,000 people are infected. "
        f"Of the {len(found)} other policies fewer are surely infected under {len(below)} and more "
        f"under {len(above)}; under {len(found) - len(below) - len(above)} the interval of the "
        "difference holds zero."
    )
    sentences = [Said("Infections", told)]
    if below:
        most = min(below, key=lambda what: below[what].mean)
        told = f"The largest sure fall is that under {most} ({sized(below[most])})."
        cell = dict(zip(found, cells, strict=True))[most]
        sentences.append(Said("The most", f"{told} With it: {price_of(results, cell, base)}."))
    if above:
        worst = max(above, key=lambda what: above[what].mean)
        told = f"The largest sure rise is that under {worst} ({sized(above[worst])})."
        sentences.append(Said("The least", told))
    return sentences
