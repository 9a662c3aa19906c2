"""`python -m infra.cost …` is `tributary cost …`."""

from __future__ import annotations

import sys

from infra.cli import __main__ as tributary


def main(words: list[str] | None = None) -> int:
    return tributary.main(["cost", *(sys.argv[1:] if words is None else words)])


if __name__ == "__main__":
    sys.exit(main())
