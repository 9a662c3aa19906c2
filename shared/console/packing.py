"""Pages are sent compressed, where nobody can learn anything by their length.

Whoever makes a browser ask for a page of ours, with words of their own in its address, and sees how long each answer
is, finds out letter by letter what else stands in it (breachattack.com). So a page is compressed only where the browser
says that we or its owner asked for it; an answer to what was posted, which may show a link or a key once, never is; and
the token of forms is another one in each page (shared/people/sessions.py).
"""

from __future__ import annotations

import gzip
from functools import lru_cache

LEAST, LEVEL = 1024, 6  # bytes below which it is not worth it
OURS = frozenset({"same-origin", "none"})  # Sec-Fetch-Site: none is an address that somebody typed, or kept


def may_be_packed(method: str, accepts: str, site: str) -> bool:
    return method == "GET" and site in OURS and accepted(accepts)


def accepted(accepts: str) -> bool:
    for each in accepts.lower().split(","):
        name, _, rest = each.partition(";")
        if name.strip() == "gzip":
            return rest.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def packed(body: bytes) -> bytes:
    return gzip.compress(body, LEVEL, mtime=0)


@lru_cache(maxsize=8)
def packed_once(body: bytes) -> bytes:
    """Of files, which are the same for everybody."""
    return packed(body)
