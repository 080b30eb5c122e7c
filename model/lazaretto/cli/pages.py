"""What people look at: `report` and `explore`."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from ..parameters import ParameterError
from . import completion
from .options import OutFolder, People, Quiet, Seeds, Threads, check_positive
from .printing import FailedWork, say_compiling, screen


def report(
    results: Path,
    out: OutFolder = Path("report"),
    svg: Annotated[
        bool | None,
        typer.Option("--svg/--no-svg", help="SVG figures (default: where a Chrome is found)."),
    ] = None,
    pdf: Annotated[
        bool | None, typer.Option("--pdf/--no-pdf", help="report.pdf (default: as SVG).")
    ] = None,
    assumptions: Annotated[
        Path | None,
        typer.Option(
            "--assumptions", help="A finished sampled sweep, for what the ranking rests on."
        ),
    ] = None,
) -> None:
    """Write the report of a finished sweep or run: index.html, figures/, tables/, report.pdf."""
    from ..report.page import write_report
    from ..report.single import is_run, write_run_report
    from ..sweeps.store import read_results

    if is_run(results):
        if assumptions is not None:
            raise ParameterError(
                f"--assumptions: {results} holds a single run, in which nothing is ranked; "
                "leave it out"
            )
        files = write_run_report(results, out, svg, pdf)
    else:
        rests = read_results(assumptions) if assumptions is not None else None
        files = write_report(read_results(results), out, svg, rests, pdf)
    screen.print(f"{files[0]} and {len(files) - 1} figures and tables", highlight=False)


def explore(
    scenario: Annotated[
        str | None,
        typer.Argument(
            help="A situation of your own to begin with, by name or path, beside those offered.",
            autocompletion=completion.scenarios,
        ),
    ] = None,
    people: People = None,
    seeds: Seeds = None,
    link: Annotated[
        str | None,
        typer.Option("--link", help="Begin as in a link that the page gave (what follows its #)."),
    ] = None,
    port: Annotated[
        int,
        typer.Option(
            "--port", min=0, max=65535, help="Port on this computer (default: any free one)."
        ),
    ] = 0,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
    ] = True,
    threads: Threads = None,
    quiet: Quiet = False,
) -> None:
    """Two policies side by side in the browser, answered while you move a slider. Only this
    computer can reach it; Ctrl-C ends it."""
    import asyncio
    import importlib.util

    if missing := [
        name for name in ("tornado", "anywidget") if importlib.util.find_spec(name) is None
    ]:
        raise FailedWork(
            f"the explorer needs {' and '.join(missing)}: pip install 'lazaretto[explore]'"
        )
    if seeds is not None:
        check_positive(seeds, "--seeds")
    from ..explore.server import serve
    from ..explore.start import start

    begun = start(scenario, people, seeds, threads, link)
    say_compiling(quiet)

    def ready(address: str) -> None:
        print(f"Explorer: {address}  (Ctrl-C ends it)", flush=True)

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(begun, port, browser, ready))
    if (
        not begun.end()
    ):  # compiled code is at work that nothing can interrupt, and nothing has been written
        sys.stdout.flush()
        os._exit(0)
