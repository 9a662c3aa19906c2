"""Mailchimp's rules: filters, sorts, bounds, errors, and edits between two pages."""

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from infra.sandbox import Box, create
from infra.sandbox.mailchimp import Mailchimp as World
from infra.sandbox.mailchimp.people import Act
from tests.sandbox.reading import START, Mailchimp, Time, assert_same, get, keys, open_client

Made = tuple[Box[World], httpx2.Client, Time, str]


def make(**settings: Any) -> Made:
    time = Time()
    counts = {"lists": 1, "members": 40, "campaigns": 8, "days": 4}
    given: dict[str, Any] = {"counts": counts, "limits": False} | settings
    box: Box[World] = create("mailchimp", clock=time.clock, **given)
    return box, open_client(box, Mailchimp.BASE), time, next(iter(box.world.lists))["id"]


def test_count_is_ten_unless_asked_and_a_thousand_at_most() -> None:
    _, client, _, list_id = make()
    at = f"/lists/{list_id}/members"
    first = get(client, at)
    assert len(first["members"]) == 10
    assert first["list_id"] == list_id
    assert first["members"][0]["_links"]
    for wrong in ({"count": 1001}, {"count": -1}, {"count": "many"}, {"offset": -1}, {"since_last_changed": "soon"}):
        answer = client.get(at, params=wrong)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == next(iter(wrong))
    assert get(client, at, offset=10_000)["members"] == []


def test_members_by_status_and_window() -> None:
    box, client, _, list_id = make()
    at = f"/lists/{list_id}/members"
    everyone = box.world.members.of(list_id)
    by_default = get(client, at, count=1000)
    assert {row["status"] for row in by_default["members"]} == {m.status for m in everyone} - {"archived"}
    archived = get(client, at, count=1000, status="archived")
    assert archived["total_items"] + by_default["total_items"] == len(everyone)
    assert get(make(options={"archived_by_default": True})[1], at, count=1000)["total_items"] == len(everyone)
    since, before = START - timedelta(days=300), START - timedelta(days=20)
    asked = {"since_last_changed": since.isoformat(), "before_last_changed": before.isoformat(), "count": 1000}
    found = get(client, at, sort_field="last_changed", sort_dir="ASC", **asked)["members"]
    moments = [row["last_changed"] for row in found]
    assert moments == sorted(moments)
    inside = [m for m in everyone if since.timestamp() < m.changed < before.timestamp() and m.status != "archived"]
    assert {row["id"] for row in found} == {m.id for m in inside}
    assert 0 < len(found) < len(everyone)
    down = get(client, at, sort_field="last_changed", sort_dir="DESC", **asked)["members"]
    assert down == found[::-1]


@pytest.mark.parametrize("inclusive", [False, True])
def test_bounds_leave_out_or_take_in_their_own_second(inclusive: bool) -> None:
    box, client, time, list_id = make(options={"inclusive_bounds": inclusive})
    member = box.world.update_member(box.world.subscribed(list_id)[0])
    for name in ("since_last_changed", "before_last_changed"):
        found = get(client, f"/lists/{list_id}/members", count=1000, **{name: time.now.isoformat()})["members"]
        assert (member.id in {row["id"] for row in found}) is inclusive


def test_lists_show_total_contacts_only_when_asked() -> None:
    _, client, _, list_id = make()
    assert "total_contacts" not in get(client, "/lists")["lists"][0]["stats"]
    stats = get(client, f"/lists/{list_id}", include_total_contacts="true")["stats"]
    assert stats["total_contacts"] == 40
    assert stats["total_contacts"] > stats["member_count"]


def test_fields_and_exclude_fields() -> None:
    _, client, _, list_id = make()
    at = f"/lists/{list_id}/members"
    slim = get(client, at, fields="members.id,members.merge_fields.FNAME,total_items", count=2)
    assert set(slim) == {"members", "total_items"}
    assert set(slim["members"][0]) == {"id", "merge_fields"}
    assert set(slim["members"][0]["merge_fields"]) == {"FNAME"}
    cut = get(client, at, exclude_fields="members._links,_links,members.stats", count=2)
    assert "_links" not in cut
    assert not {"_links", "stats"} & set(cut["members"][0])
    wrong = client.get(at, params={"fields": "people.id"})
    assert (wrong.status_code, wrong.json()["title"]) == (422, "Requested Fields Invalid")


def test_a_segment_shows_who_left_when_asked_and_counts_subscribers() -> None:
    _, client, _, list_id = make()
    more = {f"include_{status}": "true" for status in ("cleaned", "transactional", "unsubscribed")}
    kinds = set()
    for segment in get(client, f"/lists/{list_id}/segments", count=1000)["segments"]:
        at = f"/lists/{list_id}/segments/{segment['id']}/members"
        shown, every = ([row["status"] for row in get(client, at, count=1000, **asked)["members"]]
                        for asked in ({}, more))  # fmt: skip
        assert set(shown) <= {"subscribed", "pending"}
        assert segment["member_count"] == shown.count("subscribed") == every.count("subscribed")
        kinds |= {segment["type"]} if set(every) - set(shown) else set()
    assert kinds == {"static", "saved", "fuzzy"}
    assert client.get(f"/lists/{list_id}/segments/1/members").status_code == 404


def test_campaign_and_report_filters() -> None:
    box, client, _, _ = make()
    world = box.world
    for status in ("save", "sent", "schedule"):
        found = get(client, "/campaigns", status=status, count=100)["campaigns"]
        assert {row["id"] for row in found} == {row["id"] for row in world.campaigns if row["status"] == status}
        assert found
    assert client.get("/campaigns", params={"status": "archived"}).status_code == 400
    since = START - timedelta(days=15)
    recent = {row["id"] for row in world.reports if row["sent_at"] > since.timestamp()}
    asked = {"since_send_time": since.isoformat(), "count": 100}
    assert {row["id"] for row in get(client, "/reports", **asked)["reports"]} == recent
    assert recent < {row["id"] for row in world.reports}
    found = get(client, "/campaigns", sort_field="create_time", sort_dir="DESC", count=100)["campaigns"]
    made = [row["create_time"] for row in found]
    assert made == sorted(made, reverse=True)
    assert any(row["send_time"] == "" for row in found), "unset is the empty string"
    assert client.get("/campaigns", params={"sort_field": "title"}).status_code == 400


def test_since_narrows_activity_not_people() -> None:
    box, client, _, _ = make()
    report = max(box.world.reports, key=lambda row: row["sent_at"])
    at = f"/reports/{report['id']}/email-activity"
    whole = get(client, at, count=1000)["emails"]
    later = get(client, at, count=1000, since=START.isoformat())["emails"]
    assert len(later) == len(whole)
    assert any(person["activity"] for person in whole)
    assert not any(person["activity"] for person in later)


def test_reports_add_up_and_follow_late_opens() -> None:
    box, client, time, _ = make()
    report = max(box.world.reports, key=lambda row: row["sent_at"])
    person = next(p for p in box.world.recipients.of(report["id"]) if p.status == "sent")
    link = box.world.links.of(report["id"])[0]
    before = get(client, f"/reports/{report['id']}")
    late = [Act("open", int(time.now.timestamp()), ""), Act("click", int(time.now.timestamp()) + 1, link["url"])]
    box.world.restate(report["id"], {person.email_id: late})
    after = get(client, f"/reports/{report['id']}")
    assert after["opens"]["opens_total"] == before["opens"]["opens_total"] + 1
    assert after["clicks"]["clicks_total"] == before["clicks"]["clicks_total"] + 1
    campaign = get(client, f"/campaigns/{report['id']}")
    assert campaign["report_summary"]["opens"] == after["opens"]["opens_total"]
    clicks = get(client, f"/reports/{report['id']}/click-details")["urls_clicked"]
    assert sum(row["total_clicks"] for row in clicks) == after["clicks"]["clicks_total"]
    assert 0 < after["opens"]["open_rate"] <= 1


def test_a_deleted_list_is_404_and_its_campaigns_say_so() -> None:
    box, client, _, list_id = make()
    campaign = next(iter(box.world.campaigns))["id"]
    assert get(client, f"/campaigns/{campaign}")["recipients"]["list_is_active"] is True
    box.world.delete_list(list_id)
    answer = client.get(f"/lists/{list_id}/members")
    assert (answer.status_code, answer.json()["title"]) == (404, "Resource Not Found")
    assert get(client, f"/campaigns/{campaign}")["recipients"]["list_is_active"] is False
    truth = box.truth()
    assert len(truth["mailchimp_list_members"].gone) == 40
    assert truth["mailchimp_lists"].gone[0]["stats"]["total_contacts"] == 40
    assert_same(Mailchimp(client).read(), truth, keys("mailchimp"))
    box.world.delete_campaign(campaign)
    assert client.get(f"/reports/{campaign}").status_code == 404
    assert truth["mailchimp_campaigns"].present != box.truth()["mailchimp_campaigns"].present
    assert_same(Mailchimp(client).read(), box.truth(), keys("mailchimp"))


def test_a_member_with_more_tags_than_a_row_shows() -> None:
    box, client, _, list_id = make()
    found = get(client, f"/lists/{list_id}/members", count=1000)["members"]
    crowded = next(row for row in found if row["tags_count"] > 50)
    assert len(crowded["tags"]) == 50
    tags = get(client, f"/lists/{list_id}/members/{crowded['id']}/tags", count=1000)["tags"]
    assert len(tags) == crowded["tags_count"]
    key = (list_id, crowded["id"])
    box.world.update_member(box.world.members[key], tags=())
    assert len(box.truth()["mailchimp_list_member_tags"].gone) == len(tags)


def test_an_address_changes_the_id() -> None:
    box, client, _, list_id = make()
    old = box.world.subscribed(list_id)[0]
    new = box.world.change_address(old, "Someone.New@Example.com")
    assert client.get(f"/lists/{list_id}/members/{old.id}").status_code == 404
    shown = get(client, f"/lists/{list_id}/members/{new.id}")
    assert shown["email_address"] == "Someone.New@Example.com"
    assert old.id in {row["id"] for row in box.truth()["mailchimp_list_members"].gone}


def test_offsets_shift_when_rows_go_between_two_pages() -> None:
    """The trap of offset paging: a delete behind the reader hides a row that is still there."""
    box, client, _, list_id = make()
    victims = sorted(box.world.members.of(list_id), key=lambda m: (m.changed, m.id))
    victims = [member for member in victims if member.status != "archived"]
    calls: list[str] = []

    def delete_the_first(call: Any, answer: Any) -> None:
        calls.append(call.path)
        if len(calls) == 1:
            box.world.delete_member(victims[0])

    box.between_pages(delete_the_first)
    seen: set[str] = set()
    for offset in range(0, 50, 10):
        page = get(client, f"/lists/{list_id}/members", count=10, offset=offset, sort_field="last_changed")
        seen |= {row["id"] for row in page["members"]}
    missed = {member.id for member in victims} - seen
    assert missed == {victims[10].id}
    assert len(calls) == 5


def test_unknown_addresses_and_methods() -> None:
    _, client, _, list_id = make()
    assert client.get("/nothing").json()["status"] == 404
    assert client.post(f"/lists/{list_id}/members", json={}).status_code == 405
    assert get(client, "/ping")["health_status"] == "Everything's Chimpy!"


def test_landing_pages_offset_is_an_option() -> None:
    ignores, takes = make()[1], make(options={"landing_pages_offset": True})[1]
    assert get(ignores, "/landing-pages", count=1, offset=1) == get(ignores, "/landing-pages", count=1)
    assert get(takes, "/landing-pages", count=1, offset=1) != get(takes, "/landing-pages", count=1)


def test_templates_come_with_ready_made_ones_unless_asked() -> None:
    _, client, _, _ = make()
    kinds = {row["type"] for row in get(client, "/templates", count=100)["templates"]}
    assert kinds == {"user", "base", "gallery"}
    mine = get(client, "/templates", type="user", count=100, sort_field="name")["templates"]
    assert {row["type"] for row in mine} == {"user"}
    assert not all(row["active"] for row in mine)
