"""`python -m infra.local sync …` is `tributary sync …`, and `python -m infra.local up` is `tributary cloud`."""

from __future__ import annotations

import sys

from infra.cli import __main__ as tributary


def main() -> int:
    words = sys.argv[1:]
    return tributary.main(["cloud", *words[1:]] if words[:1] == ["up"] else words)


if __name__ == "__main__":
    sys.exit(main())
