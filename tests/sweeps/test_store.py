"""The folder of a sweep: whole files or none, nothing lost, nothing mixed, one sweep at a time."""

from __future__ import annotations

import os
import resource
import time
from contextlib import contextmanager

import numpy as np
import pytest
import xarray as xr
from small import design, files, sampled

import lazaretto as lz
from lazaretto.parameters import Sweep, params_folder
from lazaretto.sweeps import making, store, work
from lazaretto.sweeps.store import CellData, Store, StoreError

MANIFEST = {"sweep": "s", "parameter_hash": "p", "package": "0", "seeds": 3}


def cell(number: float = 1.0) -> CellData:
    panel = np.full((2, 1, 3), number)
    daily = np.arange(2 * 1 * 3 * 4, dtype=np.int32).reshape(2, 1, 3, 4)
    return CellData(
        panel, daily, ["infections", "deaths"], [("S", "person"), ("fines", "1/day")], {}, {"a": 1}
    )


@pytest.fixture
def swept(tmp_path):
    """A finished sweep in a folder, and the digests of its files."""
    lz.sweep(design(), threads=1, out=tmp_path / "out").close()
    return tmp_path / "out", files(tmp_path / "out")


@pytest.fixture
def simulated(monkeypatch):
    """How many runs are simulated."""
    runs = []
    run = work.run_from_past
    monkeypatch.setattr(
        work, "run_from_past", lambda *given, **more: runs.append(given[2]) or run(*given, **more)
    )
    return runs


@contextmanager
def no_file_longer_than(size: int):
    """Writing beyond `size` bytes fails, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_cell_comes_back_as_it_went_and_opens_with_xarray(tmp_path):
    there = Store(tmp_path, MANIFEST)
    there.write(1234, cell())
    back = there.read(1234)
    np.testing.assert_array_equal(back.panel, cell().panel)
    np.testing.assert_array_equal(back.daily, cell().daily)
    assert back[2:] == cell()[2:]
    with xr.open_dataset(there.cell_file(1234), engine="h5netcdf") as data:
        assert data["daily"].dims == ("curve", "listing", "seed", "day")
        np.testing.assert_array_equal(data["panel"], cell().panel)
    there.close()


def test_equal_cells_are_equal_bytes_whenever_they_are_written(tmp_path):
    with_time = Store(tmp_path, MANIFEST)
    written = []
    for number, data in ((0, cell()), (0, cell()), (0, cell(2.0)), (1, cell())):
        with_time.write(number, data)
        written.append(with_time.cell_file(number).read_bytes())
        time.sleep(1.1)  # HDF5 counts whole seconds where it keeps time at all
    assert written[0] == written[1]
    assert len(set(written)) == 3  # other numbers, or another cell, are other bytes
    with_time.close()


def test_any_flipped_bit_and_any_cut_is_noticed(tmp_path):
    there = Store(tmp_path, MANIFEST)
    there.write(0, cell())
    file = there.cell_file(0)
    content = file.read_bytes()
    for at in np.linspace(0, len(content) - 1, 97).astype(int):
        spoilt = bytearray(content)
        spoilt[at] ^= 1
        for broken in (bytes(spoilt), content[:at]):
            file.write_bytes(broken)
            with pytest.raises(StoreError, match="is damaged"):
                there.read(0)
    file.write_bytes(content)
    assert there.finished(1) == ({0}, [], [])
    there.close()


@pytest.mark.parametrize(
    "spoil", [lambda b: b[: len(b) // 2], lambda b: b"", lambda b: b[:900] + b"x" + b[901:]]
)
def test_damaged_cells_are_done_again_and_said(swept, simulated, spoil):
    folder, before = swept
    file = folder / "cells" / "0000" / "000002.nc"
    file.write_bytes(spoil(file.read_bytes()))
    with pytest.warns(UserWarning, match=r"000002.nc: was damaged, or .* and done again"):
        lz.sweep(design(), out=folder, resume=True).close()
    assert files(folder) == before
    assert sorted(simulated) == [1, 2]  # that cell and no other; its nulls follow from its runs


def test_resume_repeats_nothing_and_loses_nothing(swept, simulated):
    folder, before = swept
    (folder / "results.nc").unlink()
    (folder / "cells" / "0000" / "000000.nc").unlink()
    left = f".000009.nc.{'0' * 16}.partial"  # by a sweep that was killed
    (folder / "cells" / "0000" / left).write_bytes(b"begun")
    (folder / f".results.nc.{'0' * 16}.partial").write_bytes(b"begun")
    stamps = {file: file.stat().st_mtime_ns for file in (folder / "cells").rglob("*.nc")}
    lz.sweep(design(), out=folder, resume=True).close()
    assert files(folder) == before
    assert sorted(simulated) == [1, 2]
    assert {file: file.stat().st_mtime_ns for file in stamps} == stamps
    assert not list(folder.rglob("*.partial"))


def test_what_is_there_is_only_replaced_when_asked(swept, simulated):
    folder, before = swept
    with pytest.raises(StoreError, match=r"already holds this sweep. Say --resume"):
        lz.sweep(design(), out=folder)
    assert files(folder) == before and not simulated
    lz.sweep(design(), out=folder, restart=True, resume=True).close()
    assert not simulated  # of the same making: goes on
    lz.sweep(design(), out=folder, restart=True).close()
    assert len(simulated) == 8 and files(folder) == before


def test_another_making_is_refused_and_restart_begins_anew(swept, monkeypatch):
    folder, before = swept
    for other, changed in (
        (design(days=31), "parameter_hash"),
        (design(seeds=3), "parameter_hash, seeds"),
        (sampled(), "design"),
    ):
        with pytest.raises(StoreError, match="results of other settings or sources") as caught:
            lz.sweep(other, out=folder, resume=True)
        assert changed in str(caught.value)
    monkeypatch.setattr(making, "__version__", "99.0")
    with pytest.raises(StoreError, match=r"changed: package\)"):
        lz.sweep(design(), out=folder, resume=True)
    monkeypatch.undo()
    assert files(folder) == before
    lz.sweep(design(days=31, daily=True), out=folder, resume=True, restart=True).close()
    with xr.open_dataset(folder / "results.nc", engine="h5netcdf") as data:
        assert data.sizes["day"] == 31


def test_a_changed_file_that_an_axis_names_is_noticed(tmp_path):
    own = tmp_path / "own.toml"
    text = (params_folder() / "tracing" / "interview.toml").read_text()
    own.write_text(text)
    axes = {"tracing": ("none", str(own)), "isolation": ("advice",)}
    made = design(axes=axes, baseline={"tracing": "none", "isolation": "advice"}, seeds=1)
    lz.sweep(made, out=tmp_path / "out").close()
    old = "[instruments.interview.lookback_days]\nvalue = 2"
    new = old.replace("= 2", "= 3")
    assert old in text
    own.write_text(text.replace(old, new))
    again = Sweep.model_validate(made.model_dump())
    with pytest.raises(StoreError, match=r"changed: parameter_hash"):
        lz.sweep(again, out=tmp_path / "out", resume=True)


def test_a_changed_distribution_of_what_varies_is_noticed():
    made = sampled()
    data = made.model_dump()
    data["scenario"]["testing"]["seek_probability"]["range"] = [0.01, 0.99]
    data["scenario"]["testing"]["seek_probability"]["distribution"] = None
    assert Sweep.model_validate(data).parameter_hash != made.parameter_hash


def test_cells_of_unknown_making_are_left_alone(swept):
    folder, before = swept
    (folder / "sweep.json").unlink()
    with pytest.raises(StoreError, match="not what made them"):
        lz.sweep(design(), out=folder, resume=True)
    (folder / "sweep.json").write_text("{")
    for how in ({"resume": True}, {"restart": True}):
        with pytest.raises(StoreError, match="is damaged, or not written by this program"):
            lz.sweep(design(), out=folder, **how)
    assert files(folder) == before
    (folder / "sweep.json").unlink()
    lz.sweep(design(), out=folder, restart=True).close()
    assert files(folder) == before


def test_two_sweeps_cannot_work_in_one_folder(tmp_path):
    first = Store(tmp_path, MANIFEST)
    with pytest.raises(StoreError, match="another sweep is working in this folder"):
        Store(tmp_path, MANIFEST, resume=True)
    first.close()
    Store(tmp_path, MANIFEST, resume=True).close()


def test_a_full_disk_ends_the_sweep_with_one_message_and_loses_nothing(tmp_path, swept, simulated):
    _, wanted = swept
    folder = tmp_path / "full"
    largest = max(len(f.read_bytes()) for f in (tmp_path / "out" / "cells").rglob("*.nc"))
    smallest = min(len(f.read_bytes()) for f in (tmp_path / "out" / "cells").rglob("*.nc"))
    size = (largest + smallest) // 2  # some cells fit
    with (
        no_file_longer_than(size),
        pytest.raises(StoreError, match=r"cannot be written: .* finished cells are kept"),
    ):
        lz.sweep(design(), threads=1, out=folder)
    kept = files(folder)
    assert 0 < len(kept) < 4 and kept.items() <= wanted.items()
    assert not list(folder.rglob("*.partial"))
    simulated.clear()
    with (
        no_file_longer_than(2 * largest),
        pytest.raises(StoreError, match="cannot be written"),
    ):  # all cells fit, the results do not
        lz.sweep(design(), threads=1, out=folder, resume=True)
    assert files(folder) == {
        name: digest for name, digest in wanted.items() if name != "results.nc"
    }
    assert not list(folder.rglob("*.partial"))
    simulated.clear()
    lz.sweep(design(), threads=1, out=folder, resume=True).close()
    assert files(folder) == wanted and not simulated


def test_a_full_disk_leaves_older_results_as_they_were(swept):
    folder, before = swept
    with no_file_longer_than(20_000), pytest.raises(StoreError, match="cannot be written"):
        lz.sweep(design(), out=folder, resume=True)
    assert files(folder) == before


@pytest.mark.skipif(
    not os.path.isdir("/proc/self"), reason="needs a folder in which nobody can write"
)
@pytest.mark.parametrize("folder", ["/proc/self", "/proc/lazaretto"])
def test_a_folder_that_cannot_be_written_is_one_clear_error_before_any_work(folder, simulated):
    with pytest.raises(StoreError, match=f"{folder}: cannot be written"):
        lz.sweep(design(), out=folder)
    assert not simulated


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for this user")
def test_a_read_only_folder_can_be_read_and_not_written(swept):
    folder, before = swept
    folder.chmod(0o555)
    try:
        with pytest.raises(StoreError, match="cannot be written"):
            lz.sweep(design(), out=folder, restart=True)
        assert files(folder) == before
        assert store.read_results(folder).sizes["seed"] == 2
    finally:
        folder.chmod(0o755)


def test_damaged_results_say_how_to_make_them_again(swept):
    folder, before = swept
    file = folder / "results.nc"
    file.write_bytes(file.read_bytes()[:2000])
    with pytest.raises(StoreError, match="--resume"):
        store.read_results(folder)
    with pytest.warns(UserWarning, match=r"results\.nc: was damaged"):
        lz.sweep(design(), out=folder, resume=True).close()
    assert files(folder) == before


def test_cells_in_each_other_s_place_are_done_again(swept, simulated):
    folder, before = swept
    one, two = (folder / "cells" / "0000" / f"00000{n}.nc" for n in (1, 2))
    (folder / "kept").write_bytes(one.read_bytes())
    one.write_bytes(two.read_bytes())
    two.write_bytes((folder / "kept").read_bytes())
    with pytest.warns(UserWarning, match="of another cell or sweep"):
        lz.sweep(design(), out=folder, resume=True).close()
    assert files(folder) == before and sorted(simulated) == [1, 1, 2, 2]


def test_what_failed_is_done_again_once_its_cause_is_mended(swept, monkeypatch, tmp_path):
    _, wanted = swept
    folder = tmp_path / "failing"
    run, seeds = work.run_from_past, []

    def failing(scenario, people, seed):
        seeds.append(seed)
        if seed == 2 and scenario.isolation.title == supported and broken:
            raise ValueError("a file was missing")
        return run(scenario, people, seed)

    supported, broken = lz.load_isolation("supported").title, True
    monkeypatch.setattr(work, "run_from_past", failing)
    for again in range(2):  # the same cells, as long as they fail
        with lz.sweep(design(), out=folder, resume=again > 0) as data:
            assert data.attrs["failures"].count("a file was missing") >= 2
            assert int(data["infections"].isnull().sum()) >= 2
        assert len(list(folder.rglob("*.failed.nc"))) == 2
        assert len(seeds) == (4 if again else 8)
        seeds.clear()
    broken = False
    with lz.sweep(design(), out=folder, resume=True) as data:
        assert data.attrs["failures"] == "{}"
    assert files(folder) == wanted and len(seeds) == 4


def test_other_libraries_are_another_making(swept, monkeypatch):
    folder, _ = swept
    monkeypatch.setattr(making, "libraries", lambda: "numpy 99")
    with pytest.raises(StoreError, match=r"changed: libraries\)"):
        lz.sweep(design(), out=folder, resume=True)
