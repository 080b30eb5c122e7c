"""What parameters, components and cells are called in figures."""

from __future__ import annotations

from ..analysis.compare import AVERTED
from ..outcomes.panel import COMPONENTS
from ..parameters import address
from .style import QUIET, words

# what a reader calls a parameter whose own name is a letter, or says too little alone
PLAIN = {
    "kappa reporting": "avoidance of tests",
    "kappa cooperation": "avoidance of tracers",
    "kappa phone": "avoidance of carrying a phone",
    "kappa app": "avoidance of the app",
    "tau injustice": "distrust after wrong sanctions",
    "delta deterrence": "deterrence",
    "sigma support": "effect of support on breaches",
    "seek probability": "share who seek a test",
    "reach probability": "share of those named who are reached",
    "cooperation probability": "share of cases who cooperate",
    "mean sample to result": "mean days from sample to result",
    "mean onset to sample": "mean days from onset to sample",
    "mean delay": "mean days until contacts are reached",
    "trigger": "tracing begins with",
}


def parameter_words(name: str) -> str:
    """An address as people read it: what it is, and where it belongs."""
    what, where = address.words(name)
    what = PLAIN.get(what, what)
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
