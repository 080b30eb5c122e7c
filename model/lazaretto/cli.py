"""The command line. Errors are one clear paragraph on stderr, never a traceback (unless --debug).

Exit status: 0 done, 1 failed work (a folder that cannot be written, a stopped sweep), 2 unusable
input.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import sys
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table

from . import datasets
from ._version import __version__
from .parameters import (
    KINDS,
    ParameterError,
    Scenario,
    find,
    kinds_with,
    list_names,
    load,
    load_scenario,
    load_sweep,
    rows,
    validate_file,
)
from .parameters.scenario import KIND_OF

PART_OF = {kind: part for part, kind in KIND_OF.items()}
LEAST_BENCH_PEOPLE = 1000
FAILURES_SHOWN = 20
INTERRUPTED = 130

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Contact tracing against isolation enforcement, on the same simulated people "
    "with the same luck.",
)
data = typer.Typer(no_args_is_help=True, help="Real contact data: list the sets, fetch one.")
app.add_typer(data, name="data")
# typer's own base of all usage errors: a class of click, or of the copy of click that newer
# versions of typer carry
UsageError: Any = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")
screen = Console()
errors = Console(stderr=True)

OutFolder = Annotated[
    Path, typer.Option("--out", help="Folder for the results; made if it is not there.")
]
People = Annotated[
    int | None, typer.Option("--people", help="Number of people (default: as in the parameters).")
]
Seeds = Annotated[int | None, typer.Option("--seeds", help="Number of seeds.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress.")]
Threads = Annotated[
    int | None, typer.Option("--threads", min=1, help="Threads (default: all processors).")
]


def _print_version(asked: bool) -> None:
    if asked:
        print(__version__)
        raise typer.Exit


@app.callback()
def _top(
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    shown: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", is_eager=True, callback=_print_version
        ),
    ] = False,
) -> None:
    """Options before the command."""


@app.command()
def version() -> None:
    """Print the version."""
    print(__version__)


@app.command("list")
def list_(
    kind: Annotated[str | None, typer.Argument(help=f"One of: {', '.join(KINDS)}.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the parameter files: pathogens, populations, tracing levels, isolation regimes,
    scenarios, sweeps; or the data sets."""
    if kind == "data":
        data_list(as_json)
        return
    kinds = [kind] if kind else list(KINDS)
    names = {k: list_names(k) for k in kinds}
    if as_json:
        print(json.dumps(names))
        return
    for k, found in names.items():
        screen.print(f"[bold]{k}[/bold]")
        for name in found:
            screen.print(f"  {name:24s} {load(k, name).title}", highlight=False)


@data.command("list")
def data_list(as_json: AsJson = False) -> None:
    """List the real data sets, their licences, and whether they are here."""
    sets = datasets.overview()
    if as_json:
        print(json.dumps(sets))
        return
    for one in sets:
        here = (
            "here"
            if len(one["here"]) == len(one["addresses"])
            else ("in part" if one["here"] else "not fetched")
        )
        screen.print(
            f"[bold]{one['name']}[/bold]  {one['title']} ({one['licence']}; {here})",
            highlight=False,
        )
        screen.print(f"  {one['citation']}", highlight=False)
    screen.print(
        f"Looked for in {datasets.folder()} (environment variable LAZARETTO_DATA)", highlight=False
    )


@data.command("get")
def data_get(name: str, as_json: AsJson = False) -> None:
    """Fetch a data set once, check it, and print where its files lie."""
    found = {kind: str(path) for kind, path in datasets.get(name).items()}
    if as_json:
        print(json.dumps(found))
        return
    for kind, path in found.items():
        screen.print(f"{kind}: {path}", highlight=False)


@app.command()
def show(
    name: str,
    outputs: Annotated[
        bool,
        typer.Option(help="Of a pathogen: also what follows from it, beside the published values."),
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Show one file as a table: every value with unit, range, source and status; of a pathogen also
    what follows from it."""
    kind, thing = find(name)
    scenario = thing.scenario if kind == "sweeps" else thing
    lines = rows(scenario, PART_OF.get(kind, ""))  # addresses as --set takes them
    follows = _natural_history(thing, as_json) if outputs and kind == "pathogens" else None
    if as_json:
        told = {
            "kind": kind,
            "title": thing.title,
            "description": thing.description,
            "parameters": lines,
        }
        if follows is not None:
            told["outputs"] = json.loads(follows.reset_index().to_json(orient="records"))
        print(json.dumps(told))
        return
    screen.print(f"[bold]{thing.title}[/bold] ({kind})\n{thing.description}\n", highlight=False)
    if others := [f"{other}/{name}" for other in kinds_with(name) if other != kind]:
        screen.print(f"Of the same name: {', '.join(others)}\n", highlight=False)
    if isinstance(scenario, Scenario):
        screen.print(_avoidance(scenario), highlight=False)
    table = Table(
        "parameter", "value", "unit", "range", "status", "source", show_lines=False, expand=True
    )
    for row in lines:
        mark = (
            f"[yellow]{row['status']}[/yellow]" if row["status"] != "confirmed" else row["status"]
        )
        table.add_row(
            row["parameter"],
            row["value"],
            row["unit"],
            f"{row['low']} – {row['high']}",
            mark,
            row["source"],
        )
    screen.print(table)
    if follows is not None:
        _print_natural_history(follows)
    if kind == "sweeps":
        for axis, values in thing.axes.items():
            screen.print(f"axis {axis}: {', '.join(map(str, values))}", highlight=False)


SHOWN_ON, SHOWN_PEOPLE = "moscow", 100_000


def _natural_history(pathogen: Any, quiet: bool) -> Any:
    from .analysis.natural_history import beside_published
    from .parameters import load_population
    from .population.build import build_population

    _compile_message(quiet)
    return beside_published(
        pathogen, build_population(load_population(SHOWN_ON), SHOWN_PEOPLE, seed=1)
    )


def _print_natural_history(follows: Any) -> None:
    table = Table(
        "follows from it", "value", "unit", "published", "within", "meaning; source", expand=True
    )
    for name, line in follows.iterrows():
        published = (
            f"{line['published']:.4g} ({line['low']:g} – {line['high']:g})"
            if line["within"]
            else "–"
        )
        mark = f"[yellow]{line['within']}[/yellow]" if line["within"] == "no" else line["within"]
        told = "; ".join(part for part in (line["meaning"], line["source"], line["note"]) if part)
        table.add_row(str(name), f"{line['value']:.3g}", line["unit"], published, mark, told)
    screen.print(table)
    screen.print(
        f"Dispersion on {SHOWN_PEOPLE:,} people of {SHOWN_ON}. Intervals are "
        "intrinsic: without depletion.",
        highlight=False,
    )


def _avoidance(scenario: Scenario) -> str:
    if scenario.behaviour.avoidance_is_off:
        return "[red]Test avoidance is OFF: coercion wins by construction.[/red]\n"
    return (
        "Test avoidance is on (an assumption with a wide range): harsh regimes lower "
        "test seeking, cooperation and phone carriage.\n"
    )


@app.command()
def validate(files: list[Path]) -> None:
    """Check parameter files; each error names file, key, value and allowed range."""
    wrong = []
    for file in files:
        try:
            kind, thing = validate_file(file)
            screen.print(f"{file}: fine ({kind}: {thing.title})", highlight=False)
        except ParameterError as problem:
            wrong.append(str(problem))
    if wrong:
        raise ParameterError("\n".join(wrong))


@app.command()
def run(
    scenario: str,
    out: OutFolder,
    people: People = None,
    seeds: Seeds = 1,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="key=value, for example tracing=interview.")
    ] = None,
    placebo: Annotated[
        bool,
        typer.Option("--placebo", help="The matched null: random people in place of the listed."),
    ] = False,
    threads: Threads = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Run one scenario with seeds 1..K: panel.csv, curves.nc, transmissions and line list of the
    first seed."""
    import pandas as pd
    import xarray as xr

    from .outcomes.reproduction import reproduction
    from .outcomes.run import checked_start, simulate
    from .population.build import build_population
    from .sweeps.store import write_dataset

    chosen = load_scenario(scenario).with_settings(_settings(set_))
    if people is not None:
        chosen = chosen.replace(people=people)
    count = _positive(seeds or 1, "--seeds")
    _writable(out)
    _compile_message(quiet)
    population = build_population(chosen.population, int(chosen.people.value), seed=1)
    checked_start(chosen, population)
    reproduction(chosen.pathogen, population)
    with _progress(quiet, "runs") as advance:
        finished = []
        for seed, one in enumerate(
            _in_threads(lambda s: simulate(chosen, population, s, placebo=placebo), count, threads),
            1,
        ):
            finished.append((one.panel, one.curves))
            if seed == 1:
                first = one
            advance(seed, count)
    panel = pd.concat([p for p, _ in finished], axis=1, keys=range(1, count + 1), names=["seed"])
    try:
        panel.to_csv(out / "panel.csv")
        first.transmissions.to_csv(out / "transmissions.csv", index=False)
        first.events.to_csv(out / "events.csv", index=False)
        (out / "scenario.json").write_text(chosen.model_dump_json(indent=1))
    except OSError as problem:
        raise _FailedWork(f"{out}: cannot be written: {problem.strerror or problem}") from problem
    curves = xr.concat([c for _, c in finished], pd.Index(range(1, count + 1), name="seed"))
    write_dataset(
        curves.assign_attrs(
            package=f"lazaretto {__version__}", parameter_hash=chosen.parameter_hash
        ),
        out / "curves.nc",
    )
    if as_json:
        print(
            json.dumps(
                {
                    "panel": panel.mean(axis=1).to_dict(),
                    "seeds": count,
                    "parameter_hash": chosen.parameter_hash,
                }
            )
        )
        return
    screen.print(str(chosen), highlight=False)
    screen.print(_panel_table(panel))
    screen.print(
        f"Written to {out}: panel.csv, curves.nc, transmissions.csv, events.csv, scenario.json",
        highlight=False,
    )


@app.command()
def sweep(
    name: str,
    out: OutFolder,
    people: People = None,
    seeds: Seeds = None,
    threads: Threads = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            min=1,
            help="So many processes of this machine, by Dask, in place of threads.",
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler", help="The workers of a Dask scheduler, such as tcp://10.0.0.1:8786."
        ),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with finished cells.")] = False,
    restart: Annotated[
        bool,
        typer.Option(
            "--restart", help="Throw away what is there; with --resume only what others made."
        ),
    ] = False,
    to_zarr: Annotated[
        bool, typer.Option("--zarr", help="Write results.zarr beside results.nc.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Run a sweep: every cell with the same seeds; finished cells are stored at once."""
    from .sweeps.execute import sweep as execute
    from .sweeps.store import can_write_zarr, write_zarr

    design = load_sweep(name)
    if to_zarr:
        can_write_zarr()
    _compile_message(quiet)
    with _progress(quiet, "runs") as advance:
        results = execute(
            design,
            seeds,
            people=people,
            threads=threads,
            workers=workers,
            scheduler=scheduler,
            out=out,
            resume=resume,
            restart=restart,
            progress=advance,
        )
    with results:
        failures = json.loads(results.attrs["failures"])
        made = (
            f"{design.count:,} cells, {results.sizes['seed']:,} seeds "
            f"[{results.attrs['parameter_hash']}]"
        )
        if to_zarr:
            write_zarr(results, out)
    for key, text in list(failures.items())[:FAILURES_SHOWN]:
        errors.print(f"failed: {key}: {text}", highlight=False, markup=False)
    screen.print(f"{out}: {made}", highlight=False)
    if failures:
        raise _FailedWork(
            f"{len(failures):,} runs failed; the others are stored in {out}, and "
            "all messages in results.nc"
        )


@app.command()
def report(
    results: Path,
    out: OutFolder = Path("report"),
    svg: Annotated[
        bool | None,
        typer.Option("--svg/--no-svg", help="SVG figures (default: where a Chrome is found)."),
    ] = None,
    assumptions: Annotated[
        Path | None,
        typer.Option(
            "--assumptions", help="A finished sampled sweep, for what the ranking rests on."
        ),
    ] = None,
) -> None:
    """Write the report of a finished sweep: index.html, figures/, tables/."""
    from .report.page import write_report
    from .sweeps.store import read_results

    rests = read_results(assumptions) if assumptions is not None else None
    files = write_report(read_results(results), out, svg, rests)
    screen.print(f"{files[0]} and {len(files) - 1} figures and tables", highlight=False)


@app.command()
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
    from .bench import measure_all

    for size in people or []:
        if size < LEAST_BENCH_PEOPLE:
            raise ParameterError(
                f"--people must be at least {LEAST_BENCH_PEOPLE:,}: R0 needs four "
                f"free generations; got {size}"
            )
    found = measure_all(people or [10_000, 100_000, 1_000_000], repeats, first_use)
    if as_json:
        print(json.dumps(found))
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


@app.command()
def explore(
    scenario: Annotated[
        str, typer.Argument(help="What pathogens and policies are put into.")
    ] = "no-measures",
    people: People = None,
    seeds: Seeds = None,
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
        raise _FailedWork(
            f"the explorer needs {' and '.join(missing)}: pip install 'lazaretto[explore]'"
        )
    from .explore.server import serve
    from .explore.start import start

    begun = start(scenario, people, seeds, threads)
    _compile_message(quiet)

    def ready(address: str) -> None:
        print(f"Explorer: {address}  (Ctrl-C ends it)", flush=True)

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(begun, port, browser, ready))
    if (
        not begun.end()
    ):  # compiled code is at work that nothing can interrupt, and nothing has been written
        sys.stdout.flush()
        os._exit(0)


class _FailedWork(RuntimeError):
    """Work that was possible and failed: exit status 1."""


def _settings(pairs: list[str] | None) -> dict[str, str]:
    out = {}
    for pair in pairs or []:
        key, equals, value = pair.partition("=")
        if not equals or not key or not value:
            raise ParameterError(
                f"--set {pair}: write key=value, for example --set tracing=interview"
            )
        out[key.strip()] = value.strip()
    return out


def _positive(value: int, what: str) -> int:
    if value < 1:
        raise ParameterError(f"{what} must be at least 1; got {value}")
    return value


def _writable(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
        probe = out / ".lazaretto-probe"
        probe.touch()
        probe.unlink()
    except OSError as problem:
        raise _FailedWork(
            f"{out}: cannot be written: {problem.strerror or problem}. Nothing "
            "already there was changed"
        ) from problem


def _compile_message(quiet: bool) -> None:
    from ._jit import is_compiled

    if not quiet and not is_compiled():
        errors.print(
            "Compiling the engine; once for this version, up to a minute ...", highlight=False
        )


def _in_threads(work: Any, count: int, threads: int | None) -> Iterator[Any]:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        yield from pool.map(work, range(1, count + 1))


@contextlib.contextmanager
def _progress(quiet: bool, what: str) -> Iterator[Any]:
    """A bar with rate, time left and failures on a terminal, nothing elsewhere; and where a Ctrl-C
    that was lost is found."""
    with _interrupts_noted() as interrupted, _bar(quiet, what) as advance:

        def told(done: int, total: int, failed: int = 0) -> None:
            if interrupted.is_set():
                raise KeyboardInterrupt
            advance(done, total, failed)

        yield told


@contextlib.contextmanager
def _interrupts_noted() -> Iterator[threading.Event]:
    """Set by the first Ctrl-C, which is acted upon when the next runs are done; a second one is
    raised at once. (Python drops what is raised within a destructor or a weak reference's
    callback.)"""
    noted = threading.Event()
    if (
        signal.getsignal(signal.SIGINT) is not signal.default_int_handler
        or threading.current_thread() is not threading.main_thread()
    ):
        yield noted  # somebody else deals with it
        return

    def note(*_: Any) -> None:
        if noted.is_set():
            raise KeyboardInterrupt
        noted.set()

    signal.signal(signal.SIGINT, note)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextlib.contextmanager
def _bar(quiet: bool, what: str) -> Iterator[Any]:
    if quiet or not errors.is_terminal:
        yield lambda done, total, failed=0: None
        return
    import time

    columns = (
        SpinnerColumn(),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(what),
        TextColumn("{task.fields[told]}"),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    with Progress(*columns, console=errors, transient=True) as bar:
        shown: list[Any] = []
        began = time.monotonic()

        def advance(done: int, total: int, failed: int = 0) -> None:
            if not shown:  # what an earlier sweep did says nothing of the rate
                shown.extend((bar.add_task(what, total=total, completed=done, told=""), done))
                return
            rate = (done - shown[1]) / max(1e-9, time.monotonic() - began)
            told = f"{rate:.3g} per s" + (f", [red]{failed:,} failed[/red]" if failed else "")
            bar.update(shown[0], completed=done, total=total, told=told)

        yield advance


def _panel_table(panel: Any) -> Table:
    from .outcomes.panel import COMPONENTS

    table = Table(
        "block",
        "component",
        "mean",
        "lowest",
        "highest",
        "unit",
        title="per 100,000 people where counts",
    )
    for name, part in COMPONENTS.items():
        values = panel.loc[name]
        if values.isna().all():
            continue
        cells = [f"{v:,.4g}" for v in (values.mean(), values.min(), values.max())]
        table.add_row(part.block, part.label, *cells, part.unit)
    return table


def main(arguments: list[str] | None = None) -> None:
    """The program `lazaretto`."""
    given = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in given
    given = [a for a in given if a != "--debug"]
    warnings.showwarning = _plain_warning
    for stream in (sys.stdout, sys.stderr):
        if isinstance(
            stream, io.TextIOWrapper
        ):  # a terminal without some letter gets a question mark
            stream.reconfigure(errors="replace")
    try:
        status = app(given, standalone_mode=False)
        if status == INTERRUPTED:  # newer versions of typer return this and raise nothing
            raise KeyboardInterrupt
        sys.exit(status if isinstance(status, int) else 0)
    except (typer.Abort, KeyboardInterrupt):
        _fail("stopped; a sweep goes on with --resume", 1)
    except UsageError as problem:
        if debug:
            raise
        _fail(problem.format_message(), 2)  # type: ignore[attr-defined]
    except (OSError, _FailedWork, MemoryError) as problem:
        if debug:
            raise
        _fail(str(problem) or type(problem).__name__, 1)
    except ValueError as problem:
        if debug:
            raise
        _fail(str(problem), 2)


def _plain_warning(message: Any, *_: Any, **__: Any) -> None:
    errors.print(f"warning: {message}", highlight=False, markup=False)


def _fail(text: str, status: int) -> None:
    errors.print(f"lazaretto: {text}", highlight=False, markup=False, soft_wrap=True)
    sys.exit(status)
