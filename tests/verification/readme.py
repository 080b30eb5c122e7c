"""The table of README.md, from the results of `make report`.

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
SUPPORT, NULL = "supported", "null of the area"


def told(found: Contrast, sign: float = 1.0) -> str:
    """Mean and interval; in italics where the interval holds zero."""
    ends = sorted((sign * found.low, sign * found.high))
    text = f"{number(sign * found.mean)} ({number(ends[0])} to {number(ends[1])})"
    return text if found.sure else f"*{text}*"


def lines(results: xr.Dataset) -> list[str]:
    """What tracing adds under a duty with support, and what each regime changes with interviews."""
    out = []
    for name, part in lz.situations(results).items():
        title = lz.load_scenario(name).title.lower()
        for level in LEVELS:
            here = {"tracing": level, "isolation": SUPPORT}
            none = {"tracing": "none", "isolation": SUPPORT}
            null = {**here, "listing": NULL}
            cells = [
                told(between(part, "infections", here, none), -1),
                told(between(part, "infections", here, null), -1),
                told(between(part, "futile_days", here, none)),
                told(between(part, "wrong_sanctions", here, none)),
            ]
            out.append(f"| {title} | {words(level)}, duty with support | {' | '.join(cells)} |")
        for regime in REGIMES:
            here = {"tracing": "interview", "isolation": regime}
            base = {"tracing": "interview", "isolation": SUPPORT}
            cells = [
                told(between(part, "infections", here, base), -1),
                "",
                told(between(part, "futile_days", here, base)),
                told(between(part, "wrong_sanctions", here, base)),
            ]
            out.append(f"| {title} | {words(regime)} in place of support | {' | '.join(cells)} |")
    return out


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "report/results")
    with xr.open_dataset(folder / "results.nc", engine="h5netcdf") as data:
        print("\n".join(lines(data)))
