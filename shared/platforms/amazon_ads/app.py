"""What Amazon's consent page says of an app: an address that it does not know is a page with status 400
(https://github.com/alexa/avs-device-sdk/issues/49); an app that Amazon Ads has not let in is told of an unknown scope.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from shared.vocabulary.apps import AppWords, Told, page_text
from shared.vocabulary.wire import Answer


def consent(answer: Answer, location: str) -> Told:
    text = page_text(answer)
    if "unknown scope" in text.lower():
        return Told(app=True, scopes=False, word="unknown scope")
    if answer.status == 400 and "has not been whitelisted" in text:
        return Told(app=True, redirect=False, word="HTTP 400")
    if urlsplit(location).path.startswith("/ap/signin") or (answer.status == 200 and 'name="signIn"' in text):
        return Told(app=True, redirect=True)
    return Told()


APP = AppWords(consent=consent)
