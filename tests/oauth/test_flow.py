"""From a link to a connection, as a person goes through it."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from shared import model
from shared.messages import SyncRequested
from shared.model import Connection, Cursor, cursor_id, stable_id, to_doc
from shared.oauth import links
from tests.oauth.connect_flow import CALLBACK, HOST, START, ConnectFlow


@pytest.mark.parametrize("platform", ["mailchimp", "constant_contact"])
def test_a_link_leads_through_the_platform_to_a_connection(desk: ConnectFlow, platform: str) -> None:
    link = desk.link(platform)
    page = desk.connect(platform, link=link)
    assert page.status == 200
    assert "is connected" in page.heading

    (connection,) = desk.connections()
    assert connection.state == "active"
    assert connection.id == stable_id("north", platform, connection.account)
    assert connection.title in page.html
    assert re.fullmatch(rf"user-north-{platform}-{connection.id}-[0-9a-f]{{8}}-tokens", connection.secret)
    version, payload = desk.vault.read(connection.secret) or ("", b"{}")
    assert version == connection.secret_version
    kept = orjson.loads(payload)
    assert set(kept) == {
        "access_token", "refresh_token", "expires_at", "scopes", "how", "obtained_at", "refresh_expires_at", "values",
    }  # fmt: skip
    assert desk.link_doc(link).used_at == desk.clock.now()
    (message,) = desk.bus.published
    assert isinstance(message, SyncRequested)
    assert (message.workspace, message.connection, message.reason) == ("north", connection.id, "connected")
    assert message.request
    assert connection.next_sync_at is None


def test_a_link_that_was_sent_under_another_host_leads_on_to_the_one_that_counts_now(desk: ConnectFlow) -> None:
    """The pages got a domain of their own meanwhile. The cookie must be that host's, so nothing begins elsewhere."""
    token, browser = urlsplit(desk.link("mailchimp")).fragment, desk.browser()
    browser.host = "before.example"
    opening = browser.get("https://before.example/oauth_start")
    assert opening.goes_to == START
    assert f"form-action 'self' https://{HOST};" in opening.headers["Content-Security-Policy"]
    assert not browser.cookies
    browser.host = HOST
    asked = browser.post(opening.goes_to, {**opening.fields(), "link": token})
    assert browser.cookies
    back = desk.consent(browser.post(START, asked.fields()).onward)
    assert browser.get(browser.get(back).location).heading == "Mailchimp is connected"


def test_mailchimp_tokens_never_end_and_constant_contact_grants_do(desk: ConnectFlow) -> None:
    desk.connect("mailchimp")
    desk.connect("constant_contact")
    by = {connection.platform: connection for connection in desk.connections()}
    assert by["mailchimp"].expires_at is None
    assert by["mailchimp"].values["dc"]
    assert by["constant_contact"].expires_at == desk.clock.now() + timedelta(days=180)


@pytest.mark.parametrize(("platform", "button"), [("emailoctopus", 0), ("mailchimp", 1)])
def test_a_key_is_checked_and_then_kept(desk: ConnectFlow, platform: str, button: int) -> None:
    browser = desk.browser()
    form = desk.press(browser, desk.link(platform), button)
    assert f'action="{CALLBACK}/{platform}"' in form.html
    done = browser.post(f"{CALLBACK}/{platform}", {**form.fields(), "key": f" {desk.boxes[platform].grants.key()}\n"})
    assert done.status == 303
    assert "is connected" in browser.get(done.location).heading
    (connection,) = desk.connections()
    kept = orjson.loads((desk.vault.read(connection.secret) or ("", b""))[1])
    assert kept["api_key"] == desk.boxes[platform].grants.key()
    assert kept["how"] == "key"


def test_a_wrong_key_is_refused_in_words_and_the_form_comes_again(desk: ConnectFlow) -> None:
    browser = desk.browser()
    form = desk.press(browser, desk.link("emailoctopus"))
    target = f"{CALLBACK}/emailoctopus"
    tries = {
        "": "Please paste the key",
        "short": "does not look like an API key of EmailOctopus",
        "eo_" + "f" * 48: "does not accept this key",
        "00000000-1111-2222-3333-444444444444": "7 October 2024",  # a key of the kind before that day
    }
    for key, words in tries.items():
        form = browser.post(target, {**form.fields(), "key": key})
        assert form.status == 422
        assert words in form.html
        assert 'aria-invalid="true"' in form.html
        assert not key or key not in form.html
        assert not desk.connections()
    assert not [name for name in desk.vault.secrets if name.startswith("user-")]
    done = browser.post(target, {**form.fields(), "key": desk.boxes["emailoctopus"].grants.key()})
    assert done.status == 303


def test_a_mailchimp_key_with_another_data_centre_says_so(desk: ConnectFlow) -> None:
    browser = desk.browser()
    form = desk.press(browser, desk.link("mailchimp"), 1)
    key = desk.boxes["mailchimp"].grants.key().rpartition("-")[0] + "-us1"
    form = browser.post(f"{CALLBACK}/mailchimp", {**form.fields(), "key": key})
    assert form.status == 422
    assert not desk.connections()


def test_the_platform_is_asked_with_state_pkce_scopes_and_our_exact_address(desk: ConnectFlow) -> None:
    onward = desk.press(desk.browser(), desk.link("constant_contact")).onward
    said = {name: values[0] for name, values in parse_qs(urlsplit(onward).query).items()}
    assert onward.startswith("https://authz.constantcontact.com/oauth2/default/v1/authorize?")
    assert said["redirect_uri"] == f"{CALLBACK}/constant_contact"
    assert said["response_type"] == "code"
    assert said["scope"].split() == ["contact_data", "campaign_data", "account_read", "offline_access"]
    assert len(said["state"]) == 43
    assert "client_secret" not in said


def test_connecting_the_same_account_again_renews_the_same_connection(desk: ConnectFlow) -> None:
    desk.connect("mailchimp")
    (first,) = desk.connections()
    where = f"workspaces/north/connections/{first.id}"
    stopped = {
        "state": "reconnect",
        "problem": {"code": "x"},
        "schedule": "hourly",
        "history_days": 30,
        "streams": ["lists"],
    }
    desk.documents.set(where, {**desk.connection_doc(first), **stopped, "refresh_fence": 4})
    desk.clock.forward(hours=1)
    page = desk.connect("mailchimp", link=desk.link("mailchimp", reconnects=first.id))
    assert page.heading == "Mailchimp is connected again"
    (again,) = desk.connections()
    assert (again.id, again.state, again.problem) == (first.id, "active", None)
    assert (again.schedule, again.streams, again.connected_at) == ("hourly", ["lists"], first.connected_at)
    assert again.history_days == 30
    assert again.refresh_fence == 5
    assert again.secret != first.secret
    assert [name for name in desk.vault.secrets if name.startswith("user-")] == [again.secret]


def test_a_link_that_renews_does_not_take_another_account(desk: ConnectFlow) -> None:
    desk.connect("mailchimp")
    (first,) = desk.connections()
    other = {**desk.connection_doc(first), "id": "other", "title": "Another Bakery"}
    desk.documents.set("workspaces/north/connections/other", other)
    link = desk.link("mailchimp", reconnects="other")
    assert "Another Bakery" in desk.browser().get(link).heading
    page = desk.connect("mailchimp", link=link)
    assert page.status == 409
    assert page.heading == "This is another account"
    assert "Another Bakery" in page.html
    assert desk.connection_doc(first)["secret_version"] == first.secret_version
    assert desk.link_doc(link).used_at is None


def test_a_key_of_an_account_that_is_read_already_renews_that_connection(desk: ConnectFlow) -> None:
    """No call of EmailOctopus says whose key it is, and the list that stood for the account can be deleted."""
    box = desk.boxes["emailoctopus"]
    world, key = box.world, box.grants.key()

    def paste(key: str, again: bool, link: str = "") -> None:
        browser = desk.browser()
        form = desk.press(browser, link or desk.link("emailoctopus"))
        done = browser.post(f"{CALLBACK}/emailoctopus", {**form.fields(), "key": key})
        assert browser.get(done.location).heading.endswith("connected again" if again else "connected")

    def read(connection: Connection) -> None:
        """Its lists were read, and their contacts are in BigQuery."""
        for row in world.lists:
            name = cursor_id(connection.id, "contacts", row["id"])
            at = desk.clock.now()
            cursor = Cursor(name, "north", connection.id, "contacts", row["id"], at, "run")
            desk.documents.set(model.path("north", "cursors", name), to_doc(cursor))

    rows = sorted(world.lists, key=lambda row: (row["created_at"], row["id"]))
    for row in rows:  # an account without lists is known by its key, and still is once it has some
        world.lists.remove((row["id"],))
    paste(key, again=False)
    (first,) = desk.connections()
    for row in rows:
        world.lists.put(row)
    paste(key, again=True)
    read(first)
    for row in rows[:-1]:
        world.lists.remove((row["id"],))
        another_key = box.grants.key(("*",))
        paste(another_key, again=True)
        paste(another_key, again=True, link=desk.link("emailoctopus", reconnects=first.id))
        assert [(one.id, one.account) for one in desk.connections()] == [(first.id, first.account)]
    # Lists that nobody has read are another account's.
    world.lists.remove((rows[-1]["id"],))
    world.lists.put({**rows[0], "id": "another"})
    paste(box.grants.key(("*",)), again=False)
    assert len(desk.connections()) == 2


def test_a_first_sync_that_could_not_be_asked_for_is_made_good_by_the_minute_tick(desk: ConnectFlow) -> None:
    def lost(*messages: object) -> None:
        raise ConnectionError

    desk.bus.publish = lost  # type: ignore[method-assign]
    assert "is connected" in desk.connect("mailchimp").heading
    (connection,) = desk.connections()
    assert connection.next_sync_at == desk.clock.now() + timedelta(minutes=5)


def test_a_permission_not_given_names_what_will_not_be_read(desk: ConnectFlow) -> None:
    browser = desk.browser()
    onward = desk.press(browser, desk.link("constant_contact")).onward
    # The person unticks a permission on the platform's page.
    back = desk.consent(onward.replace("campaign_data%20", ""))
    page = browser.get(browser.get(back).location)
    assert "You did not allow everything" in page.html
    assert "Email campaigns" in page.html


def test_access_for_a_day_only_is_not_kept(desk: ConnectFlow) -> None:
    browser = desk.browser()
    onward = desk.press(browser, desk.link("constant_contact")).onward
    page = browser.get(desk.consent(onward.replace("%20offline_access", "")))
    assert page.status == 403
    assert "for a short time only" in page.html
    assert not desk.connections()


def test_denying_connects_nothing_and_leaves_the_link_usable(desk: ConnectFlow) -> None:
    browser, link = desk.browser(), desk.link("mailchimp")
    page = browser.get(desk.consent(desk.press(browser, link).onward, "deny"))
    assert page.heading == "You chose not to connect"
    assert not desk.connections()
    assert desk.link_doc(link).used_at is None
    # “Try again” begins a new attempt in the same browser.
    assert page.onward.startswith("https://login.mailchimp.com/oauth2/authorize?")
    assert browser.get(desk.consent(page.onward)).status == 303
    assert desk.link_doc(link).used_at is not None


def test_a_platform_that_is_down_connects_nothing_and_offers_another_try(desk: ConnectFlow) -> None:
    browser, link = desk.browser(), desk.link("mailchimp")
    onward = desk.press(browser, link).onward
    back = desk.consent(onward)
    desk.boxes["mailchimp"].faults.add("POST *token", "status", status=503)
    page = browser.get(back)
    assert page.status == 503
    assert "Mailchimp" in page.html
    assert desk.link_doc(link).used_at is None
    assert browser.get(desk.consent(page.onward)).status == 303


def test_without_our_apps_id_the_agency_must_finish_setting_up(desk: ConnectFlow) -> None:
    desk.vault.delete("client-mailchimp")
    page = desk.press(desk.browser(), desk.link("mailchimp"))
    assert page.status == 403
    assert "Tidewater Agency" in page.html
    assert "not set up yet" in page.html


def test_links_are_listed_withdrawn_and_kept_by_fingerprint_only(desk: ConnectFlow) -> None:
    token, link = links.create(desk.documents, desk.clock, "north", "mailchimp", "for Ada")
    desk.clock.forward(minutes=1)
    desk.link("emailoctopus")
    assert [found.label for found in links.of_workspace(desk.documents, "north")] == ["", "for Ada"]
    assert token not in str(desk.documents.docs)
    revoked = links.revoke(desk.documents, desk.clock, link.id)
    assert revoked is not None
    assert revoked.trouble(desk.clock.now()) == "link-revoked"
    assert links.revoke(desk.documents, desk.clock, "no such link") is None


def test_every_kept_attempt_link_and_outcome_says_when_it_may_be_swept(desk: ConnectFlow) -> None:
    browser = desk.browser()
    desk.press(browser, desk.link("mailchimp"))
    desk.connect("mailchimp")
    kept = [path for path in desk.documents.docs if path.split("/")[0] in {"links", "states", "outcomes"}]
    assert {path.split("/")[0] for path in kept} == {"links", "states", "outcomes"}
    for path in kept:
        assert desk.documents.docs[path]["expires_at"] > desk.clock.now() - timedelta(days=7), path
