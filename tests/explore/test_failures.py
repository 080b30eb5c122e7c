"""What cannot be answered is told beside its control, is remembered, and is not tried again."""

from __future__ import annotations

import threading
import time

import pytest

from lazaretto.explore import failures
from lazaretto.explore.failures import Failure, changed_controls, failure_of
from lazaretto.explore.settings import Policy
from lazaretto.outcomes.solving import ReproductionError
from lazaretto.parameters import ParameterError

SOON = 2.0  # seconds within which a failure that is known is told


@pytest.fixture
def counted(monkeypatch):
    """How often R0 was searched for, by pathogen."""
    seen = []

    def refuse(pathogen, population):
        seen.append(pathogen.title)
        if "easles" in pathogen.title:
            raise ReproductionError("R0 = 15 cannot be reached on 'x'. Lower R0, take more people")
        return whole(pathogen, population)

    from lazaretto.explore import laboratory

    whole = laboratory.reproduction
    monkeypatch.setattr(laboratory, "reproduction", refuse)
    return seen


def test_r0_that_cannot_be_reached_is_told_beside_the_pathogen_and_tried_once(page, counted):
    first = page.ask(seeds=2)
    assert first["failure"] is None
    told = page.ask(pathogen="measles")
    assert told["failure"]["control"] == "pathogen"
    assert "cannot be reached" in told["failure"]["text"]
    assert "figures" not in told  # the page keeps the old answer, and calls it so
    for kappa in (2, 3):
        began = time.monotonic()
        assert page.ask(kappa=kappa)["failure"]["control"] == "pathogen"
        assert time.monotonic() - began < SOON
    assert counted.count("Measles") == 1
    assert page.ask(pathogen="sars-cov-2-ancestral")["failure"] is None


def test_the_same_settings_are_not_even_looked_at_again(page, monkeypatch):
    def broken(*_):
        raise ParameterError("this cannot be")

    page.ask(seeds=2)
    with monkeypatch.context() as here:
        here.setattr("lazaretto.explore.session.scenarios", broken)
        told = page.ask(region="by-case-count", seeds=2)
        assert told["failure"] == {"control": "region", "text": "this cannot be", "again": False}
        page.ask(region="none", seeds=2)
    page.ask(region="none", seeds=2)
    assert page.ask(region="by-case-count")["failure"]["text"] == "this cannot be"
    page.session.command({"again": True})
    assert page.final()["failure"] is None


def test_a_long_search_is_announced_beside_the_pathogen_and_given_up_in_time(page, monkeypatch):
    """Question: R0 takes for ever. Is that said at once, is it over in time, is it begun once?"""
    from lazaretto.explore import laboratory

    go_on, begun = threading.Event(), []

    def slow(pathogen, population):
        begun.append(pathogen.title)
        go_on.wait(60)
        return None

    page.ask(seeds=2)
    with monkeypatch.context() as here:
        here.setattr(laboratory, "reproduction", slow)
        here.setattr(laboratory, "is_solved", lambda *_: False)
        here.setattr(failures, "SOLVE_LIMIT", 1.0)
        page.session.ask({"pathogen": "mers"})
        notice = None
        while notice is None:
            notice = page.told.get(timeout=SOON).get("notice")
        assert notice["control"] == "pathogen" and "seconds of computing" in notice["text"]
        told = page.final()
        assert told["failure"]["control"] == "pathogen" and told["failure"]["again"]
        began = time.monotonic()
        assert page.ask(kappa=2)["failure"]["control"] == "pathogen"
        assert time.monotonic() - began < SOON
        page.session.command({"again": True})  # for as long again
        began = time.monotonic()
        assert page.final()["failure"]["again"]
        assert time.monotonic() - began > 0.5
        assert len([title for title in begun if "MERS" in title]) == 1
        go_on.set()


def test_too_much_for_the_time_limit_is_told_beside_people_with_what_is_done(page, monkeypatch):
    """Question: only some seeds are done in time. Are these shown, is that said beside the size,
    and is the same not run again until somebody says so?"""
    monkeypatch.setattr(failures, "RUNS_LIMIT", 0.6)
    page.ask(seeds=2)
    wanted = {"seeds": 100, "a": {"tracing": "integrated", "isolation": "supported"}}
    told = page.ask(**wanted)
    assert told["failure"]["control"] == "people" and told["failure"]["again"]
    assert (
        2 <= told["seeds"] < 100
        and f"{told['seeds']} seeds that are done" in (told["failure"]["text"])
    )
    page.ask(seeds=2)
    monkeypatch.setattr("lazaretto.explore.laboratory.run_from_past", run_again)
    again = page.ask(**wanted)
    assert again["failure"]["control"] == "people" and again["seeds"] >= told["seeds"]
    assert f"the {again['seeds']} seeds that are done" in again["failure"]["text"]
    fewer = page.ask(**wanted | {"seeds": told["seeds"]})  # what is done is an answer of its own
    assert fewer["failure"] is None and fewer["seeds"] == told["seeds"]


def run_again(*_, **__):
    raise AssertionError("run again")


def test_not_even_two_seeds_in_time_is_remembered_for_the_size(page, monkeypatch):
    monkeypatch.setattr(failures, "RUNS_LIMIT", -1.0)
    wanted = {"people": 3000, "b": {"tracing": "call-list", "isolation": "facility"}}
    told = page.ask(**wanted)
    assert told["failure"]["control"] == "people" and "figures" not in told
    monkeypatch.setattr("lazaretto.explore.laboratory.run_from_past", run_again)
    assert page.ask(kappa=2)["failure"]["control"] == "people"
    monkeypatch.undo()
    page.session.command({"again": True})
    assert page.final()["failure"] is None


def test_a_failure_stands_beside_what_was_changed_last(page):
    first = page.session.settings
    other = first._replace(b=Policy("household", "advice"), kappa=2.0)
    assert changed_controls(other, first) == ["kappa", "b"]
    assert failure_of(ParameterError("x"), other, first) == Failure("kappa", "x")
    assert failure_of(ParameterError("x"), other, None).control == "situation"
    latent = first._replace(latent_days=9.0)
    assert failure_of(ReproductionError("x"), latent, first).control == "latent_days"
    assert failure_of(ReproductionError("x"), other, first).control == "pathogen"
    assert failure_of(MemoryError(), other, first) == Failure(
        "people", "MemoryError: choose fewer people", again=True
    )
