"""What Google says of an app: its sign-in leads to `/signin/oauth/error`, whose `authError` begins with the word, or
shows a page with it: https://developers.google.com/identity/protocols/oauth2/web-server#authorization-errors (2026-11).
The shape of `authError` is not documented; it was read from addresses that others published.
"""

from __future__ import annotations

import base64
import re
from urllib.parse import urlsplit

from shared.vocabulary.apps import WORD, Told, first_of, page_text
from shared.vocabulary.wire import Answer

UNKNOWN_APP = frozenset({"invalid_client", "deleted_client", "disabled_client", "unauthorized_client"})
SIGN_IN = re.compile(r"/signin/(identifier|v2)|/ServiceLogin|/AccountChooser")


def consent(answer: Answer, location: str) -> Told:
    where, text = urlsplit(location), page_text(answer)
    if where.path.endswith("/signin/oauth/error"):
        return _by_word(_auth_error(first_of(location, "authError", anything=True)))
    if 300 <= answer.status < 400 and SIGN_IN.search(where.path):
        return Told(app=True, redirect=True)
    for word in ("redirect_uri_mismatch", *sorted(UNKNOWN_APP), "invalid_scope"):
        if word in text:
            return _by_word(word)
    return Told(app=True, redirect=True) if "identifierId" in text else Told()


def _by_word(word: str) -> Told:
    if word == "redirect_uri_mismatch":
        return Told(app=True, redirect=False, word=word)
    if word in UNKNOWN_APP:
        return Told(app=False, word=word)
    return Told(scopes=False if word == "invalid_scope" else None, word=word)


def _auth_error(value: str) -> str:
    """The word at its beginning: a first field of text, as protocol buffers write it. Some have seen it plainly."""
    if WORD.fullmatch(value):
        return value
    try:
        held = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
    except ValueError:
        return ""
    word = held[2 : 2 + held[1]].decode("ascii", "replace") if held[:1] == b"\n" and len(held) > 1 else ""
    return word if WORD.fullmatch(word) else ""
