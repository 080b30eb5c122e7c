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
    widget.close()
    assert "Plotly" in widget._esm and "export default" in widget._esm


def test_the_widget_begins_at_an_address_and_gives_files_away(monkeypatch):
    pytest.importorskip(
        "anywidget", reason="the package anywidget is not installed (extra explore)"
    )
    widget = made(address="situation=managed&people=2000&seeds=2&b.tracing=household")
    assert widget.settings["situation"] == "managed"
    until = time.monotonic() + 120
    while not widget.answer.get("done"):
        assert time.monotonic() < until, widget.answer
        time.sleep(0.05)
    assert widget.answer["names"][1] == "household, advice"
    told = []
    monkeypatch.setattr(type(widget), "send", lambda _, content, *more: told.append(content))
    widget._handle_custom_msg({"export": "python"}, [])
    assert "load_scenario" in told[0]["file"]["text"]
    widget._handle_custom_msg({"open": "situation=atlantis"}, [])
    assert "stay as they are" in told[1]["refused"]
    widget.close()
    assert widget.answer["done"]  # what is told once is no state of the widget
