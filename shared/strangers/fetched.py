"""What came of a call to an address that a stranger named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


class NotFetched(Exception):
    """There is no answer that may be used; the sentence says why, and names nothing that the stranger said."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Fetched:
    status: int
    kind: str  # what it is said to be, without parameters, in small letters
    body: bytes


Fetch = Callable[[str, str], Fetched]  # an address, and which kind is wanted; raises NotFetched
