"""What an erasure leaves behind, where, and until which day: the one place that says so.

The numbers are those of terraform/, where it sets them, and of Google's documentation where nobody can
(tests/erasure/test_remaining.py holds them together). Days are counted from the last thing that was destroyed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

# terraform/ says these.
VERSIONS = 7  # an object that was deleted stays as a version
SOFT_DELETE = 7  # and a version that was deleted can be had back
EXPORTS = 7  # the hourly exports
ARCHIVE = 400  # exports by hand
STAGING = 1  # tables of dataset staging
DEAD_LETTERS = 31  # of messages
TIME_TRAVEL = 7  # of the workspaces' datasets; elsewhere Google's own week

# Google says these; they cannot be set, or are left as they are. (2026-11)
RECOVERY = 7  # firestore/docs/pitr
FAIL_SAFE = 7  # bigquery/docs/time-travel
LOGS, AUDIT = 30, 400  # logging/quotas: buckets _Default and _Required
TRACES = 30  # trace/docs/quotas
MEASURES = 731  # monitoring/quotas: metrics made of log lines, 24 months


@dataclass(frozen=True, slots=True)
class Remainder:
    where: str
    what: str
    days: int | None  # None: until somebody ends it

    def until(self, since: datetime) -> date | None:
        return None if self.days is None else (since + timedelta(self.days)).date()


def remainders(backup_days: int) -> list[Remainder]:
    """In the order in which they end; what ends by nobody last."""
    found = [
        Remainder("Secret Manager", "nothing: a destroyed version cannot be had back", 0),
        Remainder("Firestore, point-in-time recovery", "the database at any minute before", RECOVERY),
        Remainder("Firestore, daily backups", "the database as it was on each of the days before", backup_days),
        Remainder("bucket of hourly exports", "names of clients and accounts", EXPORTS + SOFT_DELETE),
        Remainder("bucket of pages", "pages that were deleted, as versions and in soft delete", VERSIONS + SOFT_DELETE),
        Remainder("BigQuery", "datasets and rows: time travel, then fail-safe", TIME_TRAVEL + FAIL_SAFE),
        Remainder(
            "BigQuery, dataset staging",
            "a batch that was on its way, and then the same",
            STAGING + TIME_TRAVEL + FAIL_SAFE,
        ),
        Remainder("Cloud Logging", "lines with ids of connections and runs; who opened which secret", LOGS),
        Remainder("Cloud Trace", "when functions were asked, and how long it took", TRACES),
        Remainder(
            "Pub/Sub", "messages that were given up, with ids of the workspace and its connections", DEAD_LETTERS
        ),
        Remainder("Cloud Logging, audit logs", "who changed what", AUDIT),
        Remainder(
            "bucket of the archive",
            "exports made by hand: names of clients and accounts; none if nobody made one",
            ARCHIVE + SOFT_DELETE,
        ),
        Remainder("Cloud Monitoring", "how often numbers of a workspace were late, with its id", MEASURES),
        Remainder("Terraform's state", "the line of a client in older versions of the file", None),
        Remainder("this receipt", "ids of the workspace and its connections", None),
        Remainder("the platforms", "our app's entry in the client's settings, where access was not given back", None),
    ]
    return sorted(found, key=lambda each: (each.days is None, each.days or 0))
