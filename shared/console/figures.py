"""Pages of figures, by the names that the table of routes gives them. What they need, msgspec and DuckDB before all,
is loaded when the first of them is opened: whoever only signs in waits for none of it."""

from __future__ import annotations

from shared.console.desk import Desk
from shared.console.web import Reply, Visit
from shared.people.guard import Allowed


def overview(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.overview.page import page

    return page(desk, allowed, visit)


def overview_json(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.overview.page import as_json

    return as_json(desk, allowed, visit)


def overview_csv(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.overview.page import as_csv

    return as_csv(desk, allowed, visit)
