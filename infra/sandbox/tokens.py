"""What the authorization server remembers of each code, token and key, and how it says no."""

import base64
import hashlib
from dataclasses import dataclass, field


class Denied(Exception):  # an answer, not an error of the sandbox
    """An OAuth error answer: its code, and a sentence."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error, self.description = error, description


@dataclass
class Grant:
    """One person allowed one client. `lasting`: it may be refreshed."""

    scopes: tuple[str, ...]
    begun: int
    lasting: bool = True
    alive: bool = True
    derived: dict[str, str] = field(default_factory=dict)  # subject -> token


@dataclass
class Code:
    grant: Grant
    redirect_uri: str
    challenge: str
    until: int
    used: bool = False


@dataclass
class Token:
    grant: Grant
    until: int | None  # None: for ever
    alive: bool = True
    subject: str = ""
    replaces: "Token | None" = None  # a refresh token that works until this one does


@dataclass
class Key:
    scopes: tuple[str, ...] = ("*",)
    alive: bool = True
    grant: Grant | None = None  # of tokens derived from it


def s256(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
