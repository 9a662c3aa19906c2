"""EmailOctopus' rules: statuses, inclusive bounds, cursors, reports, errors."""

from typing import Any

import httpx2
import pytest

from infra.sandbox import Box, create
from infra.sandbox.emailoctopus import EmailOctopus as World
from infra.sandbox.emailoctopus.world import Event
from infra.sandbox.invent import md5
from tests.sandbox.reading import EmailOctopus, Time, assert_same, get, keys, open_client

Made = tuple[Box[World], httpx2.Client, Time, str]


def make(**settings: Any) -> Made:
    time = Time()
    given: dict[str, Any] = {"counts": {"lists": 1, "contacts": 40, "campaigns": 3}, "limits": False} | settings
    box: Box[World] = create("emailoctopus", clock=time.clock, **given)
    return box, open_client(box, EmailOctopus.BASE), time, next(iter(box.world.lists))["id"]


def ids(body: Any) -> set[str]:
    return {row["id"] for row in body["data"]}


def test_only_subscribed_people_come_without_a_status() -> None:
    box, client, _, list_id = make()
    at = f"/lists/{list_id}/contacts"
    everyone = box.world.contacts.of(list_id)
    assert ids(get(client, at)) == {c.id for c in everyone if c.status == "subscribed"}
    for status in ("unsubscribed", "pending"):
        found = get(client, at, status=status)
        assert ids(found) == {c.id for c in everyone if c.status == status}
        assert found["paging"]["next"] is None
    assert len(get(make(options={"default_status": ""})[1], at)["data"]) == 40
    wrong = client.get(at, params={"status": "SUBSCRIBED"})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["parameter"] == "status"
    assert wrong.json()["type"].endswith("#unprocessable-content")


def test_bounds_include_themselves() -> None:
    box, client, time, list_id = make()
    time.move(hours=1)
    contact = box.world.update_contact(next(c for c in box.world.contacts if c.status == "subscribed"))
    at, now = f"/lists/{list_id}/contacts", time.now.isoformat()
    assert ids(get(client, at, **{"last_updated_at.gte": now})) == {contact.id}
    assert contact.id in ids(get(client, at, **{"last_updated_at.lte": now}))
    time.move(seconds=1)
    later = time.now.isoformat()
    assert ids(get(client, at, **{"last_updated_at.gte": later})) == set()
    assert contact.id in ids(get(client, at, **{"last_updated_at.lte": later}))
    assert client.get(at, params={"last_updated_at.gte": "yesterday"}).status_code == 422
    born = {"created_at.gte": now}
    assert ids(get(client, at, **born)) == set()
    added = box.world.add_contact(list_id)
    assert ids(get(client, at, **born)) == {added.id}


def test_pages_and_their_limit() -> None:
    _, client, _, list_id = make()
    at = f"/lists/{list_id}/contacts"
    first = get(client, at, limit=7)
    way_on = first["paging"]["next"]
    assert way_on["url"].startswith(f"https://api.emailoctopus.com{at}?")
    second = get(client, at, limit=7, starting_after=way_on["starting_after"])
    assert get(client, way_on["url"]) == second
    assert not ids(first) & ids(second)
    for wrong in (0, 101, "x"):
        assert client.get(at, params={"limit": wrong}).status_code == 422
    assert client.get(at, params={"starting_after": "???"}).status_code == 422


@pytest.mark.parametrize("as_array", [False, True])
def test_counts_come_as_object_or_array(as_array: bool) -> None:
    box, client, _, list_id = make(options={"counts_as_array": as_array})
    counts = get(client, "/lists")["data"][0]["counts"]
    assert isinstance(counts, list) is as_array
    counts = counts[0] if as_array else counts
    assert sum(counts.values()) == 40
    box.world.unsubscribe(next(c for c in box.world.contacts if c.status == "subscribed"))
    after = get(client, f"/lists/{list_id}")["counts"]
    assert (after[0] if as_array else after)["unsubscribed"] == counts["unsubscribed"] + 1


def test_a_draft_has_no_reports_and_says_403() -> None:
    box, client, _, _ = make()
    draft = next(row for row in box.world.campaigns if row["status"] == "draft")["id"]
    for path in ("summary", "links"):
        answer = client.get(f"/campaigns/{draft}/reports/{path}")
        assert (answer.status_code, answer.json()["type"][-14:]) == (403, "#access-denied")
    assert client.get(f"/campaigns/{draft}/reports", params={"status": "sent"}).status_code == 403
    missing = client.get("/campaigns/unknown/reports/summary")
    assert missing.status_code == 404
    assert missing.headers["content-type"].startswith("application/json")


def test_contact_reports_need_a_status_and_carry_it_outside() -> None:
    box, client, _, _ = make()
    campaign = next(iter(box.world.sent))["id"]
    at = f"/campaigns/{campaign}/reports"
    for asked in ({}, {"status": "seen"}):
        answer = client.get(at, params=asked)
        assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "status")
    body = get(client, at, status="opened")
    assert body["status"] == "opened"
    assert set(body["data"][0]) == {"contact_id", "contact_email_address", "occurred_at"}
    opened = {row["contact_id"] for row in body["data"]}
    unopened = {row["contact_id"] for row in get(client, at, status="not-opened")["data"]}
    sent = {row["contact_id"] for row in get(client, at, status="sent")["data"]}
    assert opened | unopened == sent
    assert not opened & unopened


def test_summaries_add_up_and_follow_late_opens() -> None:
    box, client, time, _ = make()
    campaign = next(iter(box.world.sent))["id"]
    before = get(client, f"/campaigns/{campaign}/reports/summary")
    sent = box.world.of(campaign, "sent")[0]
    now = int(time.now.timestamp())
    box.world.restate([Event(campaign, "opened", sent.contact_id, sent.email, now)])
    after = get(client, f"/campaigns/{campaign}/reports/summary")
    assert after["opened"]["total"] == before["opened"]["total"] + 1
    assert after["sent"] == before["sent"] == len(box.world.of(campaign, "sent"))


def test_a_contact_that_moves_between_partitions_can_be_met_twice() -> None:
    box, client, time, _ = make()

    def unsubscribe_one(call: Any, answer: Any) -> None:
        if call.query.get("status") == "subscribed" and call.query.get("starting_after") is None:
            time.move(seconds=1)
            row = answer.body["data"][0]
            box.world.unsubscribe(box.world.contacts[(call.values["list_id"], row["id"])])

    box.between_pages(unsubscribe_one)
    rows = EmailOctopus(client).read()["emailoctopus_contacts"]
    met = [row["id"] for row in rows]
    assert len(met) == len(set(met)) + 1
    twice = [row for row in rows if met.count(row["id"]) == 2]
    newest = max(twice, key=lambda row: row["last_updated_at"])
    assert newest["status"] == "unsubscribed"


def test_deletions_leave_no_trace_but_in_the_truth() -> None:
    box, client, _, list_id = make()
    contact = next(c for c in box.world.contacts if c.status == "subscribed")
    by_md5 = f"/lists/{list_id}/contacts/{md5(contact.email)}"
    assert get(client, by_md5)["id"] == contact.id
    box.world.delete_contact(contact)
    assert client.get(by_md5).status_code == 404
    box.world.update_list(list_id, tags=[])
    box.world.delete_campaign(next(iter(box.world.sent))["id"])
    truth = box.truth()
    assert [row["id"] for row in truth["emailoctopus_contacts"].gone] == [contact.id]
    assert len(truth["emailoctopus_list_tags"].gone) == 3
    assert truth["emailoctopus_campaign_summary"].gone[0]["sent"] > 0
    assert_same(EmailOctopus(client).read(), truth, keys("emailoctopus"))
    box.world.delete_list(list_id)
    assert client.get(f"/lists/{list_id}/contacts").status_code == 404
    assert_same(EmailOctopus(client).read(), box.truth(), keys("emailoctopus"))


def test_wrong_methods() -> None:
    _, client, _, list_id = make()
    answer = client.post(f"/lists/{list_id}/contacts", json={})
    assert (answer.status_code, answer.json()["type"][-19:]) == (405, "#method-not-allowed")
