"""Whatever a client calls an account, and whatever a platform says, a terminal shows the lines that are ours."""

from __future__ import annotations

import ast
import io
import unicodedata
from pathlib import Path
from typing import Any, cast

import orjson
import pytest

from infra.admin import output, progress
from infra.admin.progress import Progress
from infra.admin.receipts import as_text
from shared import model
from shared.erasure.receipt import Receipt
from shared.model import Report, to_doc
from shared.states import ConnectionState, Reason, RunState, SliceState
from shared.sync.status import Ongoing, RunStatus
from tests.admin.conftest import Operator

EVIL = "Bakery\x1b[2J\x1b]0;owned\x07\r\nrun 1 completed\u2028\x9b31m\u202egnp\u2066\u200b\x85\x00"
HARMLESS = "Zoë’s 🥐 קפה — 東京 👩\u200d🍳"
FOLDER = Path(output.__file__).parent


def clean(text: str) -> bool:
    odd = [each for each in text if unicodedata.category(each) in {"Cc", "Cf", "Zl", "Zp", "Cs"}]
    return set(odd) <= {"\n", "\u200d"}


def put_everywhere(operator: Operator) -> None:
    """Every text that a command could show, in every kind of document, is hostile."""
    documents, connection = operator.stores.documents, operator.world.connection
    operator.world.box.faults.add("GET /campaigns", "status", times=None, status=400)
    assert operator.type("sync", "demo", "emailoctopus")[0] == 0
    operator.world.machine.settle()
    assert operator.type("connect-link", "create", "demo", "--platform", "mailchimp", "--label", EVIL)[0] == 0

    def change(path: str, **more: Any) -> None:
        documents.set(path, {**(documents.get(path) or {}), **more})

    problem = {"code": EVIL, "sentence": EVIL, "move": "us", "detail": EVIL}
    where = model.path("demo", "connections", connection.id)
    change(where, title=EVIL, account=EVIL, problem=problem, state=ConnectionState.RECONNECT)
    change("workspaces/demo", name=EVIL, agency=EVIL, contact=EVIL, zone=EVIL, currency=EVIL)
    for name in ("runs", "slices", "debts"):
        for doc in documents.find(f"workspaces/demo/{name}"):
            path = model.path("demo", name, doc["id"])
            if name == "runs":
                change(path, problems=[{"stream": EVIL, **problem}], finished_at=None, state=RunState.RUNNING)
            elif name == "debts":
                change(path, sentence=EVIL, stream=EVIL)
            else:
                state = SliceState.FAILED if doc["state"] == SliceState.FAILED else SliceState.PARKED
                more = {"waiting_for": EVIL, "not_before": operator.world.clock.now(), "problem": problem}
                change(path, state=state, notes={"unknown": {EVIL: 3}}, **more)
    message = {"id": "x", "topic": EVIL, "reason": EVIL, "data": EVIL, "at": operator.world.clock.now()}
    documents.set("failures/x", message)
    definition = {"dimensions": [{"name": EVIL}], "metrics": [{"name": EVIL}]}
    report = Report("evil", "demo", "google_analytics", EVIL, definition, [EVIL])
    documents.set("workspaces/demo/reports/evil", to_doc(report))


SHOWN = (
    ["workspace", "list"],
    ["connect-link", "list", "demo"],
    ["connections"],
    ["status", "--streams"],
    ["failures", "list"],
    ["report", "list", "demo"],
    ["plan", "demo", "emailoctopus"],
    ["sync", "demo", "emailoctopus"],  # is refused, with the sentence of the platform
    ["connections", EVIL],
    ["connection", "disconnect", "demo", "emailoctopus"],
)


def test_no_command_lets_a_title_reach_the_terminal_as_it_is(operator: Operator) -> None:
    put_everywhere(operator)
    seen = 0
    for words in SHOWN:
        code, out, err = operator.type(*words)
        assert clean(out + err), words
        assert "\nrun 1 completed" not in out + err, words
        seen += "Bakery" in out + err
        if not code:
            code, out, _ = operator.type("--json", *words)
            assert clean(out), words
            assert orjson.loads(out) is not None
    assert seen >= 8
    title = orjson.loads(operator.type("--json", "connections")[1])[0]["title"]
    assert title == EVIL, "JSON keeps what it was, in its own spelling"


def test_every_text_of_a_command_goes_through_the_one_that_prints() -> None:
    """Who adds a command cannot forget it: nothing else prints there."""
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called != "print", f"{path.name}:{node.lineno}"
                assert path.name == "output.py" or not called.endswith(("stdout.write", "stderr.write")), path.name


def test_letters_of_all_languages_stay(capsys: pytest.CaptureFixture[str]) -> None:
    assert output.plain(HARMLESS) == HARMLESS
    output.say(output.table(("title",), [[HARMLESS]]))
    assert HARMLESS in capsys.readouterr().out
    assert orjson.loads(output.json({"a": EVIL + HARMLESS, "b": [1]})) == {"a": EVIL + HARMLESS, "b": [1]}


def test_receipts_and_live_lines_are_lines(operator: Operator) -> None:
    receipt = Receipt(EVIL, f"workspace {EVIL}", operator.world.clock.now(), grants={EVIL: EVIL})
    assert clean(as_text(receipt, None, 7))
    run = RunStatus(EVIL, cast(Reason, EVIL), Ongoing.WAITING, None, None, 0, 0, 0, 0, 0, 0, 0, 0, (), (), None, EVIL)
    out = io.StringIO()
    Progress(out).show([progress.line("x", run)])
    assert clean(out.getvalue())
