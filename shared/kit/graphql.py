"""Questions in GraphQL, made of the columns that they fill; and where the records of their answers are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shared.vocabulary.columns import columns
from shared.vocabulary.wire import Json, at


def selection(text: str, *not_asked: str, **instead: str) -> str:
    """What these columns are read from, as GraphQL asks for it. `instead`: of fields that are lists, what of each."""
    tree: dict[str, Json] = {}
    for column in columns(text):
        if column.name not in not_asked:
            place = tree
            for step in column.path:
                place = place.setdefault(step, {})
    return _written({**tree, **instead})


def _written(tree: Mapping[str, Json]) -> str:
    return " ".join(f"{name}{{{_written(x) if isinstance(x, dict) else x}}}" if x else name for name, x in tree.items())


def listed(asked: str) -> str:
    """A connection of such records, and where it goes on."""
    return f"{{nodes{{{asked}}} pageInfo{{hasNextPage endCursor}}}}"


def of_all(root: str, asked: str, more: str = "", count: str = "") -> Json:
    """The body that asks for a list, and for the `count` of its records beside it.

    `$query` is the filter of the list, `$window` that of the slice: they differ once a list was begun anew
    (`paging/deep.py`).
    """
    given = "$first:Int!,$after:String,$query:String" + (",$window:String" if "$window" in count else "")
    found = f"{root}(first:$first,after:$after,query:$query{more}){listed(asked)}"
    return {"query": f"query({given}){{{found}{count and ' ' + count}}}", "variables": {}}


def of_one(parent: str, asked: str, given: str = "", **variables: str) -> Json:
    """The body that asks for a list that hangs on one record. `asked` is that list with its arguments."""
    return {"query": f"query($id:ID!{given}){{{parent}(id:$id){{{asked}}}}}", "variables": variables}


def below(parent: str, *steps: str) -> Callable[[Json], list[Json]]:
    """The records of an answer to `of_one`. A parent that is gone meanwhile is null there, and has none."""

    def unfold(answer: Json) -> list[Json]:
        found = answer["data"][parent]
        if found is None:
            return []
        for step in steps:
            found = found[step]
        if not isinstance(found, list):
            raise TypeError("no list")
        return found

    return unfold


def goes_on(name: str) -> Callable[[Json], bool]:
    """Whether a list inside a record has more than was shown. That it does not say so is an error, not a no."""

    def more(record: Json) -> bool:
        said = at(record, f"{name}.pageInfo.hasNextPage")
        if not isinstance(said, bool):
            raise TypeError("not told")
        return said

    return more
