"""What somebody may do: the roles within a workspace, and the levels that a route asks for."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Role(StrEnum):
    """What a person is in one workspace."""

    VIEWER = "viewer"  # looks
    ANALYST = "analyst"  # also asks, exports, sees contacts, makes reports and feeds
    ADMIN = "admin"  # also connects, syncs, invites, erases


class Level(IntEnum):
    """How much one must be allowed, from nothing to everything; each includes those before it."""

    NOBODY = 0  # whoever comes by
    PERSON = 1  # whoever is signed in
    VIEWER = 2
    ANALYST = 3
    ADMIN = 4
    OWNER = 5  # sees every workspace, and names other owners


LEVELS = {Role.VIEWER: Level.VIEWER, Role.ANALYST: Level.ANALYST, Role.ADMIN: Level.ADMIN}
NEEDS_GOOGLE = Level.ADMIN  # from here on a link by mail is no proof enough


class How(StrEnum):
    """How a person signed in."""

    GOOGLE = "google"
    MAIL = "mail"
