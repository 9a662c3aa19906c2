"""Which addresses that a stranger names may be called at all: https, a name, the usual port, somewhere public."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

LONGEST = 500
_SEEN = re.compile(r"[!-~]+")  # what is taken out where an address is understood must not be in it
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+[a-z][a-z0-9-]{{0,61}}[a-z0-9]")
_PATH = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*")
_QUERY = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*")
# Names that lead into somebody's own network, or nowhere; the addresses behind all others are looked at.
_OWN = ("local", "internal", "localhost", "localdomain", "lan", "home", "corp", "intranet", "arpa", "onion", "invalid")
_EVERYBODYS_6 = ipaddress.ip_network("2000::/3")
# What releases of Python do not agree on: kept for protocols, for examples, and for addresses that hold one of the
# older kind, which may be private.
_NOBODYS = tuple(
    map(
        ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
    )
)


def is_callable(address: str) -> bool:
    """Letter by letter: what somebody could read in two ways is not called."""
    if len(address) > LONGEST or _SEEN.fullmatch(address) is None:
        return False
    if not address.startswith("https://") or "#" in address:
        return False
    parts = urlsplit(address)
    host, path = parts.netloc, parts.path
    if _HOST.fullmatch(host) is None or len(host) > 253 or host.rpartition(".")[2] in _OWN:
        return False
    if _PATH.fullmatch(path) is None or any(
        part in (".", "..") for part in path.lower().replace("%2e", ".").split("/")
    ):
        return False
    return _QUERY.fullmatch(parts.query) is not None


def is_public(address: str) -> bool:
    """Whether this is on the network that everybody shares, whatever it is written as."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found not in _EVERYBODYS_6:
        return False
    beyond = found.is_multicast or found.is_reserved or any(found in each for each in _NOBODYS)
    return found.is_global and not beyond
