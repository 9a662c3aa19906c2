"""Bodies as bytes."""

import gzip
import json
from collections.abc import Iterable
from typing import Any


def as_json(body: Any) -> bytes:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def gzipped(body: Any) -> bytes:
    """JSON as a packed file: the same rows are always the same bytes."""
    return gzip.compress(as_json(body), mtime=0)


def json_lines(body: Iterable[Any]) -> bytes:
    return b"".join(as_json(row) + b"\n" for row in body)
