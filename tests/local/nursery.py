"""Begins stand-ins that are to be killed, many times: `python -m tests.local.nursery`, a line of JSON for each.

What they import is imported once, here, so that another life takes a moment and not seconds. This process serves nobody
and opens no channel: a process may be copied only as long as it has no threads.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import json
import os
import signal
import sys
import traceback
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def google(folder: Path) -> None:
    from infra.local import google as stand_ins

    stand_in = stand_ins.start(folder)
    tell(address=stand_in.address)
    signal.pause()


def warehouse(folder: Path) -> None:
    from infra.local import warehouse as stand_ins

    chosen = argparse.Namespace(folder=str(folder), forget=False, host="127.0.0.1", bigquery_port=0, storage_port=0)
    chosen.bucket, chosen.memory, chosen.child, chosen.threads = ["pages"], stand_ins.MEMORY, False, 1
    asyncio.run(stand_ins._serve(chosen))  # tells its addresses by itself


LIVES = {"google": google, "warehouse": warehouse}


def tell(**what: object) -> None:
    print(json.dumps(what), flush=True)


def main() -> None:
    kind = LIVES[sys.argv[1]]
    if kind is google:
        import infra.local.google
    else:
        import infra.local.bigquery
        import infra.local.objects  # noqa: F401
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # whoever is killed is gone at once
    for line in sys.stdin:
        parent = os.getpid()
        child = os.fork()
        if child:
            tell(pid=child)
            continue
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == parent:
            try:
                kind(Path(line.strip()))
            except BaseException:
                tell(failed=traceback.format_exc())  # whoever waits for an address would wait for ever
        os._exit(0)


if __name__ == "__main__":
    main()
