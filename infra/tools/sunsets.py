"""python -m infra.tools.sunsets: which API versions end soon. Part of `make lint`.

It warns 90 days before a version ends and fails 30 days before, so that nobody learns of it from a client.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime

from shared.platforms import PLATFORMS
from shared.vocabulary.platform import Platform

WARNS, FAILS = 90, 30  # days before the end


def verdicts(platforms: Iterable[Platform], today: date) -> tuple[list[str], bool]:
    """A sentence per version that ends soon, and whether one of them is a failure."""
    said, failed = [], False
    for platform in sorted(platforms, key=lambda each: each.sunset or date.max):
        if platform.sunset is None:
            continue
        left = (platform.sunset - today).days
        if left > WARNS:
            continue
        failed = failed or left <= FAILS
        when = f"ends in {left} days" if left > 0 else f"ended {-left} days ago"
        said.append(f"{platform.title} {platform.version} {when} ({platform.sunset}): move its connector on.")
    return said, failed


def main() -> int:
    said, failed = verdicts(PLATFORMS.values(), datetime.now(UTC).date())
    for sentence in said:
        print(sentence, file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
