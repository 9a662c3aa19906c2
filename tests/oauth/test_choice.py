"""A login that sees several accounts: the page to choose from, what waits meanwhile, and who tries to misuse it."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest

from infra.demo.browser import read_page
from shared import log
from shared.messages import SyncRequested
from shared.model import Workspace, stable_id, to_doc
from shared.oauth import choices, links
from shared.oauth.links import fingerprint
from tests.oauth.connect_flow import CALLBACK, ConnectFlow, Page
from tests.oauth.example_platform import ADVERTS, OAUTH, Server, back, kept, open_flow, to_choice
from tests.oauth.test_pages import structure

BAKERY = {"id": "1", "title": "Bakery", "zone": "Europe/Vienna", "currency": "EUR", "values": {"root": "9"}}
CAFE = {"id": "2", "title": "Café", "zone": "America/New_York", "currency": "USD", "token": "MARKED-cafe"}
OLD = {"id": "3", "title": "Old shop", "closed": "It was cancelled in 2024."}
BOTH = {"pick-0": "yes", "pick-1": "yes"}


@pytest.fixture
def three() -> tuple[ConnectFlow, Server]:
    return open_flow(ADVERTS, BAKERY, CAFE, OLD)


def pending(flow: ConnectFlow) -> list[str]:
    return [name for name in flow.vault.secrets if name.startswith("pending-")]


def waiting(flow: ConnectFlow) -> list[str]:
    return [path for path in flow.documents.docs if path.startswith("choices/")]


def ticks(page: Page) -> list[dict[str, str | None]]:
    return [box for box in structure(page).of("input") if box["type"] == "checkbox"]


def nothing_connected(flow: ConnectFlow, link: str) -> None:
    assert not flow.connections()
    assert not flow.bus.published
    assert not [name for name in flow.vault.secrets if name.startswith("user-")]
    assert flow.link_doc(link).used_at is None


# -- the page ------------------------------------------------------------------------------------------


def test_all_accounts_are_shown_none_is_ticked_and_the_question_names_the_client(
    three: tuple[ConnectFlow, Server],
) -> None:
    flow, _ = three
    browser, link, address = to_choice(flow)
    assert address.startswith(f"{CALLBACK}/adverts/choose/")
    page = browser.get(address)
    assert (page.status, page.heading) == (200, "Which accounts belong to Northwind Bakery?")
    boxes = {box["id"]: box for box in structure(page).of("input")}
    assert ["checked" in box for box in boxes.values()] == [False, False, False]
    assert ["disabled" in box for box in boxes.values()] == [False, False, True]
    for words in (
        "1 · EUR · Europe/Vienna",
        "2 · USD · America/New York",
        "Cannot be chosen: It was cancelled in 2024.",
        "Tick only those that belong to Northwind Bakery; Tidewater Agency will read them. The others are not read.",
    ):
        assert words in page.html
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
    nothing_connected(flow, link)


def test_the_page_can_be_read_by_everyone(three: tuple[ConnectFlow, Server]) -> None:
    flow, _ = three
    browser, _, address = to_choice(flow)
    for page in (browser.get(address), browser.post(address, {})):
        read = structure(page)
        ids = [a["id"] for _, a in read.all if "id" in a]
        assert len(ids) == len(set(ids))
        assert {a["for"] for a in read.of("label")} == {a["id"] for a in read.of("input")}
        assert len(read.of("h1")) == len(read.of("legend")) == len(read.of("fieldset")) == 1
        assert not read.of("script")
        described = read.of("fieldset")[0].get("aria-describedby")
        assert described is None or described in ids


def test_names_that_look_like_html_stay_text() -> None:
    evil = "<script>alert(1)</script>\"'>{0}"
    flow, _ = open_flow(
        ADVERTS, {**BAKERY, "title": evil}, {**CAFE, "zone": evil, "currency": evil}, {**OLD, "closed": evil}
    )
    browser, _, address = to_choice(flow)
    for page in (browser.get(address), browser.post(address, {})):
        assert "<script>" not in page.html
        assert page.html.count("&lt;script&gt;alert(1)") == 4
    done = browser.get(browser.post(address, BOTH).location)
    assert "<script>" not in done.html


@pytest.mark.parametrize("count", [2, 20, 21])
def test_one_press_without_touching_anything_connects_nothing(count: int) -> None:
    """Ticked beforehand, it put the accounts of three other clients into one workspace."""
    flow, _ = open_flow(ADVERTS, *({"id": f"a{n}", "title": f"Account {n}"} for n in range(count)))
    browser, link, address = to_choice(flow)
    page = browser.get(address)
    assert not [box for box in structure(page).of("input") if "checked" in box]
    page = browser.post(address, page.fields())
    assert page.status == 422
    nothing_connected(flow, link)


def test_where_the_agency_connects_its_own_accounts_it_is_named_once() -> None:
    flow, _ = open_flow(ADVERTS, BAKERY, CAFE)
    flow.documents.set("workspaces/north", to_doc(Workspace("north", "Tidewater Agency")))
    browser, _, address = to_choice(flow)
    page = browser.get(address)
    assert page.heading == "Which accounts belong to Tidewater Agency?"
    assert "Tick only those that belong to Tidewater Agency, which will read them." in page.html


def test_a_login_with_thousands_shows_what_can_be_chosen_first() -> None:
    shut = [{"id": f"c{n}", "title": "Shut", "closed": "Cancelled."} for n in range(400)]
    flow, _ = open_flow(ADVERTS, *shut, *({"id": f"a{n}", "title": f"Account {n}"} for n in range(300)))
    browser, _, address = to_choice(flow)
    shown = browser.get(address)
    assert "sees 700 accounts. The first 500 of them are shown." in shown.html
    boxes = ticks(shown)
    assert len(boxes) == choices.MOST_SHOWN
    assert sum("disabled" not in box for box in boxes) == 300
    page = browser.post(address, {f"pick-{n}": "yes" for n in range(51)})
    assert page.status == 422
    assert "Please tick 50 accounts at most" in page.html
    assert page.html.count(" checked>") == 51
    assert browser.post(address, {"pick-299": "yes"}).status == 303
    assert [one.account for one in flow.connections()] == ["a299"]


def test_tokens_of_accounts_are_kept_only_as_far_as_a_secret_can_hold_them() -> None:
    flow, _ = open_flow(
        ADVERTS, *({"id": f"a{n}", "title": f"Page {n}", "token": f"{n:03d}" * 100} for n in range(400))
    )
    browser, _, address = to_choice(flow)
    (name,) = pending(flow)
    assert 40_000 < len(flow.vault.secrets[name][1]) < 64 * 1024
    count = len(ticks(browser.get(address)))
    assert 100 < count < 400
    assert browser.post(address, {f"pick-{count - 1}": "yes"}).status == 303
    (connection,) = flow.connections()
    assert kept(flow, connection.secret)["access_token"] == f"{count - 1:03d}" * 100


def test_the_browser_of_the_demonstration_ticks_all_that_can_be_ticked() -> None:
    flow, _ = open_flow(ADVERTS, *({"id": f"a{n}", "title": "A"} for n in range(22)), OLD)
    browser, _, address = to_choice(flow)
    page = browser.get(address)

    (form,) = read_page(address, page.status, page.html).forms
    assert (form.fields, len(form.boxes)) == ({"search": ""}, 22)
    assert browser.post(address, form.boxes).status == 303
    assert len(flow.connections()) == 22


# -- choosing ------------------------------------------------------------------------------------------


def test_each_chosen_account_becomes_a_connection_with_its_own_credential(three: tuple[ConnectFlow, Server]) -> None:
    flow, _ = three
    browser, link, address = to_choice(flow)
    page = browser.get(browser.post(address, BOTH).location)
    assert page.heading == "Adverts is connected"
    assert "2 accounts</dt><dd>Bakery<br>Café</dd>" in page.html
    by = {one.account: one for one in flow.connections()}
    assert set(by) == {"1", "2"}
    assert (by["1"].zone, by["1"].currency, by["1"].values) == ("Europe/Vienna", "EUR", {"root": "9"})
    assert (by["2"].zone, by["2"].currency) == ("America/New_York", "USD")
    assert by["1"].id == stable_id("north", "adverts", "1")
    assert by["1"].secret != by["2"].secret
    assert kept(flow, by["1"].secret)["access_token"] == "MARKED-access"
    assert by["1"].expires_at == flow.clock.now() + timedelta(hours=1)
    # A token of the account's own: what is known of the login's end says nothing about it.
    assert kept(flow, by["2"].secret)["access_token"] == "MARKED-cafe"
    assert by["2"].expires_at is None
    asked = {one.connection for one in flow.bus.published if isinstance(one, SyncRequested)}
    assert asked == {one.id for one in by.values()}
    assert len(flow.bus.published) == 2
    assert all(one.next_sync_at is None for one in by.values())
    assert flow.link_doc(link).used_at == flow.clock.now()
    assert pending(flow) == waiting(flow) == []


def test_an_account_that_was_not_ticked_is_not_connected(three: tuple[ConnectFlow, Server]) -> None:
    flow, _ = three
    browser, _, address = to_choice(flow)
    browser.post(address, {"pick-1": "yes"})
    assert [one.account for one in flow.connections()] == ["2"]
    assert "MARKED-access" not in str(flow.vault.secrets)


@pytest.mark.parametrize(
    "form",
    [{}, {"pick-2": "yes"}, {"pick-3": "yes"}, {"pick-99": "yes"}, {"pick--1": "yes"}, {"pick-0": ""}, {"1": "yes"}],
)
def test_at_least_one_that_can_be_read_must_be_ticked(three: tuple[ConnectFlow, Server], form: dict[str, str]) -> None:
    flow, _ = three
    browser, link, address = to_choice(flow)
    page = browser.post(address, form)
    assert page.status == 422
    assert "Nothing is ticked yet, so nothing was connected." in page.html
    assert "Please tick each account that belongs to Northwind Bakery." in page.html
    assert page.html.count(" checked>") == 0
    nothing_connected(flow, link)
    assert browser.post(address, BOTH).status == 303  # it was not used up


def test_one_account_that_can_be_read_is_connected_at_once() -> None:
    flow, _ = open_flow(ADVERTS, OLD, BAKERY)
    _, _, address = to_choice(flow)
    assert "/connected/" in address
    assert [one.account for one in flow.connections()] == ["1"]
    assert pending(flow) == waiting(flow) == []


@pytest.mark.parametrize(
    ("accounts", "words"),
    [
        ((), "Adverts shows no account to this login."),
        ((OLD,), "no account that can be read (Old shop: It was cancelled in 2024)."),
    ],
)
def test_no_account_is_said_in_words_for_the_client(accounts: Any, words: str) -> None:
    flow, _ = open_flow(ADVERTS, *accounts)
    browser, link = flow.browser(), flow.link("adverts")
    page = browser.get(back(flow.press(browser, link)))
    assert (page.status, page.heading) == (409, "There is no account to connect")
    assert words in page.html
    nothing_connected(flow, link)


def test_an_account_with_odd_values_does_not_stop_the_others() -> None:
    odd = replace(ADVERTS, values={"root": r"\d+"})
    flow, _ = open_flow(
        odd, BAKERY, {**CAFE, "values": {"root": "8"}}, {"id": "5", "title": "Odd", "values": {"root": "../x"}}
    )
    browser, _, address = to_choice(flow)
    assert "Cannot be chosen: The root of this Adverts account is not of a known form." in browser.get(address).html
    assert browser.post(address, BOTH).status == 303


def test_accounts_that_are_connected_already_are_renewed(three: tuple[ConnectFlow, Server]) -> None:
    flow, server = three
    browser, _, address = to_choice(flow)
    browser.post(address, {"pick-0": "yes"})
    (before,) = flow.connections()
    server.tokens = [{"access_token": "MARKED-newer"}]
    browser, _, address = to_choice(flow)
    page = browser.get(browser.post(address, BOTH).location)
    assert page.heading == "Adverts is connected"
    by = {one.account: one for one in flow.connections()}
    assert {name: one.secret_version for name, one in by.items()} == {"1": "1", "2": "1"}
    assert kept(flow, by["1"].secret)["access_token"] == "MARKED-newer"
    assert before.secret not in {*flow.vault.secrets, by["1"].secret}, "each connecting has a secret of its own"
    browser, _, address = to_choice(flow)
    assert browser.get(browser.post(address, BOTH).location).heading == "Adverts is connected again"


def test_a_grant_that_rotates_is_not_shared() -> None:
    rotating = replace(ADVERTS, auth=(replace(OAUTH, rotating=True),))
    flow, server = open_flow(rotating, BAKERY, CAFE)
    server.tokens = [{"access_token": "a", "refresh_token": "r", "expires_in": 60}]
    browser, _, address = to_choice(flow)
    assert browser.get(address).heading == "Which account belongs to Northwind Bakery?"
    page = browser.post(address, BOTH)
    assert page.status == 422
    assert "Please tick one account at most" in page.html
    assert browser.post(address, {"pick-0": "yes"}).status == 303


# -- failures ------------------------------------------------------------------------------------------


def failing(flow: ConnectFlow, *accounts: str) -> None:
    add, bad = flow.vault.add, {stable_id("north", "adverts", account) for account in accounts}

    def refuse(name: str, payload: bytes, labels: Any = None) -> str:
        if any(one in name for one in bad):
            raise ConnectionError("MARKED-access")
        return add(name, payload, labels)

    flow.vault.add = refuse  # type: ignore[method-assign,assignment]


@pytest.mark.parametrize(("bad", "good"), [("1", "2"), ("2", "1")])
def test_one_that_fails_does_not_stop_the_others(three: tuple[ConnectFlow, Server], bad: str, good: str) -> None:
    flow, _ = three
    browser, link, address = to_choice(flow)
    failing(flow, bad)
    page = browser.get(browser.post(address, BOTH).location)
    titles = {"1": "Bakery", "2": "Café"}
    assert [one.account for one in flow.connections()] == [good]
    assert f"<dd>{titles[good]}</dd>" in page.html
    assert f"<b>{titles[bad]}</b>: It could not be kept." in page.html
    assert "MARKED" not in page.html
    assert len(flow.bus.published) == 1
    assert flow.link_doc(link).used_at is not None
    assert pending(flow) == waiting(flow) == []


def test_when_all_fail_the_link_still_works(three: tuple[ConnectFlow, Server]) -> None:
    flow, _ = three
    browser, link, address = to_choice(flow)
    add = flow.vault.add
    failing(flow, "1", "2")
    assert browser.post(address, BOTH).status == 500
    nothing_connected(flow, link)
    assert pending(flow) == waiting(flow) == []
    flow.vault.add = add  # type: ignore[method-assign]
    browser, _, address = to_choice(flow, link)
    assert browser.post(address, BOTH).status == 303


# -- misuse --------------------------------------------------------------------------------------------


def refused(page: Page, status: int, heading: str) -> None:
    assert (page.status, page.heading) == (status, heading)


def test_a_choice_in_another_browser_is_refused(three: tuple[ConnectFlow, Server]) -> None:
    flow, _ = three
    browser, link, address = to_choice(flow)
    other, _, own = to_choice(flow)
    for stranger in (flow.browser(), other):
        refused(stranger.get(address), 403, "This was begun in another browser")
        refused(stranger.post(address, BOTH), 403, "This was begun in another browser")
    nothing_connected(flow, link)
    refused(browser.post(own, BOTH), 403, "This was begun in another browser")
    assert browser.post(address, BOTH).status == 303


def test_a_choice_counts_once(three: tuple[ConnectFlow, Server]) -> None:
    flow, _ = three
    browser, _, address = to_choice(flow)
    assert browser.post(address, {"pick-0": "yes"}).status == 303
    refused(browser.post(address, {"pick-1": "yes"}), 409, "Already connected")
    refused(browser.get(address), 409, "Already connected")
    assert [one.account for one in flow.connections()] == ["1"]


def test_of_two_who_choose_at_the_same_moment_one_does(three: tuple[ConnectFlow, Server]) -> None:
    flow, _ = three
    browser, _, address = to_choice(flow)
    ready, pages = threading.Barrier(2), list[Page]()
    find = choices.Choices.find

    def together(self: choices.Choices, token: str) -> choices.Choice | None:
        found = find(self, token)
        ready.wait(5)  # both have seen it unused
        return found

    def choose(number: int) -> None:
        pages.append(browser.post(address, {f"pick-{number}": "yes"}))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(choices.Choices, "find", together)
        threads = [threading.Thread(target=choose, args=(number,)) for number in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    won, lost = sorted(page.status for page in pages)
    assert (won, lost) in {(303, 409), (303, 410)}  # the choice is used up, or already the link
    assert len(flow.connections()) == len(flow.bus.published) == 1


def test_a_choice_ends_after_half_an_hour_and_takes_its_credential_along(three: tuple[ConnectFlow, Server]) -> None:
    flow, _ = three
    browser, link, address = to_choice(flow)
    flow.clock.forward(minutes=30)
    refused(browser.get(address), 410, "That took more than half an hour")
    assert pending(flow) == waiting(flow) == []
    nothing_connected(flow, link)


def test_what_nobody_chose_is_cleared_away_by_whoever_comes_next(three: tuple[ConnectFlow, Server]) -> None:
    flow, _ = three
    to_choice(flow)
    assert len(pending(flow)) == 1
    flow.clock.forward(days=3)
    flow.connect("mailchimp")
    assert pending(flow) == waiting(flow) == []


def test_a_process_that_died_while_connecting_leaves_nothing_for_ever(three: tuple[ConnectFlow, Server]) -> None:
    flow, _ = three
    browser, _, address = to_choice(flow)

    class Killed(BaseException):
        pass

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(choices.Choices, "open", lambda *_: (_ for _ in ()).throw(Killed))
        patch.setattr(choices.Choices, "end", lambda *_: None)
        with pytest.raises(Killed):
            browser.post(address, BOTH)
    refused(browser.post(address, BOTH), 409, "This choice was already made")
    assert len(pending(flow)) == 1
    flow.clock.forward(minutes=30)
    flow.connect("mailchimp")
    assert pending(flow) == waiting(flow) == []


def test_clearing_away_never_stands_in_the_way(three: tuple[ConnectFlow, Server]) -> None:
    flow, _ = three
    to_choice(flow)
    flow.clock.forward(hours=1)

    def refuse(name: str) -> None:
        raise PermissionError

    flow.vault.delete = refuse  # type: ignore[method-assign]
    assert "is connected" in flow.connect("mailchimp").heading


def test_a_link_withdrawn_meanwhile_connects_nothing(three: tuple[ConnectFlow, Server]) -> None:
    flow, _ = three
    browser, link, address = to_choice(flow)
    links.revoke(flow.documents, flow.clock, flow.link_doc(link).id)
    refused(browser.post(address, BOTH), 410, "This link was withdrawn")
    assert pending(flow) == waiting(flow) == []
    assert not flow.connections()


def test_two_choices_of_one_link_connect_once(three: tuple[ConnectFlow, Server]) -> None:
    flow, _ = three
    link = flow.link("adverts")
    first, _, first_address = to_choice(flow, link)
    second, _, second_address = to_choice(flow, link)
    assert first.post(first_address, {"pick-0": "yes"}).status == 303
    refused(second.post(second_address, {"pick-1": "yes"}), 410, "This link has already been used")
    assert [one.account for one in flow.connections()] == ["1"]
    assert pending(flow) == []


def test_another_platforms_address_and_other_ways_in_are_refused(three: tuple[ConnectFlow, Server]) -> None:
    flow, _ = three
    browser, link, address = to_choice(flow)
    refused(
        browser.post(address.replace("/adverts/", "/mailchimp/"), BOTH), 403, "This answer belongs to something else"
    )
    for name in ("", "x", "A" * 43, "..%2f", fingerprint(address.rsplit("/", 1)[1])):
        assert browser.post(f"{CALLBACK}/adverts/choose/{name}", BOTH).status in {404, 409}
    for method in ("PUT", "DELETE", "HEAD", "OPTIONS"):
        assert browser.get(address, method=method).status == 405
    nothing_connected(flow, link)
    assert browser.post(address, BOTH).status == 303


def test_the_credential_waits_in_the_vault_and_nowhere_else(
    three: tuple[ConnectFlow, Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    flow, _ = three
    out = StringIO()
    monkeypatch.setattr(log, "stream", out)
    browser, _, address = to_choice(flow)
    browser.get(address)
    (name,) = pending(flow)
    assert name == f"pending-{fingerprint(address.rsplit('/', 1)[1])}"
    assert "MARKED-access" in str(flow.vault.secrets[name])
    assert "MARKED-cafe" in str(flow.vault.secrets[name])
    (where,) = waiting(flow)
    assert flow.documents.docs[where]["until"] == flow.clock.now() + timedelta(minutes=30)
    assert flow.documents.docs[where]["expires_at"] > flow.clock.now() + timedelta(days=7)
    browser.post(address, BOTH)
    for text in (str(flow.documents.docs), "".join(flow.seen), out.getvalue(), str(flow.bus.published)):
        assert "MARKED" not in text
    assert address.rsplit("/", 1)[1] not in str(flow.documents.docs)


# -- links that renew ----------------------------------------------------------------------------------


def connected(flow: ConnectFlow, number: int) -> str:
    browser, _, address = to_choice(flow)
    browser.post(address, {f"pick-{number}": "yes"})
    return stable_id("north", "adverts", str(number + 1))


def test_a_link_that_renews_takes_its_account_among_several_without_asking(three: tuple[ConnectFlow, Server]) -> None:
    flow, server = three
    cafe = connected(flow, 1)
    server.accounts[1] = {**CAFE, "token": "MARKED-again"}
    _, _, address = to_choice(flow, flow.link("adverts", reconnects=cafe))
    assert "/connected/" in address
    (one,) = flow.connections()
    assert one.id == cafe
    assert [name for name in flow.vault.secrets if name.startswith("user-")] == [one.secret]
    assert kept(flow, one.secret)["access_token"] == "MARKED-again"
    assert pending(flow) == []


@pytest.mark.parametrize(
    ("accounts", "status", "words"),
    [
        ([CAFE, OLD], 409, "you are signed in to “Café, Old shop”"),
        ([{**BAKERY, "closed": "Cancelled."}, CAFE], 409, "no account that can be read (Bakery: Cancelled)"),
        ([], 409, "shows no account to this login"),
    ],
)
def test_a_link_that_renews_takes_no_other(
    three: tuple[ConnectFlow, Server], accounts: list[Any], status: int, words: str
) -> None:
    flow, server = three
    bakery = connected(flow, 0)
    before = flow.documents.docs[f"workspaces/north/connections/{bakery}"]
    server.accounts = accounts
    browser, link = flow.browser(), flow.link("adverts", reconnects=bakery)
    page = browser.get(back(flow.press(browser, link)))
    assert page.status == status
    assert words in page.html
    assert flow.documents.docs[f"workspaces/north/connections/{bakery}"] == before
    assert flow.link_doc(link).used_at is None
    assert pending(flow) == []


def test_a_choice_whose_workspace_is_erased_while_it_is_kept_leaves_no_credential(
    three: tuple[ConnectFlow, Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    flow, _ = three
    add = flow.vault.add

    def erased_before(name: str, *args: Any, **more: Any) -> str:
        if name.startswith("pending-"):
            for path in waiting(flow):
                flow.documents.delete(path)
        return add(name, *args, **more)

    monkeypatch.setattr(flow.vault, "add", erased_before)
    browser, _, address = to_choice(flow)
    assert browser.get(address).heading == "This choice was already made"
    assert pending(flow) == []


def test_what_waits_says_of_which_workspace_it_is(three: tuple[ConnectFlow, Server]) -> None:
    flow, _ = three
    to_choice(flow)
    assert choices.pending_of(flow.vault, "north") == pending(flow) != []
    assert choices.pending_of(flow.vault, "south") == []
