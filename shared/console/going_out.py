"""Pages of what goes out, by the names that the table of routes gives them. Feeds stand on questions, which are loaded
when the first of these pages is opened."""

from __future__ import annotations

from shared.console.desk import Desk
from shared.console.web import Reply, Visit
from shared.people.guard import Allowed


def feeds(desk: Desk, allowed: Allowed, _: Visit) -> Reply:
    from shared.console.feeds import pages

    return pages.page(desk, allowed)


def feeds_json(desk: Desk, allowed: Allowed, _: Visit) -> Reply:
    from shared.console.feeds import pages

    return pages.as_list(desk, allowed).as_json()


def feeds_csv(desk: Desk, allowed: Allowed, _: Visit) -> Reply:
    from shared.console.feeds import pages

    return pages.as_list(desk, allowed).as_csv()


def make_feed(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.feeds import pages

    return pages.make(desk, allowed, visit)


def feed_file(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.feeds import ways

    return ways.file(desk, allowed, visit)


def feed(desk: Desk, allowed: Allowed, _: Visit) -> Reply:
    from shared.console.feeds import pages

    return pages.one(desk, allowed)


def rotate_feed(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.feeds import pages

    return pages.rotate(desk, allowed, visit)


def ask_end_feed(_: Desk, allowed: Allowed, __: Visit) -> Reply:
    from shared.console.feeds import pages

    return pages.ask_end(allowed)


def end_feed(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.feeds import pages

    return pages.end(desk, allowed, visit)


def feed_reads(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.feeds import reads

    return reads.reads(desk, allowed, visit)


def feed_reads_json(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.feeds import reads

    return reads.as_list(desk, allowed, visit).as_json()


def feed_reads_csv(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    from shared.console.feeds import reads

    return reads.as_list(desk, allowed, visit).as_csv()
