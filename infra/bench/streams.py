"""The one big stream of each platform, as both sides of a comparison read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from shared.http import Http
from shared.model import Slice
from shared.platforms import platform as platform_named
from shared.reading import Position, Reading, SliceContext, read, request_for
from shared.secret import Secret
from shared.unpacking import quickly
from shared.vocabulary.access import Credential, How
from shared.vocabulary.platform import Platform
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Request, at

BIG = {"mailchimp": "list_members", "constant_contact": "contacts", "emailoctopus": "contacts"}
LIST = {"mailchimp": "lists.0.id", "emailoctopus": "data.0.id"}  # where the answer to /lists has the first list's id
VALUES = {"mailchimp": {"dc": "us1"}}


@dataclass(frozen=True)
class Big:
    """A stream, and what a slice of it needs to be read."""

    platform: Platform
    stream: Stream
    slice: Slice
    part: SliceContext
    headers: Mapping[str, str]
    http: Http

    def request(self, position: Position) -> Request:
        return request_for(self.platform, self.stream, self.part, position).with_headers(self.headers)

    def page(self, position: Position) -> tuple[Request, Reading]:
        request = self.request(position)
        answer = self.http.send(self.platform, request)
        return request, read(self.platform, self.stream, self.part, position, request, answer)


def big(name: str, url: str, token: str) -> Big:
    platform, http = platform_named(name), Http({name: url}, unpack=quickly)
    stream = platform.stream(BIG[name])
    how: How = "key" if platform.key_way and not platform.oauth else "oauth"
    headers = platform.authorise(Credential(Secret(token), how=how))
    values = VALUES.get(name, {})
    given = {}
    if name in LIST:
        base = platform.base.format_map(values)
        lists = http.send(platform, Request("GET", f"{base}/lists", headers=headers)).json
        records, _, rest = LIST[name].partition(".0.")
        given = {"list_id": at(lists, records)[0][rest]}
    now = datetime.now(UTC)
    part = SliceContext(values, given, None, None, now)
    whole = Slice("bench", "bench", "bench", "bench", name, stream.name, given=given, created_at=now)
    return Big(platform, stream, whole, part, headers, http)


def numbered(part: Slice, page: int) -> Slice:
    return replace(part, page=page)
