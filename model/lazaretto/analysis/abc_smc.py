"""ABC-SMC for any model, with pyABC (extra `calibration`).

Parameters are drawn from their priors, a run is made, and what comes near the observed series is
kept; each generation asks for half the distance (Toni T et al 2009
J R Soc Interface 6:187, 10.1098/rsif.2008.0172).

Distances are between logarithms of counts, each period weighed by its spread among simulations
(Prangle D 2017 Bayesian Anal 12:289, 10.1214/16-BA1002). `analysis.calibration`
fits scenarios with it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from ..values.prior import Prior
from .errors import AnalysisError, import_extra

Floats = NDArray[np.float64]
FIT = (
    "a fit, not a check: these numbers were used to set the parameters, so they say "
    "nothing for the model"
)
PARTICLES, GENERATIONS = 100, 5
EXTRA = "calibration"
Priors = dict[str, Prior]
Model = Callable[[dict[str, float], int], Floats]


def abc_smc(
    model: Model,
    observed: Floats,
    priors: Priors,
    *,
    scale: float = 1.0,
    particles: int = PARTICLES,
    generations: int = GENERATIONS,
    most_simulations: int = 100_000,
    seed: int = 1,
) -> xr.Dataset:
    """ABC-SMC for any model: (values, seed) -> (periods,) numbers of at least 0, compared as log(1
    + scale x number).

    Returns as `calibrate`, without units. The same seed gives the same posterior (one process;
    NumPy's global generator, which pyABC draws from, is put back afterwards).
    """
    pyabc = import_extra("pyabc", EXTRA)
    if particles < 10 or generations < 1:
        raise AnalysisError(
            "at least 10 particles and one generation are needed; got "
            f"{particles} and {generations}"
        )
    target = np.log1p(scale * np.asarray(observed, float))
    names = {f"p{i}": name for i, name in enumerate(priors)}  # pyABC's names may have no dots

    def summary(logs: Floats) -> dict[str, float]:
        return {f"t{k:04d}": float(v) for k, v in enumerate(logs)}

    def simulated(parameter: Any) -> dict[str, float]:
        values = {name: float(parameter[short]) for short, name in names.items()}
        return summary(np.log1p(scale * model(values, int(np.random.randint(1, 2**31 - 1)))))

    prior = pyabc.Distribution(
        **{short: _random_variable(pyabc, priors[name]) for short, name in names.items()}
    )
    with _quiet(), _global_generator(seed):
        smc = pyabc.ABCSMC(
            simulated,
            prior,
            pyabc.AdaptivePNormDistance(p=2),
            population_size=particles,
            sampler=pyabc.SingleCoreSampler(),
        )
        smc.new("sqlite://", summary(target))
        history = smc.run(max_nr_populations=generations, max_total_nr_simulations=most_simulations)
        accepted = history.get_population(t=history.max_t).particles
        record = history.get_all_populations()
    record = record[record["t"] >= 0]
    weight = np.array([p.weight for p in accepted], float)
    logs = np.array(
        [[p.sum_stat[f"t{k:04d}"] for k in range(len(target))] for p in accepted], float
    )
    data: dict[str, Any] = {
        name: ("particle", np.array([p.parameter[short] for p in accepted], float))
        for short, name in names.items()
    }
    data |= {
        "weight": ("particle", weight / weight.sum()),
        "predicted": (("particle", "period"), np.expm1(logs) / scale),
        "observed": ("period", np.asarray(observed, float)),
        "epsilon": ("generation", record["epsilon"].to_numpy(float)),
        "simulations": ("generation", record["samples"].to_numpy(int)),
    }
    attrs = {
        "kind": FIT,
        "priors": json.dumps({n: p.model_dump() for n, p in priors.items()}),
        "particles": particles,
        "calibration_seed": seed,
        "method": f"ABC-SMC, pyABC {pyabc.__version__}",
    }
    return xr.Dataset(
        data,
        coords={"particle": np.arange(len(accepted)), "period": np.arange(len(target))},
        attrs=attrs,
    )


def _random_variable(pyabc: Any, prior: Prior) -> Any:
    family, arguments = prior.in_scipy()
    return pyabc.RV(family, **arguments)


@contextmanager
def _quiet() -> Iterator[None]:
    """pyABC tells every step to the log; only warnings are wanted."""
    loggers = [
        logging.getLogger(n)
        for n in (
            "ABC",
            "ABC.Distance",
            "ABC.Sampler",
            "ABC.History",
            "ABC.Population",
            "ABC.Adaptation",
        )
    ]
    before = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.WARNING)
    try:
        yield
    finally:
        for one, level in zip(loggers, before, strict=True):
            one.setLevel(level)


@contextmanager
def _global_generator(seed: int) -> Iterator[None]:
    before = np.random.get_state()
    np.random.seed(seed)
    try:
        yield
    finally:
        np.random.set_state(before)
