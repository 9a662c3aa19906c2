"""Pages of people, by the names that the table of routes gives them; loaded when the first of them is opened."""

from __future__ import annotations

from shared.console.desk import Desk
from shared.console.web import Reply, Visit
from shared.people.guard import Allowed


def contacts(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.contacts.listing import page

    return page(desk, allowed, visit)


def find_contacts(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.contacts.listing import find

    return find(desk, allowed, visit)


def contacts_json(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.contacts.listing import as_json

    return as_json(desk, allowed, visit)


def contacts_csv(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.contacts.listing import as_csv

    return as_csv(desk, allowed, visit)


def contact(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.contacts.one import page

    return page(desk, allowed, visit)


def contact_json(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.contacts.one import as_json

    return as_json(desk, allowed, visit)


def contact_csv(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.contacts.one import as_csv

    return as_csv(desk, allowed, visit)


def record(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.contacts.record import page

    return page(desk, allowed, visit)


def record_json(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.contacts.record import as_json

    return as_json(desk, allowed, visit)


def record_csv(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.contacts.record import as_csv

    return as_csv(desk, allowed, visit)
