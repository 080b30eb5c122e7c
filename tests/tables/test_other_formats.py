"""Judges: data.

One diary in Excel, Parquet, Feather, polars and Arrow is the diary in CSV: same people, contacts
and times, whatever types the format has. Each is skipped, and says so, where its library is not
there.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import lazaretto as lz
from lazaretto.populations import DataNotice, PopulationError

DIARY = pd.DataFrame(
    {
        "one": ["01", "02", "NA", "01"],
        "other": ["02", "NA", "zoë", "zoë"],
        "day": pd.to_datetime(
            ["2013-12-02 09:30", "2013-12-02 12:00", "2013-12-03 08:15", "2013-12-04 17:45"]
        ),
        "minutes": [20.0, 5.5, 30.0, 7.0],
    }
)


def alike(table, **more) -> None:
    """The table, or the file, gives what the frame gives."""
    with pytest.warns(DataNotice):
        wanted = lz.Population.from_contacts(DIARY)
    with pytest.warns(DataNotice):
        found = lz.Population.from_contacts(table, **more)
    assert found.ids.tolist() == wanted.ids.tolist() == ["01", "02", "NA", "zoë"]
    for name in ("contact", "contact_start"):
        np.testing.assert_array_equal(getattr(found.city, name), getattr(wanted.city, name))
    for name in ("contact_time", "contact_minutes"):
        np.testing.assert_allclose(getattr(found.city, name), getattr(wanted.city, name), atol=2e-6)


def test_the_diary_in_text_is_the_frame(tmp_path):
    DIARY.to_csv(tmp_path / "diary.csv", index=False)
    alike(tmp_path / "diary.csv")


def test_excel(tmp_path):
    pytest.importorskip("openpyxl")
    DIARY.to_excel(tmp_path / "diary.xlsx", index=False)
    (tmp_path / "diary.xlsx").rename(tmp_path / "diary.data")  # told by its first bytes
    with pd.ExcelWriter(tmp_path / "two.xlsx") as book:
        DIARY.to_excel(book, sheet_name="contacts", index=False)
        DIARY.head(1).to_excel(book, sheet_name="notes", index=False)
    with pytest.warns(DataNotice, match="the first of 2 sheets is read: 'contacts'"):
        assert lz.Population.from_contacts(tmp_path / "two.xlsx").people == 4


def test_excel_keeps_ids_that_look_like_nothing_or_like_numbers(tmp_path):
    pytest.importorskip("openpyxl")
    DIARY.to_excel(tmp_path / "diary.xlsx", index=False)
    alike(tmp_path / "diary.xlsx")


def test_parquet_and_feather(tmp_path):
    pytest.importorskip("pyarrow")
    DIARY.to_parquet(tmp_path / "diary.pq")
    alike(tmp_path / "diary.pq")
    DIARY.to_feather(tmp_path / "diary.feather")
    alike(tmp_path / "diary.feather")
    of_codes = DIARY.assign(one=DIARY["one"].astype("category"), other=DIARY["other"])
    of_codes.to_parquet(tmp_path / "codes.parquet")
    alike(tmp_path / "codes.parquet")


def test_a_frame_backed_by_arrow():
    pytest.importorskip("pyarrow")
    alike(DIARY.convert_dtypes(dtype_backend="pyarrow"))


def test_an_arrow_table():
    arrow = pytest.importorskip("pyarrow")
    alike(arrow.Table.from_pandas(DIARY))


@pytest.mark.parametrize("lazy", [False, True])
def test_polars(lazy):
    polars = pytest.importorskip("polars")
    table = polars.DataFrame({name: DIARY[name].to_list() for name in DIARY.columns})
    alike(table.lazy() if lazy else table)


def test_polars_with_a_hole_is_refused_with_the_row():
    polars = pytest.importorskip("polars")
    table = polars.DataFrame({"one": ["a", None], "other": ["b", "c"]})
    with pytest.raises(PopulationError, match="row 2: a value is missing"):
        lz.Population.from_edges(table)


@pytest.mark.parametrize(("name", "needed"), [("diary.xlsx", "openpyxl"), ("a.pq", "pyarrow")])
def test_a_library_that_is_not_there_is_named(tmp_path, name, needed, monkeypatch):
    def absent(*_args, **_named):
        raise ImportError(f"no {needed}")

    monkeypatch.setattr(pd, "read_excel", absent)
    monkeypatch.setattr(pd, "read_parquet", absent)
    content = b"PAR1 and so on"
    if name.endswith("xlsx"):
        import io
        import zipfile

        book = io.BytesIO()
        with zipfile.ZipFile(book, "w") as archive:
            archive.writestr("[Content_Types].xml", "")
        content = book.getvalue()
    file: Path = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(PopulationError, match=f"needs {needed}, which is not installed"):
        lz.Population.from_edges(file)
