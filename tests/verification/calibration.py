"""Coverage of calibrated intervals on simulated truth. Run by hand:
python tests/verification/calibration.py [sets particles generations]
python tests/verification/calibration.py stand-in [sets particles generations]

Parameters are drawn from their priors, a case series is simulated at them, and the parameters are
calibrated to that series. If the intervals mean what they say, 90 % of them hold the true value.
Prints each set, then coverage with its binomial interval. With "stand-in" the series come from a
growing Poisson process instead of the engine: that checks the calibration alone, in a few minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pandas as pd
from scipy.stats import binomtest

import lazaretto as lz
from lazaretto.analysis.calibration import (
    abc_smc,
    calibrate,
    posterior_table,
    round_to_steps,
    uniform,
)

PEOPLE, DAYS, FIRST = 2_000, 56, 7
PRIORS = {
    "testing.seek_probability": uniform(0.1, 0.9),
    "behaviour.self_isolation_probability": uniform(0.0, 1.0),
    "initial_infections": uniform(2, 60),
}
STEPS = {"initial_infections": 1.0}


def one(task: tuple[int, int, int]) -> list[dict[str, object]]:
    """Calibrate to the data set of that number."""
    number, particles, generations = task
    scenario = lz.load_scenario("no-measures").replace(people=PEOPLE, days=DAYS)
    population = lz.build_population(scenario.population, people=PEOPLE, seed=1)
    u = np.random.Generator(np.random.Philox(number)).random(len(PRIORS))
    truth = round_to_steps(
        {n: float(p.quantile(v)) for (n, p), v in zip(PRIORS.items(), u, strict=True)}, STEPS
    )
    run = lz.simulate(scenario.replace(**truth), population, 1_000_000 + number)
    observed = pd.Series(run.curves["positive_results"].values[FIRST:])
    found = calibrate(
        scenario,
        observed,
        PRIORS,
        observed_people=PEOPLE,
        first_day=FIRST,
        steps=STEPS,
        population=population,
        particles=particles,
        generations=generations,
        calibration_seed=number,
    )
    table = posterior_table(found)
    return [
        {
            "set": number,
            "parameter": n,
            "truth": truth[n],
            **table.loc[n, ["median", "low", "high", "narrowed"]].to_dict(),
            "simulations": int(found["simulations"].sum()),
        }
        for n in PRIORS
    ]


GROWTH = {"cases_on_the_first_day": uniform(1, 40), "growth_per_day": uniform(0.0, 0.15)}
WEEKS = np.arange(8)


def growing(values: dict[str, float], seed: int) -> np.ndarray:
    """Weekly counts of a growing Poisson process."""
    expected = values["cases_on_the_first_day"] * 7 * np.exp(7 * values["growth_per_day"] * WEEKS)
    return np.random.default_rng(seed).poisson(expected).astype(float)


def one_stand_in(task: tuple[int, int, int]) -> list[dict[str, object]]:
    """Calibrate the growing process to the data set of that number."""
    number, particles, generations = task
    u = np.random.Generator(np.random.Philox(number)).random(len(GROWTH))
    truth = {n: float(p.quantile(v)) for (n, p), v in zip(GROWTH.items(), u, strict=True)}
    observed = growing(truth, 1_000_000 + number)
    found = abc_smc(
        growing, observed, GROWTH, particles=particles, generations=generations, seed=number
    )
    table = posterior_table(found)
    return [
        {
            "set": number,
            "parameter": n,
            "truth": truth[n],
            **table.loc[n, ["median", "low", "high", "narrowed"]].to_dict(),
            "simulations": int(found["simulations"].sum()),
        }
        for n in GROWTH
    ]


def main(
    sets: int = 60, particles: int = 100, generations: int = 4, work: Callable = one
) -> pd.DataFrame:
    with ProcessPoolExecutor(2) as pool:
        rows = []
        for part in pool.map(work, [(k, particles, generations) for k in range(1, sets + 1)]):
            rows += part
            print(
                *(
                    f"{r['parameter'].split('.')[-1]} {r['truth']:.3g} in "
                    f"[{r['low']:.3g}, {r['high']:.3g}]"
                    for r in part
                ),
                flush=True,
            )
    table = pd.DataFrame(rows)
    table["inside"] = (table["low"] <= table["truth"]) & (table["truth"] <= table["high"])
    for name, mine in table.groupby("parameter", sort=False):
        ends = binomtest(int(mine["inside"].sum()), len(mine)).proportion_ci(0.95, "wilson")
        print(
            f"{name}: {int(mine['inside'].sum())} of {len(mine)} "
            f"({mine['inside'].mean():.1%}, 95 % interval {ends.low:.1%} to "
            f"{ends.high:.1%}); narrower than the prior by {mine['narrowed'].mean():.0%} on average"
        )
    print(
        "runs of the model for a data set: "
        f"{table.groupby('set')['simulations'].first().mean():.0f} on average"
    )
    return table


if __name__ == "__main__":
    words = sys.argv[1:]
    chosen = one_stand_in if words[:1] == ["stand-in"] else one
    numbers = dict(
        zip(
            ["sets", "particles", "generations"],
            (int(a) for a in words if a != "stand-in"),
            strict=False,
        )
    )
    main(**numbers, work=chosen)
