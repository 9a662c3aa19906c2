"""What BigQuery's refusals mean: whose turn it is, and what helps.

A reason says it for jobs of one statement. What goes wrong inside a script arrives as `invalidQuery`, so there the text
says it, and the text is looked at first. It may quote a row; so only reason and place are ever kept.
"""

from __future__ import annotations

import re
from typing import Any

from google.api_core.exceptions import GoogleAPICallError

from shared.errors import Bug, Code, Configure, Later, Problem

# Reasons for which BigQuery asks to come again (https://cloud.google.com/bigquery/docs/error-messages, 2026-09).
_PASSING = frozenset(
    {"backendError", "internalError", "jobBackendError", "jobInternalError", "rateLimitExceeded"}
    | {"jobRateLimitExceeded", "quotaExceeded", "resourceInUse", "timeout", "tableUnavailable"}
)
_DENIED = frozenset({"accessDenied", "billingNotEnabled", "403"})

_BUSY, _LESS, _AGAIN, _NEVER, _CAPPED = "busy", "less", "again", "never", "capped"
# How a message begins, what it means, and where it was seen. The first that fits counts. Only the beginning is looked
# at: further on there may be a value of a row, which could say anything.
TEXTS: tuple[tuple[str, str, str], ...] = (
    ("Could not serialize access to table", _BUSY, "confluentinc/kafka-connect-bigquery#279, with reason invalidQuery"),
    ("Transaction is aborted due to concurrent update", _BUSY, "estuary/connectors#111, in a script"),
    ("Resources exceeded during query execution: Too many DML", _BUSY, "m-lab/etl-gardener#293, resourcesExceeded"),
    ("Exceeded rate limits", _BUSY, "fhoffa/code_snippets#4, in a script: … at [1063:3]"),
    ("Job exceeded rate limits", _BUSY, "googleapis/java-bigquery#1498, jobRateLimitExceeded"),
    ("Custom quota exceeded", _CAPPED, "https://cloud.google.com/bigquery/docs/custom-quotas, quotaExceeded"),
    ("Quota exceeded", _BUSY, "pingcap-inc/tidb2dw#91, and elementary-data/elementary#382 in a script of dbt"),
    ("The job encountered an error during execution. Retrying", _BUSY, "googleapis/python-bigquery#1991"),
    ("The job encountered an internal error", _BUSY, "googleapis/python-bigquery#2256"),
    ("Error encountered during execution. Retrying", _BUSY, "dataform-co/dataform#616"),
    ("Resources exceeded", _LESS, "mozilla/bigquery-etl#1432, where trying again helped; PostHog/posthog#67914, not"),
    ("Not found: (Table|Dataset)", _AGAIN, "https://cloud.google.com/bigquery/docs/error-messages, notFound"),
    ("Not found: URI", _NEVER, "https://cloud.google.com/bigquery/docs/error-messages: the object is not there"),
)
_AROUND = r"(?:[A-Z]+ https?://\S+: )?(?:Query error: )?"
_KNOWN = tuple((re.compile(_AROUND + words), meaning) for words, meaning, _ in TEXTS)


def problem_of(error: GoogleAPICallError, result: dict[str, Any] | None = None) -> Problem:
    """A refusal in our words. `result`: what the job says of its end."""
    first = result or next((item for item in error.errors or () if isinstance(item, dict)), {})
    reason, place = str(first.get("reason") or error.code or "unknown"), str(first.get("location") or "")
    detail = f"{reason} at {place}" if place else reason
    meaning = _meaning(reason, str(first.get("message") or error.message), error.code or 0)
    if meaning == _BUSY:
        return Later("bigquery-busy", "BigQuery asked to come again later.", detail)
    if meaning == _CAPPED:
        return Later(Code.COST_CAP, "BigQuery has read as much today as this project lets it.", detail)
    if meaning == _LESS:
        return Later(Code.BIGQUERY_TOO_LARGE, "BigQuery has not enough room for so much at once.", detail)
    if meaning == _AGAIN:
        return Later(Code.TABLE_GONE, "A table was dropped and is made again.", detail)
    if reason in _DENIED:
        return Configure("bigquery-denied", "Tributary's service account may not do this in BigQuery.", detail)
    return Bug("bigquery-refused", "BigQuery refused a batch.", detail)


def _meaning(reason: str, message: str, code: int) -> str:
    for words, meaning in _KNOWN:
        if words.match(message):
            return meaning
    if reason in _PASSING or code >= 500:
        return _BUSY
    return {"resourcesExceeded": _LESS, "notFound": _AGAIN}.get(reason, _NEVER)
