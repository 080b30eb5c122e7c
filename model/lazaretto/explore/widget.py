"""The explorer in a notebook, by anywidget: `from lazaretto.explore import widget; widget()`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..parameters import ParameterError
from .start import start

STATIC = Path(__file__).parent / "static"
MISSING = "the explorer needs the extra 'explore': pip install 'lazaretto[explore]'"


TELLS_ONCE = ("file", "refused")  # answers to a command, which are no state of the widget


def widget(
    scenario: str | None = None,
    people: int | None = None,
    seeds: int | None = None,
    address: str | None = None,
) -> Any:
    """The explorer as a widget for Jupyter; arguments as of `start`. Raises ParameterError for what
    cannot be read, and where the package anywidget is missing."""
    try:
        import anywidget
        import traitlets
    except ImportError as problem:
        raise ParameterError(MISSING) from problem
    begun = start(scenario, people, seeds, address=address)

    class Explorer(anywidget.AnyWidget):
        """Choices, settings and the last answer, each in step with the page."""

        _esm = notebook_source()
        _css = (STATIC / "explorer.css").read_text(encoding="utf-8")
        choices = traitlets.Dict().tag(sync=True)
        settings = traitlets.Dict().tag(sync=True)
        answer = traitlets.Dict().tag(sync=True)

        def close(self) -> None:
            """Take the widget away, and end what is computed for it."""
            begun.end(0.0)
            super().close()

    made = Explorer(choices=begun.offered, settings=begun.first, answer={})

    def publish(told: dict[str, Any]) -> None:
        if any(key in told for key in TELLS_ONCE):
            made.send(told)
        else:
            made.answer = told

    session = begun.session(publish)
    made.on_msg(lambda _, command, __: session.command(command))
    made.observe(lambda change: session.ask(dict(change["new"])), names="settings")
    session.ask(begun.first)
    return made


def notebook_source() -> str:
    """explorer.js with plotly in it, since a notebook may have no way to the internet."""
    import plotly.offline

    library = json.dumps(plotly.offline.get_plotlyjs())
    load = (
        "if (!window.Plotly) { const tag = document.createElement('script'); "
        f"tag.textContent = {library}; document.head.append(tag); }}\n"
    )
    return load + (STATIC / "explorer.js").read_text(encoding="utf-8")
