"""What Meta says of an app is the same for all its products."""

from __future__ import annotations

from shared.platforms.meta.app import APP

__all__ = ["APP"]
