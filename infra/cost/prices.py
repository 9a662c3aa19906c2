"""What Google Cloud asks for, as values with a source and a date. Prices change: read the pages again before a promise.

Region: europe-west1 for functions and objects, eur3 for Firestore, EU for BigQuery; prices in US dollars without tax.
A free tier is granted once per billing account (Firestore's and Logging's once per project) and here all of it is ours.
`checked` says how the figure was come by: "page" from a stored copy of Google's own page, "told" from others who quote
it, "remembered" from nothing that could be looked at. Stored copies are of 2025 and 2026, not of today.
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.prices import GIB_SECOND, MILLION_REQUESTS, VCPU_SECOND

DAYS = 30  # of a month: 43,200 ticks
GIB = 2.0**30
TIB = 2.0**40


@dataclass(frozen=True, slots=True)
class Price:
    """`usd` buys `per` units beyond the first `free` units of a month."""

    item: str
    usd: float
    per: float
    unit: str
    source: str
    free: float = 0.0
    checked: str = "page"
    note: str = ""


_RUN = "https://cloud.google.com/run/pricing"
_FIRESTORE = "https://cloud.google.com/firestore/pricing"
_STORAGE = "https://cloud.google.com/storage/pricing"
_SECRETS = "https://cloud.google.com/secret-manager/pricing"
_BIGQUERY = "https://cloud.google.com/bigquery/pricing"
_KEYS = "https://cloud.google.com/kms/pricing"
_OBSERVING = "https://cloud.google.com/stackdriver/pricing"

_ALL = (
    Price("functions: requests", MILLION_REQUESTS, 1e6, "requests", _RUN, free=2e6),
    Price("functions: vCPU", VCPU_SECOND, 1, "vCPU-seconds", _RUN, free=180_000, note="while a request is handled"),
    Price("functions: memory", GIB_SECOND, 1, "GiB-seconds", _RUN, free=360_000, note="while a request is handled"),
    Price("Pub/Sub", 40, TIB, "bytes", "https://cloud.google.com/pubsub/pricing", free=10 * GIB),
    Price("Firestore: reads", 0.06, 1e5, "documents", _FIRESTORE, free=50_000 * DAYS, note="free per day; eur3"),
    Price("Firestore: writes", 0.18, 1e5, "documents", _FIRESTORE, free=20_000 * DAYS, note="free per day; eur3"),
    Price("Firestore: deletes", 0.02, 1e5, "documents", _FIRESTORE, note="by TTL, which has no free tier; eur3"),
    Price("Firestore: documents", 0.18, GIB, "bytes", _FIRESTORE, free=GIB, checked="told", note="eur3"),
    Price("Firestore: recovery", 0.18, GIB, "bytes", _FIRESTORE, checked="remembered", note="seven days; eur3"),
    Price("Firestore: backups", 0.036, GIB, "bytes", _FIRESTORE, checked="remembered", note="eur3"),
    Price("objects: standard", 0.020, GIB, "bytes", _STORAGE),
    Price("objects: nearline", 0.010, GIB, "bytes", _STORAGE),
    Price("objects: coldline", 0.004, GIB, "bytes", _STORAGE),
    Price("objects: writes", 0.005, 1e3, "operations", _STORAGE, note="class A; the free tier is for the US only"),
    Price("objects: reads", 0.0004, 1e3, "operations", _STORAGE, note="class B"),
    Price("objects: moves to nearline", 0.01, 1e3, "operations", _STORAGE, checked="remembered"),
    Price("objects: moves to coldline", 0.02, 1e3, "operations", _STORAGE, checked="remembered"),
    Price("people: reads", 0.06, 1e5, "documents", _FIRESTORE, note="only one database has a free tier; eur3"),
    Price("feeds: reads", 0.06, 1e5, "documents", _FIRESTORE, note="reckoned without a free tier; eur3"),
    Price("feeds: writes", 0.18, 1e5, "documents", _FIRESTORE, note="the same"),
    Price("feeds: deletes", 0.02, 1e5, "documents", _FIRESTORE, note="the same"),
    Price("feeds: vCPU", VCPU_SECOND, 1, "vCPU-seconds", _RUN, note="reckoned without a free tier"),
    Price("feeds: memory", GIB_SECOND, 1, "GiB-seconds", _RUN, note="the same"),
    Price("feeds: objects", 0.0004, 1e3, "operations", _STORAGE, note="class B"),
    Price("feeds: sent", 0.12, GIB, "bytes", _RUN, note="as traffic out"),
    Price("API: reads", 0.06, 1e5, "documents", _FIRESTORE, note="reckoned without a free tier; eur3"),
    Price("API: writes", 0.18, 1e5, "documents", _FIRESTORE, note="the same"),
    Price("API: deletes", 0.02, 1e5, "documents", _FIRESTORE, note="the same"),
    Price("API: vCPU", 0.000024, 1, "vCPU-seconds", _RUN, note="reckoned without a free tier"),
    Price("API: memory", 0.0000025, 1, "GiB-seconds", _RUN, note="the same"),
    Price("API: objects", 0.0004, 1e3, "operations", _STORAGE, note="class B"),
    Price("API: sent", 0.12, GIB, "bytes", _RUN, note="as traffic out"),
    Price("hourly export: reads", 0.06, 1e5, "documents", _FIRESTORE, note="reckoned without a free tier; eur3"),
    Price("hourly export: writes", 0.005, 1e3, "operations", _STORAGE, note="class A"),
    Price("hourly export: files", 0.020, GIB, "bytes", _STORAGE),
    Price("BigQuery: queries", 6.25, TIB, "bytes", _BIGQUERY, free=TIB, checked="told", note="quoted for US"),
    Price("BigQuery: rows", 0.02, GIB, "bytes", _BIGQUERY, free=10 * GIB, note="active logical bytes, quoted for US"),
    Price("Secret Manager: versions", 0.06, 1, "versions", _SECRETS, free=6, note="not destroyed ones"),
    Price("Secret Manager: accesses", 0.03, 1e4, "operations", _SECRETS, free=10_000),
    Price("Cloud Scheduler", 0.10, 1, "jobs", "https://cloud.google.com/scheduler/pricing", free=3),
    Price("Logging", 0.50, GIB, "bytes", _OBSERVING, free=50 * GIB),
    Price("alerts: conditions", 0.10, 1, "conditions", _OBSERVING, checked="told", note="announced for 2026"),
    Price("alerts: readings", 0.35, 1e6, "time series", _OBSERVING, checked="told", note="announced for 2026"),
    Price(
        "Artifact Registry", 0.10, GIB, "bytes", "https://cloud.google.com/artifact-registry/pricing",
        free=GIB / 2, checked="remembered",
    ),
    Price(
        "Cloud Build", 0.006, 1, "minutes", "https://cloud.google.com/build/pricing", free=2_500,
        note="e2-standard-2",
    ),
    Price("objects: ended", 0.020, GIB, "bytes", _STORAGE, note="versions that are not current, and soft delete"),
    Price("key of your own: versions", 0.06, 1, "versions", _KEYS, note="protection level SOFTWARE"),
    Price("key of your own: operations", 0.03, 1e4, "operations", _KEYS),
    Price(
        "network: connector", 0.0092, 1, "instance-hours", "https://cloud.google.com/vpc/pricing",
        checked="remembered", note="e2-micro, as in Compute Engine",
    ),
    Price(
        "domain: balancer", 0.025, 1, "hours", "https://cloud.google.com/load-balancing/pricing",
        note="up to five forwarding rules together",
    ),
    Price("traffic out", 0.12, GIB, "bytes", _RUN, checked="told", note="the free GiB is for North America"),
)  # fmt: skip

PRICES: dict[str, Price] = {price.item: price for price in _ALL}
