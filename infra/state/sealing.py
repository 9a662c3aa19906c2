"""Whose export it is: the manifest carries a seal that only the installation's own signing key makes.

The manifest holds the digest of every file, so the seal speaks for all of them.
"""

from __future__ import annotations

import hmac
from typing import Any

import orjson

from shared.oauth.clients import SigningKey
from shared.stores.installation import Stores

PURPOSE = b"state export\x1f"  # nothing else that this key signs begins so


def sealed(stores: Stores, manifest: dict[str, Any]) -> dict[str, Any]:
    key = SigningKey(stores.documents, stores.vault, stores.clock, stores.settings.signing_secret)
    return {**manifest, "seal": _seal(key.get(), manifest)}


def holds(stores: Stores, manifest: dict[str, Any]) -> bool:
    """Never makes a key: what was sealed with another one is not ours."""
    kept = stores.vault.read(stores.settings.signing_secret)
    said = str(manifest.get("seal", ""))
    return kept is not None and hmac.compare_digest(_seal(kept[1], manifest).encode(), said.encode())


def _seal(key: bytes, manifest: dict[str, Any]) -> str:
    told = {name: value for name, value in manifest.items() if name != "seal"}
    return hmac.digest(key, PURPOSE + orjson.dumps(told, option=orjson.OPT_SORT_KEYS), "sha256").hex()
