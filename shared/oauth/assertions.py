"""What somebody claims, signed with their own private key as a JWT (RFC 7523, 2.1): how a pasted key opens access."""

from __future__ import annotations

from collections.abc import Mapping

from shared.secret import Secret
from shared.vocabulary.wire import Json

ALGORITHM = "RS256"
SMALLEST = 2048  # bits; whoever has a shorter key is told, not helped


def sign(private_key: Secret, key_id: str, claims: Mapping[str, Json]) -> str:
    """The signed JWT. Raises ValueError, never with a word of the key."""
    # Here and not above: it takes twice as long to import as Authlib, and most processes never trade a key.
    from joserfc import jwt
    from joserfc.jwk import RSAKey

    try:
        key = RSAKey.import_key(private_key.reveal())
    except Exception:  # whatever it is, its text may hold the key
        raise ValueError("a private key that cannot be read") from None
    if key.private_key is None or key.private_key.key_size < SMALLEST:
        raise ValueError("a private key of another kind")
    return jwt.encode({"alg": ALGORITHM, "kid": key_id}, dict(claims), key, algorithms=[ALGORITHM])
