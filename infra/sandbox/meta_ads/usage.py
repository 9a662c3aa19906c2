"""How much of an account's allowance is used: told with every answer, and refused beyond."""

from __future__ import annotations

import json
from math import ceil
from threading import Lock
from typing import TYPE_CHECKING

from infra.sandbox.limits import Said, Ticks
from infra.sandbox.refusals import Refusal

if TYPE_CHECKING:
    from infra.sandbox.call import Call

# Of an app with limited access: a base, and so much for each active ad (of which there are taken to be twelve).
ALLOWED = {"ads_insights": 600 + 400 * 12, "ads_management": 300 + 40 * 12}
CODES = {"ads_insights": "80000/2446079", "ads_management": "80004/2446079"}
HOUR = 3600.0


class Usage:
    """So many calls in an hour that rolls on. A refused call counts, too."""

    def __init__(self, key: str, ticks: Ticks) -> None:
        self.account, _, self.kind = key.partition("/")
        self.name, self.ticks = self.kind, ticks
        self.most, self.used, self.refused = ALLOWED[self.kind], 0.0, 0
        self._last = ticks()
        self._lock = Lock()

    def enter(self) -> None:
        with self._lock:
            now = self.ticks()
            self.used = max(0.0, self.used - (now - self._last) * self.most / HOUR)
            self._last = now
            if self.used + 1 > self.most:
                self.refused += 1
                words = "There have been too many calls to this ad-account. Wait a bit and try again."
                raise Refusal("limited", 400, words, headers=self.headers(), code=CODES[self.kind])
            self.used += 1

    def leave(self) -> None:
        pass

    def headers(self) -> Said:
        """The minutes are told once everything is used."""
        share = int(self.used * 100 / self.most)
        full = self.used + 1 > self.most
        entry = {
            "type": self.kind, "call_count": 100 if full else share, "total_cputime": share // 2,
            "total_time": share // 2, "estimated_time_to_regain_access": ceil(HOUR / self.most / 60) if full else 0,
        }  # fmt: skip
        told = {"X-Business-Use-Case-Usage": json.dumps({self.account: [entry]})}
        if self.kind == "ads_insights":
            throttle = {"app_id_util_pct": 0.5, "acc_id_util_pct": 0.0, "ads_api_access_tier": "development_access"}
            told["x-fb-ads-insights-throttle"] = json.dumps(throttle)
        return told


def counted(call: Call) -> str:
    """What a call is counted by: its account and the kind of its use."""
    account = call.values.get("account", "")
    return f"{account}/{call.tier}" if account and call.tier else ""
