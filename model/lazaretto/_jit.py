"""The place that knows the compiler, with `_passing`.

`kernel` compiles a function with numba, releases the lock while it runs, and keeps the machine code
on disk. numba's own cache runs stale code when a callee or a constant changes in another file, so
the cache folder is named after a hash of all rooms that hold kernels, the compiler's version and
the bounds-check setting. It lies in a folder of ours, `lazaretto-kernels`, inside the user's cache
folder (`LAZARETTO_CACHE`, else `$XDG_CACHE_HOME/lazaretto`, else `~/.cache/lazaretto`), so a
read-only installation works. Where that cannot be written, or there is no home, a folder of the
user's own beside temporary files takes its place, with a copy of what the first holds; where
nothing can be written that is said. Of old versions the oldest are removed; nothing is ever removed
that does not bear our mark.

Kernels that only other kernels call are linked into their callers and optimised and translated
there, once, not each time on the way up: without that a first use takes several times as long.

Inner functions are optimised once, in the entry that links them (decision 11);
`LAZARETTO_PLAIN_COMPILER=1` leaves that to numba's own way, function by function: the same results,
slower.

With `NUMBA_DISABLE_JIT=1` every kernel is its own Python, bit for bit the same: that is the first
oracle of the tests.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numba
from numba.core import config as numba_config

from . import _passing  # noqa: F401  # teaches numba the classes that pass by address

try:  # what numba's manual does not name; without it everything compiles too, and slower
    from numba.core import codegen, compiler, types

    internals: Any = (codegen.JITCodeLibrary, compiler.Compiler, types.unliteral)
    JOINTLY = not os.environ.get("LAZARETTO_PLAIN_COMPILER")
except (ImportError, AttributeError):  # another numba
    internals = (object, object, None)
    JOINTLY = False

Library, Compiler, unliteral = internals
config: Any = numba_config  # its attributes are made at run time
PACKAGE = Path(__file__).parent
GENERATIONS_KEPT = 3
USED_LATELY = 86_400.0  # seconds; a version used since then is kept whatever its number
OURS = "lazaretto-kernels"  # our folder inside the given one
NAME = re.compile(r"[0-9a-f]{16}")  # of a version's folder in it
MARK = "made-by-lazaretto.txt"  # in each of these; a folder without it is not ours
MARK_TEXT = (
    "Compiled code of one version of Lazaretto. Lazaretto removes this folder when "
    "newer versions have been used.\n"
)
WITH_KERNELS = (
    "_jit.py",
    "_by_address.py",
    "_passing.py",
    "chance",
    "contacts",
    "population",
    "world",
    "mechanisms",
    "engine",
)  # whatever machine code hangs on


def cache_root() -> Path:
    """The folder that holds one cache folder per version of the sources: ours alone, inside the one
    that the user names."""
    if named := os.environ.get("LAZARETTO_CACHE"):
        return Path(named) / OURS
    if cache := os.environ.get("XDG_CACHE_HOME"):
        return Path(cache) / "lazaretto" / OURS
    try:
        return Path.home() / ".cache" / "lazaretto" / OURS
    except RuntimeError:  # no HOME, and a user without a name
        return spare_root()


def spare_root() -> Path:
    """Where to keep what cannot be kept in `cache_root`: a folder of this user's alone."""
    try:
        folder = tempfile.gettempdir()
    except OSError:  # nothing can be written, not even here
        folder = os.curdir
    user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    return Path(folder) / f"lazaretto-{user}" / OURS


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256(
        f"numba {numba.__version__} bounds {config.BOUNDSCHECK} jointly {JOINTLY}".encode()
    )
    for file in sorted(files):
        digest.update(file.relative_to(PACKAGE).as_posix().encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def source_key() -> str:
    """Sixteen hex digits that change with any source file of the package, numba's version or bounds
    checking."""
    return _digest(PACKAGE.rglob("*.py"))


def kernel_key() -> str:
    """As `source_key`, of the rooms that hold kernels only: a change elsewhere compiles nothing
    anew."""
    inside = (PACKAGE / room for room in WITH_KERNELS)
    return _digest(
        file for room in inside for file in (room.rglob("*.py") if room.is_dir() else [room])
    )


def _is_ours(folder: Path) -> bool:
    """Whether we made the folder: it bears our mark and has a name of ours, in our folder, and is
    no link to somewhere else."""
    mark = folder / MARK
    named = folder.parent.name == OURS and NAME.fullmatch(folder.name) is not None
    real = not folder.is_symlink() and folder.is_dir() and mark.is_file()
    return named and real and mark.read_text(encoding="utf-8", errors="replace") == MARK_TEXT


def _prepare(folder: Path) -> None:
    """Make the folder, mark it as ours, and remove the oldest of ours beside it that nobody has
    used for a day; a folder that cannot be made only costs compiling again."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / MARK).is_file():
            (folder / MARK).write_text(MARK_TEXT, encoding="utf-8")
        os.utime(folder)
        ours = sorted(
            (f for f in folder.parent.iterdir() if _is_ours(f)), key=lambda f: f.stat().st_mtime
        )
        for old in ours[:-GENERATIONS_KEPT]:
            if time.time() - old.stat().st_mtime > USED_LATELY:  # it may be in use now
                shutil.rmtree(old, ignore_errors=True)
    except OSError:
        pass


def _is_own(folder: Path) -> bool:
    """Whether nobody else can write there: compiled code is run as it lies in it."""
    try:
        folder.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.parent.parent.lstat()
    except OSError:
        return False
    mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
    return mine and (os.name == "nt" or found.st_mode & 0o022 == 0)


def choose_folder(wanted: Path, spare: Path) -> tuple[Path, bool]:
    """(the folder for compiled code, whether it can be kept there). spare: what takes the place of
    the wanted one where that cannot be written."""
    if wanted != spare:
        _prepare(wanted)
        if os.access(wanted, os.W_OK):
            return wanted, True
    if _is_own(spare):
        _prepare(spare)
        if os.access(spare, os.W_OK):
            if wanted != spare and not any(spare.rglob("*.nbi")):
                _copy(wanted, spare)
            return spare, True
    warnings.warn(
        f"compiled code cannot be kept: neither {wanted.parent.parent} nor {spare.parent.parent} "
        "can be written by this user alone, so each process compiles anew, for minutes. Set "
        "LAZARETTO_CACHE to a folder that can be written",
        stacklevel=2,
    )
    return wanted, False


def _copy(wanted: Path, spare: Path) -> None:
    """Copy what is kept: each file at once, so that other processes see whole ones."""
    for made in wanted.rglob("*"):
        here = spare / made.relative_to(wanted)
        if made.is_file() and made.name != MARK:
            here.parent.mkdir(parents=True, exist_ok=True)
            own = here.with_name(f"{here.name}.{os.getpid()}")
            shutil.copyfile(made, own)
            own.replace(here)


CACHE_FOLDER, CACHED = choose_folder(cache_root() / kernel_key(), spare_root() / kernel_key())


def is_compiled() -> bool:
    """True when machine code for this version of the sources is already on disk."""
    return CACHE_FOLDER.is_dir() and any(CACHE_FOLDER.rglob("*.nbi"))


class _NoEnvironment:
    """In place of the code generator of an inner library, which is only asked to set what inner
    code does not read."""

    @staticmethod
    def set_env(name: str, environment: Any) -> None:
        """Nothing."""


class _InnerLibrary(Library):  # type: ignore[misc, valid-type]
    """Code that only other compiled functions call. It is checked and handed on as it is; who links
    it optimises it and makes machine code of it. (numba does both for every function and everything
    that it calls.)"""

    codegen = _NoEnvironment

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._verify_declare_only_symbols()
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        """0: there is no machine code."""
        return 0


class _OuterLibrary(Library):  # type: ignore[misc, valid-type]
    """Code that Python calls, with all that it calls: since nobody else can call the inner
    functions, those called once are merged into their callers, and arguments that a function does
    not read are not passed (a City and a Policy are hundreds of words)."""

    def _optimize_final_module(self) -> None:
        for function in self._final_module.functions:
            if not function.is_declaration and function.linkage.name == "linkonce_odr":
                function.linkage = "internal"
        super()._optimize_final_module()


class _OuterCompiler(Compiler):  # type: ignore[misc, valid-type]
    """numba's pipeline, into an outer library."""

    def define_pipelines(self) -> Any:
        """numba's own."""
        self.state.library = _OuterLibrary(
            self.state.targetctx.codegen(), self.state.func_id.func_qualname
        )
        self.state.library.enable_object_caching()
        return super().define_pipelines()


class _InnerCompiler(Compiler):  # type: ignore[misc, valid-type]
    """numba's pipeline, into an inner library."""

    def define_pipelines(self) -> Any:
        """numba's own."""
        self.state.library = _InnerLibrary(
            self.state.targetctx.codegen(), self.state.func_id.func_qualname
        )
        return super().define_pipelines()


def entry(function: Callable[..., Any]) -> Any:
    """Compile `function` on first use: no Python objects, lock released, cached on disk, no
    fast-math, and no counting of references: it may not make an array (all arrays come from
    outside), and in return tuples of many arrays pass freely."""
    return _compile(function, _nrt=False, **({"pipeline_class": _OuterCompiler} if JOINTLY else {}))


def only_version(function: Any) -> Any:
    """The compiled code of an entry that has been compiled for one set of types only, which may be
    called with those types and no others; None for any other function."""
    known = getattr(function, "overloads", None)
    return next(iter(known.values())).entry_point if known and len(known) == 1 else None


def kernel(function: Callable[..., Any]) -> Any:
    """As `entry`, but only called by other compiled functions: without a wrapper for Python it
    compiles faster. Whether it is inlined is said, because else a kernel that is first called by
    an inlined function would always be inlined too, wherever it is called."""
    return _inner(function, forceinline=False)


def inlined(function: Callable[..., Any]) -> Any:
    """As `kernel`, and always inlined into its caller: for the innermost functions."""
    return _inner(function, forceinline=True)


def builder(function: Callable[..., Any]) -> Any:
    """As `kernel`, but it may make arrays; for building things once, not for the event loop."""
    return _compile(function)


def _inner(function: Callable[..., Any], **options: Any) -> Any:
    if not JOINTLY:
        return _compile(
            function, _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True, **options
        )
    njit: Any = numba.njit
    compiled: Any = njit(
        nogil=True,
        _nrt=False,
        no_cpython_wrapper=True,
        no_cfunc_wrapper=True,
        pipeline_class=_InnerCompiler,
        **options,
    )(function)
    if not config.DISABLE_JIT:
        _once_for_all_constants(compiled)
    return compiled


def _once_for_all_constants(compiled: Any) -> None:
    """Let numba compile one version for all whole numbers, not one for every constant that is
    passed: the optimiser sees constants anyway."""
    wanted = compiled.get_call_template

    def without_constants(arguments: Iterable[Any], named: dict[str, Any]) -> Any:
        return wanted(
            tuple(map(unliteral, arguments)),
            {name: unliteral(kind) for name, kind in named.items()},
        )

    compiled.get_call_template = without_constants


def _compile(function: Callable[..., Any], **options: Any) -> Any:
    before = config.CACHE_DIR
    config.CACHE_DIR = str(CACHE_FOLDER)
    try:
        njit: Any = numba.njit
        return njit(cache=CACHED, nogil=True, **options)(function)
    finally:
        config.CACHE_DIR = before
