"""Judges: project.

The site builds without a warning, needs no network, and its links hold. Built here as it stands in
the repository, without running notebooks or drawing the gallery.
"""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pytest

import lazaretto as lz

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.processes]
LOADS = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}
REMOTE = re.compile(r"(?:https?:)?//")
IN_STYLE = re.compile(r"(?:url\(|@import)\s*[\"']?((?:https?:)?//[^\"')\s]+)")


class Page(HTMLParser):
    """What a page loads, where it leads, and the places within it."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.places: set[str] = set()
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        self.places |= {known[name] for name in ("id", "name") if name in known}
        if tag in LOADS and LOADS[tag] in known:
            self.loads.append(known[LOADS[tag]])
        if tag == "a" and "href" in known:
            self.links.append(known["href"])


@lru_cache
def page(file: Path) -> Page:
    return Page(file)


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    for needed in ("sphinx", "myst_nb", "furo"):
        pytest.importorskip(needed, reason="the site needs the extra docs")
    out = tmp_path_factory.mktemp("site")
    words = ["-W", "--keep-going", "-q", "-c", "docs", "-d", str(out / "doctrees")]
    words += ["-D", "lazaretto_run=0", "-b", "html", ".", str(out / "html")]
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return out / "html"


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_everything_is_there(site):
    notebooks = {file.stem for file in (ROOT / "notebooks").glob("*.ipynb")}
    assert {file.stem for file in (site / "notebooks").glob("*.html")} == notebooks
    sources = {*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CHANGELOG.md"}
    made = {file.relative_to(site).with_suffix(".md") for file in pages(site)}
    assert {file.relative_to(ROOT) for file in sources} <= made
    tracing = (site / "site/made/parameters/tracing.html").read_text()
    for name in lz.list_names("tracing"):
        assert f'id="{name}"' in tracing
    assert "share of cases who cooperate" in tracing and "Used by" in tracing
    api = "".join(f.read_text() for f in (site / "site/made/api").glob("*.html"))
    rooms = {"datasets", "exchange", "figures", "parameters", "populations", "__version__"}
    for name in set(lz.__all__) - rooms:
        assert f'id="lazaretto.{name}"' in api, name
    assert "<math" in (site / "docs/model.html").read_text()


def test_nothing_is_loaded_from_a_network(site):
    for file in pages(site):
        remote = [one for one in page(file).loads if REMOTE.match(one)]
        assert not remote, (file, remote)
        assert not IN_STYLE.findall(file.read_text(encoding="utf-8")), file
    for file in site.rglob("*.css"):
        assert not IN_STYLE.findall(file.read_text(encoding="utf-8")), file


def test_links_within_the_site_hold(site):
    broken = []
    for file in pages(site):
        for link in page(file).links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            there = (file.parent / unquote(parts.path)).resolve() if parts.path else file
            place = unquote(parts.fragment) if there.suffix == ".html" else ""
            if not there.is_file() or (place and place not in page(there).places):
                broken.append(f"{file.relative_to(site)}: {link}")
    assert not broken, broken[:20]


def test_the_search_finds_words_of_the_pages(site):
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert "quarantin" in index and "docs/how-to" in index
    assert "searchindex.js" in " ".join(page(site / "search.html").loads)


def test_the_example_of_the_api_is_so():
    sys.path.insert(0, str(ROOT / "docs" / "extension"))
    import api

    test = doctest.DocTestParser().get_doctest(api.EXAMPLE, {}, "api", None, None)
    assert len(test.examples) > 5
    assert doctest.DocTestRunner().run(test).failed == 0


def test_figures_stand_below_their_lines_in_the_gallery(monkeypatch):
    """Without drawing one: where each picture would be read from."""
    pytest.importorskip("sphinx", reason="the site needs the extra docs")
    sys.path.insert(0, str(ROOT / "docs" / "extension"))
    import gallery
    import pictures

    built = SimpleNamespace(config=SimpleNamespace(lazaretto_run=True))
    monkeypatch.setattr(pictures, "drawn", lambda name: Path(f"{name}.html"))
    source = [gallery.PAGE.read_text(encoding="utf-8")]
    pictures.show_gallery(built, "docs/gallery", source)
    for name in gallery.NAMES:
        block = re.search(rf"^### {name}$(.*?)^###? ", source[0] + "\n## ", re.M | re.S)[1]
        assert block.index("```python") < block.index(f":file: {name}.html"), name
