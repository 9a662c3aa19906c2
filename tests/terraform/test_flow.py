"""The drawing in terraform/main.tf is the flow of the code. These need no Terraform."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

import httpx2
import pytest

from infra.local import google
from infra.local.firestore.indexes import Index
from infra.state.exporting import BESIDE, WITHIN
from infra.tools import bundle
from shared.clock import SystemClock
from shared.console.clients.reading import clients, going, open_runs
from shared.messages import (
    FLOW,
    AccessWanted,
    DataChanged,
    LetterWanted,
    PlatformCalled,
    SliceReady,
    SyncRequested,
    Tick,
    WorkspaceWanted,
    encode,
)
from shared.model import Connection, Slice, Workspace, to_doc
from shared.opening import access
from shared.opening.wishes import due
from shared.platforms import PLATFORMS
from shared.settings import Settings, load
from shared.states import SliceState
from shared.stores.firestore import FirestoreDocuments
from shared.stores.installation import Stores
from shared.sync import watching
from shared.sync.extract import Extractor
from shared.sync.planner import Planner
from shared.sync.tick import Ticker
from shared.sync.visits import Visit
from tests import uses
from tests.flow.pipeline import TINY, Pipeline
from tests.support.memory import MemoryBus
from tests.terraform import drawing
from tests.terraform.drawing import ROOT

pytestmark = pytest.mark.slow

BLOCKS = drawing.functions()


def test_there_is_one_block_per_function() -> None:
    assert sorted(BLOCKS) == bundle.functions()
    assert all(block.text("function") == f'"{name}"' for name, block in BLOCKS.items())


def test_every_topic_is_read_by_the_function_that_the_code_names() -> None:
    drawn = {topic: name for name, block in BLOCKS.items() for topic in block.names("reads")}
    assert drawn == {topic: function for topic, (_, function) in FLOW.items()}


def test_dead_letters_of_every_reader_reach_record_failure() -> None:
    assert [name for name, block in BLOCKS.items() if block.text("dead_letters")] == ["record_failure"]
    found = re.search(r"dead_letters = merge\((.*?)\n? *\)", drawing.read("main.tf"), re.DOTALL)
    assert found
    assert set(re.findall(r"module\.(\w+)\.dead_letters", found[1])) == {function for _, function in FLOW.values()}


def test_only_the_connect_pages_and_what_platforms_call_are_public() -> None:
    assert [name for name, block in BLOCKS.items() if block.text("public") == "true"] == [
        "oauth_start",
        "oauth_callback",
        "platform_calls",
        "console",
        "feed",
        "api",
    ]


@pytest.mark.parametrize("name", sorted(BLOCKS))
def test_a_function_is_given_the_settings_that_it_needs(name: str) -> None:
    given = BLOCKS[name].settings()
    known = {field.metadata["env"] for field in Settings.__dataclass_fields__.values()}
    assert given <= known
    shapes = dict.fromkeys(("_URL", "_CONTACT", "_ORIGINS", "_NOTICE"), "https://example.com")
    shapes |= {"_SECURITY": "tls", "_COLOUR": "#1f5eff"}
    shapes |= dict.fromkeys(("_OWNER", "_FROM"), "a@example.com")
    shapes |= {"_ACCOUNTS": '{"load_batch": "a@example.com"}'}
    env = {name: next((value for end, value in shapes.items() if name.endswith(end)), "240") for name in given}
    load(*_needs(name), env=env)  # refuses to go on when one is missing


def _needs(function: str) -> list[str]:
    """The arguments of `load(…)` in the function's main.py."""
    tree = ast.parse((ROOT / "functions" / function / "main.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "load"]
    (call,) = calls
    return [str(ast.literal_eval(argument)) for argument in call.args]


def test_the_settings_test_can_fail() -> None:
    with pytest.raises(Exception, match="TRIBUTARY_PUSH_AUDIENCE"):
        load(*_needs("load_batch"), env={"GOOGLE_CLOUD_PROJECT": "p", "TRIBUTARY_BUCKET": "b"})


# -- whom a function tells --------------------------------------------------------------------------------


class Ears:
    """Hears which function says what, in worlds where each is told who it is while a message is delivered to it."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.patch, self.who = patch, ""
        self.heard: set[tuple[str, str]] = set()

    def at(self, world: Pipeline) -> Pipeline:
        machine, publish, deliver = world.machine, world.machine.bus.publish, world.machine.deliver

        def hear(*messages: Any) -> None:
            self.heard |= {(self.who, message.topic) for message in messages if self.who}
            publish(*messages)

        def told(message: Any, attempt: int = 1) -> bool:
            self.who = FLOW[message.topic][1]
            try:
                return deliver(message, attempt)
            finally:
                self.who = ""

        self.patch.setattr(machine.bus, "publish", hear)
        self.patch.setattr(machine, "deliver", told)
        return world


class Stumbling(httpx2.BaseTransport):
    """A platform of which some paths make the worker stumble, or are refused."""

    def __init__(self, inner: httpx2.BaseTransport, path: str, status: int = 0) -> None:
        self.inner, self.path, self.status = inner, path, status

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        if self.path not in str(request.url):
            return self.inner.handle_request(request)
        if self.status:
            return httpx2.Response(self.status, json={"title": "refused"})
        raise RuntimeError("something nobody foresaw")


def world(streams: list[str], path: str = "", status: int = 0) -> Pipeline:
    made = Pipeline("mailchimp", counts=TINY["mailchimp"], streams=streams)
    if path:
        stumbling = Stumbling(made.machine.transport, path, status)
        object.__setattr__(made.machine.extractor.http.inner, "transport", stumbling)  # type: ignore[attr-defined]
    return made


def bury(ears: Ears, streams: list[str]) -> None:
    """One stream makes every worker stumble, and the last one dies over it: its message is a dead letter."""
    there = ears.at(world(streams, "campaign-folders"))
    there.machine.bus.publish(SyncRequested("demo", there.connection.id, "operator", "first"))
    there.machine.drain()
    (part,) = [
        doc for doc in there.machine.documents.find("workspaces/demo/slices") if doc["state"] == SliceState.PARKED
    ]
    died = {**part, "state": SliceState.WORKING, "lease_until": there.clock.now()}
    there.machine.documents.set(f"workspaces/demo/slices/{part['id']}", died)
    there.clock.forward(minutes=5)
    ears.who = "record_failure"
    there.machine.failures.record(SliceReady.topic, encode(SliceReady("demo", part["id"])))
    ears.who = ""


def test_functions_say_what_the_drawing_lets_them_say_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    ears = Ears(monkeypatch)
    whole = ears.at(world(["lists", "list_members"]))
    whole.machine.deliver(SyncRequested(reason="schedule"))
    whole.machine.settle()
    whole.machine.sync(whole.connection, "again", "replay")
    refused = ears.at(world(["campaign_folders"], "campaign-folders", 404))
    refused.machine.sync(refused.connection)
    bury(ears, ["campaign_folders"])
    bury(ears, ["lists", "campaign_folders"])
    for kind in ("calls", "wishes"):
        whole.machine.documents.set(f"{kind}/one", {"id": "one", "look_at": whole.clock.now()})
    whole.machine.documents.set("openings/demo", due(None, "demo", whole.clock.now()))
    whole.clock.forward(minutes=3)  # since a run was told, so that its marts wait to be published
    whole.machine.deliver(Tick())
    ears.heard.add(("oauth_callback", SyncRequested.topic))  # tests/oauth/test_connect.py shows it
    ears.heard.add(("platform_calls", PlatformCalled.topic))  # tests/calls/test_receiving.py shows it
    ears.heard.add(("api", SyncRequested.topic))  # tests/api/test_sources.py shows it
    ears.heard.add(("api", AccessWanted.topic))  # tests/api/test_accesses.py shows it
    ears.heard.add(("api", WorkspaceWanted.topic))  # tests/api/test_workspaces.py shows it
    ears.heard.add(("console", LetterWanted.topic))  # tests/people/test_mail_links.py shows it
    for said in (SyncRequested, AccessWanted, WorkspaceWanted):
        ears.heard.add(("console", said.topic))  # tests/people/test_connections.py and test_clients.py show it
    ears.heard.add(("seal_audit", LetterWanted.topic))  # tests/letters/test_reminding.py shows what it tells
    for name in ("tell_run", "send_letter", "api"):  # functions/tell_run/main.py; tests/alarms and tests/hooks show it
        ears.heard.add((name, LetterWanted.topic))
    ears.heard.add(("feed", DataChanged.topic))  # tests/feeds/test_reading.py shows it
    drawn = {(name, topic) for name, block in BLOCKS.items() for topic in block.names("tells")}
    assert ears.heard == drawn


# -- Firestore ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def asked() -> Iterator[list[Index]]:
    """The indexes that the service would want for what the functions and the operator ask."""
    cloud = google.start()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in cloud.environment().items():
            patch.setenv(name, value)
        documents: Any = FirestoreDocuments(Settings(project="demo", bucket="pages"))
        ticker = Ticker(documents, MemoryBus(), SystemClock())
        ticker.tick()
        one = Connection("one", "demo", "mailchimp", "one", "one")
        Visit(documents, MemoryBus(), SystemClock(), ticker.runs, one).look()
        extractor: Any = Extractor(documents, MemoryBus(), None, None, None, SystemClock())  # type: ignore[arg-type]
        extractor._another(Slice("part", "demo", "one", "run", "mailchimp", "lists"), "worker")
        Planner(documents, MemoryBus(), None, SystemClock()).handle(SyncRequested(reason="schedule"), "first")  # type: ignore[arg-type]
        documents.find_all("slices", ("state", "==", SliceState.FAILED))  # infra.admin failures list
        watching.runs(cast(Stores, SimpleNamespace(documents=documents, clock=SystemClock())), to_doc(one), most=3)
        documents.find_all("connections", ("platform", "==", "google_ads"))  # shared/erasure/grants.py
        documents.set("workspaces/demo", to_doc(Workspace("demo", "Demo")))
        clients(documents, ["demo"], SystemClock().now())  # the console's first page
        open_runs(documents, "demo")
        going(documents, {"id": "run", "workspace": "demo"})
        watching.connections(cast(Stores, SimpleNamespace(documents=documents, clock=SystemClock())))  # status, of all
        documents.find_all("connections", ("look_at", "<=", SystemClock().now()))  # the tick: whom it visits
        yield cloud.firestore.indexes_needed()
    cloud.stop()


def test_the_indexes_are_those_that_the_queries_need(asked: list[Index]) -> None:
    declared = [(name, fields.split(), True) for name, found in _composite("indexes").items() for fields in found]
    declared += [(name, fields.split(), False) for name, found in _composite("within").items() for fields in found]
    declared += [(collection, [field], True) for collection, fields in _single().items() for field in fields.split()]
    marks = {"ASCENDING": "", "DESCENDING": "-"}
    needed = [(each.collection, [marks[order] + name for name, order in each.fields], each.group) for each in asked]
    assert sorted(declared) == sorted(needed)


def _composite(part: str) -> dict[str, list[str]]:
    lines = re.findall(r"^ +(\w+) *= *\[([^\]]*)\]", drawing.part("firestore.tf", part), re.MULTILINE)
    return {collection: re.findall(r'"([^"]+)"', fields) for collection, fields in lines}


def _single() -> dict[str, str]:
    found = re.search(r"single = \{([^}]*)\}", drawing.read("firestore.tf"))
    assert found
    return dict(re.findall(r'(\w+) *= *"([^"]+)"', found[1]))


def test_every_query_over_all_workspaces_is_one_of_those_tried_here() -> None:
    """A new `find_all` in the functions' code has to be asked above too."""
    folders = (ROOT / "shared", ROOT / "infra" / "admin", ROOT / "infra" / "state")
    found = [
        str(ast.literal_eval(node.args[0]))
        for path in (path for folder in folders for path in folder.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and re.search(r"find_all$|^find$", ast.unparse(node.func))  # the tick says `find`
        if node.args and isinstance(node.args[0], ast.Constant)
    ]
    assert sorted(found) == ["connections"] * 9 + ["members", "runs", "slices", "tables"]


def test_documents_that_end_are_those_that_say_when() -> None:
    """A connection has an `expires_at` too: the end of its credential, at which it must not be deleted."""
    synced = world(["lists", "list_members"])
    synced.machine.sync(synced.connection)
    kept = synced.machine.documents.docs
    saying = {path.split("/")[-2] for path, doc in kept.items() if isinstance(doc.get("expires_at"), datetime)}
    assert saying == {"runs", "slices", "pages", "batches"}
    beside = {
        "links",
        "states",
        "outcomes",
        "failures",
        "choices",
        "wishes",
    }  # of the connect pages, kept messages, wishes
    code = "".join(path.read_text() for path in (ROOT / "shared").rglob("*.py") if "expires_at" in path.read_text())
    assert beside <= set(re.findall(r'f"(\w+)/\{', code))
    assert drawing.listed("firestore.tf", "ending") == saying | beside


def test_what_is_exported_every_hour_is_all_that_no_sync_makes_anew() -> None:
    anew = {"runs", "slices", "pages", "batches", "tables", "budgets", "failures"}
    done = {"calls", "wishes"}  # what is asked for is mostly done within the hour, and the daily backups hold it
    assert drawing.listed("exports.tf", "exported") == {*BESIDE, *WITHIN} - anew - done


# -- names that both sides use ------------------------------------------------------------------------------------


def test_platforms_with_an_app_have_a_secret_for_it() -> None:
    """And those that call have theirs read by who answers; which these are, Terraform reads where the code wrote it."""
    known = json.loads(drawing.read("platforms.json"))
    assert set(known) == {name for name, each in PLATFORMS.items() if each.oauth is not None or each.needs_app}
    assert {name for name, each in known.items() if each["calls"]} == {n for n, p in PLATFORMS.items() if p.calls}
    for file in ("variables.tf", "permissions.tf", "secrets.tf", "services.tf", "outputs.tf"):
        assert [name for name in PLATFORMS if name in drawing.read(file)] == [], file


def test_alarms_and_metrics_listen_for_lines_that_are_written() -> None:
    written = {line for path, tree in uses.trees().items() if path.parts[0] == "shared" for line in uses.said(tree)}
    listened = re.findall(r'\bmessage *= *"([^"]+)"', drawing.read("logs.tf"))
    for lines in re.findall(r"\bmessages *= *\[([^\]]*)\]", drawing.read("alarms.tf")):
        listened += re.findall(r'"([^"]+)"', lines)
    assert len(listened) > 10
    assert set(listened) <= written


def test_the_role_that_is_kept_on_a_workspace_is_one_that_terraform_makes() -> None:
    made = drawing.read("opening.tf").partition('"workspace_keeper"')[2].partition("\n}")[0]
    assert re.search(rf'role_id +=  *"{access.KEEPER}"', made)


def test_bundles_and_terraform_agree_on_the_manifest(tmp_path: Any) -> None:
    bundle.write(tmp_path)
    assert set(json.loads((tmp_path / "manifest.json").read_text())) == set(BLOCKS)


def test_roles_of_a_person_are_found_over_all_workspaces() -> None:
    """The one query over collections in the database of people (shared/people/roles.py)."""
    declared = drawing.read("people.tf").partition('"roles_of_person"')[2].partition("\n}")[0]
    assert 'collection = "members"' in declared
    assert 'field      = "person"' in declared
    assert "COLLECTION_GROUP" in declared


def test_no_address_of_the_console_is_kept_in_a_request_log() -> None:
    """The way back from Google holds a code."""
    exclusion = drawing.read("people.tf").partition('"console_requests"')[2].partition("\n}")[0]
    assert "module.console.name" in exclusion
    assert "run.googleapis.com%2Frequests" in exclusion


def test_no_address_of_the_api_is_kept_in_a_request_log() -> None:
    """What somebody filters by may name a person."""
    exclusion = drawing.read("api.tf").partition('"api_requests"')[2].partition("\n}")[0]
    assert "module.api.name" in exclusion
    assert "run.googleapis.com%2Frequests" in exclusion


def test_entries_of_a_workspace_are_found_by_an_index() -> None:
    """The one query over two fields in the database of people (shared/api/overseeing.py)."""
    declared = drawing.read("api.tf").partition('"audit_of_workspace"')[2].partition("\n}")[0]
    assert re.findall(r'field_path = "(\w+)"\n +order +=  ?"(\w+)"', declared) == [
        ("workspace", "ASCENDING"),
        ("at", "DESCENDING"),
    ]


def test_documents_of_people_that_end_are_those_that_say_when() -> None:
    code = "".join(path.read_text() for path in (ROOT / "shared" / "people").rglob("*.py"))
    ending = drawing.listed("people_database.tf", "people_ending")
    assert {"asked", "attempts", "invitations", "mail_links", "sessions"} <= ending & set(
        re.findall(r'f"(\w+)/\{', code)
    )
    assert not ending & {"persons", "ways", "members", "roles", "audit_entries"}


def test_who_trusts_a_load_balancers_word_is_reached_by_nothing_else() -> None:
    """Two hops are counted where one stands before the console; by another way the second is the visitor's own word."""
    for function, file in (("console", "people.tf"), ("feed", "feeds.tf")):
        text = drawing.read(file)
        hops = re.search(r'TRIBUTARY_FORWARDED_HOPS = (.+) \? "1" : "2"', text)
        ingress = re.search(rf'{function}_ingress = (.+) \? "ALLOW_ALL" : "ALLOW_INTERNAL_AND_GCLB"', text)
        assert hops
        assert ingress
        assert hops[1] == ingress[1]
        block = drawing.read("main.tf").partition(f'module "{function}"')[2].partition("\n}")[0]
        assert f"ingress = local.{function}_ingress" in block


def test_no_address_of_a_feed_is_kept_in_a_request_log() -> None:
    """That of a link holds its key."""
    exclusion = drawing.read("feeds.tf").partition('"feed_requests"')[2].partition("\n}")[0]
    assert "module.feed.name" in exclusion
    assert "run.googleapis.com%2Frequests" in exclusion


def test_feeds_have_a_host_of_their_own() -> None:
    address = re.search(r"feed_url = (.+)", drawing.read("feeds.tf"))
    assert address
    assert "var.feed_host" in address[1]
    assert not re.search("connect|console", address[1])
    rules = drawing.read("variables.tf").partition('variable "feed_host"')[2].partition("\nvariable")[0]
    assert (
        "!contains(compact([var.connect_host, var.connect_domain, var.console_host]), coalesce(var.feed_host" in rules
    )


def test_documents_of_feeds_end_that_say_when() -> None:
    ending = drawing.read("feeds.tf").partition('"feeds_end"')[2].partition("\n}")[0]
    assert set(re.findall(r'"(\w+)"', ending.partition("toset")[2].partition(")")[0])) == {
        "batches",
        "limits",
        "openings",
    }


def test_the_api_has_a_host_of_its_own() -> None:
    rules = drawing.read("variables.tf").partition('variable "api_host"')[2].partition("\nvariable")[0]
    assert "!contains(compact([var.connect_host, var.connect_domain, var.console_host, var.feed_host])" in rules


def test_the_console_has_a_host_of_its_own() -> None:
    """Neither that of the connect pages nor one that somebody gives both."""
    address = re.search(r"console_url = (.+)", drawing.read("people.tf"))
    assert address
    assert "var.console_host" in address[1]
    assert ".run.app" in address[1]
    assert "connect" not in address[1]
    rules = drawing.read("variables.tf").partition('variable "console_host"')[2].partition("\nvariable")[0]
    assert "!contains(compact([var.connect_host, var.connect_domain]), coalesce(var.console_host" in rules
