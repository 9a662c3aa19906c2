"""`feed add`, `list`, `files`, `rotate` and `revoke`: kept questions that spreadsheets read by a key of their own."""

from __future__ import annotations

import argparse
from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace

from infra.admin import output
from infra.admin.command import number, workspace_of
from infra.admin.group import Group
from infra.admin.keys import ONCE, by_operator, done, keyring
from infra.admin.target import UsageError
from shared.feeds import accesses
from shared.feeds.feed import Feed
from shared.feeds.projecting import Projector
from shared.feeds.register import Register, address
from shared.handing.formats import FORMATS
from shared.keys.key import LONGEST, Key
from shared.keys.keyring import LONGEST_OVERLAP, OVERLAP
from shared.keys.scopes import OPERATOR, Scope
from shared.people.roles import word_of
from shared.questions import parse, query_string
from shared.questions.question import MOST_ROWS, Question
from shared.questions.refusal import Refusal
from shared.secret import Secret
from shared.spreadsheets.files import FILES, saved_as
from shared.spreadsheets.sheets import formula
from shared.spreadsheets.source import Source, can_be_read, source_of
from shared.stores.installation import Stores

WEEK = timedelta(days=7)


def add(group: Group) -> None:
    inner = group.group("feed")
    make = inner.command(
        "add",
        _add,
        "keep a question behind a key of its own",
        "Makes a feed and its first key, which is shown this one time. Whoever has the key reads the answer to this "
        "question, or less of it, and nothing else. A link (--link) has the key in its address: for IMPORTDATA, which "
        "sends no headers; it opens numbers by day, week or month only.",
    )
    make.add_argument("workspace")
    make.add_argument("name", help="what it is called; files are, too")
    make.add_argument("question", help="as an address (mart=…&measures=…) or as JSON (docs/questions.md)")
    make.add_argument("--format", action="append", choices=sorted(FORMATS), help="one or more; else all")
    make.add_argument("--days", type=number(1, LONGEST.days), default=90, help="how long it is good")
    make.add_argument("--link", action="store_true", help="the key stands in the address")
    listed = inner.command("list", _list, "the feeds of a workspace, the newest first, and who read them last")
    listed.add_argument("workspace")
    files = inner.command(
        "files",
        _files,
        "write what a spreadsheet reads a feed with: a workbook, M, VBA, a script, the clicks",
        "Writes them into a folder; the key is in none of them. "
        + "; ".join(f"{each.name}: {each.about}" for each in FILES.values())
        + ".",
    )
    files.add_argument("feed", help="its id")
    files.add_argument("--only", action="append", choices=sorted(FILES), help="one or more; else all")
    files.add_argument("--to", type=Path, default=Path(), metavar="FOLDER", help="where (default: here)")
    rotate = inner.command("rotate", _rotate, "make a new key; both work for a while")
    rotate.add_argument("feed", help="its id")
    rotate.add_argument(
        "--overlap", type=number(0, LONGEST_OVERLAP.days), default=OVERLAP.days, metavar="DAYS", help="both work"
    )
    revoke = inner.command("revoke", _revoke, "end a feed at once, with all its keys")
    revoke.add_argument("feed", help="its id")


def register(stores: Stores) -> Register:
    return Register(keyring(stores), projector(stores))


def projector(stores: Stores) -> Projector:
    return Projector(stores.people, stores.feeds, stores.clock, word_of(stores.people))


def end_all(stores: Stores, workspace: str) -> None:
    """Of a client who leaves: nothing is read of it any more, and who read is forgotten."""
    found = register(stores)
    for listed in found.of_workspace(workspace):
        found.revoke(by_operator(), listed.feed.id)
    accesses.forget(stores.feeds, workspace)


def _add(stores: Stores, args: argparse.Namespace) -> int:
    workspace_of(stores, args.workspace)
    lifetime = timedelta(days=args.days)
    formats = args.format or list(FORMATS)

    def make() -> tuple[Feed, Secret, Key]:
        question = _question(args.question)
        return register(stores).add(
            by_operator(), OPERATOR, args.workspace, args.name, question, formats, lifetime, args.link
        )

    try:
        feed, secret, key = done(make)
    except Refusal as refusal:
        raise UsageError(str(refusal)) from None
    return _given(stores, feed, secret, key, args.json)


def _question(said: str) -> Question:
    """Where nothing is said of how many rows, all of them are meant, and too many are refused."""
    if said.lstrip().startswith("{"):
        question = parse.parse(said)
        return question if '"limit"' in said else replace(question, limit=MOST_ROWS)
    return query_string.read(said if "limit=" in said else f"{said}&limit={MOST_ROWS}")


def _given(stores: Stores, feed: Feed, secret: Secret, key: Key, as_json: bool) -> int:
    link = Scope.FEED_LINK in key.scopes
    where = address(stores.settings.feed_url, feed, secret, link)
    if as_json:
        told = {"feed": feed.id, "key": key.id, "secret": secret.reveal(), "address": where}
        output.say(output.json({**told, "expires_at": key.expires_at}))
        return 0
    output.say(where)
    if not link:
        output.say(f"user name {feed.id}, password {secret.reveal()}")
    elif can_be_read(feed, stores.settings.feed_url):
        output.say(formula(where))
    output.say(f"{key.id}, until {output.moment(key.expires_at)}. {ONCE}")
    return 0


def _list(stores: Stores, args: argparse.Namespace) -> int:
    workspace_of(stores, args.workspace)
    now = stores.clock.now()
    reads = list(accesses.read(stores.feeds, args.workspace, since=now - WEEK))
    rows = []
    for listed in register(stores).of_workspace(args.workspace):
        feed, mine = listed.feed, [each for each in reads if each.feed == listed.feed.id]
        rows.append(
            {
                "feed": feed.id,
                "name": feed.name,
                "mart": parse.parse(feed.question).mart,
                "state": str(feed.state(now)),
                "formats": " ".join(feed.formats),
                "until": feed.expires_at,
                "keys": " ".join(f"{key.id} ({key.state(now)})" for key in listed.keys),
                "last read": mine[0].at if mine else None,
                "by": mine[0].agent if mine else "",
                "in 7 days": len(mine),
            }
        )
    output.rows(rows, args.json)
    return 0


def _files(stores: Stores, args: argparse.Namespace) -> int:
    feed = done(lambda: register(stores).get(args.feed))
    source = _source(stores, feed)
    written = []
    for name in args.only or FILES:
        file = FILES[name]
        where = args.to / saved_as(source, file)
        try:
            args.to.mkdir(parents=True, exist_ok=True)
            where.write_bytes(file.made(source, stores.settings.project))
        except (OSError, ValueError) as reason:
            raise UsageError(f"{where} cannot be written: {reason}.") from None
        written.append({"file": str(where), "for": file.about})
    output.rows(written, args.json)
    return 0


def _source(stores: Stores, feed: Feed) -> Source:
    try:
        return done(lambda: source_of(feed, stores.settings.feed_url, stores.clock.now().date()))
    except Refusal as refusal:
        raise UsageError(str(refusal)) from None


def _rotate(stores: Stores, args: argparse.Namespace) -> int:
    def make() -> tuple[Feed, Secret, Key]:
        found = register(stores)
        return found.get(args.feed), *found.rotate(by_operator(), args.feed, timedelta(days=args.overlap))

    return _given(stores, *done(make), args.json)


def _revoke(stores: Stores, args: argparse.Namespace) -> int:
    feed = done(lambda: register(stores).revoke(by_operator(), args.feed))
    output.say(f"Feed {feed.id} ({feed.name}) opens nothing any more.")
    return 0
