"""Values put where a declaration names them: `{account_id}` in a query, a body or a header.

Only names that are known are replaced. All other braces stay as they are, because JSON, GraphQL and filters are
full of them; that no declaration is left with a misspelt name is seen to by the conformance suite.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from shared.vocabulary.wire import Json

_NAME = re.compile(r"\{([a-z_]\w*)\}")
T = TypeVar("T")


def fill(what: T, known: Mapping[str, Json]) -> T:
    """The same text, mapping or list, with the values of known names in every text."""
    return _fill(what, known)  # type: ignore[no-any-return]


def _fill(what: Json, known: Mapping[str, Json]) -> Json:
    if isinstance(what, str):
        return _NAME.sub(lambda found: str(known.get(found[1], found[0])), what) if "{" in what else what
    if isinstance(what, Mapping):
        return {name: _fill(value, known) for name, value in what.items()}
    if isinstance(what, (list, tuple)):
        return [_fill(value, known) for value in what]
    return what
