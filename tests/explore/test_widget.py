"""The explorer in a notebook."""

from __future__ import annotations

import time

import pytest

from lazaretto.explore import widget as made


def test_the_widget_answers_settings_from_the_notebook():
    pytest.importorskip(
        "anywidget", reason="the package anywidget is not installed (extra explore)"
    )
    widget = made(people=2000, seeds=2)
    assert widget.choices["tracing"]

    def answered(settings):
        until = time.monotonic() + 120
        while not widget.answer.get("done"):
            assert time.monotonic() < until, widget.answer
            time.sleep(0.05)
        return widget.answer

    assert answered(None)["names"][0] == "interviews, advice"
    widget.answer = {}
    widget.settings = widget.settings | {"a": {"tracing": "household", "isolation": "advice"}}
    assert answered(None)["names"][0] == "household, advice"
    assert "Plotly" in widget._esm and "export default" in widget._esm
