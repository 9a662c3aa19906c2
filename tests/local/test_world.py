"""The demonstration's own code on few rows: several platforms, real processes, and an operator beside them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from google.auth.compute_engine import _metadata

from infra.demo.browser import Browser
from infra.demo.connecting import connect
from infra.demo.demo_cloud import DemoCloud, world
from infra.local.processes import answers
from shared.audit.entry import Origin
from shared.errors import Configure
from shared.keys.admission import Shown
from shared.looking.asking import GoogleToken, LookUp, by_session
from shared.people.guard import NotThere
from shared.people.levels import How, Role
from shared.people.persons import Proof, make
from shared.people.roles import Member, give
from shared.people.sessions import Sessions
from shared.sync.status import RunStatus
from tests.calls.signing import shopify
from tests.local.conftest import eventually, run

pytestmark = pytest.mark.slow

# Every kind of consent and paging; reports that a platform makes for minutes are waited for by `make demo` alone.
TOLD = ["constant_contact", "emailoctopus", "google_ads", "instagram", "mailchimp", "shopify"]

Lived = tuple[DemoCloud, list[RunStatus], list[str], datetime]


@pytest.fixture(scope="module")
def lived() -> Iterator[Lived]:
    """Connected and synced once; with the links that were used up, and when it began."""
    begun = datetime.now(UTC)
    with world(None, sys.stderr, small=True, names=TOLD) as made:
        used = {name: made.link(name) for name in made.levers}
        for name, link in used.items():
            connect(link, made.key(name), made.answers(name), made.accounts(name))
        yield made, made.watch(1), list(used.values()), begun


def admin(made: DemoCloud, *words: str) -> object:
    ended = run("infra.admin", "--local", str(made.cloud.folder), "--json", *words)
    assert ended.returncode == 0, ended.stderr
    return orjson.loads(ended.stdout)


def test_everything_the_platforms_hold_is_in_the_tables(lived: Lived) -> None:
    made, first, _, begun = lived
    assert [run.state for run in first] == ["completed"] * len(first), [run.troubles for run in first]
    compared = [one for name in made.levers for one in made.compare(name, begun)]
    assert [trouble for one in compared for trouble in one.troubles()] == []
    assert sum(one.rows for one in compared) > 500
    # Sums may differ for reasons of the platform's own (spend that no ad shows); counts may not.
    proofs = [stream.proof for run in first for stream in run.streams]
    assert [proof for proof in proofs if proof.verdict == "differs" and not proof.measures] == []


def test_an_operator_sees_it_and_asks_for_what_changed(lived: Lived) -> None:
    made, _, _, _ = lived
    shown = admin(made, "status", "demo")
    assert isinstance(shown, list)
    assert {(one["platform"], one["runs"][0]["state"]) for one in shown} == {
        (name, "completed") for name in made.levers
    }
    made.levers["emailoctopus"].change()
    asked = datetime.now(UTC)
    ended = admin(made, "sync", "demo", "emailoctopus", "--wait")
    assert isinstance(ended, dict)
    assert ended["state"] == "completed"
    assert [t for one in made.compare("emailoctopus", asked) for t in one.troubles()] == []


def test_a_link_opens_once(lived: Lived) -> None:
    _, _, used, _ = lived
    assert Browser().open(used[0]).status == 410


def test_only_signed_pushes_are_taken(lived: Lived) -> None:
    made, _, _, _ = lived
    browser = Browser()
    for name in ("extract_page", "fan_out_sync", "load_batch", "record_failure", "tell_run"):
        assert answers(f"{made.cloud.addresses[name]}/healthz")
        assert browser.client.post(f"{made.cloud.addresses[name]}/slice-ready", json={}).status_code == 401


def test_a_shop_tells_that_a_customer_is_to_be_forgotten(lived: Lived) -> None:
    """From the signed call to the rows in BigQuery, by the functions themselves."""
    made, _, _, _ = lived
    stores = made.stores
    (shop,) = stores.documents.find_all("connections", ("platform", "==", "shopify"))

    def mails() -> dict[str, str]:
        sql = f"SELECT customer_id, email FROM `{stores.settings.project}.demo_raw.shopify_customers`"
        return {row.customer_id: row.email for row in stores.bigquery.query_and_wait(sql) if row.email}

    before = mails()
    name = min(before)
    said = {"shop_domain": shop["account"], "customer": {"id": int(name.rpartition("/")[2])}, "orders_to_redact": []}
    body = orjson.dumps(said)
    sent = shopify("customers/redact", body, secret="demo-shopify-secret")
    address = f"{made.cloud.addresses['platform_calls']}/shopify/webhooks"
    client = Browser().client
    assert client.post(address, content=body, headers={**sent, "X-Shopify-Hmac-Sha256": "forged"}).status_code == 401
    assert client.post(address, content=body, headers=sent).status_code == 200
    assert eventually(lambda: all(call["passes"] for call in stores.documents.find("calls")))
    assert mails() == {each: mail for each, mail in before.items() if each != name}
    told: Any = admin(made, "call", "list")
    assert told[0]["cleared"]["demo_raw.shopify_customers"] == 1


def letter_to(made: DemoCloud, mail: str, count: int) -> str:
    """The link of the newest letter to somebody, once they have so many."""
    found = list[str]()

    def arrived() -> bool:
        page = Browser().open(made.cloud.letters).text
        found[:] = [part for part in page.split("<h2>") if f"to {mail}" in part]
        return len(found) >= count

    assert eventually(arrived, 60)
    return found[0].partition('href="')[2].partition('"')[0]


def test_people_sign_in_invite_and_are_written_down(lived: Lived) -> None:
    """By the functions themselves, with tokens that a real key has signed and letters that went by SMTP."""
    made, _, _, _ = lived
    console, guest = made.cloud.addresses["console"], "guest@customer.example"
    owner = Browser()
    chosen = owner.send(page := owner.open(console), page.form(lambda form: form.action == "/sign-in/google"), {})
    home = owner.send(chosen, chosen.forms[0], {"sub": "1001"})
    assert "Corner Bakery" in home.text
    people = owner.open(f"{console}/workspaces/demo/people")
    invite = people.form(lambda form: form.action.endswith("/invitations"))
    assert owner.send(people, invite, {"mail": guest, "role": "viewer"}).status == 200
    visitor = Browser()
    invitation = visitor.open(letter_to(made, guest, 1))
    assert "invites you to Corner Bakery" in invitation.text
    visitor.send(invitation, invitation.form(lambda form: form.action == "/sign-in/mail"), {})
    link = letter_to(made, guest, 2)
    assert Browser().open(link).status == 403  # in another browser it opens nothing
    assert "Corner Bakery" in visitor.open(link).text
    assert visitor.open(f"{console}/workspaces/demo/people").status == 404
    members: Any = admin(made, "member", "list", "demo")
    (member,) = members
    assert (member["mail"], member["role"]) == (guest, "viewer")
    admin(made, "member", "remove", "demo", guest)
    assert visitor.open(f"{console}/workspaces/demo").status == 404
    acts = {entry["act"] for entry in made.stores.people.find("audit_entries")}
    assert {"person.made", "invitation.made", "invitation.accepted", "session.begun", "role.taken"} <= acts


def signed_in(made: DemoCloud, mail: str, workspace: str) -> Shown:
    """An analyst of this workspace with a session, as the console has it at hand."""
    people, now = made.stores.people, made.stores.clock.now()
    by = Origin(who="operator:tests")
    person = people.transact(lambda tx: make(tx, Proof(mail, mail), by, now))
    people.transact(lambda tx: give(tx, Member(workspace, person.id, Role.ANALYST, now, "operator"), by))
    sessions = Sessions(people, made.stores.clock, timedelta(minutes=30))
    session = sessions.find(sessions.begin(by, person.id, How.GOOGLE))
    assert session is not None
    return by_session(session)


def test_the_console_looks_people_up_for_whom_it_may(lived: Lived, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a token of the machine's own, from the page of contacts to the record that a platform sent."""
    made, _, _, _ = lived
    address = made.cloud.addresses["look_up"]
    monkeypatch.setattr(_metadata, "_GCE_METADATA_HOST", made.cloud.environment["GCE_METADATA_HOST"])
    made.stores.documents.set("workspaces/birch", {"id": "birch", "name": "Birch"})
    ours, theirs = signed_in(made, "ann@gmail.com", "demo"), signed_in(made, "bo@gmail.com", "birch")
    looks, by = LookUp(address, GoogleToken(address)), Origin(who="", route="contacts")

    asked_for = list[str]()

    def look(verb: str, **asked: str | int) -> Any:
        asked_for.append(verb)
        return looks.ask(verb, "demo", ours, by, asked)

    page = look("contacts", rows=5, platform="mailchimp")
    assert len(page["contacts"]) == 5 < page["matching"]
    after = look("contacts", rows=5, platform="mailchimp", after=page["next"])
    assert page["contacts"][-1]["address"] < after["contacts"][0]["address"]
    everybody = [each["contact"] for each in look("contacts", rows=100, platform="mailchimp")["contacts"]]
    contact = next(each for each in everybody if look("history", contact=each)["history"])
    known = look("contact", contact=contact)
    assert look("contact", address=known["address"].upper()) == known
    record = look("record", page=known["records"][0]["_page"], line=known["records"][0]["_line"])
    assert known["address"] in str(record["record"]).lower()
    assert record["table"].startswith(known["records"][0]["platform"])
    for shown, workspace in ((theirs, "demo"), (ours, "birch")):
        for verb, asked in (
            ("contacts", {}),
            ("contact", {"contact": contact}),
            ("record", {"page": record["page"], "line": 0}),
        ):
            with pytest.raises(NotThere):
                looks.ask(verb, workspace, shown, by, asked)
    with pytest.raises(Configure):
        LookUp(address, GoogleToken("https://another.example")).ask("contacts", "demo", ours, by, {})
    told = [
        each for each in made.stores.people.find("audit_entries") if each["act"] in ("contacts.read", "record.read")
    ]
    assert len(told) == len(asked_for)
    assert {each["workspace"] for each in told} == {"demo"}
    made.stores.documents.delete("workspaces/birch")


def test_it_fits_into_a_small_machine(lived: Lived) -> None:
    made, _, _, _ = lived
    assert 200 * 2**20 < made.cloud.memory() < 2**31
