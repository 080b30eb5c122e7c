"""What the page gives away as files: the same runs bit for bit, and the numbers that it shows."""

from __future__ import annotations

import io
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import lazaretto as lz
from lazaretto.explore.export import WHAT
from lazaretto.explore.presets import AS_THEY_WERE, SITUATIONS, load_presets
from lazaretto.explore.settings import Policy, Then
from lazaretto.explore.sides import in_python, scenarios
from lazaretto.figures.style import number
from lazaretto.outcomes.panel import COMPONENTS

CHANGED = {
    "kappa": 2,
    "region": "by-case-count",
    "latent_days": 4.7,
    "a": {
        "tracing": "household",
        "isolation": "supported",
        "then": {"from_day": 20, "tracing": "interview", "isolation": "sms-and-police"},
    },
}


@pytest.fixture
def answered(page):
    told = page.ask(**CHANGED)
    assert told["error"] == "" and told["failure"] is None
    return page, told


def file_of(page, what):
    return page.command(export=what)["file"]


def test_the_scenario_file_gives_the_same_run_bit_for_bit(begun, answered, tmp_path):
    page, told = answered
    panel = pd.read_csv(io.StringIO(file_of(page, "panel")["text"])).set_index("component")
    for letter in ("a", "b"):
        saved = file_of(page, f"scenario_{letter}")
        path = tmp_path / saved["name"]
        path.write_text(saved["text"])
        scenario = lz.load_scenario(path)
        assert f"{letter.upper()} {scenario.parameter_hash}" in told["provenance"]
        population = lz.build_population(scenario.population, people=2000)
        runs = [lz.simulate(scenario, population, seed).panel for seed in (1, 2, 3)]
        means = np.array([[run[name] for name in COMPONENTS] for run in runs]).mean(axis=0)
        finite = np.isfinite(means)
        assert finite.sum() > 40
        kept = panel[f"{letter}_mean"].to_numpy()
        assert kept[finite].tolist() == pytest.approx(means[finite].tolist(), rel=1e-15)


def test_lazaretto_run_takes_it(page, tmp_path):
    page.ask(seeds=2)
    path = tmp_path / "scenario-a.json"
    path.write_text(file_of(page, "scenario_a")["text"])
    words = ["run", str(path), "--out", str(tmp_path / "out"), "--quiet"]
    code = f"from lazaretto.cli import main; main({words!r})"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300)
    panel = pd.read_csv(tmp_path / "out" / "panel.csv", index_col=0)
    scenario = lz.load_scenario(path)
    population = lz.build_population(scenario.population, people=2000)
    mine = lz.simulate(scenario, population, 1).panel
    np.testing.assert_array_equal(panel["1"].to_numpy(), mine.to_numpy())


def test_the_python_makes_the_same_scenarios(begun, answered):
    page, _ = answered
    text = file_of(page, "python")["text"]
    upper = "\n".join(
        line for line in text.splitlines() if line.startswith(("import", "a =", "b ="))
    )
    made = {}
    exec(upper, made)
    a, b = scenarios(begun.presets["no-measures"].scenario, page.session.settings)
    assert (made["a"].parameter_hash, made["b"].parameter_hash) == (
        a.parameter_hash,
        b.parameter_hash,
    )
    compile(text, "explorer.py", "exec")


@pytest.mark.parametrize("name", [*SITUATIONS, *AS_THEY_WERE])
def test_every_situation_has_its_python(name):
    preset = load_presets()[name]
    for settings in (
        preset.settings,
        preset.settings._replace(
            region="none", a=Policy("interview", "facility", Then(9, "none", "advice"))
        ),
    ):
        sides = scenarios(preset.scenario, settings)
        for policy, side in zip((settings.a, settings.b), sides, strict=True):
            text = in_python(preset.scenario, settings, policy, preset.source)
            assert text is not None
            assert eval(text, {"lz": lz}).parameter_hash == side.parameter_hash


def test_the_numbers_are_those_that_are_shown(answered):
    page, told = answered
    panel = pd.read_csv(io.StringIO(file_of(page, "panel")["text"])).set_index("component")
    lines = {line["label"]: line for block in told["panel"] for line in block["lines"]}
    line = lines[COMPONENTS["infections"].label]
    assert line["a"]["mean"] == number(panel.loc["infections", "a_mean"])
    assert panel.loc["infections", "difference_mean"] == pytest.approx(
        panel.loc["infections", "a_mean"] - panel.loc["infections", "b_mean"]
    )
    curves = pd.read_csv(io.StringIO(file_of(page, "curves")["text"]))
    drawn = next(
        t
        for t in told["figures"]["curves"]["data"]
        if t.get("mode") == "lines" and t["name"].startswith("A:") and t.get("yaxis") in (None, "y")
    )
    mine = curves[curves["series"].str.startswith("A: ") & (curves["kind"] == "line")]
    assert drawn["name"] == mine["series"].iloc[0]
    assert len(mine) >= 180


def test_each_file_has_a_name_and_something_in_it(answered):
    page, _ = answered
    names = set()
    for what in WHAT:
        file = file_of(page, what)
        names.add(file["name"])
        assert file["text"].strip() and file["name"].endswith((".csv", ".json", ".py"))
    assert len(names) == len(WHAT)


def test_what_is_no_file_is_refused(page):
    for what in ("../../etc/passwd", None, 3, ["panel"]):
        assert "there is no file" in page.command(export=what)["refused"]
