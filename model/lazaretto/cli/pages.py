"""What people look at: `report`, `notebooks` and `explore`."""

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
from .printing import FailedWork, hint, say_compiling, screen, show_progress

PROFILES = ("smoke", "report")


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


def notebooks(
    folder: Annotated[Path, typer.Argument(help="Where to copy them; made if it is not there.")],
    render: Annotated[
        bool, typer.Option("--render", help="Also run them, and write pages into FOLDER/html.")
    ] = False,
    profile: Annotated[
        str, typer.Option("--profile", help="With --render: smoke (seconds each) or report.")
    ] = "report",
    quiet: Quiet = False,
) -> None:
    """Copy the notebooks, to be opened, changed and run; nothing of yours is overwritten."""
    from ..report.notebooks import copy_notebooks, run_notebook, with_pictures, write_pages

    if profile not in PROFILES:
        raise ParameterError(f"--profile: one of {', '.join(PROFILES)}; got {profile!r}")
    copies = copy_notebooks(folder)
    screen.print(f"{len(copies)} notebooks in {folder}", highlight=False)
    if not render:
        hint(f"jupyter lab {folder}")
        return
    say_compiling(quiet)
    finished = []
    with show_progress(quiet, "notebooks") as told:
        told(0, len(copies))
        for done, file in enumerate(copies, 1):
            finished.append((file.stem, with_pictures(run_notebook(file, profile))))
            told(done, len(copies))
    pages = write_pages(finished, folder / "html")
    screen.print(f"{pages[0]} and {len(pages) - 1} pages", highlight=False)


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
