"""`python -m infra.local.die_with_parent PARENT COMMAND…`: become the command, and end when the parent does (on Linux).

The leash is tied to the parent's thread that started us; so it is only asked for from a main thread.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def leash(parent: int) -> None:
    """End this process when its parent does."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            sys.exit("the parent ended before its child began")


def main() -> None:
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if parent:
        leash(parent)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
