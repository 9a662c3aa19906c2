"""Connect an account from the command line, as its owner would in a browser: the key comes on standard input.

    python -m infra.demo.visit 'https://…/oauth-start/#…' < key

Says `connected`, or which page it ended on, in a way that another program can read.
"""

from __future__ import annotations

import sys

from infra.demo.connecting import NotConnected, connect


def main(words: list[str]) -> int:
    if len(words) != 1:
        print("Which link?", file=sys.stderr)
        return 2
    try:
        connect(words[0], key=sys.stdin.read().strip())
    except NotConnected as ended:
        print(ended)
        return 1
    print("connected")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
