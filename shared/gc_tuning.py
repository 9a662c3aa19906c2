"""Python's collector of cycles, set for workers that make thousands of short-lived records and no cycles of them.

As it comes, it looks at the young objects after every 700 new ones: a dozen times while one page is read, each time
in vain, which is a tenth of the work on a page. What was imported it would look at now and then, too.
"""

from __future__ import annotations

import gc

YOUNG = 50_000  # new objects before it looks: a few pages' worth, so that real cycles still go soon


def freeze() -> None:
    """Call it once, when everything is imported."""
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 100)
