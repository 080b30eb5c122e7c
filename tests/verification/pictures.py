"""Pictures of the notebooks, to look at: each is run under its profile (smoke unless LAZARETTO_PROFILE says otherwise), written as one
HTML file with plotly in it, and photographed by Chromium at two widths.

python tests/verification/pictures.py OUT [01-quickstart ...]; needs the extras notebooks and dev, and Chromium. Nothing is compared:
people look.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import plotly.offline
from nbclient import NotebookClient
from nbconvert import HTMLExporter

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from browser_here import FLAGS, chromium

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
WIDTHS = (1366, 500)  # a headless Chromium draws nothing narrower than 500 pixels
HEIGHT = 7000
PLOTLY = "application/vnd.plotly.v1+json"


def draw_figures(notebook: nbformat.NotebookNode) -> None:
    """Replace plotly's data by HTML that draws it."""
    outputs = [o for cell in notebook.cells if cell.cell_type == "code" for o in cell.outputs if PLOTLY in o.get("data", {})]
    for at, output in enumerate(outputs):
        figure = output.data[PLOTLY]
        body = json.dumps([figure["data"], figure["layout"], {"responsive": True}]).replace("</", "<\\/")
        output.data = {"text/html": f'<div id="figure{at}"></div><script>Plotly.newPlot("figure{at}", ...{body})</script>'}


def page(notebook: nbformat.NotebookNode) -> str:
    """One HTML file that loads nothing from elsewhere."""
    text = HTMLExporter().from_notebook_node(notebook)[0]
    text = re.sub(r'<script[^>]*src="https?://[^>]*></script>|<link[^>]*href="https?://[^>]*>', "", text)
    return text.replace("<head>", f"<head><script>{plotly.offline.get_plotlyjs()}</script>", 1)


def photograph(file: Path, width: int) -> None:
    """PNG beside the HTML file."""
    picture = file.with_name(f"{file.stem}-{width}.png")
    with tempfile.TemporaryDirectory() as profile:
        more = ["--hide-scrollbars", "--virtual-time-budget=15000", f"--user-data-dir={profile}"]
        size = [f"--window-size={width},{HEIGHT}", f"--screenshot={picture}"]
        subprocess.run([str(chromium()), *FLAGS, *more, *size, file.as_uri()], check=True, capture_output=True, timeout=120)


def main() -> None:
    """All notebooks, or those named."""
    out = Path(sys.argv[1]).resolve()
    out.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("LAZARETTO_PROFILE", "smoke")
    for file in sorted(FOLDER.glob("*.ipynb")):
        if sys.argv[2:] and file.stem not in sys.argv[2:]:
            continue
        notebook = nbformat.read(file, as_version=4)
        NotebookClient(notebook, timeout=3600, resources={"metadata": {"path": str(out)}}).execute()
        draw_figures(notebook)
        written = out / f"{file.stem}.html"
        written.write_text(page(notebook), encoding="utf-8")
        for width in WIDTHS:
            photograph(written, width)
        print(written)


if __name__ == "__main__":
    main()
