"""Calibration: parameters fitted to a case series by ABC-SMC, with pyABC (extra `calibration`).

Approximate Bayesian computation by sequential Monte Carlo (Toni T et al 2009 J R Soc Interface
6:187, 10.1098/rsif.2008.0172): parameters are drawn from their priors, a run is made, and what
comes near the observed series is kept; each generation asks for half the distance. Distances are
between logarithms of counts, each period weighed by its spread among simulations (Prangle D 2017
Bayesian Anal 12:289, 10.1214/16-BA1002).

A calibration is a fit, not a check: that the fitted model follows the series it was fitted to says
nothing for the model.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from .._version import __version__
from ..outcomes.fold import simulate
from ..parameters import ParameterError, Scenario
from ..parameters.address import canonical, stated_at
from ..population.build import POPULATION_SEED, build_population
from ..population.city import Population
from ..values.prior import Prior
from ..values.quantity import Quantity
from .abc_smc import GENERATIONS, PARTICLES, Floats, Priors, abc_smc
from .errors import AnalysisError
from .series import WEEK, periods_of, read_series

PER = 100_000
REPORTED = "reported."
SPREAD_OF_PRIOR = 20_000  # draws, to compare the posterior with


def declared_priors(scenario: Scenario, names: list[str]) -> Priors:
    """The distributions that the scenario states for quantities, by dotted name; uniform over the
    range where it states none."""
    return {name: _declared_prior(scenario, name) for name in names}


def _declared_prior(scenario: Scenario, name: str) -> Prior:
    found = stated_at(scenario, name)
    if found is None or (isinstance(found[0], Quantity) and np.ndim(found[0].value)):
        raise AnalysisError(
            f"{name}: is no single quantity of this scenario, so it states no "
            "distribution; give one"
        )
    stated = found[0]
    if isinstance(stated, Quantity) and stated.distribution is not None:
        return stated.distribution
    low, high = (float(end) for end in np.asarray(stated.range, float))
    if not (np.isfinite([low, high]).all() and low < high):
        raise AnalysisError(
            f"{name}: its range [{low:g}, {high:g}] is no prior; give a distribution"
        )
    return uniform(low, high)


def uniform(low: float, high: float) -> Prior:
    """A uniform prior. Raises pydantic.ValidationError (a ValueError) where low is not below
    high."""
    return Prior(family="uniform", parameters={"low": low, "high": high})


def calibrate(
    scenario: Scenario,
    observed: Any,
    priors: Priors,
    *,
    observed_people: float,
    curve: str = "positive_results",
    first_day: int = 0,
    period_days: int = WEEK,
    cumulative: bool | None = None,
    day_first: bool | None = None,
    steps: dict[str, float] | None = None,
    population: Population | None = None,
    particles: int = PARTICLES,
    generations: int = GENERATIONS,
    most_simulations: int = 100_000,
    calibration_seed: int = 1,
) -> xr.Dataset:
    """Fit parameters to daily counts.

    observed: counts of consecutive days (or weeks) among `observed_people`, for instance new cases:
    a pandas Series, a list, a table or the path of one; see `series.read_series`, and there
    `cumulative` and `day_first`. A last period that is not whole is left out. Or several series of
    the same days by the curve that each is compared with. priors: address -> `Prior`; the name
    `reported.CURVE` stands for the share of that curve that was reported at all, which multiplies
    it. curve: which daily curve of a run is
    compared with a single series. first_day: day of the run on which the series begins. steps: name
    -> step to which drawn values are rounded (1 for whole numbers; a step for `pathogen.R0` saves
    time, since the hazard is solved once for each value). particles, generations: accepted runs in
    each generation, and how many of them; most_simulations: no new generation begins after so many
    runs.

    Returns dims "particle" and "period" (of one series after the other; coordinate `curve`): each
    parameter by its dotted name, `weight`, `predicted`
    and `observed` (counts per 100,000 people and period), and over "generation" `epsilon` and
    `simulations`. attrs say what was done; `kind` says that it is a fit. The simulated city has
    more chance in it than one of the observed size, so the posterior is wider than it could be.

    Raises AnalysisError for a series that cannot be used and ParameterError for values that the
    scenario does not allow.
    """
    priors = {_name(name): prior for name, prior in priors.items()}
    steps = {_name(name): step for name, step in (steps or {}).items()}
    by_curve = dict(observed) if isinstance(observed, Mapping) else {curve: observed}
    each = {
        name: read_series(one, cumulative=cumulative, day_first=day_first)
        for name, one in by_curve.items()
    }
    of_curve = {name: periods_of(one, period_days) for name, one in each.items()}
    number = _same_periods(of_curve)
    days = first_day + number * period_days
    spans = [(change, change.span(scenario.start_date)[0]) for change in scenario.timeline]
    within = tuple(change for change, begins in spans if begins is None or begins < days)
    base = scenario.replace(days=days, timeline=within)
    _check_priors(base, priors, steps, list(of_curve), first_day, observed_people)
    city = population or build_population(
        scenario.population, int(scenario.people.value), POPULATION_SEED
    )
    wanted = np.concatenate(list(of_curve.values())) * (PER / observed_people)

    def model(values: dict[str, float], seed: int) -> Floats:
        share = {name: value for name, value in values.items() if name.startswith(REPORTED)}
        stated = {name: value for name, value in values.items() if name not in share}
        run = simulate(base.replace(**round_to_steps(stated, steps)), city, seed)
        counts = []
        for name in of_curve:
            if name not in run.curves:
                raise AnalysisError(
                    f"curve: there is no daily curve {name!r}; there are "
                    f"{', '.join(map(str, run.curves.data_vars))}"
                )
            each = run.curves[name].values[first_day:].reshape(-1, period_days).sum(axis=1)
            counts.append(each * share.get(REPORTED + name, 1.0))
        return np.asarray(np.concatenate(counts) * (PER / city.people), np.float64)

    found = abc_smc(
        model,
        wanted,
        priors,
        scale=city.people / PER,
        particles=particles,
        generations=generations,
        most_simulations=most_simulations,
        seed=calibration_seed,
    )
    for name in priors:
        found[name] = found[name].copy(
            data=[round_to_steps({name: v}, steps)[name] for v in found[name].values]
        )
        found[name].attrs["units"] = _unit(scenario, name)
    found["predicted"].attrs["units"] = found["observed"].attrs["units"] = (
        f"1 per 100,000 people in {period_days} days"
    )
    one = next(iter(each.values()))
    starts = [one.label(k * period_days) for k in range(number)]
    found = found.assign_coords(
        period_start=("period", starts * len(of_curve)),
        curve=("period", np.repeat(list(of_curve), number)),
    )
    return found.assign_attrs(
        scenario=scenario.title,
        parameter_hash=scenario.parameter_hash,
        package=f"lazaretto {__version__}",
        curve=", ".join(of_curve),
        people=city.people,
        period_days=period_days,
        first_day=first_day,
        steps=json.dumps(steps),
    )


def posterior_table(posterior: xr.Dataset, level: float = 0.9) -> pd.DataFrame:
    """One line per parameter: posterior mean, median and interval (low, high), the prior's
    interval, and `narrowed`, how much smaller the standard deviation is than the prior's (0: the
    series says nothing about it). attrs["kind"]: a fit, not a check.
    """
    priors = {n: Prior.model_validate(p) for n, p in json.loads(posterior.attrs["priors"]).items()}
    weight = posterior["weight"].values
    ends = [(1 - level) / 2, 0.5, (1 + level) / 2]
    rows = []
    for name, prior in priors.items():
        values = posterior[name].values
        low, median, high = np.quantile(values, ends, weights=weight, method="inverted_cdf")
        mean = float(weight @ values)
        spread = float(np.sqrt(weight @ (values - mean) ** 2))
        before = prior.quantile((np.arange(SPREAD_OF_PRIOR) + 0.5) / SPREAD_OF_PRIOR)
        rows.append(
            {
                "parameter": name,
                "unit": posterior[name].attrs.get("units", ""),
                "mean": mean,
                "median": median,
                "low": low,
                "high": high,
                "prior_low": float(prior.quantile(ends[0])),
                "prior_high": float(prior.quantile(ends[2])),
                "narrowed": 1 - spread / float(before.std()),
            }
        )
    table = pd.DataFrame(rows).set_index("parameter")
    table.attrs |= {
        "kind": posterior.attrs["kind"],
        "level": level,
        "effective_particles": float(1 / (weight**2).sum()),
    }
    return table


def posterior_samples(posterior: xr.Dataset, number: int, seed: int = 1) -> pd.DataFrame:
    """So many equally likely parameter sets from the posterior, one column per dotted name: the
    samples of a list design. Drawn by systematic resampling, so that a particle of weight w comes
    up w x number times, rounded up or down."""
    names = list(json.loads(posterior.attrs["priors"]))
    chosen = resampled(posterior["weight"].values, number, seed)
    return pd.DataFrame({name: posterior[name].values[chosen] for name in names})


def resampled(weight: NDArray[np.float64], number: int, seed: int) -> NDArray[np.int64]:
    """So many rows, each as often as its weight says, rounded up or down. weight: sums to 1."""
    if number < 1:
        raise AnalysisError(f"number: at least one sample is needed; got {number}")
    place = np.random.Generator(np.random.Philox(seed)).random()
    places = (np.arange(number) + place) / number
    return np.searchsorted(np.cumsum(weight), places).clip(max=len(weight) - 1)


def periods(observed: Any, period_days: int = WEEK) -> Floats:
    """Sums of whole periods of a series; see `series.read_series`. Raises AnalysisError."""
    return periods_of(read_series(observed), period_days)


def round_to_steps(values: dict[str, float], steps: dict[str, float]) -> dict[str, float | int]:
    """Values on their steps; a whole step gives whole numbers."""
    out: dict[str, float | int] = {}
    for name, value in values.items():
        step = steps.get(name)
        near = value if step is None else round(value / step) * step
        out[name] = (
            int(near) if step is not None and float(step).is_integer() else float(round(near, 12))
        )
    return out


def _name(name: str) -> str:
    return name if name.startswith(REPORTED) else canonical(name, Scenario)


def _same_periods(of_curve: dict[str, Floats]) -> int:
    """How many periods each series has. Raises AnalysisError where they differ."""
    if not of_curve:
        raise AnalysisError("observed: name at least one curve with its series")
    numbers = {name: len(series) for name, series in of_curve.items()}
    if len(set(numbers.values())) > 1:
        told = ", ".join(f"{name} {number}" for name, number in numbers.items())
        raise AnalysisError(f"observed: all series must cover the same days; periods: {told}")
    return next(iter(numbers.values()))


def _check_priors(
    scenario: Scenario,
    priors: Priors,
    steps: dict[str, float],
    curves: list[str],
    first_day: int,
    observed_people: float,
) -> None:
    if not priors:
        raise AnalysisError("priors: name at least one parameter with its prior")
    if unknown := sorted(set(steps) - set(priors)):
        raise AnalysisError(f"steps: {', '.join(unknown)} is not among the priors")
    if any(step <= 0 for step in steps.values()):
        raise AnalysisError("steps: a step is above 0")
    if first_day < 0 or observed_people <= 0:
        raise AnalysisError("first_day must be at least 0 and observed_people above 0")
    for name, prior in priors.items():
        if name.startswith(REPORTED):
            _check_share(name, prior, curves)
            continue
        for end in prior.quantile([0.001, 0.999]):
            try:
                scenario.replace(**round_to_steps({name: float(end)}, steps))
            except ParameterError as problem:
                raise ParameterError(f"prior of {name}: {problem}") from problem


def _check_share(name: str, prior: Prior, curves: list[str]) -> None:
    if name.removeprefix(REPORTED) not in curves:
        raise AnalysisError(f"{name}: there is no series of that curve; there are {curves}")
    low, high = prior.quantile([0.0, 1.0])
    if low < 0 or high > 1:
        raise AnalysisError(
            f"{name}: a share lies between 0 and 1; the prior reaches from {low:g} to {high:g}"
        )


def _unit(scenario: Scenario, name: str) -> str:
    found = stated_at(scenario, name) if not name.startswith(REPORTED) else None
    if found is None:
        return "fraction" if name.startswith(REPORTED) else ""
    return found[0].unit
