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
def test_a_link_leads_through_the_platform_to_a_connection(flow: ConnectFlow, platform: str) -> None:
    link = flow.link(platform)
    page = flow.connect(platform, link=link)
    assert page.status == 200
    assert "is connected" in page.heading

    (connection,) = flow.connections()
    assert connection.state == "active"
    assert connection.id == stable_id("north", platform, connection.account)
    assert connection.title in page.html
    assert re.fullmatch(rf"user-north-{platform}-{connection.id}-[0-9a-f]{{8}}-tokens", connection.secret)
    version, payload = flow.vault.read(connection.secret) or ("", b"{}")
    assert version == connection.secret_version
    kept = orjson.loads(payload)
    assert set(kept) == {
        "access_token", "refresh_token", "expires_at", "scopes", "how", "obtained_at", "refresh_expires_at", "values",
    }  # fmt: skip
    assert flow.link_doc(link).used_at == flow.clock.now()
    (message,) = flow.bus.published
    assert isinstance(message, SyncRequested)
    assert (message.workspace, message.connection, message.reason) == ("north", connection.id, "connected")
    assert message.request
    assert connection.next_sync_at is None


def test_a_link_that_was_sent_under_another_host_leads_on_to_the_one_that_counts_now(flow: ConnectFlow) -> None:
    """The pages got a domain of their own meanwhile. The cookie must be that host's, so nothing begins elsewhere."""
    token, browser = urlsplit(flow.link("mailchimp")).fragment, flow.browser()
    browser.host = "before.example"
    opening = browser.get("https://before.example/oauth_start")
    assert opening.goes_to == START
    assert f"form-action 'self' https://{HOST};" in opening.headers["Content-Security-Policy"]
    assert not browser.cookies
    browser.host = HOST
    asked = browser.post(opening.goes_to, {**opening.fields(), "link": token})
    assert browser.cookies
    back = flow.consent(browser.post(START, asked.fields()).onward)
    assert browser.get(browser.get(back).location).heading == "Mailchimp is connected"


def test_mailchimp_tokens_never_end_and_constant_contact_grants_do(flow: ConnectFlow) -> None:
    flow.connect("mailchimp")
    flow.connect("constant_contact")
    by = {connection.platform: connection for connection in flow.connections()}
    assert by["mailchimp"].expires_at is None
    assert by["mailchimp"].values["dc"]
    assert by["constant_contact"].expires_at == flow.clock.now() + timedelta(days=180)


@pytest.mark.parametrize(("platform", "button"), [("emailoctopus", 0), ("mailchimp", 1)])
def test_a_key_is_checked_and_then_kept(flow: ConnectFlow, platform: str, button: int) -> None:
    browser = flow.browser()
    form = flow.press(browser, flow.link(platform), button)
    assert f'action="{CALLBACK}/{platform}"' in form.html
    done = browser.post(f"{CALLBACK}/{platform}", {**form.fields(), "key": f" {flow.boxes[platform].grants.key()}\n"})
    assert done.status == 303
    assert "is connected" in browser.get(done.location).heading
    (connection,) = flow.connections()
    kept = orjson.loads((flow.vault.read(connection.secret) or ("", b""))[1])
    assert kept["api_key"] == flow.boxes[platform].grants.key()
    assert kept["how"] == "key"


def test_a_wrong_key_is_refused_in_words_and_the_form_comes_again(flow: ConnectFlow) -> None:
    browser = flow.browser()
    form = flow.press(browser, flow.link("emailoctopus"))
    target = f"{CALLBACK}/emailoctopus"
    tries = {
        "": "Please paste it into this field",
        "short": "does not look like an API key of EmailOctopus: it is one word of at least 16 letters",
        "eo_" + "f" * 48: "does not accept this key",
        "00000000-1111-2222-3333-444444444444": "7 October 2024",  # a key of the kind before that day
    }
    for key, words in tries.items():
        form = browser.post(target, {**form.fields(), "key": key})
        assert form.status == 422
        assert words in form.html
        assert 'aria-invalid="true"' in form.html
        assert not key or key not in form.html
        assert not flow.connections()
    assert not [name for name in flow.vault.secrets if name.startswith("user-")]
    done = browser.post(target, {**form.fields(), "key": flow.boxes["emailoctopus"].grants.key()})
    assert done.status == 303


def test_a_mailchimp_key_with_another_data_centre_says_so(flow: ConnectFlow) -> None:
    browser = flow.browser()
    form = flow.press(browser, flow.link("mailchimp"), 1)
    key = flow.boxes["mailchimp"].grants.key().rpartition("-")[0] + "-us1"
    form = browser.post(f"{CALLBACK}/mailchimp", {**form.fields(), "key": key})
    assert form.status == 422
    assert not flow.connections()


def test_the_platform_is_asked_with_state_pkce_scopes_and_our_exact_address(flow: ConnectFlow) -> None:
    onward = flow.press(flow.browser(), flow.link("constant_contact")).onward
    said = {name: values[0] for name, values in parse_qs(urlsplit(onward).query).items()}
    assert onward.startswith("https://authz.constantcontact.com/oauth2/default/v1/authorize?")
    assert said["redirect_uri"] == f"{CALLBACK}/constant_contact"
    assert said["response_type"] == "code"
    assert said["scope"].split() == ["contact_data", "campaign_data", "account_read", "offline_access"]
    assert len(said["state"]) == 43
    assert "client_secret" not in said


def test_connecting_the_same_account_again_renews_the_same_connection(flow: ConnectFlow) -> None:
    flow.connect("mailchimp")
    (first,) = flow.connections()
    where = f"workspaces/north/connections/{first.id}"
    stopped = {
        "state": "reconnect",
        "problem": {"code": "x"},
        "schedule": "hourly",
        "history_days": 30,
        "streams": ["lists"],
    }
    flow.documents.set(where, {**flow.connection_doc(first), **stopped, "refresh_fence": 4})
    flow.clock.forward(hours=1)
    page = flow.connect("mailchimp", link=flow.link("mailchimp", reconnects=first.id))
    assert page.heading == "Mailchimp is connected again"
    (again,) = flow.connections()
    assert (again.id, again.state, again.problem) == (first.id, "active", None)
    assert (again.schedule, again.streams, again.connected_at) == ("hourly", ["lists"], first.connected_at)
    assert again.history_days == 30
    assert again.refresh_fence == 5
    assert again.secret != first.secret
    assert [name for name in flow.vault.secrets if name.startswith("user-")] == [again.secret]


def test_a_link_that_renews_does_not_take_another_account(flow: ConnectFlow) -> None:
    flow.connect("mailchimp")
    (first,) = flow.connections()
    other = {**flow.connection_doc(first), "id": "other", "title": "Another Bakery"}
    flow.documents.set("workspaces/north/connections/other", other)
    link = flow.link("mailchimp", reconnects="other")
    assert "Another Bakery" in flow.browser().get(link).heading
    page = flow.connect("mailchimp", link=link)
    assert page.status == 409
    assert page.heading == "This is another account"
    assert "Another Bakery" in page.html
    assert flow.connection_doc(first)["secret_version"] == first.secret_version
    assert flow.link_doc(link).used_at is None


def test_a_key_of_an_account_that_is_read_already_renews_that_connection(flow: ConnectFlow) -> None:
    """No call of EmailOctopus says whose key it is, and the list that stood for the account can be deleted."""
    box = flow.boxes["emailoctopus"]
    world, key = box.world, box.grants.key()

    def paste(key: str, again: bool, link: str = "") -> None:
        browser = flow.browser()
        form = flow.press(browser, link or flow.link("emailoctopus"))
        done = browser.post(f"{CALLBACK}/emailoctopus", {**form.fields(), "key": key})
        assert browser.get(done.location).heading.endswith("connected again" if again else "connected")

    def read(connection: Connection) -> None:
        """Its lists were read, and their contacts are in BigQuery."""
        for row in world.lists:
            name = cursor_id(connection.id, "contacts", row["id"])
            at = flow.clock.now()
            cursor = Cursor(name, "north", connection.id, "contacts", row["id"], at, "run")
            flow.documents.set(model.path("north", "cursors", name), to_doc(cursor))

    rows = sorted(world.lists, key=lambda row: (row["created_at"], row["id"]))
    for row in rows:  # an account without lists is known by its key, and still is once it has some
        world.lists.remove((row["id"],))
    paste(key, again=False)
    (first,) = flow.connections()
    for row in rows:
        world.lists.put(row)
    paste(key, again=True)
    read(first)
    for row in rows[:-1]:
        world.lists.remove((row["id"],))
        another_key = box.grants.key(("*",))
        paste(another_key, again=True)
        paste(another_key, again=True, link=flow.link("emailoctopus", reconnects=first.id))
        assert [(one.id, one.account) for one in flow.connections()] == [(first.id, first.account)]
    # Lists that nobody has read are another account's.
    world.lists.remove((rows[-1]["id"],))
    world.lists.put({**rows[0], "id": "another"})
    paste(box.grants.key(("*",)), again=False)
    assert len(flow.connections()) == 2


def test_a_first_sync_that_could_not_be_asked_for_is_made_good_by_the_minute_tick(flow: ConnectFlow) -> None:
    def lost(*messages: object) -> None:
        raise ConnectionError

    flow.bus.publish = lost  # type: ignore[method-assign]
    assert "is connected" in flow.connect("mailchimp").heading
    (connection,) = flow.connections()
    assert connection.next_sync_at == flow.clock.now() + timedelta(minutes=5)


def test_a_permission_not_given_names_what_will_not_be_read(flow: ConnectFlow) -> None:
    browser = flow.browser()
    onward = flow.press(browser, flow.link("constant_contact")).onward
    # The person unticks a permission on the platform's page.
    back = flow.consent(onward.replace("campaign_data%20", ""))
    page = browser.get(browser.get(back).location)
    assert "You did not allow everything" in page.html
    assert "Email campaigns" in page.html


def test_access_for_a_day_only_is_not_kept(flow: ConnectFlow) -> None:
    browser = flow.browser()
    onward = flow.press(browser, flow.link("constant_contact")).onward
    page = browser.get(flow.consent(onward.replace("%20offline_access", "")))
    assert page.status == 403
    assert "for a short time only" in page.html
    assert not flow.connections()


def test_denying_connects_nothing_and_leaves_the_link_usable(flow: ConnectFlow) -> None:
    browser, link = flow.browser(), flow.link("mailchimp")
    page = browser.get(flow.consent(flow.press(browser, link).onward, "deny"))
    assert page.heading == "You chose not to connect"
    assert not flow.connections()
    assert flow.link_doc(link).used_at is None
    # “Try again” begins a new attempt in the same browser.
    assert page.onward.startswith("https://login.mailchimp.com/oauth2/authorize?")
    assert browser.get(flow.consent(page.onward)).status == 303
    assert flow.link_doc(link).used_at is not None


def test_a_platform_that_is_down_connects_nothing_and_offers_another_try(flow: ConnectFlow) -> None:
    browser, link = flow.browser(), flow.link("mailchimp")
    onward = flow.press(browser, link).onward
    back = flow.consent(onward)
    flow.boxes["mailchimp"].faults.add("POST *token", "status", status=503)
    page = browser.get(back)
    assert page.status == 503
    assert "Mailchimp" in page.html
    assert flow.link_doc(link).used_at is None
    assert browser.get(flow.consent(page.onward)).status == 303


def test_without_our_apps_id_the_agency_must_finish_setting_up(flow: ConnectFlow) -> None:
    flow.vault.delete("client-mailchimp")
    page = flow.press(flow.browser(), flow.link("mailchimp"))
    assert page.status == 403
    assert "Tidewater Agency" in page.html
    assert "not set up yet" in page.html


def test_links_are_listed_withdrawn_and_kept_by_fingerprint_only(flow: ConnectFlow) -> None:
    token, link = links.create(flow.documents, flow.clock, "north", "mailchimp", "for Ada")
    flow.clock.forward(minutes=1)
    flow.link("emailoctopus")
    assert [found.label for found in links.of_workspace(flow.documents, "north")] == ["", "for Ada"]
    assert token not in str(flow.documents.docs)
    revoked = links.revoke(flow.documents, flow.clock, link.id)
    assert revoked is not None
    assert revoked.trouble(flow.clock.now()) == "link-revoked"
    assert links.revoke(flow.documents, flow.clock, "no such link") is None


def test_every_kept_attempt_link_and_outcome_says_when_it_may_be_swept(flow: ConnectFlow) -> None:
    browser = flow.browser()
    flow.press(browser, flow.link("mailchimp"))
    flow.connect("mailchimp")
    kept = [path for path in flow.documents.docs if path.split("/")[0] in {"links", "states", "outcomes"}]
    assert {path.split("/")[0] for path in kept} == {"links", "states", "outcomes"}
    for path in kept:
        assert flow.documents.docs[path]["expires_at"] > flow.clock.now() - timedelta(days=7), path
