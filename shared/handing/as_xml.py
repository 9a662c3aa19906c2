"""XML 1.0, well-formed whatever the texts hold. A cell that is empty has no element; an empty text has an empty one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from itertools import islice
from typing import Any

from shared.handing import as_csv, texts
from shared.handing.table import Fact, Heading, Options, Table

BATCH = 1000


def write(table: Table, _: Options) -> Iterator[bytes]:
    yield b'<?xml version="1.0" encoding="UTF-8"?>\n<answer>\n<about>\n'
    for name, fact in table.about.items():
        yield f"<{name}>{_fact(fact)}</{name}>\n".encode()
    yield b"</about>\n<columns>\n"
    for each in table.headings:
        yield f"<column {' '.join(_attributes(each))}/>\n".encode()
    yield b"</columns>\n<rows>\n"
    writers, rows = [_writer(each) for each in table.headings], iter(table.rows)
    while batch := list(islice(rows, BATCH)):
        lines = [
            f"<row>{''.join([write(cell) for write, cell in zip(writers, row, strict=True)])}</row>\n" for row in batch
        ]
        yield "".join(lines).encode()
    yield b"</rows>\n</answer>\n"


def _fact(fact: Fact) -> str:
    if isinstance(fact, Sequence) and not isinstance(fact, str):
        return "".join(f"<item>{texts.escaped(each)}</item>" for each in fact)
    return texts.escaped(texts.told(fact))


def _attributes(heading: Heading) -> Iterator[str]:
    for each in fields(heading):
        if value := getattr(heading, each.name):
            yield f'{each.name}="{texts.escaped(value)}"'


def _writer(heading: Heading) -> Callable[[Any], str]:
    opened, closed = f"<{heading.name}>", f"</{heading.name}>"
    written = texts.escaped if heading.kind == "text" else as_csv.writer_of(heading.kind)

    def write(cell: Any) -> str:
        return "" if cell is None else f"{opened}{written(cell)}{closed}"

    return write
