"""Tokens of a property: what a report costs is known afterwards, and every answer tells what is left."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from threading import Lock
from zoneinfo import ZoneInfo

from infra.sandbox.refusals import Refusal
from infra.sandbox.times import Now

PACIFIC = ZoneInfo("America/Los_Angeles")
# name -> how many, and until when; the words are those of the refusal
STANDARD = {"tokensPerDay": 200_000, "tokensPerHour": 40_000, "tokensPerProjectPerHour": 14_000}
WORDS = {
    "tokensPerDay": "property tokens per day",
    "tokensPerHour": "property tokens per hour",
    "tokensPerProjectPerHour": "property tokens per project per hour",
}


def http_date(now: int) -> str:
    return format_datetime(datetime.fromtimestamp(now, UTC), usegmt=True)


class Tokens:
    """Of one property. A report that goes beyond is answered, the next one refused."""

    name = "tokens"

    def __init__(self, now: Now, most: Mapping[str, int] = STANDARD) -> None:
        self.now, self.most, self.refused = now, dict(most), 0
        self._used = dict.fromkeys(self.most, 0)
        self._period = {name: self._this(name) for name in self.most}
        self._lock = Lock()

    def enter(self) -> None:
        with self._lock:
            for name, left in self._left().items():
                if left <= 0:
                    self.refused += 1
                    said = f"Exhausted {WORDS[name]}. To learn more about quotas, see the API's reference."
                    raise Refusal("quota", 429, said, headers={"Date": http_date(self.now())})

    def leave(self) -> None:
        pass

    def headers(self) -> dict[str, str]:
        return {}

    def spend(self, cost: int) -> dict[str, dict[str, int]]:
        """What is told of it: consumed by this call, and left."""
        with self._lock:
            self._left()
            for name in self._used:
                self._used[name] += cost
            return {name: {"consumed": cost, "remaining": max(0, left)} for name, left in self._left().items()}

    def _left(self) -> dict[str, int]:
        for name in self.most:
            if self._this(name) != self._period[name]:
                self._period[name], self._used[name] = self._this(name), 0
        return {name: most - self._used[name] for name, most in self.most.items()}

    def _this(self, name: str) -> str:
        moment = datetime.fromtimestamp(self.now(), UTC).astimezone(PACIFIC)
        return moment.strftime("%Y-%m-%d" if name.endswith("Day") else "%Y-%m-%d %H %z")
