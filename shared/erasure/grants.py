"""Access is given back to the platform that gave it, where the platform has a call for that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from shared import model
from shared.erasure.receipt import Receipt
from shared.errors import Later, Problem
from shared.http import Http
from shared.model import Connection, from_doc
from shared.oauth.exchange import Exchange
from shared.oauth.tokens import unpack
from shared.platforms import platform as platform_named
from shared.retrying import GIVING_BACK, again
from shared.stores.holdings import Holdings
from shared.vocabulary.access import Credential, Revocation
from shared.vocabulary.platform import Platform
from shared.vocabulary.wire import Answer

GIVEN_BACK = "given back"
ASKED = "the platform was asked to take it back; what it said is not known"  # until it is


@dataclass(frozen=True)
class Grants:
    """`receipt` has what became of each access, by what it is of: platform and connection."""

    stores: Holdings
    http: Http
    receipt: Receipt
    ended: list[Credential] = field(default_factory=list)  # given back already: several connections may share one

    def give_back(self, leaving: Iterable[Connection]) -> None:
        """The access of connections that end together. Who was interrupted goes on with those that are not done.

        Nothing here is fatal: what cannot be given back is destroyed all the same, and the receipt says so.
        """
        every = list(leaving)
        ids = {connection.id for connection in every}
        done = [each for each in every if self.receipt.grants.get(_name(each), ASKED) != ASKED]
        for connection in done:
            if self.receipt.grants[_name(connection)].startswith(GIVEN_BACK):
                self.ended.extend(filter(None, [self._readable(connection)]))
        for connection in every:
            if connection not in done:
                self._note(connection, self._outcome(connection, ids))

    def _outcome(self, connection: Connection, leaving: set[str]) -> str:
        """What became of the access, in a sentence."""
        try:
            platform = platform_named(connection.platform)
            credential = self._opened(connection)
            if credential is None:
                return "nothing was kept that could be given back"
            return self._asked(platform, connection, credential, leaving)
        except Problem as problem:
            return f"not given back: {problem.sentence}"

    def _asked(self, platform: Platform, connection: Connection, credential: Credential, leaving: set[str]) -> str:
        if credential.how == "key":
            return "a key: whoever made it must delete it at the platform"
        way = platform.oauth.revocation if platform.oauth else None
        if way is None:
            return "the platform has no call for it: the client ends it in the settings of the account"
        others = self._sharing(connection, credential) - leaving
        if others:
            count = f"{len(others)} other connection{'s' if len(others) > 1 else ''}"
            return f"kept at the platform, because {count} came from the same login"
        if any(_same(one, credential) for one in self.ended):
            return f"{GIVEN_BACK} together with another connection of the same login"
        again = self.receipt.grants.get(_name(connection)) == ASKED
        self._note(connection, ASKED)  # whoever is killed before the answer is written down leaves the truth
        answer = self._answer(platform, way, credential)
        if 200 <= answer.status < 300:
            self.ended.append(credential)
            return GIVEN_BACK + (", with all that the same login gave to our app" if way.ends_all else "")
        if again:
            self.ended.append(credential)
            return (
                f"{GIVEN_BACK}, as it seems: the platform was asked before, by an erasure that was interrupted, "
                f"and refuses it now (HTTP {answer.status})"
            )
        return f"refused by the platform (HTTP {answer.status}); it may have ended before"

    def _note(self, connection: Connection, outcome: str) -> None:
        self.receipt.grants[_name(connection)] = outcome
        self.receipt.keep(self.stores.documents)

    def _answer(self, platform: Platform, way: Revocation, credential: Credential) -> Answer:
        """Once it is destroyed here it cannot be given back any more, so a platform that is away is asked again."""
        exchange = Exchange(self.stores.vault, self.http, self.stores.clock)
        return again(
            self.stores.clock,
            GIVING_BACK,
            lambda: exchange.give_back(platform, way, credential),
            lambda error: isinstance(error, Later),
        )

    def _sharing(self, connection: Connection, credential: Credential) -> set[str]:
        """Connections, of any workspace, that hold a copy of this grant: one login may open many accounts."""
        found = self.stores.documents.find_all("connections", ("platform", "==", connection.platform))
        return {
            other.id
            for other in (from_doc(Connection, doc) for doc in found)
            if (other.workspace, other.id) != (connection.workspace, connection.id)
            and other.state != model.DISABLED
            and (kept := self._readable(other)) is not None
            and _same(kept, credential)
        }

    def _readable(self, connection: Connection) -> Credential | None:
        """What cannot be read opens nothing for whoever has it, so there is nothing to be kept for them."""
        try:
            return self._opened(connection)
        except Problem:
            return None

    def _opened(self, connection: Connection) -> Credential | None:
        found = self.stores.vault.read(connection.secret) if connection.secret else None
        return unpack(found[1]) if found else None


def _name(connection: Connection) -> str:
    return f"{connection.platform} {connection.id}"


def _same(one: Credential, other: Credential) -> bool:
    if one.refresh_token is not None and other.refresh_token is not None:
        return one.refresh_token == other.refresh_token
    return one.token == other.token
