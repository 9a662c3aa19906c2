"""Pages of the documentation that are made from the code, so that they cannot disagree with it.

python -m infra.tools.docs            writes them
python -m infra.tools.docs --check    says whether they are up to date
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import MISSING, fields
from pathlib import Path

from infra.apps.words import words_of
from infra.cost.overview import overview as costs
from infra.cost.overview import prices
from infra.platforms import words
from infra.site import flow
from infra.tools import catalogue, dictionary, edition
from shared.platforms import PLATFORMS
from shared.settings import Settings
from shared.vocabulary.platform import Platform
from shared.vocabulary.stream import Stream

ROOT = Path(__file__).resolve().parents[2]
MADE = "<!-- {}: made by python -m infra.tools.docs -->"
END = "<!-- end of {} -->"


def settings() -> str:
    """docs/settings.md"""
    lines = [
        "# Settings",
        "",
        "Every setting is an environment variable, read once when a function starts. One that lacks a setting it needs",
        "refuses to start and names it. This page is made from `shared/settings.py` by `python -m infra.tools.docs`.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for item in fields(Settings):
        default = "must be given" if item.default is MISSING else f"`{item.default}`" if item.default else "empty"
        lines.append(f"| `{item.metadata['env']}` | {default} | {item.metadata['meaning']} |")
    return "\n".join(lines) + "\n"


def platforms() -> str:
    """docs/platforms/README.md"""
    lines = [
        "# Platforms and streams",
        "",
        "Made from the declarations in `shared/platforms/` by `python -m infra.tools.docs`. What surprises about a",
        "platform stands on its own page. What is read *only when asked for* is switched on by `admin connection edit`",
        "([operating.md](../operating.md#asking-for-data)).",
        "",
        *_overview(""),
    ]
    for platform in PLATFORMS.values():
        lines += ["", f"## {platform.title}", "", "| table | key | read | proof |", "|---|---|---|---|"]
        lines += [_stream(platform, stream) for stream in platform.streams]
        lines += [
            f"| `{platform.table(view.name)}` | {', '.join(column.name for column in view.columns if column.key)} "
            f"| a view of `{platform.table(view.of)}` | with it |"
            for view in platform.views
        ]
    return "\n".join(lines) + "\n"


def known_to_terraform() -> str:
    """terraform/platforms.json"""
    known = {
        name: {"apis": words_of(platform).apis, "calls": bool(platform.calls)}
        for name, platform in sorted(PLATFORMS.items())
        if platform.oauth is not None or platform.needs_app
    }
    return json.dumps(known, indent=2) + "\n"


def readme() -> str:
    """README.md, with its tables as the declarations and the prices have them now."""
    text = (ROOT / "README.md").read_text()
    for part, lines in (("platforms", _overview("docs/platforms/")), ("costs", costs())):
        text = _with(text, part, lines)
    return text


def costs_page() -> str:
    """docs/costs.md, with the prices that are reckoned with."""
    return _with((ROOT / "docs" / "costs.md").read_text(), "prices", prices())


def _with(text: str, part: str, lines: list[str]) -> str:
    """The text with one part of it made anew."""
    before, begin, rest = text.partition(MADE.format(part))
    _, end, after = rest.partition(END.format(part))
    return "".join([before, begin, "\n", "\n".join(lines), "\n", end, after])


def _stream(platform: Platform, stream: Stream) -> str:
    read, proof = words.reading(stream), words.proof(stream)
    return f"| `{platform.table(stream.name)}` | {', '.join(stream.key)} | {read} | {proof} |"


def _overview(folder: str) -> list[str]:
    lines = ["| platform | version | tables | connect by | limits we keep | proof |", "|---|---|---|---|---|---|"]
    for platform in PLATFORMS.values():
        views = len(platform.views)
        tables = f"{len(platform.streams)}" + (f" and {views} view{'s' if views > 1 else ''}" if views else "")
        page = f"[{platform.title}]({folder}{platform.name}.md)"
        said = (each(platform) for each in (words.ways, words.limits, words.proofs))
        cells = (page, words.release(platform), tables, *said)
        lines.append(f"| {' | '.join(cells)} |")
    return lines


PAGES: dict[str, Callable[[], str]] = {
    "docs/settings.md": settings,
    "docs/platforms/README.md": platforms,
    "docs/costs.md": costs_page,
    "README.md": readme,
    "terraform/platforms.json": known_to_terraform,
    dictionary.DICTIONARY: dictionary.dictionary,
    dictionary.SOURCES: dictionary.sources,
    catalogue.CATALOGUE: catalogue.text,
    "shared/sync/edition.py": edition.page,
    "docs/pictures/flow-light.svg": flow.light,
    "docs/pictures/flow-dark.svg": flow.dark,
}


def stale() -> list[str]:
    """The pages that are not what the code says now."""
    return [name for name, make in PAGES.items() if not (ROOT / name).exists() or (ROOT / name).read_text() != make()]


def main() -> int:
    if "--check" in sys.argv:
        for name in stale():
            print(f"{name} is out of date; python -m infra.tools.docs writes it")
        return 1 if stale() else 0
    for name, make in PAGES.items():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(make())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
