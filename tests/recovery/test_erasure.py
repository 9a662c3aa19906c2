"""A client leaves, on the wire: Google's own clients say that nothing is left."""

from __future__ import annotations

import pytest
from google.api_core.exceptions import NotFound

from infra.admin import erasing
from infra.admin.erasing import UNFINISHED
from shared.http import Http
from shared.marts.placing import Deployment
from shared.oauth.accounts import secrets_of
from shared.states import RunState
from shared.warehouse import names
from tests.recovery.conftest import PLATFORM, WIRE_TOO, Site

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def within(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing, "Http", lambda origins: Http(transport=site.http.transport))
    if not site.wire:  # there are no marts in memory
        monkeypatch.setattr(erasing, "deploy_agency", lambda stores: Deployment(0))
    monkeypatch.setattr(type(site.stores), "bigquery", property(lambda stores: site.bigquery))


@WIRE_TOO
def test_of_a_connection_and_then_of_its_workspace_nothing_is_left(site: Site) -> None:
    assert site.sync()["state"] == RunState.COMPLETED
    name, tables = site.connection.id, site.tables()
    words = ["connection", "disconnect", site.workspace, PLATFORM, "--yes", name, "--drop-rows", "--wait"]
    receipt = site.admin(*words)
    assert receipt["run_again_after"] is None
    assert receipt["destroyed"]["rows"] > 0
    assert receipt["destroyed"]["objects"] > 0
    assert site.vault.named(secrets_of(site.workspace)) == []
    assert site.tables() == tables
    for table in tables:
        assert site.rows.current(site.workspace, table) == []
        assert site.rows.history(site.workspace, table) == []

    site.connect(site.link())
    assert site.sync()["state"] == RunState.COMPLETED
    assert not site.wrong()
    receipt = site.admin("workspace", "delete", site.workspace, "--yes", site.workspace, "--wait")
    assert receipt["run_again_after"] is None
    assert receipt["destroyed"]["secrets"] == 1
    assert receipt["destroyed"]["datasets"] == (2 if site.wire else 1)  # in memory they are one thing
    assert site.admin("workspace", "list") == []
    assert site.vault.named(secrets_of(site.workspace)) == []
    assert list(site.objects.list(f"{site.workspace}/")) == []
    for dataset in (names.raw(site.workspace), names.history(site.workspace)):
        with pytest.raises(NotFound):
            site.bigquery.get_dataset(dataset)
    home = f"workspaces/{site.workspace}"
    for collection in ("connections", "cursors", "runs", "slices", "pages", "batches", "tables"):
        assert list(site.documents.each(f"{home}/{collection}")) == []
    for collection in ("links", "failures", "budgets", "workspaces"):
        assert [path for path, doc in site.documents.each(collection) if site.workspace in f"{path} {doc}"] == []


@pytest.mark.parametrize("site", ["on the wire"], indirect=True)
def test_datasets_that_terraform_makes_again_meanwhile_go_with_the_last_look(site: Site) -> None:
    assert site.sync()["state"] == RunState.COMPLETED
    words = ["workspace", "delete", site.workspace, "--yes", site.workspace]
    assert site.admin(*words, code=UNFINISHED)["run_again_after"]
    made = [site.bigquery.create_dataset(name) for name in names.of_workspace(site.workspace)]
    for dataset in made:
        dataset.labels = names.marks(site.workspace)
        site.bigquery.update_dataset(dataset, ["labels"])
    site.documents.set(f"workspaces/{site.workspace}", {"id": site.workspace, "name": "Bakery"})
    receipt = site.admin(*words, "--wait")
    assert receipt["run_again_after"] is None
    assert receipt["destroyed"]["datasets"] >= len(made)
    assert site.admin("workspace", "list") == []
    for dataset in made:
        with pytest.raises(NotFound):
            site.bigquery.get_dataset(dataset.reference)
