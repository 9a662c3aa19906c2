"""Who is given access to the datasets of a workspace, entry by entry: what somebody gave by hand is left alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from google.cloud.bigquery import AccessEntry

from shared.warehouse import names

OPENER = "open_workspace"
DEPLOYER = "deployer"  # whoever runs Terraform for you, where that is an account of its own
KEEPER = "tributaryWorkspaceKeeper"  # the role that Terraform makes for who opens workspaces: terraform/opening.tf

# What functions may do with rows: those as they are now, and every change of them.
ROWS = {"load_batch": "WRITER", "answer_call": "WRITER", "publish_mart": "READER"}
LOOKER = "look_up"  # it reads addresses out of the rows as they are now, all else through the marts, and no history

_KINDS = {"user": "userByEmail", "serviceAccount": "userByEmail", "group": "groupByEmail"}


def first() -> AccessEntry:
    """What a dataset begins with: without any entry, BigQuery would let in whoever has a role on the project."""
    return AccessEntry("OWNER", "specialGroup", "projectOwners")


def of_functions(project: str, accounts: Mapping[str, str], dataset: str, workspace: str) -> list[AccessEntry]:
    """Owners first: the deployer owns what Terraform's datasets are owned by as well, and who opens them does not."""
    given = {DEPLOYER: "OWNER", OPENER: f"projects/{project}/roles/{KEEPER}"}
    if dataset != names.marts(workspace):
        given |= ROWS
    if dataset != names.history(workspace):
        given[LOOKER] = "READER"
    return [_entry(role, "serviceAccount", accounts[name]) for name, role in given.items() if name in accounts]


def of_reader(reader: str) -> AccessEntry:
    kind, _, address = reader.partition(":")
    return _entry("READER", kind, address)


def _entry(role: str, kind: str, address: str) -> AccessEntry:
    return AccessEntry(role, _KINDS[kind], address)


def changed(
    there: Sequence[AccessEntry], wanted: Iterable[AccessEntry], unwanted: Iterable[AccessEntry]
) -> list[AccessEntry]:
    """What stands there, with what is wanted and without what is not. The rest is nobody's business here."""
    gone = {_key(entry) for entry in unwanted}
    kept = [entry for entry in there if _key(entry) not in gone]
    known = {_key(entry) for entry in kept}
    return [*kept, *(entry for entry in wanted if _key(entry) not in known)]


def holds(there: Iterable[AccessEntry], entry: AccessEntry) -> bool:
    return _key(entry) in {_key(each) for each in there}


def _key(entry: AccessEntry) -> tuple[str, str, str]:
    """Google writes addresses as it likes: in small letters, mostly."""
    return str(entry.role), str(entry.entity_type), str(entry.entity_id).lower()
