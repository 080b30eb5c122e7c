"""The compiled engine against its own Python, bit for bit, with every mechanism on."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import lazaretto as lz

HERE = Path(__file__).parent


def digest_of(raw) -> dict[str, str]:
    """A digest of each array that a run leaves behind."""
    parts = {}
    for name in ("history", "records", "conduct", "tally"):
        for field, value in getattr(raw, name)._asdict().items():
            parts[f"{name}.{field}"] = hashlib.sha256(np.asarray(value).tobytes()).hexdigest()
    return parts


def runs() -> dict[str, dict[str, str]]:
    """Small runs of three policies, the last with every mechanism on."""
    import lazaretto as lz
    from lazaretto.bench import neutral_law
    from lazaretto.engine.lowering import lower_policy, policy_laws
    from lazaretto.engine.simulate import run_once
    from lazaretto.mechanisms.counters import DAILY
    from lazaretto.mechanisms.illness.lowering import in_scenario, lower_pathogen

    scenario = lz.load_scenario("no-measures").replace(
        **{"testing.background_illness_per_day": 0.01}
    )
    population = lz.build_population(scenario.population, people=600, seed=3)
    out = {}
    for tracing, isolation, pathogen in (
        ("interview", "sms-and-police", "sars-cov-2-ancestral"),
        ("operator-geolocation", "supported", "sars-cov-1"),
    ):
        one = scenario.replace(tracing=tracing, isolation=isolation, pathogen=pathogen)
        if tracing == "interview":  # immunity that wanes, a season, importations
            stated = {"range": [0.0, 1e3], "source": "test", "status": "assumption"}
            data = one.model_dump()
            data["pathogen"] |= {
                "immunity_duration": neutral_law("gamma", 20.0, a=3.0).model_dump(),
                "seasonal_amplitude": {
                    "value": 0.3,
                    "unit": "fraction",
                    **stated,
                    "range": [0.0, 1.0],
                },
                "seasonal_peak_day_of_year": {
                    "value": 20.0,
                    "unit": "day",
                    **stated,
                    "range": [0.0, 366.0],
                },
            }
            data["importations_per_day"] |= {"value": 0.4}
            one = type(one).model_validate(data)
        rates = in_scenario(lower_pathogen(one.pathogen, population, 0.06, policy_laws(one)), one)
        raw = run_once(population.city, rates, lower_policy(one, population), 5, 8, 60, True)
        out[f"{tracing} {pathogen}"] = digest_of(raw) | {"infections": str(len(raw.history.person))}
    sys.path.insert(0, str(HERE.parent / "regression"))
    import everything

    one = (
        everything.scenario()
    )  # facility, transfers, appeals, measures, passes, tests of the listed
    population = lz.build_population(one.population, people=400, seed=3)
    rates = in_scenario(lower_pathogen(one.pathogen, population, 0.06, policy_laws(one)), one)
    raw = run_once(population.city, rates, lower_policy(one, population), 5, 8, 40, True)
    totals = dict(zip(DAILY, raw.tally.daily.sum(axis=1).tolist()))
    out["everything"] = digest_of(raw) | {
        name: str(totals[name]) for name in ("transfers", "appeals_granted", "pass_fines")
    }
    return out


@pytest.mark.slow
def test_compiled_and_python_agree_bit_for_bit(tmp_path):
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "LAZARETTO_CACHE": str(tmp_path)}
    script = (
        "import json, sys; sys.path.insert(0, sys.argv[1]); import test_twin; "
        "print(json.dumps(test_twin.runs()))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, str(HERE)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    python = json.loads(done.stdout)
    compiled = runs()
    assert int(compiled["interview sars-cov-2-ancestral"]["infections"]) > 200
    assert all(
        int(compiled["everything"][name]) > 0
        for name in ("transfers", "appeals_granted", "pass_fines")
    )
    assert compiled == python


# the only kernels outside the course of infections that see the truth: whether a candidate at home
# happens, a test at the moment of the sample, hospitals (who is how ill, and what they tell there),
# and the reports
MAY_SEE_THE_TRUTH = {
    "hospital.care": {"on_admission", "take_in", "leave_later", "on_discharge"},
    "region.measures": {"too_weak"},
    "testing.samples": {"on_sample", "positive_probability"},
    "tracing.truth": {"report_list", "count_listings", "among_contacts", "met_infectees"},
}


def test_the_authority_s_handlers_are_not_given_the_truth():
    """A World has no History, and of all kernels of testing, tracing, orders, measures only those
    named above take one beside it."""
    from lazaretto.world.state import History, World

    assert "history" not in World._fields and History not in World.__annotations__.values()
    mechanisms = Path(lz.__file__).parent / "mechanisms"
    seen = {}
    for file in mechanisms.rglob("*.py"):
        module = ".".join(file.relative_to(mechanisms).with_suffix("").parts)
        if module.startswith("illness."):
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef) and "history" in {a.arg for a in node.args.args}:
                seen.setdefault(module, set()).add(node.name)
    assert seen == MAY_SEE_THE_TRUTH


def _kernel_files(package):
    """The files that make compiled functions."""
    makes = re.compile(r"^from \.+_jit import .*\b(kernel|entry|inlined|builder)\b", re.M)
    return {file for file in package.rglob("*.py") if makes.search(file.read_text())}


def test_whatever_machine_code_hangs_on_is_in_the_cache_key():
    """Every file with kernels is in a hashed room, and takes nothing from elsewhere at run time but
    parameter types."""
    from lazaretto import _jit

    rooms = [_jit.PACKAGE / room for room in _jit.WITH_KERNELS]
    found = _kernel_files(_jit.PACKAGE)
    assert len(found) > 20
    for file in found:
        assert any(room == file or room in file.parents for room in rooms), file
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.ImportFrom) and node.level > 0:
                above = file.relative_to(_jit.PACKAGE).parts[: -node.level]
                room = [*above, *(node.module or "").split(".")][0]
                names = {alias.name for alias in node.names}
                only_types = all(name[0].isupper() and not name.isupper() for name in names)
                inside = room in _jit.WITH_KERNELS or f"{room}.py" in _jit.WITH_KERNELS
                assert inside or (room == "parameters" and only_types), (file, room, names)


def test_the_cache_key_changes_with_any_source_of_a_kernel(tmp_path, monkeypatch):
    from lazaretto import _jit

    before, kernels = _jit.source_key(), _jit.kernel_key()
    copy = tmp_path / "lazaretto"
    copy.mkdir()
    for file in _jit.PACKAGE.rglob("*.py"):
        target = copy / file.relative_to(_jit.PACKAGE)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.read_bytes())
    monkeypatch.setattr(_jit, "PACKAGE", copy)
    assert (_jit.source_key(), _jit.kernel_key()) == (before, kernels)
    report = copy / "report" / "page.py"
    report.write_text(report.read_text() + "# another line\n")
    assert _jit.source_key() != before and _jit.kernel_key() == kernels
    constants = copy / "world" / "codes.py"
    constants.write_text(constants.read_text().replace("NEVER = np.inf", "NEVER = 1e9"))
    assert _jit.kernel_key() != kernels
