"""What Sphinx is told.

The repository itself is the source. So every link that works there works here, and one that leads nowhere fails the
build."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from infra.site.pages import for_the_site

project = "Tributary"
root_doc = "README"
extensions = ["myst_parser"]
include_patterns = ["*.md", "docs/**.md", "infra/*/README.md", "terraform/README.md"]
exclude_patterns = ["build/**", ".venv/**", ".github/**"]
myst_heading_anchors = 6
suppress_warnings = [
    "myst.header",  # a page may begin its parts at any depth
    "misc.highlighting_failure",  # GoogleSQL, and settings with dots for what is left out
]
html_theme = "furo"
html_title = "Tributary"
html_copy_source = html_show_sourcelink = html_show_copyright = html_show_sphinx = False
BEGIN = '<!doctype html><title>Tributary</title><meta http-equiv="refresh" content="0; url=README.html">\n'
html_theme_options = {"navigation_with_keys": True}


def setup(app: Any) -> None:
    app.connect("source-read", _read)
    app.connect("build-finished", _begin)


def _read(app: Any, page: str, source: list[str]) -> None:
    source[0] = for_the_site(page, source[0])


def _begin(app: Any, failure: Exception | None) -> None:
    """The site begins with the README; a server looks for index.html."""
    if failure is None:
        (Path(app.outdir) / "index.html").write_text(BEGIN)
