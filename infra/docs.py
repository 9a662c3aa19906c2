"""Pages of the documentation that are made from the code, so that they cannot disagree with it.

python -m infra.docs            writes them
python -m infra.docs --check    says whether they are up to date
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import MISSING, fields
from pathlib import Path

from infra import dictionary
from infra.apps.words import words_of
from infra.cost.overview import overview as costs
from infra.cost.overview import prices
from infra.site import flow
from shared.platforms import PLATFORMS
from shared.settings import Settings
from shared.vocabulary.access import Key, OAuth
from shared.vocabulary.platform import Limits, Platform
from shared.vocabulary.slicing import Days, Since
from shared.vocabulary.stream import Stream

ROOT = Path(__file__).resolve().parents[1]
MADE = "<!-- {}: made by python -m infra.docs -->"
END = "<!-- end of {} -->"


def settings() -> str:
    """docs/settings.md"""
    lines = [
        "# Settings",
        "",
        "Every setting is an environment variable, read once when a function starts. One that lacks a setting it needs",
        "refuses to start and names it. This page is made from `shared/settings.py` by `python -m infra.docs`.",
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
        "Made from the declarations in `shared/platforms/` by `python -m infra.docs`. What surprises about a platform",
        "stands on its own page. What is read *only when asked for* is switched on by `admin connection edit`",
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


def _overview(folder: str) -> list[str]:
    lines = ["| platform | version | tables | connect by | limits we keep | proof |", "|---|---|---|---|---|---|"]
    for platform in PLATFORMS.values():
        tables = str(len(platform.streams)) + (f" and {len(platform.views)} views" if platform.views else "")
        page = f"[{platform.title}]({folder}{platform.name}.md)"
        ends = f", until {platform.sunset}" if platform.sunset else ""
        cells = (page, platform.version + ends, tables, _ways(platform), _limits(platform), _proofs(platform))
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _ways(platform: Platform) -> str:
    oauth = [f"OAuth{' with PKCE' if way.pkce else ''}" for way in platform.auth if isinstance(way, OAuth)]
    return " or ".join([*oauth, *(way.name for way in platform.auth if isinstance(way, Key))])


def _limits(platform: Platform) -> str:
    said = [f"{platform.limits.at_once} slices at once", *_paced(platform.limits)]
    for name, limits in platform.allowances.items():
        said.append(f"{name}: {' and '.join(_paced(limits))}")
    return ", ".join(said)


def _paced(limits: Limits) -> list[str]:
    said = []
    if limits.per_second is not None:
        slow = limits.per_second < 0.5
        said.append(f"{limits.per_second * 60:.3g} calls a minute" if slow else f"{limits.per_second:g} calls a second")
    if limits.burst > 1:
        said.append(f"bursts of {limits.burst}")
    if limits.per_day:
        said.append(f"{limits.per_day:,} a day")
    if limits.shared_by == "app":
        said.append("shared by all connections")
    elif limits.shared_by != "account":
        said.append(f"shared by all connections with the same {limits.shared_by.replace('_', ' ')}")
    return said


def _proofs(platform: Platform) -> str:
    """How many streams the platform's own figures are held against, and by what."""
    kinds = Counter("counts" if s.total else "sums" if s.totals else "" for s in platform.streams)
    said = [f"{kinds[kind]} by {kind}" for kind in ("counts", "sums") if kinds[kind]]
    return ", ".join(said) if said else "not given"


def _stream(platform: Platform, stream: Stream) -> str:
    rule = stream.slices
    if isinstance(rule, Since):
        read = "what changed" + (f", and the last {rule.look_back.days} days again" if rule.look_back else "")
    elif isinstance(rule, Days):
        read = f"windows of {rule.size} days, again until {rule.look_back.days} days old; {rule.history.days} days back"
    else:
        read = "whole each time"
    if stream.parent:
        read += f", per row of {stream.parent.stream}"
    if stream.optional:
        read += "; only when asked for"
    return f"| `{platform.table(stream.name)}` | {', '.join(stream.key)} | {read} | {_proof(stream)} |"


def _proof(stream: Stream) -> str:
    if stream.total:
        return "the platform's count"
    if stream.totals:
        return f"the platform's sums of {', '.join(stream.totals.measures)}"
    return f"none: {stream.unproven}" if stream.unproven else "not given"


PAGES: dict[str, Callable[[], str]] = {
    "docs/settings.md": settings,
    "docs/platforms/README.md": platforms,
    "docs/costs.md": costs_page,
    "README.md": readme,
    "terraform/platforms.json": known_to_terraform,
    dictionary.DICTIONARY: dictionary.dictionary,
    dictionary.SOURCES: dictionary.sources,
    "docs/pictures/flow-light.svg": flow.light,
    "docs/pictures/flow-dark.svg": flow.dark,
}


def stale() -> list[str]:
    """The pages that are not what the code says now."""
    return [name for name, make in PAGES.items() if not (ROOT / name).exists() or (ROOT / name).read_text() != make()]


def main() -> int:
    if "--check" in sys.argv:
        for name in stale():
            print(f"{name} is out of date; python -m infra.docs writes it")
        return 1 if stale() else 0
    for name, make in PAGES.items():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_text(make())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
