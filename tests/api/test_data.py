"""Questions and their answers: the numbers are those that the published rows add up to (tests/api/published.py)."""

from __future__ import annotations

import csv
import io
from typing import Any
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from shared.api import data
from shared.handing import as_xlsx
from shared.handing.formats import FORMATS
from tests.api.published import publish
from tests.api.service import Answer, Service

OF = "/workspaces/acme"
AUGUST = {"start_date": "2026-08-01", "end_date": "2026-08-31"}
DAYS = "start_date=2026-08-01&end_date=2026-08-31"
CLICKS = 31 * 32 // 2  # 1 + 2 + … + 31


def query(service: Service, key: str, **said: Any) -> Answer:
    return service.ask("POST", f"{OF}/data/query", key, {"date_range": AUGUST, **said})


def test_a_sum_is_what_its_days_add_up_to(service: Service, key: str) -> None:
    told = query(service, key, metrics=["clicks", "cost"], dimensions=["currency"]).json
    assert told["rows"] == [{"currency": "EUR", "clicks": CLICKS, "cost": CLICKS}]
    assert told["published"]["version"] == 1
    assert told["published"]["proved_until"] == "2026-08-31"
    assert (told["complete"], told["rows_left_out"], told["next"]) == (True, 0, "")
    assert [column["name"] for column in told["columns"]] == ["currency", "clicks", "cost"]


def test_an_address_and_a_body_ask_the_same(service: Service, key: str) -> None:
    said = "metrics=clicks&dimensions=platform&aggregation=weekly&sort=-clicks&limit=2&clicks.min=100"
    by_address = service.ask("GET", f"{OF}/data?{DAYS}&{said}&platform=google_ads", key).json
    by_body = query(
        service, key, metrics=["clicks"], dimensions=["platform"], aggregation="weekly", sort=["-clicks"], limit=2,
        filters=[{"column": "clicks", "min": 100}], platforms=["google_ads"],
    ).json  # fmt: skip
    assert by_address == by_body
    assert [row["clicks"] for row in by_body["rows"]] == [sum(range(24, 31)), sum(range(17, 24))]


@pytest.mark.parametrize(
    ("aggregation", "rows"), [("none", 1), ("daily", 31), ("weekly", 6), ("monthly", 1), ("quarterly", 1)]
)
def test_days_are_gathered(service: Service, key: str, aggregation: str, rows: int) -> None:
    told = query(service, key, metrics=["clicks"], aggregation=aggregation).json
    assert len(told["rows"]) == rows
    assert sum(row["clicks"] for row in told["rows"]) == CLICKS


def test_a_mart_is_found_by_the_names_that_are_asked_for(service: Service, key: str) -> None:
    assert (
        query(service, key, metrics=["clicks"], dimensions=["campaign_name"])
        .json["question"]
        .startswith("mart=ads_by_campaign")
    )
    answer = query(service, key, metrics=["clicks", "orders", "sessions"])
    assert (answer.status, answer.code) == (422, "no-mart-has-all")
    assert "commerce_by_day" in answer.json["error"]["details"]["marts"]["orders"]
    answer = query(service, key, metrics=["clikcs"])
    assert (answer.status, answer.code) == (422, "unknown-column")
    assert "clicks" in answer.json["error"]["details"]["way_out"]


def test_a_sum_that_would_lie_is_refused_with_the_question_that_has_an_answer(service: Service, key: str) -> None:
    answer = query(service, key, mart="ads_by_day", metrics=["cost"])
    assert (answer.status, answer.code) == (422, "several-currencies")
    way = answer.json["error"]["details"]["question"]
    assert "dimensions=currency" in way


@pytest.mark.parametrize("mart", ["dim_contacts", "contact_records", "fact_email_engagement"])
def test_rows_of_persons_are_in_no_answer(service: Service, key: str, mart: str) -> None:
    answer = query(service, key, mart=mart, dimensions=["workspace_id"])
    assert (answer.status, answer.code) == (422, "persons")


def test_rows_come_in_pages_of_one_version(service: Service, key: str) -> None:
    said: dict[str, Any] = {"metrics": ["clicks"], "aggregation": "daily", "limit": 10}
    got, cursor, pages = [], "", 0
    while True:
        told = query(service, key, **said, cursor=cursor).json
        got += [row["clicks"] for row in told["rows"]]
        pages, cursor = pages + 1, told["next"]
        if not cursor:
            break
        assert not told["complete"]
    assert (got, pages) == ([*range(1, 32)], 4)


def test_a_cursor_does_not_lead_into_another_version_or_question(service: Service, key: str) -> None:
    cursor = query(service, key, metrics=["clicks"], aggregation="daily", limit=10).json["next"]
    assert query(service, key, metrics=["clicks"], aggregation="daily", limit=9, cursor=cursor).status == 409
    publish(service.engine, service.objects, "acme", version=2)
    answer = query(service, key, metrics=["clicks"], aggregation="daily", limit=10, cursor=cursor)
    assert (answer.status, answer.code) == (409, "newer-data")


def test_an_answer_is_new_when_its_data_is(service: Service, key: str) -> None:
    where = f"{OF}/data?{DAYS}&metrics=clicks"
    first = service.ask("GET", where, key)
    etag = first.headers["ETag"]
    assert service.ask("GET", where, key, If_None_Match=etag).status == 304
    publish(service.engine, service.objects, "acme", version=2)
    second = service.ask("GET", where, key, If_None_Match=etag)
    assert second.json["rows"] == [{"clicks": 2 * CLICKS}]
    service.clock.forward(days=1)
    assert service.ask("GET", where, key, If_None_Match=second.headers["ETag"]).status == 200, "today is another day"


def test_nothing_is_asked_for_an_answer_that_is_at_hand(
    service: Service, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = f"{OF}/data?{DAYS}&metrics=clicks"
    etag = service.ask("GET", where, key).headers["ETag"]
    monkeypatch.setattr(type(service.desk.engine), "reading", None)
    assert service.ask("GET", where, key, If_None_Match=etag).status == 304


def test_a_workspace_of_which_nothing_is_published_says_when_to_come_again(service: Service) -> None:
    service.workspace("fresh", published=False)
    answer = service.ask("GET", "/workspaces/fresh/data?metrics=clicks", service.key("fresh"))
    assert (answer.status, answer.code) == (503, "not-published")
    assert answer.headers["Retry-After"] == "60"
    assert service.engine.get("publications/fresh")["due_at"] is not None, "it is published because somebody asked"


def test_a_summary_stands_beside_the_period_before(service: Service, key: str) -> None:
    told = service.ask("GET", f"{OF}/data/summary?start_date=2026-08-16&end_date=2026-08-31", key).json
    (row,) = told["rows"]
    assert (row["metric"], row["value"], row["value_before"]) == ("clicks", sum(range(16, 32)), sum(range(1, 16)))
    assert told["days"]["compared_first"] == "2026-07-31"


def test_metrics_are_a_course(service: Service, key: str) -> None:
    told = service.ask("GET", f"{OF}/data/metrics?{DAYS}&metrics=clicks&aggregation=monthly", key).json
    assert [(row["date"], row["value"]) for row in told["rows"]] == [("2026-08-01", CLICKS)]
    assert service.ask("GET", f"{OF}/data/metrics?{DAYS}&metrics=opens", key).json["rows"] == []


def test_an_export_is_whole_or_is_refused_with_its_number(service: Service, key: str) -> None:
    where = f"{OF}/data/export?{DAYS}&metrics=clicks&aggregation=daily&format=csv"
    answer = service.ask("GET", where, key)
    lines = answer.body.decode().split("\r\n")
    assert lines[:3] == ["date,clicks", "2026-08-01,1", "2026-08-02,2"]
    assert len(lines) == 31 + 2
    assert answer.headers["Content-Disposition"] == 'attachment; filename="acme-ads_by_day.csv"'
    refused = service.ask("GET", f"{where}&limit=30", key)
    assert (refused.status, refused.code) == (422, "too-many-rows")
    assert refused.json["error"]["details"]["rows"] == 31
    assert service.acts().count("data.exported") == 1


def test_an_export_is_the_same_in_every_format(service: Service, key: str) -> None:
    where = (
        f"{OF}/data/export?{DAYS}&metrics=clicks,cost&dimensions=campaign_name&sort=campaign_name&mart=ads_by_campaign"
    )
    where += "&dimensions=currency"
    answers = {name: service.ask("GET", f"{where}&format={name}", key) for name in FORMATS}
    assert {name: each.headers["Content-Type"] for name, each in answers.items()} == {
        name: each.kind for name, each in FORMATS.items()
    }
    rows = [["=Autumn", "EUR", CLICKS, CLICKS], ["Summer", "EUR", CLICKS, CLICKS], ["Winter", "EUR", CLICKS, CLICKS]]
    told = answers["json"].json
    assert [list(each.values()) for each in told["rows"]] == rows
    assert (told["about"]["version"], told["about"]["rows"]) == (1, 3)
    lines = list(csv.reader(io.StringIO(answers["csv"].body.decode())))[1:]
    assert lines == [[str(cell) for cell in row] for row in rows]
    tree = ElementTree.fromstring(answers["xml"].body)
    assert [[cell.text for cell in row] for row in tree.iter("row")] == lines
    sheet = load_workbook(io.BytesIO(answers["xlsx"].body)).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == rows
    assert {cell.data_type for cell in sheet["A"]} <= {"s", "inlineStr"}, "a formula is a text"
    assert answers["xlsx"].headers["Content-Disposition"] == 'attachment; filename="acme-ads_by_campaign.xlsx"'


def test_a_file_that_is_at_hand_is_not_taken_away_again(service: Service, key: str) -> None:
    where = f"{OF}/data/export?{DAYS}&metrics=clicks&aggregation=daily"
    etag = service.ask("GET", f"{where}&format=csv", key).headers["ETag"]
    assert service.ask("GET", f"{where}&format=csv", key, If_None_Match=etag).status == 304
    assert service.acts().count("data.exported") == 1
    for other in ("&format=xml", "&format=csv&safe=true", "&format=csv&limit=40"):
        assert service.ask("GET", where + other, key, If_None_Match=etag).status == 200


def test_what_a_format_cannot_hold_is_refused(service: Service, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_xlsx, "MOST_CHARACTERS", 5)
    where = f"{OF}/data/export?metrics=clicks&dimensions=campaign_name"
    answer = service.ask("GET", f"{where}&format=xlsx", key)
    assert (answer.status, answer.code) == (422, "too-long")
    assert "CSV" in answer.json["error"]["details"]["way_out"]
    assert "data.exported" not in service.acts()
    assert service.ask("GET", f"{where}&format=csv", key).status == 200


def test_a_file_that_is_too_large_is_refused_with_its_size(
    service: Service, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "LARGEST_ANSWER", 100)
    answer = service.ask("GET", f"{OF}/data/export?{DAYS}&metrics=clicks&aggregation=daily&format=csv", key)
    assert (answer.status, answer.code) == (422, "too-large")
    assert answer.json["error"]["details"]["bytes"] > 100
    assert "data.exported" not in service.acts()


def test_a_text_that_a_spreadsheet_would_calculate_is_marked_where_that_is_asked(service: Service, key: str) -> None:
    where = f"{OF}/data/export?metrics=clicks&dimensions=campaign_name&format=csv"
    assert "\r\n=Autumn," in service.ask("GET", where, key).body.decode()
    assert "\r\n'=Autumn," in service.ask("GET", f"{where}&safe=true", key).body.decode()


def test_an_export_takes_a_scope_of_its_own(service: Service) -> None:
    answer = service.ask("GET", f"{OF}/data/export?metrics=clicks", service.key("acme", "data:read"))
    assert answer.status == 403


def test_a_block_without_an_answer_says_why_and_the_others_stand(service: Service, key: str) -> None:
    told = service.ask("GET", f"{OF}/dashboards/ads?period=last-month", key).json
    figures, course, campaigns = told["blocks"]
    assert figures["data"]["rows"][0]["clicks"] == CLICKS
    assert len(course["data"]["rows"]) == 31
    assert {row["campaign_name"] for row in campaigns["data"]["rows"]} == {"Summer", "=Autumn", "Winter"}
    blocks = service.ask("GET", f"{OF}/dashboards/mail", key).json["blocks"]
    assert all((block["data"] is None) == bool(block["refused"]) for block in blocks)


@pytest.mark.parametrize("board", ["overview", "ads", "mail", "web", "shop", "social"])
def test_every_question_of_a_dashboard_has_an_answer(service: Service, key: str, board: str) -> None:
    blocks = service.ask("GET", f"{OF}/dashboards/{board}", key).json["blocks"]
    assert [(block["name"], block["refused"]) for block in blocks if block["refused"]] == []


def test_campaigns_are_found_by_what_they_are(service: Service, key: str) -> None:
    def names(said: str) -> list[str]:
        return [each["name"] for each in service.ask("GET", f"{OF}/campaigns?{said}", key).json["campaigns"]]

    assert names("") == ["=Autumn", "Letter", "Summer", "Winter"]
    assert names("kind=email") == ["Letter"]
    assert names("text=UMM") == ["Summer"]
    assert names("status=sent") == ["Letter"]
    assert names("platform=meta_ads") == []


def test_what_became_of_a_campaign(service: Service, key: str) -> None:
    found = service.ask("GET", f"{OF}/campaigns?text=summer", key).json["campaigns"][0]
    assert found["campaign"] == "c/1"
    assert service.ask("GET", f"{OF}/campaigns/{found['id']}", key).json == found
    told = service.ask("GET", f"{OF}/campaigns/{found['id']}/performance?{DAYS}&aggregation=none", key).json
    assert [row["clicks"] for row in told["rows"]] == [CLICKS]


@pytest.mark.parametrize("name", ["nothing", "YWNtZS0xH2Fkcx9ub25l", "_"])
def test_a_campaign_that_is_not_there(service: Service, key: str, name: str) -> None:
    assert service.ask("GET", f"{OF}/campaigns/{name}", key).status == 404
    assert service.ask("GET", f"{OF}/campaigns/{name}/performance", key).status == 404


def test_what_became_of_a_mailing_is_told_by_the_name_that_the_list_gives_it(service: Service, key: str) -> None:
    (found,) = service.ask("GET", f"{OF}/campaigns?kind=email", key).json["campaigns"]
    told = service.ask("GET", f"{OF}/campaigns/{found['id']}/performance?{DAYS}&aggregation=none", key).json
    assert [row["sends"] for row in told["rows"]] == [9]
