"""Page rules: how to ask for the next page, and how to know that there is none. One file for each.

Each rule is three pure methods over a position, which is a JSON value and never an object with a memory: `aim` puts it
into a request, `turn` reads the next one from an answer (None: the end), `less` is the same place, asking for less.
No rule takes silence for the end of a list: `ends.py` says what does.
"""

from shared.vocabulary.paging.count import Count
from shared.vocabulary.paging.cursor import Cursor
from shared.vocabulary.paging.deep import Deep
from shared.vocabulary.paging.link import Link
from shared.vocabulary.paging.once import Once
from shared.vocabulary.paging.onward import Onward
from shared.vocabulary.paging.report import Report
from shared.vocabulary.paging.rule import PageResult, PageRule, Position

__all__ = ["Count", "Cursor", "Deep", "Link", "Once", "Onward", "PageResult", "PageRule", "Position", "Report"]
