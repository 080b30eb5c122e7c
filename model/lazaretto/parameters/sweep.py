"""A sweep: a scenario under every combination of some policies, and under samples of its other
parameters; every cell with the same seeds.

Which cells a design has and what may vary is stated here; the samples themselves are drawn in
`sweeps.designs`.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import math
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic

from ..values.errors import ParameterError
from ..values.identity import value_hash
from ..values.numbers import Stated
from ..values.quantity import Demand, Persons, Quantity
from .address import canonical, lacks_the_part, stated_at
from .library import check, load_component, locate, name_of, read_toml
from .scenario import KIND_OF, Scenario, beside, load_named, load_scenario
from .summary import sweep_summary
from .varied import Varied, vary

MOST_CELLS = 1_000_000
ONE_CELL = ("grid", "draws")  # designs with one cell per policy
SCENARIO = "scenario"  # the axis whose values are scenarios, each with a baseline of its own
Setting = str | float | int
Cell = dict[str, Any]


class Sweep(Stated):
    """A design.

    axes: dotted name (or tracing, isolation, ...) -> values or names, in order; every combination
    of them is a *policy*. The axis "scenario" takes names of scenario files: policies start from
    each, and are compared within it. baseline: the policy that all others are compared with, as
    name -> value for each axis but that of scenarios. null: every cell with tracing also as its
    matched null, of the "area", the "city" or both (`matched_null`); null_seeds: only of the first
    so many seeds. daily: keep the daily curves too, all or those named; not stated: only of a grid.

    design: "grid" has one cell per policy; what an axis states of an instrument, monitor or rung
    that a policy does not have changes nothing there. "draws" has one cell per policy too, and
    there every seed has its own draw of the numbers named in `vary`: seed k has draw k in every
    policy, so that what is compared by seeds stays paired, and intervals over seeds hold what is
    unknown as well as chance. What lies in a component that is an axis is drawn for each of its
    values apart, from what that states: adherence under one regime says nothing of another. The
    others cross every policy with samples.
    "latin-hypercube" and "sobol" draw the numbers named in `vary`, each from its declared
    distribution or, without one, evenly over its range (in the logarithm where that spans a factor
    of ten); laws vary in their mean, and a name that a policy does not have is left out there.
    `samples` is the number of draws of a Latin hypercube, and for "sobol" the base n of n (d + 2)
    draws of d numbers, or n (2 d + 2) with second_order (Saltelli 2010). "list" takes the settings
    of `rows` as they stand; row_names are what figures call them.
    """

    title: str
    description: str
    scenario: Scenario
    design: Literal["grid", "draws", "latin-hypercube", "sobol", "list"] = "grid"
    axes: dict[str, tuple[Setting, ...]] = pydantic.Field(default_factory=dict)
    baseline: dict[str, Setting] = pydantic.Field(default_factory=dict)
    vary: tuple[str, ...] = ()
    samples: Annotated[Quantity, Demand("sample", 1, MOST_CELLS, whole=True)] | None = None
    second_order: bool = False
    rows: tuple[dict[str, Setting], ...] = ()
    row_names: tuple[str, ...] = ()
    seeds: Annotated[Quantity, Demand("seed", 1, 1e7, whole=True)]
    people: Persons | None = None
    null: tuple[Literal["area", "city"], ...] = ()
    null_seeds: Annotated[Quantity, Demand("seed", 1, 1e7, whole=True)] | None = None
    daily: bool | tuple[str, ...] | None = None

    @pydantic.model_validator(mode="before")
    @classmethod
    def _addresses_are_canonical(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        out = dict(data)
        if "matched_null" in data:
            now = 'null = ["area", "city"]' if data["matched_null"] else "null = []"
            raise ValueError(f"matched_null has become a list of nulls; write {now} instead")
        for key in ("axes", "baseline"):
            if isinstance(data.get(key), dict):
                out[key] = _canonical_keys(key, data[key])
        if isinstance(data.get("rows"), list | tuple):
            out["rows"] = [
                _canonical_keys("rows", row) if isinstance(row, dict) else row
                for row in data["rows"]
            ]
        if isinstance(data.get("vary"), list | tuple):
            out["vary"] = [
                canonical(name, Scenario) if isinstance(name, str) else name
                for name in data["vary"]
            ]
        return out

    @pydantic.model_validator(mode="after")
    def _each_null_once(self) -> Sweep:
        if len(set(self.null)) < len(self.null):
            raise ValueError(f"null names a scope twice: {list(self.null)}")
        return self

    @pydantic.model_validator(mode="after")
    def _baseline_is_a_policy(self) -> Sweep:
        if not self.axes and self.design in ONE_CELL:
            raise ValueError("axes is empty; name at least one axis")
        for name, values in self.axes.items():
            if not values:
                raise ValueError(f"axes.{name} is empty")
            if len(set(values)) < len(values):
                raise ValueError(f"axes.{name} names a value twice: {list(values)}")
            if name != SCENARIO and self.baseline.get(name) not in values:
                raise ValueError(
                    f"baseline.{name} must be one of {list(values)}; got "
                    f"{self.baseline.get(name)!r}"
                )
        if SCENARIO in self.baseline:
            raise ValueError(
                "baseline.scenario: every scenario has the baseline for itself, since policies are "
                "compared within it; leave this line out"
            )
        if extra := set(self.baseline) - set(self.axes):
            raise ValueError(f"baseline names what is no axis: {sorted(extra)}")
        return self

    @pydantic.model_validator(mode="after")
    def _keys_belong_to_the_design(self) -> Sweep:
        drawn = self.design in ("latin-hypercube", "sobol")
        varies = drawn or self.design == "draws"
        for key, wanted in (("vary", varies), ("samples", drawn), ("rows", self.design == "list")):
            if wanted and not getattr(self, key):
                raise ValueError(f"the design {self.design!r} needs {key}")
            if getattr(self, key) and not wanted:
                raise ValueError(f"{key} does not belong to the design {self.design!r}")
        if self.second_order and self.design != "sobol":
            raise ValueError("second_order belongs to the design 'sobol'")
        if len(set(self.vary)) < len(self.vary):
            raise ValueError(f"vary names a parameter twice: {list(self.vary)}")
        if self.null_seeds is not None and not self.null:
            raise ValueError('null_seeds needs a null, as in null = ["area", "city"]')
        if self.row_names and len(set(self.row_names)) != len(self.rows):
            raise ValueError(
                f"row_names names each row, all differently: {len(self.rows)} rows, "
                f"got {list(self.row_names)}"
            )
        for number, row in enumerate(self.rows):
            if set(row) != set(self.rows[0]) or not row:
                raise ValueError(
                    "all rows must set the same names; the first sets "
                    f"{list(self.rows[0])}, row {number} {list(row)}"
                )
        for name in self.rows[0] if self.rows else ():
            if len({isinstance(row[name], str) for row in self.rows}) > 1:
                raise ValueError(f"rows.{name} is a name in some rows and a number in others")
        if twice := {*self.vary, *(self.rows[0] if self.rows else ())} & set(self.axes):
            raise ValueError(f"these are both an axis and varied: {sorted(twice)}")
        base = int(self.samples.value) if self.samples is not None else 1
        if self.design == "sobol" and base & (base - 1):
            raise ValueError(f"samples of the design 'sobol' must be a power of two; got {base}")
        if self.count > MOST_CELLS:
            raise ValueError(
                f"the design has {self.count:,} cells; at most {MOST_CELLS:,} are allowed"
            )
        return self

    def __repr__(self) -> str:
        return repr(sweep_summary(self))

    def _repr_html_(self) -> str:
        return sweep_summary(self)._repr_html_()

    @cached_property
    def parameter_hash(self) -> str:
        """Sixteen hex digits of all values of the sweep: those in the files that axes and rows
        name, and the distributions of what varies, are among them."""
        named_files = [{name: value} for name, values in self.axes.items() for value in values]
        named_files += [
            dict(row) for row in self.rows if any(isinstance(value, str) for value in row.values())
        ]
        drawn = {name: varied.prior.model_dump() for name, varied in self.varied().items()}
        parts = [
            value_hash(self),
            [self.scenario_of(cell).parameter_hash for cell in named_files],
            drawn,
        ]
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def varied_names(self) -> tuple[str, ...]:
        """Dotted names of what differs between samples, or between seeds in the design "draws"
        (see `drawn_as`)."""
        return tuple(self.rows[0]) if self.rows else tuple(self.varied())

    def drawn_as(self, name: str, policy: Cell) -> str:
        """What the draw of `name` for a policy is called: in the design "draws" a component that is
        an axis is told with its value, as in isolation[supported].full_adherence_contact."""
        part, dot, rest = name.partition(".")
        apart = self.design == "draws" and part in policy
        return f"{part}[{policy[part]}]{dot}{rest}" if apart else name

    @property
    def seeds_of_nulls(self) -> int:
        """So many of the first seeds have their nulls."""
        seeds = int(self.seeds.value)
        return seeds if self.null_seeds is None else min(seeds, int(self.null_seeds.value))

    @property
    def sample_count(self) -> int:
        """Samples in all; 1 for a grid."""
        base = int(self.samples.value) if self.samples is not None else max(1, len(self.rows))
        if self.design != "sobol":
            return base
        return base * ((2 if self.second_order else 1) * len(self.vary) + 2)

    @property
    def count(self) -> int:
        """Cells in all."""
        return math.prod(len(values) for values in self.axes.values()) * self.sample_count

    @property
    def keeps_daily(self) -> bool:
        """Whether daily curves are kept."""
        return bool(self.daily) if self.daily is not None else self.design == "grid"

    def keeps(self, curve: str) -> bool:
        """Whether the daily curve of that name is kept."""
        return curve in self.daily if isinstance(self.daily, tuple) else self.keeps_daily

    def cells(self) -> list[Cell]:
        """All policies, each as axis -> value, the last axis fastest: the cells of a grid."""
        return [
            dict(zip(self.axes, values, strict=True))
            for values in itertools.product(*self.axes.values())
        ]

    def scenario_of(self, cell: Cell) -> Scenario:
        """The scenario of one cell. What an axis states of a part that the cell's own component
        lacks (an instrument of another tracing level) is left out."""
        base = self._bases[cell.get(SCENARIO)]
        settings = {name: value for name, value in cell.items() if name != SCENARIO}
        named = {name: value for name, value in settings.items() if name in KIND_OF}
        of_parts = [n for n in settings if n.partition(".")[0] in named and n not in named]
        if of_parts:
            chosen = self.with_values(base, named)
            for name in of_parts:
                if lacks_the_part(chosen, name):
                    del settings[name]
        return self.with_values(base, settings)

    def with_values(self, scenario: Scenario, settings: Cell) -> Scenario:
        """The scenario with those settings. A file that is named in them is read once: all cells,
        and all workers that this design is sent to, have what stood in it then."""
        return scenario.with_settings(settings, self._load)

    @cached_property
    def _loaded(self) -> dict[tuple[str, str], Any]:
        """Components by kind and name, as `_load` found them."""
        return {}

    def _load(self, kind: str, name: Any) -> Any:
        key = kind, str(name)
        if key not in self._loaded:
            self._loaded[key] = load_component(kind, name)
        return self._loaded[key]

    @cached_property
    def _bases(self) -> dict[Any, Scenario]:
        """The scenarios that policies start from, by name; None: where a cell names none."""
        found: dict[Any, Scenario] = {None: self.scenario}
        found |= {name: load_scenario(str(name)) for name in self.axes.get(SCENARIO, ())}
        if self.people is None:
            return found
        return {name: one.replace(people=self.people.value) for name, one in found.items()}

    def check_cells(self) -> None:
        """Build the scenario of every value of every axis, and of every row, once, and look up
        whatever varies, so that a wrong name is refused before any work is done."""
        settings = [
            (f"axes.{name}", {**self._having(name), name: value})
            for name, values in self.axes.items()
            for value in values
        ]
        settings += [(f"rows.{number}", dict(row)) for number, row in enumerate(self.rows)]
        for where, cell in settings:
            try:
                self.scenario_of(cell)
            except ParameterError as problem:
                raise ParameterError(
                    "\n".join(f"{where}: {line}" for line in str(problem).splitlines())
                ) from problem
        self.varied()

    def _having(self, name: str) -> Cell:
        """Of the component that an axis states a part of, the first value that has this part; empty
        where no policy has it, or the component is no axis."""
        part = name.partition(".")[0]
        choices = self.axes.get(part, ()) if part in KIND_OF and part != name else ()
        for value in choices:
            if not lacks_the_part(self.scenario_of({part: value}), name):
                return {part: value}
        return {}

    def varied(self) -> dict[str, Varied]:
        """What `vary` names, as stated by the baseline or, where that lacks it, by the first policy
        that has it; in the design "draws" by each value of an axis (`drawn_as`).

        Raises ParameterError for a name that no policy has, for a list of values, for a range that
        cannot be sampled, and for draws that scenarios state differently.
        """
        return self._varied

    @cached_property
    def _varied(self) -> dict[str, Varied]:
        found: dict[str, Varied] = {}
        for cell in self._statements():
            if self.design != "draws" and len(found) == len(self.vary):
                break
            scenario = self.scenario_of(cell)
            for name in self.vary:
                place, drawn = stated_at(scenario, name), self.drawn_as(name, cell)
                if place is None or (drawn in found and SCENARIO not in cell):
                    continue
                one = vary(name, *place)
                if found.setdefault(drawn, one).prior != one.prior:
                    raise ParameterError(
                        f"vary: {name}: {cell[SCENARIO]} states another range than the scenarios "
                        "before it, and a seed has one draw for all of them; leave it out"
                    )
        known = {
            self.drawn_as(name, cell): name for cell in self._statements() for name in self.vary
        }
        for name in (one for one in self.vary if one not in {known[drawn] for drawn in found}):
            raise ParameterError(
                f"vary: {name}: no policy of this design states such a number; "
                "`lazaretto show` prints the names (a mean of a law, or a "
                "value, and not a list of values)"
            )
        order = {name: place for place, name in enumerate(self.vary)}
        return dict(sorted(found.items(), key=lambda one: order[known[one[0]]]))

    def _statements(self) -> list[Cell]:
        """The policies that are asked what they state, the baseline first."""
        if self.design != "draws":
            return [dict(self.baseline), *self.cells()] if self.vary else []
        base = dict(self.baseline)
        each = [{**base, axis: one} for axis, values in self.axes.items() for one in values]
        return [base, *each]


def _canonical_keys(where: str, settings: dict[Any, Any]) -> dict[Any, Any]:
    """The settings under canonical addresses, in their order."""
    found = {
        canonical(name, Scenario) if isinstance(name, str) else name: value
        for name, value in settings.items()
    }
    if len(found) < len(settings):
        raise ValueError(f"{where} names a parameter twice: {list(settings)}")
    return found


def first_scenario(data: dict[str, Any]) -> Any:
    """What a sweep's file names as its scenario, or as the first of several; None: nothing."""
    axes = data.get("axes")
    axis = axes.get(SCENARIO) if isinstance(axes, dict) else None
    return axis[0] if isinstance(axis, list) and axis else data.get(SCENARIO)


def load_sweep(name: str | Path) -> Sweep:
    """A sweep by name or path; its scenario is named in the file and loaded with it."""
    path = locate("sweeps", name)
    where = name_of(path)
    data = read_toml(path)
    if SCENARIO in data and first_scenario({**data, SCENARIO: None}) is not None:
        raise ParameterError(
            f"{where}: {SCENARIO}: the axis of that name states the scenarios; leave this line out"
        )
    data[SCENARIO] = load_named(
        where,
        SCENARIO,
        lambda given: load_scenario(beside(path, given)),
        first_scenario(data),
        "scenarios",
    ).model_dump()
    sweep = check(Sweep, data, where)
    try:
        sweep.check_cells()
    except ParameterError as problem:
        raise ParameterError(
            "\n".join(f"{where}: {line}" for line in str(problem).splitlines())
        ) from problem
    return sweep
