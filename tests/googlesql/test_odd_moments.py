"""No moment, day or zone that a platform may have sent makes a mart fail, in GoogleSQL's own evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from shared.marts.files import all_marts
from shared.warehouse.schema import kept
from tests.googlesql.answers import Answers, Held, answers
from tests.googlesql.service import Rows, Service
from tests.googlesql.warehouse import ACME, filled
from tests.marts import golden

pytestmark = pytest.mark.slow

KINDS = {table.name: {column.name: column.kind for column in kept(table)} for table, _, _ in filled()}
OURS = {"_synced_at", "_deleted_at"}  # moments of our own clock
ZONES = {"account_zone", "time_zone", "zone", "timezone", "timezone_name", "account_timezone", "time_zone_id"}


def everywhere(tables: Held, kind: str, value: str, names: set[str] | None = None) -> dict[str, list[dict[str, Any]]]:
    """The golden rows with this value in every column of that kind (and of these names) that they fill."""

    def said(table: str, row: Mapping[str, Any]) -> dict[str, Any]:
        kinds = KINDS[table]
        odd = {name for name in row.keys() - OURS if kinds[name] == kind and (names is None or name in names)}
        return {**row, **dict.fromkeys(odd, value)}

    return {table: [said(table, row) for row in rows] for table, rows in tables.items()}


def asked(whom: Answers) -> dict[str, Rows]:
    return {mart.name: whom.mart(mart.name) for mart in all_marts()}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("time", "0001-01-01T00:00:00+00:00"),
        ("time", "9999-12-31T23:59:59.999999+00:00"),
        ("date", "0001-01-01"),
        ("date", "9999-12-31"),
    ],
)
def test_a_mart_answers_whatever_moments_and_days_it_holds(service: Service, kind: str, value: str) -> None:
    raw, history = everywhere(golden.CURRENT, kind, value), everywhere(golden.HISTORY, kind, value)
    found = asked(answers(service, ACME, raw, history, golden.RATES))
    assert found["fact_ad_performance"]
    assert found["fact_email_engagement"]


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Japan", "Nowhere", "", "(GMT+01:00) Berlin", "Etc/GMT+5"])
def test_a_mart_answers_whatever_zone_it_is_told(service: Service, zone: str) -> None:
    raw, history = (everywhere(tables, "text", zone, ZONES) for tables in (golden.CURRENT, golden.HISTORY))
    found = asked(answers(service, ACME, raw, history, golden.RATES))
    known = zone in ("Japan", "Etc/GMT+5")
    zones = {row["platform"]: row["time_zone"] for row in found["dim_accounts"]}
    assert zones["google_ads"] == (zone if known else "UTC")
