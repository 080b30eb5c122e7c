"""How much common seeds gain over independent ones, for small contrasts. Run by hand:
python tests/verification/common_seeds.py [people seeds].

Prints one line per contrast and component: the mean paired difference, its standard error, that of
independent seeds, and the variance ratio with its 95 % interval (seeds resampled).
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import xarray as xr

import lazaretto as lz
from lazaretto.analysis.compare import compare, seeds_gain_interval
from lazaretto.outcomes.reproduction import reproduction

DELAY = "tracing.instruments.interview.delay.mean"
CONTRASTS = {
    "interview delay 5 % longer": {DELAY: 1.575},
    "interview delay twice as long": {DELAY: 3.0},
    "test seeking 0.50 -> 0.49": {"testing.seek_probability": 0.49},
    "test seeking 0.50 -> 0.45": {"testing.seek_probability": 0.45},
    "avoidance of tests 0.33 -> 0.40": {"behaviour.kappa_reporting": 0.40},
    "fines after 3 -> 4 detections": {"isolation.ladder.fine.after_detections": 4},
    "false alarms 0.02 -> 0.03 a day": {"isolation.monitoring.false_alarm_per_person_day": 0.03},
}
COMPONENTS = ["infections", "deaths", "futile_days", "wrong_fines", "tests"]


def main(people: int = 20_000, seeds: int = 40) -> pd.DataFrame:
    base = lz.load_scenario("no-measures").replace(
        people=people, tracing="interview", isolation="sms-and-police"
    )
    population = lz.build_population(base.population, people=people, seed=1)
    reproduction(base.pathogen, population)
    cells = {"as stated": base} | {
        name: base.replace(**change) for name, change in CONTRASTS.items()
    }

    def panel(task: tuple[str, int]) -> list[float]:
        run = lz.simulate(cells[task[0]], population, task[1])
        return [float(run.panel[c]) for c in COMPONENTS]

    with ThreadPoolExecutor(2) as pool:
        values = np.array(
            list(pool.map(panel, [(c, s) for c in cells for s in range(1, seeds + 1)]))
        )
    values = values.reshape(len(cells), seeds, len(COMPONENTS))
    results = xr.Dataset(
        {c: (("contrast", "seed"), values[..., k]) for k, c in enumerate(COMPONENTS)},
        coords={"contrast": list(cells), "seed": range(1, seeds + 1)},
        attrs={
            "axes": json.dumps({"contrast": list(cells)}),
            "baseline": json.dumps({"contrast": "as stated"}),
        },
    )
    compared = compare(results)
    lines = []
    for name in COMPONENTS:
        gain = seeds_gain_interval(results, name)
        for contrast in CONTRASTS:
            one, ratio = (
                compared.sel(component=name, contrast=contrast),
                gain.sel(contrast=contrast),
            )
            ends = [float(ratio[k]) for k in ("ratio", "low", "high")]
            lines.append(
                (
                    name,
                    contrast,
                    float(one["mean"]),
                    float(one["standard_error"]),
                    *ends,
                    float(one["seeds_needed"]),
                )
            )
    columns = [
        "component",
        "contrast",
        "difference",
        "standard_error",
        "variance_ratio",
        "low",
        "high",
        "seeds_for_10_per_cent",
    ]
    table = pd.DataFrame(lines, columns=columns)
    print(table.to_string(index=False, float_format=lambda v: f"{v:.4g}"))
    return table


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:]))
