"""`python -m infra.admin …` is `tributary admin …`."""

from __future__ import annotations

import sys

from infra.cli import __main__ as tributary


def main(words: list[str] | None = None) -> int:
    return tributary.main(["admin", *(sys.argv[1:] if words is None else words)])


if __name__ == "__main__":
    sys.exit(main())
