"""Whether a browser is here that checks can drive; a skip that says how to get one."""

from __future__ import annotations

import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
HOW = "on Debian and Ubuntu: apt install chromium chromium-driver"


def chromium() -> str | None:
    """The path of a Chromium or Chrome."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def need_chromium(driver: bool = False) -> None:
    """Skip where there is no Chromium, or no chromedriver where that is needed too."""
    if chromium() is None:
        pytest.skip(f"no Chromium or Chrome; {HOW}")
    if driver and shutil.which("chromedriver") is None:
        pytest.skip(f"no chromedriver; {HOW}")
