"""Something stands in every collection that there is; when a client or an account has gone, none of it names them."""

from __future__ import annotations

import re
from typing import Any

import pytest

from infra.state.exporting import BESIDE, WITHIN
from shared import edge, model
from shared.alarms.spend import Spend, spend_path
from shared.clock import parse
from shared.erasure.remaining import remainders
from shared.model import Connection, from_doc, to_doc
from shared.platforms import platform as platform_named
from shared.sync.budgets import sharer
from tests.erasure.conftest import LEAVES, STAYS, Office, office
from tests.terraform import drawing

LISTS = {"firestore.tf": "ending", "exports.tf": "exported"}
PROOFS = {"receipts", "calls"}  # of what was done, with the ids of whom: they stay
OUTSIDE = {*BESIDE, "choices", "intents", "openings", "outcomes", "publications", "spendings", "states"}
# Of all connections of a workspace together, by names that are not theirs; what they hold of one, its receipt says.
EVERYBODYS = {"batches", "connections", "reports", "tables"}
NAMES = re.compile(r'"(\w+)"')


@pytest.fixture
def made() -> Office:
    """Two accounts of the client who goes, one of the client who stays; and a trace of each in every collection."""
    found = office()
    found.connect(LEAVES, "second", found.credential())
    for workspace, account in ((LEAVES, "acct"), (LEAVES, "second"), (STAYS, "acct")):
        fill(found, connection(found, workspace, account))
    return found


def connection(made: Office, workspace: str = LEAVES, account: str = "acct") -> Connection:
    (doc,) = made.machine.documents.find(f"workspaces/{workspace}/connections", ("account", "==", account))
    return from_doc(Connection, doc)


def fill(made: Office, known: Connection) -> None:
    documents, now = made.machine.documents, made.world.clock.now()
    one, ours = known.id, {"workspace": known.workspace, "connection": known.id}
    for collection in set(WITHIN) - EVERYBODYS:
        documents.set(
            model.path(known.workspace, collection, f"{one}-made"), {"id": f"{one}-made", **ours, "state": "loaded"}
        )
    report = model.Report(known.account, known.workspace, known.platform, "R", connections=[one], created_at=now)
    documents.set(model.path(known.workspace, "reports", report.id), to_doc(report))
    for name in (one, f"{one}.places", f"{one}.reports"):
        documents.set(f"budgets/{known.platform}.{name}", {"free": now})
    documents.set(f"budgets/{known.platform}", {"free": now})  # of all clients
    for topic, data in {
        "sync-requested": f'{{"workspace":"{known.workspace}","connection":"{one}"}}',
        "slice-ready": f'{{"workspace":"{known.workspace}","slice":"{one}-made"}}',
        "run-changed": f'{{"workspace":"{known.workspace}","run":"{one}-made"}}',
    }.items():
        documents.set(f"failures/{one}-{topic}", {"id": topic, "topic": topic, "data": data})
    documents.set(model.publication_path(known.workspace), to_doc(model.Publication(known.workspace, version=3)))
    documents.set(spend_path(known.workspace), to_doc(Spend(known.workspace, 3)))
    documents.set(model.opening_path(known.workspace), to_doc(model.Opening(known.workspace)))
    documents.set(f"intents/user-{one}", {"secret": f"user-{one}", **ours})
    documents.set(f"links/{one}", link(known))
    accounts = [{"id": known.account}]
    choice = {"id": f"{one}-made", "workspace": known.workspace, "platform": known.platform, "accounts": accounts}
    documents.set(f"choices/{one}-made", {**choice, "until": now})
    documents.set(f"outcomes/{one}", {"workspace": known.workspace, "expires_at": now})
    documents.set(f"states/{one}", {"workspace": known.workspace, "expires_at": now})
    documents.set(f"wishes/{one}", {"id": one, **ours, "state": "done", "expires_at": now})


def link(known: Connection) -> dict[str, Any]:
    moment = parse("2026-09-01")
    return {
        "id": known.id,
        "workspace": known.workspace,
        "platform": known.platform,
        "label": f"Jane Doe, {known.id}",
        "created_at": moment,
        "expires_at": moment,
        "reconnects": known.id,
    }


def finished(made: Office, erasure: Any, *how: bool) -> None:
    _, until = erasure.run(*how)
    assert until is not None
    made.world.clock.moment = until
    assert erasure.run(*how)[1] is None


def test_nobody_forgets_a_collection_here() -> None:
    """What Terraform knows of collections, what is exported, and what a whole life of a client wrote."""
    made = office()
    written = {path.split("/")[-2] for path in made.machine.documents.docs}
    declared = {name for file, words in LISTS.items() for name in NAMES.findall(line_of(file, words))}
    assert len(declared) > 10
    assert written | declared <= OUTSIDE | set(WITHIN)


def line_of(file: str, words: str) -> str:
    (found,) = (line for line in drawing.read(file).splitlines() if line.strip().startswith(f"{words} "))
    return found


def test_of_a_workspace_nothing_is_named_anywhere(made: Office) -> None:
    names = [LEAVES, *(connection(made, LEAVES, account).id for account in ("acct", "second"))]
    stays = made.traces(STAYS, connection(made, STAYS).id)
    assert {path.split("/")[0] for path in made.traces(*names)} >= OUTSIDE - {"closings"} - PROOFS
    finished(made, made.erasure())
    assert made.traces(*names) == []
    assert made.traces(STAYS, connection(made, STAYS).id) == stays


def test_of_a_connection_nothing_is_named_but_what_its_receipt_says(made: Office) -> None:
    ended, second = connection(made), connection(made, LEAVES, "second")
    before = made.traces(second.id)
    finished(made, made.ending(ended), True)
    assert [path for path in made.traces(ended.id) if not path.startswith(("outcomes", "states", "wishes"))] == []
    said = {each.where for each in remainders(14, of_connection=True)} - {each.where for each in remainders(14)}
    assert said == {
        "Firestore, loads",
        "Firestore, pages after connecting",
        "Firestore, connect links",
        "Firestore, wishes about access",
        "the workspace",
    }
    assert made.traces(second.id) == before


def test_what_a_worker_in_flight_writes_after_the_first_look_goes_with_the_last(made: Office) -> None:
    """Also what names the connection only, whose document is gone by then."""
    names = [connection(made, LEAVES, account).id for account in ("acct", "second")]
    _, until = made.erasure().run()
    assert until is not None
    for name in names:
        made.machine.documents.set(f"budgets/emailoctopus.{name}", {"free": until})
    made.vault.add("pending-late", b"", {"kind": "pending", "workspace": LEAVES})
    made.vault.add(f"pending-{STAYS}", b"", {"kind": "pending", "workspace": STAYS})
    made.world.clock.moment = until
    assert made.erasure().run()[1] is None
    assert made.traces(LEAVES, *names) == []
    assert made.vault.named("pending-") == [f"pending-{STAYS}"]


def test_a_report_for_others_as_well_is_for_the_others() -> None:
    made = office(synced=False)
    ended, second = connection(made), made.connect(LEAVES, "second", made.credential())
    documents, now = made.machine.documents, made.world.clock.now()
    for name, ids in {"both": [ended.id, second.id], "alone": [ended.id], "all": []}.items():
        report = model.Report(name, LEAVES, "emailoctopus", name, connections=ids, created_at=now)
        documents.set(model.path(LEAVES, "reports", name), to_doc(report))
    made.ending(ended).run(drop_rows=False)
    found = {
        doc["id"]: (doc["connections"], doc["deleted_at"]) for doc in documents.find(f"workspaces/{LEAVES}/reports")
    }
    assert found == {"both": ([second.id], None), "alone": ([], now), "all": ([], None)}


def test_the_allowance_of_a_login_goes_with_the_last_account_that_shares_it() -> None:
    made = office("metricool", synced=False)
    platform, documents = platform_named("metricool"), made.machine.documents
    assert platform.limits.shared_by not in ("", "app")
    for workspace, user in ((LEAVES, "1"), (STAYS, "2")):
        known = connection(made, workspace)
        values = {**known.values, platform.limits.shared_by: user}
        documents.set(model.path(workspace, "connections", known.id), {**to_doc(known), "values": values})
        documents.set(f"budgets/metricool.{sharer(platform, connection(made, workspace))}", {"free": None})
    both = made.connect(LEAVES, "second", made.credential())
    documents.set(
        model.path(LEAVES, "connections", both.id),
        {**to_doc(both), "values": {**both.values, platform.limits.shared_by: "2"}},
    )
    finished(made, made.erasure())
    kept = sharer(platform, connection(made, STAYS))
    assert [path for path in documents.docs if path.startswith("budgets/metricool.")] == [f"budgets/metricool.{kept}"]


def test_kept_messages_are_said_for_as_long_as_they_are_kept() -> None:
    days = next(each.days for each in remainders(14) if each.where == "Firestore, kept messages")
    assert days is not None
    assert days > edge.FAILURES_KEPT.days
