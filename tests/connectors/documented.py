"""What each platform's `recorded/NAME.py` says of it, by names that all of them have.

Its streams are `RECORDED`, what it says when it refuses `REFUSALS`, and `at_the_desk` answers a call. Where that is not
nothing, there are besides `VALUES` (of the account), `ASKED` (of whoever connects), `CARRIED` (the header that holds
the token, where it is no bearer's) and `SAYS_MORE` (where the answer says that there is another page).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from shared.platforms import PLATFORMS
from shared.vocabulary.wire import Answer, Request
from tests.connectors.recorded import Recorded

if TYPE_CHECKING:
    from tests.connectors.fake_platform import FakePlatform

NEEDED = ("RECORDED", "REFUSALS", "at_the_desk")


class Undocumented(LookupError):
    pass


@dataclass(frozen=True)
class Documented:
    streams: Mapping[str, Recorded]
    refusals: Mapping[str, Answer]
    answers: Callable[[FakePlatform, Request], Answer]
    values: Mapping[str, str]
    asked: Mapping[str, str]
    carried: str
    more: str


def documented(name: str) -> Documented:
    file = f"tests.connectors.recorded.{name}"
    try:
        said = import_module(file)
    except ModuleNotFoundError as problem:
        if problem.name != file:
            raise
        raise Undocumented(f"{file.replace('.', '/')}.py is missing: what {name} says has to be written down") from None
    return read(name, vars(said))


def read(name: str, said: Mapping[str, Any]) -> Documented:
    if lacks := [one for one in NEEDED if one not in said]:
        raise Undocumented(f"tests/connectors/recorded/{name}.py has no {', '.join(lacks)}")
    return Documented(
        said["RECORDED"],
        said["REFUSALS"],
        said["at_the_desk"],
        said.get("VALUES", {}),
        said.get("ASKED", {}),
        said.get("CARRIED", ""),
        said.get("SAYS_MORE", ""),
    )


DOCUMENTED: Mapping[str, Documented] = {name: documented(name) for name in PLATFORMS}
RECORDED: Mapping[str, Mapping[str, Recorded]] = {name: each.streams for name, each in DOCUMENTED.items()}
REFUSALS: Mapping[str, Mapping[str, Answer]] = {name: each.refusals for name, each in DOCUMENTED.items()}
