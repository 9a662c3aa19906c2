"""Real processes: everything that a test starts here, it also ends."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.support.patience import HANG

ROOT = Path(__file__).resolve().parents[2]


def run(*words: str, seconds: float = HANG, **env: str) -> subprocess.CompletedProcess[str]:
    """`python -m …` to its end."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("GOOGLE_", "TRIBUTARY_"))}
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env={**inherited, **env},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def eventually(holds: Callable[[], bool], seconds: float = HANG) -> bool:
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            return False
        threading.Event().wait(0.05)
    return True


def left_by(mark: str) -> list[str]:
    """Processes whose command line or environment holds this text, as the system lists them."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes() + (folder / "environ").read_bytes()
        except OSError:
            continue
        if mark.encode() in words and int(folder.name) != os.getpid():
            found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return found
