"""What is asked of a platform, and where the credential goes."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from shared.errors import Bug
from shared.reading import request_for
from shared.vocabulary.paging import Link
from shared.vocabulary.wire import Answer, Request, put
from tests.connectors.checks.subject import NO_PARENT, Subject, check, plainly, told, whole_answer
from tests.connectors.fake_platform import TOKEN, carried, part, walk
from tests.connectors.recorded import body


@check
def first_call_is_the_meant_one(s: Subject) -> str | None:
    first = request_for(s.platform, s.stream, s.part, {"told": True})
    later = request_for(s.platform, s.stream, part(s.platform, s.recorded, incremental=True), {"told": True})
    assert told(first) == plainly(s.recorded.first)
    assert told(later) == plainly(s.recorded.later or s.recorded.first)
    assert told(request_for(s.platform, s.stream, s.part, {})) == plainly(s.recorded.totals or s.recorded.first)
    return None


@check
def foreign_link_is_refused(s: Subject) -> str | None:
    if not isinstance(s.pages, Link):
        return "follows no links"
    for evil in (
        "https://evil.example/v3/x?cursor=1",
        "//evil.example/x",
        f"http://{urlsplit(s.request.url).netloc}/x?cursor=1",
    ):
        page = body(200, put(whole_answer(s, s.rows(1)), s.pages.at, evil))

        def desk(request: Request, page: Answer = page) -> Answer:
            return page

        with pytest.raises(Bug, match="foreign-link"):
            walk(s.platform, s.stream, part(s.platform, s.recorded), desk)
    return None


@check
def credential_goes_with_every_call_and_only_in_its_header(s: Subject) -> str | None:
    desk = s.desk(s.rows(30))
    walk(s.platform, s.small().stream, part(s.platform, s.recorded), desk)
    for call in desk.calls:
        header, text = carried(s.platform.name)
        assert call.headers.get(header) == (None if call.bare else text)
        assert TOKEN not in told(call)
    return None


@check
def odd_ids_are_not_put_into_addresses(s: Subject) -> str | None:
    if not s.recorded.given:
        return NO_PARENT
    for name in s.recorded.given:
        if f"{{{name}}}" not in s.stream.path:
            continue
        for odd in ("../account", "a/b", "a?b=c", "a#b", "", "a%2fb", "a\\b", ".."):
            what = replace(part(s.platform, s.recorded), given={**s.recorded.given, name: odd})
            with pytest.raises(Bug, match="odd-id"):
                request_for(s.platform, s.stream, what, {})
    return None
