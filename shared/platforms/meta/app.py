"""What Meta's token address says of an app. It documents nothing of it; these answers are those that others have
published, each part made wrong in turn: https://stackoverflow.com/questions/14575477. Its consent page tells nothing:
it shows its sign-in first.
"""

from __future__ import annotations

from shared.platforms.meta import graph
from shared.vocabulary.apps import AppWords, Told
from shared.vocabulary.wire import Answer, at

BAD_CODE = ("verification code", "authorization code")


def traded(answer: Answer) -> Told | None:
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


APP = AppWords(traded=traded)
