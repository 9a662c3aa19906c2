"""What goes wrong in one life, drawn from its seed.

Small things can happen at every occasion. Of the great ones a life has some and not others; each has dice of its own,
so that one more of them changes no other, and none is in all lives.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, fields
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Misfortune:
    """How likely each small thing is, per occasion."""

    killed: float = 0.0
    asleep: float = 0.0
    refused: float = 0.0
    twice: float = 0.0
    lost: float = 0.0
    late: float = 0.0
    ended: float = 0.0

    @classmethod
    def of(cls, dice: random.Random) -> Misfortune:
        return cls(*(dice.choice([0.0, top / 4, top]) for top in (0.02, 0.06, 0.08, 0.3, 0.15, 0.3, 0.3)))


@dataclass(frozen=True)
class Plot:
    """The great ones. How likely where it says so, else how many or whether."""

    tenants: int = 1  # clients with a platform each, in one machine
    ahead: int = 0  # seconds by which the clocks of workers differ from the world's, both ways
    another: float = 0.0  # likely: something else happens between a delivery that failed and the next
    beside: int = 0  # backfills and replays beside the syncs
    outages: int = 0  # of one stream's calls, for 5 to 20 minutes
    revoked: bool = False  # the access is revoked in the middle, and given anew some time later
    some: bool = False  # a sync of some streams only
    joins: bool = False  # streams that are read from the second sync on
    dead: float = 0.0  # likely per minute: a message of earlier turns up among the dead letters
    deaf: int = 0  # minutes for which all messages of one kind are lost
    hanging: bool = False  # streams are read that hang on rows which are shown once
    changing: bool = False  # the data changes while it is read
    wishes: int = 0  # how often other settings are wished of a workspace
    newcomers: int = 0  # workspaces that are made meanwhile
    leaves: bool = False  # a client who leaves with all rows, before the calm day

    @classmethod
    def of(cls, seed: int) -> Plot:
        def drawn(name: str, chance: float, *values: T) -> T:
            """The first value, or by chance one of the others."""
            dice = random.Random(f"{seed} {name}")
            return dice.choice(values[1:]) if dice.random() < chance else values[0]

        return cls(
            tenants=drawn("tenants", 0.12, 1, 2, 2, 3),
            ahead=drawn("ahead", 0.3, 0, 30),
            another=drawn("another", 0.5, 0.0, 0.5, 1.0),
            beside=drawn("beside", 0.2, 0, 1, 2),
            outages=drawn("outages", 0.3, 0, 1, 1, 2),
            revoked=drawn("revoked", 0.2, False, True),
            some=drawn("some", 0.15, False, True),
            joins=drawn("joins", 0.2, False, True),
            dead=drawn("dead", 0.2, 0.0, 0.05, 0.2),
            deaf=drawn("deaf", 0.2, 0, 4, 12),
            hanging=drawn("hanging", 0.4, False, True),
            changing=drawn("changing", 0.2, False, True),
            wishes=drawn("wishes", 0.25, 0, 1, 3),
            newcomers=drawn("newcomers", 0.15, 0, 1, 2),
            leaves=drawn("leaves", 0.15, False, True),
        )

    def told(self) -> dict[str, Any]:
        """What was drawn."""
        named = {each.name: (getattr(self, each.name), each.default) for each in fields(self)}
        return {name: value for name, (value, default) in named.items() if value != default}
