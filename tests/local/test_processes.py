"""Processes that start, that do not, and that must not be left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from infra.local import usage
from infra.local.cloud import Cloud
from infra.local.processes import NotStarted, adopt, environment, free_ports, listens, spawn, stop_all, wait_for
from infra.local.wiring import within
from tests.local.conftest import ROOT, eventually, left_by
from tests.support.patience import HANG

SLEEPS = ["-c", "import sys, time; print('up', flush=True); time.sleep(600)"]
STUBBORN = [
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
]


def up(log: Path) -> bool:
    return log.exists() and "up" in log.read_text()


def test_even_a_stubborn_process_is_stopped(tmp_path: Path) -> None:
    both = [spawn("meek", SLEEPS, tmp_path), spawn("stubborn", STUBBORN, tmp_path)]
    assert eventually(lambda: all(up(process.log) for process in both))
    stop_all(both, patience=0.2)
    assert [process.alive for process in both] == [False, False]


def test_a_process_that_another_one_of_ours_began_is_stopped_as_well(tmp_path: Path) -> None:
    program = (
        "import os, signal\n"
        "pid = os.fork()\n"
        "if pid == 0:\n    os.setpgid(0, 0)\n    signal.pause()\n"
        "print(pid, flush=True)\n"
        "os.wait()"
    )
    parent = spawn("parent", ["-c", program], tmp_path)
    assert eventually(lambda: parent.log.read_text().endswith("\n"))
    child = adopt("child", int(parent.log.read_text()), tmp_path)
    assert child.alive
    with pytest.raises(subprocess.TimeoutExpired):
        child.popen.wait(0.0)
    assert eventually(lambda: os.getpgid(child.pid) == child.pid)
    stop_all([child])
    assert not child.alive
    assert parent.popen.wait(HANG) == 0, "it has taken note"


def test_a_process_that_ends_at_once_says_its_last_words(tmp_path: Path) -> None:
    process = spawn("short", ["-c", "raise SystemExit('no disk')"], tmp_path)
    with pytest.raises(NotStarted, match="no disk"):
        wait_for(process, lambda: False, time.monotonic() + HANG)
    silent = spawn("silent", SLEEPS, tmp_path)
    try:
        with pytest.raises(NotStarted, match="did not come up"):
            wait_for(silent, lambda: False, time.monotonic())
    finally:
        silent.kill()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_a_killed_parent_takes_its_children_along(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from infra.local.processes import spawn; "
        f"spawn('child', {SLEEPS!r}, Path(sys.argv[1])); time.sleep(600)"
    )
    mark = {"MARK": str(tmp_path)}
    parent = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, env={**os.environ, **mark, "PYTHONPATH": str(ROOT)}
    )
    assert eventually(lambda: up(tmp_path / "child.log"))
    assert len(left_by(str(tmp_path))) == 2
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert eventually(lambda: left_by(str(tmp_path)) == [])


def test_children_inherit_nothing_that_leads_to_a_real_project(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLOUD_PROJECT", "TRIBUTARY_BUCKET", "https_proxy"):
        monkeypatch.setenv(name, "somewhere")
    assert "somewhere" not in environment().values()


def test_the_environment_is_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIBUTARY_BUCKET", "mine")
    monkeypatch.delenv("FIRESTORE_EMULATOR_HOST", raising=False)
    with within({"TRIBUTARY_BUCKET": "other", "FIRESTORE_EMULATOR_HOST": "there"}):
        assert os.environ["TRIBUTARY_BUCKET"] == "other"
    assert os.environ["TRIBUTARY_BUCKET"] == "mine"
    assert "FIRESTORE_EMULATOR_HOST" not in os.environ


def test_a_folder_holds_one_cloud(tmp_path: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        host = f"127.0.0.1:{taken.getsockname()[1]}"
        (tmp_path / "env").write_text(f"FIRESTORE_EMULATOR_HOST={host}\n")
        assert listens(f"http://{host}")
        with pytest.raises(NotStarted, match="already"):
            Cloud.start(tmp_path, {}, names=())


def test_ports_are_free_and_differ() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert not any(listens(f"http://127.0.0.1:{port}") for port in ports)


def test_usage_counts_a_process_and_what_it_started() -> None:
    program = "import subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]])"
    burn = "x = bytearray(60_000_000)\nn = 0\nwhile True: n += 1"
    burning = subprocess.Popen([sys.executable, "-c", program, burn], start_new_session=True)
    try:
        assert eventually(lambda: usage.of(burning.pid).cpu_seconds > 0.2)
        found = usage.of(burning.pid)
        assert found.peak_bytes > 60_000_000
        assert found.resident_bytes > 60_000_000
    finally:
        os.killpg(burning.pid, signal.SIGKILL)
        burning.wait()
    assert usage.of(burning.pid) == usage.Usage()
