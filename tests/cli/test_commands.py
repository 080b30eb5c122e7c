"""The command line as users call it: what it writes, what it says, and its exit status."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import weakref
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xarray as xr

import lazaretto as lz
from lazaretto.cli import main
from lazaretto.cli.printing import show_progress


def call(capsys, *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    out = capsys.readouterr()
    return int(ended.value.code or 0), out.out, out.err


def test_the_version_is_told_as_a_command_and_as_an_option_and_from_the_module(capsys):
    assert call(capsys, "version") == call(capsys, "--version") == (0, lz.__version__ + "\n", "")
    done = subprocess.run(
        [sys.executable, "-m", "lazaretto", "version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == lz.__version__


def test_list_and_show(capsys):
    status, out, _ = call(capsys, "list", "--json")
    assert status == 0
    assert "moscow-2020" in json.loads(out)["scenarios"]
    status, out, _ = call(capsys, "show", "sars-cov-2-ancestral", "--json")
    table = {row["parameter"]: row for row in json.loads(out)["parameters"]}
    assert status == 0
    assert table["pathogen.latent_period.mean"]["unit"] == "day"
    assert "Hart" in table["pathogen.latent_period.mean"]["source"]
    status, out, _ = call(capsys, "show", "moscow-2020")
    assert status == 0
    assert "avoidance is on" in out


def test_run_writes_panel_curves_and_line_list(capsys, tmp_path):
    status, _, err = call(
        capsys,
        "run",
        "moscow-2020",
        "--people",
        "2000",
        "--seeds",
        "2",
        "--set",
        "tracing=interview",
        "--set",
        "days=80",
        "--set",
        "pathogen.latent_period.mean=5",
        "--out",
        str(tmp_path),
        "--quiet",
    )
    assert status == 0, err
    panel = pd.read_csv(tmp_path / "panel.csv", index_col=0)
    assert list(panel.columns) == ["1", "2"]
    curves = xr.open_dataset(tmp_path / "curves.nc", engine="h5netcdf")
    assert dict(curves.sizes) == {"seed": 2, "day": 80}
    assert (curves["S"].isel(day=-1) < 2000).all()
    curves.close()
    assert "infectee" in pd.read_csv(tmp_path / "transmissions.csv")
    scenario = json.loads((tmp_path / "scenario.json").read_text())
    assert scenario["pathogen"]["latent_period"]["mean"] == 5


def test_sweep_resume_and_report(capsys, tmp_path, small):
    folder = tmp_path / "results"
    arguments = [
        "sweep",
        "tracing-by-isolation",
        "--people",
        "1500",
        "--seeds",
        "2",
        "--out",
        str(folder),
        "--quiet",
    ]
    status, _, err = call(capsys, *arguments)
    assert status == 0, err
    first = (folder / "results.nc").read_bytes()
    status, _, err = call(capsys, *arguments)
    assert status == 1
    assert "--resume" in err
    kept = folder / "cells" / "0000" / "000003.nc"
    stamp = kept.stat().st_mtime_ns
    (folder / "cells" / "0000" / "000005.nc").unlink()
    status, _, err = call(capsys, *arguments, "--resume")
    assert status == 0, err
    assert kept.stat().st_mtime_ns == stamp  # never repeated
    with xr.open_dataset(folder / "results.nc", engine="h5netcdf") as again:
        assert set(again.dims) == {"tracing", "isolation", "listing", "seed", "day"}
        assert np.isfinite(again["infections"]).all()
    assert len(first) > 1000
    other = arguments[:3] + ["1600"] + arguments[4:]
    status, _, err = call(capsys, *other, "--resume")
    assert status == 1
    assert "other settings or sources" in err
    assert kept.stat().st_mtime_ns == stamp  # nothing lost
    page = tmp_path / "report"
    status, _, err = call(capsys, "report", str(folder), "--out", str(page), "--no-svg")
    assert status == 0, err
    text = (page / "index.html").read_text()
    assert len(text) < 8_000_000
    for heading in (
        "What was asked",
        "Answer",
        "In short",
        "The trade-off",
        "The panel",
        "What a gain costs",
        "Assumptions and limits",
        "Parameters",
        "Provenance",
    ):
        assert heading in text
    ids = re.findall(r' id="([^"]+)"', text.split("</script>", 1)[1])
    assert len(ids) == len(set(ids)), (
        "a figure and a heading of one name: the figure would be drawn into the heading"
    )
    assert {"frontier", "race", "matched-null", "matched-null-per-day"} <= set(ids)
    assert "http://" not in text.split("</script>", 1)[1].replace("http://www.w3.org", "")
    assert pd.read_csv(page / "tables" / "differences.csv").shape[0] > 100


def test_names_from_outside_are_escaped(tmp_path, small, town):
    from lazaretto.report.page import write_report

    design = lz.load_sweep("tracing-by-isolation")
    data = design.model_dump()
    data.update(
        scenario=small.replace(days=30).model_dump(),
        people=None,
        title="<script>alert(1)</script>",
        axes={"tracing": ["none", "interview"], "isolation": ["advice", "supported"]},
    )
    results = lz.sweep(type(design).model_validate(data), seeds=2, population=town)
    write_report(results, tmp_path, svg=False)
    text = (tmp_path / "index.html").read_text()
    assert "<script>alert(1)" not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["run", "moscow-2020", "--people", "0", "--out", "OUT"], 2, ["people", "0"]),
        (["run", "moscow-2020", "--people", "1.5", "--out", "OUT"], 2, ["people"]),
        (["run", "moscow-2020", "--seeds", "x", "--out", "OUT"], 2, ["seeds"]),
        (["run", "moscow-2020", "--seeds", "-3", "--out", "OUT"], 2, ["seeds", "-3"]),
        (
            ["run", "moscow-2020", "--set", "tracing=intervew", "--out", "OUT"],
            2,
            ["intervew", "Did you mean 'interview'"],
        ),
        (["run", "moscow-2020", "--set", "tracing", "--out", "OUT"], 2, ["key=value"]),
        (
            ["run", "moscow-2020", "--set", "testing.specificity=1.5", "--out", "OUT"],
            2,
            ["specificity", "1.5"],
        ),
        (
            [
                "run",
                "moscow-2020",
                "--people",
                "50",
                "--set",
                "initial_infections=60",
                "--out",
                "OUT",
            ],
            2,
            ["initial_infections"],
        ),
        (["run", "nowhere", "--out", "OUT"], 2, ["nowhere", "moscow-2020"]),
        (["run", "moscow-2020", "--people", "1000", "--out", "FILE"], 1, ["cannot be written"]),
        (
            [
                "sweep",
                "tracing-by-isolation",
                "--people",
                "1000",
                "--seeds",
                "1",
                "--quiet",
                "--out",
                "FILE",
            ],
            1,
            ["cannot be written"],
        ),
        (["sweep", "tracing-by-isolation", "--seeds", "0", "--out", "OUT"], 2, ["seeds", "0"]),
        (["report", "OUT"], 1, ["no finished sweep"]),
        (["validate", "OUT/none.toml"], 2, ["no such file"]),
        (["list", "pathogen"], 2, ["pathogen", "Did you mean 'pathogens'"]),
        (["show", "sars"], 2, ["sars"]),
        (["frobnicate"], 2, ["frobnicate"]),
    ],
    ids=lambda x: " ".join(x[:4]) if isinstance(x, list) and x and x[0].islower() else None,
)
def test_bad_input_gets_one_clear_message(capsys, tmp_path, arguments, status, words):
    (tmp_path / "file").write_text("kept")
    given = [
        a.replace("OUT", str(tmp_path / "out")).replace("FILE", str(tmp_path / "file"))
        for a in arguments
    ]
    code, out, err = call(capsys, *given)
    assert code == status, err
    said = " ".join((out + err).split())
    assert "Traceback" not in said
    for word in words:
        assert word in said, said
    assert (tmp_path / "file").read_text() == "kept"


def test_seeds_from_python_are_checked(small, town):
    for seed in (1.5, "one", -1, True, 2**63):
        with pytest.raises(ValueError, match="seed must be a whole number"):
            lz.simulate(small, town, seed=seed)


def test_switching_avoidance_off_is_never_silent(small, town):
    off = {f"behaviour.kappa_{name}": 0 for name in ("reporting", "cooperation", "phone", "app")}
    with pytest.warns(UserWarning, match="coercion wins by construction"):
        lz.simulate(small.replace(isolation="sms-and-police", days=5, **off), town, seed=1)


def test_import_is_quick_and_does_not_load_the_compiler():
    code = (
        "import sys, lazaretto; sys.exit(3 if 'numba' in sys.modules or "
        "'scipy.stats' in sys.modules else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_benchmark_reports_its_cases(capsys):
    status, out, _ = call(capsys, "bench", "--people", "2000", "--repeats", "1", "--json")
    assert status == 0
    found = json.loads(out)
    lines = found["lines"]
    assert [line["case"] for line in lines] == [
        "bare, random graph",
        "city, no measures",
        "city, small epidemic",
    ]
    assert all(line["infections"] > 1000 for line in lines[:2])
    assert 20 <= lines[2]["infections"] < 1000
    assert found["growth_of_cost"]["ratio"] == 1.0  # one size
    assert [line["level"] for line in found["tracing"]][:2] == ["none", "interview"]
    assert all(line["asked"] > 1000 for line in found["tracing"][1:])
    assert (
        found["start"]["first_run_s"] > found["start"]["import_s"] > found["start"]["python_s"] > 0
    )
    assert found["twin"]["ratio"] > 10


def test_benchmark_refuses_places_too_small_for_its_r0(capsys):
    status, _, said = call(capsys, "bench", "--people", "20")
    assert status == 2
    assert "--people must be at least" in said


def test_help_names_every_command(capsys):
    _, out, _ = call(capsys, "--help")
    for command in ("list", "show", "validate", "run", "sweep", "report", "bench"):
        assert command in out


def test_readme_commands_exist():
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text()
    assert "make report" in readme
    assert "make test" in readme


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_ctrl_c_that_python_drops_is_found_when_the_next_runs_are_done():
    """Raised within a weak reference's callback it is printed and ignored."""

    class Thing:
        pass

    with show_progress(True, "runs") as advance:
        advance(1, 3)
        thing = Thing()
        gone = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGINT))
        del thing
        assert gone() is None
        with pytest.raises(KeyboardInterrupt):
            advance(2, 3)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
