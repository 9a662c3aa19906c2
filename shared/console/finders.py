"""What the console's routes name, by kind: all that the guard knows, and what stands above people."""

from __future__ import annotations

from shared.feeds.finding import find_feed, find_key
from shared.people import client_links, guard
from shared.people.client_links import ClientLink
from shared.people.guard import Finder, Guard


def find_client_link(guard: Guard, _: object, workspace: str, name: str) -> ClientLink | None:
    found = [each for each in client_links.of_workspace(guard.people, workspace) if each.short == name]
    return found[0] if len(found) == 1 else None


FINDERS: dict[str, Finder] = {**guard.FINDERS, "feed": find_feed, "key": find_key, "client_link": find_client_link}
