"""The twelve questions over the fact, asked of others: of BigQuery's stand-in, as if nothing were published, and of
pandas, which has an environment of its own. Whoever answers something else is no comparison, and ends the bench.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isclose
from pathlib import Path
from typing import Any

from infra.bench.children import measure, result, started
from infra.bench.marts_by_the_million import found
from infra.local.processes import ROOT

PYTHON = ROOT / "build" / "tools" / "bench" / "bin" / "python"  # `make bench` puts it there
STAND_IN, PANDAS = "BigQuery's stand-in, asked directly", "pandas, one thread"


def compared(folder: str, ours: Any) -> dict[str, dict[str, Any]]:
    """By whom; `ours` is what questions.py found. Pandas is left out where it is not installed."""
    others = {STAND_IN: measure("infra.bench.by_stand_in", folder)}
    if PYTHON.exists():
        files = found(Path(folder)).files["fact_ad_performance"]
        others[PANDAS] = result(started([str(PYTHON), str(ROOT / "infra" / "bench" / "by_pandas.py"), *files]))
    for name, theirs in others.items():
        if wrong := differing(ours["answers"], theirs["answers"]):
            raise SystemExit(f"{name} answers something else to questions {wrong}")
        theirs["ratio"] = round(ours["of_facts_least_ms"] / theirs["ms"], 2)
    return others


def differing(ours: Sequence[Sequence[float]], theirs: Sequence[Sequence[float]]) -> list[int]:
    """The numbers of the questions; money in floats is as near as floats are."""
    if len(ours) != len(theirs):
        return [len(ours), len(theirs)]
    pairs = enumerate(zip(ours, theirs, strict=True), 1)
    return [at for at, (one, other) in pairs if one[0] != other[0] or not isclose(one[1], other[1], rel_tol=1e-9)]
