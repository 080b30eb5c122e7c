"""Does anything notice? One small change at a time to the handlers of the authority and the main
loop, with the compiler off.

    NUMBA_DISABLE_JIT=1 python tests/verification/mutate.py [MINUTES] [SEED]

Mutants of MODULES are drawn without repetition (seeded) until the time is over. Each is imported in
place of the module in a process of its own, and judged first by what `tests/regression` looks at
(counts of the run with every mechanism on), on fewer people and days, then, where that is the same,
by the tests of `tests/exact` in JUDGES, less those that take seconds without the compiler (SLOW).
It prints a line for each mutant and the score; what survives is looked at by hand.
"""

from __future__ import annotations

import ast
import copy
import importlib.abc
import importlib.util
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "model" / "lazaretto"
MODULES = (
    "mechanisms.tracing.delivery",
    "mechanisms.tracing.diary",
    "mechanisms.tracing.finding",
    "mechanisms.tracing.ties",
    "mechanisms.isolation.orders",
    "mechanisms.isolation.breaches",
    "mechanisms.isolation.ladder",
    "mechanisms.isolation.presence",
    "mechanisms.region.measures",
    "mechanisms.testing.samples",
    "engine.loop",
)
PEOPLE, DAYS, HAZARD_SCALE = 400, 40, 0.06
HANGS_AFTER = 150  # processor seconds
QUICK = (
    "test_instruments",
    "test_limits_of_instruments",
    "test_authority",
    "test_regimes",
    "test_region",
)
JUDGES = dict.fromkeys(MODULES, QUICK) | {
    name: (judge, *(other for other in QUICK if other != judge))
    for mechanism, judge in (("region", "test_region"), ("isolation", "test_regimes"))
    for name in MODULES
    if f".{mechanism}." in name
}
SLOW = (
    "remote_ties",
    "square_of_uptake",
    "null_of_a_household",
    "seen_injustice",
    "array_for_array",
    "older_than_their_retention",
    "judge_whether",
    "comes_before_any_list",
    "burden_adds_up",
    "stays_at_home",
    "without_effect",
    "perfect_positions",
    "the_radius",
)
SECONDS = (
    *SLOW,
    "false_alarms_fall",
    "fatigue_raises",
    "deterrence",
    "closing_stops",
    "fines_for_passes",
    "a_trigger",
    "at_home_meet",
)
LEFT_OUT = dict.fromkeys(MODULES, SECONDS) | {"region": SLOW, "isolation": SLOW}
NOTICED_BY = {0: "SURVIVED", 1: "run", 2: "tests"}
SWAPS: dict[type, type] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.And: ast.Or,
    ast.Or: ast.And,
}


def file_of(module: str) -> Path:
    """The file of a module of the package."""
    return PACKAGE.joinpath(*module.split(".")).with_suffix(".py")


def sites(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(index of the node in a walk, kind of change) of every change that can be made inside
    functions."""
    inside = {
        id(n)
        for f in ast.walk(tree)
        if isinstance(f, ast.FunctionDef)
        for s in f.body
        for n in ast.walk(s)
    }
    for index, node in enumerate(ast.walk(tree)):
        if id(node) not in inside:
            continue
        if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
            yield index, "compare"
        elif isinstance(node, ast.BinOp | ast.BoolOp) and type(node.op) in SWAPS:
            yield index, "operator"
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
            yield index, "constant"
        elif isinstance(node, ast.If | ast.IfExp | ast.While):
            yield index, "condition"
        elif isinstance(node, ast.AugAssign) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        ):
            yield index, "dropped"


def mutated(tree: ast.Module, index: int, kind: str) -> tuple[ast.Module, str]:
    """The tree with that change, and what it is in words."""
    tree = copy.deepcopy(tree)
    node: Any = next(n for i, n in enumerate(ast.walk(tree)) if i == index)
    before = ast.unparse(node).splitlines()[0]
    if kind == "compare":
        node.ops[0] = SWAPS[type(node.ops[0])]()
    elif kind == "operator":
        node.op = SWAPS[type(node.op)]()
    elif kind == "constant":
        node.value = node.value + 1
    elif kind == "condition":
        node.test = ast.UnaryOp(ast.Not(), node.test)
    else:
        for parent in ast.walk(tree):
            for field in ("body", "orelse"):
                block = getattr(parent, field, None)
                if isinstance(block, list) and node in block:
                    block[block.index(node)] = ast.copy_location(ast.Pass(), node)
    after = "dropped" if kind == "dropped" else ast.unparse(node).splitlines()[0]
    return ast.fix_missing_locations(tree), f"{node.lineno}: {before}  ->  {after}"


class InPlace(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports changed code in place of one module."""

    def __init__(self, name: str, path: Path, code: Any) -> None:
        self.name, self.path, self.code = name, path, code

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        return (
            importlib.util.spec_from_file_location(name, self.path, loader=self)
            if name == self.name
            else None
        )

    def exec_module(self, module: Any) -> None:
        exec(self.code, module.__dict__)


def forked(work: Any) -> int:
    """Exit status of work() in a process of its own, negative where it hung."""
    child = os.fork()
    if child == 0:
        quiet = os.open(
            os.environ.get("MUTATE_LOG", os.devnull), os.O_WRONLY | os.O_CREAT | os.O_APPEND
        )
        os.dup2(quiet, 1), os.dup2(quiet, 2)
        resource.setrlimit(resource.RLIMIT_CPU, (HANGS_AFTER, HANGS_AFTER + 5))
        status = 3
        try:
            status = int(work())
        finally:
            sys.stdout.flush()
            os._exit(status)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def exact_tests(name: str) -> int:
    """0 where the exact tests that judge the module pass, else 2."""
    import pytest

    files = [str(ROOT / "tests" / "exact" / f"{judge}.py") for judge in JUDGES[name]]
    left_out = f"not ({' or '.join(LEFT_OUT[name])})"
    plain = [
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        "-W",
        "ignore::RuntimeWarning",
        "-W",
        "ignore::pytest.PytestAssertRewriteWarning",
        "-o",
        "faulthandler_timeout=0",
    ]
    return 2 if pytest.main([*plain, "-k", left_out, *files]) else 0


def verdict(population: Any) -> dict[str, Any]:
    """What `tests/regression` looks at, of a smaller run with every mechanism on."""
    import everything

    from lazaretto.engine.lowering import lower_policy, policy_laws
    from lazaretto.engine.simulate import run_once
    from lazaretto.mechanisms.counters import DAILY
    from lazaretto.mechanisms.illness.lowering import in_scenario, lower_pathogen

    one = everything.scenario()
    rates = in_scenario(
        lower_pathogen(one.pathogen, population, HAZARD_SCALE, policy_laws(one)), one
    )
    raw = run_once(population.city, rates, lower_policy(one, population), 5, 8, DAYS, True)
    daily = raw.tally.daily.sum(axis=1)
    return {
        "infections": len(raw.history.person),
        "infectees": raw.history.person[:15].tolist(),
    } | dict(zip(DAILY, daily.tolist()))


def main(minutes: float = 10, seed: int = 1) -> None:
    if os.environ.get("NUMBA_DISABLE_JIT") != "1":
        sys.exit("set NUMBA_DISABLE_JIT=1")
    os.chdir(ROOT)
    for library in (
        "numba",
        "scipy.stats",
        "pandas",
        "xarray",
        "pydantic",
        "plotly.graph_objects",
        "networkx",
    ):
        importlib.import_module(library)
    until = time.monotonic() + 60 * minutes
    sys.path.insert(0, str(ROOT / "tests" / "regression"))
    from lazaretto.parameters import load_population
    from lazaretto.population.build import build_population

    population = build_population(load_population("moscow"), PEOPLE, seed=3)
    if any(f"lazaretto.{name}" in sys.modules for name in MODULES):
        sys.exit("the engine was imported before it could be changed")
    record = Path(tempfile.mkstemp()[1])
    forked(lambda: record.write_text(json.dumps(verdict(population))) and 0)
    right = json.loads(record.read_text())
    print(right, flush=True)
    subprocess.run(  # compiled: solves what R0 the tests ask for, which is then on disk
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            *(str(ROOT / "tests" / "exact" / f"{judge}.py") for judge in QUICK),
        ],
        env={key: value for key, value in os.environ.items() if key != "NUMBA_DISABLE_JIT"},
        check=True,
    )
    for name in MODULES:
        if forked(lambda name=name: exact_tests(name)):
            sys.exit(f"the judges of {name}.py fail without any change")
    trees = {name: ast.parse(file_of(name).read_text()) for name in MODULES}
    everything = [(name, *site) for name, tree in trees.items() for site in sites(tree)]
    random.Random(seed).shuffle(everything)
    told: list[int] = []
    for name, index, kind in everything:
        if time.monotonic() > until:
            break
        tree, words = mutated(trees[name], index, kind)
        file = file_of(name)

        def work(name: str = name, file: Path = file, tree: ast.Module = tree) -> int:
            sys.meta_path.insert(
                0, InPlace(f"lazaretto.{name}", file, compile(tree, str(file), "exec"))
            )
            return 1 if verdict(population) != right else exact_tests(name)

        status = forked(work)
        told.append(status)
        by = NOTICED_BY.get(status, "hung" if status < 0 else "crash")
        print(f"{by:9}{name}.py:{words}", flush=True)
    score = ", ".join(
        f"{name} {sum(NOTICED_BY.get(s, 'crash') == name for s in told)}"
        for name in ("run", "tests", "crash")
    )
    print(
        f"seed {seed}: {sum(s != 0 for s in told)} of {len(told)} noticed "
        f"({score}), of {len(everything)} possible changes"
    )


if __name__ == "__main__":
    main(*(float(a) if i == 0 else int(a) for i, a in enumerate(sys.argv[1:3])))
