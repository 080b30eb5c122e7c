"""The worker behind the page: answers are those of the package, older questions are dropped,
mistakes become messages."""

from __future__ import annotations

import math
import threading
import time
from queue import Empty, Queue

import numpy as np
import pytest
import xarray as xr

import lazaretto as lz
from lazaretto.analysis.compare import describe
from lazaretto.explore.answer import _describe
from lazaretto.explore.settings import nearby, scenarios
from lazaretto.explore.start import start
from lazaretto.figures.style import number
from lazaretto.outcomes.panel import COMPONENTS

WAIT = 120


@pytest.fixture(scope="module")
def begun():
    made = start(people=2000, seeds=3, threads=2)
    yield made
    made.laboratory.pool.shutdown()


class Page:
    """Collects what a session publishes."""

    def __init__(self, begun):
        self.told = Queue()
        self.session = begun.session(self.told.put)

    def ask(self, **said):
        """The last answer to this question."""
        self.session.ask(said)
        return self.final()

    def final(self):
        while True:
            told = self.told.get(timeout=WAIT)
            if told["done"]:
                return told


@pytest.fixture
def page(begun):
    one = Page(begun)
    yield one
    one.session.close()


def numbers_of(told):
    return {line["label"]: line for block in told["panel"] for line in block["lines"]}


def test_the_answer_is_what_the_package_says(begun, page):
    told = page.ask(
        a={"tracing": "interview", "isolation": "supported"},
        b={"tracing": "none", "isolation": "advice"},
    )
    assert told["error"] == "" and told["seeds"] == 3
    population = lz.build_population(begun.scenario.population, people=2000, seed=1)
    a, b = scenarios(begun.scenario, page.session.settings)
    runs = [[lz.simulate(side, population, seed) for seed in (1, 2, 3)] for side in (a, b)]
    lines = numbers_of(told)
    for name in ("infections", "futile_days", "isolation_days_served"):
        first, second = (np.array([run.panel[name] for run in side]) for side in runs)
        difference = describe(xr.DataArray(first - second, dims="seed"))
        line = lines[COMPONENTS[name].label]
        assert line["a"]["mean"] == number(first.mean())
        assert line["difference"]["mean"] == number(float(difference["mean"])).replace("-", "−")
        low, high = (number(float(difference[key])).replace("-", "−") for key in ("low", "high"))
        assert line["difference"]["interval"] == f"{low} to {high}"
    curve = next(t for t in told["figures"]["curves"]["data"] if t.get("name", "").startswith("A:"))
    assert curve["mode"] == "lines"


def test_described_is_the_same_as_describe():
    values = np.array([[1.0, 2.0, np.nan, 5.0], [3.0, 2.0, np.nan, np.inf], [8.0, 2.0, 1.0, 7.0]])
    finite = np.where(np.isfinite(values), values, np.nan)
    wanted = describe(xr.DataArray(finite[:, [0, 1]], dims=("seed", "c")))
    np.testing.assert_allclose(
        _describe(values)[:, [0, 1]], [wanted["mean"], wanted["low"], wanted["high"]]
    )
    assert _describe(values)[0].tolist() == pytest.approx([4.0, 2.0, 1.0, 6.0])
    assert math.isnan(_describe(np.full((3, 1), np.nan))[0, 0])


def test_the_same_policy_twice_differs_in_nothing(page):
    same = {"tracing": "interview", "isolation": "supported"}
    told = page.ask(a=same, b=same)
    for line in numbers_of(told).values():
        assert line["difference"]["mean"] in ("0", "0 %", "–", "never"), line
        assert line["difference"]["better"] == ""


def test_better_is_said_only_where_the_interval_leaves_nought_out(page):
    told = page.ask(
        a={"tracing": "none", "isolation": "advice"},
        b={"tracing": "operator-geolocation", "isolation": "supported"},
    )
    lines = numbers_of(told)
    assert lines["Quarantine days ordered"]["difference"]["better"] == "A"
    assert (
        lines["Voluntary self-isolation days"]["difference"]["better"] == ""
    )  # neither direction is better


def test_without_avoidance_the_page_warns(page):
    assert page.ask(kappa=0)["warnings"]
    assert not page.ask(kappa=1)["warnings"]


def test_a_mistake_becomes_a_message_and_the_page_goes_on(page):
    assert "pathogen: there is no" in page.ask(pathogen="nonsense")["error"]
    assert page.ask(seeds=2)["error"] == ""


def test_only_the_newest_question_is_answered(begun, page, monkeypatch):
    """Question: while the first answer is computed, three more are asked; are the two in the middle
    skipped?"""
    entered, go_on = threading.Event(), threading.Event()
    prepare = type(begun.laboratory).prepare

    def held(laboratory, scenario):
        entered.set()
        assert go_on.wait(WAIT)
        return prepare(laboratory, scenario)

    monkeypatch.setattr(type(begun.laboratory), "prepare", held)
    page.session.ask({"a": {"tracing": "household", "isolation": "advice"}})
    assert entered.wait(WAIT)
    for level in ("interview", "call-list", "bluetooth-app"):
        page.session.ask({"a": {"tracing": level, "isolation": "advice"}})
    go_on.set()
    told = page.final()
    assert told["names"][0] == "Bluetooth app, advice"
    with pytest.raises(Empty):
        page.told.get(timeout=0.3)


def run_again(*_):
    raise ValueError("run again")


def test_a_second_question_of_the_same_is_not_run_again(begun, page, monkeypatch):
    page.ask(a={"tracing": "household", "isolation": "advice"}, seeds=3)
    monkeypatch.setattr("lazaretto.explore.laboratory.run_from_past", run_again)
    told = page.ask(a={"tracing": "household", "isolation": "advice"}, curve="isolated", seeds=3)
    assert told["error"] == ""
    assert told["figures"]["curves"]["layout"]["title"]["text"] == "Isolated as cases"


def test_the_next_move_is_computed_before_it_is_asked(begun, page, monkeypatch):
    page.ask(
        a={"tracing": "interview", "isolation": "legal-duty"},
        b={"tracing": "none", "isolation": "advice"},
        seeds=3,
    )
    near = nearby(page.session.settings)[0]
    hashes = [side.parameter_hash for side in scenarios(begun.scenario, near)]
    until = time.monotonic() + WAIT
    while any(begun.laboratory.kept((key, seed)) is None for key in hashes for seed in (1, 2, 3)):
        assert time.monotonic() < until
        time.sleep(0.05)
    monkeypatch.setattr("lazaretto.explore.laboratory.run_from_past", run_again)
    assert page.ask(a=near.a._asdict())["error"] == ""


def test_an_error_that_nobody_expected_reaches_the_page(begun, monkeypatch):
    def broken(*_):
        raise KeyError("nobody expected this")

    said = []
    monkeypatch.setattr(threading, "excepthook", lambda told: said.append(told.exc_value))
    monkeypatch.setattr("lazaretto.explore.session.scenarios", broken)
    one = Page(begun)
    assert "nobody expected" in one.ask(kappa=1)["error"]
    assert one.session.ended(10)
    assert isinstance(said[0], KeyError)


def test_a_closed_page_is_told_nothing_more(begun):
    one = Page(begun)
    one.session.close()
    one.session.ask({"kappa": 1})
    with pytest.raises(Empty):
        one.told.get(timeout=0.3)
