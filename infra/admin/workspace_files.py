"""`workspace load`: workspaces as a file describes them, such as the `workspaces` of a tfvars file as JSON."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from infra.admin import opening, output
from infra.admin.group import Group
from infra.admin.target import UsageError
from shared.model import Workspace
from shared.opening import wishes
from shared.stores.installation import Stores

PLAIN = ("name", "readers", "currency", "zone", "contact", "fiscal_year_start", "protected")
KEPT = ("pages_days", "history_days")  # below `retention`


def add(group: Group) -> None:
    load = group.command(
        "load",
        _load,
        "make, or change, workspaces as a file describes them",
        "Reads JSON: id → name, readers, currency, zone, contact, fiscal_year_start, protected, and retention with "
        "pages_days and history_days, as `workspaces` of a tfvars file had them. What the file leaves out of one that "
        "there is stays. It is carried out here, with your own rights, so that it also takes over what Terraform made "
        "(docs/upgrades.md); repeating it is safe.",
    )
    load.add_argument("file", type=Path)
    load.add_argument("--agency", default="", help="who asks, of new ones (default: that of this installation)")
    load.add_argument("--pages-days", type=int, default=0, metavar="DAYS", help="where the file says none")


def _load(stores: Stores, args: argparse.Namespace) -> int:
    asked = {name: _wishes(name, given, args) for name, given in _read(args.file).items()}
    made: dict[str, str] = {}
    for name, changes in asked.items():
        if stores.workspace(name) is None:
            new = Workspace(name, **{"name": name, "agency": args.agency or stores.settings.agency, **changes})
            wishes.make(stores.documents, stores.clock, new)
            made[name] = "made"
            continue
        wishes.adopt(stores.documents, stores.clock, name, changes.get("readers", ()))
        wishes.change(stores.documents, stores.clock, name, changes)
        made[name] = "changed"
    code = opening.carry_out(stores, list(made))
    output.rows([{"workspace": name, "it was": what} for name, what in made.items()], args.json)
    return code


def _read(file: Path) -> Mapping[str, Any]:
    try:
        found = orjson.loads(file.read_bytes())
        if isinstance(found, str):  # as `terraform console` prints jsonencode(…)
            found = orjson.loads(found)
    except (OSError, ValueError) as reason:
        raise UsageError(f"{file} cannot be read: {reason}") from None
    if isinstance(found, dict) and list(found) == ["workspaces"]:
        found = found["workspaces"]
    if not isinstance(found, dict) or not all(isinstance(each, dict) for each in found.values()):
        raise UsageError(f"{file} does not describe workspaces: it takes an object of objects, by id.")
    return found


def _wishes(name: str, given: Mapping[str, Any], args: argparse.Namespace) -> dict[str, Any]:
    """As a document has them. What Terraform writes as null was not said."""
    kept = given.get("retention") or {}
    said = {**given, **kept}
    strange = said.keys() - {*PLAIN, *KEPT, "retention"}
    if strange or not isinstance(kept, dict):
        raise UsageError(f"{name}: nobody knows what {', '.join(sorted(strange)) or 'its retention'} is.")
    found = {key: said[key] for key in (*PLAIN, *KEPT) if said.get(key) is not None}
    kinds = {"readers": list, "fiscal_year_start": int, "protected": bool, "pages_days": int, "history_days": int}
    for key, value in found.items():
        if type(value) is not kinds.get(key, str):
            raise UsageError(f"{name}: {key} is not of its kind.")
    if args.pages_days and "pages_days" not in found:
        found["pages_days"] = args.pages_days
    return found
