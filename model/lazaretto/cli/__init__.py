"""The command line. Errors are one clear paragraph on stderr, never a traceback (unless --debug).

Exit status: 0 done, 1 failed work (a folder that cannot be written, a stopped sweep), 2 unusable
input. Each command is a function: of looking things up (`looking`), work (`running`), pages
(`pages`) and measuring (`measuring`); here they get their names and their order in the help.
"""

from __future__ import annotations

import io
import os
import sys
import warnings
from typing import Annotated, Any

import typer

from .._version import __version__
from .completion import words_rejoined
from .looking import get_data, list_data, list_files, schema, show, validate
from .measuring import bench, settings
from .pages import explore, notebooks, report
from .printing import FailedWork, as_interrupts, check_room, fail, print_warning
from .running import run, sweep

INTERRUPTED = 130
WORK = ("run", "sweep", "report", "notebooks", "settings", "bench", "explore")
NO_MEMORY = (
    "too little memory. Take fewer people, fewer runs at a time (--threads 1), or more memory"
)
PROGRAM = "lazaretto"  # however it is started: completion goes by this name
# typer's own base of all usage errors: a class of click, or of the copy of click that newer
# versions of typer carry
UsageError: Any = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException")

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Contact tracing against isolation enforcement, on the same simulated people "
    "with the same luck.",
)
data = typer.Typer(no_args_is_help=True, help="Real contact data: list the sets, fetch one.")
app.add_typer(data, name="data")


def _print_version(asked: bool) -> None:
    if asked:
        print(__version__)
        raise typer.Exit


def _top(
    context: typer.Context,
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    shown: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", is_eager=True, callback=_print_version
        ),
    ] = False,
) -> None:
    """Options before the command."""
    if context.invoked_subcommand in WORK and "--help" not in sys.argv:
        check_room()


def version() -> None:
    """Print the version."""
    print(__version__)


app.callback()(_top)
app.command()(version)
app.command("list")(list_files)
for command in (show, validate, schema, run, sweep, report, notebooks, settings, bench, explore):
    app.command()(command)
data.command("list")(list_data)
data.command("get")(get_data)


def main(arguments: list[str] | None = None) -> None:
    """The program `lazaretto`."""
    given = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in given
    given = [a for a in given if a != "--debug"]
    warnings.showwarning = print_warning
    for stream in (sys.stdout, sys.stderr):
        if isinstance(
            stream, io.TextIOWrapper
        ):  # a terminal without some letter gets a question mark
            stream.reconfigure(errors="replace")
    try:
        with words_rejoined(os.environ), as_interrupts():
            status = app(given, standalone_mode=False, prog_name=PROGRAM)
        if status == INTERRUPTED:  # newer versions of typer return this and raise nothing
            raise KeyboardInterrupt
        sys.exit(status if isinstance(status, int) else 0)
    except (typer.Abort, KeyboardInterrupt):
        fail("stopped; a sweep goes on with --resume", 1)
    except UsageError as problem:
        if debug:
            raise
        fail(problem.format_message(), 2)
    except (OSError, FailedWork, MemoryError) as problem:
        if debug:
            raise
        fail(str(problem) or NO_MEMORY, 1)
    except ValueError as problem:
        if debug:
            raise
        fail(str(problem), 2)
