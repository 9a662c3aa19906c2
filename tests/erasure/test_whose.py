"""Only what bears our labels or marks is taken; what merely has a name like ours stays, and the receipt says so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from infra.admin.receipts import as_json, as_text
from shared import model
from shared.erasure.workspace import WorkspaceErasure
from shared.model import Connection, Workspace, to_doc
from shared.oauth.accounts import labels_of
from tests.erasure.conftest import LEAVES, STAYS, Office, office

OURS = {"app": "tributary", "workspace": LEAVES}
THEIRS = ({"team": "finance"}, {"app": "tributary", "workspace": STAYS})


@pytest.fixture
def made() -> Office:
    return office(synced=False)


def looked_at(made: Office) -> dict[str, str]:
    receipt, _ = made.erasure().run()
    assert as_json(receipt, None, 14).count('"spared"') == 1
    assert all(what in as_text(receipt, None, 14) for what in receipt.spared)
    return receipt.spared


@pytest.mark.parametrize("theirs", THEIRS)
@pytest.mark.parametrize("dataset", [LEAVES, f"{LEAVES}_raw", f"{LEAVES}_history"])
def test_somebody_elses_dataset_stays_and_only_our_tables_in_it_go(
    made: Office, dataset: str, theirs: dict[str, str]
) -> None:
    invoices = {"invoices": theirs, "sync_status": OURS, "ads_by_day": {"app": "tributary-marts", "definition": "d"}}
    made.bigquery.others[dataset] = invoices
    assert looked_at(made).keys() == {f"dataset {dataset}"}
    assert made.bigquery.others[dataset] == {"invoices": theirs}


def test_rows_are_taken_from_our_tables_only(made: Office) -> None:
    connection = made.connect(LEAVES, "acct", made.credential())
    made.bigquery.others[f"{LEAVES}_raw"] = {"invoices": THEIRS[0]}
    receipt, _ = made.ending(connection).run(drop_rows=True)  # the stand-in refuses to ask a table that is not there
    assert receipt.destroyed["rows"] == 0


def test_batches_are_only_dropped_in_a_dataset_of_ours(made: Office) -> None:
    made.bigquery.others["staging"] = {f"{LEAVES}__lists__b1": {"team": "etl"}}
    looked_at(made)
    assert made.bigquery.others["staging"]


def test_somebody_elses_secret_of_such_a_name_stays(made: Office) -> None:
    (mine,) = made.machine.documents.find(f"workspaces/{LEAVES}/connections")
    connection = model.from_doc(Connection, mine)
    theirs = (f"user-{LEAVES}-database", f"user-{LEAVES}-{connection.platform}-{connection.id}-notes")
    made.vault.add(theirs[0], b"secret", {"team": "finance"})
    made.vault.add(theirs[1], b"secret", labels_of(STAYS))
    receipt, _ = made.ending(connection).run(drop_rows=False)
    assert receipt.spared.keys() == {f"secret {theirs[1]}"}
    assert looked_at(made).keys() == {f"secret {name}" for name in theirs}
    assert all(made.vault.read(name) for name in theirs)


def test_an_object_that_does_not_say_whose_it_is_stays(made: Office) -> None:
    made.machine.objects.write(f"{LEAVES}/invoices.csv", b"", {"team": "finance"})
    made.machine.objects.write(f"{LEAVES}/swept/2026/mark", b"", {"connection": "whose"})
    assert looked_at(made) == {f"objects below {LEAVES}/": "1 that do not say of which connection they are"}
    assert [name for name in made.machine.objects.held if name.startswith(LEAVES)] == [f"{LEAVES}/invoices.csv"]


def test_what_the_operator_gives_a_label_meanwhile_goes_with_the_last_look(made: Office) -> None:
    made.vault.add(f"user-{LEAVES}-old-tokens", b"")
    _, until = made.erasure().run()
    assert until is not None
    made.vault.labels[f"user-{LEAVES}-old-tokens"] = labels_of(LEAVES)
    made.world.clock.moment = until
    receipt, until = made.erasure().run()
    assert (until, receipt.spared) == (None, {})
    assert made.vault.read(f"user-{LEAVES}-old-tokens") is None


def test_a_workspace_called_like_a_stream_takes_no_message_of_others(made: Office) -> None:
    documents = made.machine.documents
    documents.set("workspaces/lists", to_doc(Workspace("lists", "Lists")))
    others = {
        "stream": '{"workspace":"other","connection":"c","reason":"operator","streams":"lists"}',
        "reason": '{"workspace":"other","connection":"lists","reason":"lists"}',
        "quoted": '{"workspace":"other","request":"\\"workspace\\":\\"lists\\""}',
    }
    ours = {"whole": '{"workspace":"lists","slice":"s"}', "cut": '{"v":1, "workspace" : "lists", "streams":"a,b,'}
    for name, data in {**others, **ours}.items():
        documents.set(f"failures/{name}", {"id": name, "topic": "sync-requested", "data": data})
    WorkspaceErasure(made.stores(), made.http, "lists").run()
    left = {path.rpartition("/")[2] for path, _ in documents.each("failures")}
    assert left == {LEAVES, STAYS, *others}


def test_a_job_that_bigquery_keeps_waiting_puts_the_end_off(made: Office) -> None:
    documents, now = made.machine.documents, made.world.clock.now()
    documents.set(model.workspace_path(f"{LEAVES}__north"), {"id": f"{LEAVES}__north"})
    ours, theirs = f"tributary-{LEAVES}__lists__b1-apply-1", f"tributary-{LEAVES}__north__lists__b1-apply-1"
    made.bigquery.jobs = {ours: now, theirs: now}
    _, until = made.erasure().run()
    assert until is not None
    made.world.clock.moment = until
    _, until = made.erasure().run()
    assert until == made.world.clock.now() + timedelta(minutes=1)
    assert set(made.bigquery.cancelled) == {ours}
    assert until is not None
    made.world.clock.moment = until
    del made.bigquery.jobs[ours]
    assert made.erasure().run()[1] is None


def test_rows_go_once_more_when_a_load_of_before_has_ended(made: Office) -> None:
    """It holds rows of others too, so it is waited for; one that began since holds none of this connection."""
    connection = made.connect(LEAVES, "acct", made.credential())
    made.bigquery.jobs = {f"tributary-{LEAVES}__lists__b1-apply-1": made.world.clock.now()}
    _, until = made.ending(connection).run(drop_rows=True)
    assert until is not None
    made.world.clock.moment = until
    made.bigquery.jobs[f"tributary-{LEAVES}__lists__b2-apply-1"] = until
    _, until = made.ending(connection).run(drop_rows=True)
    assert until is not None
    assert made.bigquery.cancelled == []
    made.world.clock.moment = until
    made.bigquery.jobs.pop(f"tributary-{LEAVES}__lists__b1-apply-1")
    assert made.ending(connection).run(drop_rows=True)[1] is None
