"""`python -m infra.demo` is `tributary demo`; with --ask it is `tributary ask`, and with --stay `tributary up`."""

from __future__ import annotations

import sys

from infra.cli.__main__ import main

ELSEWHERE = {"--stay": "up", "--ask": "ask"}


def command(words: list[str]) -> list[str]:
    """The same as words of `tributary`."""
    named = [ELSEWHERE[word] for word in words if word in ELSEWHERE] or ["demo"]
    return [min(named, key=["up", "ask", "demo"].index), *(word for word in words if word not in ELSEWHERE)]


if __name__ == "__main__":
    sys.exit(main(command(sys.argv[1:])))
