"""A new client, by an owner."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from shared.console.clients.choosing import choices, reader_lines
from shared.console.desk import Desk
from shared.console.tongue import say
from shared.console.web import Reply, Visit
from shared.errors import Configure
from shared.managing import clients
from shared.model import Workspace
from shared.people.guard import Allowed

USUAL_ZONE = "Europe/Berlin"
_APART = re.compile(r"[^a-z0-9]+")


def new_client(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    name = visit.query.get("name", "")[:200]
    return _form(desk, allowed, {"name": name, "id": name_of(name), "zone": _usual_zone(desk)})


def add_client(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    said = {name: visit.form.get(name, "").strip() for name in FIELDS}
    try:
        asked = Workspace(
            said["id"] or name_of(said["name"]),
            said["name"],
            agency=desk.agency,
            contact=said["contact"],
            zone=said["zone"] or "UTC",
            currency=said["currency"],
            fiscal_year_start=_month(said["fiscal_year_start"]),
            readers=reader_lines(said["readers"]),
        )
        made = clients.make(desk.office, desk.origin(visit, allowed.caller), asked)
    except Configure as problem:
        return _form(desk, allowed, said, problem.sentence, 422)
    return Reply(location=f"/workspaces/{made.id}/connections", status=303)


FIELDS = ("name", "id", "zone", "currency", "fiscal_year_start", "contact", "readers")


def _form(desk: Desk, allowed: Allowed, said: Mapping[str, Any], trouble: str = "", status: int = 200) -> Reply:
    values = {**dict.fromkeys(FIELDS, ""), "fiscal_year_start": "1", **said}
    return Reply(
        "client_new.html", {"person": allowed.person, "said": values, "trouble": trouble, **choices()}, status
    )  # fmt: skip


def _month(said: str) -> int:
    if not said:
        return 1
    if not (said.isascii() and said.isdecimal() and len(said) < 3):
        raise Configure("bad-workspace", say("A fiscal year begins in a month: 1 to 12."))
    return int(said)


def _usual_zone(desk: Desk) -> str:
    """That of the newest client."""
    homes = [doc for doc in desk.engine.find("workspaces", limit=50) if doc.get("created_at")]
    return str(max(homes, key=lambda doc: doc["created_at"])["zone"]) if homes else USUAL_ZONE


def name_of(title: str) -> str:
    """What may name its datasets, out of what people call it."""
    plain = unicodedata.normalize("NFKD", title.casefold().replace("ß", "ss")).encode("ascii", "ignore").decode()
    found = _APART.sub("_", plain).strip("_")[:41].strip("_")
    return found if not found or found[0].isalpha() else f"c_{found}"[:41]
