"""The clicks, with the words of this feed. Whoever follows them needs nothing besides the key."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shared.handing import texts
from shared.spreadsheets.sheets import formula
from shared.spreadsheets.source import Source
from shared.warehouse import names

_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#+!|~-])")


def in_workbook(source: Source) -> Iterator[tuple[str, str]]:
    """As the workbook itself tells it, one step a line."""
    yield "feed", source.name
    yield "address", source.address
    yield "1", "Press Enable Editing, then Enable Content: both stand above the sheet."
    yield "2", f"In the window that asks how to get there: Basic. User name: {source.feed}. Password: the key."
    yield "3", f"At “which level to apply these settings to”: {source.root}/, then Connect."
    yield "4", "Where Excel asks about privacy levels: Organizational."
    yield "refresh", "It asks when it is opened, and by Data, Refresh All. The key stays in Excel, not in this file."
    yield "wrong key", "Data, Get Data, Data Source Settings, Edit Permissions, Edit."
    yield "formulas", "The table is called Feed: =SUM(Feed[column]). Write beside it or on other sheets, not in it."


def steps(source: Source, project: str) -> str:
    """For every program that reads it, in Markdown. `project`: where BigQuery has the same figures."""
    name = _plain(source.name)
    excel = "\n".join(f"{number}. {text}" for number, text in in_workbook(source) if number.isdigit())
    return f"""# {name}

The user name is `{source.feed}`, and the password is the key that was shown when the feed was made. It stands in none
of these files.

## Excel

{excel}

Where queries are not allowed: `module.bas`. Alt+F11, File, Import File; then Alt+F8, `RefreshFeed`. On Windows.

## Power BI

1. Home, Get data, Blank query; Advanced Editor; all of `power-query.pq` in the place of what is there; Done.
2. Edit Credentials: Basic, user name `{source.feed}`, password: the key; level `{source.root}/`; Connect.
3. Close and Apply; Publish.
4. In the service: the semantic model, Settings, Data source credentials, Edit credentials: Basic, the same two words,
   privacy level Organizational. Then Refresh: a schedule. No gateway is needed.

## Google Sheets

1. Extensions, Apps Script; all of `apps-script.gs` in the place of what is there; Save; open the sheet anew.
2. Tributary, Enter the key; Google asks whether the script may: it may.
3. Tributary, Refresh every hour.

Without a script, by a feed that was made with a link, so its key may stand in an address:

    {formula(f"{source.address}&key=KEY")}

Everybody who sees that sheet sees the key.

## Looker Studio

It reads BigQuery itself, with the rights of whoever makes the report; no feed and no key is needed.

1. Create, Data source, BigQuery, Custom query; the project that pays.
2. The query, and Connect:

       {_query(source, project)}
"""


def _query(source: Source, project: str) -> str:
    """All rows of the mart: what the feed leaves out, the report has to leave out."""
    where = f"{project}.{names.marts(source.workspace)}.{source.mart}"
    return f"SELECT * FROM `{where}`"  # noqa: S608  for somebody else to run; its names are ours


def _plain(name: str) -> str:
    """On one line, and no markup."""
    return _MARKUP.sub(r"\\\1", " ".join(texts.legal(name).split()))
