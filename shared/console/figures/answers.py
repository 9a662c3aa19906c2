"""Pages of figures, by the names that the table of routes gives them. What they need, msgspec and DuckDB before all,
is loaded when the first of them is opened: whoever only signs in waits for none of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shared.console.desk import Desk
from shared.console.web import Reply, Visit
from shared.people.guard import Allowed

# Each with a picture that it has; empty: it has tables alone.
SHEETS = {
    "overview": "spend",
    "ads": "spend",
    "mail": "opens",
    "web": "sessions",
    "shop": "revenue",
    "social": "views",
    "lists": "growth",
    "changes": "",
}
Answer = Callable[[Desk, Allowed, Visit], Reply]


def _sheet(subject: str, how: str) -> Answer:
    def answer(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
        from shared.console.figures import page

        ways = {"": page.page, "json": page.as_json, "csv": page.as_csv, "picture": page.picture}
        return ways[how](subject, desk, allowed, visit)

    return answer


ANSWERS: Mapping[str, Answer] = {
    f"{subject}_{how}" if how else subject: _sheet(subject, how)
    for subject, drawn in SHEETS.items()
    for how in ("", "json", "csv", *(["picture"] if drawn else []))
}
