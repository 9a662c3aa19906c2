"""What a token address says to a code that never was. Pure.

Whoever trades a code must say who they are (RFC 6749, 5.2): `invalid_client` is about the app, `invalid_grant` about
the code. Where the app is looked at first, that proves id and secret without any client's consent. Google, Amazon and
Klaviyo have both words in their pages (https://developers.klaviyo.com/en/docs/troubleshoot_oauth_errors, 2026-04), Okta
has both for `/v1/token`. What others say instead stands with each platform (`app.py`).

Looked up in November 2026; the order is what follows from the words, and was tried with no live app.
"""

from __future__ import annotations

from datetime import datetime

from infra.apps.words import words_of
from shared.oauth.tokens import ERROR, token_refusal
from shared.vocabulary.apps import Told
from shared.vocabulary.platform import Platform
from shared.vocabulary.wire import Answer, at

CODE = "a-code-that-never-was"


def told(platform: Platform, answer: Answer, now: datetime) -> Told:
    words = words_of(platform)
    if (said := words.traded(answer)) is not None:
        return said
    problem, word = token_refusal(platform, answer, now), _word(answer)
    if problem is not None and problem.code == "app-refused":
        return Told(app=False, secret=False, word=word)
    if problem is not None and problem.code == "grant-ended" and not words.silent:
        return Told(app=True, secret=True, word=word)
    return Told(word=word)


def _word(answer: Answer) -> str:
    word = at(answer.json, "error") if answer.is_json else None
    return word if isinstance(word, str) and ERROR.fullmatch(word) else f"HTTP {answer.status}"
