"""Lists that a platform lets nobody page to their end: begun anew behind the last record, in time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shared.vocabulary.paging.rule import Position
from shared.vocabulary.wire import Json, Request, at


@dataclass(frozen=True, slots=True)
class Deep:
    """A list may be paged `most` records far. Before it comes to that, a new one is asked for: of what follows.

    `by`: where each record holds the whole number that the list is sorted by, or a path that ends with it. A list
    that turns out to be sorted by something else is paged on as it is: the platform then refuses, and nothing is lost
    quietly.
    `beyond` says in the words of the platform's filter that the number is at least so much. It is `joined` to the
    filter of the slice, which stands at `of`, and both go to `into`; where these are two places, a total that is
    asked for by the first stays that of the whole slice. Both are dotted paths where the call has a body.
    """

    most: int
    by: str
    of: str
    into: str
    beyond: Callable[[int], str]
    joined: str = " AND "

    def narrow(self, request: Request, position: Position) -> dict[str, Json]:
        """What the call must say besides: the filter, and where this list begins."""
        whole = request.query.get(self.of) if request.json is None else at(request.json, self.of)
        said = [whole, self.beyond(position["behind"] + 1) if "behind" in position else None]
        text = self.joined.join(part for part in said if part)
        return {self.into: text} if text else {}

    def onward(self, before: Position, after: Position, records: list[Json], size: int) -> Position:
        """The position after these records: the one that the platform names, or the beginning of a new list."""
        numbers = [_number(at(record, self.by)) for record in records]
        last: int = before["last"] if "last" in before else before.get("behind", -1)
        ordered = before.get("ordered", True) and all(a < b for a, b in zip([last, *numbers], numbers, strict=False))
        behind = {"behind": before["behind"]} if "behind" in before else {}
        read: int = before.get("read", 0) + len(records)
        if not ordered:
            return {**after, **behind, "read": read, "ordered": False}
        last = numbers[-1] if numbers else last
        if read + size <= self.most:
            return {**after, **behind, "read": read, "last": last}
        return {"behind": last, **{name: value for name, value in after.items() if name == "size"}}


def _number(value: Json) -> int:
    """-1 for what is no number: nothing follows on that."""
    text = str(value).rpartition("/")[2]
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else -1
