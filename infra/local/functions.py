"""Each function as a process of its own: the real Functions Framework serving the real `main.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.local.processes import ROOT, Process, spawn

SYNC = ("fan_out_sync", "extract_page", "load_batch", "tell_run", "record_failure")
CONNECT = ("oauth_start", "oauth_callback")
CALLED = ("platform_calls", "answer_call")  # what platforms tell us unasked
PUBLISHED = ("publish_mart",)
ELSEWHERE = {"load_rates"}  # it calls the central bank, which nothing stands in for
THREADS = {"extract_page": 24, "load_batch": 12}  # of the others: 6. Pub/Sub pushes at most 16 at once


def serve(names: Sequence[str], ports: Mapping[str, int], env: Mapping[str, str], logs: Path) -> dict[str, Process]:
    return {
        name: spawn(
            name,
            [
                "-m",
                "functions_framework",
                f"--source={ROOT / 'functions' / name / 'main.py'}",
                "--target=main",
                "--host=127.0.0.1",
                f"--port={ports[name]}",
            ],
            logs,
            {**env, "THREADS": str(THREADS.get(name, 6)), "WORKERS": "1"},
        )
        for name in names
    }


def address(port: int) -> str:
    return f"http://127.0.0.1:{port}"
