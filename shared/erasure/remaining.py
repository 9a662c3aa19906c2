"""What an erasure leaves behind, where, and until which day: the one place that says so.

The numbers are those of terraform/, where it sets them, and of Google's documentation where nobody can
(tests/erasure/test_remaining.py holds them together). Days are counted from the last thing that was destroyed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from shared import edge, model
from shared.oauth import choices, finish, links
from shared.sync import slices_of_run

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
JOBS = 180  # bigquery/docs/information-schema-jobs
BY_TTL = 1  # firestore/docs/ttl: a document goes within a day of its end


@dataclass(frozen=True, slots=True)
class Remainder:
    where: str
    what: str
    days: int | None  # None: until somebody ends it

    def until(self, since: datetime) -> date | None:
        return None if self.days is None else (since + timedelta(self.days)).date()


def remainders(backup_days: int, of_connection: bool = False) -> list[Remainder]:
    """In the order in which they end; what ends by nobody last."""
    found = [*_everywhere(backup_days), *(_beside_others() if of_connection else ())]
    return sorted(found, key=lambda each: (each.days is None, each.days or 0))


def _beside_others() -> list[Remainder]:
    """Of a connection, among what its workspace keeps."""
    return [
        Remainder(
            "Firestore, pages after connecting",
            "the titles of what was connected",
            _days(finish.SHOWN) + BY_TTL,
        ),
        Remainder(
            "Firestore, loads",
            "how many rows each put into which table, those of other connections with them",
            _days(slices_of_run.RUN_DOCUMENTS_KEPT) + BY_TTL,
        ),
        Remainder(
            "Firestore, wishes about access",
            "who asked for what of its access, by their ids, and what became of it",
            _days(model.WISHES_KEPT) + BY_TTL,
        ),
        Remainder(
            "Firestore, connect links",
            "links that were used to connect it earlier, or others with it, with their labels",
            links.LONGEST + BY_TTL,
        ),
        Remainder(
            "the workspace",
            "rows, their history and staged pages, if they were not meant (--drop-rows)",
            None,
        ),
    ]


def _everywhere(backup_days: int) -> list[Remainder]:
    return [
        Remainder(
            "Secret Manager",
            "a destroyed version cannot be had back; a credential of somebody who was just to choose accounts may "
            f"wait for {(choices.LIFETIME + choices.CONNECTING) // timedelta(minutes=1)} minutes",
            BY_TTL,
        ),
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
        Remainder(
            "BigQuery, history of jobs", "statements and labels with ids of the workspace and its connections", JOBS
        ),
        Remainder(
            "Firestore, kept messages",
            "what was on its way, came after the last look and could not be understood any more, with the same ids",
            DEAD_LETTERS + _days(edge.FAILURES_KEPT) + BY_TTL,
        ),
        Remainder("this receipt", "ids of the workspace and its connections", None),
        Remainder(
            "Firestore, calls of platforms", "what a platform asked for and what came of it, with these ids", None
        ),
        Remainder("the platforms", "our app's entry in the client's settings, where access was not given back", None),
    ]


def _days(length: timedelta) -> int:
    """Whole ones: what begins counts."""
    return -(-length // timedelta(days=1))
