"""What the page says on which a client would consent, to somebody who is not signed in. Pure; no page is followed.

An address that is not the app's must not be gone back to (RFC 6749, 4.1.2.1), so a platform that looks at it before it
asks who is there shows an error of its own instead of its sign-in. Which of them do, and how that looks, stands with
each platform (`app.py`). The others show their sign-in first: nothing can be told from it (*not confirmed*).
"""

from __future__ import annotations

import re

from infra.apps.words import words_of
from shared.vocabulary.apps import Told, first_of, page_text
from shared.vocabulary.platform import Platform
from shared.vocabulary.wire import Answer

# A page can repeat what was asked; only a sentence that finds fault with the address counts.
WRONG_ADDRESS = re.compile(
    r"redirect[_ ]ur[il]\b[^<]{0,80}?\b(not|invalid|must|mismatch)|\b(invalid|wrong|unknown)\W{1,3}redirect[_ ]ur[il]",
    re.IGNORECASE,
)


def told(platform: Platform, answer: Answer, back: str) -> Told:
    """`back`: the address that must be registered."""
    location = answer.headers.get("location", "")
    if location.split("?")[0] == back:  # nobody is sent to an address that is not the app's
        word = first_of(location, "error")
        return Told(app=True, redirect=True, scopes=False if word == "invalid_scope" else None, word=word)
    said = words_of(platform).consent(answer, location)
    if said == Told() and 400 <= answer.status < 500 and WRONG_ADDRESS.search(page_text(answer)):
        return Told(redirect=False, word=f"HTTP {answer.status}")
    return said
