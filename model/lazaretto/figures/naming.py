"""What parameters, components and cells are called in figures."""

from __future__ import annotations

from ..analysis.compare import AVERTED
from ..outcomes.panel import COMPONENTS
from ..parameters import address
from .style import QUIET, words


def parameter_words(name: str) -> str:
    """An address as people read it: what it is, and where it belongs."""
    what, where = address.words(name)
    return what + (f" <span style='color:{QUIET}'>({where})</span>" if where else "")


def component_words(name: str) -> str:
    """A component, or a ranking, as people read it."""
    plain = name.removesuffix(AVERTED)
    if plain not in COMPONENTS:
        return name
    return COMPONENTS[plain].label + (" averted" if name.endswith(AVERTED) else "")


def cell_words(text: str) -> str:
    """A cell's label with the names that people read."""
    return " + ".join(words(part) for part in text.split(" + "))
