"""What the page says on which a client would consent, to somebody who is not signed in. Pure; no page is followed.

An address that is not the app's must not be gone back to (RFC 6749, 4.1.2.1), so a platform that looks at it before it
asks who is there shows an error of its own instead of its sign-in. Which of them do, and how that looks:

- Google leads to `/signin/oauth/error`, whose `authError` begins with the word (`redirect_uri_mismatch`), or shows a
  page with it: https://developers.google.com/identity/protocols/oauth2/web-server#authorization-errors (2026-11). The
  shape of `authError` is not documented; it was read from addresses that others published.
- Amazon shows a page with status 400: https://github.com/alexa/avs-device-sdk/issues/49. An app that Amazon Ads has not
  let in is told "An unknown scope was requested" there.
- Constant Contact, being Okta's: a page with status 400, "must be a Login redirect URI in the client app settings".
- Shopify: "The redirect_uri is not whitelisted", if it does not ask for the sign-in first.
- Meta, Klaviyo and Mailchimp show their sign-in first: nothing can be told from it (*not confirmed*).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

from infra.apps.findings import Told
from shared.vocabulary.platform import Platform
from shared.vocabulary.wire import Answer

WORD = re.compile(r"[a-z_]{3,40}")
UNKNOWN_APP = frozenset({"invalid_client", "deleted_client", "disabled_client", "unauthorized_client"})
# A page can repeat what was asked; only a sentence that finds fault with the address counts.
WRONG_ADDRESS = re.compile(
    r"redirect[_ ]ur[il]\b[^<]{0,80}?\b(not|invalid|must|mismatch)|\b(invalid|wrong|unknown)\W{1,3}redirect[_ ]ur[il]",
    re.IGNORECASE,
)


def told(platform: Platform, answer: Answer, back: str) -> Told:
    """`back`: the address that must be registered."""
    location = answer.headers.get("location", "")
    if location.split("?")[0] == back:  # nobody is sent to an address that is not the app's
        word = _first(location, "error")
        return Told(app=True, redirect=True, scopes=False if word == "invalid_scope" else None, word=word)
    own = OWN.get(platform.name)
    said = own(answer, location) if own else Told()
    if said == Told() and 400 <= answer.status < 500 and WRONG_ADDRESS.search(_text(answer)):
        return Told(redirect=False, word=f"HTTP {answer.status}")
    return said


def _google(answer: Answer, location: str) -> Told:
    where, text = urlsplit(location), _text(answer)
    if where.path.endswith("/signin/oauth/error"):
        return _by_word(_auth_error(_first(location, "authError", anything=True)))
    if 300 <= answer.status < 400 and re.search(r"/signin/(identifier|v2)|/ServiceLogin|/AccountChooser", where.path):
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


def _amazon(answer: Answer, location: str) -> Told:
    text = _text(answer)
    if "unknown scope" in text.lower():
        return Told(app=True, scopes=False, word="unknown scope")
    if answer.status == 400 and "has not been whitelisted" in text:
        return Told(app=True, redirect=False, word="HTTP 400")
    if urlsplit(location).path.startswith("/ap/signin") or (answer.status == 200 and 'name="signIn"' in text):
        return Told(app=True, redirect=True)
    return Told()


def _okta(answer: Answer, location: str) -> Told:
    text = _text(answer)
    if answer.status == 400 and "redirect_uri" in text:
        return Told(app=True, redirect=False, word="HTTP 400")
    if answer.status == 400 and "client_id" in text:
        return Told(app=False, word="HTTP 400")
    return Told(app=True, redirect=True) if answer.status == 200 or location else Told()


def _shopify(answer: Answer, location: str) -> Told:
    text = _text(answer)
    if "application_cannot_be_found" in text or "Could not find Shopify API application" in text:
        return Told(app=False, word="application_cannot_be_found")
    return Told()


OWN: Mapping[str, Callable[[Answer, str], Told]] = {
    "amazon_ads": _amazon,
    "constant_contact": _okta,
    "google_ads": _google,
    "google_analytics": _google,
    "shopify": _shopify,
}


def _text(answer: Answer) -> str:
    return answer.body.decode(errors="replace")


def _first(address: str, name: str, anything: bool = False) -> str:
    value = parse_qs(urlsplit(address).query).get(name, [""])[0]
    return value if anything or WORD.fullmatch(value) else ""
