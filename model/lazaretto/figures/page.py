"""The page of one run: its pictures and its panel in one file that opens anywhere, without a
network."""

from __future__ import annotations

import html
from pathlib import Path

from ..outcomes.run import Run
from ..outcomes.summary import run_summary
from .alt import alt_text
from .case_timeline import case_timeline
from .curves import curves
from .export import CONFIG, PHONE, write_text
from .run import run as picture

STYLE = """
body { font-family: Inter, 'Helvetica Neue', Arial, sans-serif; color: #1f2430;
       max-width: 1100px; margin: 0 auto; padding: 12px 16px }
h1 { font-size: 1.5em } h2 { font-size: 1.15em; margin-top: 2em }
table { border-collapse: collapse; font-size: 0.9em; margin: 1em 0; display: block;
        overflow-x: auto }
th { border-bottom: 1px solid #6b7280 } tr { border-bottom: 1px solid #e5e7eb }
p { max-width: 46em }
@media print { figure { break-inside: avoid } h2 { break-after: avoid } table { display: table }
               .modebar { display: none } }
figure { margin: 1em 0 }
"""
ONE_RUN = (
    "One run is one story: with another seed it goes another way. What a policy changes is "
    "told by many seeds, paired (lazaretto sweep)."
)


def write_run_page(run: Run, path: Path) -> Path:
    """Write the page: policy and epidemic day by day, curves, one case and its contacts where there
    is one, and the whole panel. Raises FigureError where it cannot be written."""
    title = html.escape(run.scenario.title)
    figures = {"The epidemic and the policy": picture(run), "Curves": curves(run)}
    if run.raw.records.confirmed.size and len(run.contacts):
        figures["One case and its contacts"] = case_timeline(run)
    parts = []
    for number, (head, figure) in enumerate(figures.items()):
        drawn = figure.to_html(
            full_html=False, include_plotlyjs=number == 0, config=CONFIG, div_id=f"figure-{number}"
        )
        label = html.escape(alt_text(figure), quote=True)
        parts.append(f"<h2>{head}</h2><figure role='group' aria-label='{label}'>{drawn}</figure>")
    panel = run_summary(run).table
    table = panel.as_html() if panel is not None else ""
    page = (
        f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>{PHONE}"
        f"<title>{title}, seed {run.seed}</title><style>{STYLE}</style></head><body>"
        f"<h1>{title}</h1><p>{html.escape(run.scenario.description)}</p><p>{ONE_RUN}</p>"
        + "".join(parts)
        + f"<h2>The panel</h2>{table}</body></html>"
    )
    return write_text(path, page)
