"""What Constant Contact's consent page says of an app. Its logins are kept at Okta: a page with status 400 says "must
be a Login redirect URI in the client app settings"."""

from __future__ import annotations

from shared.vocabulary.apps import AppWords, Told, page_text
from shared.vocabulary.wire import Answer


def consent(answer: Answer, location: str) -> Told:
    text = page_text(answer)
    if answer.status == 400 and "redirect_uri" in text:
        return Told(app=True, redirect=False, word="HTTP 400")
    if answer.status == 400 and "client_id" in text:
        return Told(app=False, word="HTTP 400")
    return Told(app=True, redirect=True) if answer.status == 200 or location else Told()


APP = AppWords(consent=consent)
