"""`state export` and `state restore` as an operator types them."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared import log
from tests.admin.conftest import Operator
from tests.support import documents


def test_an_export_is_written_refused_and_restored(
    operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log, "stream", None)
    folder = str(tmp_path / "kept")
    operator.world.machine.sync(operator.world.connection)
    operator.capsys.readouterr()  # what was logged
    written = operator.ask("state", "export", folder)["documents"]
    assert written["connections"] == 1
    assert written["cursors"] > 1

    code, out, complaint = operator.type("state", "restore", folder)
    assert (code, out) == (2, "")
    assert "not empty" in complaint

    operator.world.machine.documents.docs.clear()
    assert operator.ask("state", "restore", folder)["documents"] == written
    assert operator.ask("connections", "demo")[0]["id"] == operator.world.connection.id
    code, shown, _ = operator.type("state", "restore", folder, "--over")
    assert code == 0
    assert "0 runs were under way" in shown
    documents.STEPPED.clear()  # what is restored stands there as it was, whatever its state


def test_what_is_no_export_is_refused(operator: Operator, tmp_path: Path) -> None:
    code, _, complaint = operator.type("state", "restore", str(tmp_path))
    assert code == 2
    assert "not whole" in complaint
