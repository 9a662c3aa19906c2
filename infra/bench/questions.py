"""`python -m infra.bench.questions FOLDER`: twelve questions over marts by day, twelve over a fact of a million rows,
in one process: CPU, and the most memory, with one question at a time and with two.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from infra.bench.facts_in_sql import summary
from infra.bench.marts_by_the_million import Folder, found
from infra.bench.memory import peak_bytes
from shared.questions.ask import ask
from shared.questions.engine import Engine
from shared.questions.periods import Calendar
from shared.questions.plan import FILES, plan
from shared.questions.query_string import read
from shared.questions.rules import check

ROUNDS = 7
SINCE = "from=2025-09-01&until=2026-08-31"
BY_DAY = (
    f"mart=ads_by_day&measures=cost_converted,clicks,ctr&grain=day&{SINCE}",
    f"mart=ads_by_day&measures=cost_converted,conversion_value_converted&dimensions=platform&{SINCE}",
    f"mart=ads_by_day&measures=cost,roas&dimensions=platform,currency&grain=month&{SINCE}",
    "mart=ads_by_day&measures=cost_converted,clicks,impressions&compare=before&from=2026-08-01&until=2026-08-31",
    "mart=ads_by_day&measures=clicks&grain=week&compare=year-ago&from=2026-03-02&until=2026-08-30",
    f"mart=ads_by_campaign&measures=cost_converted,clicks&dimensions=campaign_name&order=-clicks&limit=20&{SINCE}",
    f"mart=ads_by_campaign&measures=clicks&grain=week&campaign_name.contains=campaign+7&{SINCE}",
    f"mart=web_by_day&measures=sessions,engagement_rate&dimensions=channel_group&{SINCE}",
    f"mart=web_by_day&measures=sessions,revenue_converted&grain=month&{SINCE}",
    f"mart=web_by_day&measures=sessions&grain=day&{SINCE}",
    f"mart=metrics_by_day&measures=value&dimensions=metric,currency&grain=month&{SINCE}",
    "mart=metrics_by_day&measures=value&dimensions=platform&metric=clicks&currency.empty=true&grain=quarter",
)
OF_FACTS = (
    "mart=fact_ad_performance&measures=cost_converted,clicks&dimensions=platform",
    "mart=fact_ad_performance&measures=clicks,impressions&grain=month",
    f"mart=fact_ad_performance&measures=cost_converted&grain=day&{SINCE}",
    f"mart=fact_ad_performance&measures=cost,conversions&dimensions=currency&{SINCE}",
    f"mart=fact_ad_performance&measures=clicks&dimensions=campaign_id&order=-clicks&limit=20&{SINCE}",
    "mart=fact_ad_performance&measures=clicks&dimensions=ad_id&connection_id=connection-1&order=-clicks&limit=50"
    "&from=2026-08-01&until=2026-08-31",
    "mart=fact_ad_performance&measures=cost_converted,clicks&compare=before&from=2026-08-01&until=2026-08-31",
    "mart=fact_ad_performance&measures=clicks&grain=week&campaign_id=campaign+7",
    f"mart=fact_ad_performance&measures=impressions&dimensions=level,platform&grain=quarter&{SINCE}",
    "mart=fact_ad_performance&measures=conversions&dimensions=connection_id&from=2026-06-01&until=2026-08-31",
    "mart=fact_ad_performance&measures=clicks&grain=day&from=2026-08-01&until=2026-08-31",
    "mart=fact_ad_performance&dimensions=campaign_id&connection_id=connection-2&from=2026-08-01&until=2026-08-31",
)


def seconds(texts: Sequence[str], folder: Folder, engine: Engine) -> float:
    begun = time.process_time()
    answer_all(texts, folder, engine)
    return time.process_time() - begun


def floor(texts: Iterable[str], folder: Folder) -> float:
    """The very statements, asked of a DuckDB that nobody locked: the least of the rounds."""
    import duckdb

    calendar = Calendar(folder.manifest.stamp.as_of.date())
    asked = [check(read(text), calendar) for text in texts]
    plans = [(plan(each, {column.name for column in each.measures}), folder.files[each.mart.name]) for each in asked]
    database = duckdb.connect(config={"threads": 1})
    database.execute("SET enable_progress_bar = false")
    database.execute("SET parquet_metadata_cache = true")
    found = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for planned, files in plans:
            database.execute(planned.sql, {**planned.bound, FILES: list(files)}).fetchall()
        found.append(time.process_time() - begun)
    return min(found)


def answers(texts: Iterable[str], folder: Folder, engine: Engine) -> Iterator[Sequence[tuple[Any, ...]]]:
    calendar = Calendar(folder.manifest.stamp.as_of.date())
    for text in texts:
        yield ask(read(text), folder, calendar, engine).rows


def answer_all(texts: Sequence[str], folder: Folder, engine: Engine) -> None:
    for text, rows in zip(texts, answers(texts, folder, engine), strict=True):
        if not rows:
            raise SystemExit(f"nobody has an answer to {text}")


def busy(folder: Folder, engine: Engine) -> None:
    """Two at once, each the heaviest there are."""
    threads = [threading.Thread(target=answer_all, args=(OF_FACTS, folder, engine)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def main() -> None:
    folder, engine = found(Path(sys.argv[1])), Engine()
    idle = peak_bytes()
    first = seconds(BY_DAY[:1], folder, engine)
    figures: dict[str, Any] = {"idle_bytes": idle, "first_ms": round(first * 1000, 1)}
    for name, texts in (("by_day", BY_DAY), ("of_facts", OF_FACTS)):
        each = [seconds(texts, folder, engine) for _ in range(ROUNDS)]
        figures |= {f"{name}_ms": round(median(each) * 1000, 1), f"{name}_least_ms": round(min(each) * 1000, 1)}
    busy(folder, engine)
    figures["busy_bytes"] = peak_bytes()
    for name, texts in (("by_day", BY_DAY), ("of_facts", OF_FACTS)):
        figures[f"{name}_ratio"] = round(figures[f"{name}_least_ms"] / floor(texts, folder) / 1000, 2)
    figures["answers"] = [summary(rows) for rows in answers(OF_FACTS, folder, engine)]
    print(orjson.dumps(figures).decode())


if __name__ == "__main__":
    main()
