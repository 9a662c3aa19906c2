"""`python -m infra.sandbox serve …` is `tributary sandbox serve …`."""

from __future__ import annotations

import sys

from infra.cli.__main__ import main

if __name__ == "__main__":
    sys.exit(main(["sandbox", *sys.argv[1:]]))
