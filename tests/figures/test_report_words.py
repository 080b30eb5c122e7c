"""Judges: report.

Sentences of the report that hang on the scenario."""

from __future__ import annotations

import lazaretto as lz
from lazaretto.report.around import around


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
