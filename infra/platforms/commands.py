"""`tributary platform list` and `describe`: which platforms there are, and what each of them has."""

from __future__ import annotations

import argparse

from infra.admin import output
from infra.cli.parsing import Group
from infra.platforms import words
from shared.platforms import PLATFORMS


def add(group: Group) -> None:
    inner = group.group("platform")
    listed = inner.command("list", _list, "the platforms there are")
    described = inner.command("describe", _describe, "how one is connected and read, and every stream of it")
    described.add_argument("name", choices=sorted(PLATFORMS))
    for parser in (listed, described):
        parser.add_argument("--json", action="store_true", help="print JSON")


def _list(said: argparse.Namespace) -> int:
    rows = [
        {
            "platform": platform.name,
            "title": platform.title,
            "version": words.release(platform),
            "streams": len(platform.streams),
            "connect by": words.ways(platform),
        }
        for platform in PLATFORMS.values()
    ]
    output.rows(rows, said.json)
    return 0


def _describe(said: argparse.Namespace) -> int:
    platform = PLATFORMS[said.name]
    facts = {
        "platform": platform.name,
        "title": platform.title,
        "version": words.release(platform),
        "connect by": words.ways(platform),
        "limits we keep": words.limits(platform),
        "proof": words.proofs(platform),
    }
    streams = [
        {
            "table": platform.table(stream.name),
            "what it is": stream.title,
            "key": ", ".join(stream.key),
            "read": words.reading(stream),
            "proof": words.proof(stream),
        }
        for stream in platform.streams
    ]
    views = [{"view": platform.table(view.name), "of": platform.table(view.of)} for view in platform.views]
    if said.json:
        output.say(output.json({**facts, "streams": streams, "views": views}))
        return 0
    for name, text in facts.items():
        output.say(f"{name:<15} {text}")
    for rows in filter(None, (streams, views)):
        output.say()
        output.rows(rows)
    return 0
