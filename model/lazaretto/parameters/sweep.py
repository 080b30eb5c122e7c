"""A sweep: a scenario crossed over some of its parameters, every cell with the same seeds."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Annotated, Any

import pydantic

from .errors import ParameterError
from .library import check, locate, read_toml, shown
from .quantity import Demand, Persons, Quantity, Stated
from .scenario import Scenario, beside, load_scenario, named, value_hash

MOST_CELLS = 100_000


class Sweep(Stated):
    """A grid. axes: dotted name (or tracing, isolation, ...) -> values or names, in order; baseline: the cell that all others are
    compared with, as name -> value for each axis; matched_null: every cell with tracing also as its own placebo."""

    title: str
    description: str
    scenario: Scenario
    axes: dict[str, tuple[str | float | int, ...]]
    baseline: dict[str, str | float | int]
    seeds: Annotated[Quantity, Demand("seed", 1, 1e7, whole=True)]
    people: Persons | None = None
    matched_null: bool = False

    @pydantic.model_validator(mode="after")
    def _baseline_is_a_cell(self) -> Sweep:
        if not self.axes:
            raise ValueError("axes is empty; name at least one axis")
        for name, values in self.axes.items():
            if not values:
                raise ValueError(f"axes.{name} is empty")
            if len(set(values)) < len(values):
                raise ValueError(f"axes.{name} names a value twice: {list(values)}")
            if self.baseline.get(name) not in values:
                raise ValueError(f"baseline.{name} must be one of {list(values)}; got {self.baseline.get(name)!r}")
        if extra := set(self.baseline) - set(self.axes):
            raise ValueError(f"baseline names what is no axis: {sorted(extra)}")
        cells = len(list(itertools.islice(itertools.product(*self.axes.values()), MOST_CELLS + 1)))
        if cells > MOST_CELLS:
            raise ValueError(f"the grid has more than {MOST_CELLS:,} cells")
        return self

    @property
    def parameter_hash(self) -> str:
        """Sixteen hex digits of all values of the sweep."""
        return value_hash(self)

    def cells(self) -> list[dict[str, Any]]:
        """All cells of the grid, each as axis -> value, the last axis fastest."""
        return [dict(zip(self.axes, values, strict=True)) for values in itertools.product(*self.axes.values())]

    def scenario_of(self, cell: dict[str, Any]) -> Scenario:
        """The scenario of one cell."""
        base = self.scenario if self.people is None else self.scenario.replace(people=self.people.value)
        return base.with_settings(cell)

    def check_cells(self) -> None:
        """Build the scenario of every value of every axis once, so that a wrong name is refused before any work is done."""
        for name, values in self.axes.items():
            for value in values:
                try:
                    self.scenario_of({name: value})
                except ParameterError as problem:
                    raise ParameterError("\n".join(f"axes.{name}: {line}" for line in str(problem).splitlines())) from problem


def load_sweep(name: str | Path) -> Sweep:
    """A sweep by name or path; its scenario is named in the file and loaded with it."""
    path = locate("sweeps", name)
    where = shown(path)
    data = read_toml(path)
    data["scenario"] = named(
        where, "scenario", lambda given: load_scenario(beside(path, given)), data.get("scenario"), "scenarios"
    ).model_dump()
    sweep = check(Sweep, data, where)
    try:
        sweep.check_cells()
    except ParameterError as problem:
        raise ParameterError("\n".join(f"{where}: {line}" for line in str(problem).splitlines())) from problem
    return sweep
