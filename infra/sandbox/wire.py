"""Bodies as bytes."""

import gzip
import json
from typing import Any


def as_json(body: Any) -> bytes:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def gzipped(body: Any) -> bytes:
    """JSON as a packed file: the same rows are always the same bytes."""
    return gzip.compress(as_json(body), mtime=0)
