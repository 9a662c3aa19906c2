"""Pages that are loaded when one of them is opened first: all platforms come with them, and whoever only signs in waits
for none of that."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shared.console.desk import Desk
from shared.console.front import Answer
from shared.console.web import Reply, Visit
from shared.people.guard import Allowed

Pages = Callable[[], Mapping[str, Answer]]


def late(pages: Pages, name: str) -> Answer:
    def answer(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
        return pages()[name](desk, allowed, visit)

    return answer


def clients_pages() -> Mapping[str, Answer]:
    from shared.console.clients import adding, glance

    return _named(glance.home, glance.clients_json, glance.clients_csv, adding.new_client, adding.add_client)


def client_settings() -> Mapping[str, Answer]:
    from shared.console.clients import settings as of

    return _named(
        of.settings, of.settings_json, of.settings_csv, of.change_settings, of.pause_client, of.resume_client
    )  # fmt: skip


def connections_pages() -> Mapping[str, Answer]:
    from shared.console.connections import connect, one, page

    return _named(
        page.connections, page.connections_json, page.connections_csv, page.reading_now, connect.connect,
        connect.give_link, connect.withdraw_link, one.sync_all, one.connection, one.sync_now, one.set_schedule,
        one.set_streams, one.pause, one.resume, one.backfill, one.check_access, one.renew_access, one.renew_link,
        one.disconnect, one.do_disconnect, one.wish, one.wish_now,
    )  # fmt: skip


def coverage_pages() -> Mapping[str, Answer]:
    from shared.console.coverage import page

    return _named(page.coverage, page.coverage_json, page.coverage_csv, page.coverage_now)


def _named(*answers: Answer) -> Mapping[str, Answer]:
    return {str(getattr(each, "__name__", "")): each for each in answers}
