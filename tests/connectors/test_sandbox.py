"""Each connector against its platform's stand-in, over real requests: what is read is what there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import orjson
import pytest

from infra.sandbox import PLATFORMS as STAND_INS
from infra.sandbox import create_any
from infra.sandbox.compare import value_at
from shared.clock import parse
from shared.errors import Problem
from shared.http import Http
from shared.model import Connection, Run
from shared.oauth import form_fields
from shared.platforms import PLATFORMS, platform
from shared.reading import Position, SliceContext, about_account, instead, read, request_for
from shared.rows.shaping import Notes, shaper
from shared.secret import Secret
from shared.states import Reason
from shared.sync.slices_of_run import child_slices, first_slices
from shared.vocabulary.access import Account, App, Credential
from shared.vocabulary.paging import Report
from shared.vocabulary.platform import Platform
from shared.vocabulary.slicing import Days
from shared.vocabulary.stream import Stream

pytestmark = pytest.mark.slow

NOW = datetime(2026, 9, 3, 12, tzinfo=UTC)
SMALL = {  # rows per table; of others as many as their stand-in has by itself
    "mailchimp": {"lists": 2, "members": 25, "campaigns": 3, "days": 5},
    "constant_contact": {"contacts": 30, "campaigns": 6, "lists": 2},
    "emailoctopus": {"lists": 2, "contacts": 25, "campaigns": 5},
    "amazon_ads": {"campaigns": 2, "ads": 2, "negatives": 1, "days": 12},
    "klaviyo": {"profiles": 30, "lists": 3, "segments": 2, "campaigns": 9, "flows": 2, "events": 60},
    "google_ads": {"campaigns": 3, "ad_groups": 2, "keywords": 2, "days": 12},
    "google_analytics": {"visits": 8, "orders": 2, "days": 12},
    "instagram": {"media": 9, "posts": 9, "stories": 3, "days": 12},
    "meta_ads": {"campaigns": 4, "ads": 2, "days": 12},
    "metricool": {"posts": 5, "days": 12, "plans": 3},
    "shopify": {"orders": 16, "customers": 12, "products": 6},
}
OPTIONS: Mapping[str, Mapping[str, Any]] = {"google_ads": {"page_size": 7}}  # where the platform sets the size of pages
HISTORY = timedelta(days=20)  # longer than the small accounts are old …
OLDER = {"klaviyo": timedelta(days=400)}  # … but for some
# The stand-in tells more than the specification does: of SMS campaigns, and of single mailings.
EXTRA = {"unique_counts.bounces", "percents"}


def tiny(whole: Platform) -> Platform:
    """With pages of seven and a short history, so that a small account has many pages and few empty windows."""

    def smaller(rule: Any) -> Any:
        if isinstance(rule, Report):
            return replace(rule, pages=smaller(rule.pages))
        return replace(rule, size=7) if hasattr(rule, "size") else rule

    streams = [replace(stream, pages=smaller(stream.pages)) for stream in whole.streams]
    history = OLDER.get(whole.name, HISTORY)
    streams = [
        replace(s, slices=replace(s.slices, history=history)) if isinstance(s.slices, Days) else s for s in streams
    ]
    return replace(whole, streams=tuple(streams))


def open_credential(box: Any) -> Credential:
    given: Mapping[str, Any] = box.credential()
    if given.get("api_key"):
        return Credential(Secret(given["api_key"]), how="key", values=answered(box))
    client = box.setting.client
    app = App(client.id, Secret(client.secret))
    return Credential(Secret(given["access_token"]), values=answered(box), app=app)


def answered(box: Any) -> Mapping[str, str]:
    """What follows from what the account's owner answers when asked for more: a shop, a region."""
    which = platform(box.platform.name)
    way = which.oauth or which.key_way
    asks = way.asks if way else ()
    form = {form_fields.form_name(asked): box.platform.asks[asked.name] for asked in asks}
    return form_fields.read(which, asks, form).values


def discovered(whole: Platform, http: Http, credential: Credential) -> tuple[Account, ...]:
    """The accounts that can be read."""
    conversation = whole.discover(credential)
    request = next(conversation)
    while True:
        try:
            request = conversation.send(http.send(whole, request))
        except StopIteration as end:
            return tuple(account for account in end.value if not account.closed)


def everything(
    whole: Platform, http: Http, credential: Credential, account: Account, now: datetime
) -> dict[str, list[Any]]:
    """A first run, planned and read as the engine does it."""
    connection = Connection(
        "con", "acme", whole.name, account.id, account.title, streams=[stream.name for stream in whole.streams]
    )
    connection = replace(connection, zone=account.zone, currency=account.currency, values=dict(account.values))
    credential = replace(credential, token=account.token) if account.token else credential
    about = {"account_id": account.id, "account_zone": account.zone, "account_currency": account.currency}
    run = Run("run", "acme", "con", whole.name, Reason.SCHEDULE, started_at=now)
    waiting = first_slices(whole, connection, run, {})
    found: dict[str, list[Any]] = {stream.name: [] for stream in whole.streams}
    while waiting:
        piece = waiting.pop()
        stream = whole.stream(piece.stream)
        part = SliceContext({**about, **account.values}, piece.given, piece.since, piece.until, now)
        position: Position | None = {}
        while position is not None:
            request = request_for(whole, stream, part, position)
            answer = http.send(whole, request.with_headers(whole.authorise(credential)))
            try:
                reading = read(whole, stream, part, position, request, answer)
            except Problem as problem:
                position = instead(stream, part, position, problem)
                if position is None:
                    raise
                continue
            while reading.follow is not None:
                request = reading.follow
                reading = read(whole, stream, part, position, request, http.send(whole, request))
            waiting += child_slices(whole, stream, connection, run, reading.records, reading.given, {})
            notes = Notes()
            given = {**about_account(stream, part.values), **reading.given}
            found[stream.name] += shaper(stream).rows(reading.records, given, notes)
            assert not notes.mismatched, (stream.name, notes.mismatched)
            assert set(notes.unknown) <= EXTRA, (stream.name, notes.unknown)
            position = orjson.loads(orjson.dumps(reading.position))
    return found


def keys(stream: Stream, rows: list[Any]) -> set[tuple[Any, ...]]:
    """Of rows of ours or records of theirs. Compared as values: one moment can be written in several ways."""
    told = [(column.kind, [value_at(row, column) for row in rows]) for column in stream.columns if column.key]
    return set(zip(*[map(parse if kind == "time" else str, values) for kind, values in told], strict=True))


def test_every_platform_has_a_stand_in_by_its_own_name() -> None:
    assert set(STAND_INS) == set(PLATFORMS)
    assert all(stand_in.name == name for name, stand_in in STAND_INS.items())


@pytest.mark.parametrize("name", PLATFORMS)
def test_what_is_read_is_what_there_is(name: str) -> None:
    now = NOW
    box = create_any(name, seed=5, counts=SMALL.get(name), clock=lambda: now, limits=False, options=OPTIONS.get(name))
    whole, http = tiny(platform(name)), Http(transport=httpx2.WSGITransport(app=box.wsgi))
    accounts = discovered(whole, http, open_credential(box))
    for _ in range(3):
        truth = box.truth()
        read_now = [everything(whole, http, open_credential(box), account, now) for account in accounts]
        for stream in whole.streams:
            there = truth[whole.table(stream.name)].present
            found = [row for each in read_now for row in each[stream.name]]
            assert keys(stream, found) == keys(stream, there), stream.name
        now += timedelta(hours=20)
        box.change()


@pytest.mark.parametrize("name", PLATFORMS)
def test_the_account_stays_the_same_while_its_data_change(name: str) -> None:
    box = create_any(name, seed=5, counts=SMALL.get(name), clock=lambda: NOW, limits=False)
    whole, http = platform(name), Http(transport=httpx2.WSGITransport(app=box.wsgi))
    before = discovered(whole, http, open_credential(box))
    box.change(3)
    after = discovered(whole, http, open_credential(box))
    assert all(account.id and account.title for account in before)
    assert before
    assert [(one.id, one.values) for one in after] == [(one.id, one.values) for one in before]
