"""Workspaces as an operator makes them: wished, waited for, carried out here, or taken over from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from shared import model
from shared.model import Opening, Workspace, from_doc, to_doc
from shared.states import WorkspaceState
from shared.warehouse import names
from tests.admin.conftest import Operator

ANN, BO = "user:ann@example.com", "group:bo@example.com"


def readers(operator: Operator, workspace: str) -> set[str]:
    entries = operator.stores.bigquery.get_dataset(workspace).access_entries
    return {entry.entity_id for entry in entries if entry.role == "READER"}


def opening(operator: Operator, workspace: str) -> Opening:
    return from_doc(Opening, operator.stores.documents.get(model.opening_path(workspace)) or {})


def test_a_workspace_is_open_when_the_command_ends(operator: Operator) -> None:
    operator.ask("workspace", "create", "acme", "--readers", f"{ANN},{BO}", "--history-days", "90")
    (shown,) = [each for each in operator.ask("workspace", "list") if each["id"] == "acme"]
    assert (shown["state"], shown["readers"], shown["problem"]) == ("open", [BO, ANN], "")
    assert readers(operator, "acme") == {"ann@example.com", "bo@example.com"}
    operator.ask("workspace", "edit", "acme", "--readers", "")
    assert readers(operator, "acme") == set()


def test_nobody_can_connect_before_it_is_open(operator: Operator) -> None:
    made = Workspace("later", "Later", state=WorkspaceState.OPENING)
    operator.stores.documents.set(model.workspace_path("later"), to_doc(made))
    code, _, complaint = operator.type("connect-link", "create", "later", "--platform", "mailchimp")
    assert code == 2
    assert "still being opened" in complaint


def test_what_is_protected_is_not_destroyed(operator: Operator) -> None:
    operator.ask("workspace", "create", "acme", "--protected")
    code, _, complaint = operator.type("workspace", "delete", "acme", "--yes", "acme")
    assert code == 2
    assert "--no-protected" in complaint
    assert operator.stores.closing_since("acme") is None


def earlier(operator: Operator) -> None:
    """As Terraform made it: datasets, a document, a reader; and nothing of an opening."""
    for name in names.of_workspace("acme"):
        operator.stores.bigquery.dataset(name, names.marks("acme"))
    kept = {"id": "acme", "name": "Acme", "agency": "North", "contact": "", "zone": "UTC", "currency": "EUR"}
    operator.stores.documents.set(model.workspace_path("acme"), kept)


@pytest.mark.parametrize("form", ["plain", "wrapped", "of the console"])
def test_a_file_takes_over_what_terraform_made(operator: Operator, tmp_path: Path, form: str) -> None:
    earlier(operator)
    lines: Any = {
        "acme": {"name": "Acme Ltd", "readers": [ANN], "currency": "EUR", "retention": {"history_days": 90}},
        "bloom": {"readers": [], "currency": "GBP", "retention": {"pages_days": 200}, "protected": None},
    }
    told = {"plain": lines, "wrapped": {"workspaces": lines}, "of the console": orjson.dumps(lines).decode()}[form]
    file = tmp_path / "workspaces.json"
    file.write_bytes(orjson.dumps(told))
    for was in ("made", "changed"):
        found = {each["workspace"]: each["it was"] for each in operator.ask("workspace", "load", str(file))}
        assert found == {"acme": "changed", "bloom": was}
    acme, bloom = operator.stores.workspace("acme"), operator.stores.workspace("bloom")
    assert acme is not None
    assert bloom is not None
    assert (acme.name, acme.agency, acme.history_days, acme.readers) == ("Acme Ltd", "North", 90, [ANN])
    assert (bloom.pages_days, bloom.state, opening(operator, "acme").readers) == (200, "open", [ANN])
    assert readers(operator, "acme") == {"ann@example.com"}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[]", "does not describe workspaces"),
        ("{", "cannot be read"),
        ('{"acme": {"colour": "red"}}', "nobody knows what colour is"),
        ('{"acme": {"readers": "ann"}}', "readers is not of its kind"),
        ('{"acme_raw": {}}', "cannot name a workspace"),
        ('{"acme": {"retention": {"pages_days": 7}}}', "120 days at least"),
        ('{"acme": {"readers": ["allUsers"]}}', "is no reader"),
    ],
)
def test_a_file_that_says_something_else_is_refused(
    operator: Operator, tmp_path: Path, text: str, complaint: str
) -> None:
    file = tmp_path / "workspaces.json"
    file.write_text(text)
    code, _, said = operator.type("workspace", "load", str(file))
    assert code == 2
    assert complaint in said


def test_opening_it_here_lets_those_in_who_fill_and_keep_it(operator: Operator) -> None:
    earlier(operator)
    operator.ask("workspace", "open", "acme")
    for name in names.of_workspace("acme"):
        entries = operator.stores.bigquery.get_dataset(name).access_entries
        assert "open-workspace@p.example.com" in {entry.entity_id for entry in entries}
