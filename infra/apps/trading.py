"""What a token address says to a code that never was. Pure.

Whoever trades a code must say who they are (RFC 6749, 5.2): `invalid_client` is about the app, `invalid_grant` about
the code. Where the app is looked at first, that proves id and secret without any client's consent. Who is known for it:

- Google, Amazon and Klaviyo have both words in their pages (Authorization errors of the web server flow; Access Token
  Errors of Login with Amazon; https://developers.klaviyo.com/en/docs/troubleshoot_oauth_errors, 2026-04).
- Constant Contact keeps its logins at Okta, which has both for `/v1/token`, and a sentence for a wrong secret.
- Meta documents neither; its answers are those that others have published, each part made wrong in turn:
  https://stackoverflow.com/questions/14575477
- Shopify names an app that it does not know (`application_cannot_be_found`). What it says of a wrong secret is told in
  two ways; a wrong code: https://github.com/nozzlegear/ShopifySharp/issues/70. So its secret is *not told*.
- Mailchimp documents nothing: that it looks at the secret before the code is *not confirmed*, so both are *not told*.

Looked up in November 2026; the order is what follows from the words, and was tried with no live app.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from infra.apps.findings import Told
from shared.errors import Code
from shared.oauth.tokens import ERROR, token_refusal
from shared.platforms.meta import graph
from shared.vocabulary.platform import Platform
from shared.vocabulary.wire import Answer, at

CODE = "a-code-that-never-was"
SILENT = frozenset({"mailchimp"})  # which do not document that the app is looked at before the code
BAD_CODE = ("verification code", "authorization code")


def told(platform: Platform, answer: Answer, now: datetime) -> Told:
    own = OWN.get(platform.name)
    said = own(answer) if own else None
    if said is not None:
        return said
    problem, word = token_refusal(platform, answer, now), _word(answer)
    if problem is not None and problem.code == Code.APP_REFUSED:
        return Told(app=False, secret=False, word=word)
    if problem is not None and problem.code == Code.GRANT_ENDED and platform.name not in SILENT:
        return Told(app=True, secret=True, word=word)
    return Told(word=word)


def _word(answer: Answer) -> str:
    word = at(answer.json, "error") if answer.is_json else None
    return word if isinstance(word, str) and ERROR.fullmatch(word) else f"HTTP {answer.status}"


def _graph(answer: Answer) -> Told | None:
    """101: no such app. 191: the address is not the app's. 1: the secret. 100: the code, once all else was right."""
    code, _ = graph.code_of(answer)
    message, word = str(at(answer.json, "error.message")).lower(), f"code {code}"
    if "client secret" in message:
        return Told(app=True, secret=False, word=word)
    if code == 101:
        return Told(app=False, word=word)
    if code == 191:
        return Told(app=True, redirect=False, word=word)
    if code == 100 and any(part in message for part in BAD_CODE):
        return Told(app=True, secret=True, word=word)
    return None


def _shopify(answer: Answer) -> Told | None:
    text = answer.body.decode(errors="replace")
    if "application_cannot_be_found" in text or "Could not find Shopify API application" in text:
        return Told(app=False, word="application_cannot_be_found")
    if (
        at(answer.json, "error") == "invalid_request"
        and BAD_CODE[1] in str(at(answer.json, "error_description")).lower()
    ):
        return Told(app=True, word="invalid_request")
    return None


OWN: Mapping[str, Callable[[Answer], Told | None]] = {"instagram": _graph, "meta_ads": _graph, "shopify": _shopify}
