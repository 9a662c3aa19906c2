"""Rows for the tables of every platform out of a seed, and beside them what they must come to in the marts.

What a day comes to is noted before it is split up into ads, joined by rows that are gone, or told twice: no SQL has a
part in it. Each platform has two accounts whose things bear the same ids, in different zones and currencies.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tests.marts.invented import ads, mail, mail_events, people, shops, social, web
from tests.marts.invented.book import Book


def invent(seed: int, restated: Mapping[str, date] | None = None) -> Book:
    """`restated`: of these connections the numbers of that day are others; all else is the same."""
    book = Book(seed, restated or {})
    for part in (ads, mail, mail_events, web, shops, social, people):
        part.write(book)
    return book
