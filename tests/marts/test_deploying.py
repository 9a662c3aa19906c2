"""Putting marts in place: what is refused, what is interrupted, what is somebody else's, and doing it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from google.api_core.exceptions import BadRequest, ServiceUnavailable
from google.cloud import bigquery

from infra.admin import target
from infra.admin.__main__ import main
from shared import log
from shared.erasure.datasets import Datasets
from shared.erasure.receipt import opened
from shared.errors import Configure
from shared.marts import files, statements
from shared.marts.deploy import deploy_agency
from shared.marts.files import all_marts
from shared.marts.permits import forget_gone, permit
from shared.model import Workspace, to_doc
from shared.opening.opener import Opener
from shared.settings import Settings
from shared.stores.bigquery_tables import Tables
from shared.stores.installation import Stores
from shared.warehouse import names, runs
from tests.marts.shelf import NOW, Shelf
from tests.support.memory import MemoryBus, MemoryDocuments, MemoryObjects, MemoryVault, Time
from tests.support.opening import OpeningBus

pytestmark = pytest.mark.slow

EVERY = {mart.name for mart in all_marts()}
# One that others read, and those that read it, also by way of each other.
BROKEN = "email_uniques"
ABOVE = {"email_by_mailing", "email_by_week", "email_open_rates"}
OLD = NOW - timedelta(days=99)


@dataclass(frozen=True)
class Deployer:
    """An operator, and a project with nothing in it."""

    shelf: Shelf
    stores: Stores
    capsys: pytest.CaptureFixture[str]

    def type(self, *words: str) -> tuple[int, str, str]:
        code = main(list(words))
        said = self.capsys.readouterr()
        return code, said.out, said.err

    def document(self, workspace: str) -> Any:
        return self.stores.documents.get(f"workspaces/{workspace}")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Deployer:
    shelf = Shelf()
    settings = Settings(project="demo", bucket="pages")
    documents, objects, clock = MemoryDocuments(), MemoryObjects(), Time()
    bus = OpeningBus(MemoryBus(), Opener(settings, documents, objects, clock, shelf))
    stores = Stores(settings, documents, MemoryVault(), objects, clock, bus)
    monkeypatch.setattr(Stores, "bigquery", property(lambda self: shelf))
    monkeypatch.setattr(target, "stores", lambda local: stores)
    monkeypatch.setattr(log, "stream", None)
    return Deployer(shelf, stores, capsys)


def change(patch: pytest.MonkeyPatch, *these: str) -> None:
    """A new version says something else for these views."""
    real = statements.statement

    def changed(project: str, workspace: Workspace, mart: files.Mart) -> str:
        return real(project, workspace, mart) + ("\nORDER BY 1" if mart.name in these else "")

    patch.setattr(statements, "statement", changed)


def test_what_is_refused_is_named_and_stops_only_what_reads_it(desk: Deployer) -> None:
    desk.shelf.refuses[BROKEN] = BadRequest("Column 7 in UNION ALL has incompatible types")
    code, out, complaint = desk.type("workspace", "create", "acme", "--currency", "EUR")
    assert code == 1
    assert "is made" in out
    assert f"acme: {BROKEN} could not be put in place. Column 7" in complaint
    assert f"acme: email_by_mailing could not be put in place. It reads {BROKEN}" in complaint
    assert desk.shelf.names("acme") == EVERY - ABOVE - {BROKEN}
    assert desk.shelf.names("agency") == EVERY - ABOVE - {BROKEN}
    assert desk.type("marts", "deploy")[0] == 1, "for as long as it is so"
    desk.shelf.refuses.clear()
    code, out, complaint = desk.type("marts", "deploy")
    assert (code, complaint) == (0, "")
    assert desk.shelf.names("acme") == desk.shelf.names("agency") == EVERY
    (line,) = (line.split() for line in out.splitlines() if line.startswith("acme"))
    assert line[1:] == [str(len(EVERY)), str(len(ABOVE | {BROKEN})), "0"], "the others stood already"
    assert desk.type("marts", "deploy")[1].count(" 0") == 4, "nothing to do, nothing refused"


def test_a_view_is_made_anew_over_one_that_has_changed_also_after_an_interruption(
    desk: Deployer, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.type("workspace", "create", "acme")
    change(monkeypatch, BROKEN)
    desk.shelf.refuses["email_by_mailing"] = ServiceUnavailable("gone for a moment")
    assert desk.type("marts", "deploy", "acme")[0] == 3
    desk.shelf.refuses.clear()
    _, out, _ = desk.type("marts", "deploy", "acme")
    (line,) = (line.split() for line in out.splitlines() if line.startswith("acme"))
    assert line[2] == str(len(ABOVE)), "what reads it, although no text of theirs has changed"


def test_a_view_that_no_file_describes_goes_once_nothing_that_is_left_may_read_it(
    desk: Deployer, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.type("workspace", "create", "acme")
    without = tuple(mart for mart in all_marts() if mart.name != "email_open_rates")
    monkeypatch.setattr(files, "all_marts", lambda: without)
    change(monkeypatch, "email_by_week")
    desk.shelf.refuses["email_by_week"] = BadRequest("no")
    assert desk.type("marts", "deploy", "acme")[0] == 1
    assert "email_open_rates" in desk.shelf.names("acme")
    desk.shelf.refuses.clear()
    assert desk.type("marts", "deploy", "acme")[0] == 0
    assert "email_open_rates" not in desk.shelf.names("acme") | desk.shelf.names("agency")


@pytest.mark.parametrize("at", ["dim_date", "sync_status", "raw"])
def test_a_workspace_that_was_half_made_is_finished_by_the_same_command(
    desk: Deployer, at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("workspace", "create", "acme", "--currency", "EUR")
    gone = ServiceUnavailable("gone for a moment")
    with monkeypatch.context() as patch:
        if at == "raw":

            def down(*_: object, **more: object) -> None:
                raise gone

            patch.setattr(desk.shelf, "create_table", down)
        else:
            desk.shelf.refuses[at] = gone
        code, _, complaint = desk.type(*words)
        assert code == 1
        assert "Nothing was heard of open_workspace" in complaint
    desk.shelf.refuses.clear()
    made = {**desk.document("acme"), "state": "open"}
    desk.stores.clock.pause(600)  # until the lease of who was interrupted has ended
    assert desk.type(*words)[0] == 0
    assert desk.shelf.names("acme") == EVERY
    assert desk.type(*words)[0] == 0, "also once it is whole"
    assert desk.document("acme") == made
    code, _, complaint = desk.type(*words[:3], "--currency", "USD")
    assert code == 2
    assert "already" in complaint


@pytest.mark.parametrize("labels", [{}, {"app": "tributary", "workspace": "other"}, {"workspace": "acme"}])
@pytest.mark.parametrize("dataset", names.of_workspace("acme"))
def test_somebody_elses_dataset_never_becomes_a_workspaces(
    desk: Deployer, labels: dict[str, str], dataset: str
) -> None:
    desk.shelf.dataset(dataset, labels)
    code, _, complaint = desk.type("workspace", "create", "acme")
    assert code == 2
    assert f"“{dataset}”" in complaint
    assert desk.document("acme") is None
    assert desk.shelf.names(dataset) == set()
    assert desk.shelf.datasets.keys() == {dataset}
    desk.shelf.datasets[dataset].labels = {"app": "tributary", "workspace": "acme"}
    assert desk.type("workspace", "create", "acme")[0] == 0, "made beforehand, as Terraform does"


@pytest.mark.parametrize("dataset", [*names.of_workspace("acme")[1:], names.STAGING])
def test_no_table_is_put_into_somebody_elses_dataset(desk: Deployer, dataset: str) -> None:
    """Whoever loads makes datasets by itself, so it looks as `workspace create` does."""
    desk.shelf.dataset(dataset, {"team": "finance"})
    made = desk.shelf.create_table(bigquery.Table(f"demo.{dataset}.{runs.TABLE.name}"), exists_ok=True)
    tables = Tables(desk.shelf, "demo", "EU")
    with pytest.raises(Configure, match="lacks the labels app=tributary"):
        tables.have("acme", runs.TABLE, ())
    assert desk.shelf.tables == {(dataset, runs.TABLE.name): made}
    assert list(made.schema) == [], "not given columns either"
    desk.shelf.datasets[dataset].labels = names.marks("acme")
    tables.have("acme", runs.TABLE, ())
    assert len(desk.shelf.tables) >= 2


@pytest.mark.parametrize("dataset", [names.AGENCY, names.SHARED])
def test_the_datasets_of_all_clients_are_ours_or_left_alone(desk: Deployer, dataset: str) -> None:
    desk.shelf.dataset(dataset, {"team": "finance"})
    code, _, complaint = desk.type("workspace", "create", "acme")
    shown = desk.type("workspace", "list")[1]
    assert code == (1 if dataset == names.SHARED else 0), "what is the agency's keeps no client waiting"
    assert f"There is a dataset “{dataset}” that does not belong to Tributary" in complaint + shown
    assert desk.shelf.names(dataset) == set()


def test_the_agency_sees_nothing_of_somebody_elses_dataset(desk: Deployer) -> None:
    assert desk.type("workspace", "create", "acme")[0] == 0
    desk.stores.documents.set("workspaces/finance", to_doc(Workspace("finance", "Finance")))
    desk.shelf.dataset("finance", {"team": "finance"})
    desk.shelf.create_table(bigquery.Table("demo.finance.dim_date"), exists_ok=True)
    deploy_agency(desk.stores)
    assert readers(desk.shelf, "finance") == []
    assert readers(desk.shelf, "acme") == [names.AGENCY]


def test_a_workspace_that_is_being_erased_is_not_made_again(desk: Deployer) -> None:
    desk.stores.documents.set("closings/acme", {"since": NOW})
    code, _, complaint = desk.type("workspace", "create", "acme")
    assert code == 2
    assert "being erased" in complaint
    assert desk.shelf.datasets == {}


def test_what_is_deployed_can_be_printed(desk: Deployer) -> None:
    code, _, complaint = desk.type("marts", "show", "dim_contacts")
    assert code == 2
    assert "there is none yet" in complaint
    desk.type("workspace", "create", "acme", "--currency", "EUR")
    for mart in all_marts():
        code, out, _ = desk.type("marts", "show", mart.name)
        assert code == 0
        assert out == statements.statement("demo", Workspace("acme", "acme", currency="EUR"), mart) + "\n"
    _, out, _ = desk.type("marts", "show", "fact_ad_performance")
    assert "FROM `demo.acme_raw.google_ads_ad_daily`" in out, "an arm is in it"
    assert "FROM arms." not in out
    assert "layers." not in out
    desk.type("workspace", "create", "birch")
    code, _, complaint = desk.type("marts", "show", "dim_contacts")
    assert code == 2
    assert "acme, birch" in complaint
    _, out, _ = desk.type("marts", "show", "dim_contacts", "agency")
    assert out.count("UNION ALL") == 1
    assert desk.type("marts", "show", "dim_contacts", "birch")[0] == 0
    code, _, complaint = desk.type("marts", "show", "dim_contact")
    assert code == 2
    assert "dim_contacts" in complaint


def test_one_workspace_that_cannot_be_deployed_stops_no_other(desk: Deployer) -> None:
    for name in ("acme", "birch"):
        desk.type("workspace", "create", name)
    desk.shelf.datasets["acme"].labels = {}  # somebody took them away
    code, out, complaint = desk.type("marts", "deploy")
    assert code == 1
    assert "lacks the labels" in complaint
    (line,) = (line.split() for line in out.splitlines() if line.startswith("birch"))
    assert line[1:] == [str(len(EVERY)), "0", "0"]


# -- who may look through what -----------------------------------------------------------------------


def readers(shelf: Shelf, dataset: str) -> list[str]:
    entries = [each.to_api_repr() for each in shelf.datasets[dataset].access_entries]
    return [each["dataset"]["dataset"]["datasetId"] for each in entries if "dataset" in each]


def test_a_permit_is_given_once_and_anew_to_a_dataset_that_was_made_lately() -> None:
    shelf = Shelf()
    shelf.dataset("acme_raw", {}, OLD)
    shelf.dataset("acme", {}, OLD)
    for _ in range(2):
        permit(shelf, "demo", "acme_raw", "acme", NOW)
        assert (readers(shelf, "acme_raw"), shelf.writes) == (["acme"], 1)
    del shelf.datasets["acme"]
    shelf.dataset("acme", {}, NOW - timedelta(hours=3))
    permit(shelf, "demo", "acme_raw", "acme", NOW)
    assert (readers(shelf, "acme_raw"), shelf.writes) == (["acme"], 3), "taken away, and given"


def test_what_datasets_were_permitted_that_are_gone_is_taken_away() -> None:
    shelf = Shelf()
    for name in ("tributary", "acme", "birch", "other"):
        shelf.dataset(name, {}, OLD)
    person = bigquery.AccessEntry("READER", "userByEmail", "ann@example.com")
    shelf.datasets["tributary"].access_entries = [person]
    for reader in ("acme", "birch", "other"):
        permit(shelf, "demo", "tributary", reader, NOW)
    del shelf.datasets["birch"]
    for _ in range(2):
        forget_gone(shelf, "demo", "tributary", ["acme"])
        entries = shelf.datasets["tributary"].access_entries
        assert entries[0] == person
        shelf.datasets["tributary"].access_entries = entries[1:]
        assert readers(shelf, "tributary") == ["acme", "other"]
        shelf.datasets["tributary"].access_entries = entries
    assert shelf.writes == 4


def test_who_is_erased_may_look_up_nothing_any_more(desk: Deployer) -> None:
    """Also where the agency's views cannot be put in place afterwards."""
    for workspace in ("acme", "birch"):
        assert desk.type("workspace", "create", workspace)[0] == 0
    assert readers(desk.shelf, names.SHARED) == ["acme", "birch"]
    receipt = opened(desk.stores.documents, "r", "workspace acme", NOW)
    for _ in range(2):
        Datasets(desk.stores, receipt, "acme").drop()
        assert readers(desk.shelf, names.SHARED) == ["birch"]
    assert receipt.destroyed["datasets"] == 3
    assert not desk.shelf.datasets.keys() & set(names.of_workspace("acme"))
    assert desk.shelf.datasets.keys() >= {*names.of_workspace("birch"), names.AGENCY, names.SHARED}
