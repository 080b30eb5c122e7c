"""Pictures of the notebooks, to look at: each is run under its profile (smoke unless
LAZARETTO_PROFILE says otherwise), written as one HTML file with plotly in it, and photographed by
Chromium as a desk (1366 pixels) and as a telephone (390) would show it.

python tests/verification/pictures.py OUT [01-quickstart ... | PAGE.html ...]; needs the extras
notebooks and dev, Chromium and chromedriver. A page that is already written is photographed as it
is. Nothing is compared: people look.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import sys
import time
from pathlib import Path

import nbformat
import plotly.offline
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from browser_here import FLAGS, chromium

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
WIDTHS = {1366: False, 390: True}  # pixels, and whether it is a telephone
TALLEST = 16_000  # pixels; no picture is higher
DRAWN = 4  # seconds for the figures
PLOTLY = "application/vnd.plotly.v1+json"


def draw_figures(notebook: nbformat.NotebookNode) -> None:
    """Replace plotly's data by HTML that draws it."""
    outputs = [
        o
        for cell in notebook.cells
        if cell.cell_type == "code"
        for o in cell.outputs
        if PLOTLY in o.get("data", {})
    ]
    for at, output in enumerate(outputs):
        figure = output.data[PLOTLY]
        body = json.dumps([figure["data"], figure["layout"], {"responsive": True}]).replace(
            "</", "<\\/"
        )
        output.data = {
            "text/html": f'<div id="figure{at}"></div><script>Plotly.newPlot("figure{at}", '
            f"...{body})</script>"
        }


def page(notebook: nbformat.NotebookNode) -> str:
    """One HTML file that loads nothing from elsewhere."""
    text = HTMLExporter().from_notebook_node(notebook)[0]
    text = re.sub(
        r'<script[^>]*src="https?://[^>]*></script>|<link[^>]*href="https?://[^>]*>', "", text
    )
    return text.replace("<head>", f"<head><script>{plotly.offline.get_plotlyjs()}</script>", 1)


def browser() -> webdriver.Chrome:
    """A headless Chromium."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(chromium())
    for flag in (*FLAGS, "--hide-scrollbars"):
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))


def photograph(driver: webdriver.Chrome, file: Path, out: Path, width: int, phone: bool) -> None:
    """The whole page as OUT/NAME-WIDTH.png. A window is never narrower than 500 pixels, so the
    width is told as a device's."""
    size = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": phone}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    driver.get(file.as_uri())
    time.sleep(DRAWN)
    content = driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
    if content["width"] > width:
        print(f"{file.name}: {content['width']:.0f} pixels wide on a screen of {width}")
    clip = {"x": 0, "y": 0, "width": width, "height": min(content["height"], TALLEST), "scale": 1}
    shot = driver.execute_cdp_cmd(
        "Page.captureScreenshot", {"captureBeyondViewport": True, "clip": clip}
    )
    (out / f"{file.stem}-{width}.png").write_bytes(base64.b64decode(shot["data"]))


def main() -> None:
    """All notebooks, or those named."""
    out = Path(sys.argv[1]).resolve()
    out.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("LAZARETTO_PROFILE", "smoke")
    pages = [Path(name).resolve() for name in sys.argv[2:] if name.endswith(".html")]
    driver = browser()
    for file in [] if pages else sorted(FOLDER.glob("*.ipynb")):
        if sys.argv[2:] and file.stem not in sys.argv[2:]:
            continue
        notebook = nbformat.read(file, as_version=4)
        NotebookClient(notebook, timeout=3600, resources={"metadata": {"path": str(out)}}).execute()
        draw_figures(notebook)
        written = out / f"{file.stem}.html"
        written.write_text(page(notebook), encoding="utf-8")
        pages.append(written)
    for written in pages:
        for width, phone in WIDTHS.items():
            photograph(driver, written, out, width, phone)
        print(written)
    driver.quit()


if __name__ == "__main__":
    main()
