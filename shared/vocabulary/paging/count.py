"""The page rule of lists that are counted through: by offset or by page number."""

from __future__ import annotations

from dataclasses import dataclass

from shared.errors import Bug
from shared.vocabulary.paging.ends import there
from shared.vocabulary.paging.rule import Name, PageResult, Position, with_params
from shared.vocabulary.wire import Answer, Json, Request, at

COUNTED_UP_TO = 10_000  # totals that stop counting do so at such a round number: look what comes behind
MOST_RESTARTS = 8  # of one list, because nothing in it was where it had been


@dataclass(frozen=True, slots=True)
class Count:
    """Offset (step = size) and page number (step = 1) are one rule.

    Rows deleted while we read shift later rows back, over the edge of a page that we have already read. So each
    offset page begins `overlap` rows early and must show a row that we know; when none shows, we step back until
    one does. The rows of the overlap that we know are dropped, so a count of ours stays comparable with `total`.

    `by`: the list is sorted by this field of its records, so a row that changes leaves for another place and is
    then no mark of how far we have come. A short page is not the end: servers cap pages. The total says where the
    end is, or, where there is none or it was passed, a page that shows nothing but the overlap. A longer one that
    shows nothing new is no end: rows have come in before it, or the place does not move, and then it stands still.

    A platform that tells a total tells it with every page that holds records; `always`: with an empty one, too.
    """

    size: int
    limit: str = "count"
    offset: str = "offset"
    total: str | None = "total_items"
    start: int = 0
    by_page: bool = False
    overlap: int = 4
    by: str | None = None
    where: str = ""  # query or body; "": the body of a call that has one
    always: bool = False

    def apply(self, request: Request, position: Position) -> Request:
        place = {self.limit: self.size, self.offset: position.get("offset", self.start)}
        return with_params(request, self.where, **place)

    def next(self, request: Request, position: Position, answer: Answer, records: list[Json], name: Name) -> PageResult:
        here: int = position.get("offset", self.start)
        total = at(answer.json, self.total) if self.total else None
        if self.total and (records or self.always) and not there(answer.json, self.total):
            raise Bug("paging-missing", f"A page came without “{self.total}”, which says how many there are.")
        if self.by_page:
            return self._numbered(here, total, position, records, name)
        known: list[str] = position.get("known", [])
        back: int = position.get("back", 0)
        seen = self._seen(records, known, name)
        again: int = position.get("again", 0)
        if known and not seen:
            # Everything we knew has moved away: look further back, in growing steps, at worst from the start.
            if here > self.start:
                back = max(self.overlap, back * 2)
                return PageResult([], {**position, "offset": max(self.start, here - back), "back": back})
            again += 1
            if again > MOST_RESTARTS:
                raise Bug("list-unsteady", "The platform's list comes in another order each time it is asked for.")
        new = records[seen:]
        end = here + len(records)
        standing = not new and not back  # having stepped back we may see only what we know, and go on from there
        stood = standing and len(records) > len(known)
        if stood and position.get("stood"):
            raise Bug("paging-stands-still", "The platform keeps sending the same part of its list.")
        passed = not isinstance(total, int) or end > total or (end == total and end % COUNTED_UP_TO == 0)
        if standing and not stood if passed else end == total:
            return PageResult(new, None)
        if standing and not stood:
            raise Bug("total-disagrees", f"The platform says there are {total} records but sends none after {end}.")
        keep = [self._mark(record, name) for record in records[-self.overlap :]] if self.overlap else []
        following = {"offset": end - len(keep), "known": keep} if keep else {"offset": end}
        told = {"again": again, "stood": stood}
        return PageResult(new, {**following, **{what: value for what, value in told.items() if value}})

    def _numbered(self, here: int, total: Json, position: Position, records: list[Json], name: Name) -> PageResult:
        """By page number: the end is where the total is reached, or, where none is told, an empty page."""
        read: int = position.get("read", 0) + len(records)
        if isinstance(total, int) and read >= total:
            return PageResult(records, None)
        if not records:
            if isinstance(total, int):
                raise Bug("total-disagrees", f"The platform says there are {total} records but sends {read}.")
            return PageResult([], None)
        marks = [self._mark(record, name) for record in (records[0], records[-1])]
        if marks == position.get("known"):
            raise Bug("paging-stands-still", "The platform keeps sending the same page of its list.")
        return PageResult(records, {"offset": here + 1, "read": read, "known": marks})

    def smaller(self, position: Position) -> Position | None:
        return None

    def _seen(self, records: list[Json], known: list[str], name: Name) -> int:
        """With how many records the page begins until the last known one has gone by: mostly very few are looked at."""
        seen, left = 0, list(known)
        for number, record in enumerate(records if left else [], 1):
            mark = self._mark(record, name)
            if mark in left:
                left.remove(mark)
                seen = number
                if not left:
                    break
        return seen

    def _mark(self, record: Json, name: Name) -> str:
        return f"{name(record)}\x1f{at(record, self.by)}" if self.by else name(record)
