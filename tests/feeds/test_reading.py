"""A feed is read: by each way to show a key, in each format, whole and narrowed, anew and unchanged."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import orjson
import pytest
from flask import Response

from shared.feeds.accesses import read
from shared.feeds.front import FOR_PROGRAMS
from shared.feeds.projecting import Projector
from shared.messages import DataChanged
from shared.model import publication_path, workspace_path
from shared.questions.refusal import Refusal
from tests.feeds.kiosk import ASKS, BY, Kiosk, ads

LINK = "mart=ads_by_day&measures=clicks&grain=day&limit=100000"


def lines(answer: Response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True), newline="")))


def told(answer: Response) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(answer.get_data())
    return found


# -- ways in -----------------------------------------------------------------------------------------------


def test_a_feed_is_read_by_name_and_password_by_header_or_by_link(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed()
    path, key = f"/webhook/v1/{feed.id}/data", secret.reveal()
    answers = [
        kiosk.ask(path, key, feed.id),
        kiosk.ask(path, key),
        kiosk.ask(path, headers={"X-Api-Key": key}),
    ]
    linked, link, _ = kiosk.feed(asks=LINK, link=True)
    assert [answer.status_code for answer in answers] == [200] * 3
    assert len({answer.get_data() for answer in answers}) == 1
    opened = kiosk.ask(f"/webhook/v1/{linked.id}/data?format=csv&key={link.reveal()}")
    assert opened.status_code == 200
    assert len(lines(opened)) == 61


def test_a_link_opens_by_link_only_and_no_other_key_does(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed()
    linked, link, _ = kiosk.feed(asks=LINK, link=True)
    assert kiosk.ask(f"/webhook/v1/{feed.id}/data?key={secret.reveal()}").status_code == 401
    assert kiosk.ask(f"/webhook/v1/{linked.id}/data", link).status_code == 401
    assert kiosk.ask(f"/webhook/v1/{linked.id}/data", link, linked.id).status_code == 401


@pytest.mark.parametrize("asks", ["mart=dim_campaigns&dimensions=campaign_id", "mart=ads_by_day&dimensions=platform"])
def test_a_link_opens_no_list_of_things(kiosk: Kiosk, asks: str) -> None:
    with pytest.raises(Exception, match="A link opens numbers of a mart that is told by day"):
        kiosk.feed(asks=asks, link=True)


def test_rows_of_persons_are_no_feed(kiosk: Kiosk) -> None:
    with pytest.raises(Refusal, match="tells of one person"):
        kiosk.feed(asks="mart=contact_records&dimensions=list_id")
    assert list(kiosk.people.find("feeds")) == []


@pytest.mark.parametrize("given", ["", "x", "trib_feed_" + "0" * 36])
def test_whoever_has_no_key_is_asked_for_one_and_told_nothing(kiosk: Kiosk, given: str) -> None:
    feed, _, _ = kiosk.feed()
    for answer in (
        kiosk.ask(f"/webhook/v1/{feed.id}/data", given),
        kiosk.ask(f"/webhook/v1/{feed.id}/data?key={given}"),
        kiosk.ask("/webhook/v1/nobodys/data", given),
    ):
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'Basic realm="feed", charset="UTF-8"'
        assert told(answer)["error"]["code"] == "unknown-key"
        assert b"Clicks" not in answer.get_data()


def test_the_name_that_basic_gives_is_the_feeds(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed()
    assert kiosk.ask(f"/webhook/v1/{feed.id}/data", secret, "somebody").status_code == 401


@pytest.mark.parametrize("path", ["/", "/webhook/v1/{}", "/webhook/v1/{}/else", "/webhook/v2/{}/data", "/{}/data"])
def test_there_is_nothing_else(kiosk: Kiosk, path: str) -> None:
    feed, secret, _ = kiosk.feed()
    assert kiosk.ask(path.format(feed.id), secret, feed.id).status_code == 404
    assert kiosk.ask(f"/webhook/v1/{feed.id}/data", secret, method="POST").status_code == 404
    bare = kiosk.ask("/")
    assert (bare.status_code, FOR_PROGRAMS in bare.get_data(as_text=True)) == (404, True)


# -- formats -----------------------------------------------------------------------------------------------


def test_every_format_tells_the_same(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed()
    by = {name: kiosk.ask(f"/webhook/v1/{feed.id}/data?format={name}", secret) for name in feed.formats}
    assert {name: answer.status_code for name, answer in by.items()} == dict.fromkeys(
        ("json", "csv", "xml", "xlsx"), 200
    )
    rows = [list(map(str, row.values())) for row in told(by["json"])["rows"]]
    assert len(rows) == 120
    assert lines(by["csv"])[0] == ["date", "platform", "clicks", "impressions", "ctr"]
    assert lines(by["csv"])[1:] == rows
    root = ElementTree.fromstring(by["xml"].get_data())
    assert [[cell.text for cell in row] for row in root.iter("row")] == rows
    sheet = openpyxl.load_workbook(io.BytesIO(by["xlsx"].get_data())).worksheets[0]
    values = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [[f"{row[0]:%Y-%m-%d}", *map(str, row[1:])] for row in values] == rows


def test_the_stamp_stands_in_headers_and_in_the_file(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed(name='Ünsere "Klicks"\r\nX: y')
    answer = kiosk.ask(f"/webhook/v1/{feed.id}/data", secret)
    assert answer.headers["Tributary-As-Of"] == "2024-03-31T06:00:00+00:00"
    assert answer.headers["Tributary-Version"] == "1"
    assert (answer.headers["Tributary-Rows"], answer.headers["Tributary-Rows-Left-Out"]) == ("120", "0")
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="nsere-Klicks-X-y.json"; filename*=')
    about = told(answer)["about"]
    assert (about["feed"], about["version"], about["as_of"]) == (feed.name, 1, "2024-03-31T06:00:00Z")
    assert about["rows"] == 120


def test_texts_of_strangers_are_texts(kiosk: Kiosk) -> None:
    kiosk.publish("acme", {"ads_by_day": ads("acme", 1, platform="=1+1")}, version=2)
    feed, secret, _ = kiosk.feed()
    assert lines(kiosk.ask(f"/webhook/v1/{feed.id}/data?format=csv", secret))[1][1] == "=1+1"
    assert lines(kiosk.ask(f"/webhook/v1/{feed.id}/data?format=csv&safe=1", secret))[1][1] == "'=1+1"
    assert kiosk.ask(f"/webhook/v1/{feed.id}/data?format=csv&bom=1", secret).get_data().startswith(b"\xef\xbb\xbfdate")


def test_a_format_that_a_feed_does_not_have_is_refused(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed(formats=("csv",))
    assert kiosk.ask(f"/webhook/v1/{feed.id}/data", secret).mimetype == "text/csv"
    refused = kiosk.ask(f"/webhook/v1/{feed.id}/data?format=json", secret)
    assert (refused.status_code, told(refused)["error"]["message"]) == (400, "This feed has no json.")


# -- what the address takes away -----------------------------------------------------------------------------


def test_an_address_takes_away_and_never_adds(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed()

    def rows(said: str, what: str = "data") -> list[list[str]]:
        answer = kiosk.ask(f"/webhook/v1/{feed.id}/{what}?format=csv&{said}", secret)
        assert answer.status_code == 200, answer.get_data()
        return lines(answer)

    assert len(rows("platform=meta_ads")) == 61
    assert len(rows("platform=meta_ads,google_ads")) == 121
    assert rows("start_date=2024-03-30&metrics=clicks") == [
        ["date", "platform", "clicks"], ["2024-03-30", "google_ads", "0"], ["2024-03-30", "meta_ads", "1"],
    ]  # fmt: skip
    assert rows("aggregate=none&metrics=clicks&dimensions=platform")[0] == ["platform", "clicks"]
    assert rows("metrics=clicks&dimensions=platform") == [
        ["platform", "clicks"], ["google_ads", str(sum(range(60)))], ["meta_ads", str(sum(range(1, 61)))],
    ]  # fmt: skip
    assert [row[0] for row in rows("aggregate=monthly&platform=meta_ads")[1:]] == [
        "2024-01-01", "2024-02-01", "2024-03-01",
    ]  # fmt: skip
    assert rows("metrics=clicks", "summary") == [["clicks"], [str(sum(range(60)) + sum(range(1, 61)))]]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("metrics=cost", "cost is none of this feed's metrics."),
        ("dimensions=account_id", "account_id is none of this feed's dimensions."),
        ("aggregate=hourly", "Nothing is added up hourly."),
        ("start_date=yesterday", "start_date is no day."),
        ("start_date=2024-01-01&start_date=2024-01-02", "start_date stands in the address 2 times."),
        ("mart=ads_by_week", "A feed knows no mart."),
        ("campaign_name=x", "A feed knows no campaign_name."),
        ("safe=yes", "safe is 0 or 1."),
        ("format=csv&format=json", "format stands in the address 2 times."),
    ],
)
def test_what_a_feed_does_not_know_is_refused(kiosk: Kiosk, said: str, why: str) -> None:
    feed, secret, _ = kiosk.feed()
    answer = kiosk.ask(f"/webhook/v1/{feed.id}/data?{said}", secret)
    assert answer.status_code == 400
    assert why in answer.get_data(as_text=True)


def test_a_filter_or_days_that_are_kept_cannot_be_left(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed(asks=f"{ASKS}&platform=google_ads&from=2024-03-01&until=2024-03-10")
    asked = f"/webhook/v1/{feed.id}/data?format=csv"
    assert len(lines(kiosk.ask(asked, secret))) == 11
    assert len(lines(kiosk.ask(f"{asked}&platform=meta_ads", secret))) == 1
    assert len(lines(kiosk.ask(f"{asked}&start_date=2024-01-01&end_date=2024-12-31", secret))) == 11
    assert len(lines(kiosk.ask(f"{asked}&end_date=2024-03-02", secret))) == 3
    assert kiosk.ask(f"{asked}&start_date=2024-03-11", secret).status_code == 400


def test_what_is_kept_by_week_is_not_told_by_day(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed(asks=ASKS.replace("grain=day", "grain=week"))
    asked = f"/webhook/v1/{feed.id}/data"
    assert kiosk.ask(f"{asked}?aggregate=daily", secret).status_code == 400
    assert kiosk.ask(f"{asked}?aggregate=monthly", secret).status_code == 200


def test_a_summary_is_told_apart_where_a_sum_would_lie(kiosk: Kiosk) -> None:
    asks = "mart=ads_by_day&measures=cost&dimensions=currency,platform&grain=day&limit=100000"
    feed, secret, _ = kiosk.feed(asks=asks)
    answer = kiosk.ask(f"/webhook/v1/{feed.id}/summary?format=csv", secret)
    assert lines(answer) == [["currency", "cost"], ["EUR", "885"]]


def test_the_columns_of_a_feed_are_described(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed()
    rows = told(kiosk.ask(f"/webhook/v1/{feed.id}/metrics", secret))["rows"]
    assert [(row["name"], row["role"], row["kind"]) for row in rows] == [
        ("date", "dimension", "date"), ("platform", "dimension", "text"), ("clicks", "metric", "int"),
        ("impressions", "metric", "int"), ("ctr", "metric", "float"),
    ]  # fmt: skip
    assert rows[2]["adds_up"] is True


def test_days_are_those_of_the_client(kiosk: Kiosk) -> None:
    """At nine in the evening in Honolulu it is another day than here."""
    kiosk.workspace("far", zone="Pacific/Honolulu")
    kiosk.publish("far", {"ads_by_day": ads("far")})
    feed, secret, _ = kiosk.feed("far", f"{ASKS}&period=yesterday")
    about = told(kiosk.ask(f"/webhook/v1/{feed.id}/data", secret))["about"]
    assert about["until"] == "2024-03-29"


# -- too much ------------------------------------------------------------------------------------------------


def test_a_file_that_would_be_too_long_is_refused_with_the_number(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed, secret, _ = kiosk.feed()
    monkeypatch.setattr("shared.feeds.answers.MOST_ROWS", 50)
    asked = kiosk.feed(asks=ASKS.replace("100000", "50"))[:2]
    for format in ("json", "csv", "xml"):
        answer = kiosk.ask(f"/webhook/v1/{asked[0].id}/data?format={format}", asked[1])
        assert answer.status_code == 422
        assert "these are 120" in answer.get_data(as_text=True)
    assert kiosk.ask(f"/webhook/v1/{feed.id}/data", secret).status_code == 200


def test_the_first_ten_are_what_somebody_wished_and_the_others_are_counted(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed(asks=ASKS.replace("100000", "10"))
    answer = kiosk.ask(f"/webhook/v1/{feed.id}/data", secret)
    assert answer.headers["Tributary-Rows-Left-Out"] == "110"
    assert told(answer)["about"]["rows_left_out"] == 110


def test_refusals_come_in_the_format_that_was_asked_for(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed()
    asked = f"/webhook/v1/{feed.id}/data?metrics=cost&format="
    assert lines(kiosk.ask(f"{asked}csv", secret))[0] == ["code", "message", "details"]
    assert ElementTree.fromstring(kiosk.ask(f"{asked}xml", secret).get_data()).findtext("rows/row/code")
    assert told(kiosk.ask(f"{asked}xlsx", secret))["error"]["code"] == "unknown-column"


def test_who_reads_slowly_does_not_fill_the_memory(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    feed, secret, _ = kiosk.feed()
    monkeypatch.setattr("shared.feeds.front.MOST_ROWS", 200)
    kiosk.instance.front._hold(120)
    answer = kiosk.ask(f"/webhook/v1/{feed.id}/data", secret)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    kiosk.instance.front._sending = 0
    for _ in range(3):
        assert kiosk.ask(f"/webhook/v1/{feed.id}/data", secret).status_code == 200


# -- unchanged -----------------------------------------------------------------------------------------------


def test_who_has_the_newest_is_told_so_for_two_documents_read_and_a_tenth_of_one_written(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed()
    path = f"/webhook/v1/{feed.id}/data"
    tag = kiosk.ask(path, secret).headers["ETag"]
    kiosk.clock.forward(minutes=2)
    kiosk.ask(path, secret)
    before = dict(kiosk.engine.docs)
    kiosk.feeds.asked.clear()
    kiosk.feeds.reads.clear()
    kiosk.engine.reads.clear()
    for _ in range(18):
        kiosk.clock.forward(seconds=1)
        answer = kiosk.ask(path, secret, headers={"If-None-Match": f'"other", W/{tag}'})
        assert (answer.status_code, answer.get_data()) == (304, b"")
        assert answer.headers["Cache-Control"] == "private, max-age=300"
    assert kiosk.feeds.reads + kiosk.engine.reads == {"openings": 18, "publications": 18}
    assert kiosk.feeds.asked.count("transact") + kiosk.feeds.asked.count("set") <= 1
    assert dict(kiosk.engine.docs) == before


def test_forty_calls_of_a_minute_write_a_tenth_of_that(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed()
    tag = kiosk.ask(f"/webhook/v1/{feed.id}/metrics", secret).headers["ETag"]
    kiosk.clock.forward(minutes=1)
    kiosk.instance.accesses.flush()
    kiosk.feeds.asked.clear()
    for _ in range(40):
        kiosk.ask(f"/webhook/v1/{feed.id}/metrics", secret, headers={"If-None-Match": tag})
    assert kiosk.feeds.asked.count("transact") + kiosk.feeds.asked.count("set") == 4


def test_another_version_another_day_or_another_wish_is_another_answer(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed()
    path = f"/webhook/v1/{feed.id}/data"

    def tag(said: str = "") -> str:
        answer = kiosk.ask(f"{path}?{said}", secret)
        assert answer.status_code == 200
        assert kiosk.ask(f"{path}?{said}", secret, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
        return answer.headers["ETag"]

    tags = [tag(), tag("format=csv"), tag("format=csv&safe=1"), tag("format=csv&bom=1"), tag("metrics=clicks")]
    kiosk.publish("acme", {"ads_by_day": ads("acme", 3)}, version=2)
    tags.append(tag())
    kiosk.clock.forward(days=1)
    tags.append(tag())
    assert len(set(tags)) == len(tags)


def test_a_head_tells_what_a_get_would_and_sends_nothing(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed()
    path = f"/webhook/v1/{feed.id}/data?format=xlsx"
    head, whole = kiosk.ask(path, secret, method="HEAD"), kiosk.ask(path, secret)
    assert (head.status_code, head.get_data()) == (200, b"")
    for name in ("ETag", "Content-Type", "Content-Disposition", "Cache-Control"):
        assert head.headers[name] == whole.headers[name]
    assert kiosk.ask(path, method="HEAD").status_code == 401


# -- nothing yet ---------------------------------------------------------------------------------------------


def test_nothing_published_is_no_empty_file_and_is_asked_for(kiosk: Kiosk) -> None:
    kiosk.workspace("new")
    feed, secret, _ = kiosk.feed("new")
    for _ in range(3):
        answer = kiosk.ask(f"/webhook/v1/{feed.id}/data?format=csv", secret)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert lines(answer)[1][0] == "not-published"
    assert kiosk.bus.published == [DataChanged("new", looked="yes")]
    assert publication_path("new") not in kiosk.engine.docs


def test_a_mart_that_is_not_published_yet_is_no_empty_file_either(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed(asks="mart=email_by_week&measures=sends&grain=week&limit=100000")
    answer = kiosk.ask(f"/webhook/v1/{feed.id}/data", secret)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")


def test_that_somebody_looks_is_said_twice_a_day(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed()
    for _ in range(23):
        kiosk.clock.forward(hours=1)
        assert kiosk.ask(f"/webhook/v1/{feed.id}/data", secret).status_code == 200
        if kiosk.bus.waiting:
            message = kiosk.bus.waiting.popleft()
            assert message == DataChanged("acme", looked="yes")
            doc = kiosk.engine.docs[publication_path("acme")]
            kiosk.engine.docs[publication_path("acme")] = {**doc, "wanted_at": kiosk.clock.now()}
    assert len(kiosk.bus.published) == 1


def test_of_a_client_who_leaves_nothing_is_told(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed()
    kiosk.engine.docs[publication_path("acme")] = {**kiosk.engine.docs[publication_path("acme")], "manifest": ""}
    assert kiosk.ask(f"/webhook/v1/{feed.id}/data", secret).status_code == 503
    kiosk.engine.delete(workspace_path("acme"))
    kiosk.clock.forward(minutes=10)
    assert kiosk.ask(f"/webhook/v1/{feed.id}/data", secret).status_code == 404
    assert kiosk.ask(f"/webhook/v1/{feed.id}/metrics", secret).status_code == 404


# -- limits --------------------------------------------------------------------------------------------------


def test_limits_are_exact_over_instances(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed()
    instances = [kiosk.another() for _ in range(3)]
    path, codes = f"/webhook/v1/{feed.id}/metrics", list[int]()
    for number in range(100):
        answer = instances[number % 3].ask(path, secret.reveal())
        codes.append(answer.status_code)
        assert {"RateLimit", "RateLimit-Policy", "X-RateLimit-Remaining"} <= {*answer.headers.keys()}
        if answer.status_code == 429:
            assert answer.headers["Retry-After"] == "60"
    assert codes.count(200) <= 60
    assert codes.count(200) + codes.count(429) == 100
    kiosk.clock.forward(minutes=1)
    assert kiosk.ask(path, secret).status_code == 200


# -- who read it ---------------------------------------------------------------------------------------------


def test_each_reading_is_kept_and_shows_no_key(kiosk: Kiosk, capsys: pytest.CaptureFixture[str]) -> None:
    feed, secret, key = kiosk.feed()
    linked, link, _ = kiosk.feed(asks=LINK, link=True)
    whole = kiosk.ask(f"/webhook/v1/{feed.id}/data?format=csv", secret, headers={"User-Agent": "Excel\x1b\ud800" * 99})
    kiosk.ask(f"/webhook/v1/{feed.id}/data?metrics=cost", secret)
    kiosk.ask(f"/webhook/v1/{linked.id}/data?key={link.reveal()}")
    kiosk.ask(f"/webhook/v1/{feed.id}/data", "trib_feed_" + "0" * 36)
    assert list(read(kiosk.feeds, "acme")) == []
    kiosk.instance.accesses.flush()
    first, *others = reversed(list(read(kiosk.feeds, "acme")))
    assert (first.feed, first.key, first.status, first.network) == (feed.id, key.id, 200, "203.0.113.0/24")
    assert first.bytes == len(whole.get_data())
    assert [each.status for each in others] == [400, 200]
    assert [each.feed for each in read(kiosk.feeds, "acme", linked.id)] == [linked.id]
    kept = f"{kiosk.feeds.docs!r}{kiosk.people.docs!r}{capsys.readouterr().out}"
    for given in (secret, link):
        assert given.reveal() not in kept
        assert given.reveal()[18:] not in kept


def test_readings_are_written_twenty_at_a_time_or_when_a_minute_is_over(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed()
    for _ in range(21):
        kiosk.ask(f"/webhook/v1/{feed.id}/metrics", secret)
    assert len(list(read(kiosk.feeds, "acme"))) == 20
    kiosk.clock.forward(minutes=1)
    kiosk.ask(f"/webhook/v1/{feed.id}/metrics", secret)
    assert len(list(read(kiosk.feeds, "acme"))) == 22
    assert len(kiosk.feeds.docs.of["accesses/acme/batches"]) == 2


def test_a_database_that_is_away_turns_nobody_away(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    feed, secret, _ = kiosk.feed()

    def away(*_: object) -> None:
        raise ConnectionError("away")

    monkeypatch.setattr(kiosk.instance.accesses, "_write", away)
    for _ in range(25):
        assert kiosk.ask(f"/webhook/v1/{feed.id}/metrics", secret).status_code == 200


def test_what_breaks_is_told_without_its_text(
    kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    feed, secret, _ = kiosk.feed()

    def broken(*_: object) -> None:
        raise RuntimeError(f"with {secret.reveal()}")

    monkeypatch.setattr(kiosk.instance.front.library, "version", broken)
    answer = kiosk.ask(f"/webhook/v1/{feed.id}/data", secret)
    assert (answer.status_code, told(answer)["error"]["code"]) == (500, "broken")
    assert secret.reveal() not in answer.get_data(as_text=True) + capsys.readouterr().out


# -- keys ----------------------------------------------------------------------------------------------------


def status(kiosk: Kiosk, feed: str, key: Any) -> int:
    return kiosk.ask(f"/webhook/v1/{feed}/metrics", key).status_code


def test_a_new_key_and_the_old_one_work_for_the_overlap(kiosk: Kiosk) -> None:
    feed, old, _ = kiosk.feed()
    new, _ = kiosk.register.rotate(BY, feed.id, timedelta(days=2))
    answer = kiosk.ask(f"/webhook/v1/{feed.id}/metrics", old)
    assert (answer.status_code, answer.headers["Sunset"]) == (200, "Tue, 02 Apr 2024 09:00:00 GMT")
    assert status(kiosk, feed.id, new) == 200
    kiosk.clock.forward(days=2)
    assert (status(kiosk, feed.id, old), status(kiosk, feed.id, new)) == (401, 200)


def test_a_feed_that_is_revoked_ends_at_once_and_stays_so(kiosk: Kiosk) -> None:
    feed, secret, key = kiosk.feed()
    other, theirs, _ = kiosk.feed()
    assert status(kiosk, feed.id, secret) == 200
    kiosk.register.revoke(BY, feed.id)
    kiosk.register.revoke(BY, feed.id)
    assert (status(kiosk, feed.id, secret), status(kiosk, other.id, theirs)) == (401, 200)
    kiosk.projector.daily()
    assert status(kiosk, feed.id, secret) == 401
    assert kiosk.register.keys(feed.id)[0].revoked_at is not None
    with pytest.raises(Exception, match="no key that works"):
        kiosk.register.rotate(BY, feed.id)
    acts = [
        doc["act"] for doc in kiosk.people.find("audit_entries") if doc["of"] in (f"feeds/{feed.id}", f"keys/{key.id}")
    ]
    assert sorted(acts) == ["feed.made", "feed.revoked", "key.made", "key.revoked"]


def test_a_feed_ends_when_it_was_said(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed(lifetime=timedelta(days=3))
    kiosk.clock.forward(days=3)
    assert status(kiosk, feed.id, secret) == 401


def test_a_feed_of_a_maker_who_left_works_for_two_weeks_and_is_found_once_a_day(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed()
    kiosk.projector.daily()
    del kiosk.roles["ann", "acme"]
    kiosk.clock.forward(days=1)
    assert Projector(kiosk.people, kiosk.feeds, kiosk.clock, kiosk.role).daily()
    assert status(kiosk, feed.id, secret) == 200
    kiosk.clock.forward(days=14)
    assert status(kiosk, feed.id, secret) == 401
    kiosk.roles["ann", "acme"] = "viewer"
    assert kiosk.projector.daily()
    assert status(kiosk, feed.id, secret) == 200


def test_all_is_projected_once_a_day_whoever_does_it(kiosk: Kiosk) -> None:
    feed, secret, key = kiosk.feed()
    assert kiosk.projector.daily()
    assert not kiosk.projector.daily()
    assert not Projector(kiosk.people, kiosk.feeds, kiosk.clock, kiosk.role).daily()
    kiosk.people.delete(f"keys/{key.id}")  # the state was put back
    kiosk.clock.forward(days=1)
    assert kiosk.projector.daily()
    assert status(kiosk, feed.id, secret) == 401


def test_what_the_door_sees_tells_of_nobody(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed()
    (shown,) = kiosk.feeds.find("openings")
    assert "ann" not in repr({name: value for name, value in shown.items() if name != "name"})
    assert set(shown) == {
        "key", "digest", "digest_by", "is_link", "feed", "workspace", "name", "question", "formats", "until", "sunset",
        "expires_at",
    }  # fmt: skip
    assert status(kiosk, feed.id, secret) == 200


def test_the_function_writes_its_limits_and_who_read_and_nothing_else(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed()
    before = set(kiosk.engine.docs)
    people = dict(kiosk.people.docs)
    for what in ("data", "summary", "metrics"):
        kiosk.ask(f"/webhook/v1/{feed.id}/{what}", secret)
    kiosk.instance.accesses.flush()
    assert set(kiosk.engine.docs) == before
    assert dict(kiosk.people.docs) == people
    assert {path.partition("/")[0] for path in kiosk.feeds.docs} == {"openings", "limits", "accesses"}


def test_nobody_gives_a_feed_more_than_they_may(kiosk: Kiosk) -> None:
    del kiosk.roles["ann", "acme"]
    with pytest.raises(Exception, match="Nobody gives more than they may"):
        kiosk.feed()
    assert list(kiosk.people.find("feeds")) == []


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"formats": ("pdf",)}, "A feed has one or more of json, csv, xml, xlsx"),
        ({"formats": ()}, "one or more"),
        ({"lifetime": timedelta(days=367)}, "at most 366 days"),
        ({"lifetime": timedelta()}, "at most 366 days"),
    ],
)
def test_a_feed_that_cannot_be_is_not_made(kiosk: Kiosk, more: dict[str, Any], why: str) -> None:
    with pytest.raises(Exception, match=why):
        kiosk.feed(**more)
    assert list(kiosk.people.find("feeds")) == []


def test_feeds_are_listed_with_their_keys(kiosk: Kiosk) -> None:
    feed, _, key = kiosk.feed()
    kiosk.workspace("other")
    kiosk.feed("other")
    (listed,) = kiosk.register.of_workspace("acme")
    assert (listed.feed.id, [each.id for each in listed.keys]) == (feed.id, [key.id])
    assert '"mart":"ads_by_day"' in listed.feed.question


def test_a_version_that_goes_while_it_is_read_is_looked_up_once_more(kiosk: Kiosk) -> None:
    feed, secret, _ = kiosk.feed()
    kiosk.ask(f"/webhook/v1/{feed.id}/data", secret)
    for path in Path(kiosk.folder).glob("shelf-*/acme/*.parquet"):
        path.unlink()
    assert kiosk.ask(f"/webhook/v1/{feed.id}/data", secret).status_code == 200
