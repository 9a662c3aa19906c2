"""The platforms as servers in a process of their own, as large as each says that a demonstration shows it (`Demo`).

`python -m infra.demo.platforms NAME=PORT …`
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import httpx2

from infra.sandbox import PLATFORMS as SANDBOXES
from infra.sandbox import create_any
from infra.sandbox.compare import Side
from infra.sandbox.serve import Serving


class Levers:
    """What a demonstration may do to a sandbox, over HTTP."""

    def __init__(self, url: str) -> None:
        self.client = httpx2.Client(base_url=f"{url}/_sandbox/", timeout=60, trust_env=False)

    def truth(self, accounts: Sequence[str] = ()) -> dict[str, Side]:
        """`accounts`: of these alone; by default of all that can be read."""
        found = self._json(self.client.get("truth", params={"account": list(accounts)}))
        return {name: Side(table["present"], table["gone"]) for name, table in found.items()}

    def change(self, steps: int = 1) -> None:
        self._json(self.client.post("change", json={"step": steps}))

    def credential(self) -> dict[str, Any]:
        return self._json(self.client.post("credential"))

    def fault(self, **said: object) -> None:
        self._json(self.client.post("faults", json=said))

    def calls(self) -> int:
        return int(self._json(self.client.get("calls"))["total"])

    def _json(self, answer: httpx2.Response) -> dict[str, Any]:
        answer.raise_for_status()
        return dict(answer.json())


def counts(name: str, small: bool) -> Mapping[str, int]:
    shown = SANDBOXES[name].demo
    return shown.small if small else shown.counts


def main() -> None:
    small = "--small" in sys.argv
    for word in sys.argv[1:]:
        name, found, port = word.partition("=")
        if found:
            Serving(create_any(name, counts=counts(name, small)), int(port)).start()
    threading.Event().wait()  # until a signal ends the process


if __name__ == "__main__":
    main()
