"""The real function in a process, with stand-ins of Google's services: an operator adds a feed, a program reads it."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import openpyxl
import orjson
import pytest
from pyopenvba import PowerQueryWorkbook
from pyopenvba.mlang import Builtin, Record, evaluate_query

from infra.local.cloud import Cloud
from infra.local.wiring import within
from shared.feeds import accesses
from shared.model import Workspace, to_doc, workspace_path
from shared.stores.installation import Stores
from tests.feeds.kiosk import ads
from tests.feeds.publishing import publish
from tests.local.conftest import run

pytestmark = pytest.mark.slow
ASKS = "mart=ads_by_day&measures=clicks&dimensions=platform&grain=day"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    folder = tmp_path_factory.mktemp("cloud")
    with Cloud.start(folder / "kept", {}, ("feed",)) as cloud, within(cloud.environment):
        stores = Stores.open(cloud.settings)
        now = datetime.now(UTC)
        stores.documents.set(workspace_path("acme"), to_doc(Workspace("acme", "Acme", created_at=now)))
        assert stores.published is not None
        publish(stores.documents, stores.published, folder, "acme", {"ads_by_day": ads("acme")}, 1, now)
        yield cloud


def admin(cloud: Cloud, *words: str) -> Any:
    ended = run("infra.admin", "--local", str(cloud.folder), "--json", "feed", *words)
    assert ended.returncode == 0, ended.stderr
    return orjson.loads(ended.stdout) if ended.stdout.startswith(("{", "[")) else ended.stdout


def test_a_feed_is_added_read_replaced_and_revoked(cloud: Cloud) -> None:
    made = admin(cloud, "add", "acme", "Clicks by day", ASKS)
    with httpx2.Client(auth=(made["feed"], made["secret"]), timeout=60) as excel:
        told = excel.get(made["address"])
        assert told.status_code == 200
        assert len(told.json()["rows"]) == 120
        tables = {name: excel.get(made["address"], params={"format": name}) for name in ("csv", "xml", "xlsx")}
        assert {name: each.status_code for name, each in tables.items()} == dict.fromkeys(tables, 200)
        rows = list(csv.reader(io.StringIO(tables["csv"].text, newline="")))
        sheet = openpyxl.load_workbook(io.BytesIO(tables["xlsx"].content)).worksheets[0]
        assert len(rows) == sheet.max_row == 121
        unchanged = excel.get(made["address"], headers={"If-None-Match": told.headers["ETag"]})
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        head = excel.head(made["address"])
        assert (head.status_code, head.content, head.headers["ETag"]) == (200, b"", told.headers["ETag"])
        renewed = admin(cloud, "rotate", made["feed"])
        assert "Sunset" in excel.get(made["address"]).headers
        again = httpx2.get(made["address"], auth=(made["feed"], renewed["secret"]))
        assert (again.status_code, "Sunset" in again.headers) == (200, False)
        admin(cloud, "revoke", made["feed"])
        for secret in (made["secret"], renewed["secret"]):
            assert httpx2.get(made["address"], auth=(made["feed"], secret)).status_code == 401


def test_a_workbooks_query_reads_the_feed_and_finds_its_numbers(cloud: Cloud, tmp_path: Path) -> None:
    made = admin(cloud, "add", "acme", "Clicks by day", ASKS)
    (written,) = admin(cloud, "files", made["feed"], "--only", "workbook.xlsx", "--to", str(tmp_path))
    query = PowerQueryWorkbook(written["file"]).query("Feed").formula
    status = list[int]()

    def contents(root: str, options: Any) -> bytes:
        where = f"{root}/{options['RelativePath']}"
        said = httpx2.get(where, params=options["Query"].fields, auth=(made["feed"], made["secret"]), timeout=60)
        status.append(said.status_code)
        return said.content

    names = {
        "Web.Contents": Builtin("Web.Contents", contents, 1, 2),
        "Value.Metadata": Builtin("Value.Metadata", lambda _: Record({"Response.Status": status[-1]}), 1, 1),
        "QuoteStyle.Csv": 1,
    }
    table = evaluate_query(query, names)
    assert table.columns == ["date", "platform", "clicks"]
    rows = httpx2.get(made["address"], auth=(made["feed"], made["secret"])).json()["rows"]
    assert len(rows) > 50
    assert [(day.isoformat(), clicks) for day, _, clicks in table.rows] == [
        (each["date"], each["clicks"]) for each in rows
    ]


def test_a_link_opens_in_a_spreadsheet_and_its_key_is_in_no_log(cloud: Cloud) -> None:
    made = admin(cloud, "add", "acme", "For Sheets", "mart=ads_by_day&measures=clicks&grain=week", "--link")
    answer = httpx2.get(made["address"])
    assert answer.text.startswith("date,clicks\r\n")
    assert httpx2.get(made["address"][:-1]).status_code == 401
    listed = admin(cloud, "list", "acme")
    assert {each["name"]: each["state"] for each in listed}["For Sheets"] == "open"
    logs = "".join(path.read_text(errors="replace") for path in Path(cloud.folder).rglob("*.log"))
    assert made["secret"] not in logs
    assert '"feed read"' in logs


def test_eight_read_at_once_without_an_error(cloud: Cloud) -> None:
    made = admin(cloud, "add", "acme", "Eight", ASKS, "--format", "csv")
    found: list[int] = []

    def read() -> None:
        for _ in range(5):
            found.append(httpx2.get(made["address"], auth=(made["feed"], made["secret"]), timeout=60).status_code)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 40


def test_who_read_is_written_when_the_instance_ends(tmp_path: Path) -> None:
    with Cloud.start(tmp_path / "kept", {}, ("feed",)) as cloud, within(cloud.environment):
        stores = Stores.open(cloud.settings)
        now = datetime.now(UTC)
        stores.documents.set(workspace_path("acme"), to_doc(Workspace("acme", "Acme", created_at=now)))
        made = admin(cloud, "add", "acme", "Clicks", ASKS)
        assert httpx2.get(made["address"], auth=(made["feed"], made["secret"]), timeout=60).status_code == 503
        cloud.processes["feed"].stop()
        (access,) = accesses.read(stores.feeds, "acme")
        assert (access.status, access.key) == (503, made["key"])
