"""Formulas as MathML, which browsers draw themselves: no script, no fonts from elsewhere, and they
stand in print. docutils makes it of the LaTeX."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx


def draw_inline(translator: Any, node: nodes.math) -> None:
    translator.body.append(tex2mathml(node.astext(), as_block=False))
    raise nodes.SkipNode


def draw_block(translator: Any, node: nodes.math_block) -> None:
    drawn = tex2mathml(node.astext(), as_block=True)
    translator.body.append(f'<div class="math">{drawn}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_math_renderer("mathml", (draw_inline, None), (draw_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
