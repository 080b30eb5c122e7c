"""How fast the engine is and how near to what was reported: `bench`, `settings`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from ..parameters import ParameterError
from ..values.strict_json import strict_json
from . import completion
from .options import AsJson, People, Seeds, Threads, check_positive
from .printing import say_compiling, screen

LEAST_BENCH_PEOPLE = 1000


def bench(
    people: Annotated[
        list[int] | None,
        typer.Option(
            "--people",
            help="Sizes; may be given several times. Default: 10,000, 100,000 and 1,000,000.",
        ),
    ] = None,
    repeats: Annotated[int, typer.Option("--repeats", min=1)] = 5,
    first_use: Annotated[
        bool, typer.Option("--first-use", help="Also compile everything anew into an empty cache.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Measure the engine: ns per infection and runs per second, bare and in the city, on one
    thread; building; starting.

    About a minute of one processor. Tracing is measured at the largest size up to 100,000 people,
    or at the smallest given: alone, --people 1000000 takes six minutes, nearly all for tracing.
    """
    from ..bench import measure_all

    for size in people or []:
        if size < LEAST_BENCH_PEOPLE:
            raise ParameterError(
                f"--people must be at least {LEAST_BENCH_PEOPLE:,}: R0 needs four "
                f"free generations; got {size}"
            )
    found = measure_all(people or [10_000, 100_000, 1_000_000], repeats, first_use)
    if as_json:
        print(strict_json(found))
        return
    table = Table(
        "case",
        "people",
        "infected",
        "best s",
        "median s",
        "ns per infection",
        "runs per s",
        "bytes a person",
        "built in s",
    )
    for line in found["lines"]:
        table.add_row(
            line["case"],
            f"{line['people']:,}",
            f"{line['infections']:,}",
            f"{line['best_s']:.4g}",
            f"{line['median_s']:.4g}",
            f"{line['ns_per_infection']:.0f}",
            f"{1 / line['best_s']:.3g}",
            f"{line['bytes_per_person']:.0f}",
            f"{line['build_s']:.2f}" if "build_s" in line else "",
        )
    screen.print(table)
    table = Table(
        "tracing level",
        "people",
        "infected",
        "lists",
        "contacts looked up",
        "processor s",
        "ns per contact above no tracing",
    )
    for line in found["tracing"]:
        table.add_row(
            line["level"],
            f"{line['people']:,}",
            f"{line['infections']:,}",
            f"{line['lists']:,.0f}",
            f"{line['asked']:,.0f}",
            f"{line['best_s']:.4g}",
            f"{line['ns_per_contact']:.0f}" if line["asked"] else "",
        )
    screen.print(table)
    growth, start, twin = found["growth_of_cost"], found["start"], found["twin"]
    screen.print(
        f"an infection in the city costs {growth['ratio']:.2f} times as much at "
        f"{growth['to']:,} as at {growth['from']:,} people"
    )
    screen.print(
        f"importing {start['import_s'] - start['python_s']:.2f} s; a process with "
        f"a first simulation {start['first_run_s']:.2f} s"
        + (f", {start['first_use_s']:.0f} s with nothing compiled" if first_use else ""),
        highlight=False,
    )
    screen.print(f"the same functions as Python cost {twin['ratio']:.0f} times as much")
    screen.print(
        f"load before {found['load_before']}, after {found['load_after']}; {found['machine']}",
        highlight=False,
    )


def settings(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Settings, such as england-2020-autumn. Default: all.",
            autocompletion=completion.scenarios,
        ),
    ] = None,
    seeds: Seeds = None,
    people: People = None,
    threads: Threads = None,
    as_json: AsJson = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the table of docs/settings.md.")
    ] = False,
) -> None:
    """Published settings beside the model: what programmes reported, what the scenarios that
    re-create them give, which figures are fits and which are checks."""
    from ..analysis import settings as published

    say_compiling(quiet=as_json or markdown)
    count = published.SEEDS if seeds is None else check_positive(seeds, "--seeds")
    found = published.settings(names or None, seeds=count, people=people, threads=threads)
    if as_json:
        print(found.reset_index().to_json(orient="records"))
    elif markdown:
        print("\n".join(published.as_markdown(found)))
    else:
        for setting, its in found.groupby(level=0, sort=False):
            table = Table(
                "figure", "published", "model (95 %)", "role", "inside", title=str(setting)
            )
            for line in published.in_words(its):
                table.add_row(*line)
            screen.print(table)
