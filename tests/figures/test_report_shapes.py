"""Judges: report.

One page for every kind of results: what it holds, and that it can be read without a network or a
screen."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lazaretto as lz
from lazaretto.analysis.compare import axes_of
from lazaretto.cli import main
from lazaretto.parameters import Sweep
from lazaretto.report.page import write_report
from lazaretto.report.shapes import SETTINGS, shape, shapes


def stated(value: float, unit: str) -> dict[str, Any]:
    ends = [value, value]
    return dict(value=value, unit=unit, range=ends, source="test", status="assumption")


def small(name: str, **changes: Any) -> Sweep:
    """A shipped sweep on few people, for few days, with few seeds and samples."""
    design = lz.load_sweep(name)
    data = design.model_dump() | {"seeds": stated(2, "seed"), "people": stated(300, "person")}
    if design.samples is not None:
        data["samples"] = stated(18, "sample")
    if not design.scenario.timeline:
        data["scenario"]["days"]["value"] = 30
    return Sweep.model_validate(data | changes)


def call(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    return int(ended.value.code or 0)


def ids_of(text: str) -> list[str]:
    return re.findall(r' id="([^"]+)"', text.split("</script>", 1)[1])


@pytest.mark.parametrize(
    ("name", "axes", "figures"),
    [
        ("who-keeps-what", [SETTINGS], {"differences", "race"}),
        ("delays", [SETTINGS, "isolation"], {"differences"}),
        ("support-and-fatigue", None, {"along", "differences"}),
        (
            "days-of-history",
            ["isolation", "tracing.instruments.operator-geolocation.lookback_days"],
            {"along", "differences"},
        ),
        ("band-of-conduct", ["isolation"], {"differences", "band", "tornado"}),
        (
            "deterrence-against-avoidance",
            ["isolation", "behaviour.most_deterred", "behaviour.kappa_reporting"],
            {"differences", "along"},
        ),
    ],
)
def test_every_kind_of_sweep_has_a_page_with_figures_that_fit(tmp_path, name, axes, figures):
    design = small(name)
    results = lz.sweep(design)
    data = shapes(results)[0].data
    if axes is not None:
        assert axes_of(data) == axes
    assert {"seed"} <= set(data["infections"].dims) <= {*axes_of(data), "listing", "seed"}
    files = write_report(results, tmp_path, svg=False)
    text = files[0].read_text()
    ids = ids_of(text)
    assert figures <= set(ids) and len(ids) == len(set(ids))
    for heading in ("Answer", "What was asked", "The panel", "What a gain costs", "Parameters"):
        assert heading in text
    for link in re.findall(r'href="((?:tables|figures)/[^"]+)"', text):
        assert (tmp_path / link).is_file(), link


def test_rows_of_a_list_are_named_by_what_they_change():
    rows = shape(lz.sweep(small("delays"), seeds=1)).data[SETTINGS].values.tolist()
    assert rows[0] == "1. as it is"
    assert rows[1].startswith("2. mean days from onset to sample 2; ")


def test_samples_become_replicates_and_keep_what_differs_between_them():
    results = lz.sweep(small("band-of-conduct"))
    made = shape(results)
    assert made.replicate == "sample" and made.samples is results
    np.testing.assert_allclose(
        made.data["infections"].values.squeeze(),
        results["infections"].mean("seed").transpose("isolation", ..., "sample").values.squeeze(),
    )


def test_the_main_job_answers_for_each_situation(tmp_path):
    design = lz.load_sweep("three-situations").model_dump() | {
        "axes": {
            "scenario": ("containment", "open-wave"),
            "tracing": ("none", "interview"),
            "isolation": ("supported", "sms-and-police"),
        },
        "baseline": {"tracing": "none", "isolation": "supported"},
        "seeds": stated(16, "seed"),
        "null_seeds": stated(4, "seed"),
        "people": stated(600, "person"),
        "vary": ("testing.seek_probability", "isolation.harshness"),
    }
    results = lz.sweep(Sweep.model_validate(design))
    files = write_report(results, tmp_path, svg=False)
    text, ids = files[0].read_text(), ids_of(files[0].read_text())
    for name in ("containment", "open-wave"):
        assert {name, f"{name}-frontier", f"{name}-matched-null", f"{name}-hangs"} <= set(ids)
        assert (tmp_path / "tables" / f"{name}-differences.csv").is_file()
    assert {"cascade", "ladder", "burden", "held", "race"} <= set(ids)
    assert "<li>Containment: What was closed" in text and "<li>Open wave: Nothing is closed" in text
    assert text.count("<b>In short.</b>") == text.count("<b>Tracing.</b>") == 2
    outside = re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert (
        "http"
        not in outside.replace("http://www.w3.org", "")
        .partition("<body>")[2]
        .partition('id="parameters"')[0]
    )
    assert outside.count('role="img" aria-label="') == text.count('type="application/json"')
    for data in re.findall(r'type="application/json" data-of="[^"]+">(.*?)</script>', text, re.S):
        assert json.loads(data)["data"]
    assert len(text) < 8_000_000


def test_runs_that_failed_are_left_out_and_said(tmp_path):
    axes = {"tracing": ("none", "interview"), "isolation": ("supported", "sms-and-police")}
    base = {"tracing": "none", "isolation": "supported"}
    results = lz.sweep(
        small("tracing-by-isolation", axes=axes, baseline=base, seeds=stated(3, "seed"))
    )
    for name in results.data_vars:
        values = results[name].values
        values[1, 0, :, 0] = np.nan if values.dtype.kind == "f" else -1
    results.attrs["failures"] = json.dumps({"a cell: targeted, seed 1": "ValueError: no room"})
    text = write_report(results, tmp_path, svg=False)[0].read_text()
    assert "1 run failed, left out here" in text and "no room" in text
    assert "frontier" not in ids_of(text) and "differences" in ids_of(text)
    assert "<b>Tracing.</b>" in text


def test_a_single_run_has_a_page_too(tmp_path, capsys):
    folder, page = tmp_path / "out", tmp_path / "page"
    words = ["--set", "tracing=interview", "--set", "isolation=sms-and-police", "--set", "days=60"]
    told = ["run", "no-measures", "--people", "1500", "--seeds", "2", *words, "--quiet"]
    assert call(*told, "--out", str(folder)) == 0
    assert call("report", str(folder), "--out", str(page), "--no-svg") == 0
    capsys.readouterr()
    text = (page / "index.html").read_text()
    assert {"curves", "run", "cascade", "ladder", "race", "panel"} <= set(ids_of(text))
    assert "were infected" in text and "compared with nothing" in text
    assert call("report", str(folder), "--assumptions", str(folder), "--no-svg") == 2
    assert "single run" in capsys.readouterr().err
    panel = (folder / "panel.csv").read_text()
    changed = re.sub(r"(?m)^infections,[^,]+", "infections,1.0", panel)
    (folder / "panel.csv").write_text(changed)  # of another making: the run made again differs
    assert call("report", str(folder), "--out", str(page), "--no-svg") == 0
    assert "cascade" not in ids_of((page / "index.html").read_text())


def test_a_page_that_cannot_be_written_is_refused_in_a_sentence(tmp_path):
    results = lz.sweep(small("who-keeps-what"), seeds=1)
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(OSError, match="cannot be written"):
        write_report(results, Path(blocked) / "report", svg=False)
