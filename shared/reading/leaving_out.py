"""One question of several that is refused: it is asked in other words, or left out, and the others go on.

A slice asks several questions where it has passes that the platform may not know (`On(…, SKIP)` among the `answers` of
its stream), and where it asks for sums first: those are a proof, and a proof never costs the rows. What is left out is
named in the run. That every pass is refused is no such case: then that is the error that it looks like.

Only what the platform says that it does not know is left out. What it cannot answer for now is put behind the others,
so that these are read, and ends the slice when it was asked often enough: it is owed then, and no run is complete
without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.reading.position import (
    Position,
    SliceContext,
    asks_totals,
    dropping,
    next_list,
    pass_at,
    passes,
    to_come,
)
from shared.vocabulary.meanings import SKIP, Unknown
from shared.vocabulary.slicing import Pass
from shared.vocabulary.stream import Stream


@dataclass(frozen=True, slots=True)
class Without:
    """Where to go on, and what was left out, if anything."""

    position: Position | None
    names: tuple[str, ...] = ()


def words_of(stream: Stream, context: SliceContext, position: Position) -> Mapping[str, str]:
    """What the question says instead of its first words, after the platform did not know those."""
    worded = position.get("worded", 0)
    return _others(stream, context, position)[worded - 1] if worded else {}


def without(stream: Stream, context: SliceContext, position: Position, said: Unknown) -> Without | None:
    """How to go on after the platform said that it does not know what was asked. None: it knows none of it."""
    first = _first_words(stream, context, position)
    asked = {**first, **words_of(stream, context, position)}
    about = _about(asked, said)
    others = _others(stream, context, position)
    for worded in range(position.get("worded", 0) + 1, len(others) + 1):
        if _possible({**first, **others[worded - 1]}, about, said):
            return Without({**position, "at": {}, "worded": worded})
    if asks_totals(stream, position):
        return Without(past_sums(position), sums_of(stream))
    every, here = passes(stream, context), position.get("pass", 0)
    hopeless = [n for n in to_come(stream, context, position) if about and _hopeless(every[n], asked, about, said)]
    return _left_out(stream, context, position, [here, *hopeless])


def in_spite_of(stream: Stream, context: SliceContext, position: Position) -> Without | None:
    """How to go on when what was asked for cannot be had, however often it is asked. None: nothing is left but that.

    Sums are left out at once. A pass is put behind the others once, so that these are read.
    """
    if asks_totals(stream, position):
        return Without(past_sums(position), sums_of(stream))
    here, late = position.get("pass", 0), position.get("late", [])
    rest = to_come(stream, context, position)
    if not stream.minds(SKIP) or not rest or here in late:
        return None
    return Without(next_list(stream, context, _list({**position, "late": [*late, here], "queue": [*rest, here]})))


def question(stream: Stream, context: SliceContext, position: Position) -> str:
    """What one question of several asks for, by name."""
    return "" if not stream.minds(SKIP) else " ".join(pass_at(stream, context, position).query.values())


def past_sums(position: Position) -> Position:
    """The same once the sums are known, or are not to be known."""
    return {**dropping(position, "worded"), "told": True}


def _left_out(stream: Stream, context: SliceContext, position: Position, numbers: list[int]) -> Without | None:
    every, skipped = passes(stream, context), position.get("skipped", 0) + len(numbers)
    if skipped == len(every):
        return None
    here: Position = {**position, "skipped": skipped}
    rest = [number for number in to_come(stream, context, position) if number not in numbers]
    if len(numbers) > 1:
        here["queue"] = rest
    return Without(next_list(stream, context, _list(here)), tuple(" ".join(every[n].query.values()) for n in numbers))


def _list(position: Position) -> Position:
    """The same without what is of this list alone, so that the next pass follows and not its next days."""
    return dropping(position, "spans", "groups", "at")


def _first_words(stream: Stream, context: SliceContext, position: Position) -> Mapping[str, str]:
    sums = stream.totals if asks_totals(stream, position) else None
    return pass_at(stream, context, position).query if sums is None else sums.query or {}


def _others(stream: Stream, context: SliceContext, position: Position) -> Sequence[Mapping[str, str]]:
    sums = stream.totals if asks_totals(stream, position) else None
    return (pass_at(stream, context, position) if sums is None else sums).instead


def sums_of(stream: Stream) -> tuple[str, ...]:
    return tuple(f"total {name}" for name in stream.totals.measures) if stream.totals else ()


def _about(asked: Mapping[str, str], said: Unknown) -> str:
    """The parameter whose value is not known, where the platform says what it knows there. A value that stands in two
    places says of neither."""
    found = [name for name, value in asked.items() if said.name and _plain(value) == _plain(said.name)]
    return found[0] if said.valid and len(found) == 1 else ""


def _possible(query: Mapping[str, str], about: str, said: Unknown) -> bool:
    """Whether the platform may know this question, after what it said of those that it knows."""
    return not about or _plain(query.get(about, "")) in {_plain(value) for value in said.valid}


def _hopeless(other: Pass, asked: Mapping[str, str], about: str, said: Unknown) -> bool:
    """Whether a pass would be refused as well, in all its words: what the platform knows was said of questions that
    differ in nothing else."""
    ways = [other.query, *({**other.query, **words} for words in other.instead)]
    return all({**way, about: ""} == {**asked, about: ""} and not _possible(way, about, said) for way in ways)


def _plain(text: str) -> str:
    """A name without what platforms write now one way and now another: capitals, spaces and underscores."""
    return "".join(filter(str.isalnum, text)).casefold()
