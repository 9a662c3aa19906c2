"""Results that are paged through: kept for a while, then the place in them is forgotten."""

from typing import Any

from infra.sandbox.google_ads.gaql import query_error
from infra.sandbox.paging import read_cursor, write_cursor
from infra.sandbox.records import Record
from infra.sandbox.times import Now

MOST = 200  # results kept at a time


class Results:
    """`seconds`: how long the place in a result is known."""

    def __init__(self, now: Now, seconds: int) -> None:
        self.now, self.seconds = now, seconds
        self._kept: dict[int, tuple[int, str, list[Record], int]] = {}
        self._made = 0

    def keep(self, asked: str, rows: list[Record], total: int) -> int:
        self._made += 1
        self._kept[self._made] = (self.now(), asked, rows, total)
        while len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]
        return self._made

    def token(self, number: int, place: int) -> str:
        return write_cursor([number, place])

    def look(self, token: str, asked: str) -> tuple[int, int, list[Record], int]:
        """The result, the place in it, its rows, and how many there are whatever the limit."""
        try:
            number, place = read_cursor(token)
            known: Any = self._kept.get(number)
        except (ValueError, TypeError):
            raise query_error("INVALID_PAGE_TOKEN", "Page token is invalid.", "requestError") from None
        if known is not None and known[1] != asked:
            raise query_error("INVALID_PAGE_TOKEN", "Page token is of another request.", "requestError")
        if known is None or self.now() >= known[0] + self.seconds:
            raise query_error("EXPIRED_PAGE_TOKEN", "Page token has expired.", "requestError")
        return number, place, known[2], known[3]

    def forget(self) -> None:
        """Every place is forgotten."""
        self._kept.clear()
