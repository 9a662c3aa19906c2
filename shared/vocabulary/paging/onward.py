"""The page rule of lists of which a question shows so many records and no more: the next one begins where it ended."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from shared.errors import Bug
from shared.vocabulary.paging.rule import Name, PageResult, Position
from shared.vocabulary.wire import Answer, Json, Request, at, put

MOMENT = re.compile(r"[0-9:. T+\-]{1,40}")  # what a moment may look like: it goes into a question


@dataclass(frozen=True, slots=True)
class Onward:
    """The records come in the order of the moments at `by`. The question is a text in the body, at `text`; what
    `begins` finds in it says from which moment on, what `limit` finds says how many.

    Records of one moment may have been cut in two. So those of the last moment of a full answer are left to the next
    question, which begins with it: none is lost, none comes twice, and nothing need be remembered. `more`: where an
    answer that is not full says that there is more all the same.

    `counts`: what in the body asks for the total. Only the first question does, and its total is that of all of them.
    """

    size: int
    by: str
    text: str
    begins: re.Pattern[str]
    limit: re.Pattern[str]
    counts: str
    more: str

    def apply(self, request: Request, position: Position) -> Request:
        body, text = request.json, str(at(request.json, self.text))
        text = self.limit.sub(str(position.get("size", self.size)), text)
        if "begins" in position:
            text = self.begins.sub(position["begins"], text)
            body = put(body, self.counts, False)
        return replace(request, json=put(body, self.text, text))

    def next(self, request: Request, position: Position, answer: Answer, records: list[Json], name: Name) -> PageResult:
        moments = [str(at(record, self.by)) for record in records]
        if moments and moments[0] < position.get("begins", ""):
            raise Bug("paging-stands-still", "The platform keeps sending the same part of its list.")
        if len(records) < position.get("size", self.size) and not at(answer.json, self.more):
            return PageResult(records, None)
        if not all(map(MOMENT.fullmatch, moments)):
            raise Bug("odd-place", "The platform sent a list by moments with one that is none.")
        if any(before > after for before, after in pairwise(moments)):
            raise Bug("list-unsteady", "The platform's list comes in another order than it was asked for.")
        kept = [record for record, moment in zip(records, moments, strict=True) if moment < moments[-1]]
        if not kept:
            raise Bug("paging-stands-still", "More records bear one moment than the platform shows at once.")
        return PageResult(kept, {**position, "begins": moments[-1]})

    def smaller(self, position: Position) -> Position | None:
        size: int = position.get("size", self.size)
        return {**position, "size": size // 2} if size > 1 else None
