"""How an address is written where somebody is named, and the name that stands for it.

A digest of an address alone can be guessed: whoever has the address makes the same one, and two workspaces that know
somebody have it both. So the name is made with a key of the workspace, and means nothing without it. The key opens
nothing. It goes with its workspace, and then no name can be made again.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass

from shared.stores.ports import Documents

# The same in SQL, of a column `address` and a parameter @key; tests hold the two together.
NAMED = "TO_HEX(SHA256(CONCAT(@key, TO_HEX(SHA256(address)))))"


def plain(address: str) -> str:
    """As the mart `contact_records` writes it."""
    return unicodedata.normalize("NFKC", address).lower().strip()


def named(key: str, address: str) -> str:
    person = hashlib.sha256(plain(address).encode()).hexdigest()
    return hashlib.sha256(f"{key}{person}".encode()).hexdigest()


def key_path(workspace: str) -> str:
    return f"contact_keys/{workspace}"


@dataclass(frozen=True)
class Keys:
    documents: Documents  # the database of people

    def of(self, workspace: str) -> str:
        """Made when it is first asked for; of two who make it at once, one does."""
        where = key_path(workspace)
        found = self.documents.get(where)
        if found is None:
            self.documents.create_missing({where: {"workspace": workspace, "key": secrets.token_hex(32)}})
            found = self.documents.get(where)
        if found is None:
            raise KeyError(where)
        return str(found["key"])
