"""Each function as a process of its own: the real Functions Framework serving the real `main.py`, by `template`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.local.processes import Process, adopt, spawn, wait_for

SYNC = ("fan_out_sync", "extract_page", "load_batch", "tell_run", "record_failure")
CONNECT = ("oauth_start", "oauth_callback")
WISHED = ("keep_access",)  # what people and programs want of a connection's access
CALLED = ("platform_calls", "answer_call")  # what platforms tell us unasked
PEOPLE = ("console", "look_up", "send_letter")
READ = ("feed",)  # what spreadsheets and programs read
PROGRAMS = ("api",)
PUBLISHED = ("publish_mart",)
OPENED = ("open_workspace",)  # it makes the datasets of workspaces
BESIDE = ("seal_audit",)  # what is done about people and keys
ELSEWHERE = {"load_rates"}  # it calls the central bank, which nothing stands in for
THREADS = {"extract_page": 24, "load_batch": 12}  # of the others: 6. Pub/Sub pushes at most 16 at once


TEMPLATE = "functions"


def begin(names: Sequence[str], ports: Mapping[str, int], env: Mapping[str, str], logs: Path) -> Process:
    """Start the template of these functions, which takes a while to import."""
    wanted = {name: {"port": ports[name], "threads": THREADS.get(name, 6)} for name in names}
    return spawn(TEMPLATE, ["-m", "infra.local.template", str(logs), json.dumps(wanted)], logs, env)


def begun(template: Process, until: float) -> dict[str, Process]:
    """The functions, once it has copied itself."""
    wait_for(template, lambda: template.log.read_text().startswith("{"), until)
    pids: dict[str, int] = json.loads(template.log.read_text().splitlines()[0])
    return {name: adopt(name, pid, template.log.parent) for name, pid in pids.items()}


def address(port: int) -> str:
    return f"http://127.0.0.1:{port}"
