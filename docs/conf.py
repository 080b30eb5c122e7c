"""The site (`make docs`). Sources are the pages where they lie, so that every link works on the
repository's front end too; what is generated goes to site/made. Nothing is loaded from a network.
Why so: decision 33.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(ROOT / "model"), str(HERE / "extension")]

import lazaretto  # noqa: E402
from lazaretto._jit import source_key  # noqa: E402

project = "Lazaretto"
author = "The Lazaretto authors"
project_copyright = author
version = release = lazaretto.__version__
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "mathml", "pictures", "made", "contents"]
root_doc = "docs/index"
include_patterns = [
    "*.md",
    "benchmarks/README.md",
    "docs/**.md",
    "notebooks/*.ipynb",
    "site/made/**.md",
    "site/made/**.rst",
]
exclude_patterns = [".venv", ".matrix", "dist", "report", "site/html", "site/doctrees", "**/.*"]
exclude_patterns += ["site/notebooks", "site/figures", "model", "params", "tests"]

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
myst_dmath_double_inline = True
nb_custom_formats = {".ipynb": "pictures.read_notebook"}
nb_execution_mode = "off"  # `pictures` runs them, and keeps what came out
nb_merge_streams = True
autodoc_typehints_format = "short"
python_maximum_signature_line_length = 80
autodoc_member_order = "bysource"
default_role = "literal"  # `name` in docstrings
lazaretto_source = source_key()  # pages are read anew when the package changes

html_theme = "furo"
html_title = f"Lazaretto {release}"
html_math_renderer = "mathml"
html_static_path = ["extension/static"]
html_css_files = ["site.css"]
html_extra_path = ["extension/root"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0072B2", "color-brand-content": "#0072B2"},
    "dark_css_variables": {"color-brand-primary": "#56B4E9", "color-brand-content": "#56B4E9"},
}
pygments_style = "friendly"
highlight_language = "none"  # of blocks that name none: commands and formats


def setup(app):
    app.add_config_value("lazaretto_source", "", "env")
