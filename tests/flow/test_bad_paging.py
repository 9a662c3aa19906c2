"""Lists that lead astray: hostile next pages, circles, totals that are not true, holes in the middle, lost parents."""

from __future__ import annotations

import io
from itertools import count
from typing import Any

import httpx2
import pytest

from shared import log
from shared.vocabulary.paging import Count
from shared.vocabulary.wire import Answer, Request
from tests.flow.bad import Trouble, refused_rows, trouble
from tests.flow.pages import SMALL, small_pages
from tests.flow.test_bad_input import ended_badly
from tests.flow.test_bad_values import complete, recovered

pytestmark = pytest.mark.slow

PAGED = [("emailoctopus", "contacts"), ("constant_contact", "contacts"), ("mailchimp", "list_members")]
MANY = {
    "emailoctopus": {"lists": 1, "contacts": 40, "campaigns": 3},
    "mailchimp": {"lists": 1, "members": 40, "campaigns": 3, "days": 3, "recipients": 5},
    "constant_contact": {"contacts": 40, "campaigns": 3},
}
STYLES = ["foreign", "http", "userinfo", "suffix", "relative", "port"]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "stream", io.StringIO())
    small_pages(monkeypatch)


def paged(name: str, stream: str) -> Trouble:
    return trouble(name, stream, counts=MANY[name])


# -- where the next page is -----------------------------------------------------------------------------

ELSEWHERE = [
    "https://[::1/v3",
    "https://api.cc.email:port/v3",
    "https://api.cc.email:99999/v3",
    "https://169.254.169.254/computeMetadata/v1/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://API.cc.email.attacker.example",
    "https://api.cc.email\\@attacker.example/",
    "https://\u0430pi.cc.email/v3/contacts",
    "//attacker.example",
    "/" + "x" * 9_000,
    5,
    ["https://attacker.example"],
    {"href": "https://attacker.example"},
    True,
]


@pytest.mark.parametrize("times", [1, None], ids=["once", "always"])
@pytest.mark.parametrize("style", STYLES)
def test_a_next_page_elsewhere_is_never_asked_for(style: str, times: int | None) -> None:
    case = paged("constant_contact", "contacts")
    case.fault("hostile_next", times=times, style=style)
    assert ended_badly(case, case.sync("first"), {"foreign-link"})
    stayed_at_home(case, "api.cc.email")
    recovered(case)


@pytest.mark.parametrize("link", ELSEWHERE, ids=lambda link: str(link)[:40])
def test_a_next_page_that_is_no_address_is_never_asked_for(link: Any) -> None:
    case = paged("constant_contact", "contacts")

    def lead_away(body: Any, request: httpx2.Request) -> Any:
        body["_links"] = {"next": {"href": link}}
        return body

    case.alter(lead_away)
    codes = {"foreign-link", "odd-place", "paging-stands-still", "odd-address", "foreign-host"}
    assert ended_badly(case, case.sync("first"), codes)
    stayed_at_home(case, "api.cc.email")
    recovered(case)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("name", "stream"), [PAGED[0], PAGED[2]])
def test_addresses_that_we_do_not_follow_cannot_lead_us(name: str, stream: str, style: str) -> None:
    """EmailOctopus sends a next address beside its cursor, Mailchimp none: only what the rule reads is ever used."""
    case = paged(name, stream)
    case.fault("hostile_next", style=style)
    complete(case, case.sync("first"))
    stayed_at_home(case, "api.emailoctopus.com", "us14.api.mailchimp.com")


def stayed_at_home(case: Trouble, *hosts: str) -> None:
    for request in case.meddler.asked:
        assert request.url.scheme == "https"
        assert request.url.host in hosts
        assert request.url.port in (None, 443)
        assert request.headers["authorization"]


# -- circles --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "stream"), PAGED)
def test_the_first_page_again_and_again(name: str, stream: str) -> None:
    case = paged(name, stream)
    case.fault("repeated_page")
    bad = ended_badly(case, case.sync("first"), {"paging-stands-still", "total-disagrees"})
    assert bad
    assert all(part["calls"] <= 3 for part in bad)
    recovered(case)


@pytest.mark.parametrize("round_", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("lead", [0, 1, 4])
@pytest.mark.parametrize(("name", "stream", "place"), [
    ("emailoctopus", "contacts", "starting_after"), ("constant_contact", "contacts", "href"),
])  # fmt: skip
def test_places_that_lead_around_in_a_circle(name: str, stream: str, place: str, lead: int, round_: int) -> None:
    """Whatever the length of the circle and of the way into it, it is noticed, and soon."""
    case = paged(name, stream)
    page = count()

    def around(body: Any, request: httpx2.Request) -> Any:
        number = next(page)
        where = f"place-{number if number < lead else lead + (number - lead) % round_}"
        if place == "href":
            body["_links"] = {"next": {"href": f"/v3/contacts?cursor={where}"}}
        else:
            body["paging"] = {"next": {place: where}}
        return body

    # The sandbox knows no such places: whatever is asked, it answers as if it were the beginning.
    forgetful(case, {"cursor", "starting_after"})
    case.alter(around)
    bad = ended_badly(case, case.sync("first"), {"paging-stands-still"})
    assert bad
    assert all(part["calls"] <= 4 * (lead + round_) + 4 for part in bad)
    case.meddler.inner = case.meddler.inner.inner  # type: ignore[attr-defined]
    recovered(case)


class Forgetful(httpx2.BaseTransport):
    def __init__(self, inner: httpx2.BaseTransport, names: set[str]) -> None:
        self.inner, self.names = inner, names

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        kept = [(name, value) for name, value in request.url.params.multi_items() if name not in self.names]
        url = request.url.copy_with(params=kept)
        return self.inner.handle_request(httpx2.Request(request.method, url, headers=request.headers))


def forgetful(case: Trouble, names: set[str]) -> None:
    case.meddler.inner = Forgetful(case.meddler.inner, names)


@pytest.mark.parametrize("cursor", ["x" * 8_001, 5, ["a"], {"a": 1}, True])
def test_a_cursor_that_is_none(cursor: Any) -> None:
    case = paged("emailoctopus", "contacts")

    def odd(body: Any, request: httpx2.Request) -> Any:
        body["paging"] = {"next": {"starting_after": cursor}}
        return body

    case.alter(odd)
    assert ended_badly(case, case.sync("first"), {"odd-place", "paging-stands-still"})
    recovered(case)


def test_a_list_in_another_order_each_time_does_not_go_on_for_ever() -> None:
    case = paged("mailchimp", "list_members")
    number = count()

    def shuffled(body: Any, request: httpx2.Request) -> Any:
        for member in body["members"]:
            member["id"] = f"{next(number):032x}"
        return body

    case.alter(shuffled)
    bad = ended_badly(case, case.sync("first"), {"list-unsteady"})
    assert bad
    assert bad[0]["calls"] < 200


# -- totals ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("total", [0, -1, 1, 5, 31, True, None, "40", 40.0, [40], "", 10**30])
@pytest.mark.parametrize(("name", "stream", "path"), [
    ("mailchimp", "list_members", "total_items"), ("constant_contact", "contacts", "contacts_count"),
])  # fmt: skip
def test_a_total_that_is_none_or_too_small_ends_no_reading_early(name: str, stream: str, path: str, total: Any) -> None:
    """How many there are is told by the list itself; a total is a proof, and an absurd one proves nothing."""
    case = paged(name, stream)
    case.alter(lambda body, request: {**body, path: total} if body.get(path, 0) > 20 else body)
    run = case.sync("first")
    if (name, total) == ("mailchimp", "40"):  # the text of a number is one, and so many there are not
        assert {problem["code"] for problem in run["problems"]} == {"rows-missing"}
    else:
        complete(case, run)
    recovered(case)


@pytest.mark.parametrize("many", [9_999, 10_000, 10_001, 12_345, 20_000, 20_001])
def test_a_total_that_stops_counting_at_a_round_number(many: int) -> None:
    rule, found, calls = Count(1000), list[int](), 0
    position: dict[str, Any] | None = {}
    while position is not None:
        calls += 1
        request = rule.apply(Request("GET", "https://api.example.com"), position)
        start = int(request.query["offset"])
        rows = [{"id": number} for number in range(start, min(start + 1000, many))]
        answer = Answer(200, {}, b"", {"total_items": min(many, 10_000)}, is_json=True)
        turn = rule.next(request, position, answer, rows, lambda row: str(row["id"]))
        found += [row["id"] for row in turn.records]
        position = turn.position
    assert found == list(range(many))
    assert calls <= many // 996 + 2


@pytest.mark.parametrize("total", [41, 1_000, 2**53, 2**63, 2**64 - 1])
def test_a_total_beyond_what_is_sent_is_told(total: int) -> None:
    """With offsets the total says where the end is, so what it promises and does not send may be missing."""
    case = paged("mailchimp", "list_members")
    case.alter(lambda body, request: {**body, "total_items": total})
    assert ended_badly(case, case.sync("first"), {"total-disagrees"})
    recovered(case)


@pytest.mark.parametrize("total", [41, 1_000, 2**53, 2**63, 2**64 - 1])
def test_where_a_link_says_it_is_the_end_an_absurd_total_is_only_told(total: int) -> None:
    """All that was shown is there; what can be believed to be missing keeps the run from being called whole."""
    case = paged("constant_contact", "contacts")
    case.alter(lambda body, request: {**body, "contacts_count": total} if "contacts_count" in body else body)
    run = case.sync("first")
    if total < 10**12:
        assert [(problem["stream"], problem["code"]) for problem in run["problems"]] == [("contacts", "rows-missing")]
        assert not case.world.differences().missing
    else:
        complete(case, run)
    (part,) = case.slices(run)
    assert {told["theirs"] for told in part["proof"].values()} == ({total} if total < 10**12 else set())


# -- holes ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "stream"), PAGED)
def test_an_empty_page_in_the_middle_is_not_the_end(name: str, stream: str) -> None:
    case = paged(name, stream)
    page = count()

    def empty(body: Any, request: httpx2.Request) -> Any:
        """The second answer holds no rows, though it leads on; what it would have held comes with the one after."""
        if next(page) == 1:
            body[case.records] = []
            if name == "emailoctopus":
                body["paging"] = {"next": {"starting_after": request.url.params["starting_after"] + "="}}
            if name == "constant_contact":
                body["_links"] = {
                    "next": {"href": str(request.url.copy_merge_params({"cursor": asked(request) + "="}))}
                }
        return body

    case.alter(empty)
    run = case.sync("first")
    complete(case, run)
    recovered(case)


def asked(request: httpx2.Request) -> str:
    return str(request.url.params["cursor"])


@pytest.mark.parametrize(("name", "stream"), PAGED)
@pytest.mark.parametrize("after", [1, 2, 4])
@pytest.mark.parametrize("kind", ["missing_records", "not_json", "null_key", "redirect"])
def test_a_hole_after_some_pages_keeps_those_and_is_filled_later(name: str, stream: str, after: int, kind: str) -> None:
    """What was read before the hole is loaded; the cursor stays before it; the next sync begins where it was."""
    case = paged(name, stream)
    case.fault(kind, after=after)
    bad = ended_badly(case, case.sync("first"), {"records-missing", "not-json", "key-missing", "redirected"})
    assert bad
    # With offsets a page begins with rows that are known, and one that is known already cannot spoil it.
    assert bad[0]["page"] == after or (bad[0]["page"] > after and (name, kind) == ("mailchimp", "null_key"))
    assert len(case.rows()) == bad[0]["rows"] >= after
    recovered(case)


@pytest.mark.parametrize(("name", "stream"), PAGED)
def test_a_hole_in_a_later_reading_leaves_the_cursor_where_it_was(name: str, stream: str) -> None:
    case = paged(name, stream)
    complete(case, case.sync("first"))
    before = case.world.cursors()
    case.world.clock.forward(hours=8)
    case.world.box.change()
    case.fault("null_key")
    run = case.sync("second")
    assert run["state"] == "partly"
    assert {problem["stream"] for problem in run["problems"]} == {stream}
    after = case.world.cursors()
    held = {doc["id"] for doc in before.values() if doc["stream"] == stream}
    assert held
    assert all(after[name] == before[name] for name in held)
    assert all(after[name]["until"] > before[name]["until"] for name in set(before) - held)
    case.heal()
    case.world.clock.forward(hours=8)
    assert case.sync("third")["state"] == "completed"
    assert not case.world.differences(), str(case.world.differences())[:800]


@pytest.mark.parametrize(("name", "stream", "parents"), [
    ("emailoctopus", "contacts", "lists"), ("emailoctopus", "campaign_contact_reports", "campaigns"),
    ("mailchimp", "list_members", "lists"), ("mailchimp", "sent_to", "campaigns"),
])  # fmt: skip
def test_one_bad_slice_of_several_hurts_no_other(name: str, stream: str, parents: str) -> None:
    counts = {"lists": 3, "campaigns": 6}
    case = trouble(name, stream, counts=MANY[name] | counts)
    case.fault("missing_records", times=1)
    run = case.sync("first")
    bad = ended_badly(case, run, {"records-missing"})
    good = [part for part in case.slices(run) if part not in bad]
    assert len(bad) == 1
    assert len(good) >= 2
    assert len(case.rows()) == sum(part["rows"] for part in good) > 0
    if case.stream.keeps_cursor:
        held = {doc["partition"] for doc in case.world.cursors().values() if doc["stream"] == stream}
        assert held == {part["partition"] for part in good}
    recovered(case)


# -- parents that go ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "stream", "parents", "gone"), [
    ("emailoctopus", "contacts", "/lists", lambda world: world.delete_list(next(iter(world.lists))["id"])),
    ("emailoctopus", "campaign_summary", "/campaigns",
     lambda world: world.delete_campaign(next(iter(world.sent))["id"])),
    ("emailoctopus", "campaign_contact_reports", "/campaigns",
     lambda world: world.delete_campaign(next(iter(world.sent))["id"])),
    ("mailchimp", "list_members", "/3.0/lists", lambda world: world.delete_list(next(iter(world.lists))["id"])),
    ("mailchimp", "sent_to", "/3.0/reports", lambda world: world.delete_campaign(next(iter(world.reports))["id"])),
    ("mailchimp", "interests", "/3.0/lists", lambda world: world.delete_list(next(iter(world.lists))["id"])),
    ("constant_contact", "campaign_stats", "/v3/emails",
     lambda world: world.remove_campaign(next(iter(world.sent))["campaign_id"])),
    ("constant_contact", "campaign_activities", "/v3/emails",
     lambda world: world.remove_campaign(next(iter(world.sent))["campaign_id"])),
])  # fmt: skip
def test_a_parent_that_goes_while_we_read_is_no_error(name: str, stream: str, parents: str, gone: Any) -> None:
    case = trouble(name, stream, counts=MANY[name] | {"lists": 3, "campaigns": 8})
    left = [1]

    def delete(call: Any, answer: Any) -> None:
        if call.path == parents and left:
            left.pop()
            gone(case.world.box.world)

    case.world.box.between_pages(delete)
    run = case.sync("first")
    assert not left
    assert run["state"] == "completed", run["problems"]
    case.world.clock.forward(hours=8)
    run = case.sync("second")
    assert run["state"] == "completed", run["problems"]
    assert not case.world.differences(), str(case.world.differences())[:800]


def test_a_refusal_at_the_edge_is_not_taken_for_a_campaign_without_reports() -> None:
    """EmailOctopus answers 403 for reports of a draft; so does the server before it, when it is busy."""
    case = trouble("emailoctopus", "campaign_summary", counts=MANY["emailoctopus"] | {"campaigns": 6})
    case.fault("status", times=2, status=403, html=True)
    run = case.sync("first")
    rows = complete(case, run)
    assert rows
    assert not any("absent" in part["notes"] for part in case.slices(run))


def test_what_the_platform_has_no_reports_of_is_noted() -> None:
    case = trouble("emailoctopus", "campaign_summary", counts=MANY["emailoctopus"] | {"campaigns": 6})
    case.fault("status", times=1, status=404)
    run = case.sync("first")
    assert run["state"] == "completed"
    assert sum("absent" in part["notes"] for part in case.slices(run)) == 1
    assert len(case.rows()) == len(case.known()) - 1
    recovered(case)
    assert not refused_rows(case.world)


def test_pages_are_small_here() -> None:
    case = paged("mailchimp", "list_members")
    run = case.sync("first")
    assert case.slices(run)[0]["calls"] > 40 // SMALL
