"""One life, and at each of its side effects a second one, in which the worker is killed there.

A worker that is killed at the hundredth side effect has lived like any other until then. So that this is lived once and
not hundreds of times, a copy of the process is made at each side effect: in it the worker is killed, and its life is
lived and judged to the end, while the life that nothing happens to waits.

A worker keeps nothing but what its side effects leave. So between two of them, in one delivery and while no time
passes, there is one way to die: after the first is before the second, and a test that lives both lives it once.
"""

from __future__ import annotations

import gc
import os
import traceback
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tests.support.drawn import undrawn
from tests.support.faults import Fate

Kills = Callable[[int], Iterable[bool]]  # of a side effect by its number: killed before it, after it, both, not at all
Moment = Callable[[], object]  # differs as soon as a message is delivered, or time passes


@dataclass
class Branching(Fate):
    """Lets the life that was begun go its way, and kills in each of its copies."""

    kills: Kills = lambda at: ()
    armed: bool = True  # side effects are counted, and copies made
    branches: int = 0
    moment: Moment | None = None  # of a life whose kills after each side effect are lived by another test
    left: object = None  # the moment at which the side effect before this one was over
    same: int = 0  # kills that were not lived here: before a side effect, and after the one before it
    complaint: str = ""  # of the first copy that came to a bad end
    answer: int = -1  # in a copy: where it says how it ended

    def arm(self) -> None:
        """From now on: what came before only led there."""
        self.armed, self.count, self.left = True, 0, None
        self.seen.clear()

    def meet(self, what: str, act: Callable[[], Any]) -> Any:
        if self.armed and self.at is None and not self.complaint:
            for before in self.kills(self.count):
                if before and self.goes_on():
                    self.same += 1
                elif self._is_copy(f"killed {'before' if before else 'after'} effect {self.count}: {what}"):
                    self.at, self.before = self.count, before
                    break
        self.left = None  # what is met within this one does not come after it
        result = super().meet(what, act)
        self.left = self.moment() if self.moment else None
        return result

    def goes_on(self) -> bool:
        """Whether nothing at all has happened since the side effect before."""
        return self.left is not None and self.moment is not None and self.left == self.moment()

    def _is_copy(self, name: str) -> bool:
        """Whether this is the copy. The original waits for its end, and keeps what it complains of: raised here, it
        would be one more failure for the engine to get over."""
        here, there = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of threads: the copy waits for none
            child = os.fork()
        if not child:
            os.close(here)
            self.answer = there
            gc.disable()
            return True
        os.close(there)
        with open(here, "rb") as said:
            complaint = said.read().decode()
        _, status = os.waitpid(child, 0)
        self.branches += 1
        if complaint or status:
            self.complaint = f"{name}\n{complaint or f'its process ended with {status}'}"
        return False

    def end(self, complaint: str) -> None:
        """Of a copy, which leaves nothing behind: neither what pytest would say nor what is closed at an exit."""
        with open(self.answer, "wb") as said:
            said.write(complaint.encode())
        os._exit(0)


def live(life: Callable[[Branching], None], kills: Kills, armed: bool = True) -> Branching:
    """Live it, judge included, as it is and once more for each of these kills; what it met where none happened."""
    fate = Branching(kills=kills, armed=armed)
    others = undrawn()  # what tests before this one left in this process is no step of this life
    gc.collect()
    gc.freeze()  # for good: a copy shares what nobody writes to, and the collector writes to all it looks at
    try:
        life(fate)
    except BaseException:
        if fate.at is None:
            raise
        fate.end(traceback.format_exc())
    if fate.at is not None:
        steps = sorted(undrawn() - others)  # the test asks this of its own process only
        fate.end(f"not in docs/states.md: {steps}" if steps else "" if fate.killed else "nothing was killed")
    assert not fate.complaint, fate.complaint
    assert fate.branches, "nothing was killed"
    return fate


def at_each(before: bool) -> Kills:
    """At every side effect."""
    return lambda at: (before,)
