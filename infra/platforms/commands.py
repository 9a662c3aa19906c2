"""`tributary platform list`, `describe` and `new`: the platforms there are, what each has, how one more begins."""

from __future__ import annotations

import argparse
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from infra.admin import output
from infra.cli.parsing import Group
from infra.platforms import making, words
from infra.platforms.kinds import AUTH, PAGES
from shared.platforms import PLATFORMS

ROOT = Path(__file__).resolve().parents[2]


def add(group: Group) -> None:
    inner = group.group("platform")
    listed = inner.command("list", _list, "the platforms there are")
    described = inner.command("describe", _describe, "how one is connected and read, and every stream of it")
    described.add_argument("name", choices=sorted(PLATFORMS))
    for parser in (listed, described):
        parser.add_argument("--json", action="store_true", help="print JSON")
    new = inner.command("new", _new, "make one more, with its stand-in, tests and pages, to be filled in")
    new.set_defaults(complain=new.error)
    new.add_argument("name", help="as its folder and its tables are called, such as brevo")
    new.add_argument("--title", help="as people call it; without it, the name")
    new.add_argument("--host", help="of its API; without it, one that nobody has")
    new.add_argument("--pages", choices=PAGES, default="cursor", help="how its lists come (cursor)")
    new.add_argument("--auth", choices=AUTH, default="key", help="how an account is connected (key)")


def _list(args: argparse.Namespace) -> int:
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
    output.rows(rows, args.json)
    return 0


def _describe(args: argparse.Namespace) -> int:
    platform = PLATFORMS[args.name]
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
    if args.json:
        output.say(output.json({**facts, "streams": streams, "views": views}))
        return 0
    for name, text in facts.items():
        output.say(f"{name:<15} {text}")
    for rows in filter(None, (streams, views)):
        output.say()
        output.rows(rows)
    return 0


def _new(args: argparse.Namespace) -> int:
    title = args.title or args.name.replace("_", " ").title()
    host = args.host or f"api.{args.name.replace('_', '-')}.example"
    wanted = making.Wanted(args.name, title, host, args.pages, args.auth)
    try:
        written = making.make(wanted, ROOT, datetime.now(UTC).date())
    except making.CannotBeMade as problem:
        args.complain(str(problem))
    subprocess.run([sys.executable, "-m", "infra.tools.docs"], cwd=ROOT, check=True)  # it has to import the new one
    for path in written:
        output.say(path)
    output.say(f"\nTo fill in, from the documentation of {title}:")
    for place in making.to_fill_in(wanted, ROOT):
        output.say(f"  {place}")
    output.say(f"\nWhat holds it to that: python -m pytest tests -k {wanted.name}")
    return 0
