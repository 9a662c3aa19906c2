"""Staged pages of a workspace that keeps them for less time than others: taken away once a day.

What holds for everybody is a rule of the bucket. A rule for one workspace would have to be changed with its document,
by somebody who may change the bucket; here whoever sweeps may list and delete, and cannot read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from shared import log
from shared.clock import Clock
from shared.platforms import PLATFORMS
from shared.stores.ports import Objects

EVERY = timedelta(days=1)
LONGEST = timedelta(seconds=240)  # of one sweep; what is left then comes next
OURS = "tributary"  # beside the platforms: what runs came to, and what they marked as gone


@dataclass(frozen=True)
class Sweep:
    objects: Objects
    clock: Clock

    def sweep(self, workspace: str, days: int) -> bool:
        """Whether all that is older is gone. Names hold the day, and are listed in the order of it."""
        begun = self.clock.now()
        first = begun.date() - timedelta(days=days)  # of those that stay
        count = 0
        for platform in (*PLATFORMS, OURS):
            for staged in self.objects.list(f"{workspace}/raw/{platform}/"):
                if not _is_before(staged.name, first):
                    break
                if self.clock.now() - begun > LONGEST:
                    return False
                self.objects.delete(staged.name)
                count += 1
        if count:
            log.info("pages taken away", workspace=workspace, count=count, before=first.isoformat())
        return True


def _is_before(name: str, day: date) -> bool:
    """`workspace/raw/platform/2026-09-01/…`; what is named otherwise is left alone."""
    try:
        return date.fromisoformat(name.split("/")[3]) < day
    except (IndexError, ValueError):
        return False
