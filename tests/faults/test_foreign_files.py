"""Judges: data, shell.

Files of others, in every place where the package writes, moves or deletes: they are left alone, or
refused in one sentence. `PLACES` lists all such places; a new one that stands in no row fails.
"""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pooch
import pytest
import strange
import writes
import xarray as xr

from lazaretto import datasets
from lazaretto.figures.export import save
from lazaretto.outcomes import reproduction
from lazaretto.outcomes.saved import save_state
from lazaretto.parameters import ParameterError
from lazaretto.report.notebooks import NotebookError, copy_notebooks
from lazaretto.report.page import write_files
from lazaretto.sweeps.cells import CellData
from lazaretto.sweeps.store import Store, StoreError
from lazaretto.sweeps.writing import write_zarr
from lazaretto.values.own_files import RECORD, NotOurs, claim, remember

MINE = "years of work"
MANIFEST = {"sweep": "s", "parameter_hash": "p", "package": "0", "seeds": 1}
# what keeps files of others in each place, and the calls there
MARKED = "folders that bear our mark, in our folder: tests/exact/test_jit.py"
MEMORY = "names by digest, in the folder of compiled code"
CLAIMED = "names claimed before: `own_files.claim`"
NAMED = "the one file that the caller names, as open(name, 'w') would"
SWEEP = "the folder of a sweep"
ZARR = "results.zarr, if nothing but our results is in it"
TEMPORARY = "a temporary folder of its own"
NEW = "a name that nobody has"
DATA = "checked before it is fetched"
COPIES = "its own record: tests/cli/test_notebooks_command.py too"
SITE = "site/ of a checkout, which only the site is built in"
NOTHING = "no file: memory, or a program that reads"
PLACES = {
    "_jit.py: _prepare": (MARKED, {"rmtree", "write_text"}),
    "_jit.py: _copy": (MARKED, {"copyfile", "replace"}),
    "bench.py: starting": (TEMPORARY, {"TemporaryDirectory"}),
    "bench.py: _output": (NOTHING, {"run"}),
    "cli/running.py: run": (CLAIMED, {"to_csv", "write_text"}),
    "datasets.py: fetch": (DATA, {"retrieve"}),
    "exchange.py: _csv": (NAMED, {"to_csv"}),
    "exchange.py: _parquet": (NAMED, {"to_parquet"}),
    "exchange.py: _arrow": (NAMED, {"to_feather"}),
    "exchange.py: _text": (NAMED, {"write_text"}),
    "figures/export.py: save_all": (NAMED, {"write_text"}),
    "figures/export.py: _draw": (NAMED, {"write_images"}),
    "figures/export.py: write_text": (NAMED, {"write_text"}),
    "outcomes/reproduction.py: _write": (MEMORY, {"write_text"}),
    "outcomes/saved.py: save_state": ("states, and nothing else", {"ZipFile"}),
    "report/notebooks.py: copy_notebooks": (COPIES, {"write_bytes", "write_text"}),
    "report/notebooks.py: run_notebook": (TEMPORARY, {"TemporaryDirectory"}),
    "report/notebooks.py: draw_stills": (TEMPORARY, {"TemporaryDirectory"}),
    "report/notebooks.py: write_pages": (COPIES, {"write_text"}),
    "report/page.py: write_files": (CLAIMED, {"to_csv", "write_html", "write_text"}),
    "report/pdf.py: write_pdf": (CLAIMED, {"run", "unlink"}),
    "report/single.py: write_run_page": (CLAIMED, {"write_text"}),
    "sweeps/cells.py: cell_image": (NOTHING, {"File"}),
    "sweeps/cells.py: _empty": (NOTHING, {"File"}),
    "sweeps/results.py: to_file": (NOTHING, {"File"}),  # into what `Guarded` opened
    "sweeps/store.py: Store.__init__": (SWEEP, {"open"}),
    "sweeps/store.py: Store._make_room": (SWEEP, {"unlink"}),
    "sweeps/store.py: Store.write": (SWEEP, {"unlink"}),
    "sweeps/store.py: _aside": (NEW, {"rename"}),
    "sweeps/store.py: _write_whole": (SWEEP, {"write_bytes"}),
    "sweeps/writing.py: Guarded.__init__": (NEW, {"open"}),
    "sweeps/writing.py: Guarded.truncate": (NEW, {"truncate"}),
    "sweeps/writing.py: write_dataset": (CLAIMED, {"to_netcdf"}),
    "sweeps/writing.py: write_zarr": (ZARR, {"replace", "rmtree", "to_zarr"}),
    "values/own_files.py: _write": (NEW, {"write_text"}),
    "values/own_files.py: replacing": (NEW, {"open", "replace", "unlink"}),
    "values/own_files.py: remove_left": (NEW, {"unlink"}),
    "docs/extension/made.py: write_all": (SITE, {"unlink", "write_text"}),
    "docs/extension/pictures.py: drawn": (SITE, {"write_text"}),
    "docs/extension/pictures.py: begin": (SITE, {"write_text"}),
}


def test_every_place_that_writes_moves_or_deletes_stands_in_the_table():
    assert writes.places() == {where: calls for where, (_, calls) in PLACES.items()}


@pytest.mark.parametrize(
    "line",
    [
        "shutil.rmtree(x)",
        "x.unlink()",
        "os.remove(x)",
        "x.replace(y)",
        "x.rename(y)",
        "open(x, 'w')",
        "x.open('ab')",
        "x.write_text(y)",
        "t.to_csv(x)",
        "d.to_netcdf(x)",
        "np.save(x, y)",
        "zipfile.ZipFile(x, 'w')",
        "subprocess.run(x)",
        "shutil.move(x, y)",
    ],
)
def test_a_new_place_is_found(line):
    import ast

    assert list(writes.writes(ast.parse(f"def tidy():\n    {line}")))
    harmless = "def f():\n    'a'.replace('b', 'c'); t.to_csv(index=False); open(x)"
    assert not list(writes.writes(ast.parse(harmless)))


def foreign(folder: Path, *names: str) -> dict[str, bytes]:
    """Files of somebody else in a folder, and all that is then below it."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(MINE)
    return strange.held(folder)


def pipe(file: Path) -> Path:
    if not hasattr(os, "mkfifo"):
        pytest.skip("needs pipes")
    file.parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(file)
    return file


def at_once(work: Any) -> Any:
    """What it returns or raises, if it does so within seconds: opening a pipe would wait for
    ever."""
    found: list[Any] = []

    def inside() -> None:
        try:
            found.append(work())
        except Exception as problem:  # noqa: BLE001 (raised again below)
            found.append(problem)

    thread = threading.Thread(target=inside, daemon=True)
    thread.start()
    thread.join(20)
    assert found, "it hangs"
    if isinstance(found[0], Exception):
        raise found[0]
    return found[0]


# --- names claimed


def test_what_was_not_written_here_or_was_changed_is_not_claimed(tmp_path):
    before = foreign(tmp_path, "panel.csv", "tables/one.csv")
    for name in before:
        with pytest.raises(NotOurs, match=f"{name}: not written by this program.*another name"):
            claim(tmp_path, ["other.csv", name])
    assert strange.held(tmp_path) == before
    claim(tmp_path, ["run.html"])
    remember(tmp_path, [tmp_path / "run.html"] if foreign(tmp_path, "run.html") else [])
    claim(tmp_path, ["run.html"])  # as it was written
    (tmp_path / "run.html").write_text("begun and not finished")
    claim(tmp_path, ["run.html"])
    remember(tmp_path, [tmp_path / "run.html"])
    (tmp_path / "run.html").write_text(MINE + " more")
    with pytest.raises(NotOurs, match=r"run\.html: .*changed since"):
        claim(tmp_path, ["run.html"])


def test_links_pipes_and_folders_are_not_written_into(tmp_path):
    elsewhere = tmp_path / "elsewhere.csv"
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "link.csv").symlink_to(elsewhere)
    (tmp_path / "out" / "folder.csv").mkdir()
    pipe(tmp_path / "out" / "pipe.csv")
    for name in ("link.csv", "folder.csv", "pipe.csv"):
        with pytest.raises(NotOurs, match=name):
            at_once(lambda name=name: claim(tmp_path / "out", [name]))
    assert not elsewhere.exists()


@pytest.mark.parametrize("record", ["[]", "{", "[" * 100_000, MINE])
def test_a_record_that_is_none_is_refused(tmp_path, record):
    (tmp_path / RECORD).write_text(record)
    with pytest.raises(NotOurs, match="not as it was written"):
        claim(tmp_path, ["panel.csv"])
    assert (tmp_path / RECORD).read_text() == record


def test_a_run_overwrites_no_table_of_others(tmp_path):
    before = foreign(tmp_path, "contacts.csv", "run.html")
    status, out, err = strange.call("run", "no-measures", "--people", "300", "--out", str(tmp_path))
    assert (status, out) == (1, "") and "contacts.csv" in err and "nothing of yours" in err
    assert strange.held(tmp_path) == before


REPORT = ("index.html", "figures/one.html", "figures/one.svg", "tables/panel.csv", "report.pdf")


@pytest.mark.parametrize("name", REPORT)
def test_a_report_overwrites_and_removes_no_page_of_others(tmp_path, name):
    table = xr.Dataset({"a": ("x", [1.0])}).to_dataframe()
    given: Any = ({"index.html": "page"}, {"one": go.Figure()}, {"panel": table}, False, False)
    before = foreign(tmp_path, name)
    with pytest.raises(NotOurs, match=name):
        write_files(tmp_path, *given)
    assert strange.held(tmp_path) == before
    (tmp_path / name).unlink()
    kept = foreign(tmp_path, "notes.txt", "figures/own.html", "tables/own.csv")
    for _ in range(2):  # and again over its own
        assert write_files(tmp_path, *given)[0] == tmp_path / "index.html"
    assert kept.items() <= strange.held(tmp_path).items()


# --- the folder of a sweep


def cell(number: float, failures: dict[str, str] | None = None) -> CellData:
    return CellData(
        np.full((1, 1, 1), number), np.zeros((0, 1, 1, 0)), ["a"], [], failures or {}, {}
    )


@pytest.fixture
def swept(tmp_path):
    """A store with two cells."""
    store = Store(tmp_path, MANIFEST)
    store.write(0, cell(0.0))
    store.write(1, cell(1.0))
    store.close()
    return tmp_path


@pytest.mark.parametrize("name", ["results.nc", "sweep.json", ".lock", "cells"])
@pytest.mark.parametrize("how", [{}, {"resume": True}, {"restart": True}])
def test_a_sweep_takes_no_folder_with_such_a_file_of_others(tmp_path, name, how):
    before = foreign(tmp_path, name)
    with pytest.raises(StoreError, match=f"{name}: not written|{name}: is damaged, or"):
        Store(tmp_path, MANIFEST, **how)
    after = strange.held(tmp_path)
    assert before.items() <= after.items() and after.keys() - before.keys() <= {
        ".lock",
        "sweep.json",
    }


@pytest.mark.parametrize(
    "text", ["[]", "3", '"a"', '{"name": "an object of somebody else"}', "null"]
)
def test_a_manifest_that_is_none_is_refused(swept, text):
    (swept / "sweep.json").write_text(text)
    before = strange.held(swept)
    for how in ({"resume": True}, {"restart": True}):
        with pytest.raises(StoreError, match=r"sweep\.json: not written by a sweep"):
            Store(swept, MANIFEST, **how)
    assert strange.held(swept) == before


@pytest.mark.parametrize(
    "name", ["sweep.json", "results.nc", ".lock", "cells/0000/000001.nc", "cells"]
)
def test_a_pipe_is_refused_and_not_waited_for(tmp_path, name):
    if name.startswith("cells/"):
        Store(tmp_path, MANIFEST).close()
    pipe(tmp_path / name)

    def opened() -> Any:
        with_pipe = Store(tmp_path, MANIFEST, resume=True)
        try:
            return with_pipe.finished(2)
        finally:
            with_pipe.close()

    with pytest.raises(StoreError, match="not written by a sweep"):
        at_once(opened)


@pytest.mark.parametrize("how", [{"resume": True}, {"restart": True}])
def test_among_the_cells_what_is_not_ours_is_named_and_left(swept, how):
    names = (
        "cells/notes.txt",
        "cells/0000/notes.txt",
        "cells/0000/mine.partial",
        "cells/0000/thesis.nc",
        "cells/0000/000007.nc",  # beyond the design
        "cells/0001/000001.nc",  # the name of a cell of another folder
        "cells/mine/000001.nc",
    )
    before = {n: b for n, b in foreign(swept, *names).items() if n in names}
    store = Store(swept, MANIFEST, **how)
    found = store.finished(2)
    store.close()
    assert found.whole == ({0, 1} if "resume" in how else set())
    assert {file.relative_to(swept).as_posix() for file in found.foreign} >= {*names[:6]}
    assert all("left alone" in one for one in found.sentences)
    after = strange.held(swept)
    assert before.items() <= after.items()


def test_cells_that_are_swapped_copied_or_of_another_sweep_are_done_again(swept):
    one, two = (swept / "cells" / "0000" / f"00000{n}.nc" for n in (0, 1))
    content = one.read_bytes(), two.read_bytes()
    one.write_bytes(content[1]), two.write_bytes(content[0])

    def found(manifest: dict[str, Any] = MANIFEST, settings: Any = None) -> Any:
        store = Store(swept, manifest, resume=True)
        try:
            return store.finished(2, settings)
        finally:
            store.close()

    swapped = found()
    assert swapped.whole == set() and len(swapped.set_aside) == 2
    assert [file.read_bytes() for file in swapped.set_aside] == [content[1], content[0]]
    one.write_bytes(content[0]), two.write_bytes(content[0])  # a copy
    assert found().whole == {0}
    two.write_bytes(content[1])
    assert found().whole == {0, 1}
    assert found(settings=lambda index: {"a": index}).whole == set()  # of other settings
    one.write_bytes(content[0]), two.write_bytes(content[1])
    (swept / "sweep.json").unlink()
    other = Store(swept / "other", {**MANIFEST, "seeds": 2})
    other.write(0, cell(0.0))
    other.close()
    with pytest.raises(StoreError, match="holds cells or results but not what made them"):
        found()
    assert (swept / "other" / "cells" / "0000" / "000000.nc").read_bytes() != content[0]


def test_a_cell_of_another_making_is_noticed_in_its_place(swept, tmp_path_factory):
    other = Store(tmp_path_factory.mktemp("other"), {**MANIFEST, "seeds": 2})
    other.write(0, cell(5.0))
    other.close()
    file = swept / "cells" / "0000" / "000000.nc"
    file.write_bytes(other.cell_file(0).read_bytes())
    store = Store(swept, MANIFEST, resume=True)
    with pytest.raises(StoreError, match="of another cell or sweep"):
        store.read(0)
    assert store.finished(2).whole == {1}
    store.close()


def test_cells_with_failures_are_kept_apart_until_they_have_none(swept):
    store = Store(swept, MANIFEST, resume=True)
    store.write(2, cell(np.nan, {"targeted, seed 1": "no memory"}))
    assert store.finished(3).whole == {0, 1}
    assert store.read(2).failures == {"targeted, seed 1": "no memory"}
    store.write(2, cell(2.0))
    assert store.finished(3).whole == {0, 1, 2} and not store.read(2).failures
    assert not list(swept.rglob("*.failed.nc"))
    store.close()


# --- what else is written


@pytest.mark.parametrize(
    "names", [["notes.txt"], ["results.zarr/notes.txt"], ["results.zarr.partial/thesis.doc"]]
)
def test_a_zarr_folder_of_others_is_left_alone(tmp_path, names):
    pytest.importorskip("zarr")
    data = xr.Dataset({"a": ("x", [1.0])}, attrs={"package": "lazaretto 0"})
    write_zarr(data, tmp_path)
    before = foreign(tmp_path, *names)
    if names == ["notes.txt"]:
        write_zarr(data, tmp_path)
        assert strange.held(tmp_path).keys() == before.keys()
        return
    with pytest.raises(StoreError, match="not written by this program, or there is more in it"):
        write_zarr(data, tmp_path)
    assert strange.held(tmp_path) == before


def test_a_zarr_of_somebody_else_s_is_left_alone(tmp_path):
    pytest.importorskip("zarr")
    xr.Dataset({"a": ("x", [1.0])}).to_zarr(tmp_path / "results.zarr", zarr_format=2)
    before = strange.held(tmp_path)
    with pytest.raises(StoreError, match="not written by this program"):
        write_zarr(xr.Dataset({"b": ("x", [2.0])}), tmp_path)
    assert strange.held(tmp_path) == before


def test_a_state_is_saved_over_no_file_of_others(tmp_path):
    before = foreign(tmp_path, "day30.lz", ".day30.lz.1")
    with pytest.raises(ParameterError, match="no saved state, so it is not overwritten"):
        save_state(None, tmp_path / "day30.lz")  # type: ignore[arg-type]
    assert strange.held(tmp_path) == before
    pipe(tmp_path / "pipe.lz")
    with pytest.raises(ParameterError, match="no saved state"):
        at_once(lambda: save_state(None, tmp_path / "pipe.lz"))  # type: ignore[arg-type]


def test_data_are_fetched_over_no_file_of_others(tmp_path, monkeypatch):
    monkeypatch.setenv("LAZARETTO_DATA", str(tmp_path))

    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("it is fetched all the same")

    monkeypatch.setattr(pooch, "retrieve", never)
    for name, one in datasets.SETS.items():
        for kind, file in one.files.items():
            lies = f"{name}/{file.address.rpartition('/')[2]}"
            places = [lies] + ([f"{lies}.unzip/{file.member}"] if file.member else [])
            for place in places:
                before = foreign(tmp_path, place)
                with pytest.raises(datasets.FetchError, match="nothing of yours is overwritten"):
                    datasets.fetch(name, kind, file)
                assert strange.held(tmp_path) == before
                (tmp_path / place).unlink()


def test_notebooks_are_copied_over_nothing_of_others(tmp_path):
    before = foreign(tmp_path, "01-quick-start.ipynb", *[f.name for f in _shipped()[:1]])
    with pytest.raises(NotebookError, match="nothing of yours is overwritten"):
        copy_notebooks(tmp_path)
    assert strange.held(tmp_path) == before


def _shipped() -> list[Path]:
    from lazaretto.report.notebooks import notebooks_folder

    return sorted(notebooks_folder().glob("*.ipynb"))


def test_solved_reproduction_numbers_lie_beside_whatever_else_is_there(tmp_path):
    before = foreign(tmp_path, "reproduction/notes.txt", "reproduction/abc.1234")
    reproduction._write(tmp_path / "reproduction" / "abc.json", "a refusal")
    assert reproduction._read(tmp_path / "reproduction" / "abc.json", 1.0) == "a refusal"
    after = strange.held(tmp_path)
    assert before.items() <= after.items() and len(after) == len(before) + 1


def test_a_figure_is_written_to_the_file_that_is_named_and_to_no_other(tmp_path):
    before = foreign(tmp_path, "other.html", "figure.partial")
    save(go.Figure(), tmp_path / "figure.html")
    after = strange.held(tmp_path)
    assert before.items() <= after.items() and after.keys() - before.keys() == {"figure.html"}
