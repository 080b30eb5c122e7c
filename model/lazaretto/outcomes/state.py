"""A run in pieces: days on which the policy stays the same, one after the other.

Between the pieces the policy may change: by the scenario's timeline, by a user's rule that sees the
authority's records, or in a branch. What came before a change is the same with and without it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from copy import copy
from pathlib import Path
from typing import Any

import numpy as np

from ..engine.growth import Room
from ..engine.parts import Start
from ..engine.phases import Standing, next_standing
from ..engine.room import Sizes
from ..engine.simulate import advance, arrays_of, begin_run, change_policy, copy_run, leave
from ..engine.view import View, view_of
from ..parameters import COMPONENTS, Law, ParameterError, Quantity, Scenario, load
from ..parameters.scenario import KIND_OF
from ..parameters.timeline import ALONE, CHANGEABLE, Change, Condition
from ..population.city import Population
from .checks import check_nearness
from .free_chains import Reproduction
from .lowered import changed, lower, lowered, plain_of
from .reproduction import reproduction
from .run import Run
from .summary import state_summary

DAILY_FROM = 500_000  # people from which a run goes day by day, so that Ctrl-C is heard
STATED: dict[str, Any] = {"Quantity": Quantity, "Law": Law}
Changes = dict[str, Any]
Rule = Callable[[View], Mapping[str, Any] | None]
Progress = Callable[[int, int], None]


class RuleError(ParameterError):
    """A rule that raised, or returned what a run cannot take up. `state` is the run as far as it
    came: it can be saved, branched and finished."""

    state: State

    def __init__(self, text: str, state: State) -> None:
        super().__init__(text)
        self.state = state


class State:
    """A run under way, at the beginning of day `day`: days 0 to day - 1 are over.

    Made by `start`, `branch` or `load_state`. `advance` goes on in place; a state is used by one
    thread at a time.
    """

    def __init__(
        self,
        scenario: Scenario,
        population: Population,
        seed: int,
        begins: Start,
        *,
        keep_lists: bool = False,
        each_day: Rule | None = None,
        solved: Reproduction | None = None,
    ) -> None:
        """Not for users: see `start`. begins: who is infected at the start; solved: R0, where it is
        known."""
        self.scenario, self.population, self.seed = scenario, population, seed
        self.each_day = each_day
        self._solved = solved or reproduction(scenario.pathogen, population)
        self._policies: list[tuple[int, Scenario]] = []  # by the day from which each held
        self._since: list[int | None] = [None] * len(scenario.timeline)  # in force since
        self._over = [False] * len(scenario.timeline)  # changes that cannot begin again
        # of branches and rules: day, settings, and what their components are called
        self._own: list[tuple[int, Changes, dict[str, str]]] = []
        self._decided = -1  # the last day whose policy has been decided
        plain, standing = lowered(scenario, population, self._solved.scale)
        self._now: tuple[Any, Scenario] = ((), plain)
        self._begin(standing, begins, keep_lists)

    def _begin(self, standing: Standing, begins: Start, keep_lists: bool) -> None:
        """Make room for a run that begins under that policy."""
        self._standing = standing
        days, city = int(self.scenario.days.value), self.population.city
        self._run = begin_run(
            city, standing.rates, standing.policy, self.seed, begins, days, keep_lists
        )

    @property
    def day(self) -> int:
        """How many days are over."""
        return self._run.day

    @property
    def nbytes(self) -> int:
        """Bytes of what has happened so far, which a branch copies."""
        return sum(array[:rows].nbytes for _, _, array, rows in arrays_of(self._run))

    @property
    def days(self) -> int:
        """The days of the whole run."""
        return self._run.days

    @property
    def date(self) -> datetime.date | None:
        """The date of the day that begins, where the scenario has a start_date."""
        start = self.scenario.start_date
        return None if start is None else start + datetime.timedelta(days=self.day)

    @property
    def policy(self) -> Scenario:
        """The scenario as it is now, without a timeline."""
        return self._now[1]

    @property
    def view(self) -> View:
        """What the authority knows at the beginning of today."""
        return view_of(self._run.world, self.day, self.date, self.policy.names)

    def __repr__(self) -> str:
        return repr(state_summary(self))

    def _repr_html_(self) -> str:
        return state_summary(self)._repr_html_()

    def advance(self, to_day: int, progress: Progress | None = None) -> State:
        """Simulate until the beginning of day `to_day`, in place. Returns itself.

        progress: called with (days over, all days) between pieces. Raises ParameterError for a day
        that is over or lies beyond the run, and RuleError where a rule fails.
        """
        if isinstance(to_day, bool) or not isinstance(to_day, int | np.integer):
            raise ParameterError(f"advance: a whole day is needed; got {to_day!r}")
        if not self.day <= to_day <= self.days:
            raise ParameterError(
                f"advance: day {to_day} is not within days {self.day} (where the run is) to "
                f"{self.days} (its end). A state only goes forward; branch it before"
            )
        while self.day < to_day:
            self._decide()
            advance(self._run, self._next_stop(int(to_day)))
            if progress is not None:
                progress(self.day, self.days)
        return self

    def branch(self, **changes: Any) -> State:
        """A copy that goes on under other policies, from today on: tracing, isolation, testing,
        behaviour, region by name, path or object, and values by address, as
        `Scenario.replace` takes them. Without any it goes on as this one. Raises ParameterError."""
        other = copy(self)
        other._run = copy_run(self._run)
        other._policies, other._own = list(self._policies), list(self._own)
        other._since, other._over = list(self._since), list(self._over)
        if changes:
            other._change(changes, f"branch on day {self.day}")
        return other

    def under(self, scenario: Scenario) -> State:
        """A copy that goes on under the timeline of another scenario, which is the same but for
        changes that lie ahead: many policies from one past. Raises ParameterError where the past
        would not have been the same."""
        ahead = all(
            first is not None and first >= self.day and not change.conditions
            for change in scenario.timeline
            for first, _ in [change.span(scenario.start_date)]
        )
        if not ahead or self._own or any(day is not None for day in self._since):
            raise ParameterError("under: changes of policy lie in the past already")
        now = plain_of(scenario)
        if now != self._now[1]:
            raise ParameterError("under: the scenarios differ in more than their timelines")
        other = self.branch()
        other.scenario, other._now = scenario, ((), now)
        other._since = [None] * len(scenario.timeline)
        other._over = [False] * len(scenario.timeline)
        return other

    def finish(self, progress: Progress | None = None) -> Run:
        """The run, simulated to its end: the same as from `simulate`."""
        self.advance(self.days, progress)
        policies = tuple(self._policies)
        return Run(
            self.scenario,
            self.population,
            self.seed,
            leave(self._run),
            self._solved,
            policies=policies,
        )

    def save(self, path: str | Path) -> Path:
        """Write the state to a file that `load_state` reads, on any machine with this version.

        A file of that name is only overwritten where it is a saved state. A rule (`each_day`) is
        not saved; it is given again to `load_state`. Raises ParameterError.
        """
        from .saved import save_state

        return save_state(self, path)

    def _restore(self, saved: dict[str, Any], policies: list[tuple[int, Scenario]]) -> None:
        """Take up what has been decided before the state was saved. saved: what
        `saved.save_state` wrote."""
        self._since, self._over = list(saved["since"]), list(saved["over"])
        self._own = [
            (day, {key: _from_plain(value, key) for key, value in settings.items()}, names)
            for day, settings, names in saved["own"]
        ]
        self._decided, self._policies = saved["decided"], policies
        run = self._run
        if policies:
            standing = lower(policies[0][1], self.population, self._solved.scale)
            self._begin(standing, run.start, run.keep_lists)
            run = self._run
            for day, one in policies[1:]:
                self._standing = next_standing(self._standing, one, self.population, day)
                run.settings.append((day, self._standing.rates, self._standing.policy))
        rooms = saved["rooms"]
        run.room = Room(**{**rooms, "sizes": Sizes(**rooms["sizes"])})
        run.world = run.world._replace(rates=self._standing.rates, policy=self._standing.policy)
        run.home_bounds = len(self._standing.policy.home_bounds)
        self._compose()

    def _change(self, changes: Mapping[str, Any], where: str) -> None:
        """Add changes from today on, checked together with all that is in force. Raises
        ParameterError, and then changes nothing."""
        for address in changes:
            root = str(address).split(".")[0].split("[")[0]
            if root not in CHANGEABLE and address != ALONE:
                raise ParameterError(
                    f"{where}: {address} cannot change within a run; what can: "
                    f"{', '.join(CHANGEABLE)} and values inside them, and {ALONE}"
                )
        settings, names = _resolve(changes, where)
        latest = max((day for day in self._since if day is not None), default=-1)
        if self._own and self._own[-1][0] >= latest and self._own[-1][1:] == (settings, names):
            return  # as it is already
        self._own.append((self.day, settings, names))
        try:
            self._compose()
        except ParameterError as problem:
            self._own.pop()
            raise ParameterError(f"{where}: {problem}") from problem

    def _compose(self) -> Scenario:
        """The scenario with all changes in force, in the order in which they came."""
        of_timeline = [(day, 0, n) for n, day in enumerate(self._since) if day is not None]
        own = [(day, 1, n) for n, (day, *_) in enumerate(self._own)]
        key = tuple(sorted(of_timeline + own))
        before, now = self._now
        if key != before:
            if key[: len(before)] != before:  # something has ended, so all is put together again
                before, now = (), plain_of(self.scenario)
            for _, kind, number in key[len(before) :]:
                if kind == 0:
                    now = changed(now, self.scenario.timeline[number])
                else:
                    _, settings, names = self._own[number]
                    now = now.with_settings(settings).with_names(names)
            now.check_start(self.scenario)
            self._now = (key, now)
        return self._now[1]

    def _decide(self) -> None:
        """Put the policy of the day that begins in force: timeline, branches and rule."""
        today = self.day
        if self._decided == today:
            return
        view = self.view if self.each_day is not None or self._conditions else None
        for number, change in enumerate(self.scenario.timeline):
            self._follow(number, change, view)
        if self.each_day is not None and view is not None:
            self._ask(self.each_day, view)
        now = self._compose()
        if not self._policies:
            if self._now[0]:  # it begins under another policy than the scenario's own
                standing = lower(now, self.population, self._solved.scale)
                self._begin(standing, self._run.start, self._run.keep_lists)
            self._policies.append((0, now))
        elif now != self._policies[-1][1]:
            self._standing = next_standing(self._standing, now, self.population, today)
            check_nearness(self._standing.policy)
            change_policy(self._run, self._standing.rates, self._standing.policy)
            self._policies.append((today, now))
        self._decided = today

    def _follow(self, number: int, change: Change, view: View | None) -> None:
        """Whether a change of the timeline is in force today."""
        today, since = self.day, self._since[number]
        if self._over[number]:
            return
        first, last = change.span(self.scenario.start_date)
        begins, ends = change.begins_when, change.ends_when

        def met(condition: Condition | None) -> bool:
            if condition is None or view is None:
                return False
            return condition.holds(view.value(condition))

        if since is not None:
            lasted = today - since >= change.least_days
            if (last is not None and today >= last) or (lasted and met(ends)):
                self._since[number] = None
                self._over[number] = begins is None or (last is not None and today >= last)
        elif last is not None and today >= last:
            self._over[number] = True
        elif (first is not None and today >= first) or met(begins):
            self._since[number] = today if first is None else max(0, first)

    def _ask(self, rule: Rule, view: View) -> None:
        """Ask the user's rule, and take up what it returns."""
        where = f"each_day, day {view.day}"
        try:
            changes = rule(view)
        except Exception as problem:
            text = f"{where}: the rule raised {type(problem).__name__}: {problem}"
            raise RuleError(text, self) from problem
        if changes is None or (isinstance(changes, Mapping) and not changes):
            return
        if not isinstance(changes, Mapping) or not all(isinstance(k, str) for k in changes):
            raise RuleError(
                f"{where}: a rule returns None, or a dict of changes such as "
                f"{{'tracing': 'interview'}}; got {str(changes)[:80]!r}",
                self,
            )
        try:
            self._change(changes, where)
        except ParameterError as problem:
            raise RuleError(str(problem), self) from problem

    @property
    def _conditions(self) -> list[Condition]:
        """What the timeline looks at."""
        return [c for change in self.scenario.timeline for c in change.conditions]

    def _next_stop(self, to_day: int) -> int:
        """The next day before which the policy cannot change, at most `to_day`."""
        if self.each_day is not None or self._conditions or self.population.people >= DAILY_FROM:
            return self.day + 1
        spans = (change.span(self.scenario.start_date) for change in self.scenario.timeline)
        ahead = (day for span in spans for day in span if day is not None and day > self.day)
        return min(to_day, *ahead, to_day)


def _resolve(changes: Mapping[str, Any], where: str) -> tuple[Changes, dict[str, str]]:
    """(changes with components in full, what these are called)."""
    settings, names = dict(changes), {}
    for key in CHANGEABLE:
        value = changes.get(key)
        if isinstance(value, str | Path):
            try:
                settings[key] = load(KIND_OF[key], value)
            except ParameterError as problem:
                raise ParameterError(f"{where}: {key}: {problem}") from problem
            names[key] = Path(value).stem
        elif value is not None:
            names[key] = "own"
    return settings, names


def _from_plain(value: Any, key: str) -> Any:
    """A value of a saved change as it was."""
    if not (isinstance(value, dict) and "model" in value):
        return value
    kind = COMPONENTS[KIND_OF[key]] if key in KIND_OF else STATED[value["model"]]
    return kind.model_validate(value["data"])
