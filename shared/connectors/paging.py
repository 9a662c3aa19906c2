"""Page rules: how to ask for the next page, and how to know that there is none.

Each rule is two pure methods over a position, which is a JSON value and never an object with a memory:
`aim` puts the position into a request, `turn` reads the next position from an answer (None: the end).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol
from urllib.parse import parse_qsl, urljoin, urlsplit

from shared.connectors.deep import Deep
from shared.connectors.wire import Answer, Json, Request, at, put
from shared.errors import Bug
from shared.model import short

LONGEST_PLACE = 8_000  # characters of a cursor or link: servers refuse longer addresses, and a document holds it
COUNTED_UP_TO = 10_000  # totals that stop counting do so at such a round number: look what comes behind
MOST_RESTARTS = 8  # of one list, because nothing in it was where it had been

Position = dict[str, Json]
Name = Callable[[Json], str]


@dataclass(frozen=True, slots=True)
class Turn:
    """What an answer means for the reading: which of its records are new, and where to go on.

    `wait`: not before this time has gone by. `follow`: this call comes first, at once; its answer is what this page
    is about. (It is never kept: the address of a file is as good as a key.)
    """

    records: list[Json]
    position: Position | None
    wait: timedelta | None = None
    follow: Request | None = None


class PageRule(Protocol):
    def aim(self, request: Request, position: Position) -> Request: ...

    def turn(self, request: Request, position: Position, answer: Answer, records: list[Json], name: Name) -> Turn:
        """`name` makes a short text of a record (its key), for rules that must recognise records."""
        ...

    def less(self, position: Position) -> Position | None:
        """The same place, asking for less at once; None: this rule cannot."""
        ...


def say(request: Request, where: str, **said: Json) -> Request:
    """Put the place into the call: into the query, or into the body of calls that have one."""
    if (where or ("body" if request.json is not None else "query")) == "query":
        return request.asking(**{name: str(value) for name, value in said.items()})
    body = request.json
    for name, value in said.items():
        body = put(body, name, value)
    return replace(request, json=body)


@dataclass(frozen=True, slots=True)
class Once:
    """The whole answer is one page."""

    def aim(self, request: Request, position: Position) -> Request:
        return request

    def turn(self, request: Request, position: Position, answer: Answer, records: list[Json], name: Name) -> Turn:
        return Turn(records, None)

    def less(self, position: Position) -> Position | None:
        return None


@dataclass(frozen=True, slots=True)
class Count:
    """Offset (step = size) and page number (step = 1) are one rule.

    Rows deleted while we read shift later rows back, over the edge of a page that we have already read. So each
    offset page begins `overlap` rows early and must show a row that we know; when none shows, we step back until
    one does. The rows of the overlap that we know are dropped, so a count of ours stays comparable with `total`.

    `by`: the list is sorted by this field of its records, so a row that changes leaves for another place and is
    then no mark of how far we have come. A short page is not the end: servers cap pages. The total says where the
    end is, or, where there is none or it was passed, a page that shows nothing new.
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

    def aim(self, request: Request, position: Position) -> Request:
        place = {self.limit: self.size, self.offset: position.get("offset", self.start)}
        return say(request, self.where, **place)

    def turn(self, request: Request, position: Position, answer: Answer, records: list[Json], name: Name) -> Turn:
        here: int = position.get("offset", self.start)
        total = at(answer.json, self.total) if self.total else None
        if self.by_page:
            more = here * self.size < total if isinstance(total, int) else len(records) == self.size
            return Turn(records, {"offset": here + 1} if more and records else None)
        known: list[str] = position.get("known", [])
        back: int = position.get("back", 0)
        seen = self._seen(records, known, name)
        again: int = position.get("again", 0)
        if known and not seen:
            # Everything we knew has moved away: look further back, in growing steps, at worst from the start.
            if here > self.start:
                back = max(self.overlap, back * 2)
                return Turn([], {**position, "offset": max(self.start, here - back), "back": back})
            again += 1
            if again > MOST_RESTARTS:
                raise Bug("list-unsteady", "The platform's list comes in another order each time it is asked for.")
        new = records[seen:]
        end = here + len(records)
        standing = not new and not back  # having stepped back we may see only what we know, and go on from there
        passed = not isinstance(total, int) or end > total or (end == total and end % COUNTED_UP_TO == 0)
        if standing if passed else end == total:
            return Turn(new, None)
        if standing:
            raise Bug("total-disagrees", f"The platform says there are {total} records but sends none after {end}.")
        keep = [self._mark(record, name) for record in records[-self.overlap :]] if self.overlap else []
        following = {"offset": end - len(keep), "known": keep} if keep else {"offset": end}
        return Turn(new, {**following, "again": again} if again else following)

    def less(self, position: Position) -> Position | None:
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


@dataclass(frozen=True, slots=True)
class Cursor:
    """An opaque text that leads on, in the query or in the body; absent or empty at the end. Handed back unread.

    `more`: where the answer says whether there is more, when the text stands there even at the end; `always`: it says
    so on every page, and one that does not is not the last but broken. `limit` "": the platform chooses the size of its
    pages. `param` and `limit` are dotted paths where they stand in a body.
    `deep`: where nobody may page a list to its end.
    """

    at: str
    param: str
    size: int
    limit: str = "limit"
    more: str = ""
    always: bool = False
    where: str = ""  # query or body; "": the body of a call that has one
    deep: Deep | None = None

    def aim(self, request: Request, position: Position) -> Request:
        place: dict[str, Json] = {self.limit: position.get("size", self.size)} if self.limit else {}
        if self.deep:
            place |= self.deep.narrow(request, position)
        if "cursor" in position:
            place[self.param] = position["cursor"]
        return say(request, self.where, **place)

    def turn(self, request: Request, position: Position, answer: Answer, records: list[Json], name: Name) -> Turn:
        following = at(answer.json, self.at)
        # Where the list itself is not there, what it hangs on is gone: that is not for the page rule to say.
        if (
            self.always
            and at(answer.json, self.more.rsplit(".", 2)[0]) is not None
            and not _there(answer.json, self.more)
        ):
            raise Bug("paging-missing", f"A page came without “{self.more}”, which says whether there is more.")
        if self.more and not at(answer.json, self.more):
            self._really(answer, self.more.rpartition(".")[0], len(records), position)
            return Turn(records, None)
        if not following:
            if self.more:
                raise Bug("paging-missing", "The platform says that there is more, but not where.")
            self._really(answer, self.at.partition(".")[0] if "." in self.at else "", len(records), position)
            return Turn(records, None)
        if not isinstance(following, str) or following == position.get("cursor"):
            raise Bug("paging-stands-still", "The platform keeps sending the same place in its list.")
        size = {"size": position["size"]} if "size" in position else {}
        onward = {"cursor": following, **_marks(position, following), **size}
        if self.deep:
            onward = self.deep.onward(position, onward, records, position.get("size", self.size))
        return Turn(records, onward)

    def _really(self, answer: Answer, holder: str, count: int, position: Position) -> None:
        """The end, said by nothing: a full page must at least hold what would have said that there is more."""
        full = bool(self.limit) and count >= position.get("size", self.size)
        if holder and full and not _there(answer.json, holder):
            raise Bug("paging-missing", f"A full page came without “{holder}”, which says whether there is more.")

    def less(self, position: Position) -> Position | None:
        """The same place with half as many records to the page; None: it cannot be less."""
        size: int = position.get("size", self.size)
        return {**position, "size": size // 2} if self.limit and size > 1 else None


def _there(value: Json, path: str) -> bool:
    """Whether every step of a dotted path is there, even if it leads to nothing."""
    for step in path.split("."):
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return True


@dataclass(frozen=True, slots=True)
class Link:
    """The answer holds the address of the next page. It must stay on the host that we asked.

    `limit` "": the platform chooses the size of its pages.
    """

    at: str
    size: int
    limit: str = "limit"

    def aim(self, request: Request, position: Position) -> Request:
        if "link" not in position:
            return request.asking(**{self.limit: str(self.size)}) if self.limit else request
        address = urlsplit(position["link"])
        query = dict(parse_qsl(address.query, keep_blank_values=True))
        return replace(request, url=address._replace(query="").geturl(), query=query)

    def turn(self, request: Request, position: Position, answer: Answer, records: list[Json], name: Name) -> Turn:
        following = at(answer.json, self.at)
        if not following:
            return Turn(records, None)
        if not isinstance(following, str) or following == position.get("written"):
            raise Bug("paging-stands-still", "The platform keeps sending the same next page.")
        try:
            here, there = urlsplit(request.url), urlsplit(urljoin(request.url, following))
        except ValueError:
            raise Bug("foreign-link", "The platform named a next page at an address that is none.") from None
        if answer.origin and f"{there.scheme}://{there.netloc}" == answer.origin:
            there = there._replace(scheme=here.scheme, netloc=here.netloc)  # a stand-in names itself
        if (there.scheme, there.netloc) != (here.scheme, here.netloc):
            raise Bug("foreign-link", "The platform named a next page on a host that is not its own.")
        return Turn(records, {"link": there.geturl(), "written": following, **_marks(position, following)})

    def less(self, position: Position) -> Position | None:
        return None


def _marks(position: Position, following: str) -> Position:
    """One earlier place is remembered, the 1st, 2nd, 4th, 8th …: a circle of any length comes by it again (Brent)."""
    if len(following) > LONGEST_PLACE:
        raise Bug("odd-place", "The platform named a place in its list that is too long to be asked for.")
    if not position:
        return {}
    steps, place = position.get("steps", 0) + 1, short(following)
    if place == position.get("mark"):
        raise Bug("paging-stands-still", "The platform leads around in a circle.")
    return {"steps": steps, "mark": position["mark"] if steps & (steps - 1) else place}
