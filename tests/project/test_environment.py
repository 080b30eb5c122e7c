"""environment.yml (for conda users) and pyproject.toml say the same."""

from __future__ import annotations

import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]


def split(requirement: str) -> tuple[str, str]:
    name = requirement
    for sign in (">=", "==", "<", ">", "~="):
        name = name.split(sign)[0]
    return name.strip().lower(), requirement[len(name) :].strip()


def test_the_two_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())
    stated = dict(split(d) for d in conda["dependencies"] if isinstance(d, str))
    assert stated.pop("python") == project["requires-python"]
    stated.pop("pip")
    wanted = dict(
        split(d) for d in [*project["dependencies"], *project["optional-dependencies"]["notebooks"]]
    )
    assert stated == wanted


def test_every_dependency_has_a_lower_bound():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    everything = [
        *project["dependencies"],
        *(d for extra in project["optional-dependencies"].values() for d in extra),
    ]
    assert all(">=" in d for d in everything)
    assert {"jupyter", "scipy", "numba", "plotly"} <= {split(d)[0] for d in everything}


def test_parameters_and_notebooks_are_shipped_in_the_wheel():
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"][
        "targets"
    ]["wheel"]
    shipped = {"params": "lazaretto/params", "notebooks": "lazaretto/notebooks"}
    assert build["force-include"] == shipped
    assert build["packages"] == ["model/lazaretto"]
