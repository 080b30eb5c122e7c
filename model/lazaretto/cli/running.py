"""Work: `run` and `sweep`."""

from __future__ import annotations

import json
from typing import Annotated, Any, NamedTuple

import typer
from rich.table import Table

from .._version import __version__
from ..outcomes.null import Scope
from ..parameters import load_scenario, load_sweep
from ..values.strict_json import strict_json
from .options import AsJson, OutFolder, People, Quiet, Seeds, Threads, check_positive, read_settings
from .printing import FailedWork, check_writable, errors, say_compiling, screen, show_progress

FAILURES_SHOWN = 20


def run(
    scenario: str,
    out: OutFolder,
    people: People = None,
    seeds: Seeds = 1,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="key=value, for example tracing=interview.")
    ] = None,
    null: Annotated[
        Scope | None,
        typer.Option(
            help="The matched null instead: as many orders, given to random people of the area or "
            "of the city."
        ),
    ] = None,
    threads: Threads = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Run one scenario with seeds 1..K: panel.csv and curves.nc; of the first seed line list,
    contacts, transmissions and events; and scenario.json, which `lazaretto run` takes in place of
    a name and then gives the same."""
    import pandas as pd
    import xarray as xr

    from ..population.build import POPULATION_SEED, build_population
    from ..sweeps.seeds import run_seeds
    from ..sweeps.store import write_dataset

    chosen = load_scenario(scenario).with_settings(read_settings(set_))
    if people is not None:
        chosen = chosen.replace(people=people)
    count = check_positive(seeds or 1, "--seeds")
    check_writable(out)
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
    try:
        panel.to_csv(out / "panel.csv")
        first.linelist.to_csv(out / "linelist.csv", index=False)
        first.contacts.to_csv(out / "contacts.csv", index=False)
        first.transmissions.to_csv(out / "transmissions.csv", index=False)
        first.events.to_csv(out / "events.csv", index=False)
        (out / "scenario.json").write_text(strict_json(json.loads(chosen.model_dump_json()), 1))
    except OSError as problem:
        raise FailedWork(f"{out}: cannot be written: {problem.strerror or problem}") from problem
    curves = xr.concat([one.curves for one in finished], pd.Index(range(1, count + 1), name="seed"))
    write_dataset(
        curves.assign_attrs(
            package=f"lazaretto {__version__}", parameter_hash=chosen.parameter_hash
        ),
        out / "curves.nc",
    )
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
    screen.print(str(chosen), highlight=False)
    screen.print(_panel_table(panel))
    screen.print(
        f"Written to {out}: panel.csv, curves.nc, linelist.csv, contacts.csv, "
        "transmissions.csv, events.csv, scenario.json",
        highlight=False,
    )


class _Kept(NamedTuple):
    """What is written of each run; the run itself only of the first."""

    panel: Any
    curves: Any
    run: Any


def _keep(run: Any) -> _Kept:
    return _Kept(run.panel, run.curves, run if run.seed == 1 else None)


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
    from ..sweeps.execute import sweep as execute
    from ..sweeps.store import can_write_zarr, write_zarr

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
        errors.print(f"failed: {key}: {text}", highlight=False, markup=False)
    screen.print(f"{out}: {made}", highlight=False)
    if failures:
        raise FailedWork(
            f"{len(failures):,} runs failed; the others are stored in {out}, and "
            "all messages in results.nc"
        )


def _panel_table(panel: Any) -> Table:
    from ..outcomes.panel import COMPONENTS

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
