"""The cursors of the slices below a page of parents, asked for by name and all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from shared import model
from shared.model import Cursor, from_doc
from shared.stores.ports import Documents


@dataclass
class CursorLookup(Mapping[str, Cursor]):
    """Seems empty at first and notes what it is asked for; `more` fetches that, and says whether to ask once more.

    So a pure plan reads just the cursors that it needs, whatever else the connection has: `while lookup.more(): plan`.
    """

    documents: Documents
    workspace: str
    known: dict[str, Cursor | None] = field(default_factory=dict)
    wanted: dict[str, None] = field(default_factory=dict)
    begun: bool = False

    def more(self) -> bool:
        if self.begun and not self.wanted:
            return False
        names, self.wanted, self.begun = list(self.wanted), {}, True
        if names:
            docs = self.documents.get_many([model.path(self.workspace, "cursors", name) for name in names])
            found = (from_doc(Cursor, doc) if doc else None for doc in docs)
            self.known.update(zip(names, found, strict=True))
        return True

    def __getitem__(self, name: str) -> Cursor:
        found = self.known.get(name)
        if found is None:
            if name not in self.known:
                self.wanted[name] = None
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return (name for name, cursor in self.known.items() if cursor is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)
