"""Access is given back where the platform takes it; what cannot be given back is said, and nothing stops for it."""

from __future__ import annotations

import pytest

from infra.sandbox import create_any
from shared.erasure.grants import ASKED
from shared.http import on_platform
from shared.platforms import PLATFORMS
from shared.secret import Secret
from shared.vocabulary.access import Credential, OAuth
from tests.erasure.conftest import LEAVES, STAYS, Office, office
from tests.support.faults import Fate, Killed

BY_CALL = sorted(name for name, each in PLATFORMS.items() if each.oauth and each.oauth.revocation)


def outcome(made: Office) -> str:
    (found,) = made.erasure().run()[0].grants.values()
    return found


def test_the_platforms_that_take_access_back_are_known() -> None:
    assert BY_CALL == ["google_ads", "google_analytics", "instagram", "klaviyo", "meta_ads", "shopify"]


@pytest.mark.parametrize("name", BY_CALL)
def test_a_revocation_goes_to_the_platform_itself(name: str) -> None:
    way = next(way for way in PLATFORMS[name].auth if isinstance(way, OAuth)).revocation
    assert way is not None
    assert way.url.startswith("https://")
    assert on_platform(PLATFORMS[name], way.url.split("/")[2])


@pytest.mark.parametrize("name", ["google_ads", "google_analytics", "klaviyo", "meta_ads"])
def test_access_that_was_given_back_opens_nothing(name: str) -> None:
    made = office(name, synced=False)
    knows_app(made)
    (doc,) = made.machine.documents.find(f"workspaces/{LEAVES}/connections")
    kept = made.vault.read(doc["secret"])
    revoked = made.world.box.calls.revoked
    assert outcome(made).startswith("given back")
    assert kept is not None
    assert made.vault.read(doc["secret"]) is None
    assert made.world.box.calls.revoked == revoked + 1


def test_a_shop_is_left_with_access_that_was_renewed_for_it() -> None:
    """The call carries the credential, and an access of an hour has ended long ago."""
    made = office("shopify", synced=False)
    knows_app(made)
    (doc,) = made.machine.documents.find(f"workspaces/{LEAVES}/connections")
    rules = made.world.box.platform.oauth
    assert rules is not None
    assert rules.terms is not None
    lasting = made.world.box.grants.grant(tuple(rules.scopes))
    given = made.world.box.grants.give(lasting, rules.terms({"expiring": "1"}))
    ended = Credential(
        Secret(given["access_token"]),
        Secret(given["refresh_token"]),
        expires_at="2026-01-01T00:00:00Z",
        values={"shop": "demo-bakery"},
    )
    made.connect(LEAVES, "acct", ended)
    assert outcome(made) == "given back, with all that the same login gave to our app"
    assert not lasting.alive
    assert doc["id"]


def test_a_page_has_no_access_to_give_back() -> None:
    made = office("instagram", synced=False)
    person = made.world.box.credential()["access_token"]
    page = made.world.box.grants.derive(person, "page/1")
    made.connect(LEAVES, "acct", Credential(Secret(page)))
    assert outcome(made) == "refused by the platform (HTTP 403); it may have ended before"


def test_a_platform_without_such_a_call_and_a_key_are_the_clients_to_end() -> None:
    assert "no call for it" in outcome(office("mailchimp", synced=False))
    assert "must delete it" in outcome(office("emailoctopus", synced=False))


def test_a_login_that_serves_another_client_is_kept() -> None:
    made = office("google_ads", synced=False)
    both = made.credential()
    made.connect(LEAVES, "acct", both)
    other = made.connect(STAYS, "acct", both)
    assert outcome(made) == "kept at the platform, because 1 other connection came from the same login"
    assert made.vault.read(other.secret) is not None
    assert made.world.box.calls.revoked == 0


def test_a_secret_of_another_client_that_cannot_be_read_stops_nothing() -> None:
    made = office("google_ads", synced=False)
    (other,) = made.machine.documents.find(f"workspaces/{STAYS}/connections")
    made.vault.add(other["secret"], b"what is this")
    assert outcome(made).startswith("given back")
    assert made.world.box.calls.revoked == 1


def test_one_of_its_own_that_cannot_be_read_is_said() -> None:
    made = office("google_ads", synced=False)
    (mine,) = made.machine.documents.find(f"workspaces/{LEAVES}/connections")
    made.vault.add(mine["secret"], b"what is this")
    assert outcome(made).startswith("not given back: The stored credential of this connection")


def test_killed_between_the_answer_and_the_receipt_it_is_not_called_refused() -> None:
    made = office("google_ads", synced=False)
    made.connect(LEAVES, "acct", both := made.credential())
    made.connect(LEAVES, "second", both)
    answered = Fate()

    def killed_after_the_answer(when: str, what: str) -> None:
        if made.world.box.calls.revoked and when == "before":
            raise Killed(what)

    answered.also = killed_after_the_answer
    with pytest.raises(Killed):
        made.erasure(answered).run()
    (kept,) = made.machine.documents.find("receipts")
    assert list(kept["grants"].values()) == [ASKED]
    receipt, _ = made.erasure().run()
    found = sorted(receipt.grants.values())
    assert found[0] == "given back together with another connection of the same login"
    assert found[1].startswith("given back, as it seems")


def test_killed_before_the_second_of_one_login_the_first_is_remembered() -> None:
    made = office("google_ads", synced=False)
    made.connect(LEAVES, "acct", both := made.credential())
    made.connect(LEAVES, "second", both)
    dying = Fate()

    def killed(when: str, what: str) -> None:
        (receipt,) = made.machine.documents.find("receipts") or [{"grants": {}}]
        if "given back, with" in str(receipt["grants"]) and when == "before":
            raise Killed(what)

    dying.also = killed
    with pytest.raises(Killed):
        made.erasure(dying).run()
    assert sorted(made.erasure().run()[0].grants.values()) == [
        "given back together with another connection of the same login",
        "given back, with all that the same login gave to our app",
    ]
    assert made.world.box.calls.revoked == 1


def test_two_accounts_of_one_login_that_leave_together_give_back_once() -> None:
    made = office("google_ads", synced=False)
    both = made.credential()
    made.connect(LEAVES, "acct", both)
    made.connect(LEAVES, "second", both)
    found = sorted(made.erasure().run()[0].grants.values())
    assert found == [
        "given back together with another connection of the same login",
        "given back, with all that the same login gave to our app",
    ]
    assert made.world.box.calls.revoked == 1


def test_a_refused_or_unanswered_call_is_said_and_stops_nothing() -> None:
    made = office("google_ads", synced=False)
    made.world.box.revoke()  # the client was quicker
    assert outcome(made) == "refused by the platform (HTTP 400); it may have ended before"
    assert made.traces(LEAVES) == [f"closings/{LEAVES}", f"workspaces/{LEAVES}"]

    away = office("google_ads", synced=False)
    away.world.box.faults.add("/revoke", "timeout", times=3)
    assert outcome(away).startswith("not given back: ")
    assert away.traces(LEAVES) == [f"closings/{LEAVES}", f"workspaces/{LEAVES}"]

    late = office("google_ads", synced=False)
    late.world.box.faults.add("/revoke", "timeout", times=2)
    assert outcome(late).startswith("given back")


def test_an_app_that_is_not_set_up_is_said() -> None:
    made = office("klaviyo", synced=False)  # nobody kept the app's secret
    assert "not given back: Klaviyo is not set up yet" in outcome(made)


def knows_app(made: Office) -> None:
    client = made.world.box.setting.client
    made.vault.add(
        f"client-{made.world.platform}", f'{{"client_id":"{client.id}","client_secret":"{client.secret}"}}'.encode()
    )


def test_the_sandbox_takes_a_token_back_once() -> None:
    box = create_any("google_ads")
    token = box.credential()["refresh_token"]
    assert box.grants.withdraw(token)
    assert not box.grants.withdraw(token)
