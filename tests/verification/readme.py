"""The table of README.md, from the results of `make report`.

python tests/verification/readme.py [report/results]
"""

from __future__ import annotations

import sys
from pathlib import Path

import xarray as xr

LEVELS = {
    "household": "household",
    "interview": "interviews",
    "operator-geolocation": "operator geolocation",
}
REGIMES = {
    "advice": "advice",
    "supported": "duty with support",
    "sms-and-police": "warning texts and police",
    "moscow-social-monitoring": "Social Monitoring (Moscow)",
    "facility": "state facility",
}
SHOWN = (
    [("household", "advice")]
    + [("interview", regime) for regime in REGIMES]
    + [("operator-geolocation", r) for r in ("advice", "supported", "moscow-social-monitoring")]
)


def lines(results: xr.Dataset) -> list[str]:
    base = results["infections"].sel(tracing="none", isolation="advice", listing="targeted")
    out = []
    for level, regime in SHOWN:
        here = results.sel(tracing=level, isolation=regime)
        averted = (base - here["infections"]).mean("seed")
        futile, fines = (
            float(here[name].sel(listing="targeted").mean("seed"))
            for name in ("futile_days", "wrong_fines")
        )
        numbers = [float(averted.sel(listing=k)) for k in ("targeted", "null of the area")]
        told = " | ".join(f"{float(f'{n:.3g}'):,.0f}" for n in (*numbers, futile, fines))
        out.append(f"| {LEVELS[level]}, {REGIMES[regime]} | {told} |")
    return out


if __name__ == "__main__":
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "report/results")
    with xr.open_dataset(folder / "results.nc", engine="h5netcdf") as data:
        print("\n".join(lines(data)))
