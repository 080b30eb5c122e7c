"""What can go wrong when results are analysed, and libraries that only some analyses need."""

from __future__ import annotations

import importlib
from typing import Any

from ..values.errors import ParameterError


class AnalysisError(ParameterError):
    """A question that these results cannot answer; the text says why."""


def import_extra(module: str, extra: str = "analysis") -> Any:
    """A module of an optional extra. Raises AnalysisError with the command that installs it."""
    try:
        return importlib.import_module(module)
    except ImportError as problem:
        library = module.partition(".")[0]
        raise AnalysisError(
            f"this analysis needs {library}, which is not installed; say: pip "
            f"install 'lazaretto[{extra}]'"
        ) from problem
