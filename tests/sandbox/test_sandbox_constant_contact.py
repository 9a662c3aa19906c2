"""Constant Contact's rules: filters, bounds, cursors, errors, and what an opt-out does not move."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from infra.sandbox import Box, create
from infra.sandbox.constant_contact import ConstantContact as World
from infra.sandbox.constant_contact.people import Event
from tests.sandbox.reading import START, ConstantContact, Time, assert_same, get, index, keys, open_client

Made = tuple[Box[World], httpx2.Client, Time]
REPORTS = "/v3/reports"


def make(**settings: Any) -> Made:
    time = Time()
    given: dict[str, Any] = {"counts": {"contacts": 60, "campaigns": 9}, "limits": False} | settings
    box: Box[World] = create("constant_contact", clock=time.clock, **given)
    return box, open_client(box, ConstantContact.BASE), time


def ids(body: Any, name: str = "contacts", key: str = "contact_id") -> set[str]:
    return {row[key] for row in body[name]}


def test_deleted_contacts_are_hidden_unless_asked_for() -> None:
    box, client, _ = make()
    everyone = list(box.world.contacts)
    for status, wanted in (
        ("", lambda c: c.deleted is None),
        ("all", lambda c: True),
        ("deleted", lambda c: c.deleted is not None),
        ("active", lambda c: c.active),
        ("unsubscribed", lambda c: c.deleted is None and c.permission == "unsubscribed"),
    ):
        asked = {"status": status} if status else {}
        found = ids(get(client, "/v3/contacts", limit=500, **asked))
        assert found == {contact.contact_id for contact in everyone if wanted(contact)}, status
        assert found
    deleted = get(client, "/v3/contacts", limit=500, status="deleted")["contacts"][0]
    assert len(deleted["deleted_at"]) == 10, "a date only"
    assert client.get("/v3/contacts", params={"status": "gone"}).status_code == 400


def test_an_opt_out_moves_the_address_and_not_the_contact() -> None:
    box, client, time = make()
    since = {"limit": 500, "status": "all"}
    time.move(hours=1)
    contact = next(c for c in box.world.contacts if c.active and c.email)
    box.world.unsubscribe(contact)
    assert contact.contact_id not in ids(get(client, "/v3/contacts", updated_after=START.isoformat(), **since))
    found = get(client, "/v3/contacts", optout_after=START.isoformat(), **since)
    assert ids(found) == {contact.contact_id}
    shown = found["contacts"][0]["email_address"]
    assert shown["permission_to_send"] == "unsubscribed"
    assert shown["updated_at"] == shown["opt_out_date"] == "2026-09-03T13:00:00Z"


@pytest.mark.parametrize("inclusive", [False, True])
def test_bounds(inclusive: bool) -> None:
    box, client, time = make(options={"inclusive_bounds": inclusive})
    time.move(hours=1)
    contact = box.world.update_contact(next(c for c in box.world.contacts if c.active))
    at = time.now.isoformat()
    for name in ("updated_after", "updated_before"):
        found = ids(get(client, "/v3/contacts", limit=500, status="all", **{name: at}))
        assert (contact.contact_id in found) is inclusive
    campaign = next(iter(box.world.campaigns))["campaign_id"]
    box.world.update_campaign(campaign, name="Renamed")
    found = ids(get(client, "/v3/emails", limit=500, after_date=at), "campaigns", "campaign_id")
    assert (campaign in found) is inclusive


def test_include_and_counts() -> None:
    _, client, _ = make()
    bare = get(client, "/v3/contacts", limit=1, include_count="true")
    assert not set(ConstantContact.INCLUDE.split(",")) & set(bare["contacts"][0])
    assert bare["contacts_count"] > 40
    rich = get(client, "/v3/contacts", limit=1, include="taggings,notes")["contacts"][0]
    assert {"taggings", "notes"} < set(rich)
    assert "list_memberships" not in rich
    assert client.get("/v3/contacts", params={"include": "everything"}).status_code == 400


def test_some_contacts_have_no_address() -> None:
    _, client, _ = make()
    rows = get(client, "/v3/contacts", limit=500, status="all", include="phone_numbers")["contacts"]
    assert any("email_address" not in row for row in rows)
    assert any(row["updated_at"].endswith("-05:00") for row in rows)


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/v3/contacts", 500),
        ("/v3/contact_lists", 500),
        ("/v3/contact_tags", 500),
        ("/v3/contact_custom_fields", 100),
        ("/v3/segments", 1000),
        ("/v3/emails", 500),
        (f"{REPORTS}/summary_reports/email_campaign_summaries", 500),
        (f"{REPORTS}/summary_reports/sms_campaign_summaries", 50),
    ],
)
def test_a_wrong_limit_is_named(path: str, most: int) -> None:
    _, client, _ = make()
    asked = {"start_at": "2026-01-01T00:00:00Z"} if "sms" in path else {}
    get(client, path, limit=most, **asked)
    for wrong in (0, most + 1, "x"):
        answer = client.get(path, params={"limit": wrong, **asked})
        assert answer.status_code == 400
        body = answer.json()
        error = body if path.startswith(REPORTS) else body[0]
        assert error["error_key"] == "contacts.api.validation.error"
        assert "limit" in error["error_message"]


def test_a_cursor_carries_its_filters_and_takes_no_others() -> None:
    _, client, _ = make()
    first = get(client, "/v3/contacts", limit=5, status="all")
    href = first["_links"]["next"]["href"]
    assert href.startswith("/v3/contacts?cursor=")
    second = get(client, href)
    assert len(second["contacts"]) == 5
    assert get(client, f"{href}&status=all") == second
    assert client.get(f"{href}&status=deleted").status_code == 400
    assert client.get("/v3/contacts?cursor=nonsense").status_code == 400


def test_lists_and_their_deletion() -> None:
    box, client, _ = make()
    assert len(get(client, "/v3/contact_lists")["lists"]) == 3
    everything = get(client, "/v3/contact_lists", status="all", include_count="true")
    assert everything["lists_count"] == 4
    assert "membership_count" not in everything["lists"][0]
    counted = get(client, "/v3/contact_lists", include_membership_count="all")["lists"][0]
    active = get(client, "/v3/contact_lists", include_membership_count="active")["lists"][0]
    assert counted["membership_count"] > active["membership_count"] > 0
    box.world.delete_list(counted["list_id"])
    assert counted["list_id"] not in ids(get(client, "/v3/contact_lists"), "lists", "list_id")
    gone = box.truth()["constant_contact_list_memberships"].gone
    assert len(gone) == counted["membership_count"]


def test_a_removed_campaign_loses_activities_and_reports_until_restored() -> None:
    box, client, time = make()
    day = time.now.strftime("%Y-%m-%d")
    before = box.truth()
    campaign = next(iter(box.world.sent))["campaign_id"]
    activity = box.world.mailed(campaign)[0]
    stats = f"{REPORTS}/stats/email_campaigns"
    others = [row["campaign_id"] for row in box.world.sent if row["campaign_id"] != campaign]
    assert len(get(client, f"{stats}/{','.join([campaign, *others])}")["results"]) == len(others) + 1
    box.world.remove_campaign(campaign)
    refused = client.get(f"{stats}/{','.join([*others, campaign])}")
    assert refused.status_code == 404
    assert isinstance(refused.json(), dict)
    assert len(get(client, f"{stats}/{','.join(others)}")["results"]) == len(others)
    part = get(client, f"{REPORTS}/stats/email_campaign_activities/{activity},{box.world.mailed(others[0])[0]}")
    assert (len(part["results"]), len(part["errors"])) == (1, 1)
    assert client.get(f"/v3/emails/activities/{activity}").status_code == 404
    assert client.get(f"{REPORTS}/email_reports/{activity}/tracking/sends").status_code == 404
    shown = get(client, f"/v3/emails/{campaign}")
    assert shown["current_status"] == "Removed"
    assert len(shown["campaign_activities"]) >= 2
    truth = box.truth()
    assert len(truth["constant_contact_sends"].gone) > 0
    assert truth["constant_contact_campaign_stats"].gone[0]["stats"]["em_sends"] > 0
    assert_same(ConstantContact(client).read(day), truth, keys("constant_contact"))
    box.world.restore_campaign(campaign)
    after = box.truth()
    for table in ("sends", "clicks", "campaign_stats", "link_clicks", "activity_detail"):
        name = f"constant_contact_{table}"
        key = keys("constant_contact")[name]
        assert index(after[name].present, key) == index(before[name].present, key)
        assert after[name].gone == []


def test_stats_take_no_more_ids_than_they_say() -> None:
    _, client, _ = make()
    many = ",".join(str(number) for number in range(151))
    assert client.get(f"{REPORTS}/stats/email_campaigns/{many}").status_code == 400
    eleven = ",".join(str(number) for number in range(11))
    assert client.get(f"{REPORTS}/stats/email_campaign_activities/{eleven}").status_code == 400
    ten = get(client, f"{REPORTS}/stats/email_campaign_activities/{eleven[:-3]}")
    assert len(ten["errors"]) == 10


def test_reports_are_newest_first_and_add_up() -> None:
    box, client, _ = make()
    rows = get(client, f"{REPORTS}/summary_reports/email_campaign_summaries")["bulk_email_campaign_summaries"]
    sent = [row["last_sent_date"] for row in rows]
    assert sent == sorted(sent, reverse=True)
    campaign = rows[0]["campaign_id"]
    stats = get(client, f"{REPORTS}/stats/email_campaigns/{campaign}")["results"][0]["stats"]
    assert rows[0]["unique_counts"]["opens"] == stats["em_opens"]
    activity = box.world.mailed(campaign)[0]
    for kind in ("opens", "clicks", "sends"):
        path = f"{REPORTS}/email_reports/{activity}/tracking/{kind}"
        found = get(client, path)["tracking_activities"]
        moments = [row["created_time"] for row in found]
        assert moments == sorted(moments, reverse=True)
        assert moments
    click = get(client, f"{REPORTS}/email_reports/{activity}/tracking/clicks")["tracking_activities"][0]
    same = get(client, f"{REPORTS}/email_reports/{activity}/tracking/clicks", url_id=click["url_id"])
    assert {row["url_id"] for row in same["tracking_activities"]} == {click["url_id"]}
    assert same["_links"] == {"next": {"href": None}}


def test_new_events_between_pages_of_a_newest_first_report_shift_nothing() -> None:
    box, client, time = make()
    campaign = next(iter(box.world.sent))["campaign_id"]
    activity = box.world.mailed(campaign)[0]
    sends = box.world.events["sends"].of(activity)
    now = int(time.now.timestamp())

    def open_again(call: Any, answer: Any) -> None:
        number = len(box.world.events["opens"].of(activity))
        box.world.restate("opens", [Event(activity, sends[0].contact_id, now + number, "", "mobile")])

    before = {(e.contact_id, e.at) for e in box.world.events["opens"].of(activity)}
    box.between_pages(open_again)
    pages = ConstantContact(client, limit=3).pages(
        f"{REPORTS}/email_reports/{activity}/tracking/opens", "tracking_activities"
    )
    read = [row["contact_id"] for row in pages]
    assert len(read) == len(before)


def test_links_nobody_clicked_show_only_when_asked() -> None:
    box, client, _ = make()
    activity = box.world.mailed(next(iter(box.world.sent))["campaign_id"])[0]
    path = f"{REPORTS}/email_reports/{activity}/links"
    clicked = get(client, path)["link_click_counts"]
    assert clicked == get(client, path, no_clicks="true")["link_click_counts"]
    url_id = box.world.add_link(activity, "https://shop.example.com/never")
    assert get(client, path)["link_click_counts"] == clicked
    assert url_id in ids(get(client, path, no_clicks="true"), "link_click_counts", "url_id")


def test_drafts_and_permalinks_have_empty_reports_and_no_stats() -> None:
    box, client, _ = make()
    draft = next(row for row in box.world.campaigns if row["current_status"] == "Draft")
    assert client.get(f"{REPORTS}/stats/email_campaigns/{draft['campaign_id']}").status_code == 404
    permalink = next(row for row in box.world.activities if row["role"] == "permalink")["campaign_activity_id"]
    reports = f"{REPORTS}/email_reports"
    assert get(client, f"{reports}/{permalink}/links")["link_click_counts"] == []
    assert get(client, f"{reports}/{permalink}/tracking/sends")["tracking_activities"] == []
    assert client.get(f"{reports}/no-such-activity/links").status_code == 404


def test_the_accounts_address_and_logo_come_when_asked_for() -> None:
    _, client, _ = make()
    extra = {"physical_address", "company_logo"}
    assert not extra & get(client, "/v3/account/summary").keys()
    assert extra <= get(client, "/v3/account/summary", extra_fields="physical_address,company_logo").keys()


def test_sms_summaries_need_a_start() -> None:
    _, client, _ = make()
    path = f"{REPORTS}/summary_reports/sms_campaign_summaries"
    refused = client.get(path)
    assert (refused.status_code, "start_at" in refused.json()["error_message"]) == (400, True)
    since = (START - timedelta(days=10)).isoformat()
    assert len(get(client, path, start_at=since)["bulk_sms_campaign_summaries"]) == 1
    assert len(get(client, path, start_at="2020-01-01")["bulk_sms_campaign_summaries"]) == 3


def test_a_segment_is_still_processing_at_first() -> None:
    _, client, _ = make()
    assert client.get("/v3/contacts", params={"segment_id": 30}).status_code == 202
    assert get(client, "/v3/contacts", segment_id=30)["contacts"]
    assert client.get("/v3/contacts", params={"segment_id": 30, "status": "all"}).status_code == 400


def test_errors_are_arrays_except_where_they_are_not() -> None:
    _, client, _ = make()
    assert isinstance(client.get("/v3/emails/unknown").json(), list)
    assert isinstance(client.get(f"{REPORTS}/stats/email_campaigns/unknown").json(), dict)
    assert client.post("/v3/contacts", json={}).status_code == 405
