"""A slice, read page by page: position → request, answer → records and the next position. Pure; no network, no clock.

`request_for` (calls) makes the call for a position, `read` (answers) understands what came back, and `instead`
(another_way) says how to go on after a refusal that is not the last word; `in_spite_of` (leaving_out) how to go on
without what cannot be had.
"""

from shared.reading.another_way import instead, left_out
from shared.reading.answers import Reading, other_version, read
from shared.reading.calls import request_for
from shared.reading.given import about_account
from shared.reading.leaving_out import in_spite_of, question
from shared.reading.position import START, Position, SliceContext, passes_of

__all__ = [
    "START",
    "Position",
    "Reading",
    "SliceContext",
    "about_account",
    "in_spite_of",
    "instead",
    "left_out",
    "other_version",
    "passes_of",
    "question",
    "read",
    "request_for",
]
