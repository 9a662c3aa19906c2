"""Who speaks is checked before anything is written; what is kept is published; and nobody waits for more."""

from __future__ import annotations

import json
from itertools import permutations
from typing import Any

import flask
import pytest
from werkzeug.test import TestResponse

from shared.calls.receiving import FOR_PROGRAMS, LARGEST, Receiver
from shared.messages import PlatformCalled
from shared.model import NEWER
from shared.platforms import PLATFORMS
from shared.settings import load
from tests.calls.signing import BODIES, SECRET, SHOP, meta, shopify
from tests.support.memory import MemoryBus, MemoryDocuments, MemoryVault, Time

ADDRESS = "https://example.com/platform-calls"
SETTINGS = load(env={"GOOGLE_CLOUD_PROJECT": "p", "TRIBUTARY_BUCKET": "b", "TRIBUTARY_CALLS_URL": ADDRESS})


class Door:
    """The function behind a framework's client, with an app for each platform that calls."""

    def __init__(self, **ids: str) -> None:
        self.documents, self.vault, self.bus, self.clock = MemoryDocuments(), MemoryVault(), MemoryBus(), Time()
        for platform in ("meta_ads", "instagram", "shopify"):
            app = {"client_id": ids.get(platform, platform), "client_secret": SECRET}
            self.vault.add(f"client-{platform}", json.dumps(app).encode())
        served = flask.Flask("door")
        self.receiver = Receiver(self.documents, self.vault, self.bus, self.clock, SETTINGS, PLATFORMS)
        served.add_url_rule("/<path:path>", view_func=lambda path: self.receiver.answer(flask.request),
                         methods=["GET", "POST", "PUT"])  # fmt: skip
        self.client = served.test_client()

    def shopify(self, topic: str, body: bytes | None = None, **signed: Any) -> TestResponse:
        sent = body if body is not None else json.dumps(BODIES[topic]).encode()
        headers = shopify(topic, sent, **signed)
        return self.client.post("/platform-calls/shopify/webhooks", data=sent, headers=headers)

    def meta(self, what: str, signed: str, platform: str = "meta_ads") -> TestResponse:
        return self.client.post(f"/platform-calls/{platform}/{what}", data={"signed_request": signed})

    @property
    def kept(self) -> list[dict[str, Any]]:
        return self.documents.find("calls")


@pytest.mark.parametrize(
    ("topic", "wish", "person", "records"),
    [
        ("customers/data_request", "show-person", "gid://shopify/Customer/191167", 3),
        ("customers/redact", "erase-person", "gid://shopify/Customer/191167", 3),
        ("shop/redact", "erase-account", "", 0),
        ("app/uninstalled", "access-ended", "", 0),
    ],
)
def test_each_of_shopifys_calls_is_kept_published_and_answered(
    topic: str, wish: str, person: str, records: int
) -> None:
    door = Door()
    assert door.shopify(topic).status_code == 200
    (call,) = door.kept
    assert (call["wish"], call["by"], call["whose"], call["person"]) == (wish, "account", SHOP, person)
    assert len(call["records"]) == records
    assert all(each.startswith("gid://shopify/Order/") for each in call["records"])
    assert door.bus.published == [PlatformCalled(call["id"])]


def test_what_shopify_tells_of_a_person_besides_the_id_is_not_kept() -> None:
    door = Door()
    door.shopify("customers/redact")
    assert "john@example.com" not in str(door.kept)
    assert "555-625-1199" not in str(door.kept)


def test_the_same_call_twice_is_one() -> None:
    door = Door()
    door.shopify("shop/redact", name="one")
    door.shopify("shop/redact", name="one")
    assert len(door.kept) == 1
    door.shopify("shop/redact", name="two")  # a year later, of the same shop, letter by letter
    assert len(door.kept) == 2


@pytest.mark.parametrize("topic", list(BODIES))
def test_what_is_not_signed_with_our_apps_secret_is_refused_and_leaves_nothing(topic: str) -> None:
    door = Door()
    assert door.shopify(topic, secret="another").status_code == 401
    body = json.dumps(BODIES[topic]).encode()
    sent = shopify(topic, body)
    changed = body.replace(b"954889", b"954880")
    assert door.client.post("/platform-calls/shopify/webhooks", data=changed, headers=sent).status_code == 401
    del sent["X-Shopify-Hmac-Sha256"]
    assert door.client.post("/platform-calls/shopify/webhooks", data=body, headers=sent).status_code == 401
    assert (door.kept, door.bus.published) == ([], [])


@pytest.mark.parametrize(("topic", "other"), list(permutations(BODIES, 2)))
def test_a_body_that_was_signed_as_another_topics_is_refused(topic: str, other: str) -> None:
    """The signature does not cover the header that names the topic."""
    door = Door()
    body = json.dumps(BODIES[other]).encode()
    assert door.shopify(topic, body).status_code == 400
    assert door.kept == []


def test_a_topic_that_concerns_nobody_is_taken_and_left() -> None:
    door = Door()
    assert door.shopify("orders/create", b"{}").status_code == 200
    assert door.kept == []


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'{"shop_id":1,"shop_domain":"evil.example"}',
                                  b'{"shop_id":1,"shop_domain":"x.myshopify.com/../y"}'])  # fmt: skip
def test_what_is_signed_and_cannot_be_understood_is_refused(body: bytes) -> None:
    door = Door()
    assert door.shopify("shop/redact", body).status_code == 400
    assert door.kept == []


# -- Meta ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("platform", ["meta_ads", "instagram"])
def test_who_removes_the_app_is_noted_by_the_login(platform: str) -> None:
    door = Door()
    assert door.meta("deauthorize", meta(user_id="218471"), platform).status_code == 200
    (call,) = door.kept
    assert (call["wish"], call["by"], call["whose"]) == ("access-ended", "login", "218471")
    assert call["platforms"] == [platform]


def test_who_wants_to_be_forgotten_gets_an_address_and_a_code() -> None:
    door = Door()
    said = door.meta("delete", meta(user_id="218471"))
    (call,) = door.kept
    assert said.get_json() == {"url": f"{ADDRESS}/erased/{call['id']}", "confirmation_code": call["id"]}
    page = door.client.get(f"/platform-calls/erased/{call['id']}")
    assert page.status_code == 200
    assert "It is being deleted" in page.text
    assert "218471" not in page.text
    assert door.meta("delete", meta(user_id="218471")).get_json()["confirmation_code"] == call["id"]


@pytest.mark.parametrize(("changes", "says"), [
    ({"state": "done", "meant": ["x"], "outcomes": {"x": "It was erased; receipt r."}}, "It has been deleted"),
    ({"state": "done", "meant": []}, "We found nothing"),
    ({"state": "done", "meant": ["x"], "outcomes": {"x": NEWER}}, "It was left as it is"),
    ({"wish": "show-person"}, "We do not know this address"),
])  # fmt: skip
def test_the_page_claims_no_deletion_that_was_none(changes: dict[str, Any], says: str) -> None:
    door = Door()
    door.meta("delete", meta(user_id="218471"))
    (call,) = door.kept
    door.documents.set(f"calls/{call['id']}", {**call, "finished_at": door.clock.now(), **changes})
    assert says in door.client.get(f"/platform-calls/erased/{call['id']}").text


def test_platforms_that_share_an_app_are_told_together() -> None:
    door = Door(meta_ads="1234", instagram="1234")
    door.meta("delete", meta(user_id="1"))
    assert door.kept[0]["platforms"] == ["meta_ads", "instagram"]


@pytest.mark.parametrize(
    ("signed", "status"),
    [
        (meta("another", user_id="1"), 401),
        ("", 401),
        (".", 401),
        ("no-dot", 401),
        ("ä.ö", 401),
        (meta(user_id="1")[:-4], 401),
        (meta(user_id="1", algorithm="none"), 400),
        (meta(), 400),
        (meta(user_id={"id": 1}), 400),
        (meta(user_id="1 OR 1"), 400),
    ],
)
def test_what_meta_did_not_sign_or_nobody_understands_leaves_nothing(signed: str, status: int) -> None:
    door = Door()
    assert door.meta("delete", signed).status_code == status
    assert (door.kept, door.bus.published) == ([], [])


# -- the door ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["mailchimp/webhooks", "shopify/delete", "meta_ads/webhooks", "nobody/delete", "x"])
def test_addresses_that_nobody_calls_are_not_there(path: str) -> None:
    door = Door()
    assert door.client.post(f"/platform-calls/{path}", data=b"{}").status_code == 404
    page = door.client.get(f"/platform-calls/{path}")
    assert (page.status_code, page.get_data(as_text=True)) == (404, FOR_PROGRAMS)


@pytest.mark.parametrize("code", ["0" * 64, "x", "../x", "0" * 63 + "%2e"])
def test_a_code_that_nobody_was_given_shows_nothing(code: str) -> None:
    page = Door().client.get(f"/platform-calls/erased/{code}")
    assert page.status_code == 404
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_body_without_end_is_refused() -> None:
    door = Door()
    assert door.shopify("shop/redact", b"x" * (LARGEST + 1)).status_code == 413
    assert door.kept == []


def test_an_app_that_is_not_set_up_asks_the_platform_to_come_again() -> None:
    door = Door()
    door.vault.delete("client-shopify")
    assert door.shopify("shop/redact").status_code == 503


def test_what_fails_inside_is_asked_for_again() -> None:
    door = Door()

    def fails(*messages: Any) -> None:
        raise RuntimeError("no way to Pub/Sub")

    door.bus.publish = fails  # type: ignore[method-assign]
    assert door.shopify("shop/redact").status_code == 503
    (call,) = door.kept
    assert call["look_at"] > door.clock.now(), "the tick asks for it"
