"""Every command: what it does to the documents, what it prints, and what it refuses."""

from __future__ import annotations

import os
import sys
from dataclasses import replace

import orjson
import pytest

from infra.admin import target
from infra.admin.__main__ import main
from infra.cli.commands import parser
from shared import model
from shared.kit.currencies import CURRENCIES
from shared.marts.files import all_marts
from shared.marts.placing import Deployment
from shared.model import Run, Slice, Workspace
from shared.oauth import links
from shared.opening import opener
from shared.states import ConnectionState, Reason, SliceKind, SliceState
from shared.stores.installation import Stores
from tests.admin.conftest import Operator


def test_workspaces_are_made_once_and_listed(operator: Operator) -> None:
    operator.ask("workspace", "create", "second", "--agency", "North & Co", "--contact", "hi@example.com")
    assert [one["id"] for one in operator.ask("workspace", "list")] == ["demo", "second"]
    code, _, complaint = operator.type("workspace", "create", "second")
    assert code == 2
    assert "already" in complaint
    assert operator.type("workspace", "list", "--json") == operator.type("--json", "workspace", "list")
    _, shown, _ = operator.type("workspace", "list")
    assert "North & Co" in shown


def test_a_listener_that_has_heard_enough_is_no_mistake(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w", encoding="utf-8") as stdout:
        monkeypatch.setattr(sys, "stdout", stdout)
        assert main(["workspace", "list"]) == 141
        print("more")


@pytest.mark.parametrize("name", ["Upper", "with-dash", "1st", "x", "a" * 60, "a;drop"])
def test_a_workspace_needs_a_name_that_datasets_can_have(operator: Operator, name: str) -> None:
    code, _, complaint = operator.type("workspace", "create", name)
    assert code == 2
    assert "cannot name a workspace" in complaint


def test_a_connect_link_is_shown_once_and_can_be_withdrawn(operator: Operator) -> None:
    words = ["--platform", "mailchimp", "--days", "2", "--label", "the bakery", "--history", "400"]
    made = operator.ask("connect-link", "create", "demo", *words)
    token = made["link"].removeprefix("https://connect.example.com#")
    link = links.find(operator.stores.documents, token)
    assert link is not None
    assert (link.workspace, link.platform, link.label) == ("demo", "mailchimp", "the bakery")
    assert link.history_days == 400
    assert (link.expires_at - link.created_at).days == 2

    _, shown, _ = operator.type("connect-link", "list", "demo")
    assert "the bakery" in shown
    assert "open" in shown
    assert token not in shown
    assert operator.type("connect-link", "revoke", "demo", made["id"])[0] == 0
    assert operator.ask("connect-link", "list", "demo")[0]["state"] == "revoked"


def test_a_link_may_ask_for_more_than_is_always_read(operator: Operator) -> None:
    words = ["--platform", "klaviyo", "--stream", "reviews", "--stream", "coupons"]
    made = operator.ask("connect-link", "create", "demo", *words)
    link = links.find(operator.stores.documents, links.token_of(made["link"]))
    assert link is not None
    assert link.streams == ["reviews", "coupons"]
    where = model.path("demo", "connections", operator.world.connection.id)
    operator.stores.documents.set(where, {**(operator.stores.documents.get(where) or {}), "streams": ["lists"]})
    made = operator.ask("connect-link", "create", "demo", "--reconnect", "emailoctopus", "--stream", "contacts")
    again = links.find(operator.stores.documents, links.token_of(made["link"]))
    assert again is not None
    assert again.streams == ["lists", "contacts"], "what the connection reads needs its permission again"


def test_all_links_that_are_open_can_be_withdrawn_at_once(operator: Operator) -> None:
    made = [operator.ask("connect-link", "create", "demo", "--platform", "mailchimp")["id"] for _ in range(3)]
    assert operator.type("connect-link", "revoke", "demo", made[0])[0] == 0
    assert sorted(operator.ask("connect-link", "revoke", "demo", "--all")) == sorted(made[1:])
    assert {link["state"] for link in operator.ask("connect-link", "list", "demo")} == {"revoked"}
    assert operator.ask("connect-link", "revoke", "demo", "--all") == []


def test_a_link_renews_a_connection_of_its_own_platform_only(operator: Operator) -> None:
    connection = operator.world.connection
    made = operator.ask("connect-link", "create", "demo", "--reconnect", "emailoctopus")
    link = links.find(operator.stores.documents, links.token_of(made["link"]))
    assert link is not None
    assert (link.reconnects, link.platform) == (connection.id, "emailoctopus")
    for words in (
        ["--platform", "shopify", "--stream", "moons"],
        ["--platform", "mailchimp", "--reconnect", connection.id],
        [],
        ["--platform", "mailchimp", "--days", "0"],
    ):
        assert operator.type("connect-link", "create", "demo", *words)[0] == 2


def test_a_used_link_cannot_be_withdrawn(operator: Operator) -> None:
    made = operator.ask("connect-link", "create", "demo", "--platform", "mailchimp")
    link = links.find(operator.stores.documents, links.token_of(made["link"]))
    assert link is not None
    path = links.link_path(link.id)
    operator.stores.documents.set(
        path, {**(operator.stores.documents.get(path) or {}), "used_at": operator.world.clock.now()}
    )
    code, _, complaint = operator.type("connect-link", "revoke", "demo", made["id"])
    assert code == 2
    assert "used already" in complaint


def test_a_sync_is_asked_for_by_platform_account_or_id(operator: Operator) -> None:
    connection = operator.world.connection
    for name in ("emailoctopus", connection.account, connection.id, connection.id[:8]):
        run = operator.ask("sync", "demo", name, "--stream", "lists")["run"]
        operator.world.machine.settle()
        doc = operator.world.machine.run(run)
        assert (doc["state"], doc["reason"], doc["streams"]) == ("completed", "operator", ["lists"])


def test_a_window_is_read_again_and_staged_pages_are_replayed(operator: Operator) -> None:
    run = operator.ask("sync", "demo", "emailoctopus")["run"]
    operator.world.machine.settle()
    rows = operator.world.rows()
    calls = operator.world.box.calls.total

    replay = operator.ask("replay", "demo", "emailoctopus", "--since", "2026-01-01")["run"]
    operator.world.machine.settle()
    assert operator.world.machine.run(replay)["state"] == "completed"
    assert operator.world.box.calls.total == calls
    assert operator.world.rows() == rows

    backfill = operator.ask("backfill", "demo", "emailoctopus", "--since", "2026-01-01", "--until", "2026-02-01")["run"]
    operator.world.machine.settle()
    doc = operator.world.machine.run(backfill)
    assert (doc["state"], doc["moves_cursors"], f"{doc['until']:%Y-%m-%d}") == ("completed", False, "2026-02-01")
    assert len({run, replay, backfill}) == 3


def test_a_replay_is_the_one_thing_that_can_be_asked_for_without_access(operator: Operator) -> None:
    operator.ask("sync", "demo", "emailoctopus")
    operator.world.machine.settle()
    where, documents = model.path("demo", "connections", operator.world.connection.id), operator.stores.documents
    problem = {"code": "grant-ended", "sentence": "The access is over.", "move": "client"}
    documents.set(where, {**(documents.get(where) or {}), "state": ConnectionState.RECONNECT, "problem": problem})
    replay = operator.ask("replay", "demo", "emailoctopus")["run"]
    operator.world.machine.settle()
    assert operator.world.machine.run(replay)["state"] == "completed"
    for words in (["sync"], ["backfill", "--since", "2026-01-01"]):
        code, _, complaint = operator.type(words[0], "demo", "emailoctopus", *words[1:])
        assert code == 2
        assert "The access is over." in complaint
    documents.set(where, {**(documents.get(where) or {}), "state": ConnectionState.DISABLED})
    assert operator.type("replay", "demo", "emailoctopus")[0] == 2


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["sync", "demo", "nothing"], "no connection"),
        (["sync", "nowhere", "emailoctopus"], "no workspace"),
        (["sync", "demo", "emailoctopus", "--stream", "nothing"], "no stream nothing"),
        (["backfill", "demo", "emailoctopus", "--since", "2026-02-01", "--until", "2026-01-01"], "before"),
        (["status", "nowhere"], "no workspace"),
        (["connect-link", "revoke", "demo", "abcd"], "not the beginning"),
        (["failures", "retry", "demo"], "No slice failed"),
        (["failures", "retry", "demo", "--message", "x"], "No message x"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(operator: Operator, words: list[str], complaint: str) -> None:
    code, out, err = operator.type(*words)
    assert (code, out) == (2, "")
    assert complaint in err


def test_a_connection_that_needs_its_client_is_shown_and_not_synced(operator: Operator) -> None:
    where = model.path("demo", "connections", operator.world.connection.id)
    problem = {"code": "revoked", "sentence": "The account was disconnected.", "move": "client"}
    stopped = {**operator.world.machine.documents.get(where), "state": ConnectionState.RECONNECT, "problem": problem}
    operator.world.machine.documents.set(where, stopped)
    shown = operator.ask("connections")[0]
    assert (shown["state"], shown["move"]) == (ConnectionState.RECONNECT, "client")
    _, text, _ = operator.type("connections", "demo")
    assert "the client must connect again" in text
    code, _, complaint = operator.type("sync", "demo", "emailoctopus")
    assert code == 2
    assert "The account was disconnected." in complaint


def test_a_failed_slice_gets_another_chance_and_its_run_ends_well(operator: Operator) -> None:
    operator.world.box.faults.add("GET /campaigns", "status", times=None, status=400)
    run = operator.ask("sync", "demo", "emailoctopus")["run"]
    operator.world.machine.settle()
    assert operator.world.machine.run(run)["state"] == "partly"
    failed = operator.ask("failures", "list", "demo")["slices"]
    assert [one["stream"] for one in failed] == ["campaigns"]
    status = operator.ask("status", "demo")[0]["runs"][0]
    assert [(trouble["stream"], trouble["move"]) for trouble in status["troubles"]] == [("campaigns", "us")]
    _, text, _ = operator.type("status", "demo", "--streams")
    assert "failed: campaigns" in text

    operator.world.box.faults.clear()
    assert operator.ask("failures", "retry", "demo", "--run", run) == {"retried": 1}
    operator.world.machine.settle()
    assert operator.world.machine.run(run)["state"] == "completed"
    assert not operator.world.differences()
    assert operator.ask("failures", "list")["slices"] == []


def test_what_a_later_run_has_read_is_mended(operator: Operator) -> None:
    operator.world.box.faults.add("GET /campaigns", "status", times=None, status=400)
    run = operator.ask("sync", "demo", "emailoctopus")["run"]
    operator.world.machine.settle()
    (cause,) = operator.ask("failures", "list")["causes"]
    assert (cause["slices"], cause["streams"], cause["runs"]) == (1, ["campaigns"], [run])
    assert cause["code"] == "refused"
    _, text, _ = operator.type("failures", "list")
    assert run in text
    again = operator.ask("sync", "demo", "emailoctopus")["run"]
    operator.world.machine.settle()
    (cause,) = operator.ask("failures", "list")["causes"]
    assert (cause["slices"], cause["runs"]) == (2, sorted([run, again])), "one cause, and it goes on"
    assert len(operator.ask("failures", "list", "--slices")["slices"]) == 2

    operator.world.box.faults.clear()
    operator.ask("sync", "demo", "emailoctopus")
    operator.world.machine.settle()
    found = operator.ask("failures", "list")
    assert (found["causes"], found["slices"]) == ([], [])
    assert operator.world.machine.run(run)["state"] == "partly", "the past is not written anew"
    assert operator.type("failures", "retry", "demo")[0] == 2
    assert operator.ask("failures", "retry", "demo", "--run", run) == {"retried": 1}, (
        "whoever names it may have it again"
    )


def test_what_a_backfill_did_not_read_stands_until_it_is_tried_again(operator: Operator) -> None:
    operator.ask("sync", "demo", "emailoctopus")
    operator.world.machine.settle()
    operator.world.box.faults.add("GET /campaigns", "status", times=None, status=400)
    run = operator.ask("backfill", "demo", "emailoctopus", "--since", "2026-08-01")["run"]
    operator.world.machine.settle()
    operator.world.box.faults.clear()
    operator.ask("sync", "demo", "emailoctopus")
    operator.world.machine.settle()
    (cause,) = operator.ask("failures", "list")["causes"]
    assert cause["runs"] == [run], "nobody owes what a backfill did not read"
    operator.ask("failures", "retry", "demo")
    operator.world.machine.settle()
    assert operator.ask("failures", "list")["causes"] == []


@pytest.mark.parametrize(
    ("kind", "reason", "left"), [(SliceKind.SWEEP, Reason.OPERATOR, 0), (SliceKind.SWEEP, Reason.REPLAY, 1)]
)
def test_what_was_not_marked_is_mended_by_a_run_that_ends_whole(
    operator: Operator, kind: SliceKind, reason: Reason, left: int
) -> None:
    run = Run("r1", "demo", operator.world.connection.id, "emailoctopus", reason, moves_cursors=reason != Reason.REPLAY)
    part = Slice("s1", "demo", run.connection, run.id, "emailoctopus", "lists", kind=kind, state=SliceState.FAILED)
    now = operator.world.clock.now()
    operator.stores.documents.set("workspaces/demo/runs/r1", model.to_doc(replace(run, finished_at=now)))
    operator.stores.documents.set("workspaces/demo/slices/s1", model.to_doc(replace(part, touched_at=now)))
    assert [each["id"] for each in operator.ask("failures", "list")["slices"]] == ["s1"]
    operator.world.clock.forward(minutes=1)
    operator.ask("sync", "demo", "emailoctopus")
    operator.world.machine.settle()
    assert len(operator.ask("failures", "list")["slices"]) == left


@pytest.mark.parametrize("since", ["2026-09-02", "2099-01-01"])
def test_days_to_come_are_not_read_again(operator: Operator, since: str) -> None:
    code, _, complaint = operator.type("backfill", "demo", "emailoctopus", "--since", since)
    assert (code, "still to come" in complaint) == (2, True)
    assert not operator.world.machine.bus.waiting


def test_status_is_one_line_for_each_connection(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "none yet" in operator.type("status", "demo")[1]
    operator.world.box.faults.add("GET /campaigns", "status", times=None, status=400)
    operator.ask("sync", "demo", "emailoctopus")
    operator.world.machine.settle()
    _, text, _ = operator.type("status", "demo")
    head, dashes, line = text.splitlines()
    assert set(dashes) == {"-", " "}
    assert head.split()[:4] == ["workspace", "connection", "platform", "account"]
    assert "partly" in line
    assert "campaigns: " in line
    assert "\x1b" not in text

    where = model.path("demo", "connections", operator.world.connection.id)
    problem = {"code": "grant-ended", "sentence": "The client took the access back.", "move": "client"}
    doc = operator.stores.documents.get(where) or {}
    operator.stores.documents.set(where, {**doc, "state": ConnectionState.RECONNECT, "problem": problem})
    _, text, _ = operator.type("status")
    assert "The client took the access back. Whose move: the client must connect again." in text
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    shown = operator.type("status")[1].splitlines()
    assert shown[0].startswith("\x1b[1mworkspace")
    assert shown[2].startswith("\x1b[31mdemo")


def test_a_workspace_is_changed_and_its_marts_with_it(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    placed: list[Workspace] = []

    def deploy(stores: object, workspace: Workspace) -> Deployment:
        placed.append(workspace)
        return Deployment(0)

    monkeypatch.setattr(opener, "deploy", deploy)
    before = operator.stores.documents.get("workspaces/demo") or {}
    made = operator.ask(
        "workspace", "edit", "demo", "--zone", "Europe/Vienna", "--currency", "eur", "--fiscal-year", "4"
    )
    assert (made["zone"], made["currency"], made["fiscal_year_start"]) == ("Europe/Vienna", "EUR", 4)
    kept = operator.stores.documents.get("workspaces/demo") or {}
    changed = {"zone": "Europe/Vienna", "currency": "EUR", "fiscal_year_start": 4}
    assert kept == {**before, **changed}
    assert [(each.name, each.zone) for each in placed] == [("Corner Bakery", "Europe/Vienna")]
    operator.ask(
        "workspace", "edit", "demo", "--contact", "", "--name", "The Bakery", "--agency", "North", "--currency="
    )
    kept = operator.stores.documents.get("workspaces/demo") or {}
    assert (kept["name"], kept["agency"], kept["currency"], kept["zone"]) == (
        "The Bakery",
        "North",
        "",
        "Europe/Vienna",
    )


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["edit", "demo"], "Say what is to be changed"),
        (["edit", "demo", "--name", ""], "needs a name"),
        (["edit", "nobody", "--name", "x"], "no workspace"),
        (["edit", "demo", "--zone", "Europe/Wien"], "no time zone"),
        (["edit", "demo", "--currency", "EUX"], "no currency"),
        (["create", "other", "--currency", "Euro"], "no currency"),
        (["create", "other", "--currency", "XAU"], "no currency"),
        (["create", "other", "--zone", "CET+1"], "no time zone"),
    ],
)
def test_a_workspace_takes_zones_and_currencies_that_there_are(
    operator: Operator, words: list[str], complaint: str
) -> None:
    before = operator.stores.documents.find("workspaces")
    try:
        code, _, said = operator.type("workspace", *words)
    except SystemExit as ended:
        code, said = int(ended.code or 0), operator.capsys.readouterr().err
    assert code == 2
    assert complaint in said
    assert operator.stores.documents.find("workspaces") == before


def test_currencies_are_those_of_the_standard() -> None:
    assert {"EUR", "USD", "GBP", "JPY", "CHF", "XCG", "ZWG"} <= CURRENCIES
    assert not {"XXX", "XTS", "XAU", "HRK", "BGN", "DEM", "ANG", "SLL"} & CURRENCIES
    assert all(len(code) == 3 and code.isalpha() and code.isupper() for code in CURRENCIES)
    assert 150 < len(CURRENCIES) < 160


def test_marts_are_listed_and_described_without_a_cloud(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nowhere(local: object) -> Stores:
        raise AssertionError("no cloud is needed")

    monkeypatch.setattr(target, "stores", nowhere)
    assert main(["marts", "list", "--json"]) == 0
    listed = orjson.loads(capsys.readouterr().out)
    assert [each["mart"] for each in listed] == sorted(mart.name for mart in all_marts())
    assert main(["marts", "describe", "ad_reach", "--json"]) == 0
    found = orjson.loads(capsys.readouterr().out)
    reach = next(each for each in found["columns"] if each["column"] == "reach")
    assert reach["type"] == "INT64"
    assert reach["meaning"].endswith("(may not be added up)")
    assert found["reads"]
    assert main(["marts", "describe", "ad_reach"]) == 0
    assert capsys.readouterr().out.startswith("ad_reach: People whom ads reached")
    with pytest.raises(SystemExit):
        main(["marts", "describe", "ad_reech"])
    assert "Did you mean ad_reach?" in capsys.readouterr().err


def test_a_slice_that_could_not_be_loaded_is_loaded_after_a_retry(operator: Operator) -> None:
    stage = operator.world.warehouse.stage
    operator.world.warehouse.stage = lambda load: stage(load) + 1  # type: ignore[method-assign]  # rows differ
    run = operator.ask("sync", "demo", "emailoctopus", "--stream", "lists")["run"]
    operator.world.machine.settle()
    assert operator.world.machine.run(run)["state"] == "failed"
    calls = operator.world.box.calls.total

    operator.world.warehouse.stage = stage  # type: ignore[method-assign]
    operator.ask("failures", "retry", "demo")
    operator.world.machine.settle()
    assert operator.world.machine.run(run)["state"] == "completed"
    assert operator.world.box.calls.total == calls
    assert len(operator.world.rows()["emailoctopus_lists"]) == 2


def test_a_kept_message_is_published_again_or_refused(operator: Operator) -> None:
    now = operator.world.clock.now()
    for name, data in (("good", b'{"workspace":"demo","table":"t"}'), ("bad", b"{")):
        doc = {"id": name, "topic": "table-ready", "reason": "tried", "data": data.decode(), "at": now}
        operator.stores.documents.set(f"failures/{name}", doc)
    _, text, _ = operator.type("failures", "list")
    assert "good" in text
    operator.ask("failures", "retry", "demo", "--message", "good")
    assert [message.topic for message in operator.world.machine.bus.waiting] == ["table-ready"]
    assert operator.stores.documents.get("failures/good") is None
    code, _, complaint = operator.type("failures", "retry", "demo", "--message", "bad")
    assert code == 2
    assert "never be understood" in complaint


def test_status_shows_proof_rows_and_odd_fields(operator: Operator) -> None:
    operator.world.box.faults.add("GET /lists", "extra_field", times=1)
    operator.ask("sync", "demo", "emailoctopus")
    operator.world.machine.settle()
    run = operator.ask("status", "demo")[0]["runs"][0]
    assert run["state"] == "completed"
    assert run["slices_done"] == run["slices"]
    assert run["rows"] == sum(stream["rows"] for stream in run["streams"])
    by_name = {stream["stream"]: stream for stream in run["streams"]}
    assert any(name.startswith("unknown ") for name in by_name["lists"]["odd_fields"])
    for more in ("--streams", "--runs=1"):
        assert "unknown " in operator.type("status", more)[1]


def test_no_command_shows_a_secret(operator: Operator) -> None:
    operator.stores.vault.add("user-demo-emailoctopus-x-tokens", b'{"api_key":"very-secret"}')
    operator.world.machine.keys.value = "very-secret"
    for words in (["connections"], ["status"], ["failures", "list"], ["workspace", "list"]):
        for more in ([], ["--json"]):
            _, out, err = operator.type(*more, *words)
            assert "very-secret" not in out + err


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(["admin", "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    for name in ("workspace", "connect-link", "connections", "status", "sync", "backfill", "replay", "failures"):
        assert name in said


def test_what_a_platform_leaves_open_is_chosen_and_taken_back(operator: Operator) -> None:
    name = operator.world.connection.id
    assert operator.ask("connection", "choose", "demo", name) == {}, "EmailOctopus leaves nothing open"
    code, _, complaint = operator.type("connection", "choose", "demo", name, "conversion_metric", "x")
    assert (code, "leaves nothing to be chosen" in complaint) == (2, True)

    where = model.path("demo", "connections", name)
    before = operator.stores.documents.get(where)
    assert before is not None
    operator.stores.documents.set(where, {**before, "platform": "klaviyo"})
    choose = ("connection", "choose", "demo", name)
    assert operator.ask(*choose) == {"conversion_metric": ""}
    assert operator.ask(*choose, "conversion_metric", "Subscribed to List,Qx1") == {
        "conversion_metric": "Subscribed to List,Qx1"
    }
    assert operator.type(*choose, "conversion_metric", "a,,b")[0] == 2
    kept = operator.stores.documents.get(where)
    assert kept == {**before, "platform": "klaviyo", "choices": {"conversion_metric": "Subscribed to List,Qx1"}}
    assert "Subscribed to List" in operator.type(*choose)[1]
    operator.ask(*choose, "conversion_metric", "")
    assert (operator.stores.documents.get(where) or {})["choices"] == {}
