"""A workspace with a million rows of what ads did in three years, and its marts by day, as Parquet files in a folder.

They are made by DuckDB from numbers alone, so that they are the same each time: sorted by connection and day, a file
for each year, in groups of 100,000 rows, as published marts are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from shared.publishing.manifest import Manifest, Stamp
from shared.questions import catalogue
from shared.questions.plan import TYPES

FIRST, DAYS = date(2023, 9, 1), 1096
LAST = date(2026, 8, 31)
CONNECTIONS = 6
_ACCOUNT = """
  'acme' AS workspace_id, 'connection-' || a AS connection_id, CASE WHEN a < 3 THEN 'google_ads' ELSE 'meta_ads' END
  AS platform, '1000' || a AS account_id, DATE '2023-09-01' + CAST(d AS INTEGER) AS date,
  CASE WHEN a % 2 = 0 THEN 'EUR' ELSE 'USD' END AS currency, 'EUR' AS reporting_currency
"""
_ADS = f"""
  SELECT {_ACCOUNT}, 'ad' AS level, 'UTC' AS time_zone, 'click' AS conversions_by,
    'campaign ' || (n % 20 + a * 20) AS campaign_id, 'Campaign ' || (n % 20 + a * 20) AS campaign_name,
    'group ' || (n % 60) AS ad_group_id, 'ad ' || n AS ad_id, date AS rate_date,
    CAST(hash(n, d, a) % 9000 AS BIGINT) AS impressions, CAST(hash(d, n) % 90 AS BIGINT) AS clicks,
    CAST(hash(a, d, n, 1) % 100000 AS DECIMAL(38, 9)) / 100 AS cost, CAST(hash(d, a) % 12 AS DOUBLE) / 4 AS conversions,
    cost * 3 AS conversion_value, cost AS cost_converted, cost * 3 AS conversion_value_converted
  FROM (SELECT UNNEST(range({DAYS})) AS d), (SELECT UNNEST(range({CONNECTIONS})) AS a),
    (SELECT UNNEST(range({{each}})) AS n)
"""
_SUMS = """SUM(impressions) AS impressions, SUM(clicks) AS clicks, SUM(cost) AS cost, SUM(conversions) AS conversions,
    SUM(conversion_value) AS conversion_value, SUM(cost_converted) AS cost_converted,
    SUM(conversion_value_converted) AS conversion_value_converted, 0 AS rows_without_rate"""
_OF_ADS = "workspace_id, connection_id, platform, account_id, date, currency, reporting_currency, conversions_by"
_MARTS = {
    "fact_ad_performance": _ADS,
    "ads_by_day": f"SELECT {_OF_ADS}, {_SUMS} FROM fact_ad_performance GROUP BY ALL",
    "ads_by_campaign": f"SELECT {_OF_ADS}, campaign_id, campaign_name, {_SUMS} FROM fact_ad_performance GROUP BY ALL",
    "dim_campaigns": """
      SELECT workspace_id, connection_id, platform, 'ads' AS kind, campaign_id, ANY_VALUE(campaign_name) AS name,
        CASE WHEN hash(campaign_id) % 3 = 0 THEN 'PAUSED' ELSE 'ENABLED' END AS status, MIN(date) AS starts_on,
        FALSE AS is_gone
      FROM ads_by_campaign GROUP BY ALL
    """,
    "web_by_day": f"""
      SELECT {_ACCOUNT}, 'Channel ' || n AS channel_group, CAST(hash(n, d, a) % 900 AS BIGINT) AS sessions,
        sessions // 2 AS engaged_sessions, sessions // 3 AS new_users, sessions / 8.0 AS key_events,
        CAST(sessions AS DECIMAL(38, 9)) * 2 AS revenue, revenue AS revenue_converted, 0 AS rows_without_rate,
        TRUE AS is_exact
      FROM (SELECT UNNEST(range({DAYS})) AS d), (SELECT UNNEST(range(2)) AS a), (SELECT UNNEST(range(10)) AS n)
    """,
    "metrics_by_day": """
      SELECT workspace_id, connection_id, platform, account_id, date, TRUE AS is_exact,
        UNNEST(['clicks', 'impressions', 'cost']) AS metric, UNNEST([NULL, NULL, currency]) AS currency,
        UNNEST([clicks, impressions, cost]) AS value
      FROM ads_by_day
    """,
    "coverage_by_day": """
      SELECT DISTINCT workspace_id, connection_id, platform, account_id, 'ad_daily' AS stream,
        'google_ads_ad_daily' AS source_table, date, 'proved' AS state, TIMESTAMPTZ '2026-09-01 05:00:00+00' AS read_at,
        'run' AS run_id
      FROM ads_by_day
    """,
    "metric_settling": """
      SELECT DISTINCT workspace_id, connection_id, platform, account_id, metric, 0 AS days_after, 1.0 AS known_share,
        14 AS settled_after, 365 AS days_watched
      FROM metrics_by_day
    """,
}


@dataclass(frozen=True, slots=True)
class Folder:
    files: Mapping[str, Sequence[str]]
    manifest: Manifest = Manifest(
        workspace="acme", version=1, cause="loaded", stamp=Stamp(as_of=datetime(2026, 9, 1, 6, tzinfo=UTC)), marts={}
    )


def found(folder: Path) -> Folder:
    return Folder({mart: sorted(map(str, folder.glob(f"{mart}-*.parquet"))) for mart in _MARTS})


def make(folder: Path, rows: int) -> int:
    """How many rows the fact has: the nearest number that all days and accounts share."""
    database = duckdb.connect(config={"threads": 2})
    database.execute("SET enable_progress_bar = false")
    for mart, query in _MARTS.items():
        database.execute(f"CREATE TABLE {mart} AS {query.replace('{each}', str(rows // (DAYS * CONNECTIONS) + 1))}")
        _write(database, folder, mart)
    count = database.execute("SELECT COUNT(*) FROM fact_ad_performance").fetchone()
    return int(count[0]) if count else 0


def _write(database: duckdb.DuckDBPyConnection, folder: Path, mart: str) -> None:
    there = {row[0] for row in database.execute(f"DESCRIBE {mart}").fetchall()}
    cells = ", ".join(
        f"CAST({name if name in there else 'NULL'} AS {TYPES[column.kind]}) AS {name}"
        for name, column in catalogue.marts()[mart].columns.items()
    )
    has_days = "date" in there
    for year in range(FIRST.year, LAST.year + 1) if has_days else (0,):
        where = f"WHERE year(date) = {year}" if has_days else ""
        database.execute(
            f"COPY (SELECT {cells} FROM {mart} {where} ORDER BY connection_id{', date' if has_days else ''}) "
            f"TO '{folder}/{mart}-{year}.parquet' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100000)"
        )
