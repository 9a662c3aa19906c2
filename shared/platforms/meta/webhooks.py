"""What Meta tells our app: that a person removed it, and that a person wants to be forgotten.

https://developers.facebook.com/docs/facebook-login/guides/advanced/deauthorize-callback and
…/docs/development/create-an-app/app-dashboard/data-deletion-callback (2026-11)
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping

import orjson

from shared.vocabulary.access import App
from shared.vocabulary.demands import Call, Demand, Forged, Odd, Reading, Wish
from shared.vocabulary.wire import Json

LOGIN = "login"  # the value of a connection that says whose access it is
LOGINS = r"\d{0,30}"  # accounts that were connected by an earlier release have none


def _wishing(wish: Wish) -> Reading:
    def read(call: Call, app: App) -> Demand:
        said = signed(call.form.get("signed_request", ""), app)
        person = said.get("user_id")
        if not isinstance(person, (str, int)) or not str(person).isdecimal():
            raise Odd("no user_id")
        return Demand(wish, f"{person} {said.get('issued_at')}", (LOGIN, str(person)))

    return read


CALLS: Mapping[str, Reading] = {"deauthorize": _wishing(Wish.ACCESS_ENDED), "delete": _wishing(Wish.ERASE_ACCOUNT)}


def signed(text: str, app: App) -> Mapping[str, Json]:
    """What a `signed_request` holds: signature and payload, each base64url, signed with HMAC-SHA256."""
    signature, _, payload = text.partition(".")
    wanted = hmac.new(app.secret.reveal().encode(), payload.encode(), "sha256").digest()
    if not hmac.compare_digest(wanted, _bytes(signature)):
        raise Forged
    try:
        said = orjson.loads(_bytes(payload))
    except orjson.JSONDecodeError:
        raise Odd("no JSON") from None
    if not isinstance(said, dict) or str(said.get("algorithm", "")).upper() != "HMAC-SHA256":
        raise Odd("another algorithm")
    return said


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Forged from None
