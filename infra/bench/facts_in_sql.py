"""The twelve questions over the fact as the GoogleSQL that a careful analyst would write for them, and what an answer
comes to, so that whoever is compared is known to have answered the same.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

FACT = "acme.fact_ad_performance"
YEAR = "date BETWEEN '2025-09-01' AND '2026-08-31'"
AUGUST = "date BETWEEN '2026-08-01' AND '2026-08-31'"
STATEMENTS = (
    f"SELECT platform, SUM(cost_converted), SUM(clicks) FROM {FACT} GROUP BY 1",
    f"SELECT DATE_TRUNC(date, MONTH), SUM(clicks), SUM(impressions) FROM {FACT} GROUP BY 1",
    f"SELECT date, SUM(cost_converted) FROM {FACT} WHERE {YEAR} GROUP BY 1",
    f"SELECT currency, SUM(cost), SUM(conversions) FROM {FACT} WHERE {YEAR} GROUP BY 1",
    f"SELECT campaign_id, SUM(clicks) AS n FROM {FACT} WHERE {YEAR} GROUP BY 1 ORDER BY n DESC LIMIT 20",
    f"""SELECT ad_id, SUM(clicks) AS n FROM {FACT} WHERE {AUGUST} AND connection_id = 'connection-1'
    GROUP BY 1 ORDER BY n DESC LIMIT 50""",
    f"""SELECT SUM(IF({AUGUST}, cost_converted, 0)), SUM(IF({AUGUST}, clicks, 0)),
      SUM(IF({AUGUST}, 0, cost_converted)), SUM(IF({AUGUST}, 0, clicks))
    FROM {FACT} WHERE date BETWEEN '2026-07-01' AND '2026-08-31'""",
    f"SELECT DATE_TRUNC(date, WEEK(MONDAY)), SUM(clicks) FROM {FACT} WHERE campaign_id = 'campaign 7' GROUP BY 1",
    f"""SELECT level, platform, DATE_TRUNC(date, QUARTER), SUM(impressions) FROM {FACT} WHERE {YEAR}
    GROUP BY 1, 2, 3""",
    f"""SELECT connection_id, SUM(conversions) FROM {FACT} WHERE date BETWEEN '2026-06-01' AND '2026-08-31'
    GROUP BY 1""",
    f"SELECT date, SUM(clicks) FROM {FACT} WHERE {AUGUST} GROUP BY 1",
    f"SELECT DISTINCT campaign_id FROM {FACT} WHERE {AUGUST} AND connection_id = 'connection-2'",
)


def summary(rows: Collection[tuple[Any, ...]]) -> tuple[int, float]:
    """How many rows, and all of their numbers together."""
    cells = [cell for row in rows for cell in row if isinstance(cell, int | float | Decimal)]
    return len(rows), float(sum(map(Decimal, cells), Decimal()))
