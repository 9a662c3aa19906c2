"""What Google Ads says when it refuses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from shared.errors import Bug, Code, Configure, Later, Problem, Reconnect
from shared.platforms.google_ads.gaql import VERSION
from shared.vocabulary.statuses import excerpt, refusal
from shared.vocabulary.wire import Answer, Json, at

NOT_APPROVED = "The Google Cloud project of our app may read test accounts of Google Ads only: it must be approved."
SAID: Mapping[str, tuple[type[Problem], str, str]] = {
    "EXPIRED_PAGE_TOKEN": (Later, Code.PLACE_EXPIRED, "Google Ads forgot the place in its list, which is read anew."),
    "DEADLINE_EXCEEDED": (Later, Code.TOO_MUCH, "Google Ads could not find this much in time; less is asked for."),
    "CUSTOMER_NOT_ENABLED": (Configure, Code.ACCOUNT_CLOSED, "This Google Ads account is closed, or was never set up."),
    "USER_PERMISSION_DENIED": (Configure, Code.NO_PERMISSION, "This login may not read this Google Ads account."),
    "CLOUD_PROJECT_NOT_APPROVED_FOR_PRODUCTION": (Configure, "not-approved", NOT_APPROVED),
    "DEVELOPER_TOKEN_NOT_APPROVED": (Configure, "not-approved", NOT_APPROVED),
    "PROJECT_DISABLED": (Configure, "api-off", "The Google Ads API is not switched on in the project of our app."),
    "UNSUPPORTED_VERSION": (Bug, "version-ended", f"Google Ads no longer answers version {VERSION} of its API."),
    "NOT_ADS_USER": (Reconnect, "no-account", "This login has no Google Ads account; please connect another."),
    "TWO_STEP_VERIFICATION_NOT_ENROLLED": (
        Reconnect,
        "two-step",
        "Google Ads wants this login to use 2-step verification; then please connect again.",
    ),
}


def refuse(answer: Answer) -> Problem | None:
    """The status says who must act; Google's own code says more where there is more to say."""
    for code in codes_of(answer):
        if code in SAID:
            kind, name, sentence = SAID[code]
            return kind(name, sentence, excerpt(answer))
    return refusal(answer, "Google Ads")


def codes_of(answer: Answer) -> list[str]:
    """Codes of a refusal, the finest first: of each error in it, then that of the whole."""
    fine = [str(code) for error in _errors(answer) for code in (at(error, "errorCode") or {}).values()]
    return [*fine, str(at(answer.json, "error.status") or "")]


def _errors(answer: Answer) -> list[Json]:
    details = at(answer.json, "error.details")
    return [error for part in (details if isinstance(details, list) else []) for error in at(part, "errors") or []]


def stated_pause(answer: Answer) -> timedelta | None:
    """A quota that is used up may say for how long, up to hours: `900s`."""
    told = [str(at(error, "details.quotaErrorDetails.retryDelay")) for error in _errors(answer)]
    seconds = [float(found[1]) for text in told if (found := re.fullmatch(r"(\d{1,6}(?:\.\d{1,9})?)s", text))]
    return timedelta(seconds=max(seconds)) if seconds else None
