"""Puts a version of a workspace's marts where pages of figures look for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from shared.model import Publication, publication_path, to_doc
from shared.publishing import packing
from shared.publishing.manifest import PublishedFile, Stamp
from tests.people.house import House
from tests.questions.folder import Row, published


def publish(
    house: House, workspace: str, marts: Mapping[str, Sequence[Row]], version: int = 1, stamp: Stamp | None = None
) -> None:
    with TemporaryDirectory() as folder:
        made, named = published(Path(folder), marts), {}
        for name, mart in made.manifest.marts.items():
            files = []
            for path in made.files[name]:
                data = Path(path).read_bytes()
                file = f"{workspace}/{name}/{version}-{Path(path).name}"
                house.objects.write(file, data, {})
                files.append(PublishedFile(name=file, sha256=sha256(data).hexdigest(), rows=1, bytes=len(data)))
            named[name] = replace(mart, files=tuple(files))
    manifest = replace(made.manifest, workspace=workspace, version=version, marts=named)
    manifest = replace(manifest, stamp=stamp or Stamp(as_of=house.clock.now()))
    where = f"{workspace}/manifests/{version}"
    house.objects.write(where, packing.pack(manifest), {})
    house.engine.set(publication_path(workspace), to_doc(Publication(workspace, version=version, manifest=where)))


def a_row_of_each(workspace: str, tag: str, day: date) -> dict[str, list[Row]]:
    """Marts that name their workspace wherever they can."""
    whose = {"workspace_id": workspace, "connection_id": f"{tag}-1", "account_id": tag, "date": day}
    social = {"network": "instagram", "profile_id": tag, "views": 3, "is_repeated": False}
    money = {"currency": "EUR", "reporting_currency": "EUR"}
    return {
        "ads_by_day": [{**whose, **money, "platform": "google_ads", "cost": 5, "clicks": 3, "conversion_value": 20}],
        "web_by_day": [{**whose, **money, "platform": "google_analytics", "channel_group": tag, "sessions": 7}],
        "email_by_mailing": [
            {**whose, "platform": "mailchimp", "campaign_name": tag, "mails_opened": 4, "delivered_told": 9, "sends": 9}
        ],
        "fact_social": [
            {**whose, **social, "platform": "instagram"},
        ],
        "dim_campaigns": [
            {**whose, "platform": "google_ads", "kind": "ads", "campaign_id": "c/1", "name": tag, "status": "ENABLED"}
        ],
        "ads_by_campaign": [
            {**whose, **money, "platform": "google_ads", "campaign_id": "c/1", "campaign_name": tag, "cost": 5}
        ],
        "commerce_by_day": [{**whose, **money, "platform": "shopify", "net": 100, "orders": 2}],
    }  # fmt: skip
