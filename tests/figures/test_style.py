"""One colour per regime and one dash and symbol per level, told apart by everybody, also on
paper."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

import lazaretto
from lazaretto.figures.curves import OF_RUN
from lazaretto.figures.people import IN_HOSPITAL, IN_VAIN, ORDER_COLOURS, STATE_COLOURS
from lazaretto.figures.style import (
    INK,
    LEVEL_DASHES,
    LEVEL_SYMBOLS,
    ONE,
    OTHER,
    QUIET,
    REGIME_COLOURS,
    SIDES,
    SPARE_COLOURS,
    SPARE_DASHES,
    SPARE_SYMBOLS,
    colour,
    dash,
    label,
    number,
    symbol,
)
from lazaretto.parameters import list_names

STYLE = Path(lazaretto.__file__).parent / "explore" / "static" / "explorer.css"
REGIMES, LEVELS = 9, 13
LEAST_CONTRAST = 3.0  # WCAG 2.2, 1.4.11, for graphics
LEAST_DISTANCE = (
    6 * 2.3
    # CIE 1976; 2.3 can just be seen (Mahy M et al 1994). Okabe & Ito's own blue and green are 17.0
    # apart without blue
)
# Machado GM, Oliveira MM, Fernandes LAF 2009 (10.1109/TVCG.2009.113), severity 1
VISIONS = {
    "all cones": np.eye(3),
    "without red": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "without green": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "without blue": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = np.array([0.95047, 1.0, 1.08883])


def linear(hex_colour):
    c = np.array([int(hex_colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast_with_white(hex_colour):
    return 1.05 / (linear(hex_colour) @ TO_XYZ[1] + 0.05)


def lab(hex_colour, vision):
    ratio = TO_XYZ @ np.clip(np.asarray(VISIONS[vision]) @ linear(hex_colour), 0, 1) / WHITE
    f = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def regimes():
    """The shipped regimes, and the user's own up to nine."""
    shipped = list_names("isolation")
    return shipped + [f"own-{i}" for i in range(max(0, REGIMES - len(shipped)))]


def levels():
    shipped = list_names("tracing")
    return shipped + [f"own-{i}" for i in range(max(0, LEVELS - len(shipped)))]


def test_nine_regimes_have_nine_colours_and_thirteen_levels_thirteen_dashes_and_symbols():
    names = regimes()
    assert len({colour(n, names) for n in names}) == len(names) >= REGIMES
    names = levels()
    assert len({dash(n, names) for n in names}) == len(names) >= LEVELS
    assert len({symbol(n, names) for n in names}) == len(names) >= LEVELS


def test_every_colour_stands_out_from_white():
    for paint in (*REGIME_COLOURS.values(), *SPARE_COLOURS):
        assert contrast_with_white(paint) >= LEAST_CONTRAST, paint


@pytest.mark.parametrize("vision", VISIONS)
def test_any_two_colours_differ_for_every_reader(vision):
    everything = (*REGIME_COLOURS.values(), *SPARE_COLOURS)
    for one, other in itertools.combinations(everything, 2):
        assert np.linalg.norm(lab(one, vision) - lab(other, vision)) >= LEAST_DISTANCE, (one, other)


@pytest.mark.parametrize("vision", VISIONS)
def test_what_is_drawn_of_people_differs_for_every_reader(vision):
    """Bars of the timeline of a case; and the lines of each panel of a run's curves."""
    bars = [STATE_COLOURS["latent"], STATE_COLOURS["infectious"], *ORDER_COLOURS.values()]
    panels = [[line.colour for line in lines] for _, _, lines in OF_RUN]
    for together in (bars, *panels):
        assert all(contrast_with_white(paint) >= LEAST_CONTRAST for paint in together)
        for one, other in itertools.combinations(together, 2):
            assert np.linalg.norm(lab(one, vision) - lab(other, vision)) >= LEAST_DISTANCE


@pytest.mark.parametrize("vision", VISIONS)
def test_a_and_b_differ_from_each_other_and_from_whatever_means_something(vision):
    a, b = SIDES.values()
    meaning = [*REGIME_COLOURS.values(), *SPARE_COLOURS, *STATE_COLOURS.values(), INK, QUIET]
    meaning += [*ORDER_COLOURS.values(), IN_HOSPITAL, IN_VAIN, ONE, OTHER]
    assert np.linalg.norm(lab(a, vision) - lab(b, vision)) >= 3 * LEAST_DISTANCE
    for mine, other in itertools.product((a, b), meaning):
        assert np.linalg.norm(lab(mine, vision) - lab(other, vision)) >= LEAST_DISTANCE, other


@pytest.mark.parametrize("paper", ["#ffffff", "#14181f"])
def test_a_and_b_can_be_read_as_words_on_light_and_dark_pages(paper):
    """The page's own: words need 4.5:1 (WCAG 2.2, 1.4.3); dark ones are those of explorer.css."""
    told = re.findall(r"--[ab]: (#[0-9a-f]{6})", STYLE.read_text())
    assert told[:2] == list(SIDES.values()) and len(told) == 4
    under = linear(paper) @ TO_XYZ[1]
    for paint in told[:2] if paper == "#ffffff" else told[2:]:
        over = linear(paint) @ TO_XYZ[1]
        assert (max(over, under) + 0.05) / (min(over, under) + 0.05) >= 4.5, paint
    script = STYLE.with_suffix(".js").read_text()
    for light, shade in zip(told[:2], told[2:], strict=True):
        assert f'"{light}": "{shade}"' in script  # figures change with the words


def test_a_name_looks_the_same_whatever_else_is_drawn():
    for name in list_names("isolation"):
        assert colour(name) == colour(name, [name]) == colour(name, reversed(regimes()))
    for name in list_names("tracing"):
        assert dash(name) == dash(name, reversed(levels()))
        assert symbol(name) == symbol(name, reversed(levels()))


def test_no_spare_is_somebody_s_own():
    assert not set(SPARE_COLOURS) & set(REGIME_COLOURS.values())
    assert not set(SPARE_DASHES) & set(LEVEL_DASHES.values())
    assert not set(SPARE_SYMBOLS) & set(LEVEL_SYMBOLS.values())


def test_names_from_files_are_escaped():
    assert label("<a href='x'>&") == "&lt;a href='x'&gt;&amp;"
    assert label("none") == "no tracing"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1234.5, "1,230"),
        (12.345, "12.3"),
        (2.5e6, "2.5 million"),
        (7.1e9, "7.1 billion"),
        (float("inf"), "never"),
        (float("nan"), "–"),
    ],
)
def test_numbers_as_people_read_them(value, text):
    assert number(value) == text
