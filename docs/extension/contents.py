"""The order of the site: what stands below which page. It is told here and not on the pages, which
people also read in the repository."""

from __future__ import annotations

from sphinx.application import Sphinx

TREE: dict[str, list[tuple[str, list[str]]]] = {
    "docs/index": [
        ("", ["Overview </README>", "docs/how-to", "docs/your-outbreak", "docs/r", "docs/gallery"]),
        ("Notebooks", ["notebooks/*"]),
        (
            "Reference",
            [
                "docs/model",
                "site/made/parameters/index",
                "docs/glossary",
                "site/made/api/index",
                "docs/cluster",
            ],
        ),
        (
            "Evidence",
            [
                "docs/evidence-tracing",
                "docs/evidence-isolation",
                "docs/settings",
                "docs/moscow-2020",
                "docs/st-petersburg-2020",
                "docs/verification",
                "benchmarks/README",
            ],
        ),
        ("The project", ["docs/decisions/README", "CHANGELOG", "CONTRIBUTING", "docs/release"]),
    ],
    "docs/verification": [("", ["docs/verification/*"])],
    "docs/decisions/README": [("", ["docs/decisions/0*"])],
}


def add_contents(app: Sphinx, page: str, source: list[str]) -> None:
    for caption, pages in TREE.get(page, ()):
        options = [":hidden:", *([f":caption: {caption}"] if caption else [])]
        options += [":glob:"] if any("*" in name for name in pages) else []
        lines = [*options, "", *(name if "<" in name else f"/{name}" for name in pages)]
        source[0] += "\n\n```{toctree}\n" + "\n".join(lines) + "\n```\n"


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("source-read", add_contents)
    return {"parallel_read_safe": True}
