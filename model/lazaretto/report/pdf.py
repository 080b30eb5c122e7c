"""The page on paper: report.pdf, by an installed Chrome or Chromium."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PATIENCE_SECONDS = 180
DRAWING_MS = 30_000  # of the page's own clock: all figures are drawn before it is printed


def browser() -> str | None:
    """An installed Chrome or Chromium."""
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def write_pdf(page: Path, file: Path, wanted: bool | None) -> list[Path]:
    """The page as a PDF of A4 sheets; nothing where there is no browser or it fails, unless
    `wanted` is True: then an OSError says so."""
    program = browser() if wanted is not False else None
    if program is not None:
        command = [
            program,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-pdf-header-footer",
            f"--virtual-time-budget={DRAWING_MS}",
            f"--print-to-pdf={file.resolve()}",
            f"{page.resolve().as_uri()}?print",
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_SECONDS)
        except (OSError, subprocess.SubprocessError):
            file.unlink(missing_ok=True)
    if file.is_file() and program is not None:
        return [file]
    if wanted:
        raise OSError(
            f"{file}: the PDF needs an installed Chrome or Chromium that can print; "
            "without --pdf the report is written all the same"
        )
    return []
