"""What a platform says of our app to somebody who has no account there. `admin app check` asks; nobody has to consent.

A platform says in `shared/platforms/<name>/app.py` how its answers are read (`APP`), as far as anybody has seen them;
without that file they are read as the standards have it, and what they leave open is *not told*.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from shared.vocabulary.wire import Answer

WORD = re.compile(r"[a-z_]{3,40}")


@dataclass(frozen=True, slots=True)
class Told:
    """What one answer of a platform says of each thing: it is taken (True), it is refused (False), or nothing (None).

    `word`: the platform's own short code for its refusal; never a sentence of its, which can repeat what was sent.
    """

    app: bool | None = None
    secret: bool | None = None
    redirect: bool | None = None
    scopes: bool | None = None
    word: str = ""


@dataclass(frozen=True, slots=True)
class AppWords:
    """`traded`: what its token address says to a code that never was; None where it says it as others do.
    `consent`: what the page says on which a client would consent, made of the answer and of where that leads."""

    traded: Callable[[Answer], Told | None] = lambda answer: None
    consent: Callable[[Answer, str], Told] = lambda answer, location: Told()
    silent: bool = False  # it does not document that the app is looked at before the code: a refused code tells nothing
    apis: tuple[str, ...] = ()  # of Google Cloud, which must be switched on in the app's project


def page_text(answer: Answer) -> str:
    return answer.body.decode(errors="replace")


def first_of(address: str, name: str, anything: bool = False) -> str:
    """A parameter of an address, if it is a mere word."""
    value = parse_qs(urlsplit(address).query).get(name, [""])[0]
    return value if anything or WORD.fullmatch(value) else ""
