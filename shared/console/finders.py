"""What the console's routes name, by kind: all that the guard knows, and what stands above people."""

from __future__ import annotations

from collections.abc import Mapping

from shared.feeds.finding import find_feed, find_key
from shared.people import guard
from shared.people.guard import Finder

FINDERS: Mapping[str, Finder] = {**guard.FINDERS, "feed": find_feed, "key": find_key}
