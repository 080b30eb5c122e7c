"""Work: `run` and `sweep`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import typer

from .._version import __version__
from ..outcomes.null import Scope
from ..parameters import load_scenario, load_sweep
from ..values.own_files import remember
from ..values.strict_json import strict_json
from . import completion
from .blocks import print_summary
from .options import AsJson, OutFolder, People, Quiet, Seeds, Threads, check_positive, read_settings
from .printing import FailedWork, claim_files, errors, hint, say_compiling, screen, show_progress
from .values import print_wrapped

FAILURES_SHOWN = 20
TableKind = Literal["csv", "parquet", "arrow"]
TABLES = ("linelist", "contacts", "transmissions", "events")  # of the first run
FILES = ("run.html", "panel.csv", "curves.nc", *(f"{t}.csv" for t in TABLES), "scenario.json")
FOR_OTHERS = ("cases", "contacts", "pairs", "curves", "panel")  # in tables/
TREES = ("tree.graphml", "tree.nwk")


def run(
    scenario: Annotated[
        str,
        typer.Argument(
            help="A name, such as moscow-2020, or the path of a .toml or .json file.",
            autocompletion=completion.scenarios,
        ),
    ],
    out: OutFolder,
    people: People = None,
    seeds: Seeds = 1,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="key=value, for example tracing=interview; `lazaretto show` prints the keys.",
            autocompletion=completion.settings,
        ),
    ] = None,
    null: Annotated[
        Scope | None,
        typer.Option(
            help="The matched null instead: as many orders, given to random people of the area or "
            "of the city."
        ),
    ] = None,
    whole: Annotated[
        bool, typer.Option("--whole", help="Print every line of the panel, not the main ones.")
    ] = False,
    tables: Annotated[
        TableKind | None,
        typer.Option(
            help="Also write tables/ for other programs: cases, contacts and pairs in the columns "
            "of R's outbreak packages, curves and panel one number a row, the transmission tree as "
            "GraphML and in Newick's notation. parquet and arrow need the extra parquet."
        ),
    ] = None,
    threads: Threads = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Run one scenario with seeds 1..K: run.html (its page), panel.csv and curves.nc; of the first
    seed line list, contacts, transmissions and events; and scenario.json, which `lazaretto run`
    takes in place of a name and then gives the same."""
    import pandas as pd
    import xarray as xr

    from ..exchange import check_ending
    from ..population.build import POPULATION_SEED, build_population
    from ..report.single import NULL, write_run_page
    from ..sweeps.seeds import run_seeds
    from ..sweeps.writing import write_dataset
    from ..tables.spreadsheets import for_spreadsheets

    chosen = load_scenario(scenario).with_settings(read_settings(set_))
    if people is not None:
        chosen = chosen.replace(people=people)
    count = check_positive(1 if seeds is None else seeds, "--seeds")
    written = [*FILES, *_names_for_others(tables)]
    if tables is not None:
        check_ending(out / written[-1])
    claim_files(out, written)
    say_compiling(quiet)
    population = build_population(chosen.population, int(chosen.people.value), POPULATION_SEED)
    with show_progress(quiet, "runs" if count > 1 else "days") as advance:
        finished = []
        runs = run_seeds(
            chosen,
            population,
            count,
            _keep,
            threads=threads if count > 1 else 1,
            null=null,
            keep_lists=True,
            progress=advance if count == 1 else None,
        )
        for done, one in enumerate(runs, 1):
            finished.append(one)
            if count > 1:
                advance(done, count)
    first = finished[0].run
    panel = pd.concat(
        [one.panel for one in finished], axis=1, keys=range(1, count + 1), names=["seed"]
    )
    curves = xr.concat(
        [one.curves for one in finished], pd.Index(range(1, count + 1), name="seed")
    ).assign_attrs(package=f"lazaretto {__version__}", parameter_hash=chosen.parameter_hash)
    if null is not None:
        curves.attrs[NULL] = null
    try:
        for_spreadsheets(panel).to_csv(out / "panel.csv")
        for table in TABLES:
            safe = for_spreadsheets(getattr(first, table))
            safe.to_csv(out / f"{table}.csv", index=False)
        (out / "scenario.json").write_text(strict_json(json.loads(chosen.model_dump_json()), 1))
        write_dataset(curves, out / "curves.nc")
        write_run_page(out / "run.html", chosen, panel, curves, first)
    except OSError as problem:
        raise FailedWork(f"{out}: cannot be written: {problem.strerror or problem}") from problem
    if tables is not None:
        _write_tables(first, panel, curves, out / "tables", tables)
    remember(out, [out / name for name in written])
    if as_json:
        print(
            strict_json(
                {
                    "panel": panel.mean(axis=1).to_dict(),
                    "seeds": count,
                    "parameter_hash": chosen.parameter_hash,
                }
            )
        )
        return
    print_wrapped(str(chosen), indent="")
    screen.print()
    print_summary(panel, whole)
    screen.print()
    more = "" if tables is None else ", tables/"
    print_wrapped(f"Written to {out}: {', '.join(FILES)}{more}", indent="")
    left = "" if whole else "lazaretto run ... --whole prints every line of the panel"
    hint(
        *filter(
            None,
            (
                f"open {out / 'run.html'} in a browser",
                left,
                f"lazaretto run {out / 'scenario.json'} --seeds 20 --out more/",
                "lazaretto sweep tracing-by-isolation --out results/ compares policies",
            ),
        )
    )


def _names_for_others(kind: TableKind | None) -> list[str]:
    """The files that `_write_tables` writes."""
    if kind is None:
        return []
    return [f"tables/{name}" for name in (*TREES, *(f"{table}.{kind}" for table in FOR_OTHERS))]


def _write_tables(first: Any, panel: Any, curves: Any, folder: Path, kind: TableKind) -> None:
    """What other programs read: of the first run, and curves and panel of all."""
    from .. import exchange

    folder.mkdir(exist_ok=True)
    of_seeds = panel.rename_axis("component").T.to_xarray()
    made = (
        exchange.cases(first),
        exchange.contacts(first),
        exchange.pairs(first),
        exchange.tidy_curves(curves),
        exchange.tidy_panel(of_seeds),
    )
    for name, table in zip(FOR_OTHERS, made, strict=True):
        exchange.save(table, folder / f"{name}.{kind}")
    for name, tree in zip(TREES, (exchange.tree(first), exchange.newick(first)), strict=True):
        exchange.save(tree, folder / name)


class _Kept(NamedTuple):
    """What is written of each run; the run itself only of the first."""

    panel: Any
    curves: Any
    run: Any


def _keep(run: Any) -> _Kept:
    return _Kept(run.panel, run.curves, run if run.seed == 1 else None)


def sweep(
    name: Annotated[
        str,
        typer.Argument(
            help="A name, such as tracing-by-isolation, or the path of a file.",
            autocompletion=completion.sweeps,
        ),
    ],
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
    from ..sweeps.execute import sweep as execute
    from ..sweeps.writing import can_write_zarr, write_zarr

    design = load_sweep(name)
    if to_zarr:
        can_write_zarr()
    say_compiling(quiet)
    with show_progress(quiet, "runs") as advance:
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
        errors.print(f"failed: {key}: {text}", highlight=False)
    screen.print(f"{out}: {made}", highlight=False)
    hint(f"lazaretto report {out} --out report/")
    if failures:
        raise FailedWork(
            f"{len(failures):,} runs failed; the others are stored in {out}, and "
            "all messages in results.nc. Where the cause is mended, --resume does them again"
        )
