"""What Shopify says of an app: it names one that it does not know. "The redirect_uri is not whitelisted" comes only if
it does not ask for the sign-in first; what it says of a wrong secret is told in two ways, so that is not told here.
https://github.com/nozzlegear/ShopifySharp/issues/70
"""

from __future__ import annotations

from shared.vocabulary.apps import AppWords, Told, page_text
from shared.vocabulary.wire import Answer, at

UNKNOWN = ("application_cannot_be_found", "Could not find Shopify API application")


def traded(answer: Answer) -> Told | None:
    if _unknown(answer):
        return Told(app=False, word=UNKNOWN[0])
    sentence = str(at(answer.json, "error_description")).lower()
    if at(answer.json, "error") == "invalid_request" and "authorization code" in sentence:
        return Told(app=True, word="invalid_request")
    return None


def consent(answer: Answer, location: str) -> Told:
    return Told(app=False, word=UNKNOWN[0]) if _unknown(answer) else Told()


def _unknown(answer: Answer) -> bool:
    return any(words in page_text(answer) for words in UNKNOWN)


APP = AppWords(traded=traded, consent=consent)
