"""`python -m infra.local sync`: one account from any server, with an honest exit code."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
from collections.abc import Generator, Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

import orjson
import pytest

from infra.demo.platforms import counts
from infra.local.__main__ import main as command
from infra.local.account import Given
from infra.local.one_sync import Wish, sync
from infra.local.processes import free_ports
from infra.sandbox import create_any
from infra.sandbox.platform_server import Box
from infra.sandbox.serve import Serving
from shared.platforms import PLATFORMS
from shared.vocabulary.access import Account, Credential
from shared.vocabulary.wire import Answer, Request
from tests.local.conftest import ROOT, eventually, left_by, run
from tests.support.patience import HANG


@pytest.fixture
def octopus() -> Iterator[tuple[str, Box]]:  # type: ignore[type-arg]
    box = create_any("emailoctopus", counts=counts("emailoctopus", small=True))
    with Serving(box) as url:
        yield url, box


def words(url: str, box: Box) -> list[str]:  # type: ignore[type-arg]
    key = str(box.credential()["api_key"])
    return ["infra.local", "sync", "emailoctopus", "--url", url, "--key", key, "--json"]


@pytest.mark.slow
def test_a_sync_ends_with_its_numbers(octopus: tuple[str, Box], tmp_path: Path) -> None:  # type: ignore[type-arg]
    url, box = octopus
    ended = run(*words(url, box), "--stream", "contacts", "--out", str(tmp_path / "out"), MARK=str(tmp_path))
    assert ended.returncode == 0, ended.stderr
    told = orjson.loads(ended.stdout.splitlines()[-1])
    truth = len(box.truth()["emailoctopus_contacts"].present)
    assert told["rows"] == {"emailoctopus_contacts": truth, "emailoctopus_lists": 1}
    assert (told["missing"], told["problems"], told["state"]) == (0, [], "completed")
    assert told["pages"] == told["calls"] > 2
    assert told["bytes_staged"] > 100
    assert told["peak_memory_bytes"] > 20 * 2**20
    assert 0 < told["cpu_seconds"] < told["seconds"] * (os.cpu_count() or 1)
    file = tmp_path / "out" / "tables" / "emailoctopus_contacts.ndjson.gz"
    assert len(gzip.decompress(file.read_bytes()).splitlines()) == truth
    assert str(box.credential()["api_key"]) not in ended.stdout + ended.stderr
    assert not (tmp_path / "out" / "env").exists()
    assert left_by(str(tmp_path)) == []


@pytest.mark.slow
def test_accounts_of_one_login_are_read_together_and_summed(
    octopus: tuple[str, Box],  # type: ignore[type-arg]
) -> None:
    url, box = octopus

    def two(credential: Credential) -> Generator[Request, Answer, tuple[Account, ...]]:
        yield Request("GET", "https://api.emailoctopus.com/lists")
        return Account("a", "North"), Account("b", "South"), Account("c", "Old", closed="Cancelled.")

    platform = replace(PLATFORMS["emailoctopus"], discover=two)
    told = sync(Wish(platform, url, Given(key=str(box.credential()["api_key"])), ["contacts"]), StringIO())
    truth = len(box.truth()["emailoctopus_contacts"].present)
    assert told.rows == {"emailoctopus_contacts": 2 * truth, "emailoctopus_lists": 2}
    assert (told.accounts, told.state) == ({"a": "completed", "b": "completed"}, "completed")
    assert (told.missing, told.problems, told.complete) == (0, (), True)
    box.faults.add("GET /lists", "status", times=None, status=500)
    wish = Wish(platform, url, Given(key=str(box.credential()["api_key"]), accounts=["b"]), ["lists"], patience=5)
    lost = sync(wish, StringIO())
    assert not lost.complete
    assert set(lost.accounts) == {"b"}


@pytest.mark.slow
def test_a_stream_that_never_answers_is_missing_and_said_so(octopus: tuple[str, Box]) -> None:  # type: ignore[type-arg]
    url, box = octopus
    box.faults.add("GET /campaigns", "status", times=None, status=500)
    ended = run(*words(url, box), "--stream", "campaigns", "--stream", "lists", "--patience", "20")
    assert ended.returncode == 1, ended.stderr
    told = orjson.loads(ended.stdout.splitlines()[-1])
    assert told["missing"] == 1
    assert told["rows"]["emailoctopus_lists"] == 1
    assert [problem for problem in told["problems"] if problem.startswith("campaigns: ")]


@pytest.mark.slow
def test_a_server_that_is_not_there_is_said_at_once() -> None:
    (port,) = free_ports(1)
    ended = run("infra.local", "sync", "emailoctopus", "--url", f"http://127.0.0.1:{port}", "--key", "k", "--json")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Nothing answers at" in ended.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        ["nothing", "--url", "http://127.0.0.1:1", "--key", "k"],
        ["emailoctopus", "--url", "ftp://127.0.0.1", "--key", "k"],
        ["emailoctopus", "--url", "http://127.0.0.1:1"],
        ["emailoctopus", "--url", "http://127.0.0.1:1", "--key", "k", "--stream", "nothing"],
    ],
)
def test_a_wrong_command_is_refused_before_anything_starts(
    wrong: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["infra.local", "sync", *wrong])
    with pytest.raises(SystemExit) as ended:
        command()
    assert ended.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children together with a parent that was killed")
@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_outlives_the_command(tmp_path: Path, end: signal.Signals) -> None:
    folder = tmp_path / "cloud"
    up = subprocess.Popen(
        [sys.executable, "-m", "infra.local", "up", "--folder", str(folder)],
        cwd=ROOT,
        env={**os.environ, "MARK": str(folder)},  # whatever it starts carries this
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # A shell that runs us in the background has SIGINT ignored, and what is ignored is inherited.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        # The sooner the better: half of it is still starting.
        # A log is there a moment before its process is, so the processes themselves are counted.
        assert eventually(lambda: len(left_by(str(folder))) > 5)
    finally:
        up.send_signal(end)
        up.wait(HANG)
    assert eventually(lambda: left_by(str(folder)) == []), left_by(str(folder))
