"""The worker behind the page: answers are those of the package, older questions are dropped,
mistakes become messages."""

from __future__ import annotations

import math
import threading
import time
from queue import Empty

import numpy as np
import pytest
import xarray as xr

import lazaretto as lz
from lazaretto.analysis.compare import describe
from lazaretto.explore.answer import _compared, _describe, reading
from lazaretto.explore.nearby import nearby
from lazaretto.explore.session import Session
from lazaretto.explore.sides import identity_of, scenarios
from lazaretto.figures.style import SIDES, number
from lazaretto.outcomes.panel import COMPONENTS

WAIT = 120


def numbers_of(told):
    return {line["label"]: line for block in told["panel"] for line in block["lines"]}


def test_the_answer_is_what_the_package_says(begun, page):
    told = page.ask(
        a={"tracing": "interview", "isolation": "supported"},
        b={"tracing": "none", "isolation": "advice"},
    )
    assert told["error"] == "" and told["seeds"] == 3
    a, b = scenarios(begun.presets["no-measures"].scenario, page.session.settings)
    population = lz.build_population(a.population, people=2000, seed=1)
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
    drawn = [t for t in told["figures"]["curves"]["data"] if t.get("mode") == "lines"]
    assert [t["name"][:2] for t in drawn] == ["A:", "B:"]


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


def run_again(*_, **__):
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
    near = nearby(page.session.settings, page.session.settings)[0]
    base = begun.presets["no-measures"].scenario
    hashes = [identity_of(side) for side in scenarios(base, near)]
    until = time.monotonic() + WAIT
    while any(begun.laboratory.kept((key, seed)) is None for key in hashes for seed in (1, 2, 3)):
        assert time.monotonic() < until
        time.sleep(0.05)
    monkeypatch.setattr("lazaretto.explore.laboratory.run_from_past", run_again)
    assert page.ask(**near.plain())["error"] == ""


def test_an_error_that_nobody_expected_reaches_the_page(another_page, monkeypatch):
    def broken(*_):
        raise KeyError("nobody expected this")

    said = []
    monkeypatch.setattr(threading, "excepthook", lambda told: said.append(told.exc_value))
    monkeypatch.setattr("lazaretto.explore.session.scenarios", broken)
    one = another_page()
    assert "nobody expected" in one.ask(kappa=1)["error"]
    assert one.session.ended(10)
    assert isinstance(said[0], KeyError)


def test_a_closed_page_is_told_nothing_more(another_page):
    one = another_page()
    one.session.close()
    one.session.ask({"kappa": 1})
    with pytest.raises(Empty):
        one.told.get(timeout=0.3)


def test_a_later_change_acts_from_its_day_on_and_stands_in_the_strip(page):
    """Question: A and B are the same until day 20; are their curves?"""
    policy = {"tracing": "none", "isolation": "advice"}
    later = {"from_day": 20, "tracing": "operator-geolocation", "isolation": "facility"}
    told = page.ask(a=policy | {"then": later}, b=policy, curve="isolated")
    rows = [t for t in told["figures"]["curves"]["data"] if t.get("mode") == "lines+text"]
    told_of_a = [t["name"] for t in rows if t["name"].startswith("A: ")]
    assert told_of_a == ["A: no tracing, advice", "A: operator geolocation, state facility"]
    assert (
        told["names"][0] == "no tracing, advice; from day 20 operator geolocation, state facility"
    )
    kept = page.session._kept(page.session.settings)
    first, second = (np.array([pair[side].curves["isolated"] for pair in kept]) for side in (0, 1))
    assert (first[:, :20] == second[:, :20]).all() and (first[:, 25:] != second[:, 25:]).any()


def test_a_and_b_have_colours_of_their_own_in_every_figure(page):
    traced = {"tracing": "household", "isolation": "advice"}
    told = page.ask(a=traced, b=traced | {"isolation": "supported"})
    for letter, name in (("A", "cascade_a"), ("B", "cascade_b")):
        assert SIDES[letter] in str(told["figures"][name])
        assert SIDES[letter] in str(told["figures"]["curves"])
        assert SIDES[letter] in str(told["figures"]["race"])
        assert len(told["alts"][name]) > 60


def test_a_direction_is_said_only_where_the_interval_leaves_nought_out():
    assert _compared(np.array([-354.0, -600.0, -100.0]), "x") == "354 (100 to 600) fewer x"
    assert _compared(np.array([354.0, 100.0, 600.0]), "x") == "354 (100 to 600) more x"
    unsure = _compared(np.array([-354.0, -767.0, 59.0]), "x")
    assert unsure == "neither surely more nor surely fewer x (−767 to 59)"
    assert _compared(np.zeros(3), "x") == "as many x"


def test_the_race_is_read_beside_the_cascade_with_the_numbers_of_both(begun, page):
    told = page.ask(a={"tracing": "interview", "isolation": "advice"})
    text = told["reading"][0]
    at = list(COMPONENTS).index("latent_when_reached")
    pairs = page.session._kept(page.session.settings)
    share = np.nanmean([a.panel[at] for a, _ in pairs])
    assert f"In the runs it was {share:.0%}" in text
    marks = [t for t in told["figures"]["race"]["data"] if t.get("mode") == "markers+text"]
    for one in marks[0]["text"]:
        assert one.split()[-1] in text
    terms = dict(told["definitions"])
    assert terms["Still latent when reached"] == COMPONENTS["latent_when_reached"].definition
    nobody = page.ask(a={"tracing": "none", "isolation": "advice"})
    assert nobody["reading"] == [] and callable(reading)


def test_what_takes_long_is_told_before_it_begins(page, monkeypatch):
    monkeypatch.setattr("lazaretto.explore.laboratory.USUAL_RUN", 100.0)
    page.session.ask({"seeds": 3, "b": {"tracing": "venue-check-in", "isolation": "facility"}})
    said = []
    while not said or not said[-1].get("done"):
        said.append(page.told.get(timeout=WAIT))
    texts = [one["status"] for one in said if not one.get("done")]
    assert any("3 runs, about 30 s" in text for text in texts), texts
    monkeypatch.setattr("lazaretto.explore.failures.RUNS_LIMIT", 20.0)
    page.session.ask({"b": {"tracing": "israel-2020-summer", "isolation": "facility"}})
    notice = None
    while notice is None:
        notice = page.told.get(timeout=WAIT).get("notice")
    assert notice["control"] == "people" and "take about 30 seconds" in notice["text"]
    page.final()


def test_a_command_that_is_none_is_a_message(page):
    for command in ({}, None, 3, {"open": "x", "again": True}, {"delete": "all"}):
        page.session.command(command)
        assert page.told.get(timeout=WAIT)["error"]


def test_sessions_are_not_told_what_they_did_not_ask(another_page):
    one, other = another_page(), another_page()
    assert one.ask(seeds=2)["error"] == ""
    with pytest.raises(Empty):
        other.told.get(timeout=0.3)
    assert isinstance(one.session, Session)
