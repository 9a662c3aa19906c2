"""Pages of the documentation that are made from the code, so that they cannot disagree with it.

python -m infra.docs            writes them
python -m infra.docs --check    says whether they are up to date
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import MISSING, fields
from pathlib import Path

from shared.connectors import PLATFORMS
from shared.connectors.slicing import Since
from shared.connectors.spec import Limits, Platform, Stream
from shared.settings import Settings

ROOT = Path(__file__).resolve().parents[1]


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
        "Made from the declarations in `shared/connectors/` by `python -m infra.docs`. What surprises about a platform",
        "stands on its own page.",
        "",
        "| platform | version | connect by | limits we keep | surprises |",
        "|---|---|---|---|---|",
    ]
    for platform in PLATFORMS.values():
        ways = " or ".join(name for name, way in (("OAuth", platform.oauth), ("key", platform.key_way)) if way)
        page = f"[{platform.name}.md]({platform.name}.md)"
        lines.append(f"| {platform.title} | {platform.version} | {ways} | {_limits(platform.limits)} | {page} |")
    for platform in PLATFORMS.values():
        lines += ["", f"## {platform.title}", "", "| table | key | read | proof |", "|---|---|---|---|"]
        lines += [_stream(platform, stream) for stream in platform.streams]
        lines += [
            f"| `{platform.table(view.name)}` | {', '.join(column.name for column in view.columns if column.key)} "
            f"| a view of `{platform.table(view.of)}` | with it |"
            for view in platform.views
        ]
    return "\n".join(lines) + "\n"


def _limits(limits: Limits) -> str:
    said = [f"{limits.at_once} slices at once"]
    if limits.per_second:
        said.append(f"{limits.per_second:g} calls a second")
    if limits.burst > 1:
        said.append(f"bursts of {limits.burst}")
    if limits.per_day:
        said.append(f"{limits.per_day:,} a day")
    if limits.shared_by == "app":
        said.append("shared by all connections")
    return ", ".join(said)


def _stream(platform: Platform, stream: Stream) -> str:
    rule = stream.slices
    if isinstance(rule, Since):
        read = "what changed" + (f", and the last {rule.look_back.days} days again" if rule.look_back else "")
    else:
        read = "whole each time"
    if stream.per:
        read += f", per row of {stream.per.stream}"
    if stream.optional:
        read += "; only when asked for"
    proof = "the platform's total" if stream.total else "not given"
    return f"| `{platform.table(stream.name)}` | {', '.join(stream.key)} | {read} | {proof} |"


PAGES: dict[str, Callable[[], str]] = {"docs/settings.md": settings, "docs/platforms/README.md": platforms}


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
