"""A campaign in an address: platforms give the same id to different things, so it is connection, kind and id."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

_APART = "\x1f"


@dataclass(frozen=True, slots=True)
class CampaignName:
    connection: str
    kind: str
    campaign: str


def write(name: CampaignName) -> str:
    whole = _APART.join((name.connection, name.kind, name.campaign))
    return base64.urlsafe_b64encode(whole.encode()).decode().rstrip("=")


def read(text: str) -> CampaignName | None:
    try:
        whole = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    parts = whole.split(_APART)
    return CampaignName(*parts) if len(parts) == 3 and all(parts) else None
