"""What a key looks like: `trib_api_` + 30 letters and digits + 6 of checksum.

The prefix and the checksum let scanners, and us, tell a key from anything else without asking a database. A text whose
checksum is wrong was never given out, so it costs nothing to refuse it.
"""

from __future__ import annotations

import re
import secrets
import string
import zlib
from dataclasses import dataclass
from enum import StrEnum

from shared.secret import Secret

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
BODY, CHECKSUM, LEADING = 30, 6, 8  # characters; 30 of 62 are 178 bits, and the 8 that are kept leave 131 unknown


class Kind(StrEnum):
    API = "api"
    FEED = "feed"
    MCP = "mcp"
    TOKEN = "token"  # noqa: S105  (a word) a short token that a key or a session was traded for
    RENEWAL = "renew"  # what renews it
    CODE = "code"  # what an agent trades for its first token


KEYS = frozenset({Kind.API, Kind.FEED, Kind.MCP})
PATTERN = re.compile(rf"trib_({'|'.join(Kind)})_([0-9A-Za-z]{{{BODY}}})([0-9A-Za-z]{{{CHECKSUM}}})")


@dataclass(frozen=True, slots=True)
class Presented:
    """A text that has the shape of ours, and the right checksum. Whether it was ever given out is not known yet."""

    kind: Kind
    leading: str
    secret: Secret

    @property
    def id(self) -> str:
        """What it is known by, everywhere but at its owner's."""
        return f"{self.kind}_{self.leading}"


def new(kind: Kind, leading: str = "") -> Presented:
    """A new one. `leading`: those of a family share their beginning."""
    body = leading + "".join(secrets.choice(ALPHABET) for _ in range(BODY - len(leading)))
    text = f"trib_{kind}_{body}"
    return Presented(kind, body[:LEADING], Secret(text + _checksum(text)))


def read(text: str) -> Presented | None:
    """What a stranger presented; None when it was never one of ours. Asks nobody."""
    found = PATTERN.fullmatch(text)
    if found is None or _checksum(text[:-CHECKSUM]) != found[3]:
        return None
    return Presented(Kind(found[1]), found[2][:LEADING], Secret(text))


def _checksum(text: str) -> str:
    number, digits = zlib.crc32(text.encode()), []
    for _ in range(CHECKSUM):
        number, digit = divmod(number, len(ALPHABET))
        digits.append(ALPHABET[digit])
    return "".join(reversed(digits))
