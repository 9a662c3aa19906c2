"""What a person is asked for besides consent or a key: read strictly, put into addresses, kept with the credential."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from infra.demo.browser import read_page
from infra.demo.connecting import _answered
from shared.errors import Bug
from shared.oauth import form_fields
from shared.oauth.flow import filled
from shared.vocabulary.access import Field, Key, OAuth
from shared.vocabulary.platform import Platform
from tests.oauth.connect_flow import CALLBACK, Browser, ConnectFlow, Page
from tests.oauth.example_platform import ADVERTS, BY_SHOP, REGION, SHOP, WITH_SHOP, back, kept, open_flow
from tests.oauth.test_pages import structure

ANSWERS = {"ask-shop": " https://north-wind.adverts.example/ ", "ask-region": "Europe"}
ACCOUNT = {"id": "1", "title": "Bakery"}


def asked(flow: ConnectFlow) -> tuple[Browser, str, Page]:
    browser, link = flow.browser(), flow.link("adverts")
    return browser, link, flow.press(browser, link)


def states(flow: ConnectFlow) -> list[str]:
    return [path for path in flow.documents.docs if path.startswith("states/") and "signing" not in path]


def test_the_way_over_begins_with_what_must_be_known() -> None:
    flow, server = open_flow(WITH_SHOP, ACCOUNT)
    browser, link, page = asked(flow)
    assert (page.status, page.heading) == (200, "Before you go on to Adverts")
    assert not page.onward
    assert states(flow) == []  # nothing has begun yet
    over = browser.post(link, {**page.fields(), **ANSWERS})
    assert over.onward.startswith("https://north-wind.adverts.example/oauth/authorize?")
    done = browser.get(back(over))
    assert done.status == 303
    assert server.asked_for_access[0].url.host == "north-wind.adverts.example"
    (connection,) = flow.connections()
    assert connection.values == {"shop": "north-wind", "region": "eu"}
    assert kept(flow, connection.secret)["values"] == {"shop": "north-wind", "region": "eu"}


def test_the_page_says_what_is_wrong_and_keeps_what_was_typed() -> None:
    flow, _ = open_flow(WITH_SHOP)
    browser, link, page = asked(flow)
    for form, words in (
        ({}, ["Please fill this in.", "Please choose one."]),
        ({**ANSWERS, "ask-shop": "two words"}, ["This does not look as it should.", 'value="two words"']),
        ({**ANSWERS, "ask-region": "Mars"}, ["This is not one of these."]),
    ):
        wrong = browser.post(link, {**page.fields(), **form})
        assert wrong.status == 422
        assert "<title>Error: " in wrong.html
        for word in words:
            assert word in wrong.html
        read = structure(wrong)
        ids = [a["id"] for _, a in read.all if "id" in a]
        assert len(ids) == len(set(ids))
        labels = {a["for"] for a in read.of("label")}
        for field in read.of("input"):
            assert field.get("type") == "hidden" or field["id"] in labels
        for _, attributes in read.all:
            for described in (attributes.get("aria-describedby") or "").split():
                assert described in ids
        assert sum("autofocus" in a for _, a in read.all) == 1
    assert states(flow) == []
    # What was right stays chosen.
    half = browser.post(link, {**page.fields(), "ask-region": "Elsewhere"})
    assert 'value="Elsewhere" required checked>' in half.html


HOSTILE = [
    "evil.example",
    "evil.example/x",
    "north.evil.example",
    "north.adverts.example.evil.example",
    "evil.example#.adverts.example",
    "evil.example/.adverts.example",
    "user@evil.example",
    "north:443",
    "north\\.evil",
    "north%2fevil",
    "north\nevil",
    "north\x00",
    "../north",
    "{shop}",
    "{",
    "-north",
    "nörth",
    "ｎorth",
    "http://north.adverts.example",
    "javascript:alert(1)",
    "x" * 61 + "y",
    "x" * 5000,
]


@pytest.mark.parametrize("shop", HOSTILE)
def test_hostile_answers_lead_nowhere(shop: str) -> None:
    flow, server = open_flow(WITH_SHOP, ACCOUNT)
    browser, link, page = asked(flow)
    wrong = browser.post(link, {**page.fields(), **ANSWERS, "ask-shop": shop})
    assert wrong.status == 422
    assert not wrong.onward
    assert not server.sent
    assert states(flow) == []


def test_the_button_of_this_page_needs_its_proof_too() -> None:
    flow, _ = open_flow(WITH_SHOP)
    browser, link, page = asked(flow)
    for who, form in ((flow.browser(), page.fields()), (browser, {**page.fields(), "token": "x"})):
        assert who.post(link, {**form, **ANSWERS}).status == 403
    assert states(flow) == []


def test_answers_are_bound_to_the_attempt() -> None:
    """What the platform's answer says about the shop changes nothing."""
    flow, server = open_flow(WITH_SHOP, ACCOUNT)
    browser, link, page = asked(flow)
    over = browser.post(link, {**page.fields(), **ANSWERS})
    browser.get(back(over, shop="evil.example") + "&ask-shop=evil")
    assert {request.url.host for request in server.asked_for_access} == {"north-wind.adverts.example"}
    assert "evil" not in str(flow.documents.docs)


def test_trying_again_keeps_the_answers() -> None:
    flow, server = open_flow(WITH_SHOP, ACCOUNT)
    server.tokens = [(503, {}), {"access_token": "a"}]
    browser, link, page = asked(flow)
    over = browser.post(link, {**page.fields(), **ANSWERS})
    again = browser.get(back(over))
    assert again.status == 503
    assert again.onward.startswith("https://north-wind.adverts.example/oauth/authorize?")
    assert browser.get(back(again)).status == 303


def test_names_that_look_like_html_stay_text() -> None:
    evil = "<script>alert(1)</script>\"'>{0}"
    fields = (Field("shop", evil, evil), Field("region", evil, evil, choices={evil: {}}))
    flow, _ = open_flow(replace(WITH_SHOP, auth=(replace(BY_SHOP, asks=fields),)))
    browser, link, page = asked(flow)
    for shown in (page, browser.post(link, {**page.fields(), "ask-shop": evil})):
        assert "<script" not in shown.html
        structure(shown)


def test_an_address_is_filled_only_with_what_its_pattern_allows() -> None:
    assert filled(WITH_SHOP, "https://{shop}.x/{region}", {"shop": "a", "region": "us"}) == "https://a.x/us"
    assert filled(WITH_SHOP, "https://x/", {}) == "https://x/"
    for values in ({}, {"shop": "A"}, {"shop": "a.b"}, {"shop": "a\n"}):
        with pytest.raises(Bug):
            filled(WITH_SHOP, "https://{shop}.x/", values)
    with pytest.raises(Bug):  # a name without a pattern is never filled in
        filled(ADVERTS, "https://{shop}.x/", {"shop": "a"})


def test_hosts_stay_pinned_when_addresses_are_filled() -> None:
    loose = replace(
        WITH_SHOP,
        auth=(replace(BY_SHOP, authorize="https://{shop}/authorize", asks=(Field("shop", "Shop"),)),),
        values={"shop": ".+"},
    )
    flow, server = open_flow(loose)
    browser, link, page = asked(flow)
    refused = browser.post(link, {**page.fields(), "ask-shop": "evil.example"})
    assert refused.status == 500
    assert "evil.example" not in refused.html
    assert states(flow) == []
    assert not server.sent


def keyed(**more: Any) -> Platform:
    way = Key("Under your name.", r"mc_\w+", asks=(Field("user", "User number", pattern=r"\d+"), REGION), **more)
    return replace(WITH_SHOP, auth=(way,), values={"region": "eu|us"})


def test_a_key_form_asks_as_well() -> None:
    flow, _ = open_flow(keyed(name="access token"), ACCOUNT)
    browser, link = flow.browser(), flow.link("adverts")
    assert "you paste an access token from Adverts" in browser.get(link).html
    form = flow.press(browser, link)
    assert form.heading == "Paste your Adverts access token"
    target = f"{CALLBACK}/adverts"
    wrong = browser.post(target, {**form.fields(), "key": "mc_MARKED", "ask-user": "x7", "ask-region": "Europe"})
    assert wrong.status == 422
    assert 'value="x7"' in wrong.html
    assert "MARKED" not in wrong.html
    structure(wrong)
    answers = {"ask-user": "7", "ask-region": "Elsewhere"}
    assert browser.post(target, {**wrong.fields(), "key": "mc_MARKED", **answers}).status == 303
    (connection,) = flow.connections()
    assert kept(flow, connection.secret) | {"obtained_at": ""} == {
        "api_key": "mc_MARKED", "refresh_token": "", "expires_at": "", "scopes": [], "how": "key", "obtained_at": "",
        "refresh_expires_at": "", "values": {"user": "7", "region": "us"},
    }  # fmt: skip
    assert "MARKED" not in str(flow.documents.docs)


def test_a_long_key_has_a_place_of_several_lines() -> None:
    flow, _ = open_flow(keyed(long=True))
    form = flow.press(flow.browser(), flow.link("adverts"))
    (box,) = structure(form).of("textarea")
    assert (box["name"], box["id"]) == ("key", "key")


def test_a_choice_stands_for_all_that_follows_from_it() -> None:
    field = Field("region", "Where", choices={"Europe": {"region": "eu", "host": "a"}, "Elsewhere": {"region": "xx"}})
    found = form_fields.read(WITH_SHOP, (field,), {"ask-region": "Europe"})
    assert found.values == {"region": "eu", "host": "a"}
    assert form_fields.read(
        WITH_SHOP, (field,), {"ask-region": "Elsewhere"}
    ).wrong  # not what the platform's pattern allows
    assert form_fields.read(WITH_SHOP, (SHOP,), {"ask-shop": "north"}).values == {"shop": "north"}


def test_the_authorize_call_says_what_the_platform_wants_said() -> None:
    way: OAuth = replace(BY_SHOP, scope_separator=",", extra={"access_type": "offline", "state": "never this"})
    flow, _ = open_flow(replace(WITH_SHOP, auth=(way,)))
    browser, link, page = asked(flow)
    query = parse_qs(urlsplit(browser.post(link, {**page.fields(), **ANSWERS}).onward).query)
    assert query["scope"] == ["read_ads,read_people"]
    assert query["access_type"] == ["offline"]
    assert query["state"] != ["never this"]


def test_the_sandboxes_answers_reach_the_page() -> None:
    """The scripted browser of the demonstration answers, and takes the first choice where it was told nothing."""
    flow, _ = open_flow(WITH_SHOP)
    _, _, page = asked(flow)

    (form,) = read_page("https://x/", page.status, page.html).forms
    assert _answered(form, {"shop": "north"}) == {"ask-shop": "north", "ask-region": "Europe"}
