"""Klaviyo's rules: keys and tokens, the filter language, pages, what comes when asked for."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from infra.sandbox import Box, create
from infra.sandbox.klaviyo import STAND_IN as KLAVIYO
from infra.sandbox.klaviyo import Klaviyo
from infra.sandbox.times import DAY, offset
from tests.sandbox.reading import Time, get, open_client

BASE = "https://a.klaviyo.com/api"
REVISION = {"revision": "2026-07-15"}
SMALL = {"profiles": 40, "lists": 3, "segments": 2, "campaigns": 9, "flows": 2, "events": 60}
Made = tuple[Box[Klaviyo], httpx2.Client, Time]


def make(**settings: Any) -> Made:
    time = Time()
    given: dict[str, Any] = {"counts": SMALL, "limits": False, **settings}
    box = create(KLAVIYO, clock=time.clock, monotonic=time.monotonic, **given)
    client = open_client(box, BASE, REVISION | {"Authorization": f"Klaviyo-API-Key {box.key()}"})  # it has no end
    return box, client, time


def ids(body: Any) -> list[str]:
    return [row["id"] for row in body["data"]]


def refused(client: httpx2.Client, path: str, status: int = 400, **query: Any) -> Any:
    answer = client.get(path, params=query)
    assert answer.status_code == status, answer.text[:200]
    assert answer.headers["content-type"] == "application/vnd.api+json"
    (error,) = answer.json()["errors"]
    assert {"id", "code", "title", "detail"} <= error.keys()
    return error


# -- who may read


def test_keys_and_tokens_have_words_of_their_own() -> None:
    box, client, _ = make()
    key, token = box.key(), box.credential()["access_token"]
    for word, credential, status in (
        ("Klaviyo-API-Key", key, 200), ("Bearer", token, 200), ("Bearer", key, 401), ("Klaviyo-API-Key", token, 401),
    ):  # fmt: skip
        answer = client.get("/accounts", headers={"Authorization": f"{word} {credential}"})
        assert answer.status_code == status
    assert answer.json()["errors"][0]["code"] == "not_authenticated"


def test_a_key_reads_what_it_was_made_for() -> None:
    box, client, _ = make()
    client.headers["Authorization"] = f"Klaviyo-API-Key {box.grants.key(['lists:read'])}"
    get(client, "/lists")
    assert refused(client, "/profiles", 403)["code"] == "permission_denied"


def test_every_call_names_its_revision() -> None:
    _, client, _ = make()
    for revision in ("", "2019-01-01"):
        client.headers["revision"] = revision
        assert refused(client, "/lists")["source"] == {"parameter": "revision"}


def test_tokens_last_an_hour_and_refresh_tokens_are_replaced() -> None:
    for setting, again in (({}, False), ({"refresh": "long_lived"}, True)):
        box, client, time = make(**setting)
        first = box.credential()
        assert first["expires_in"] == 3600
        time.move(hours=1)
        assert client.get("/lists", headers={"Authorization": f"Bearer {first['access_token']}"}).status_code == 401
        trade = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
        app = ("demo-klaviyo", "demo-klaviyo-secret")
        renewed = client.post("https://a.klaviyo.com/oauth/token", data=trade, auth=app)
        assert renewed.status_code == 200
        assert (renewed.json()["refresh_token"] == first["refresh_token"]) == again
        once_more = client.post("https://a.klaviyo.com/oauth/token", data=trade, auth=app)
        assert (once_more.status_code == 200) == again
        if not again:
            assert once_more.json()["error"] == "invalid_grant"
        no_app = client.post("https://a.klaviyo.com/oauth/token", data={**trade, "client_id": app[0]})
        assert no_app.json()["error"] == "invalid_client"


# -- what is asked


def test_bounds_of_profiles_leave_themselves_out_and_know_no_fractions() -> None:
    box, client, time = make()
    time.move(hours=1)
    profile = box.world.update_profile(next(iter(box.world.profiles)))
    now, before = time.now, time.now - timedelta(seconds=1)
    time.move(hours=1)

    def after(moment: Any, more: str = "") -> list[str]:
        return ids(get(client, "/profiles", filter=f"greater-than(updated,{moment:%Y-%m-%dT%H:%M:%S}{more}Z)"))

    assert after(before) == [profile.id]
    assert after(now) == []
    assert after(before, ".999") == [profile.id], "a bound is read by the second"
    refused(client, "/profiles", filter="greater-or-equal(updated,2026-01-01T00:00:00Z)")


@pytest.mark.parametrize(
    "words",
    [
        "greater-than(updated,2026-01-01T00:00:00 00:00)",  # a plus, on its way through an address
        "greater-than(updated,2026-01-01)",
        "greater-than(updated,2099-01-01T00:00:00Z)",
        "greater-than(shoe_size,2026-01-01T00:00:00Z)",
        "later-than(updated,2026-01-01T00:00:00Z)",
        "greater-than(updated,2026-01-01T00:00:00Z",
        "equals(messages.channel,'email')",
    ],
)
def test_filters_that_are_not_understood_are_refused(words: str) -> None:
    _, client, _ = make()
    assert refused(client, "/profiles", filter=words)["source"] == {"parameter": "filter"}


@pytest.mark.parametrize("zone", ["Z", "+00:00", "+0000", "-0500"])
def test_any_zone_of_iso_8601_is_understood(zone: str) -> None:
    """Klaviyo's own Python SDK writes +0000; the plus must only arrive as one."""
    _, client, _ = make()
    assert get(client, "/profiles", filter=f"greater-than(updated,2026-01-01T00:00:00{zone})")["data"]


def test_events_may_bring_what_they_are_credited_to() -> None:
    _, client, _ = make()
    body = get(client, "/events", include="attributions,metric")
    assert {each["type"] for each in body["included"]} == {"metric"}, "none of these is credited to a message"
    assert body["data"][0]["relationships"]["attributions"]["data"] == []


def test_campaigns_need_a_channel_and_archived_ones_come_in_no_order() -> None:
    box, client, _ = make()
    refused(client, "/campaigns")
    refused(client, "/campaigns", filter="equals(archived,false)")
    every = []
    for channel in ("email", "sms", "mobile_push"):
        for archived in ("true", "false"):
            which = f"and(equals(messages.channel,'{channel}'),equals(archived,{archived}))"
            found = get(client, "/campaigns", filter=which, sort="updated_at")["data"]
            assert all(str(row["attributes"]["archived"]).lower() == archived for row in found)
            moments = [row["attributes"]["updated_at"] for row in found]
            assert archived == "true" or moments == sorted(moments)
            every += [row["id"] for row in found]
    assert sorted(every) == sorted(row["id"] for row in box.world.campaigns)
    for row in list(box.world.campaigns):
        box.world.archive(row["id"])
    shelved = get(client, "/campaigns", filter="equals(messages.channel,'email'),equals(archived,true)", sort="name")
    names = [row["attributes"]["name"] for row in shelved["data"]]
    assert len(names) > 3
    assert names != sorted(names)


@pytest.mark.parametrize(
    ("path", "most"),
    [("lists", 10), ("segments", 10), ("profiles", 100), ("events", 1000), ("flows", 50), ("templates", 10),
     ("forms", 100), ("tags", 50), ("tag-groups", 25)],
)  # fmt: skip
def test_each_list_has_a_most_of_its_own(path: str, most: int) -> None:
    _, client, _ = make()
    get(client, f"/{path}", **{"page[size]": most})
    refused(client, f"/{path}", 400, **{"page[size]": str(most + 1)})


def test_metrics_choose_the_size_of_their_pages_themselves() -> None:
    _, client, _ = make()
    assert len(get(client, "/metrics")["data"]) == 9
    refused(client, "/metrics", 400, **{"page[size]": "5"})


def test_links_carry_the_question_and_lead_to_the_end_whatever_goes() -> None:
    box, client, _ = make()
    box.between_pages(
        lambda call, answer: box.world.delete_profile(box.world.profiles[(answer.body["data"][0]["id"],)])
    )
    found, page = [], get(client, "/profiles", **{"page[size]": 7, "sort": "-updated"})
    while True:
        found += ids(page)
        following = page["links"]["next"]
        if not following:
            break
        assert parse_qs(urlsplit(following).query)["sort"] == ["-updated"]
        page = get(client, following)
    assert len(found) == len(set(found)) == 40
    refused(client, "/profiles", 400, **{"page[cursor]": "nonsense"})


# -- what comes when asked for


def test_parts_come_when_asked_for() -> None:
    box, client, _ = make()
    (plain, *_), asked = get(client, "/profiles")["data"], {"additional-fields[profile]": "subscriptions"}
    assert "subscriptions" not in plain["attributes"]
    assert "subscriptions" in get(client, "/profiles", **asked)["data"][0]["attributes"]
    refused(client, "/profiles", 400, **{"additional-fields[profile]": "horoscope"})
    only = get(client, "/events", **{"fields[event]": "datetime"})["data"][0]
    assert list(only["attributes"]) == ["datetime"], "what is not named vanishes, properties included"
    assert "data" not in only["relationships"]["metric"]
    both = get(client, "/events", include="metric,profile")
    assert both["data"][0]["relationships"]["metric"]["data"]["type"] == "metric"
    assert {each["type"] for each in both["included"]} == {"metric", "profile"}
    refused(client, "/events", include="weather")
    name = next(iter(box.world.lists))["id"]
    counted = get(client, f"/lists/{name}", **{"additional-fields[list]": "profile_count"})["data"]["attributes"]
    assert counted["profile_count"] == len(box.world.list_members.of(name))
    assert "profile_count" not in get(client, f"/lists/{name}")["data"]["attributes"]


def test_what_is_deleted_is_gone_without_a_word() -> None:
    box, client, _ = make()
    profile, name = next(iter(box.world.profiles)), next(iter(box.world.lists))["id"]
    box.world.add_event("Placed Order", profile)
    box.world.delete_profile(profile)
    assert profile.id not in ids(get(client, "/profiles", **{"page[size]": 100}))
    assert all(event.profile != profile.id for event in box.world.events)
    box.world.delete_list(name)
    assert refused(client, f"/lists/{name}/profiles", 404)["code"] == "not_found"


def test_events_can_be_of_the_future_and_cannot_be_asked_for_by_it() -> None:
    box, client, time = make()
    ahead = box.world.add_event("Active on Site", next(iter(box.world.profiles)), box.world.now() + 30 * DAY)
    page = get(client, "/events", sort="-datetime", **{"page[size]": 3})
    assert ahead.id in ids(page)
    assert page["data"][0]["attributes"]["datetime"] > time.now.isoformat()
    moment = offset(box.world.now() + 60).replace("+00:00", "Z")
    refused(client, "/events", filter=f"less-than(datetime,{moment})")


# -- the account


def test_one_account_in_another_zone_and_currency() -> None:
    _, client, _ = make(options={"zone": "Pacific/Auckland", "currency": "NZD"})
    (account,) = get(client, "/accounts")["data"]
    assert (account["attributes"]["timezone"], account["attributes"]["preferred_currency"]) == (
        "Pacific/Auckland", "NZD",
    )  # fmt: skip


def test_the_same_seed_and_the_same_changes_make_the_same_account() -> None:
    first, second = make()[0], make()[0]
    for box in (first, second):
        box.change(5)
    assert first.truth() == second.truth()
    assert first.truth() != make(seed=8)[0].truth()


def test_reviews_that_wait_or_were_rejected_come_when_they_are_asked_for() -> None:
    _, client, _ = make()

    def statuses(**query: str) -> set[str]:
        return {each["attributes"]["status"]["value"] for each in get(client, "/reviews", **query)["data"]}

    assert statuses() == {"published", "featured"}
    assert statuses(filter="equals(status,'pending')") == {"pending"}
    assert len(statuses(filter="equals(status,'all')")) == 5
    refused(client, "/reviews", filter="greater-than(updated,2026-01-01T00:00:00Z)")
    refused(client, "/reviews", 400, **{"page[size]": "101"})


def test_variants_are_named_by_their_item_only_when_they_are_asked_for() -> None:
    _, client, _ = make()
    (plain, *_), (asked, *_) = (get(client, "/catalog-items", **more)["data"] for more in ({}, {"include": "variants"}))
    assert "data" not in plain["relationships"]["variants"]
    assert len(asked["relationships"]["variants"]["data"]) == 2
    refused(client, "/catalog-variants", include="item")
    items = get(client, f"/catalog-categories/{get(client, '/catalog-categories')['data'][0]['id']}/items")["data"]
    assert {each["type"] for each in items} == {"catalog-item"}
