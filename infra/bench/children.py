"""A measurement in a fresh interpreter: it prints one line of JSON, so that nothing before it counts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from infra.local.processes import ROOT, environment


class Failed(Exception):
    """A measurement ended without a result; the text holds its last words."""


def start(module: str, *arguments: object, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    return started([sys.executable, "-m", module, *map(str, arguments)], env)


def started(command: Sequence[str], env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env={**environment(), **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def result(child: subprocess.Popen[bytes], patience: float = 300.0) -> Any:
    """Its last line, read. A child that takes too long is ended, and so is one that nobody waits for any more."""
    try:
        out, words = child.communicate(timeout=patience)
    except BaseException:
        child.kill()
        child.communicate()
        raise
    if child.returncode != 0:
        raise Failed(words.decode(errors="replace")[-2000:] or f"it ended with {child.returncode}")
    return orjson.loads(out.splitlines()[-1])


def measure(module: str, *arguments: object, env: Mapping[str, str] | None = None) -> Any:
    return result(start(module, *arguments, env=env))
