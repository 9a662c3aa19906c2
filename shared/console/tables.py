"""What templates need to show a table, on pages that have no days."""

from __future__ import annotations

from typing import Any

from shared.console.figures.tables import Name, shown, total_words
from shared.people.guard import Allowed


def shown_with(allowed: Allowed) -> dict[str, Any]:
    return {
        "person": allowed.person,
        "workspace": allowed.workspace,
        "cell": shown,
        "total": total_words,
        "is_name": lambda cell: isinstance(cell, Name),
    }
