"""What the shell may complete: names of files, kinds, keys and values of `--set`.

`lazaretto --install-completion` switches it on for bash, zsh, fish or PowerShell. Nothing here
raises: where nothing can be read, nothing is offered.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Iterator, MutableMapping

import typer

from .. import datasets
from ..parameters import KINDS, ParameterError, find, list_names, load, rows
from ..parameters.library import KIND_OF
from ..parameters.scenario import Scenario

Offers = list[tuple[str, str]]
EQUALS = "="
UNLESS_NAMED = "no-measures"
ASKED_BY = "_LAZARETTO_COMPLETE"


def scenarios(incomplete: str) -> Offers:
    """Names of scenarios."""
    return _titled("scenarios", incomplete)


def sweeps(incomplete: str) -> Offers:
    """Names of sweeps."""
    return _titled("sweeps", incomplete)


def kinds(incomplete: str) -> Offers:
    """The kinds of parameter files."""
    return _beginning([(kind, "") for kind in (*KINDS, "data")], incomplete)


def everything(incomplete: str) -> Offers:
    """Names of all parameter files; those that stand in several kinds also as kind/name."""
    named = [(kind, name) for kind in KINDS for name in list_names(kind)]
    names = [name for _, name in named]
    offers = [(name, kind) for kind, name in named]
    offers += [(f"{kind}/{name}", kind) for kind, name in named if names.count(name) > 1]
    return _beginning(list(dict(offers).items()), incomplete)


def data_sets(incomplete: str) -> Offers:
    """Names of real data sets."""
    return _beginning([(one["name"], one["title"]) for one in datasets.overview()], incomplete)


@contextlib.contextmanager
def words_rejoined(environment: MutableMapping[str, str]) -> Iterator[None]:
    """Put `key = value` together again where bash asks, which splits words at "=", and print of
    what is offered only what follows the "="."""
    before = _rejoin(environment) if environment.get(ASKED_BY) == "complete_bash" else ""
    if not before:
        yield
        return
    offered = io.StringIO()
    try:
        with contextlib.redirect_stdout(offered):
            yield
    finally:
        for line in offered.getvalue().splitlines():
            print(line.removeprefix(before))


def _rejoin(environment: MutableMapping[str, str]) -> str:
    """The key with its "=" where the last words are a key, "=" and what has been begun of a value;
    they are one word then."""
    words, at = environment.get("COMP_WORDS", "").split(" "), int(environment.get("COMP_CWORD", 0))
    for sign in (at - 1, at):
        if 0 < sign < len(words) and words[sign] == EQUALS:
            key = words[sign - 1] + EQUALS
            words[sign - 1 :] = [key + "".join(words[sign + 1 : at + 1])]
            environment["COMP_WORDS"] = " ".join(words)
            environment["COMP_CWORD"] = str(sign - 1)
            return key
    return ""


def settings(ctx: typer.Context, incomplete: str) -> Offers:
    """Keys of `--set`, then what a key takes: tracing=in... -> tracing=interview."""
    key, equals, begun = incomplete.partition(EQUALS)
    if equals:
        return _values(key, begun, key + EQUALS)
    return _keys(str(ctx.params.get("scenario") or UNLESS_NAMED), incomplete)


def _values(key: str, begun: str, before: str) -> Offers:
    if key not in KIND_OF:
        return []
    return [(before + name, title) for name, title in _titled(KIND_OF[key], begun)]


def _keys(name: str, incomplete: str) -> Offers:
    """Parts of a scenario, and the addresses of its values once a part has been begun."""
    parts = [(part + EQUALS, f"one of the {kind}") for part, kind in KIND_OF.items()]
    plain = [(key + EQUALS, "") for key in ("people", "days", "start_date")]
    offers = _beginning(parts + plain, incomplete)
    try:
        found = load("scenarios", name)
    except (ParameterError, OSError):
        return offers
    if not isinstance(found, Scenario):
        return offers
    stated = [
        (row["parameter"] + EQUALS, f"{row['value']} {row['unit']}".strip()) for row in rows(found)
    ]
    return list(dict([*_beginning(stated, incomplete), *offers]).items())


def _titled(kind: str, incomplete: str) -> Offers:
    """Names of a kind with their titles; titles are read only of those that fit."""
    fitting = [name for name in list_names(kind) if name.startswith(incomplete)]
    return [(name, _title(kind, name)) for name in fitting]


def _title(kind: str, name: str) -> str:
    one = load(kind, name)
    return getattr(one, "short", "") or str(one.title)


def _beginning(offers: Iterable[tuple[str, str]], incomplete: str) -> Offers:
    return [(name, told) for name, told in offers if name.startswith(incomplete)]


def addresses(ctx: typer.Context, incomplete: str) -> Offers:
    """Addresses of the values of a file, for `show NAME`."""
    try:
        _, thing = find(str(ctx.params.get("name")))
    except (ParameterError, OSError):
        return []
    whole = thing.scenario if hasattr(thing, "scenario") else thing
    stated = [(row["parameter"], f"{row['value']} {row['unit']}".strip()) for row in rows(whole)]
    return _beginning(stated, incomplete)
