"""Google's login, as far as all of its services have it in common: where strangers are led, and whoever is mistaken.

The word stands at the beginning of `authError`, which is base64 of a message of protocol buffers; read from addresses
that others published (2026-11).
"""

import base64
from urllib.parse import urlencode

from infra.sandbox.access import Mistake, Shown

SIGN_IN = "https://accounts.google.com/v3/signin/identifier?flowName=GeneralOAuthFlow"
ERROR = "https://accounts.google.com/signin/oauth/error"
SAID = {
    "client": ("invalid_client", "The OAuth client was not found."),
    "redirect": (
        "redirect_uri_mismatch",
        "You can't sign in to this app because it doesn't comply with Google's OAuth 2.0 policy.",
    ),
}


def mistaken(mistake: Mistake) -> Shown:
    message = b"".join(_field(number, text) for number, text in enumerate(SAID[mistake], start=1))
    query = {"authError": base64.urlsafe_b64encode(message).decode(), "flowName": "GeneralOAuthFlow"}
    return Shown(302, location=f"{ERROR}?{urlencode(query)}")


def _field(number: int, text: str) -> bytes:
    held = text.encode()
    return bytes([number << 3 | 2, len(held)]) + held
