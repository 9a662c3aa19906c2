"""What is published is what the marts say, row by row, on BigQuery's stand-in: the script that the cloud gets, the
files that it leaves, and the views asked directly."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from pytest_mock import MockerFixture

from infra.demo.answers import compare
from infra.demo.questions import twenty
from shared import log, model
from shared.marts.files import Mart
from shared.messages import DataChanged
from shared.model import Connection, to_doc
from shared.publishing.at_hand import Shelf
from shared.publishing.attempt import Attempt
from shared.publishing.bigquery_marts import BigQueryMarts
from shared.publishing.fingerprints import behind
from shared.publishing.manifest import Manifest
from shared.publishing.published import Published
from shared.publishing.publisher import Publisher
from shared.publishing.selection import published_columns, published_marts
from shared.states import Cause
from shared.stores.storage import StorageObjects
from shared.sync.data_changes import note_change
from tests.contract.warehouse_backends import SETTINGS
from tests.marts import golden
from tests.marts.marts_fixture import MartsFixture
from tests.support.memory import Time

pytestmark = pytest.mark.slow

Rows = list[dict[str, Any]]
TODAY = date(2026, 9, 6)  # in the middle of the golden days


class Shown:
    """A workspace of the desk, published."""

    def __init__(self, desk: MartsFixture, workspace: str) -> None:
        self.desk, self.name = desk, workspace
        settings = replace(SETTINGS, published_bucket=SETTINGS.bucket)
        self.documents, self.clock = desk.stores.documents, Time(datetime.now(UTC))
        self.objects = StorageObjects(settings, name=settings.published_bucket)
        self.marts = BigQueryMarts(settings)
        self.publisher = Publisher(self.documents, self.objects, self.marts, self.clock)
        for connection in sorted({row["connection_id"] for row in golden.CURRENT["tributary_runs"]}):
            one = Connection(connection, self.id, "google_ads", connection, connection)
            self.documents.set(model.path(self.id, "connections", connection), to_doc(one))

    @property
    def id(self) -> str:
        return self.desk.id(self.name)

    def publish(self) -> Manifest:
        note_change(self.documents, self.clock, self.id, Cause.LOADED)
        self.clock.forward(hours=25)
        self.publisher.handle(DataChanged(self.id))
        doc = self.documents.get(model.publication_path(self.id)) or {}
        assert doc["problem"] is None
        found = Published(self.documents, lambda _: self.objects).latest(self.id)
        assert found is not None
        return found

    def rows(self, mart: str) -> Rows:
        found = Published(self.documents, lambda _: self.objects).read(self.id, [mart])
        assert found is not None
        return [row for data in found[1][mart] for row in rows_of(data)]


def rows_of(data: bytes) -> Rows:
    with tempfile.TemporaryDirectory() as where, duckdb.connect() as reader:
        reader.execute("SET TimeZone = 'UTC'")
        path = Path(where) / "file.parquet"
        path.write_bytes(data)
        found = reader.execute("SELECT * FROM read_parquet(?)", [str(path)])
        names = [each[0] for each in found.description or ()]
        return [dict(zip(names, map(plain, row), strict=True)) for row in found.fetchall()]


def plain(value: Any) -> Any:
    """As the desk gives it: numbers as numbers, moments of whatever zone in UTC."""
    if isinstance(value, Decimal):
        return float(value)
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo else value


@pytest.fixture(scope="module")
def shown(desk: MartsFixture) -> Iterator[Shown]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log, "stream", io.StringIO())
        made = Shown(desk, "acme")
        made.first = made.publish()  # type: ignore[attr-defined]
        yield made


def ordered(rows: Rows) -> list[str]:
    return sorted(repr(sorted((name, near(value)) for name, value in row.items())) for row in rows)


def near(value: Any) -> Any:
    return round(value, 6) if isinstance(value, float) else value


def asked(shown: Shown, mart: Mart) -> Rows:
    """What the view says that is deployed."""
    columns = [column.name for column in published_columns(mart)]
    texts = {column.name for column in published_columns(mart) if column.kind == "json"}
    listed = ", ".join(f"TO_JSON_STRING({name}) AS {name}" if name in texts else name for name in columns)
    found = shown.desk.ask(shown.name, f"SELECT {listed} FROM {mart.name}")
    return [{name: plain(value) for name, value in row.items()} for row in found]


@pytest.mark.parametrize("mart", published_marts(), ids=lambda mart: mart.name)
def test_the_published_rows_are_those_of_the_mart(shown: Shown, mart: Any) -> None:
    columns = [column.name for column in published_columns(mart)]
    assert ordered(shown.rows(mart.name)) == ordered(asked(shown, mart))
    manifest: Manifest = shown.first  # type: ignore[attr-defined]
    assert [name for name, _ in manifest.marts[mart.name].columns] == columns


def test_twenty_questions_have_the_answers_that_the_marts_have(shown: Shown, tmp_path: Path) -> None:
    """Those of the demonstration, asked of the published files and of the stand-in itself."""
    there = Shelf(Published(shown.documents, lambda _: shown.objects), tmp_path).fetch(shown.id)
    assert there is not None
    found = list(compare(shown.desk.stores, shown.id, there, TODAY))
    assert [one for one in found if not one.equal] == []
    assert len(found) == 20
    assert [one.about for one in found if not one.rows] == []


def test_an_answer_that_differs_is_noticed(shown: Shown, tmp_path: Path, mocker: MockerFixture) -> None:
    there = Shelf(Published(shown.documents, lambda _: shown.objects), tmp_path).fetch(shown.id)
    assert there is not None
    one = twenty(TODAY)[0]
    wrong = replace(one, sql=one.sql.replace("SUM(clicks)", "SUM(clicks) + IF(platform = 'meta_ads', 1, 0)"))
    mocker.patch("infra.demo.answers.twenty", return_value=[wrong])
    (found,) = compare(shown.desk.stores, shown.id, there, TODAY)
    assert len(found.alone) == len(found.lacking) == 1
    assert not found.equal


def test_what_did_not_change_is_kept(shown: Shown) -> None:
    before: Manifest = shown.first  # type: ignore[attr-defined]
    table = f"`{SETTINGS.project}.{shown.id}_raw.google_ads_campaign_daily`"
    shown.desk.stores.bigquery.query(f"UPDATE {table} SET _line = _line WHERE TRUE").result()
    after = shown.publish()
    changed = {name for name in after.marts if after.marts[name] != before.marts[name]}
    over = {mart.name for mart in published_marts() if ("raw", "google_ads_campaign_daily") in behind(mart.name)}
    turned = {"dim_date", "metrics_every_day", "moving_averages", "week_over_week"}  # a day has passed as well
    assert changed == over | turned
    assert {"fact_ad_performance", "ads_by_week"} <= over
    assert after.stamp.as_of > before.stamp.as_of


CONNECTED = (("google_ads", "tributary"), ("google_ads", "mailchimp", "instagram", "tributary"))


def test_whatever_is_connected_the_published_rows_are_those_of_the_views(desk: MartsFixture) -> None:
    """Tables without rows are not asked. When more is connected, the views that were deployed before are right, too."""
    desk.add("elm", "EUR")
    made, script_of = Shown(desk, "elm"), BigQueryMarts._script
    texts: list[str] = []

    def noted(self: BigQueryMarts, attempt: Attempt, files: str = "") -> str:
        texts.append(script_of(self, attempt, files))
        return texts[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log, "stream", io.StringIO())
        patch.setattr(BigQueryMarts, "_script", noted)
        for platforms in CONNECTED:
            for space, tables in (("raw", golden.CURRENT), ("history", golden.HISTORY)):
                desk.hold("elm", space, {name: rows for name, rows in tables.items() if name.startswith(platforms)})
            made.publish()
            assert ("mailchimp_campaigns`" in texts[-1]) == ("mailchimp" in platforms)
            assert "shopify_orders`" not in texts[-1]
            differing = [
                mart.name for mart in published_marts() if ordered(made.rows(mart.name)) != ordered(asked(made, mart))
            ]
            assert differing == []
            assert made.rows("ads_by_day")
    assert made.rows("email_by_week")


def test_rows_lie_sorted_by_connection_and_day(shown: Shown) -> None:
    places = [(row["connection_id"], row["date"]) for row in shown.rows("metrics_by_day")]
    assert places == sorted(places)
    assert len({connection for connection, _ in places}) > 1
