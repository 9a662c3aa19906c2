"""What BigQuery is asked about people: written from the marts, with every value bound. Pure.

Rows come out of the workspace's own datasets and no others, because their names follow from its id alone.
"""

# ruff: noqa: S608  every name in the SQL has passed `names`; whatever somebody said is a parameter

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from shared.errors import Bug
from shared.looking.addresses import NAMED
from shared.looking.verbs import Contacts, History
from shared.marts import statements
from shared.marts.files import Mart, all_marts
from shared.model import Workspace
from shared.warehouse import names
from shared.warehouse.names import quoted

_DIGEST = re.compile(r"TO_HEX\(SHA256\((?P<address>.+)\)\) AS person_id")
MOST_RECORDS = 200  # of one person
HIDDEN = frozenset({"workspace_id", "_synced_at"})  # whoever asks knows the one, and `told_at` is the other
# Order of contacts → by what, and which come after the last one of the page before.
_ORDERS = {
    "address": ("people.address", "people.address > last.address"),
    "newest": (
        "people.began DESC, people.address",
        "people.began < last.began OR (people.began = last.began AND people.address > last.address)",
    ),
}
_FILTERS = {"platform": "platform", "list": "list_id", "status": "status"}  # what is asked → column
_DAYS = {"since": ">=", "until": "<="}
_MARTS = re.compile(r"\bmarts\.([a-z_]+)")
_HISTORY = """\
  SELECT
    e.connection_id, e.platform, e.date, e.hour, e.time_zone, e.kind, e.campaign_id, e.list_id,
    CAST(NULL AS STRING) AS order_id, CAST(NULL AS STRING) AS refund_id, e.events,
    CAST(NULL AS NUMERIC) AS amount, CAST(NULL AS STRING) AS currency, e._page, e._line
  FROM marts.fact_email_engagement AS e
  JOIN theirs AS t ON t.connection_id = e.connection_id AND t.record_id = e.contact_id
  UNION ALL
  SELECT
    c.connection_id, c.platform, c.date, NULL, c.time_zone, c.kind, NULL, NULL,
    c.order_id, c.refund_id, NULL,
    c.net, c.currency, c._page, c._line
  FROM marts.fact_commerce AS c
  JOIN theirs AS t ON t.connection_id = c.connection_id AND t.record_id = c.customer_id"""


@dataclass(frozen=True, slots=True)
class Statement:
    sql: str
    values: Mapping[str, str | int]  # of its parameters


@cache
def source() -> Mart:
    """`contact_records` with the address itself, where the mart shows what is made of it."""
    mart = next(mart for mart in all_marts() if mart.name == "contact_records")
    query, found = _DIGEST.subn(r"\g<address> AS address", mart.query)
    if found != 1:
        raise Bug("bad-mart", "contact_records makes person_id of an address in another way than it did.")
    meaning = "Address in NFKC, small letters, no blanks around it"
    columns = (
        replace(column, name="address", meaning=meaning) if column.name == "person_id" else column
        for column in mart.columns
    )
    return replace(mart, columns=tuple(columns), query=query)


def contacts(project: str, workspace: Workspace, key: str, asked: Contacts) -> Statement:
    """One row more than is shown, so that it is known whether there are others."""
    said = {name: str(getattr(asked, name)) for name in _FILTERS if getattr(asked, name)}
    fits = " AND ".join(f"{_FILTERS[name]} = @{name}" for name in said)
    days = {name: getattr(asked, name) for name in _DAYS if getattr(asked, name)}
    having = [f"LOGICAL_OR({fits})"] if fits else []
    having += [f"DATE(MIN(held.since)) {_DAYS[name]} CAST(@{name} AS DATE)" for name in days]
    order, follows = _ORDERS[asked.order]
    lines = [
        "WITH records AS (",
        _records(project, workspace),
        "),",
        "people AS (",
        f"  SELECT {NAMED} AS contact, address, STRING_AGG(DISTINCT platform, ', ' ORDER BY platform) AS platforms,",
        "    COUNT(*) AS records, LOGICAL_OR(is_subscribed) AS is_subscribed, MAX(told_at) AS told_at,",
        "    MIN(since) AS since, COALESCE(MIN(since), TIMESTAMP '0001-01-01 00:00:00+00') AS began,",
        "    SUM(IF(is_customer, orders, NULL)) AS shop_orders",
        "  FROM records AS held",
        "  WHERE address IS NOT NULL" + (" AND STARTS_WITH(address, @begins)" if asked.begins else ""),
        "  GROUP BY address",
        *([f"  HAVING {' AND '.join(having)}"] if having else []),
        ")",
        "SELECT people.contact, people.address, people.platforms, people.records, people.is_subscribed,",
        "  people.told_at, people.since, people.shop_orders, (SELECT COUNT(*) FROM people) AS matching",
        "FROM people",
        *(["CROSS JOIN (SELECT address, began FROM people WHERE contact = @after) AS last"] if asked.after else []),
        *([f"WHERE {follows}"] if asked.after else []),
        f"ORDER BY {order}",
        "LIMIT @rows",
    ]
    begins = {"begins": asked.begins} if asked.begins else {}
    after = {"after": asked.after} if asked.after else {}
    return Statement("\n".join(lines), {"key": key, **said, **days, **begins, **after, "rows": asked.rows + 1})


def records(project: str, workspace: Workspace, key: str, contact: str) -> Statement:
    shown = ", ".join(quoted(column.name) for column in source().columns if column.name not in HIDDEN)
    sql = f"""\
WITH records AS (
{_records(project, workspace)}
)
SELECT {shown}
FROM records
WHERE address IS NOT NULL AND {NAMED} = @contact
ORDER BY platform, connection_id, list_id, record_id
LIMIT @rows"""
    return Statement(sql, {"key": key, "contact": contact, "rows": MOST_RECORDS + 1})


def history(project: str, workspace: Workspace, key: str, asked: History) -> Statement:
    """A row says whether somebody is known at all, also where they did nothing. `place` tells any two rows apart.

    `one`: BigQuery joins to the left by something that is equal, and not by another condition alone.
    """
    sql = f"""\
WITH records AS (
{_records(project, workspace)}
),
theirs AS (
  SELECT DISTINCT connection_id, record_id FROM records WHERE address IS NOT NULL AND {NAMED} = @contact
),
done AS (
{_MARTS.sub(lambda found: names.address(project, names.marts(workspace.id), found[1]), _HISTORY)}
),
placed AS (
  SELECT *, 1 AS one, CONCAT(
    COALESCE(CAST(date AS STRING), ''), ' ', LPAD(CAST(COALESCE(hour, 0) AS STRING), 2, '0'), ' ', _page, ' ',
    LPAD(CAST(_line AS STRING), 9, '0'), ' ', kind, ' ', COALESCE(refund_id, '')
  ) AS place
  FROM done
)
SELECT known.people > 0 AS is_known, placed.* EXCEPT (one)
FROM (SELECT COUNT(*) AS people, 1 AS one FROM theirs) AS known
LEFT JOIN placed ON placed.one = known.one{" AND placed.place < @after" if asked.after else ""}
ORDER BY placed.place DESC
LIMIT @rows"""
    after = {"after": asked.after} if asked.after else {}
    return Statement(sql, {"key": key, "contact": asked.contact, **after, "rows": asked.rows + 1})


def _records(project: str, workspace: Workspace) -> str:
    return statements.query(project, workspace, source())
