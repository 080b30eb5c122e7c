"""What there is: `list`, `data`, `show`, `validate`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from .. import datasets
from ..parameters import (
    KINDS,
    ParameterError,
    Row,
    Scenario,
    file_of,
    find,
    kinds_with,
    list_names,
    load,
    origins,
    rows,
    scenario_schema,
    validate_file,
)
from ..parameters.plain import visible
from ..parameters.scenario import KIND_OF
from ..values.strict_json import strict_json
from . import completion
from .options import AsJson
from .printing import hint, say_compiling, screen
from .values import print_values, print_wrapped, with_words

PART_OF = {kind: part for part, kind in KIND_OF.items()}


def list_files(
    kind: Annotated[
        str | None,
        typer.Argument(help=f"One of: {', '.join(KINDS)}, data.", autocompletion=completion.kinds),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the parameter files: pathogens, populations, tracing levels, isolation regimes,
    scenarios, sweeps; or the data sets."""
    if kind == "data":
        list_data(as_json)
        return
    kinds = [kind] if kind else list(KINDS)
    names = {k: list_names(k) for k in kinds}
    if as_json:
        print(strict_json(names))
        return
    for k, found in names.items():
        screen.print(k, style="bold")
        for name in found:
            one = load(k, name)
            screen.print(f"  {name:24s} {getattr(one, 'short', '') or one.title}", highlight=False)
    hint(f"lazaretto show {names[kind][0] if kind else 'moscow-2020'}")


def list_data(as_json: AsJson = False) -> None:
    """List the real data sets, their licences, and whether they are here."""
    sets = datasets.overview()
    if as_json:
        print(strict_json(sets))
        return
    for one in sets:
        here = (
            "here"
            if len(one["here"]) == len(one["addresses"])
            else ("in part" if one["here"] else "not fetched")
        )
        told = f"  {one['title']} ({one['licence']}; {here})"
        screen.print(Text.assemble((one["name"], "bold"), told))
        screen.print(f"  {one['citation']}", highlight=False)
    screen.print(
        f"Looked for in {datasets.folder()} (environment variable LAZARETTO_DATA)", highlight=False
    )


def get_data(
    name: Annotated[str, typer.Argument(autocompletion=completion.data_sets)],
    as_json: AsJson = False,
) -> None:
    """Fetch a data set once, check it, and print where its files lie."""
    found = {kind: str(path) for kind, path in datasets.get(name).items()}
    if as_json:
        print(strict_json(found))
        return
    for kind, path in found.items():
        screen.print(f"{kind}: {path}", highlight=False)


def show(
    name: Annotated[
        str,
        typer.Argument(
            help="Of a scenario, sweep or part, such as moscow-2020 or tracing/interview; "
            "or the path of a file.",
            autocompletion=completion.everything,
        ),
    ],
    words: Annotated[
        str | None,
        typer.Argument(
            help="Only values with these words in address, source, note or status, such as "
            "'delay' or 'tracing assumption'.",
            autocompletion=completion.addresses,
        ),
    ] = None,
    brief: Annotated[
        bool, typer.Option("--brief", help="One line a value: without range, source and note.")
    ] = False,
    outputs: Annotated[
        bool,
        typer.Option(help="Of a pathogen: also what follows from it, beside the published values."),
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Show one file: every value with unit, range, status, file, source and note; of a pathogen
    also what follows from it. Addresses are as --set takes them."""
    kind, thing = find(name)
    scenario = thing.scenario if kind == "sweeps" else thing
    where = name.rpartition("/")[2] if name in _full_names(kind, name) else name
    known = origins(kind, where)
    lines = with_words(rows(scenario), words, name)
    files = [file_of(row["parameter"], known) for row in lines]
    shown = outputs and kind == "pathogens" and not words and not brief
    city = _shown_on(as_json) if shown else None
    follows = _natural_history(thing, city) if shown else None
    starts = _at_start(thing, Path(name).stem, city) if shown else None
    if as_json:
        told = {
            "kind": kind,
            "title": thing.title,
            "description": thing.description,
            "parameters": [{**row, "file": file} for row, file in zip(lines, files, strict=True)],
        }
        if follows is not None:
            told["outputs"] = json.loads(follows.reset_index().to_json(orient="records"))
        if starts is not None:
            told["at_start"] = json.loads(starts.reset_index().to_json(orient="records"))
        print(strict_json(told))
        return
    screen.print(Text.assemble((visible(thing.title), "bold"), f" ({kind})"))
    if not words and not brief:
        _print_about(kind, name, thing, scenario)
    print_values(lines, files, brief)
    if follows is not None:
        _print_natural_history(follows)
    if starts is not None:
        _print_at_start(starts)
    if kind == "sweeps":
        for axis, values in thing.axes.items():
            screen.print(f"axis {axis}: {', '.join(map(str, values))}", highlight=False)
    _hint_after(kind, name, lines)


def _print_about(kind: str, name: str, thing: Any, scenario: Any) -> None:
    """What stands above the values: the description, files of the same name, avoidance."""
    print_wrapped(f"{thing.description}", indent="")
    if others := [f"{other}/{name}" for other in kinds_with(name) if other != kind]:
        screen.print(f"\nOf the same name: {', '.join(others)}", highlight=False)
    if isinstance(scenario, Scenario):
        screen.print()
        print_wrapped(_avoidance(scenario), "red" * scenario.behaviour.avoidance_is_off, "")
    screen.print()


def _hint_after(kind: str, name: str, lines: list[Row]) -> None:
    """What can be done with a file, with one of the addresses just shown."""
    key = next((row["parameter"] for row in lines if "/" not in row["value"]), "people")
    if kind == "sweeps":
        hint(f"lazaretto sweep {name} --out results/")
    elif kind == "scenarios":
        hint(f"lazaretto run {name} --set {key}=... --out out/")
    elif kind in PART_OF:
        part = f"--set {PART_OF[kind]}={name.rpartition('/')[2]}"
        hint(f"lazaretto run no-measures {part} --out out/")


def _full_names(kind: str, name: str) -> tuple[str, ...]:
    """What a file of a kind may be called where its name alone is not enough."""
    return (f"{kind}/{name.rpartition('/')[2]}",)


SHOWN_ON, SHOWN_PEOPLE = "moscow", 100_000


def _at_start(pathogen: Any, name: str, city: Any) -> Any:
    from ..analysis.at_start import shipped_at_start
    from ..outcomes.solving import ReproductionError

    try:
        return shipped_at_start(pathogen, name, city)
    except ReproductionError:  # too few contacts for this R0
        return None


def _print_at_start(starts: Any) -> None:
    table = Table("R at the start", "R", "at home", "outside", expand=True)
    for given, line in starts.iterrows():
        table.add_row(str(given), *(f"{line[name]:.2f}" for name in ("r", "household", "outside")))
    screen.print(table)
    screen.print(
        f"Simulated on {SHOWN_PEOPLE:,} people of {SHOWN_ON}: infections per case of the first "
        "generations, without measures, where people are immune or respond as stated.",
        highlight=False,
    )


def _shown_on(quiet: bool) -> Any:
    from ..parameters import load_population
    from ..population.build import POPULATION_SEED, build_population

    say_compiling(quiet)
    return build_population(load_population(SHOWN_ON), SHOWN_PEOPLE, POPULATION_SEED)


def _natural_history(pathogen: Any, city: Any) -> Any:
    from ..analysis.natural_history import beside_published

    return beside_published(pathogen, city)


def _print_natural_history(follows: Any) -> None:
    screen.print("\nWhat follows from it", style="bold", highlight=False)
    for name, line in follows.iterrows():
        screen.print(str(name), style="bold", highlight=False, soft_wrap=True)
        told = f"{line['value']:.3g} {line['unit']}"
        if line["within"]:
            told += f"; published {line['published']:.4g} ({line['low']:g} to {line['high']:g})"
            told += {"yes": ", which holds it", "no": ", which does not hold it"}[line["within"]]
        print_wrapped(told, "yellow" if line["within"] == "no" else "")
        print_wrapped(
            "; ".join(filter(None, (line["meaning"], line["source"], line["note"]))), "dim"
        )
    screen.print(
        f"Dispersion on {SHOWN_PEOPLE:,} people of {SHOWN_ON}. Intervals are "
        "intrinsic: without depletion.",
        highlight=False,
    )


def _avoidance(scenario: Scenario) -> str:
    if scenario.behaviour.avoidance_is_off:
        return "Test avoidance is OFF: coercion wins by construction."
    return (
        "Test avoidance is on (an assumption with a wide range): harsh regimes lower test "
        "seeking, cooperation and phone carriage."
    )


def validate(files: list[Path]) -> None:
    """Check parameter files; each error names file, key, value and allowed range. Of a single file
    the resolved values are shown, and the file that each came from."""
    wrong = []
    for file in files:
        try:
            kind, thing = validate_file(file)
            screen.print(f"{file}: fine ({kind}: {thing.title})", highlight=False)
            if len(files) == 1:
                whole = thing.scenario if kind == "sweeps" else thing
                lines = rows(whole)
                known = origins(kind, file)
                print_values(lines, [file_of(row["parameter"], known) for row in lines])
        except ParameterError as problem:
            wrong.append(str(problem))
    if wrong:
        raise ParameterError("\n".join(wrong))


def schema() -> None:
    """Print the JSON Schema of scenario files, by which editors complete and check them.

    Write it to scenario.schema.json beside a file, and #:schema ./scenario.schema.json on the first
    line of that file (taplo, VS Code with Even Better TOML)."""
    print(strict_json(scenario_schema(), 1))
