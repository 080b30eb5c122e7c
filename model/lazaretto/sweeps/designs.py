"""Designs: which cells a sweep has, and the samples of what varies.

A cell is a policy (one value of each axis) under one sample. Cells are numbered policy by policy,
the last axis slower than the sample. Samples are drawn in the unit cube with a fixed seed, in the
order of `vary`, and taken through the quantile function of each parameter's distribution: the same
design gives the same samples everywhere.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..parameters import ParameterError, Sweep
from ..parameters.address import stated_at
from ..parameters.scenario import KIND_OF
from ..parameters.sweep import Cell, Varied

SAMPLE_SEED = 20_201_124
INSIDE = 1e-12  # samples keep this far from 0 and 1, where quantiles may be infinite
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Plan:
    """A design with its samples drawn. unit: (samples, parameters) in the unit cube, of drawn
    designs only; samples: dotted name -> (samples,) values."""

    design: Sweep
    policies: list[Cell]
    samples: dict[str, NDArray[Any]]
    unit: Floats | None
    varied: dict[str, Varied]
    known_names: dict[str, list[str]] = field(default_factory=dict)
    known_levels: dict[Any, bool] = field(default_factory=dict)

    @property
    def is_grid(self) -> bool:
        """Whether there is no dim "sample"."""
        return self.design.design == "grid"

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

    @property
    def days(self) -> int:
        """Days of the longest cell."""
        varied = [*self.design.axes.get("days", ()), *self.samples.get("days", ())]
        return max(int(d) for d in varied) if varied else int(self.design.scenario.days.value)

    def settings(self, index: int) -> tuple[Cell, Cell]:
        """(policy, sampled settings that it has) of cell number `index`."""
        number, sample = divmod(index, self.design.sample_count)
        policy = self.policies[number]
        return policy, {name: _plain(self.samples[name][sample]) for name in self.names_of(policy)}

    def names_of(self, policy: Cell) -> list[str]:
        """What varies in a policy: all that its components state."""
        if not self.design.vary:
            return list(self.samples)
        components = {name: value for name, value in policy.items() if name in KIND_OF}
        key = str(components)
        if key not in self.known_names:
            scenario = self.design.scenario_of(components)
            self.known_names[key] = [
                name for name in self.samples if stated_at(scenario, name) is not None
            ]
        return self.known_names[key]

    def traces(self, index: int) -> bool:
        """Whether anybody is listed in that cell, so that it has a matched null of its own."""
        policy, values = self.settings(index)
        level = {**policy, **values}.get("tracing")
        if level not in self.known_levels:
            scenario = self.design.scenario_of({} if level is None else {"tracing": level})
            self.known_levels[level] = bool(scenario.tracing.instruments)
        return self.known_levels[level]

    def order(self) -> Iterator[int]:
        """All cells in the order of work: those on one population together, then sample by sample,
        because the policies of a sample share its pathogen, whose R0 is solved once."""
        groups: dict[str, list[int]] = {}
        for number, policy in enumerate(self.policies):
            of_people = {
                name: value
                for name, value in policy.items()
                if name == "people" or name.startswith("population")
            }
            groups.setdefault(str(of_people), []).append(number)
        for group in groups.values():
            for sample in range(self.design.sample_count):
                yield from (number * self.design.sample_count + sample for number in group)

    def coordinates(self) -> dict[str, Any]:
        """The axes, and of samples what varies, with unit, source, status and family of each."""
        coords: dict[str, Any] = {name: list(values) for name, values in self.design.axes.items()}
        if self.is_grid:
            return coords
        coords["sample"] = np.arange(self.design.sample_count)
        for name, values in self.samples.items():
            coords[name] = ("sample", values, self._told(name))
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
    if unit is not None:
        samples = {name: quantiles(v, unit[:, i]) for i, (name, v) in enumerate(varied.items())}
    else:
        samples = {
            name: np.array([row[name] for row in design.rows]) for name in design.varied_names
        }
    made = Plan(design, design.cells(), samples, unit, varied)
    _check_ends(made)
    return made


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
    for name in made.varied:
        policy = next(policy for policy in made.policies if name in made.names_of(policy))
        for value in (made.samples[name].min(), made.samples[name].max()):
            try:
                made.design.scenario_of(policy).with_settings({name: _plain(value)})
            except ParameterError as problem:
                raise ParameterError(
                    f"vary: {name}: a sample cannot be used: {problem}"
                ) from problem


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
