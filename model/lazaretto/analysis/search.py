"""Search for policies: continuous policy parameters, several objectives, by Optuna's NSGA-II (extra
`analysis`).

Each trial runs the same seeds as the baseline, so its objectives are paired differences. Every
finished trial is stored at once; a search that was stopped goes on where it was and finds the same
as one never stopped.
"""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .._jit import source_key
from ..outcomes.panel import COMPONENTS
from ..outcomes.run import Run
from ..parameters import ParameterError, Scenario
from ..population.build import POPULATION_SEED, build_population
from ..population.city import Population
from ..sweeps.seeds import run_seeds, seeds_of
from .compare import AVERTED
from .errors import AnalysisError, import_extra
from .frontier import dominates, is_better_low
from .interval import standard_error

Floats = NDArray[np.float64]
GENERATION = 20
STUDY = "policy search"
ERROR = "_error"
Bounds = dict[str, tuple[float, float]]


def search(
    scenario: Scenario,
    bounds: Bounds,
    objectives: list[str],
    *,
    baseline: Scenario,
    trials: int = 100,
    seeds: Iterable[int] | int = 10,
    population: Population | None = None,
    storage: str | Path | None = None,
    generation: int = GENERATION,
    search_seed: int = 1,
    threads: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> pd.DataFrame:
    """Look for policies that no other found dominates.

    scenario: what the policy parameters are changed in. bounds: dotted name -> (low, high) in the
    parameter's unit; two whole numbers mean that only whole numbers are tried. objectives: two or
    more panel components (the difference, policy less baseline) or `<component>_averted` (baseline
    less policy); the better direction is the component's. trials: in all, counting those already
    stored. seeds: a number (1 to n) or the seeds themselves, the same for all trials. storage: a
    file, ending in .journal, or .db or .sqlite for a database; nothing is kept without it.
    generation: policies per generation of NSGA-II (Deb K et al 2002 IEEE Trans Evol Comput 6:182).

    Returns one line per trial: the parameters, the objectives (mean paired difference, per 100,000
    people where the component is) and their standard errors (`<objective>_error`), `non_dominated`.
    attrs: units, baseline, seeds. Means of few seeds favour lucky policies: run the frontier again
    with other seeds before using it.

    Raises AnalysisError for questions that cannot be asked and for a storage that holds another
    search; ParameterError for bounds that the scenario does not allow.
    """
    optuna = import_extra("optuna")
    chosen = seeds_of(seeds)
    directions = _directions(scenario, bounds, objectives, chosen, trials, generation)
    city = population or build_population(
        scenario.population, int(scenario.people.value), POPULATION_SEED
    )
    workers = threads or os.cpu_count() or 1
    reference = panels(baseline, city, chosen, objectives, workers)
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    question = _question(
        scenario, baseline, bounds, objectives, chosen, city, generation, search_seed
    )
    study = optuna.create_study(
        study_name=STUDY,
        storage=_storage(optuna, storage),
        directions=directions,
        sampler=optuna.samplers.RandomSampler(search_seed),
        load_if_exists=True,
    )
    _same_question(study, question, storage)
    state = optuna.trial.TrialState
    for stale in study.get_trials(deepcopy=False, states=(state.RUNNING,)):
        study.tell(
            stale.number, state=state.FAIL
        )  # a run that was killed; its draw is repeated below
    done = len(study.get_trials(deepcopy=False, states=(state.COMPLETE,)))
    while done < trials:
        # a sampler per trial, seeded by the number of finished ones: so a search that goes on draws
        # what an undisturbed one draws
        study.sampler = _sampler(optuna, generation, _trial_seed(search_seed, done))
        trial = study.ask()
        values = {name: _suggest(trial, name, ends) for name, ends in bounds.items()}
        found = panels(scenario.replace(**values), city, chosen, objectives, workers)
        mean, error = paired_difference(found, reference, objectives)
        if not np.isfinite(mean).all():
            raise AnalysisError(
                f"an objective is not a finite number for {values}: "
                f"{dict(zip(objectives, mean, strict=True))}"
            )
        trial.set_user_attr("errors", error.tolist())
        study.tell(trial, mean.tolist())
        done += 1
        if progress:
            progress(done, trials)
    return _table(study, state, bounds, objectives, directions, question)


def _directions(
    scenario: Scenario,
    bounds: Bounds,
    objectives: list[str],
    seeds: list[int],
    trials: int,
    generation: int,
) -> list[str]:
    """The direction of each objective, for Optuna."""
    if not bounds:
        raise AnalysisError("bounds: name at least one policy parameter with (low, high)")
    if len(objectives) < 2 or len(set(objectives)) < len(objectives):
        raise AnalysisError(
            "objectives: at least two different components; for one objective there is no frontier"
        )
    if not seeds or len(set(seeds)) < len(seeds):
        raise AnalysisError("seeds: at least one, each once")
    if trials < 1 or generation < 2:
        raise AnalysisError(
            f"at least one trial and two policies per generation; got {trials} and {generation}"
        )
    for name, ends in bounds.items():
        if len(ends) != 2 or not ends[0] < ends[1]:
            raise AnalysisError(f"bounds of {name}: (low, high) with low below high; got {ends!r}")
        for end in ends:
            try:
                scenario.replace(**{name: end})
            except ParameterError as problem:
                raise ParameterError(f"bounds of {name}: {problem}") from problem
    return ["minimize" if is_better_low(name) else "maximize" for name in objectives]


def _suggest(trial: Any, name: str, ends: tuple[float, float]) -> float | int:
    low, high = ends
    if isinstance(low, int) and isinstance(high, int):
        return int(trial.suggest_int(name, low, high))
    return float(trial.suggest_float(name, low, high))


def _sampler(optuna: Any, generation: int, seed: int) -> Any:
    """NSGA-II as published: simulated binary crossover and polynomial mutation. Optuna's own
    defaults for both hardly beat chance in a few hundred trials
    (docs/decisions/0014-analysis.md)."""
    kinds = optuna.samplers.nsgaii
    with warnings.catch_warnings():
        # marked experimental since 2022; the lower bound in pyproject.toml is the version tried
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        return optuna.samplers.NSGAIISampler(
            population_size=generation,
            crossover=kinds.SBXCrossover(),
            mutation=kinds.PolynomialMutation(),
            seed=seed,
        )


def _trial_seed(search_seed: int, done: int) -> int:
    return int(np.random.SeedSequence([search_seed, done]).generate_state(1)[0])


def panels(
    scenario: Scenario,
    population: Population,
    seeds: list[int],
    objectives: list[str],
    threads: int,
) -> Floats:
    """(seeds, objectives) values of the plain components, by threads over seeds."""
    plain = [name.removesuffix(AVERTED) for name in objectives]

    def values(run: Run) -> list[float]:
        panel = run.panel
        return [float(panel[name]) for name in plain]

    return np.array(list(run_seeds(scenario, population, seeds, values, threads=threads)))


def paired_difference(
    found: Floats, reference: Floats, objectives: list[str]
) -> tuple[Floats, Floats]:
    """Mean and standard error of the paired differences, with the sign of each objective:
    (objectives,), (objectives,)."""
    sign = np.array([-1.0 if name.endswith(AVERTED) else 1.0 for name in objectives])
    difference = sign * (found - reference)
    return difference.mean(axis=0), standard_error(difference)


def _question(
    scenario: Scenario,
    baseline: Scenario,
    bounds: Bounds,
    objectives: list[str],
    seeds: list[int],
    population: Population,
    generation: int,
    search_seed: int,
) -> dict[str, str]:
    """What must be the same for trials to belong to one search."""
    return {
        "scenario": scenario.parameter_hash,
        "baseline": baseline.parameter_hash,
        "bounds": json.dumps({name: list(ends) for name, ends in bounds.items()}),
        "objectives": json.dumps(objectives),
        "seeds": hashlib.sha256(json.dumps(seeds).encode()).hexdigest()[:16],
        "population": str(population.key),
        "generation": str(generation),
        "search_seed": str(search_seed),
        "sources": source_key(),
    }


def _storage(optuna: Any, storage: str | Path | None) -> Any:
    if storage is None:
        return None
    path = Path(storage)
    if not path.parent.is_dir():
        raise AnalysisError(f"storage: the folder {path.parent} does not exist")
    if path.suffix in (".db", ".sqlite"):
        return f"sqlite:///{path}"
    if path.suffix == ".journal":
        backend = optuna.storages.journal
        return optuna.storages.JournalStorage(backend.JournalFileBackend(str(path)))
    raise AnalysisError(
        f"storage: a file ending in .journal, .db or .sqlite is needed; got {path.name!r}"
    )


def _same_question(study: Any, question: dict[str, str], storage: str | Path | None) -> None:
    there = {key: study.user_attrs[key] for key in question if key in study.user_attrs}
    if not there:
        for key, value in question.items():
            study.set_user_attr(key, value)
    elif changed := sorted(key for key in question if there.get(key) != question[key]):
        raise AnalysisError(
            f"{storage}: holds another search (changed: {', '.join(changed)}). Take another file"
        )


def _table(
    study: Any,
    state: Any,
    bounds: Bounds,
    objectives: list[str],
    directions: list[str],
    question: dict[str, str],
) -> pd.DataFrame:
    trials = sorted(
        study.get_trials(deepcopy=False, states=(state.COMPLETE,)), key=lambda t: t.number
    )
    rows = [
        {
            **t.params,
            **dict(zip(objectives, t.values, strict=True)),
            **{o + ERROR: e for o, e in zip(objectives, t.user_attrs["errors"], strict=True)},
        }
        for t in trials
    ]
    table = pd.DataFrame(rows, columns=[*bounds, *objectives, *(o + ERROR for o in objectives)])
    sign = np.array([1.0 if d == "minimize" else -1.0 for d in directions])
    table["non_dominated"] = ~dominates(table[objectives].to_numpy() * sign).any(axis=0)
    table.index = pd.RangeIndex(1, len(table) + 1, name="trial")
    units = {o: COMPONENTS[o.removesuffix(AVERTED)] for o in objectives}
    table.attrs |= question | {  # as Python has them where the storage holds text
        "units": {
            o: c.unit + (" per 100,000 people" if c.per_people else "") for o, c in units.items()
        },
        "objectives": list(objectives),
        "directions": dict(zip(objectives, directions, strict=True)),
        "bounds": {name: tuple(ends) for name, ends in bounds.items()},
    }
    return table
