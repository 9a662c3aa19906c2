"""A page of the repository as the site shows it: with what stands below it in the menu, and a picture for light and one
for dark pages. A folder has no link there, because a site has no listing of it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"(?<!!)\[([^\]\n]+)\]\(([^)#\s]+)(#[^)\s]*)?\)")
PICTURE = re.compile(r"<picture>.*?</picture>", re.DOTALL)
# What the menu shows, in the order in which somebody new reads it. Patterns stand for what is not named elsewhere.
MENU: dict[str, dict[str, tuple[str, ...]]] = {
    "README": {
        "Understand": (
            "docs/how-it-works", "docs/states", "docs/glossary", "docs/where-is", "docs/decisions/README",
            "docs/performance",
        ),
        "Set up": (
            "docs/deploy", "docs/cloudshell", "docs/apps/README", "docs/settings", "docs/costs", "terraform/README",
        ),
        "Operate": (
            "docs/operating", "docs/alarms", "docs/people", "docs/console", "docs/keys-and-audit", "docs/api",
            "docs/agents", "docs/security", "docs/where-to-look", "docs/disaster-recovery", "docs/upgrades",
        ),
        "Numbers": (
            "docs/marts", "docs/questions", "docs/feeds", "docs/excel-add-in", "docs/data-dictionary",
            "docs/platforms/README",
        ),
        "Join in": (
            "CONTRIBUTING", "docs/adding-a-platform", "docs/twelve-changes", "infra/local/README",
            "infra/sandbox/README", "docs/releasing", "SECURITY", "CHANGELOG",
        ),
    },
    "docs/apps/README": {"": ("docs/apps/*",)},
    "docs/platforms/README": {"": ("docs/platforms/*",)},
    "docs/decisions/README": {"": ("docs/decisions/*",)},
}  # fmt: skip


def for_the_site(page: str, text: str) -> str:
    """`page`: its path without the ending."""
    text = PICTURE.sub(lambda found: _pictures(found[0]), text)
    folder = (ROOT / page).parent
    text = LINK.sub(lambda found: found[1] if (folder / found[2]).is_dir() else found[0], text)
    return "\n".join([text, *(_menu(title, pages) for title, pages in MENU.get(page, {}).items())])


def _pictures(html: str) -> str:
    """An image for each of the two: the site is asked for one or the other by a button, too."""
    dark = re.search(r'<source [^>]*prefers-color-scheme: dark[^>]*srcset="([^"]+)"', html)
    light = re.search(r'<img [^>]*src="([^"]+)"', html)
    says = re.search(r'<img [^>]*alt="([^"]+)"', html)
    assert dark is not None
    assert light is not None
    assert says is not None
    kinds = (("only-light", light[1]), ("only-dark", dark[1]))
    return "\n\n".join(f"```{{image}} {path}\n:alt: {says[1]}\n:class: {kind}\n```" for kind, path in kinds)


def _menu(title: str, pages: tuple[str, ...]) -> str:
    options = [":hidden:", ":glob:", *([f":caption: {title}"] if title else [])]
    return "\n".join(["", "```{toctree}", *options, "", *(f"/{name}" for name in pages), "```", ""])
