"""Klaviyo's own functions: how its filters are written, and how its answers become records."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest

from shared.errors import Later
from shared.http import answer
from shared.kit import calendar
from shared.model import Run
from shared.platforms.klaviyo import PLATFORM as KLAVIYO
from shared.platforms.klaviyo.conversions import with_place
from shared.platforms.klaviyo.lists import since
from shared.platforms.klaviyo.records import (
    NO_MESSAGE,
    day_of,
    listing_tags,
    on_its_day,
    per_day,
    per_message,
    with_messages,
)
from shared.reading import Position, SliceContext, instead, read, request_for
from shared.states import Reason
from shared.sync.slices_of_run import window
from shared.vocabulary.slicing import Days

NOON = datetime(2026, 9, 3, 12, tzinfo=UTC)


# -- which metric is the conversion -----------------------------------------------------------------------

SHOP: dict[str, Any] = {"name": "Shopify", "category": {"id": 1, "name": "Ecommerce"}}
OWN: dict[str, Any] = {"name": "Klaviyo", "category": "Internal"}


def metric(name: str, integration: dict[str, Any] | None = None, key: str = "") -> dict[str, Any]:
    return {"type": "metric", "id": key or name, "attributes": {"name": name, "integration": integration}}


def conversions(*pages: list[dict[str, Any]], chosen: str = "") -> list[str]:
    """What is read of a list of these pages, in a position that is kept as JSON between them."""
    stream, position, told = KLAVIYO.stream("conversion_metrics"), Position(), list[dict[str, Any]]()
    part = SliceContext({"conversion_metric": chosen} if chosen else {}, {}, None, None, NOON)
    for number, page in enumerate(pages, 1):
        link = f"https://a.klaviyo.com/api/metrics?page%5Bcursor%5D={number}" if number < len(pages) else None
        body = {"data": page, "links": {"self": "x", "next": link}}
        request = request_for(KLAVIYO, stream, part, position)
        reading = read(KLAVIYO, stream, part, position, request, answer(200, {}, orjson.dumps(body)))
        assert link is None or not reading.records, "nothing is known before the end of the list"
        told += reading.records
        position = orjson.loads(orjson.dumps(reading.position or {}))
    return [each["id"] for each in told]


def test_orders_are_the_conversion_whatever_they_are_called_and_wherever_they_stand() -> None:
    mail, purchase = metric("Received Email", OWN), metric("Purchase", {"name": "API", "category": "API"})
    done, placed = metric("Checkout Completed", SHOP), metric("Placed Order", SHOP)
    assert conversions([mail, purchase, done], [placed]) == ["Placed Order"]
    assert conversions([done, mail], [purchase]) == ["Checkout Completed"], "a shop's before an app's"
    assert conversions([purchase, mail]) == ["Purchase"]
    twice = [metric("Placed Order", SHOP, "one"), mail], [metric("placed order", {"name": "WooCommerce"}, "two")]
    assert conversions(*twice) == ["one", "two"], "two shops"


def test_without_orders_the_mails_themselves_stand_in_and_are_no_conversions() -> None:
    """Sends, opens and clicks need a metric, and depend on none."""
    mail, sms = metric("Received Email", OWN), metric("Received SMS", OWN)
    assert conversions([sms, metric("Opened Email", OWN)], [mail]) == ["Received Email"]
    assert conversions([sms]) == ["Received SMS"]
    assert conversions([metric("Opened Email", OWN)]) == [], "nobody was ever written to"
    assert [next(iter(with_place(each, {})))["counts"] for each in (mail, metric("Purchase"))] == [False, True]


@pytest.mark.parametrize("chosen", ["Qx1", "subscribed to list", "nothing, Qx1"])
def test_the_workspace_chooses_by_id_or_name(chosen: str) -> None:
    page = [metric("Placed Order", SHOP), metric("Subscribed to List", OWN, "Qx1")]
    assert conversions(page, chosen=chosen) == ["Qx1"]
    assert next(iter(with_place(page[1], {"conversion_metric": chosen})))["counts"]
    assert conversions(page, chosen="Placed Order,Qx1") == ["Placed Order", "Qx1"]
    assert conversions(page, chosen="gone") == ["Placed Order"], "a choice that is not there is none"


# -- filters ---------------------------------------------------------------------------------------------


def test_an_exclusive_bound_begins_a_second_earlier() -> None:
    assert since("updated", exclusive=True)(NOON, None) == "greater-than(updated,2026-09-03T11:59:59Z)"
    assert since("datetime")(NOON, None) == "greater-or-equal(datetime,2026-09-03T12:00:00Z)"


def test_fractions_of_a_second_lose_nothing_at_either_end() -> None:
    odd = NOON + timedelta(microseconds=700_000)
    both = since("updated", exclusive=True)(odd, odd)
    assert both == "greater-than(updated,2026-09-03T11:59:59Z),less-than(updated,2026-09-03T12:00:01Z)"


def test_moments_of_any_zone_are_written_with_z() -> None:
    there = datetime.fromisoformat("2026-09-03T14:00:00+02:00")
    assert since("datetime")(None, there) == "less-than(datetime,2026-09-03T12:00:00Z)"
    assert since("datetime")(None, None) == ""


def test_a_filter_on_time_goes_behind_the_one_of_the_pass() -> None:
    stream = KLAVIYO.stream("campaigns")
    part = SliceContext({}, {}, NOON, None, NOON)
    asked = [request_for(KLAVIYO, stream, part, {"pass": number}).query["filter"] for number in range(6)]
    assert len(set(asked)) == 6
    assert all(each.startswith("equals(messages.channel,'") for each in asked)
    assert all(each.endswith(",greater-or-equal(updated_at,2026-09-03T12:00:00Z)") for each in asked)
    assert sum("equals(archived,true)" in each for each in asked) == 3


def test_an_end_that_has_not_come_yet_is_not_asked_for() -> None:
    stream = KLAVIYO.stream("events")
    for until, wanted in ((NOON + timedelta(days=1), None), (NOON - timedelta(days=1), NOON - timedelta(days=1))):
        run = Run(
            "r", "acme", "con", "klaviyo", Reason.BACKFILL, started_at=NOON, since=NOON - timedelta(days=9), until=until
        )
        assert window(stream, run, None) == (NOON - timedelta(days=9), wanted)


# -- records -------------------------------------------------------------------------------------------


def test_campaigns_take_their_messages_along() -> None:
    message = {"type": "campaign-message", "id": "m1"}
    campaign = {"id": "c1", "relationships": {"campaign-messages": {"data": [message]}}}
    apart = {**message, "attributes": {"definition": {"channel": "sms"}}}
    tag = {"type": "tag", "id": "m1", "attributes": {"name": "Summer"}}  # an id says nothing without its type
    (found,) = with_messages({"data": [campaign], "included": [tag, apart]})
    assert found["messages"] == [{"message_id": "m1", "definition": {"channel": "sms"}}]
    for lacking in ({"data": [campaign]}, {"data": [{"id": "c1"}]}, {"data": [{"id": "c1", "relationships": {}}]}):
        with pytest.raises(KeyError):
            with_messages(lacking)


def test_tags_that_are_not_told_are_not_none() -> None:
    def tags(related: Any) -> Any:
        (row,) = listing_tags({"id": "l1", "relationships": {"tags": related}}, {})
        return row.get("tag_ids")

    assert tags({"data": [{"type": "tag", "id": "t1"}]}) == ["t1"]
    assert tags({"data": []}) == []
    assert tags({"links": {}}) is None


def series(moments: list[str], **statistics: list[float]) -> Any:
    result = {"groupings": {"flow_id": "f1"}, "statistics": statistics}
    return {"data": {"type": "flow-series-report", "attributes": {"date_times": moments, "results": [result]}}}


def test_values_of_a_series_belong_to_the_day_at_their_place() -> None:
    found = per_day(series(["2026-08-01T00:00:00+00:00", "2026-08-02T00:00:00+00:00"], opens=[12.0, 9.0]))
    rows = [row for record in found for row in on_its_day(record, {"account_zone": "Europe/Berlin"})]
    assert rows == [
        {"day": "2026-08-01", "flow_id": "f1", "opens": 12.0},
        {"day": "2026-08-02", "flow_id": "f1", "opens": 9.0},
    ]


@pytest.mark.parametrize("values", [[12.0], [12.0, 9.0, 1.0], []])
def test_a_series_with_more_or_fewer_values_than_days_is_an_error(values: list[float]) -> None:
    with pytest.raises(ValueError, match="not one value for each day"):
        per_day(series(["2026-08-01T00:00:00+00:00", "2026-08-02T00:00:00+00:00"], opens=values))


def test_values_stand_beside_what_they_belong_to() -> None:
    result = {"groupings": {"campaign_id": "c1"}, "statistics": {"opens": 3.0}}
    assert per_message({"data": {"attributes": {"results": [result]}}}) == [{"campaign_id": "c1", "opens": 3.0}]
    with pytest.raises(TypeError):
        per_message({"data": {"attributes": {"results": None}}})


@pytest.mark.parametrize(
    ("text", "zone", "day"),
    [
        ("2026-08-01T00:00:00+00:00", "America/New_York", "2026-08-01"),  # midnight names its day …
        ("2026-08-01T00:00:00+00:00", "Europe/Berlin", "2026-08-01"),
        ("2026-07-31T22:00:00+00:00", "Europe/Berlin", "2026-08-01"),  # … or it is the account's, told in UTC
        ("2026-08-01T04:00:00+00:00", "America/New_York", "2026-08-01"),
        (
            "2026-11-01T05:00:00+00:00",
            "America/New_York",
            "2026-11-01",
        ),  # a day of 25 hours
        ("2026-08-01T00:00:00+02:00", "Europe/Berlin", "2026-08-01"),
        ("2026-08-01T00:00:00", "Asia/Tokyo", "2026-08-01"),
        ("2026-07-31T15:00:00Z", "Asia/Tokyo", "2026-08-01"),
    ],
)
def test_days_are_the_accounts_whichever_way_they_are_told(text: str, zone: str, day: str) -> None:
    assert day_of(text, zone) == day


def test_actions_of_a_kind_that_is_new_are_asked_for_their_messages() -> None:
    per = KLAVIYO.stream("flow_messages").parent
    assert per is not None
    assert per.when is not None
    assert per.when({"attributes": {"definition": {"type": "send-carrier-pigeon"}}})
    assert not any(per.when({"attributes": {"definition": {"type": kind}}}) for kind in NO_MESSAGE)


# -- windows that are told as one -------------------------------------------------------------------------


def test_a_window_told_as_one_is_never_cut() -> None:
    rule = KLAVIYO.stream("campaign_values_report").days
    assert rule is not None
    every = list(calendar.windows(rule, "UTC", NOON, None, None))
    backfill = NOON - timedelta(days=200), NOON - timedelta(days=170)
    for first, last in [*every, *calendar.windows(rule, "UTC", NOON, *backfill)]:
        assert first.toordinal() % rule.size == 0
        assert (last - first).days == rule.size - 1 or last == date(2026, 9, 2), "the newest ends yesterday"
    assert set(calendar.windows(rule, "UTC", NOON, *backfill)) <= set(every)


def test_rows_of_a_window_told_as_one_take_its_first_day() -> None:
    stream = KLAVIYO.stream("campaign_values_report")
    part = SliceContext(
        {}, {"conversion_metric_id": "M1"}, *calendar.as_moments((date(2026, 6, 14), date(2026, 9, 2))), NOON
    )
    assert instead(stream, part, {}, Later("too-much", "Too much.")) is None, "half of it would be told as all"
    body = request_for(KLAVIYO, stream, part, {}).json["data"]["attributes"]
    assert body["timeframe"] == {"start": "2026-06-14T00:00:00+00:00", "end": "2026-09-02T23:59:59+00:00"}
    assert body["conversion_metric_id"] == "M1"


@pytest.mark.parametrize("name", ["flow_series_report", "segment_series"])
def test_no_window_of_a_daily_series_is_longer_than_klaviyo_allows(name: str) -> None:
    rule = KLAVIYO.stream(name).slices
    assert isinstance(rule, Days)
    assert all((last - first).days < 60 for first, last in calendar.windows(rule, "UTC", NOON, None, None))
    assert NOON.date() - rule.history > date(2023, 6, 1), "before it there are no sizes of segments"
