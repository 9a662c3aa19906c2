"""Ways to break a connector or a rule, made for `mutants.py`."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from shared.errors import Bug, Configure, Later, Problem, Reconnect
from shared.platforms.google_analytics.records import unfold
from shared.reading.position import next_list
from shared.reading.records import find_records
from shared.rows import shaping
from shared.rows.values import KINDS
from shared.vocabulary.paging import Count, Link, PageResult, Report, ends
from shared.vocabulary.platform import Platform
from shared.vocabulary.statuses import refusal
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Answer, Request, at, put
from tests.connectors.fake_platform import CREDENTIAL

Patch = pytest.MonkeyPatch
Break = Callable[[Platform, Patch], Platform]


@dataclass(frozen=True)
class Mutant:
    name: str
    noticed_by: str  # the check
    table: str  # platform.stream that shows it
    broken: Break


# -- ways to break -----------------------------------------------------------------------------------


def edited(platform: Platform, name: str, /, **changes: Any) -> Platform:
    return replace(platform, streams=tuple(replace(s, **changes) if s.name == name else s for s in platform.streams))


def stream(name: str, /, **changes: Any) -> Break:
    """The declaration of one stream is wrong."""
    return lambda platform, patch: edited(platform, name, **changes)


def asking(name: str, /, **query: str | None) -> Break:
    """The query of one stream is wrong; None forgets a parameter."""

    def broken(platform: Platform, patch: Patch) -> Platform:
        whole = {**platform.stream(name).query, **query}
        return edited(platform, name, query={k: v for k, v in whole.items() if v is not None})

    return broken


def form(name: str, /, **said: str | None) -> Break:
    """The same, of a stream that asks by a form."""

    def broken(platform: Platform, patch: Patch) -> Platform:
        whole = {**(platform.stream(name).form or {}), **said}
        return edited(platform, name, form={k: v for k, v in whole.items() if v is not None})

    return broken


def body(name: str, /, **said: Any) -> Break:
    """The same, of a stream that asks by a body."""
    return lambda platform, patch: edited(platform, name, body={**platform.stream(name).body, **said})


def totals(name: str, /, **changes: Any) -> Break:
    """The sums that one stream is held against are wrong."""

    def broken(platform: Platform, patch: Patch) -> Platform:
        value = platform.stream(name).totals
        assert value is not None
        return edited(platform, name, totals=replace(value, **changes))

    return broken


def column(name: str, which: str, /, **changes: Any) -> Break:
    def broken(platform: Platform, patch: Patch) -> Platform:
        own = platform.stream(name).columns
        return edited(platform, name, columns=tuple(replace(c, **changes) if c.name == which else c for c in own))

    return broken


def without_column(name: str, which: str) -> Break:
    def broken(platform: Platform, patch: Patch) -> Platform:
        return edited(platform, name, columns=tuple(c for c in platform.stream(name).columns if c.name != which))

    return broken


def since(name: str, /, **changes: Any) -> Break:
    def broken(platform: Platform, patch: Patch) -> Platform:
        value: Any = platform.stream(name).slices
        return edited(platform, name, slices=replace(value, **changes))

    return broken


def pages(name: str, /, **changes: Any) -> Break:
    def broken(platform: Platform, patch: Patch) -> Platform:
        value: Any = platform.stream(name).pages
        return edited(platform, name, pages=replace(value, **changes))

    return broken


def parent(name: str, /, **changes: Any) -> Break:
    def broken(platform: Platform, patch: Patch) -> Platform:
        parent = platform.stream(name).parent
        assert parent is not None
        return edited(platform, name, parent=replace(parent, **changes))

    return broken


def platform_with(**changes: Any) -> Break:
    return lambda platform, patch: replace(platform, **changes)


def rule(kind: type, method: str, instead: Callable[..., Any]) -> Break:
    """A page rule is wrong."""

    def broken(platform: Platform, patch: Patch) -> Platform:
        patch.setattr(kind, method, instead)
        return platform

    return broken


def vocabulary(module: Any, name: str, instead: Any) -> Break:
    def broken(platform: Platform, patch: Patch) -> Platform:
        patch.setattr(module, name, instead)
        return platform

    return broken


def kinds(**changes: Any) -> Break:
    """Values are converted wrongly."""

    def broken(platform: Platform, patch: Patch) -> Platform:
        patch.setattr(shaping, "KINDS", {**KINDS, **changes})
        patch.setattr(shaping, "_top_level", shaping._top_level.__wrapped__)
        return platform

    return broken


def refusing(instead: Callable[[Answer], Problem | None], *statuses: int) -> Break:
    """Some statuses are understood wrongly."""

    def broken(platform: Platform, patch: Patch) -> Platform:
        refuse = platform.refuse
        return replace(platform, refuse=lambda answer: (instead if answer.status in statuses else refuse)(answer))

    return broken


def bug(answer: Answer) -> Problem:
    return Bug("refused", "The platform did not understand us.", answer.body.decode())


def later(answer: Answer) -> Problem:
    return Later("limited", "The platform asks us to slow down.", answer.body.decode())


# -- rules, broken -----------------------------------------------------------------------------------


def ends_with_the_first_page(
    self: Any, request: Any, position: Any, answer: Any, records: Any, name: Any
) -> PageResult:
    return PageResult(records, None)


def drops_the_last_page(self: Any, request: Any, position: Any, answer: Any, records: Any, name: Any) -> PageResult:
    following = at(answer.json, self.at)
    return (
        PageResult(records, {"cursor": following}) if following and len(records) == self.size else PageResult([], None)
    )


def stops_on_a_short_page(self: Any, request: Any, position: Any, answer: Any, records: Any, name: Any) -> PageResult:
    here = position.get("offset", 0)
    return PageResult(records, {"offset": here + self.size} if len(records) == self.size else None)


def asks_until_nothing_comes(
    self: Any, request: Any, position: Any, answer: Any, records: Any, name: Any
) -> PageResult:
    here = position.get("offset", 0)
    return PageResult(records, {"offset": here + len(records)} if records else None)


def goes_on_behind_the_last_moment(
    self: Any, request: Any, position: Any, answer: Any, records: Any, name: Any
) -> PageResult:
    more = len(records) >= self.size or at(answer.json, self.more)
    return PageResult(records, {"begins": f"{at(records[-1], self.by)}9"} if more else None)


def counts_what_is_left(self: Any, request: Any, position: Any) -> Any:
    text = at(request.json, self.text)
    asked = self.begins.sub(position["begins"], text) if "begins" in position else text
    return replace(request, json=put(request.json, self.text, self.limit.sub(str(self.size), asked)))


def gives_up_when_it_is_lost(
    self: Any, request: Any, position: Any, answer: Any, records: Any, name: Any
) -> PageResult:
    here, known = position.get("offset", 0), position.get("known", [])
    seen = [i for i, record in enumerate(records) if name(record) in known]
    if known and not seen:
        return PageResult(records, None)
    end = here + len(records)
    if end >= answer.json["total_items"]:
        return PageResult(records, None)
    return PageResult(records, {"offset": end - 4, "known": [name(record) for record in records[-4:]]})


def believes_any_cursor(self: Any, request: Any, position: Any, answer: Any, records: Any, name: Any) -> PageResult:
    following = at(answer.json, self.at)
    return PageResult(records, {"cursor": following} if following else None)


def takes_any_end(position: Any, records: Any, size: int, sized: bool) -> PageResult:
    return PageResult(records, None)


def full_is_one_more(position: Any, records: Any, size: int, sized: bool) -> PageResult:
    return ends.unsaid(position, records, size + 1, sized)


def believes_the_second(position: Any, records: Any, size: int, sized: bool) -> PageResult:
    return PageResult(records, None) if "sure" in position else ends.unsaid(position, records, size, sized)


def takes_any_holder(said: Any, holder: str) -> None:
    """Looks for what is around it only."""
    ends.check_holder(said, holder.rpartition(".")[0])


def takes_standing_for_the_end(
    self: Any, request: Any, position: Any, answer: Any, records: Any, name: Any
) -> PageResult:
    turn = original_count_turn(self, request, position, answer, records, name)
    return PageResult(turn.records, None) if "stood" in (turn.position or {}) else turn


def waits_for_what_is_not_told(
    self: Any, request: Any, position: Any, answer: Any, records: Any, name: Any
) -> PageResult:
    told = "report" not in position or request.bare or self.state in answer.json
    if not told:
        return PageResult([], {**position, "polls": position["polls"] + 1}, wait=self.first)
    return original_report_turn(self, request, position, answer, records, name)


original_count_turn, original_report_turn = Count.next, Report.next


def takes_the_address_for_the_cursor(
    self: Any, request: Any, position: Any, answer: Any, records: Any, name: Any
) -> PageResult:
    following = at(answer.json, "paging.next.url")
    return PageResult(records, {"cursor": following} if following else None)


def follows_any_link(self: Any, request: Any, position: Any, answer: Any, records: Any, name: Any) -> PageResult:
    following = at(answer.json, self.at)
    return PageResult(records, {"link": following} if following else None)


def mixes_filters_with_the_cursor(self: Any, request: Any, position: Any) -> Any:
    aimed = original_link_aim(self, request, position)
    return aimed.asking(**request.query) if "link" in position else aimed


original_link_aim = Link.apply
original_take = shaping._take


def forgets_the_size(self: Any, request: Any, position: Any) -> Any:
    return request.asking(offset=str(position.get("offset", 0)))


def empty_instead_of_missing(stream: Stream, answer: Answer, **how: bool) -> list[Any]:
    try:
        return find_records(stream, answer, **how)
    except Bug:
        return []


def refuses_nothing(stream: Stream, answer: Answer, **how: bool) -> list[Any]:
    found = find_records(stream, answer, **how)
    if not found:
        raise Bug("records-missing", "There is nothing.")
    return found


def rows_or_nothing(answer: Any) -> list[Any]:
    return unfold({**answer, "rows": answer.get("rows") or []})


def days_as_written(answer: Any) -> list[Any]:
    return [{**record, "date": record["date"].replace("-", "")} for record in unfold(answer)]


def forgets_what_is_left(*given: Any) -> None:
    original_take(*given)


def skips_the_group(stream: Stream, part: Any, position: Any) -> Any:
    return next_list(stream, part, position)


def everything_carries(platform: Platform, request: Request) -> Request:
    return request.with_headers(platform.authorise(CREDENTIAL))


def careless_keys(platform: Platform, patch: Patch) -> Platform:
    patch.setattr("tests.connectors.checks.answers.shaper", lambda s: replace(shaping.shaper(s), key=frozenset()))
    return platform


def remembering() -> Callable[..., Iterator[Any]]:
    """A shape with a memory: it says something else each time."""
    number = itertools.count()

    def shape(record: Any, given: Any) -> Iterator[Any]:
        yield {**record, "nth": next(number)}

    return shape


def tells_its_token(credential: Any) -> Iterator[Any]:
    raise Reconnect("bad-key", f"The key {credential.token.reveal()} is not accepted.")
    yield


def scrambled(platform: Platform, patch: Patch) -> Platform:
    return replace(platform, streams=tuple(reversed(platform.streams)))


def plainly(title: str) -> Callable[[Answer], Problem | None]:
    return lambda answer: refusal(answer, title)


def edge_is_permission(answer: Answer) -> Problem | None:
    return Configure("no-permission", "Mailchimp does not let this account read this.")


def asks_once(ask: Any) -> Callable[[Any, int], Any]:
    return lambda given, refused: None if refused else ask(given, 0)


def by_the_date_of_its_end(body: Any) -> list[Any]:
    days: dict[str, Any] = {}
    for metric in body["data"]:
        for each in metric["values"]:
            days.setdefault(each["end_time"][:10], {"date": each["end_time"][:10]})[metric["name"]] = each["value"]
    return list(days.values())


def first_dimension_only(body: Any) -> list[Any]:
    return [
        {"metric": metric["name"], "dimension": group["dimension_values"][0], "people": group["value"]}
        for metric in body["data"]
        for breakdown in metric["total_value"]["breakdowns"]
        for group in breakdown["results"]
    ]
