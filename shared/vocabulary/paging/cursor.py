"""The page rule of lists whose next page is named by an opaque text."""

from __future__ import annotations

from dataclasses import dataclass

from shared.errors import Bug
from shared.vocabulary.paging.deep import Deep
from shared.vocabulary.paging.ends import check_holder, there, unsaid
from shared.vocabulary.paging.places import marks
from shared.vocabulary.paging.rule import Name, PageResult, Position, with_params
from shared.vocabulary.wire import Answer, Json, Request, at


@dataclass(frozen=True, slots=True)
class Cursor:
    """An opaque text that leads on, in the query or in the body; absent or empty at the end. Handed back unread.

    `more`: where the answer says whether there is more, when the text stands there even at the end. `always`: what is
    sent with every page, also with the last one: a page without it is broken. Where there is no such thing, `size` is
    what fills a page; a full one must hold what would have said that there is more, and `ends.py` says how a list ends
    of which nothing says so. `limit` "": the platform chooses the size of its pages. `param` and `limit` are dotted
    paths where they stand in a body.
    `deep`: where nobody may page a list to its end.
    """

    at: str
    param: str
    size: int
    limit: str = "limit"
    more: str = ""
    always: str = ""
    where: str = ""  # query or body; "": the body of a call that has one
    deep: Deep | None = None

    def apply(self, request: Request, position: Position) -> Request:
        place: dict[str, Json] = {self.limit: position.get("size", self.size)} if self.limit else {}
        if self.deep:
            place |= self.deep.narrow(request, position)
        if "cursor" in position:
            place[self.param] = position["cursor"]
        return with_params(request, self.where, **place)

    def next(self, request: Request, position: Position, answer: Answer, records: list[Json], name: Name) -> PageResult:
        following = at(answer.json, self.at)
        if self.always:
            check_holder(answer.json, self.always)
        if self.more and not at(answer.json, self.more):
            self._really(answer, self.more.rpartition(".")[0], len(records), position)
            return PageResult(records, None)
        if not following:
            if self.more:
                raise Bug("paging-missing", "The platform says that there is more, but not where.")
            holder = self.at.partition(".")[0] if "." in self.at else ""
            if not self.always and not holder:
                return unsaid(position, records, self.size, sized=bool(self.limit))
            self._really(answer, holder, len(records), position)
            return PageResult(records, None)
        if not isinstance(following, str) or following == position.get("cursor"):
            raise Bug("paging-stands-still", "The platform keeps sending the same place in its list.")
        size = {"size": position["size"]} if "size" in position else {}
        onward = {"cursor": following, **marks(position, following), **size}
        if self.deep:
            onward = self.deep.onward(position, onward, records, position.get("size", self.size))
        return PageResult(records, onward)

    def _really(self, answer: Answer, holder: str, count: int, position: Position) -> None:
        """The end, said by nothing: a full page must at least hold what would have said that there is more."""
        full = bool(self.limit) and count >= position.get("size", self.size)
        if holder and full and not there(answer.json, holder):
            raise Bug("paging-missing", f"A full page came without “{holder}”, which says whether there is more.")

    def smaller(self, position: Position) -> Position | None:
        """The same place with half as many records to the page; None: it cannot be less."""
        size: int = position.get("size", self.size)
        return {**position, "size": size // 2} if self.limit and size > 1 else None
