"""The data dictionary and dbt's list of sources, made from what the marts and the platforms declare."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from shared.marts.files import Mart, all_marts
from shared.platforms import PLATFORMS
from shared.sync.tables import table_of, view_of
from shared.vocabulary.columns import Column
from shared.warehouse import names, rates, runs, schema

DICTIONARY, SOURCES = "docs/data-dictionary.md", "docs/dbt/sources.yml"

# In the order in which a reader wants them.
PARTS = (
    ("Facts", "fact_", "A row per thing that happened. Each names the staged page and line that it came from."),
    ("Dimensions", "dim_", "What the facts are about."),
    ("Measures, people and proof", "", "What follows from the facts, numbers of people, and how all of it came about."),
)
ADDS = {True: "yes", False: "**no**", None: ""}
IN_A_CURRENCY = "yes, within a currency"


def dictionary() -> str:
    """docs/data-dictionary.md"""
    lines = [
        "# Data dictionary",
        "",
        "The marts of a workspace, column by column, as BigQuery shows them too. Made by `python -m infra.tools.docs`",
        "from `shared/marts/views/` and from what each platform adds to them (`shared/platforms/*/marts/`). How to use",
        "them: [marts.md](marts.md). The dataset `agency` has the same views over all workspaces.",
        "",
        "*Adds up*: whether the numbers of several rows may be added. Where it says no, add its parts and divide",
        "again, or ask at the level at which it is told. Amounts add up within a currency: group by `currency`, or",
        "by `reporting_currency` where they are converted, for the agency has workspaces of several.",
    ]
    for title, prefix, says in PARTS:
        found = sorted((mart for mart in all_marts() if _part(mart) == prefix), key=lambda mart: mart.name)
        lines += ["", f"## {title}", "", says]
        for mart in found:
            lines += ["", f"### {mart.name}", "", mart.description, "", "| column | type | adds up | meaning |"]
            lines += ["|---|---|---|---|", *(_line(column) for column in mart.columns)]
    lines += [
        "",
        "## Exchange rates",
        "",
        f"`{names.SHARED}.{rates.TABLE}`, which all workspaces read; `load_rates` fills it with scheduled syncs, and",
        "`rates load` by hand.",
    ]
    lines += ["", "| column | type | adds up | meaning |", "|---|---|---|---|"]
    lines += [_line(column) for column in rates.COLUMNS]
    return "\n".join(lines) + "\n"


def _part(mart: Mart) -> str:
    return next((prefix for _, prefix, _ in PARTS if mart.name.startswith(prefix)), "")


def _line(column: Column) -> str:
    meaning = column.meaning.replace("|", "\\|")
    adds = IN_A_CURRENCY if column.adds and schema.is_amount(column) else ADDS[column.adds]
    return f"| `{column.name}` | {column.sql_type} | {adds} | {meaning} |"


def sources() -> str:
    """docs/dbt/sources.yml"""
    lines = [
        "# Sources for dbt: the marts of a workspace, and the current rows behind them.",
        "# Made by `python -m infra.tools.docs`. Say which workspace: dbt run --vars '{workspace: acme}'",
        "version: 2",
        "sources:",
        *_source("marts", "{{ var('workspace') }}", "What dashboards read"),
    ]
    for mart in sorted(all_marts(), key=lambda mart: mart.name):
        lines += _table(mart.name, mart.description, mart.columns)
    lines += [
        *_source(
            "raw",
            "{{ var('workspace') }}_raw",
            f"Current rows, one table per stream. Besides its own columns each has: {_ours()}.",
        ),
        *_table(runs.TABLE.name, runs.TABLE.description, runs.TABLE.columns),
    ]
    for platform in PLATFORMS.values():
        for stream in platform.streams:
            spec = table_of(platform, stream)
            lines += _table(spec.name, spec.description, spec.columns)
        for view in platform.views:
            entries = view_of(platform, view)
            lines += _table(entries.name, entries.description, entries.columns)
    return "\n".join(lines) + "\n"


def _ours() -> str:
    """What every table has."""
    return ", ".join(column.name for column in (*schema.STAGED, *schema.GONE))


def _source(name: str, dataset: str, says: str) -> Iterator[str]:
    yield f"  - name: {name}"
    yield f"    description: {_text(says)}"
    yield f"    schema: {_text(dataset)}"
    yield "    tables:"


def _table(name: str, says: str, columns: Iterable[Column]) -> Iterator[str]:
    yield f"      - name: {name}"
    yield f"        description: {_text(says)}"
    yield "        columns:"
    for column in columns:
        told = (column.name, column.sql_type, schema.describe(column))
        yield "          - {{name: {}, data_type: {}, description: {}}}".format(*map(_text, told))


def _text(value: str) -> str:
    """JSON's texts are YAML's, too."""
    return json.dumps(value, ensure_ascii=False)
