"""Whether an answer means what a stream says of it (`Stream.answers`)."""

from __future__ import annotations

from shared.vocabulary.meanings import EMPTY, GONE, SKIP, On, Unknown
from shared.vocabulary.stream import Stream
from shared.vocabulary.wire import Answer


def parent_is_gone(stream: Stream, answer: Answer) -> bool:
    """Does a child's answer say that the parent has nothing (any more)? An edge server's word does not count, nor what
    a function finds in an answer that is no refusal."""
    return bool(stream.parent) and answer.is_json and any(_gone(on, answer) for on in stream.answers)


def _gone(on: On, answer: Answer) -> bool:
    if on.means is not GONE:
        return False
    return (
        on.answer == answer.status
        if isinstance(on.answer, int)
        else not 200 <= answer.status < 300 and bool(on.answer(answer))
    )


def is_empty(stream: Stream, answer: Answer) -> bool:
    return any(_says(on, answer) for on in stream.answers if on.means is EMPTY)


def not_known(stream: Stream, answer: Answer) -> Unknown | None:
    """What the platform does not know of what was asked, as far as it says so; None: this is no such answer."""
    said = next((said for on in stream.answers if on.means is SKIP and (said := _says(on, answer))), None)
    return Unknown() if said is True else said or None


def _says(on: On, answer: Answer) -> bool | Unknown | None:
    return on.answer == answer.status if isinstance(on.answer, int) else on.answer(answer)
