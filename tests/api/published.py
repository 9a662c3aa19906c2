"""A workspace whose marts are published in memory: few rows, whose numbers can be added up by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from shared import model
from shared.model import Publication, to_doc
from shared.publishing import packing
from shared.publishing.manifest import Manifest, PublishedFile, PublishedMart, Stamp
from shared.stores.ports import Documents, Objects
from tests.questions.folder import Row, write

AS_OF = datetime(2026, 9, 1, 5, tzinfo=UTC)
FIRST = date(2026, 8, 1)
DAYS = 31
CAMPAIGNS = {"c/1": "Summer", "c2": "=Autumn", "c3": "Winter"}
# Of what else people look at, there is one row, on the last day.
MARKED = {"campaign_name", "channel_group", "profile_id"}
ONCE: dict[str, dict[str, Any]] = {
    "commerce_by_day": {"platform": "shopify", "currency": "EUR", "orders": 1, "net": 9, "net_converted": 9},
    "email_by_mailing": {
        "platform": "mailchimp", "kind": "campaign", "campaign_id": "m1", "campaign_name": "", "sends": 9,
    },
    "fact_social": {
        "platform": "instagram", "network": "instagram", "profile_id": "", "views": 4, "is_repeated": False,
    },
    "list_growth": {"platform": "mailchimp", "list_id": "l1", "joined": 2, "gone": 1, "net": 1},
    "web_by_day": {"platform": "google_analytics", "channel_group": "", "sessions": 4},
}  # fmt: skip
MARTS = (
    "ads_by_campaign", "ads_by_day", "commerce_by_day", "coverage_by_day", "dim_campaigns", "email_by_mailing",
    "email_heat_map", "fact_social", "list_growth", "metric_history", "metric_settling", "metrics_by_day", "web_by_day",
)  # fmt: skip


def publish(documents: Documents, objects: Objects, workspace: str, version: int = 1, mark: str = "") -> Manifest:
    """`mark`: stands in every text of it, so that whoever sees it elsewhere knows whose it is."""
    made: dict[str, PublishedMart] = {}
    for name in MARTS:
        data = _parquet(name, workspace, version, mark)
        where = f"{workspace}/{name}/{version}/all.parquet"
        objects.write(where, data, {})
        file = PublishedFile(name=where, sha256=sha256(data).hexdigest(), rows=1, bytes=len(data))
        made[name] = PublishedMart(fingerprint=str(version), columns=(), files=(file,))
    manifest = Manifest(
        workspace=workspace, version=version, cause="loaded", stamp=Stamp(as_of=AS_OF, proved_until=date(2026, 8, 31)),
        marts=made,
    )  # fmt: skip
    where = f"{workspace}/manifests/{version}"
    objects.write(where, packing.pack(manifest), {})
    known = documents.get(model.publication_path(workspace))
    publication = Publication(workspace, version=version, manifest=where, as_of=AS_OF, published_at=AS_OF)
    looked = {"wanted_at": known["wanted_at"]} if known else {}
    documents.set(model.publication_path(workspace), {**to_doc(publication), **looked})
    return manifest


@cache
def _parquet(name: str, workspace: str, version: int, mark: str) -> bytes:
    """In one file: the writer makes two halves, so it is given everything as the second."""
    rows: list[Row] = list(_rows(name, workspace, version, mark))
    with TemporaryDirectory() as folder:
        _, path = write(Path(folder), name, [*({} for _ in rows), *rows])
        return Path(path).read_bytes()


def _rows(name: str, workspace: str, version: int, mark: str) -> Iterable[dict[str, Any]]:
    """On its n-th day each campaign of ads had n clicks (times the version)."""
    of = {"workspace_id": workspace, "connection_id": f"{workspace}-1", "platform": "google_ads", "account_id": "111"}
    money = {"currency": "EUR", "conversions_by": "click", "reporting_currency": "EUR"}
    for number in range(DAYS):
        day, clicks = FIRST + timedelta(days=number), (number + 1) * version
        numbers = {"clicks": clicks, "impressions": 10 * clicks, "cost": clicks, "cost_converted": clicks}
        if name == "ads_by_day":
            yield {**of, **money, "date": day, **numbers}
        if name == "ads_by_campaign":
            for campaign, title in CAMPAIGNS.items():
                yield {**of, **money, "date": day, **numbers, "campaign_id": campaign, "campaign_name": title + mark}
        if name == "metrics_by_day":
            yield {**of, "date": day, "metric": "clicks", "value": clicks}
    if name in ONCE:
        yield {
            **of,
            "date": FIRST + timedelta(days=DAYS - 1),
            **ONCE[name],
            **dict.fromkeys(MARKED & {*ONCE[name]}, mark),
        }
    if name == "metric_history":
        told = [("restated", 10.0, 12.0), ("first reading", None, 10.0), ("day under way", None, 3.0)]
        for number, (reason, before, now) in enumerate(told):
            moment = {"read_at": AS_OF + timedelta(hours=number), "days_after": number}
            values = {"value_before": before, "value": now, "change": now - (before or 0)}
            item = {"item_id": f"c1{mark}", "metric": "clicks", "currency": "", "is_exact": True}
            yield {**of, "date": FIRST, **item, **values, **moment, "reason": reason}
    if name == "dim_campaigns":
        for campaign, title in CAMPAIGNS.items():
            yield {**of, "kind": "ads", "campaign_id": campaign, "name": title + mark, "status": "active"}
        yield {**of, "kind": "email", "campaign_id": "m1", "name": "Letter" + mark, "status": "sent"}
