"""What a platform answered is kept for the engineer, but never the credential, should the answer hold it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping

TELLING = 8  # characters by which a credential is recognised, whole or cut off; fewer are no credential


def redacted(text: str, headers: Mapping[str, str]) -> str:
    """The text without anything that these headers of a call carry as a credential."""
    for secret in {word for value in headers.values() for word in _words(value)}:
        text = re.sub(re.escape(secret[:TELLING]) + r"[^\s\"'<>&,;]*", "***", text)
    return text


def _words(value: str) -> Iterator[str]:
    """The parts of a header's value, and what stands inside one of Basic."""
    scheme, _, rest = value.partition(" ")
    inner = ""
    if scheme == "Basic":
        try:
            inner = base64.b64decode(rest).decode()
        except (binascii.Error, UnicodeDecodeError):
            inner = ""
    for word in (*value.split(), inner.partition(":")[2]):
        if len(word) >= TELLING:
            yield word
