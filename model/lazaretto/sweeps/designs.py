"""Designs: which cells a sweep has, and the samples of what varies.

A cell is a policy (one value of each axis) under one sample. Cells are numbered policy by policy,
the last axis slower than the sample. Samples are drawn in the unit cube with a fixed seed, in the
order of `vary`, and taken through the quantile function of each parameter's distribution: the same
design gives the same samples everywhere. Draws by seed come from a stream of each parameter's own:
draw k is the same however many seeds and whatever other parameters there are.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..parameters import ParameterError, Sweep
from ..parameters.address import stated_at
from ..parameters.scenario import KIND_OF
from ..parameters.sweep import ONE_CELL, SCENARIO, Cell
from ..parameters.varied import Varied

SAMPLE_SEED = 20_201_124
INSIDE = 1e-12  # samples keep this far from 0 and 1, where quantiles may be infinite
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Plan:
    """A design with its samples drawn. unit: (samples, parameters) in the unit cube, of drawn
    designs only; samples: dotted name -> (samples,) values, or (seeds,) where every seed has its
    own draw."""

    design: Sweep
    policies: list[Cell]
    samples: dict[str, NDArray[Any]]
    unit: Floats | None
    varied: dict[str, Varied]
    known_names: dict[str, dict[str, str]] = field(default_factory=dict)
    known_levels: dict[Any, bool] = field(default_factory=dict)

    @property
    def is_grid(self) -> bool:
        """Whether there is no dim "sample"."""
        return self.design.design in ONE_CELL

    @property
    def draws_by_seed(self) -> bool:
        """Whether every seed has its own draw."""
        return self.design.design == "draws"

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes, and of "sample" unless it is a grid."""
        axes = tuple(len(values) for values in self.design.axes.values())
        return axes if self.is_grid else (*axes, self.design.sample_count)

    @property
    def dims(self) -> tuple[str, ...]:
        """Names of the axes, and "sample" unless it is a grid."""
        return tuple(self.design.axes) if self.is_grid else (*self.design.axes, "sample")

    @property
    def count(self) -> int:
        """Cells in all."""
        return len(self.policies) * self.design.sample_count

    @cached_property
    def days(self) -> int:
        """Days of the longest cell."""
        varied = [*self.design.axes.get("days", ()), *self.samples.get("days", ())]
        if varied:
            return max(int(d) for d in varied)
        names = self.design.axes.get(SCENARIO, (None,))
        return max(int(self.design.scenario_of({SCENARIO: name}).days.value) for name in names)

    def settings(self, index: int) -> tuple[Cell, list[Cell]]:
        """(policy, sampled settings that it has with each seed) of cell number `index`."""
        number, sample = divmod(index, self.design.sample_count)
        policy, seeds = self.policies[number], int(self.design.seeds.value)
        drawn = self.names_of(policy)
        if not self.draws_by_seed:
            one = {name: _plain(self.samples[name][sample]) for name in drawn}
            return policy, [one] * seeds
        return policy, [
            {name: _plain(self.samples[known][seed]) for name, known in drawn.items()}
            for seed in range(seeds)
        ]

    def names_of(self, policy: Cell) -> dict[str, str]:
        """What varies in a policy, all that its components state: address -> name among the
        samples."""
        if not self.design.vary:
            return {name: name for name in self.samples}
        components = {name: one for name, one in policy.items() if name in (*KIND_OF, SCENARIO)}
        key = str(components)
        if key not in self.known_names:
            scenario = self.design.scenario_of(components)
            self.known_names[key] = {
                name: self.design.drawn_as(name, components)
                for name in self.design.vary
                if stated_at(scenario, name) is not None
            }
        return self.known_names[key]

    def traces(self, index: int) -> bool:
        """Whether anybody is listed in that cell, so that it has a matched null of its own."""
        policy, values = self.settings(index)
        asked = {**policy, **values[0]}
        known = {name: asked[name] for name in (SCENARIO, "tracing") if name in asked}
        if (key := str(known)) not in self.known_levels:
            scenario = self.design.scenario_of(known)
            self.known_levels[key] = bool(scenario.tracing.instruments)
        return self.known_levels[key]

    def order(self) -> Iterator[int]:
        """All cells in the order of work: those on one population together, then sample by sample,
        because the policies of a sample share its pathogen, whose R0 is solved once."""
        groups: dict[str, list[int]] = {}
        for number, policy in enumerate(self.policies):
            of_people = {
                name: value
                for name, value in policy.items()
                if name in ("people", SCENARIO) or name.startswith("population")
            }
            groups.setdefault(str(of_people), []).append(number)
        for group in groups.values():
            for sample in range(self.design.sample_count):
                yield from (number * self.design.sample_count + sample for number in group)

    def coordinates(self) -> dict[str, Any]:
        """The axes, and of samples what varies, with unit, source, status and family of each; along
        "seed" where every seed has its own draw."""
        coords: dict[str, Any] = {name: list(values) for name, values in self.design.axes.items()}
        along = "seed" if self.draws_by_seed else "sample"
        if not self.is_grid:
            coords["sample"] = np.arange(self.design.sample_count)
        for name, values in self.samples.items():
            coords[name] = (along, values, self._told(name))
        if self.design.design == "sobol" and self.unit is not None:
            coords["parameter"] = list(self.samples)
            coords["unit"] = (
                ("sample", "parameter"),
                self.unit,
                {"units": "1", "long_name": "sample in the unit cube"},
            )
        return coords

    def _told(self, name: str) -> dict[str, Any]:
        if name in self.varied:
            v = self.varied[name]
            more = (
                {}
                if v.declared
                else {"fallback": "no distribution is stated; the range stands in for it"}
            )
            shape = ", ".join(f"{key} = {value:g}" for key, value in v.prior.parameters.items())
            return {
                "units": v.unit,
                "source": v.source,
                "status": v.status,
                "family": v.prior.family,
                "distribution": shape,
                **more,
            }
        found = stated_at(self.design.scenario_of(self.policies[0]), name)
        unit = found[0].unit if found is not None else ""
        return {"units": unit, "source": "rows of the design", "status": "user", "family": "list"}

    def problem(self) -> dict[str, Any]:
        """The problem as SALib wants it, in the unit cube."""
        return problem(list(self.samples))


def problem(names: list[str]) -> dict[str, Any]:
    """SALib's problem of so many parameters in the unit cube."""
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def plan(design: Sweep) -> Plan:
    """The design with its samples drawn. Raises ParameterError where a distribution reaches beyond
    what the parameter may be."""
    varied = design.varied()
    unit = _unit_cube(design)
    if design.design == "draws":
        seeds = int(design.seeds.value)
        samples = {name: quantiles(one, stream(name, seeds)) for name, one in varied.items()}
    elif unit is not None:
        samples = {name: quantiles(v, unit[:, i]) for i, (name, v) in enumerate(varied.items())}
    else:
        samples = {
            name: np.array([row[name] for row in design.rows]) for name in design.varied_names
        }
    made = Plan(design, design.cells(), samples, unit, varied)
    _check_ends(made)
    return made


def stream(name: str, count: int) -> Floats:
    """(count,) even draws between 0 and 1 of a parameter; the first k are the same for every
    count."""
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8])
    drawn = np.random.Generator(np.random.Philox(key=[SAMPLE_SEED, key])).random(count)
    return np.asarray(np.clip(drawn, INSIDE, 1 - INSIDE))


def _unit_cube(design: Sweep) -> Floats | None:
    """(samples, parameters) draws from the unit cube."""
    if design.samples is None:
        return None
    base, names = int(design.samples.value), list(design.vary)
    if design.design == "latin-hypercube":
        from scipy.stats import qmc

        drawn = qmc.LatinHypercube(
            len(names), seed=np.random.Generator(np.random.Philox(SAMPLE_SEED))
        ).random(base)
    else:
        drawn = _saltelli(names, base, design.second_order)
    return np.asarray(np.clip(drawn, INSIDE, 1 - INSIDE))


def _saltelli(names: list[str], base: int, second_order: bool) -> Floats:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of its own imports
            from SALib.sample import sobol
    except ImportError as missing:
        raise ParameterError(
            "the design 'sobol' needs SALib: pip install 'lazaretto[analysis]'"
        ) from missing
    return np.asarray(
        sobol.sample(problem(names), base, calc_second_order=second_order, seed=SAMPLE_SEED), float
    )


def quantiles(varied: Varied, p: Floats) -> NDArray[Any]:
    """(n,) values of a parameter at the probabilities p; whole numbers are rounded."""
    values = varied.prior.quantile(p)
    return np.rint(values).astype(np.int64) if varied.whole else values


def _check_ends(made: Plan) -> None:
    """Set the smallest and the largest sample of each parameter once, so that what cannot be is
    refused before any work."""
    first: dict[str, tuple[Cell, str]] = {}
    for policy in made.policies if made.varied else ():
        for name, known in made.names_of(policy).items():
            first.setdefault(known, (policy, name))
    for known, (policy, name) in first.items():
        for value in (made.samples[known].min(), made.samples[known].max()):
            try:
                made.design.scenario_of(policy).with_settings({name: _plain(value)})
            except ParameterError as problem:
                raise ParameterError(
                    f"vary: {known}: a sample cannot be used: {problem}"
                ) from problem


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
