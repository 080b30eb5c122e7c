"""Settings as an address: written, read and the same again; what nobody wrote is refused in a
sentence and changes nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from lazaretto.explore.address import changed_words, read_address, write_address
from lazaretto.explore.presets import load_presets
from lazaretto.explore.settings import MOST_FROM_DAY, Policy, Then
from lazaretto.explore.start import start
from lazaretto.parameters import ParameterError, list_names

PRESETS = {name: preset.settings for name, preset in load_presets().items()}
LEVELS, REGIMES = (st.sampled_from(list_names(kind)) for kind in ("tracing", "isolation"))
LATER = st.none() | st.builds(Then, st.integers(1, MOST_FROM_DAY), LEVELS, REGIMES)
POLICIES = st.builds(Policy, LEVELS, REGIMES, LATER)


@st.composite
def anything(draw):
    """Settings that the controls can say."""
    first = PRESETS[draw(st.sampled_from(list(PRESETS)))]
    return first._replace(
        pathogen=draw(st.sampled_from(list_names("pathogens"))),
        latent_days=draw(st.none() | st.floats(0.01, 1000)),
        kappa=draw(st.floats(0, 4)),
        region=draw(st.sampled_from(list_names("region"))),
        people=draw(st.integers(1000, 200_000)),
        seeds=draw(st.integers(2, 100)),
        curve=draw(st.sampled_from(["new_infections", "quarantined"])),
        a=draw(POLICIES),
        b=draw(POLICIES),
    )


@given(anything())
@how(max_examples=150, deadline=None)
def test_an_address_brings_back_exactly_what_was_there(settings):
    address = write_address(settings, PRESETS)
    assert read_address(address, PRESETS) == settings
    assert read_address(f"#{address}", PRESETS) == settings
    changed = changed_words(settings, PRESETS[settings.situation])
    assert bool(changed) == (settings != PRESETS[settings.situation]._replace(curve=settings.curve))


@pytest.mark.parametrize("name", PRESETS)
def test_a_situation_as_it_is_has_its_name_for_an_address(name):
    assert write_address(PRESETS[name], PRESETS) == f"situation={name}"
    assert read_address(f"situation={name}", PRESETS) == PRESETS[name]
    assert changed_words(PRESETS[name], PRESETS[name]) == []


def test_only_what_differs_stands_in_it_and_can_be_read():
    settings = PRESETS["managed"]._replace(
        kappa=2.0, a=Policy("household", "advice", Then(40, "interview", "supported"))
    )
    assert write_address(settings, PRESETS) == (
        "situation=managed&kappa=2&a.tracing=household&a.then.from_day=40"
        "&a.then.tracing=interview&a.then.isolation=supported"
    )
    assert changed_words(settings, PRESETS["managed"]) == [
        "avoidance",
        "tracing of A",
        "later change of A",
    ]
    without = PRESETS["tracing-begins"]._replace(a=Policy("none", "supported"))
    assert write_address(without, PRESETS) == "situation=tracing-begins&a.then=none"


def test_sizes_mean_the_same_wherever_an_address_is_opened():
    small = {name: preset.settings for name, preset in load_presets(None, 3000, 4).items()}
    address = write_address(small["managed"], small)
    assert address == "situation=managed&people=3000&seeds=4"
    assert read_address(address, PRESETS) == small["managed"]
    assert read_address("situation=managed", small) == PRESETS["managed"]


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", "names no situation"),
        ("#", "names no situation"),
        ("hello", "key=value"),
        ("situation", "key=value"),
        ("kappa=2", "names no situation; there are: containment"),
        ("situation=atlantis", "is of 'atlantis'; there are: containment"),
        ("situation=managed&situation=managed", "stands twice"),
        ("situation=managed&token=abc", "'token', and no control is called so"),
        ("situation=managed&a=none", "'a', and no control is called so"),
        ("situation=managed&a.colour=red", "'a.colour'"),
        ("situation=managed&a.then=soon", "'a.then'"),
        ("situation=managed&a.then.from_day=40", "a.then: a change has a day"),
        ("situation=managed&c.tracing=none", "'c.tracing'"),
        ("situation=managed&kappa=much", "kappa must be a number; got 'much'"),
        ("situation=managed&kappa=nan", "kappa must be a number from 0 to 4"),
        ("situation=managed&people=1e9", "people must be a number; got '1e9'"),
        ("situation=managed&people=7", "people must be a number from 1000"),
        ("situation=managed&a.tracing=of-yesterday", "a.tracing: there is no 'of-yesterday'"),
        ("situation=managed&pathogen=../../etc/passwd", "pathogen: there is no"),
        ("situation=managed&" + "x" * 3000, "at most 2,000 characters"),
        (None, "an address is a text"),
        (7, "an address is a text"),
    ],
)
def test_what_no_explorer_wrote_is_refused_in_a_sentence(address, message):
    with pytest.raises(ParameterError, match=message) as refused:
        read_address(address, PRESETS)
    assert len(str(refused.value)) < 600


def test_opening_one_fills_the_page_and_answers_it(begun, page):
    told = page.command(open="situation=managed&people=2000&seeds=2&b.tracing=household")
    assert told["fill"] and told["settings"]["b"]["tracing"] == "household"
    final = page.final()
    assert final["settings"] == told["settings"] and final["seeds"] == 2
    assert final["address"] == "situation=managed&people=2000&seeds=2&b.tracing=household"
    assert final["changed"] == ["seeds", "tracing of B"]


def test_an_explorer_begins_at_a_link():
    text = "situation=managed&people=2000&seeds=2&b.tracing=household"
    for link in (text, f"#{text}", f"http://127.0.0.1:4711/#{text}"):
        begun = start(address=link)
        assert begun.settings.b.tracing == "household" and begun.settings.people == 2000
        assert begun.end()
    with pytest.raises(ParameterError, match="there are: containment"):
        start(address="http://127.0.0.1:4711/#situation=atlantis")


def test_a_bad_one_loses_nothing(page):
    before = page.ask(seeds=2)
    told = page.command(open="situation=managed&a.tracing=of-yesterday")
    assert "of-yesterday" in told["refused"] and "stay as they are" in told["refused"]
    assert page.session.settings.plain() == before["settings"]
