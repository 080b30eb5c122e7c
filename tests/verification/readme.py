"""The tables of README.md, from the results of `make report`.

python tests/verification/readme.py [report/results]
"""

from __future__ import annotations

import sys
from pathlib import Path

import xarray as xr

import lazaretto as lz
from lazaretto.analysis.contrast import Contrast, between
from lazaretto.figures.style import number, words

LEVELS = ("household", "interview", "operator-geolocation", "transparent-notice")
REGIMES = ("advice", "sms-and-police", "moscow-social-monitoring", "electronic-fence", "facility")
SITUATIONS = ("managed", "open-wave")  # of the second table
SUPPORT, NULL = "supported", "null of the area"


def told(found: Contrast, sign: float = 1.0) -> str:
    """Mean and interval; in italics where the interval holds zero."""
    ends = sorted((sign * found.low, sign * found.high))
    text = f"{number(sign * found.mean)} ({number(ends[0])} to {number(ends[1])})"
    return text if found.sure else f"*{text}*"


def traced(results: xr.Dataset) -> list[str]:
    """What each tracing level adds to none under a duty with support, in each situation."""
    out = []
    for name, part in lz.situations(results).items():
        for level in LEVELS:
            here = {"tracing": level, "isolation": SUPPORT}
            none = {"tracing": "none", "isolation": SUPPORT}
            cells = [
                told(between(part, "infections", here, none), -1),
                told(between(part, "infections", here, {**here, "listing": NULL}), -1),
                told(between(part, "futile_days", here, none)),
            ]
            out.append(f"| {title_of(name)} | {words(level)} | {' | '.join(cells)} |")
    return out


def enforced(results: xr.Dataset) -> list[str]:
    """What each regime changes with interviews in place of a duty with support."""
    out = []
    for name in SITUATIONS:
        part = lz.situation(results, name)
        for regime in REGIMES:
            here = {"tracing": "interview", "isolation": regime}
            base = {"tracing": "interview", "isolation": SUPPORT}
            cells = [
                told(between(part, "infections", here, base), -1),
                told(between(part, "futile_days", here, base)),
                told(between(part, "wrong_sanctions", here, base)),
            ]
            cells = ["0" if cell == "*0 (0 to 0)*" else cell for cell in cells]
            out.append(f"| {title_of(name)} | {words(regime)} | {' | '.join(cells)} |")
    return out


def title_of(name: str) -> str:
    """A scenario's title within a sentence."""
    return lz.load_scenario(name).title.lower()


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "report/results")
    with xr.open_dataset(folder / "results.nc", engine="h5netcdf") as data:
        print("\n".join([*traced(data), "", *enforced(data)]))
