"""The loader of real data, against a server of our own: fetched once, checked, found again; one
clear message when it fails."""

from __future__ import annotations

import gzip
import hashlib
import http.server
import json
import threading
import zipfile
from functools import partial

import pytest
from typer.testing import CliRunner

from lazaretto import datasets
from lazaretto.cli import app

CONTENT = b"20 1 2\n40 1 2\n"


def digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


@pytest.fixture
def server(tmp_path):
    """A folder served on localhost: (folder, address, requests so far)."""
    folder = tmp_path / "served"
    folder.mkdir()
    asked = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *arguments):
            asked.append(arguments)

    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Handler, directory=str(folder))
    ) as one:
        threading.Thread(target=one.serve_forever, daemon=True).start()
        yield folder, f"http://127.0.0.1:{one.server_port}/", asked
        one.shutdown()


@pytest.fixture
def registry(monkeypatch, tmp_path, server):
    """A data set `made-up` of one gzipped and one zipped file on that server; the data folder is
    empty."""
    folder, address, asked = server
    packed = gzip.compress(CONTENT, mtime=0)
    (folder / "tij.dat.gz").write_bytes(packed)
    with zipfile.ZipFile(folder / "tij.zip", "w") as archive:
        archive.writestr("inside.dat", CONTENT)
    zipped = (folder / "tij.zip").read_bytes()
    files = {
        "plain": datasets.File(
            ("tij.dat",), address + "tij.dat.gz", digest(packed), digest(CONTENT)
        ),
        "zipped": datasets.File(
            ("inside.dat",), address + "tij.zip", digest(zipped), digest(CONTENT), "inside.dat"
        ),
    }
    monkeypatch.setattr(
        datasets,
        "SETS",
        {"made-up": datasets.DataSet("A set", "CC0 1.0", "nobody", "tests", files)},
    )
    monkeypatch.setenv("LAZARETTO_DATA", str(tmp_path / "data"))
    return files, asked


def test_files_are_fetched_once_and_found_again(registry):
    _, asked = registry
    first = datasets.get("made-up")
    assert gzip.decompress(first["plain"].read_bytes()) == CONTENT
    assert first["zipped"].read_bytes() == CONTENT
    requests = len(asked)
    assert requests == 2
    assert datasets.get("made-up") == first
    assert len(asked) == requests


def test_a_file_put_there_by_hand_is_used(registry, tmp_path):
    _, asked = registry
    (tmp_path / "data" / "anywhere").mkdir(parents=True)
    (tmp_path / "data" / "anywhere" / "tij.dat").write_bytes(CONTENT)
    (tmp_path / "data" / "inside.dat.gz").write_bytes(gzip.compress(CONTENT))
    found = datasets.get("made-up")
    assert found["plain"].name == "tij.dat"
    assert found["zipped"].name == "inside.dat.gz"
    assert not asked


def test_a_wrong_file_put_there_is_not_used(registry, tmp_path):
    _, asked = registry
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "tij.dat").write_bytes(b"something else")
    assert datasets.get("made-up")["plain"].suffix == ".gz"
    assert asked


@pytest.mark.parametrize("what", ["changed", "gone", "unreachable"])
def test_what_cannot_be_had_gets_one_clear_message_and_status_1(
    registry, server, monkeypatch, what
):
    folder, _, _ = server
    if what == "changed":
        (folder / "tij.dat.gz").write_bytes(gzip.compress(b"20 1 3\n"))
    elif what == "gone":
        (folder / "tij.dat.gz").unlink()
    else:
        one = datasets.SETS["made-up"]
        away = one.files["plain"]._replace(address="http://127.0.0.1:9/tij.dat.gz")
        monkeypatch.setitem(datasets.SETS, "made-up", one._replace(files={"plain": away}))
    with pytest.raises(
        datasets.FetchError,
        match=r"made-up: plain: .*Fetch it by hand from http://127.0.0.1.*LAZARETTO_DATA",
    ):
        datasets.get("made-up")


def test_commands_list_and_get(registry, capsys):
    run = CliRunner()
    listed = json.loads(run.invoke(app, ["data", "list", "--json"]).stdout)
    assert listed[0]["name"] == "made-up"
    assert listed[0]["here"] == {}
    found = json.loads(run.invoke(app, ["data", "get", "made-up", "--json"]).stdout)
    assert set(found) == {"plain", "zipped"}
    assert json.loads(run.invoke(app, ["list", "data", "--json"]).stdout)[0]["here"] == found
    wrong = run.invoke(app, ["data", "get", "nothing"])
    assert isinstance(wrong.exception, datasets.DataError)
    assert "there are: made-up" in str(wrong.exception)


def test_every_shipped_entry_has_licence_citation_and_checksums():
    for name, one in datasets.SETS.items():
        assert one.licence in {"CC0 1.0", "MIT"}, name
        assert (
            "10." in one.citation or "github.com/" in one.citation
        )  # a DOI; without one, the repository
        for file in one.files.values():
            for checksum in (file.download, file.content):
                algorithm, value = checksum.split(":")
                assert len(value) == {"sha256": 64, "md5": 32}[algorithm]
