"""What checks in a browser share (a plugin of tests/conftest.py): whether a browser is here, with a
skip that says how to get one; the explorer as a user starts it, once for all checks, with a
scenario whose title is an attack; and a browser to drive."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from typing import NamedTuple

import pytest

from lazaretto.parameters import params_folder

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
HOW = "on Debian and Ubuntu: apt install chromium chromium-driver"
START = 120  # seconds
EVIL = "<img src=x onerror=document.title='broken'>"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str | None:
    """The path of a Chromium or Chrome."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def need_chromium(driver: bool = False) -> None:
    """Skip where there is no Chromium, or no chromedriver where that is needed too."""
    if chromium() is None:
        pytest.skip(f"no Chromium or Chrome; {HOW}")
    if driver and shutil.which("chromedriver") is None:
        pytest.skip(f"no chromedriver; {HOW}")


class App(NamedTuple):
    """A running explorer."""

    address: str
    port: int
    token: str
    process: subprocess.Popen


MAIN = "from lazaretto.cli import main; main()"
# R0 of measles cannot be had here, and whoever asks for it is counted
REFUSES = """
from lazaretto.explore import laboratory
from lazaretto.outcomes.solving import ReproductionError
whole, asked = laboratory.reproduction, []
def refuse(pathogen, population):
    if pathogen.title != "Measles":
        return whole(pathogen, population)
    asked.append(pathogen)
    raise ReproductionError(f"R0 cannot be reached here, as was found {len(asked)} times")
laboratory.reproduction = refuse
"""


def started(file: str, code: str) -> App:
    """An explorer with that scenario, small, in a process of its own."""
    arguments = ["explore", file, "--no-browser"]
    arguments += ["--people", "2000", "--seeds", "3", "--threads", "2"]
    process = subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    line = ""

    def read():
        nonlocal line
        line = process.stdout.readline()

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    reader.join(START)
    found = re.search(r"http://127\.0\.0\.1:(\d+)/\?token=(\S+)", line)
    if not found:
        process.kill()
        pytest.fail(f"the explorer did not start within {START} s; it said {line!r}")
    return App(found.group(0), int(found.group(1)), found.group(2), process)


def stop(app: App) -> None:
    app.process.terminate()
    app.process.wait(20)
    app.process.stdout.close()


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    pytest.importorskip("tornado", reason="the package tornado is not installed (extra explore)")
    file = tmp_path_factory.mktemp("scenario") / "evil.toml"
    file.write_text(
        (params_folder() / "scenarios" / "no-measures.toml")
        .read_text()
        .replace("No measures", EVIL, 1)
        .replace("The bare comparison", EVIL, 1)
    )
    one = started(str(file), MAIN)
    yield one
    stop(one)


@pytest.fixture
def refusing(app):
    """An explorer in which R0 of measles cannot be reached."""
    one = started("no-measures", REFUSES + MAIN)
    yield one
    stop(one)


@pytest.fixture(scope="session")
def driver(tmp_path_factory):
    """A headless Chromium."""
    pytest.importorskip("selenium", reason="the package selenium is not installed (extra dev)")
    need_chromium(driver=True)
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = chromium()
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    one = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    one.set_page_load_timeout(60)
    yield one
    one.quit()
