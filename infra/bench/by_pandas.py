"""`python by_pandas.py FILE …`: the twelve questions over a fact of a million rows, as somebody with a notebook would
ask them of pandas, one thread: CPU, the least of the rounds, and what each answer comes to.

It runs in an environment of its own (infra/tools/locks/bench.in) and imports nothing of ours: no function has pandas.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from datetime import date
from typing import Any

import pandas
import pyarrow

ROUNDS = 3
YEAR = (date(2025, 9, 1), date(2026, 8, 31))
AUGUST = (date(2026, 8, 1), date(2026, 8, 31))
JULY = (date(2026, 7, 1), date(2026, 7, 31))
SUMMER = (date(2026, 6, 1), date(2026, 8, 31))
AMOUNTS = ("cost", "cost_converted")

# Measures, what they are by, the grain of days, which days, one column's text, how many rows at most.
Asked = tuple[list[str], list[str], str, tuple[date, date] | None, tuple[str, str] | None, int]
TWELVE: list[Asked] = [
    (["cost_converted", "clicks"], ["platform"], "", None, None, 0),
    (["clicks", "impressions"], [], "M", None, None, 0),
    (["cost_converted"], [], "D", YEAR, None, 0),
    (["cost", "conversions"], ["currency"], "", YEAR, None, 0),
    (["clicks"], ["campaign_id"], "", YEAR, None, 20),
    (["clicks"], ["ad_id"], "", AUGUST, ("connection_id", "connection-1"), 50),
    (["cost_converted", "clicks"], [], "", AUGUST, None, 0),  # beside the days before
    (["clicks"], [], "W", None, ("campaign_id", "campaign 7"), 0),
    (["impressions"], ["level", "platform"], "Q", YEAR, None, 0),
    (["conversions"], ["connection_id"], "", SUMMER, None, 0),
    (["clicks"], [], "D", AUGUST, None, 0),
    ([], ["campaign_id"], "", AUGUST, ("connection_id", "connection-2"), 0),
]


def answered(files: Sequence[str], asked: Asked) -> tuple[int, float]:
    measures, by, grain, days, text, most = asked
    where: list[tuple[str, str, Any]] = [("date", ">=", days[0]), ("date", "<=", days[1])] if days else []
    where += [(text[0], "==", text[1])] if text else []
    columns = sorted({*measures, *by, *(["date"] if grain else [])})
    rows = pandas.read_parquet(list(files), columns=columns, filters=where or None, engine="pyarrow")
    for name in AMOUNTS:
        if name in rows:
            rows[name] = rows[name].astype("float64")
    keys: list[Any] = list(by)
    if grain:
        keys.append(pandas.to_datetime(rows["date"]).dt.to_period(grain))
    if not measures:
        return int(rows[by].drop_duplicates().shape[0]), 0.0
    if not keys:
        return 1, float(rows[measures].sum().sum())
    sums = rows.groupby(keys, dropna=False, observed=True)[measures].sum()
    if most:
        sums = sums.sort_values(measures[0], ascending=False).head(most)
    return int(sums.shape[0]), float(sums.sum().sum())


def twelve(files: Sequence[str]) -> list[tuple[int, float]]:
    found = [answered(files, asked) for asked in TWELVE]
    measures, by, grain, _, text, most = TWELVE[6]
    found[6] = (1, found[6][1] + answered(files, (measures, by, grain, JULY, text, most))[1])
    return found


def main() -> None:
    pyarrow.set_cpu_count(1)
    pyarrow.set_io_thread_count(1)
    files, spent = sys.argv[1:], []
    answers = twelve(files)
    for _ in range(ROUNDS):
        begun = time.process_time()
        twelve(files)
        spent.append(time.process_time() - begun)
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
    print(json.dumps({"ms": round(min(spent) * 1000, 1), "answers": answers, "peak_bytes": peak * 1024}))


if __name__ == "__main__":
    main()
