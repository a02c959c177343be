"""Sphinx: the pages in this directory, and a reference printed from the registries."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from sphinx.application import Sphinx  # noqa: E402  # as Sphinx itself was

from docs.printed import PAGES  # noqa: E402  # found by the path above

project = "Dashtam"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "Dashtam"
html_show_sphinx = False
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
exclude_patterns = ["README.md"]


def print_reference(_: Sphinx) -> None:
    """Write what the code says of itself beside the pages; git ignores it."""
    for name, page in PAGES.items():
        (HERE / "reference" / f"{name}.generated.md").write_text(page(), "utf-8")


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", print_reference)
