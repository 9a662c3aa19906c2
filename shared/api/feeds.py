"""Feeds: questions that are kept, each behind keys of its own. What opens one is shown this one time."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from shared.api import asking, shapes
from shared.api.desk import Call, Desk
from shared.api.gate import maker_of, needs
from shared.api.problems import Failure
from shared.api.wire import Reply
from shared.feeds.feed import Feed
from shared.feeds.register import Listed, address
from shared.handing.formats import FORMATS
from shared.keys.key import Key
from shared.keys.scopes import Scope
from shared.questions import parse
from shared.questions.query_string import write as as_address
from shared.questions.question import MOST_ROWS
from shared.secret import Secret
from shared.spreadsheets.files import FILES, saved_as
from shared.spreadsheets.sheets import formula
from shared.spreadsheets.source import can_be_read, source_of


def feeds(desk: Desk, call: Call) -> Reply:
    """The newest first; also those that ended."""
    found = desk.register.of_workspace(call.workspace.id)
    return Reply(shapes.Feeds(feeds=[_told(desk, each) for each in found]))


def add_feed(desk: Desk, call: Call) -> Reply:
    """Whoever makes one reads by it, so only what they may read themselves."""
    needs(call.who, Scope.DATA_READ)
    said, maker = call.body, maker_of(desk.gate, call.who)
    wanted = shapes.Wanted(**{name: getattr(said.question, name) for name in said.question.__struct_fields__})
    question = msgspec.structs.replace(asking.question(wanted), limit=MOST_ROWS)
    feed, secret, key = desk.register.add(
        call.by,
        maker,
        call.workspace.id,
        said.name,
        question,
        said.formats or tuple(FORMATS),
        timedelta(days=said.days),
        said.link,
    )
    return _given(desk, feed, secret, key)


def rotate_feed(desk: Desk, call: Call) -> Reply:
    needs(call.who, Scope.DATA_READ)
    feed: Feed = call.things["feed"]
    secret, key = desk.register.rotate(call.by, feed.id, timedelta(days=call.body.overlap_days))
    return _given(desk, feed, secret, key)


def revoke_feed(desk: Desk, call: Call) -> Reply:
    """Done twice it changes nothing."""
    ended = desk.register.revoke(call.by, call.things["feed"].id)
    return Reply(_told(desk, Listed(ended, tuple(desk.register.keys(ended.id)))))


def feed_file(desk: Desk, call: Call) -> Reply:
    """The same for whoever may see the feed: no key is in it."""
    file = FILES.get(call.words["file"])
    if file is None:
        known = {"known": sorted(FILES)}
        raise Failure(404, "not-there", f"No file is called {call.words['file'][:64]}.", known)
    source = source_of(call.things["feed"], desk.settings.feed_url, desk.clock.now().date())
    headers = {"Content-Disposition": f'attachment; filename="{saved_as(source, file)}"'}
    return Reply(file=(file.kind, file.made(source, desk.settings.project)), headers=headers)


def _given(desk: Desk, feed: Feed, secret: Secret, key: Key) -> Reply:
    link = Scope.FEED_LINK in key.scopes
    where = address(desk.settings.feed_url, feed, secret, link)
    told = shapes.FeedGiven(
        id=feed.id,
        key=key.id,
        secret=secret.reveal(),
        address=where,
        expires_at=min(key.expires_at, feed.expires_at),
        formula=formula(where) if link and can_be_read(feed, desk.settings.feed_url) else "",
    )
    return Reply(told, 201, {"Cache-Control": "no-store"})


def _told(desk: Desk, listed: Listed) -> shapes.FeedTold:
    feed, now = listed.feed, desk.clock.now()
    return shapes.FeedTold(
        id=feed.id,
        name=feed.name,
        state=feed.state(now),
        question=as_address(parse.parse(feed.question)),
        formats=list(feed.formats),
        maker=feed.maker,
        created_at=feed.created_at,
        expires_at=feed.expires_at,
        keys={key.id: key.state(now) for key in listed.keys},
    )
