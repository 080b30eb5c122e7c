"""What the report says about a ranking that turns stays within what was sampled."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
import xarray as xr

from lazaretto.report.assumptions import _where, what_it_rests_on

pytest.importorskip("sklearn")


def line(low: float, high: float) -> dict[str, Any]:
    return {"sampled_low": 0.0, "sampled_high": 2.0, "flips_low": low, "flips_high": high}


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.5, 1.5, "95 % interval 0.5 to 1.5"),
        (0.0, 2.0, "95 % interval 0 to 2"),
        (-0.7, 1.5, "95 % interval from 0, the lowest value sampled, or less, to 1.5"),
        (0.5, 3.0, "95 % interval from 0.5 to 2, the highest value sampled, or more"),
        (-0.7, 3.0, "95 % interval: all of the sampled 0 to 2"),
    ],
)
def test_an_interval_is_cut_at_the_sampled_range_and_the_words_say_so(low, high, said):
    assert _where(line(low, high)) == said


def test_no_sentence_names_a_value_that_was_not_sampled():
    """A ranking that turns near the lowest value, in few and noisy samples: the interval itself
    reaches below 0."""
    generator = np.random.Generator(np.random.Philox(5))
    n, seeds = 30, 4
    p = (np.arange(n) + 0.5) / n
    a = 10 + (p - 0.1)[:, None] + 1.5 * generator.standard_normal((n, seeds))
    costs = np.stack([a, 10 + 0.01 * generator.standard_normal((n, seeds))])
    dims = ("policy", "sample", "seed")
    results = xr.Dataset(
        {"infections": (dims, costs), "futile_days": (dims, costs)},
        coords={
            "policy": ["a", "b"],
            "seed": range(1, seeds + 1),
            "parameter": ["behaviour.p"],
            "unit": (("sample", "parameter"), p[:, None]),
            "behaviour.p": ("sample", p, {"units": "fraction"}),
        },
        attrs={
            "axes": json.dumps({"policy": ["a", "b"]}),
            "baseline": json.dumps({"policy": "a"}),
            "design_kind": "latin-hypercube",
            "varied": json.dumps(["behaviour.p"]),
        },
    )
    rests = what_it_rests_on(results)
    first = rests.table.iloc[0]
    assert first["flips"] and first["flips_low"] < 0 < first["sampled_low"]
    told = next(sentence for sentence in rests.sentences if "turns at" in sentence)
    assert "the lowest value sampled, or less" in told
    named = [float(x) for x in re.findall(r"-?\d+\.?\d*(?= \(| to|, the|\))", told)]
    assert named and all(p.min() * 0.99 <= x <= p.max() * 1.01 for x in named if x != 95)
    assert "-" not in re.search(r"\(95.*?\)", told)[0]
    ahead = {cell: rests.figures["band"].data[0].text[at] for at, cell in enumerate("ab")}
    for cell, text in ahead.items():  # the sentence says what the figure says
        assert f"{cell} in {text.removeprefix('ahead in ')}" in rests.sentences[0]
