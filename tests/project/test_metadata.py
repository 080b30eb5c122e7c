"""Judges: project.

What the project says of itself, it says once: version, dependencies and extras of pyproject.toml
are those of the citation, of codemeta.json, of the conda recipe and of the pages.
"""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

import lazaretto as lz

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
CODEMETA = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
RECIPE = yaml.safe_load((ROOT / "conda" / "recipe.yaml").read_text(encoding="utf-8"))
CHANGES = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
EXTRAS = set(PROJECT["optional-dependencies"])
SAYS_EXTRAS = sorted(
    f
    for pattern in ("*.md", "Makefile", "docs/**/*.md", "notebooks/*.ipynb", "model/**/*.py")
    for f in ROOT.glob(pattern)
)
# pip install 'lazaretto[explore]', '.[notebooks]', --editable ".[peers]"; the extra `parquet`
NAMED = re.compile(r"(?:lazaretto|[\s'\"]\.)\[([a-z,]+)\]|\bextras? [`'\"]([a-z]+)[`'\"]")


def test_the_version_comes_from_one_place():
    assert "version" not in PROJECT and PROJECT["dynamic"] == ["version"]
    assert PYPROJECT["tool"]["hatch"]["version"]["path"] == "model/lazaretto/_version.py"
    assert CITATION["version"] == CODEMETA["version"] == lz.__version__
    assert RECIPE["context"]["version"] == lz.__version__
    assert RECIPE["package"]["version"] == "${{ version }}"
    newest = re.search(r"^## (\d\S*)", CHANGES, re.M)
    assert newest and newest[1] == lz.__version__


def test_whoever_says_that_it_is_typed_types_every_public_name():
    """What is read at first use stands below TYPE_CHECKING too, so that checkers see its type."""
    assert "Typing :: Typed" in PROJECT["classifiers"]
    assert (ROOT / "model" / "lazaretto" / "py.typed").is_file()
    tree = ast.parse((ROOT / "model" / "lazaretto" / "__init__.py").read_text(encoding="utf-8"))
    (block,) = (one for one in tree.body if isinstance(one, ast.If))
    seen = {name.name for one in block.body for name in one.names}
    assert seen | {"__version__"} == set(lz.__all__)


def test_the_citation_has_what_its_format_requires():
    """Citation File Format 1.2.0 requires these four keys, and allows no others than it knows."""
    assert CITATION["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= CITATION.keys()
    assert CITATION["type"] == "software" and CITATION["license"] == PROJECT["license"]
    assert CITATION["keywords"] == PROJECT["keywords"]
    assert [one["name"] for one in CITATION["authors"]] == [a["name"] for a in PROJECT["authors"]]
    known = {"cff-version", "title", "message", "type", "authors", "version", "date-released"}
    known |= {"license", "keywords", "abstract", "doi", "url", "repository-code", "identifiers"}
    assert CITATION.keys() <= known


def test_the_citation_is_valid_by_cffconvert():
    if shutil.which("cffconvert") is None:
        pytest.skip("cffconvert is not installed (it needs an environment of its own)")
    words = ["cffconvert", "--validate", "-i", str(ROOT / "CITATION.cff")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_codemeta_says_what_pyproject_says():
    assert CODEMETA["@context"].endswith("codemeta/3.0")
    assert CODEMETA["@type"] == "SoftwareSourceCode"
    for key in ("name", "description", "keywords"):
        assert CODEMETA[key] == PROJECT[key], key
    assert CODEMETA["license"] == f"https://spdx.org/licenses/{PROJECT['license']}"
    assert CODEMETA["softwareRequirements"] == PROJECT["dependencies"]
    assert CODEMETA["runtimePlatform"] == f"Python {PROJECT['requires-python']}"
    assert [one["name"] for one in CODEMETA["author"]] == [a["name"] for a in PROJECT["authors"]]


def test_the_conda_recipe_says_what_pyproject_says():
    run = [line.replace(" ", "") for line in RECIPE["requirements"]["run"]]
    python = f"python{PROJECT['requires-python']}"
    assert run == [python, *PROJECT["dependencies"]]
    host = [line.replace(" ", "") for line in RECIPE["requirements"]["host"]]
    assert host == [python, "pip", *PYPROJECT["build-system"]["requires"]]
    programs = [f"{name} = {where}" for name, where in PROJECT["scripts"].items()]
    assert RECIPE["build"]["python"]["entry_points"] == programs
    about = RECIPE["about"]
    assert about["license"] == PROJECT["license"] and about["summary"] == PROJECT["description"]
    assert (ROOT / about["license_file"]).is_file()


@pytest.mark.parametrize("file", SAYS_EXTRAS, ids=lambda f: f.relative_to(ROOT).as_posix())
def test_extras_that_are_named_exist(file):
    for several, one in NAMED.findall(file.read_text(encoding="utf-8")):
        named = {name for name in (several or one).split(",") if name}
        assert named <= EXTRAS, f"{file.name}: {named - EXTRAS} is no extra of pyproject.toml"


def test_extras_are_told_to_users_and_the_search_finds_them():
    pages = "".join(f.read_text(encoding="utf-8") for f in SAYS_EXTRAS)
    told = {name for found in NAMED.findall(pages) for part in found for name in part.split(",")}
    assert told - {""} == EXTRAS


def test_make_installs_extras_that_exist():
    (chosen,) = re.findall(r"^EXTRAS \?= (\S+)$", (ROOT / "Makefile").read_text(), re.M)
    assert set(chosen.split(",")) <= EXTRAS


def test_what_developers_install_holds_what_the_tests_import():
    """Each extra that tests need without skipping is in `dev` with the same bound."""
    extras = PROJECT["optional-dependencies"]
    of_dev = {re.split(r"[><=]", one)[0]: one for one in extras["dev"]}
    for name, needed in extras.items():
        for one in needed:
            package = re.split(r"[><=]", one)[0]
            if package in of_dev:
                assert of_dev[package] == one, f"{name} and dev differ on {package}"
