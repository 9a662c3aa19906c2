"""Structured lines for Cloud Logging. What is being worked on is bound once and stands in every line after it.

Nothing is redacted after the fact, because nothing secret can get here: secrets print as dots, headers and bodies
of calls are never logged, and of an unforeseen exception only its kind and place are told, never its text.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TextIO

import orjson

from shared.errors import BadMessage, Problem

_bound: ContextVar[dict[str, object] | None] = ContextVar("bound", default=None)
stream: TextIO | None = None  # None: standard output, as the platform collects it


@contextmanager
def bound(**values: object) -> Iterator[None]:
    """Bind what every line within should carry: trace, run, connection, slice, delivery attempt."""
    token = _bound.set({**(_bound.get() or {}), **{name: value for name, value in values.items() if value}})
    try:
        yield
    finally:
        _bound.reset(token)


@contextmanager
def written_to(to: TextIO) -> Iterator[None]:
    """Lines of this process and its threads go there for a while: of a command whose output is for answers."""
    global stream
    before, stream = stream, to
    try:
        yield
    finally:
        stream = before


def info(event: str, **values: object) -> None:
    _write("INFO", event, values)


def warning(event: str, **values: object) -> None:
    _write("WARNING", event, values)


def failure(event: str, error: BaseException, **values: object) -> None:
    """An error, told without its text unless the text is ours."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    values["error"] = type(error).__name__
    values["at"] = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
    if isinstance(error, (Problem, BadMessage)):
        values["sentence"] = str(error)
    _write("ERROR", event, values)


def _write(severity: str, event: str, values: dict[str, object]) -> None:
    own = {"severity": severity, "message": event}
    line = {**own, **(_bound.get() or {}), **values, **own}  # first to be read, and of no other meaning
    trace = line.pop("trace", None)
    if trace:
        line["logging.googleapis.com/trace"] = trace
    out = stream or sys.stdout
    out.write(orjson.dumps(line, default=str).decode() + "\n")
    out.flush()
