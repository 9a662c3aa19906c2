"""How a list ends: the platform says so, or what looks like its end is asked about once more. Pure.

Where a platform always sends what holds its word of more (`always`), a page without that is broken, whatever it holds.
Elsewhere a page that is not full is the last one; a full one without a word of more is believed only when it was
asked for twice. The first page of a list is asked for again with one record less: what then fills the page cannot be
all, so the word of more must be there, or the platform has stopped sending it. Unless a record went meanwhile: so it
is asked with one less again, and a list that would have had to shrink before each question is not believed.
"""

from __future__ import annotations

from shared.errors import Bug
from shared.vocabulary.paging.rule import PageResult, Position
from shared.vocabulary.wire import Json

MOST_AGAIN = 3  # questions about a first page that seems to be full; as many records would have to go in between
ASKED_AGAIN = frozenset({"sure", "size"})  # of a position that is still the beginning of its list


def there(value: Json, path: str) -> bool:
    """Whether every step of a dotted path is there, even if it leads to nothing."""
    for step in path.split("."):
        if not isinstance(value, dict) or step not in value:
            return False
        value = value[step]
    return True


def check_holder(said: Json, holder: str) -> None:
    """Raises where that which says whether there is more is not there, or is nothing.

    A list that hangs on something that is gone (null, further up) has no such word; that it is gone is told otherwise.
    """
    steps = holder.split(".")
    for number, step in enumerate(steps, 1):
        if not isinstance(said, dict) or step not in said:
            break
        said = said[step]
        if said is None and number < len(steps) - 1:
            return
        if said is None:
            break
    else:
        return
    raise Bug("paging-missing", f"A page came without “{holder}”, which says whether there is more.")


def begins(position: Position) -> bool:
    """Whether this is the first page of its list, however often it was asked for."""
    return not position.keys() - ASKED_AGAIN


def unsaid(position: Position, records: list[Json], size: int, sized: bool) -> PageResult:
    """The end of a list, said by nothing but that no more is told of. `sized`: we choose the size of its pages."""
    asked: int = position.get("size", size)
    if len(records) < asked:
        return PageResult(records, None)
    times = int(position.get("sure", 0))
    less = begins(position) and sized and asked > 1
    if not times or (less and len(records) == asked and times < MOST_AGAIN):
        return PageResult([], {**position, **({"size": asked - 1} if less else {}), "sure": times + 1})
    if begins(position) and "size" in position and len(records) == asked:
        raise Bug("paging-missing", "A full page that cannot be the last one came without a word of the next.")
    return PageResult(records, None)
