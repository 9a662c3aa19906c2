"""`audit check` and `list`: whether the log is as it was written, and what stands in it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from infra.admin import output
from infra.admin.command import date, number
from infra.admin.group import Group
from infra.admin.target import UsageError
from shared.audit.checking import Report, walk
from shared.audit.record import ENTRIES
from shared.audit.sealing import TOLD
from shared.stores.installation import Stores

BROKEN = 1  # exit code
SHOWN = ("at", "act", "outcome", "who", "of", "workspace", "route", "network", "agent", "request")
IN_A_TABLE = ("at", "act", "outcome", "who", "of", "workspace", "network", "details")


def add(group: Group) -> None:
    inner = group.group("audit")
    check = inner.command(
        "check",
        _check,
        "walk the chain of seals, and every entry",
        "Walks the chain: finds entries and seals that were changed, removed, inserted, reordered, or are missing. A "
        "chain that somebody made anew as a whole shows only against the seals in the locked log bucket: --seals.",
    )
    check.add_argument("--first", type=number(1, 10**9), default=1, help="the number of the seal to begin with")
    check.add_argument(
        "--seals",
        type=Path,
        metavar="FILE",
        help="lines of the locked log bucket, as `gcloud logging read` or a function's own log prints them",
    )
    listed = inner.command("list", _list, "what was done, the newest first")
    listed.add_argument("--workspace", default="", help="in this workspace")
    listed.add_argument("--who", default="", help="by whom: person:ID, key:ID, operator:NAME")
    listed.add_argument("--act", default="", help="such as key.made, or key for all about keys")
    listed.add_argument("--since", type=date, help="from this day or moment on; the last seven days if not given")
    listed.add_argument("--most", type=number(1, 10_000), default=200, help="so many at most")


def _check(stores: Stores, args: argparse.Namespace) -> int:
    told = told_seals(_read(args.seals)) if args.seals else None
    if args.seals and not told:
        raise UsageError(f"There is no seal in {args.seals}.")
    report = walk(stores.people, stores.clock.now(), args.first, told)
    if args.json:
        output.say(output.json(report))
    else:
        _show(report, told is not None)
    return BROKEN if report.findings else 0


def _show(report: Report, against: bool) -> None:
    erased = f", {report.erased} of them erased by an act that is in the log" if report.erased else ""
    waiting = f"; {report.unsealed} entered just now wait for their seal" if report.unsealed else ""
    output.say(f"{report.seals:,} seals, {report.entries:,} entries{erased}{waiting}.")
    if report.findings:
        rows = [(each.what, each.seal or "", each.entry) for each in report.findings]
        output.say(output.table(("what is wrong", "seal", "entry"), rows))
    elif against:
        output.say("The chain holds, and is the one that was told to the log.")
    else:
        output.say("The chain holds. Against the log that nobody can change it was not compared: --seals.")


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{file} cannot be read.") from None


def told_seals(text: str) -> dict[int, str]:
    """Number → hash, out of what `gcloud logging read --format json` prints, or of lines of JSON."""
    try:
        found: Any = orjson.loads(text)
        lines: Iterable[Any] = found if isinstance(found, list) else [found]
    except orjson.JSONDecodeError:
        lines = [_line(line) for line in text.splitlines()]
    seals: dict[int, str] = {}
    for line in lines:
        told = line.get("jsonPayload", line) if isinstance(line, dict) else {}
        if isinstance(told, dict) and told.get("message") == TOLD:
            number_, hash_ = int(told["seal"]), str(told["hash"])
            if seals.setdefault(number_, hash_) != hash_:
                raise UsageError(f"Seal {number_} was told twice, and not the same: two chains were made.")
    return seals


def _line(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}


def _list(stores: Stores, args: argparse.Namespace) -> int:
    since = args.since or stores.clock.now() - timedelta(days=7)
    found = []
    for doc in stores.people.find(ENTRIES, ("at", ">=", since), order="-at"):
        fits = (
            (not args.workspace or doc["workspace"] == args.workspace)
            and (not args.who or doc["who"] == args.who)
            and (not args.act or doc["act"] == args.act or doc["act"].startswith(f"{args.act}."))
        )
        if fits:
            found.append({**{name: doc[name] for name in SHOWN}, "details": _details(doc["details"], args.json)})
        if len(found) >= args.most:
            break
    if args.json:
        output.say(output.json(found))
        return 0
    if not found:
        output.say("nothing")
        return 0
    output.rows([{name: each[name] for name in IN_A_TABLE} for each in found])
    return 0


def _details(details: dict[str, str], as_json: bool) -> object:
    return details if as_json else " ".join(f"{name}={value}" for name, value in details.items())
