"""Pages of campaigns, by the names that the table of routes gives them; loaded when the first of them is opened."""

from __future__ import annotations

from shared.console.desk import Desk
from shared.console.web import Reply, Visit
from shared.people.guard import Allowed


def campaigns(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.campaigns.listing import page

    return page(desk, allowed, visit)


def campaigns_json(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.campaigns.listing import as_json

    return as_json(desk, allowed, visit)


def campaigns_csv(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.campaigns.listing import as_csv

    return as_csv(desk, allowed, visit)


def campaign(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.campaigns.one import page

    return page(desk, allowed, visit)


def campaign_json(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.campaigns.one import as_json

    return as_json(desk, allowed, visit)


def campaign_csv(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.campaigns.one import as_csv

    return as_csv(desk, allowed, visit)


def campaign_picture(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.campaigns.one import picture

    return picture(desk, allowed, visit)
