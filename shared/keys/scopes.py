"""What a key may be good for: one table. A key's power is its scopes, cut with its maker's role now."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum

from shared.keys.texts import Kind

ROLES = ("viewer", "analyst", "admin", "owner")  # each may all that those before it may
LEAST = ROLES[0]
OPERATOR = "operator"  # maker of the keys that the command line makes: whoever may run it is beyond roles
OPERATORS_ROLE = "owner"
RoleOf = Callable[[str, str], str | None]  # of a person in a workspace, now; None: none (any more)


class Scope(StrEnum):
    DATA_READ = "data:read"
    STATUS_READ = "status:read"
    FEED_READ = "feed:read"
    FEED_LINK = "feed:link"
    EXPORTS_READ = "exports:read"
    CONTACTS_READ = "contacts:read"
    REPORTS_WRITE = "reports:write"
    FEEDS_WRITE = "feeds:write"
    SYNCS_WRITE = "syncs:write"
    CONNECTIONS_WRITE = "connections:write"
    SETTINGS_WRITE = "settings:write"
    WORKSPACES_WRITE = "workspaces:write"
    PEOPLE_WRITE = "people:write"
    AUDIT_READ = "audit:read"


@dataclass(frozen=True, slots=True)
class Power:
    role: str  # whoever gives this scope, or uses a key that has it, has at least this role
    kinds: frozenset[Kind]  # of keys that may have it
    about: str


_ANY, _API = frozenset({Kind.API, Kind.MCP}), frozenset({Kind.API})
# No scope invites anybody or gives a role: a key that could would outlive its own revocation. A key that is made by a
# key ends with it, and makes none itself.
POWERS: dict[Scope, Power] = {
    Scope.DATA_READ: Power("viewer", _ANY, "asks questions of published marts; never rows of persons"),
    Scope.STATUS_READ: Power("viewer", _ANY, "sees connections, runs and how fresh everything is"),
    Scope.FEED_READ: Power("viewer", frozenset({Kind.FEED}), "reads the one feed that it was made for"),
    Scope.FEED_LINK: Power(
        "viewer", frozenset({Kind.FEED}), "the same by a link that holds the key; sums of days only"
    ),
    Scope.EXPORTS_READ: Power("analyst", _API, "takes whole published marts away"),
    Scope.CONTACTS_READ: Power("analyst", _API, "looks up persons; each look is in the audit log"),
    Scope.REPORTS_WRITE: Power("analyst", _API, "makes, changes and sends reports"),
    Scope.FEEDS_WRITE: Power(
        "analyst", _API, "makes feeds of what it may read itself, gives them new keys, and ends them"
    ),
    Scope.SYNCS_WRITE: Power("admin", _API, "asks for syncs and backfills"),
    Scope.CONNECTIONS_WRITE: Power("admin", _API, "validates, renews and disconnects accounts"),
    Scope.SETTINGS_WRITE: Power(
        "admin", _API, "changes its workspace: name, zone and currency, who reads its marts, how long it is kept"
    ),
    Scope.WORKSPACES_WRITE: Power("owner", _API, "makes workspaces, none of which it opens"),
    Scope.PEOPLE_WRITE: Power("admin", _API, "takes roles, invitations and keys away; makes keys that end with it"),
    Scope.AUDIT_READ: Power("admin", _API, "reads the audit log of its workspace, and who and which keys are there"),
}


def cut(scopes: Collection[str], role: str | None) -> frozenset[Scope]:
    """Those of them that this role has now; words that this release does not know give nothing."""
    known = [scope for scope in POWERS if scope in scopes]
    return frozenset(scope for scope in known if reaches(role, POWERS[scope].role))


def role_now(role_of: RoleOf, maker: str, workspace: str) -> str | None:
    return OPERATORS_ROLE if maker == OPERATOR else role_of(maker, workspace)


def reaches(role: str | None, least: str) -> bool:
    return role in ROLES and ROLES.index(role) >= ROLES.index(least)


def for_kind(kind: Kind) -> list[Scope]:
    """Those that a key of this kind can have."""
    return [scope for scope, power in POWERS.items() if kind in power.kinds]
