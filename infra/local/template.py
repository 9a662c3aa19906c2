"""Starts functions as copies of one process that has imported what they share, each in the Functions Framework.

    python -m infra.local.template LOGS '{"load_batch": {"port": 9001, "threads": 12}}'

Google's clients take two seconds of a processor to import, and a cloud has up to nine functions. This process serves
nobody and opens no channel: a process may be copied only as long as it has no threads. A copy ends with it, and a line
of JSON says which process each function is.
"""

from __future__ import annotations

import json
import os
import runpy
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from infra.local.die_with_parent import leash

# By all functions, or nearly all: what one alone needs shall count as its own memory.
SHARED = [
    "functions_framework._http.gunicorn",
    "gunicorn.workers.gthread",
    "shared.edge",
    "shared.platforms",
    "shared.stores.firestore",
    "shared.stores.pubsub",
]
FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"


def main() -> None:
    logs, wanted = Path(sys.argv[1]), json.loads(sys.argv[2])
    for module in SHARED:
        __import__(module)
    parent = os.getpid()
    begun = {name: _copied(parent, logs / f"{name}.log", name, **how) for name, how in wanted.items()}
    print(json.dumps(begun), flush=True)
    for _ in begun:
        os.wait()


def _copied(parent: int, log: Path, name: str, **how: Any) -> int:
    """The number of the process that serves a function; in that process this does not return."""
    if pid := os.fork():
        with suppress(PermissionError):  # it did so itself, and went on
            os.setpgid(pid, pid)
        return pid
    os.setpgid(0, 0)
    leash(parent)
    words = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    for stream in (1, 2):
        os.dup2(words, stream)
    os.environ |= {"THREADS": str(how["threads"]), "WORKERS": "1"}
    source, port = FUNCTIONS / name / "main.py", how["port"]
    sys.argv = ["functions_framework", f"--source={source}", "--target=main", "--host=127.0.0.1", f"--port={port}"]
    runpy.run_module("functions_framework", run_name="__main__")
    raise SystemExit


if __name__ == "__main__":
    main()
