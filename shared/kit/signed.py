"""Whether a platform wrote what a browser brings back from it: the query is signed with our app's secret."""

from __future__ import annotations

import hmac
import re
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from shared.vocabulary.access import App

SIGNATURES = frozenset({"hmac", "signature"})
FRESH = timedelta(seconds=90)


def by_hmac(query: str, app: App, now: datetime) -> bool:
    """All of it but the signature, sorted by name, under HMAC-SHA256 in hex at `hmac`; and of this moment.

    Looked at as it was sent, and with each value encoded anew: which of the two is signed, where they differ, is not
    documented, and neither can be made without the secret.
    """
    said = parse_qsl(query, keep_blank_values=True)
    values = dict(said)
    stamp = values.get("timestamp", "")
    if len(values) != len(said) or not re.fullmatch(r"[0-9]{1,12}", stamp):
        return False
    if abs(now.timestamp() - int(stamp)) > FRESH.total_seconds():
        return False
    sent = sorted(pair for pair in query.split("&") if pair and pair.partition("=")[0] not in SIGNATURES)
    anew = sorted((name, value) for name, value in said if name not in SIGNATURES)
    given = values.get("hmac", "").encode()
    matches = [hmac.compare_digest(_hex(app, text), given) for text in ("&".join(sent), urlencode(anew))]
    return any(matches)


def _hex(app: App, text: str) -> bytes:
    return hmac.new(app.secret.reveal().encode(), text.encode(), "sha256").hexdigest().encode()
