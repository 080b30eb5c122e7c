"""What one run left behind, and all that can be read from it."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr
from numpy.typing import NDArray

from ..engine.phases import Plan, plan_of
from ..mechanisms.counters import BY_INSTRUMENT, DELAY_BINS, DELAY_BINS_PER_DAY
from ..mechanisms.illness.lowering import lower_pathogen
from ..mechanisms.immunity.lowering import lower_immunity
from ..mechanisms.immunity.protection import doses_of
from ..mechanisms.isolation.rungs import ACTIONS
from ..mechanisms.region.stringency import stringency
from ..mechanisms.testing.components import samples_waiting
from ..parameters import ParameterError, Scenario
from ..population.city import Population
from ..values.component import waiting
from ..world.codes import PARTLY_WRONG, PATHWAYS, WRONG
from ..world.state import Raw
from ..world.stated import Immune
from .burden import burden
from .curves import curves, daily
from .effective import effective_r
from .facts import Facts
from .free_chains import Reproduction
from .kept import by_agency, copies
from .linelist import contacts, linelist, transmissions
from .names import with_ids
from .orders import departures, dropped_out
from .panel import panel, panel_table, panel_values
from .recall import with_recall
from .severity import Severity, severity
from .subject import subject_view
from .summary import run_summary


@dataclass(frozen=True, repr=False)
class Run:
    """One run. Everything is computed on demand from `raw`, what the engine left behind."""

    scenario: Scenario
    population: Population
    seed: int
    raw: Raw
    reproduction: Reproduction
    null: str | None = None  # of a matched null: whom it ordered, people of the "area" or "city"
    # (first day, the scenario as it was from then on), in order; empty: the scenario all along
    policies: tuple[tuple[int, Scenario], ...] = ()

    def __repr__(self) -> str:
        return repr(run_summary(self))

    def _repr_html_(self) -> str:
        return run_summary(self)._repr_html_()

    @cached_property
    def by_number(self) -> Run:
        """The same run with people by number, 0, 1, ..., in all tables, whatever their ids."""
        return replace(self, population=replace(self.population, ids=None))

    @cached_property
    def plan(self) -> Plan:
        """The policies of the run, day by day."""
        return plan_of(self.policies or ((0, self.scenario),), self.raw.days)

    @cached_property
    def severity(self) -> Severity:
        """Times of admission, discharge and death by infection."""
        return severity(self.scenario.pathogen, self.raw.history)

    @cached_property
    def _immune(self) -> Immune:
        """What kernels read of immunity, with the campaigns of the whole run."""
        before = self.plan.phases[0].scenario.immunity
        return lower_immunity(before, self.plan.campaigns, self.population.city, self.raw.days)

    @cached_property
    def vaccinated(self) -> NDArray[np.float64]:
        """(n,) day of the run on which each person is vaccinated (negative before it), inf for
        never; without campaigns all inf."""
        days = np.full(self.population.people, np.inf)
        if self.plan.campaigns:
            doses_of(self.seed, self._immune, self.population.city.age, days)
        return days

    @cached_property
    def curves(self) -> xr.Dataset:
        """Daily curves, dim "day"; see `outcomes.curves`."""
        found = curves(self.daily, self.raw.days)
        return found if self.dates is None else found.assign_coords(date=("day", self.dates))

    @cached_property
    def panel(self) -> pd.Series:
        """The trade-off panel, per 100,000 people; see `outcomes.panel.COMPONENTS`."""
        return panel(self.panel_values)

    @cached_property
    def daily(self) -> dict[str, NDArray[np.int64]]:
        """The daily curves by name, (days,) each: plain arrays, for whoever makes many runs."""
        return daily(self.raw, self.severity, self.population.people)

    @cached_property
    def panel_values(self) -> dict[str, float]:
        """The panel by name: plain numbers, for whoever makes many runs."""
        return panel_values(self._facts)

    @property
    def panel_table(self) -> pd.DataFrame:
        """The panel as a table to read, with block, label and unit of each line; see
        `outcomes.panel.panel_table`."""
        return panel_table(self.panel)

    @cached_property
    def _facts(self) -> Facts:
        """What the panel and the tables of records count."""
        parts = (self.plan, self.population, self.raw, self.severity, self.vaccinated)
        return Facts(*parts, seed=self.seed)

    @cached_property
    def transmissions(self) -> pd.DataFrame:
        """One line per infection: who infected whom, when (days), in which layer, and whether the
        infector had symptoms by then."""
        table = transmissions(self.raw, self.population)
        return self._dated(with_ids(table, self.population, "infector", "infectee"))

    @cached_property
    def events(self) -> pd.DataFrame:
        """One line per event (who, what, when in days), sorted by time."""
        h, s, r = self.raw.history, self.severity, self.raw.records
        names = self.pathways
        parts = [
            (h.person, "infection", h.time),
            (h.person, "infectious", h.infectious),
            (h.person[h.symptomatic], "onset", h.onset[h.symptomatic]),
            (h.person, "end_of_infectiousness", h.end),
            (h.person, "admission", s.admitted),
            (h.person, "death", s.died),
            (r.person, "positive_result", r.confirmed),
        ]
        for code, name in enumerate(names):
            chosen = r.order_pathway == code
            parts += [
                (r.order_person[chosen], f"order: {name}", r.order_start[chosen]),
                (r.order_person[chosen], f"release: {name}", r.order_until[chosen]),
            ]
        acted = self._sanctions
        parts += [(acted["person"].to_numpy(), acted["action"].to_numpy(), acted["day"].to_numpy())]
        gave_up = dropped_out(self.raw)
        when = self.raw.conduct.dropped[gave_up]
        parts += [(r.order_person[gave_up], "drops out of an order", when)]
        for what, rows, day in departures(self.raw):
            parts += [(r.order_person[rows], what, day)]
        granted = acted[np.isfinite(acted["corrected"])]
        parts += [(granted["person"].to_numpy(), "appeal granted", granted["corrected"].to_numpy())]
        table = pd.concat(
            pd.DataFrame({"person": who, "event": what, "day": when}) for who, what, when in parts
        )
        within = table[table["day"] < self.raw.days]
        found = within.sort_values(["day", "event", "person"], kind="stable", ignore_index=True)
        return self._dated(with_ids(found, self.population, "person"))

    @property
    def pathways(self) -> tuple[str, ...]:
        """Names of what keeps people apart or stops a transmission, in the order of their codes:
        the pathways of orders among them."""
        return (*PATHWAYS, *(f"listed by {one}" for one in self.plan.instruments))

    @cached_property
    def lists(self) -> pd.DataFrame:
        """Every list entry (only with `keep_lists=True`): index case, person, instrument, day; as
        the instrument saw the two, minutes and the days of the first and the last meeting (<NA> on
        lists of addresses and calls, which see none); in truth, the minutes met within the window
        and what the person was."""
        t = self.raw.tally
        index, person, instrument, flags, first, last = t.list_rows.T[:6]
        kinds = np.array(self.plan.instruments or ["none"])
        table = pd.DataFrame(
            {
                "index_case": index,
                "person": person,
                "instrument": kinds[instrument],
                "day": t.list_time,
                "minutes": t.list_minutes,
                "first_seen": pd.array(first, "Int64"),
                "last_seen": pd.array(last, "Int64"),
                "minutes_met": t.list_met_minutes,
                "true_contact": (flags & 1) > 0,
                "infected": (flags & 2) > 0,
                "latent": (flags & 4) > 0,
                "infected_by_index_case": (flags & 8) > 0,
            }
        )
        table.loc[first < 0, ["first_seen", "last_seen"]] = pd.NA
        return self._dated(with_ids(table, self.population, "index_case", "person"))

    def _dated(self, table: pd.DataFrame) -> pd.DataFrame:
        """A table with a column `date` beside its `day`, where the scenario has a start_date."""
        if self.dates is None:
            return table
        whole = np.floor(table["day"].to_numpy(float)).astype("timedelta64[D]")
        date = np.datetime64(str(self.scenario.start_date), "D") + whole
        table.insert(table.columns.get_loc("day") + 1, "date", date.astype("datetime64[ns]"))
        return table

    @cached_property
    def linelist(self) -> pd.DataFrame:
        """One row per infection, in the columns of outbreak line lists; see `outcomes.linelist`."""
        start = self.scenario.start_date
        return linelist(self.raw, self.severity, self.population, self.pathways, start)

    @cached_property
    def contacts(self) -> pd.DataFrame:
        """One row per person on a list of a case (only with `keep_lists=True`); see
        `outcomes.linelist`. Raises ParameterError where lists were not kept."""
        if not len(self.raw.tally.list_rows) and self.raw.tally.instrument.sum() > 0:
            raise ParameterError(
                "the lists of this run were not kept; simulate it with keep_lists=True"
            )
        kinds = self.plan.instruments
        return contacts(self.raw, self.population, kinds, self.scenario.start_date)

    @cached_property
    def effective_r(self) -> pd.DataFrame:
        """The effective reproduction number by day, of a cohort and instantaneous; see
        `outcomes.effective`."""
        rates = lower_pathogen(self.scenario.pathogen, self.population, self.reproduction.scale)
        return effective_r(self.raw, rates)

    @cached_property
    def dates(self) -> pd.DatetimeIndex | None:
        """The date of each day, where the scenario has a start_date."""
        start = self.scenario.start_date
        return None if start is None else pd.date_range(start, periods=self.raw.days, name="date")

    def plot(self, title: str | None = None) -> Any:
        """The picture of the run, a plotly Figure; see `figures.run`."""
        # a door upwards, for those who explore: figures are read when they are wanted
        return importlib.import_module("lazaretto.figures").run(self, title)

    def tracer_view(self, index_case: Any) -> pd.DataFrame:
        """The list of one case as the authority holds it, beside the truth that it does not know
        (only with `keep_lists=True`): columns ("on the list", person | instrument | day | minutes |
        first seen | last seen) and ("in truth", minutes | contact | infected | latent | infected by
        the case).

        Minutes on the list are those that the instrument saw; days <NA> where it sees no meetings.
        Raises ParameterError where there is no such list."""
        of_case = self.population.numbers_of([index_case])[0]
        mine = self.lists[self.raw.tally.list_rows[:, 0] == of_case]
        if mine.empty:
            raise ParameterError(
                f"there is no list of a case {index_case!r}; "
                "run.lists['index_case'] names those who have one (keep_lists=True)"
            )
        known = mine[["person", "instrument", "day", "minutes", "first_seen", "last_seen"]]
        known.columns = known.columns.str.replace("_", " ")
        flags = ["true_contact", "infected", "latent", "infected_by_index_case"]
        truth = mine[["minutes_met", *flags]]
        names = ["minutes", "contact", "infected", "latent", "infected by the case"]
        truth = truth.set_axis(names, axis=1)
        return pd.concat({"on the list": known, "in truth": truth}, axis=1).reset_index(drop=True)

    def subject_view(self, person: Any) -> pd.DataFrame:
        """What a person sees of the entries of lists about it (only with `keep_lists=True`): day,
        instrument, place (home, school or work, elsewhere), days of the first and the last meeting
        seen, minutes. Instruments that are not open to their subjects show nothing; nobody is
        named. See `outcomes.subject`."""
        number = self.population.numbers_of([person])[0]
        return subject_view(self.by_number.lists, number, self.plan, self.population.city)

    @cached_property
    def instruments(self) -> pd.DataFrame:
        """Counts by instrument: cases traced, their contacts, list entries and what they were,
        delays (days). listed_first: entries of people whom no other instrument had listed for the
        same case before; cases_dropped: from the tracers' queue; days_cut: of the look-back, where
        a list came so late that its window would have been longer than a diary.

        Contacts, infected contacts and infectees are known from whole diaries: with keep_lists of
        all cases, else of the first 1,000 of an instrument all and of the later ones one in 32
        (`diaries` counts them), so that beyond 1,000 they are estimates; contact_recall and
        infectee_recall are what the lists of these cases found, with the standard error that the
        sample leaves (0: all are known).
        """
        counts = pd.DataFrame(
            self.raw.tally.instrument,
            index=pd.Index(self.plan.instruments, name="instrument", dtype=object),
            columns=list(BY_INSTRUMENT),
        )
        return with_recall(counts)

    @cached_property
    def _sanctions(self) -> pd.DataFrame:
        """`sanctions`, with people by number."""
        r, rests_on = self.raw.records, self.raw.conduct.action_wrong
        table = pd.DataFrame(
            {
                "person": r.action_person,
                "action": np.array(ACTIONS)[r.action_kind],
                "day": r.action_time,
                "pathway": np.array(self.pathways)[r.order_pathway[r.action_order]],
                "wrong": rests_on == WRONG,
                "partly_wrong": rests_on == PARTLY_WRONG,
                "corrected": r.action_corrected,
            }
        )
        return table.sort_values(["day", "person"], kind="stable", ignore_index=True)

    @cached_property
    def sanctions(self) -> pd.DataFrame:
        """What the ladder did, one line each in order of time: person, action (warning, report,
        fine, transfer), day, pathway of the order, wrong (of the breaches noted none was true),
        partly_wrong (some were not), corrected (day on which an appeal was granted, inf)."""
        return self._dated(with_ids(self._sanctions.copy(), self.population, "person"))

    @cached_property
    def stringency(self) -> pd.Series:
        """The 0-100 index of region-wide measures by day of the run."""
        index = pd.Index(np.arange(self.raw.days), name="day")
        return pd.Series(
            stringency(self.plan.measures, self.raw.records.in_force),
            index=index,
            name="stringency",
        )

    @cached_property
    def records_held(self) -> pd.DataFrame:
        """Records held at the end of each day (index) by source (columns), in all copies:
        instruments, monitors, passes."""
        return self.records_by_agency.T.groupby("source", sort=False).sum().T.iloc[: self.raw.days]

    @cached_property
    def records_by_agency(self) -> pd.DataFrame:
        """Records held at the end of each day (index) of the run and of the year after it, by
        source and agency (columns)."""
        return by_agency(self._facts.holdings, self._facts.held_days)

    @cached_property
    def copies(self) -> pd.DataFrame:
        """Who keeps what: one line per source and agency, with the day on which its last record is
        deleted (inf: never); see `outcomes.kept`."""
        return copies(self._facts.holdings, self._facts.held_days)

    @cached_property
    def burden(self) -> pd.DataFrame:
        """Who bears it, by age, household size and number of contacts; see `outcomes.burden`."""
        return burden(self.population, self.raw, self.severity)

    @cached_property
    def delays(self) -> pd.DataFrame:
        """Lists by instrument (columns) and time from the trigger to the delivery in days (index:
        lower end of each quarter of a day; the last line: so long or longer)."""
        bins = pd.Index(np.arange(DELAY_BINS) / DELAY_BINS_PER_DAY, name="delay_days")
        columns = list(self.plan.instruments)
        return pd.DataFrame(self.raw.tally.delays.T, index=bins, columns=columns)

    @cached_property
    def queues(self) -> pd.DataFrame:
        """What waits at the end of each day: cases of each instrument for a tracer, and samples in
        the laboratories ("tests")."""
        t = self.raw.tally
        columns: dict[str, Any] = {
            instrument: waiting(*t.instrument_daily[row, 2:])
            for row, instrument in enumerate(self.plan.instruments)
        }
        columns["tests"] = samples_waiting(t.daily)
        return pd.DataFrame(columns, index=pd.Index(np.arange(self.raw.days), name="day"))

    @cached_property
    def blocked(self) -> pd.Series:
        """Transmissions blocked, by the pathway that stopped them. Not the same as averted: they
        may happen later another way."""
        return pd.Series(
            self.raw.tally.blocked_by, index=pd.Index(self.pathways, name="pathway"), name="blocked"
        )
