"""Judges: report.

Sentences of the report that hang on the scenario."""

from __future__ import annotations

import pytest

import lazaretto as lz
from lazaretto.figures.naming import plain_parameter
from lazaretto.report.around import around
from lazaretto.report.page import linked


def test_what_stands_around_the_policies_is_told_as_it_is(moscow):
    bare = around(moscow)
    assert "nobody is vaccinated" in bare[2] and "as many hospital beds" in bare[4]
    stated = moscow.replace(
        behaviour="responsive",
        immunity="england-june-2021",
        hospitals="germany-2020-beds",
        region="by-case-count",
        pathogen="sars-cov-2-ancestral-seasonal",
    )
    told = around(stated)
    assert len(told) == len(bare) == 5
    assert all(one != other for one, other in zip(told, bare))
    assert around(lz.load_scenario("measles-2024"))[2] == told[2]


def test_publications_are_linked_and_all_else_is_escaped():
    told = "A <b> 2020 (10.1038/s41591-020-0869-5); B 2021 (10.7554/eLife.65534), page 10.5/x."
    assert linked(told) == (
        'A &lt;b&gt; 2020 (<a href="https://doi.org/10.1038/s41591-020-0869-5">'
        "10.1038/s41591-020-0869-5</a>); B 2021 "
        '(<a href="https://doi.org/10.7554/eLife.65534">10.7554/eLife.65534</a>), page 10.5/x.'
    )
    assert "<script" not in linked("10.1234/<script>") and linked("") == ""


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("tracing.instruments.interview.delay.mean", "until contacts are reached (interview)"),
        ("tracing.contest.delay.mean", "until a contest is decided"),
        ("isolation.appeals.delay.mean", "until an appeal is decided"),
        ("isolation.desk.delay.mean", "until what was noted is acted on"),
    ],
)
def test_a_delay_is_told_by_what_it_delays(address, words):
    assert plain_parameter(address).startswith(f"mean days {words}")
