"""The platforms as servers in a process of their own, sized so that all streams fill in well under a minute.

`python -m infra.demo.platforms NAME=PORT …`: Constant Contact allows an app four calls a second, so campaigns,
which cost calls each, are few there; people cost next to nothing.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import httpx2

from infra.sandbox import create_any
from infra.sandbox.compare import Side
from infra.sandbox.serve import Serving

COUNTS: Mapping[str, Mapping[str, int]] = {
    "amazon_ads": {"campaigns": 4, "ads": 3, "negatives": 2},
    "mailchimp": {"lists": 2, "members": 1200, "campaigns": 8, "recipients": 150},
    "constant_contact": {"contacts": 1500, "campaigns": 3, "recipients": 60},
    "emailoctopus": {"lists": 2, "contacts": 500, "campaigns": 4, "recipients": 80},
    "google_ads": {"campaigns": 6, "ad_groups": 2, "keywords": 3, "days": 90},
    "google_analytics": {"visits": 24, "orders": 3, "days": 60},
    "instagram": {"media": 20, "posts": 20, "stories": 3, "days": 90},
    "klaviyo": {"lists": 2, "segments": 1, "profiles": 900, "campaigns": 8, "flows": 2, "events": 3000},
    "meta_ads": {"campaigns": 4, "ads": 3, "days": 90},
    "metricool": {"posts": 12, "days": 35, "plans": 4},
    "shopify": {"orders": 120, "customers": 300, "products": 40},
}
SMALL: Mapping[str, Mapping[str, int]] = {
    "amazon_ads": {"campaigns": 2, "ads": 2, "negatives": 1},
    "mailchimp": {"lists": 1, "members": 20, "campaigns": 2, "recipients": 5},
    "constant_contact": {"contacts": 20, "campaigns": 1, "recipients": 5},
    "emailoctopus": {"lists": 1, "contacts": 20, "campaigns": 2, "recipients": 5},
    "google_ads": {"campaigns": 3, "ad_groups": 1, "keywords": 2, "days": 10},
    "google_analytics": {"visits": 8, "orders": 2, "days": 10},
    "instagram": {"media": 5, "posts": 4, "stories": 3, "days": 20},
    "klaviyo": {"lists": 1, "segments": 1, "profiles": 20, "campaigns": 3, "flows": 1, "events": 40},
    "meta_ads": {"campaigns": 2, "ads": 1, "days": 10},
    "metricool": {"posts": 2, "days": 10, "plans": 2},
    "shopify": {"orders": 12, "customers": 10, "products": 5},
}


# Which of the accounts behind a login the demonstration reads; all, where none is named. The others are there and must
# not be read. Metricool allows two calls a second for all brands of a user, Amazon makes reports one after another.
PICKED: Mapping[str, Sequence[str]] = {
    "amazon_ads": ["4410098711223"],
    "google_ads": ["1110000002", "1110000003"],
    "google_analytics": ["331234567"],
    "instagram": ["100000001"],
    "meta_ads": ["1002003005"],
    "metricool": ["1234503"],
}


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


def main() -> None:
    small = "--small" in sys.argv
    for word in sys.argv[1:]:
        name, found, port = word.partition("=")
        if found:
            Serving(create_any(name, counts=(SMALL if small else COUNTS).get(name)), int(port)).start()
    threading.Event().wait()  # until a signal ends the process


if __name__ == "__main__":
    main()
