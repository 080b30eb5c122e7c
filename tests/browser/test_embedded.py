"""Judges: figures.

A figure within a page, in a real browser: drawn by the script wherever plotly.js stands, its still
in print, and the still alone where there is no plotly.js.
"""

from __future__ import annotations

import plotly.graph_objects as go
import pytest
from plotly.offline import get_plotlyjs

from lazaretto.figures.embedded import STYLE, Still, embedded

PIXEL = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 2'/>"
SHOWN = """
const shown = (name) => getComputedStyle(document.querySelector(name)).display;
return [document.querySelectorAll('.lz-live .main-svg').length > 0, shown('.lz-live'),
        shown('.lz-still')];
"""


@pytest.mark.parametrize(
    ("script", "on_screen", "in_print"),
    [
        ("head", [True, "block", "none"], [True, "none", "block"]),
        ("end", [True, "block", "none"], [True, "none", "block"]),
        ("none", [False, "none", "block"], [False, "none", "block"]),
    ],
)
def test_a_figure_is_drawn_or_its_still_is_shown(driver, tmp_path, script, on_screen, in_print):
    figure = go.Figure(go.Scatter(x=[1, 2], y=[3, 4])).update_layout(title="Two points")
    (tmp_path / "plotly.min.js").write_text(get_plotlyjs(), encoding="utf-8")
    load = "<script src='plotly.min.js'></script>"
    page = tmp_path / "page.html"
    page.write_text(
        f"<!DOCTYPE html><meta charset='utf-8'><style>{STYLE}</style>"
        + (load if script == "head" else "")
        + embedded(figure, Still(PIXEL, "image/svg+xml"))
        + (load if script == "end" else ""),
        encoding="utf-8",
    )
    driver.get(page.as_uri())
    assert driver.execute_script(SHOWN) == on_screen
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert driver.execute_script(SHOWN) == in_print
    finally:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
