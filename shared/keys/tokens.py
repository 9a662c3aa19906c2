"""Short tokens: a key, a session or an agent's code is traded for one of 15 minutes, which is renewed for 7 days.

They are opaque: nothing of what they allow is in them, so all of it is looked up, and ends, at once. Tokens of one
trade are a family: one document, whose id is the beginning of each of its tokens. What renews is good once. A second
use means that two have it, one of whom must not; so the family ends (RFC 9700, 4.14.2).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.audit.entry import Origin, Outcome
from shared.audit.record import record_in
from shared.clock import Clock
from shared.keys.admission import NOWHERE, Admitted, Caller, Door, Refused, Shown
from shared.keys.digests import Digest, Digests
from shared.keys.key import key_of, key_path
from shared.keys.limits import LIMITS, Limit
from shared.keys.scopes import LEAST, Scope, cut, role_now
from shared.keys.texts import Kind, Presented, new, read
from shared.secret import Secret
from shared.stores.ports import Doc, Documents, Transaction

LIFETIME = timedelta(minutes=15)
RENEWABLE = timedelta(days=7)
MOST_RENEWALS = 1_000  # of a family; once in ten minutes for all of its days
AT_ONCE = 4  # tokens of a family that are good at the same time
KEPT = timedelta(days=1)  # the document, after its end
NOT_RENEWED = "This cannot be renewed; sign in, or present the key, again."


@dataclass(frozen=True, slots=True)
class Grant:
    """What a family is given for: who answers for it, where, for what, and at which door it is good."""

    subject: str  # `key:ID` or `person:ID`
    workspace: str
    scopes: tuple[str, ...]
    audience: str  # the address of the door (RFC 8707): a token for agents opens no other
    client: str = ""  # the agent's id
    session: str = ""  # it ends with it


def grant_of(key: Admitted, audience: str, wanted: Collection[str] = ()) -> Grant:
    """What a key is traded for: all that it may now, or less."""
    scopes = tuple(sorted(scope for scope in key.scopes if not wanted or scope in wanted))
    return Grant(key.subject, key.workspace, scopes, audience)


@dataclass(frozen=True, slots=True)
class Issued:
    access: Secret
    renewal: Secret
    scopes: tuple[str, ...]
    expires_in: int  # seconds
    family: str


@dataclass(frozen=True)
class Tokens:
    documents: Documents  # the database of people
    digests: Digests
    clock: Clock
    door: Door
    lives: Callable[[str], bool]  # whether a session has not ended, by its id

    # -- a family's life -------------------------------------------------------------------------------

    def begin(self, by: Origin, grant: Grant) -> Issued:
        issued, write = self.beginning(by, grant)
        self.documents.transact(write)
        return issued

    def beginning(self, by: Origin, grant: Grant) -> tuple[Issued, Callable[[Transaction], None]]:
        """The first tokens of a family, and what writes it: for whoever has more to write with it."""
        now = self.clock.now()
        access, renewal = self._pair(new(Kind.TOKEN).leading)
        family = access.leading
        doc: Doc = {
            "id": family,
            "subject": grant.subject,
            "workspace": grant.workspace,
            "scopes": list(grant.scopes),
            "audience": grant.audience,
            "client": grant.client,
            "session": grant.session,
            "began_at": now,
            "ends_at": now + RENEWABLE,
            "ended_because": "",
            "tokens": [self._kept(access, now)],
            "renewal": self._digest(renewal),
            "spent": [],
            "expires_at": now + RENEWABLE + KEPT,
        }

        def write(tx: Transaction) -> None:
            tx.create(family_path(family), doc)
            told = {"scopes": " ".join(grant.scopes), "audience": grant.audience, "client": grant.client}
            of = family_path(family)
            record_in(tx, by.entry(now, "token.given", of, grant.workspace, Outcome.DONE, **told))

        return self._issued(access, renewal, grant.scopes, family, now + RENEWABLE, now), write

    def renew(self, by: Origin, presented: str, client: str = "", audience: str = "") -> Issued:
        """New tokens for one that renews. Raises Refused, for whatever reason, with one and the same answer."""
        found, now = read(presented), self.clock.now()
        if found is None or found.kind != Kind.RENEWAL:
            raise _not_renewed()
        access, renewal = self._pair(found.leading)
        fresh, next_one = self._kept(access, now), self._digest(renewal)

        def write(tx: Transaction) -> Doc | None:
            doc = tx.get(family_path(found.leading))
            kept = _digest_of(doc["renewal"]) if doc else None
            current = self.digests.compare(found.secret, kept)
            if doc is None or _over(doc, now):
                return None
            if not current:
                if self._was_spent(doc, found):
                    self.end_in(tx, by, doc, "a token that renews was used twice", Outcome.REFUSED)
                return None
            if doc["client"] != client or (audience and doc["audience"] != audience):
                return None
            if len(doc["spent"]) >= MOST_RENEWALS:
                return None
            good = [token for token in doc["tokens"] if token["until"] > now][1 - AT_ONCE :]
            changes = {"tokens": [*good, fresh], "renewal": next_one, "spent": [*doc["spent"], doc["renewal"]]}
            tx.update(doc_path(doc), changes)
            return doc

        doc = self.documents.transact(write)
        if doc is None:
            raise _not_renewed()
        self._power(doc)  # whoever has no power any more gets no tokens
        return self._issued(access, renewal, tuple(doc["scopes"]), doc["id"], doc["ends_at"], now)

    def end(self, by: Origin, presented: str) -> None:
        """Whoever holds a token of a family may end it (RFC 7009). Of anything else nothing is said."""
        found = read(presented)
        if found is None or found.kind not in (Kind.TOKEN, Kind.RENEWAL):
            return

        def write(tx: Transaction) -> None:
            doc = tx.get(family_path(found.leading))
            renews = self.digests.compare(found.secret, _digest_of(doc["renewal"]) if doc else None)
            if doc is not None and (renews or self._among(found, doc["tokens"])):
                self.end_in(tx, by, doc, "its holder ended it", Outcome.DONE)

        self.documents.transact(write)

    def end_all(self, by: Origin, field: str, value: str, because: str) -> int:
        """Those of a `subject`, a `session` or a `client`; how many were open."""
        ended = 0
        for found in self.documents.find("families", (field, "==", value)):

            def write(tx: Transaction, where: str = doc_path(found)) -> int:
                doc = tx.get(where)
                if doc is None or _over(doc, self.clock.now()):
                    return 0
                self.end_in(tx, by, doc, because, Outcome.DONE)
                return 1

            ended += self.documents.transact(write)
        return ended

    # -- at the door -----------------------------------------------------------------------------------

    def admit(self, presented: str, audience: str, caller: Caller = NOWHERE) -> Admitted:
        """By a short token that was given for this very door. Raises Refused."""
        found, now = read(presented), self.clock.now()
        if found is None or found.kind != Kind.TOKEN or self.door.misses.too_many(caller.network, found.id, now):
            raise _no_token()
        doc = self.documents.get(family_path(found.leading))
        if not self._among(found, doc["tokens"] if doc else []) or doc is None:
            self.door.misses.missed(caller.network, now)
            raise _no_token()
        self.door.misses.hit(found.id)
        current = [token for token in doc["tokens"] if token["until"] > now]
        this = [token for token in current if self.digests.compare(found.secret, _digest_of(token))]
        if _over(doc, now) or not this or doc["audience"] != audience:
            raise _no_token()
        scopes = self._power(doc)
        turn = self.door.limits.take(*_limit(doc["subject"]))
        if not turn.allowed:
            raise Refused("too-many-calls", "The calls of this minute are used up.", 429, turn.headers)
        shown = Shown("token", doc["id"], this[0]["value"])
        return Admitted(
            subject=doc["subject"], workspace=doc["workspace"], scopes=scopes, shown=shown, headers=turn.headers
        )

    def _power(self, doc: Doc) -> frozenset[Scope]:
        """The family's scopes, cut with what whoever answers for it may now. A session is over with all it gave."""
        if doc["session"] and not self.lives(doc["session"]):
            raise _no_token()
        kind, _, name = doc["subject"].partition(":")
        if kind == "key":
            known = self.documents.get(key_path(name))
            if known is None:
                raise _no_token()
            return self.door.power(key_of(known)) & frozenset(cut(doc["scopes"], "owner"))
        role = role_now(self.door.role_of, name, doc["workspace"])
        if role is None:
            raise _no_token()
        return cut(doc["scopes"], role or LEAST)

    # -- digests ---------------------------------------------------------------------------------------

    def _pair(self, family: str) -> tuple[Presented, Presented]:
        return new(Kind.TOKEN, family), new(Kind.RENEWAL, family)

    def _digest(self, presented: Presented) -> Doc:
        made = self.digests.make(presented.secret)
        return {"by": made.by, "value": made.value}

    def _kept(self, presented: Presented, now: datetime) -> Doc:
        return {**self._digest(presented), "until": now + LIFETIME}

    def _among(self, found: Presented, kept: Collection[Doc]) -> bool:
        """Compared with each, and with something where there is none."""
        return any([self.digests.compare(found.secret, _digest_of(each)) for each in kept] or [self._nothing(found)])

    def _nothing(self, found: Presented) -> bool:
        return self.digests.compare(found.secret, None)

    def _was_spent(self, doc: Doc, found: Presented) -> bool:
        return self._among(found, doc["spent"])

    def end_in(self, tx: Transaction, by: Origin, doc: Doc, because: str, outcome: Outcome) -> None:
        if doc["ended_because"]:
            return
        tx.update(doc_path(doc), {"ended_because": because, "tokens": []})
        entry = by.entry(self.clock.now(), "token.ended", doc_path(doc), doc["workspace"], outcome, because=because)
        record_in(tx, entry)

    def _issued(
        self, access: Presented, renewal: Presented, scopes: Collection[str], family: str, ends: datetime, now: datetime
    ) -> Issued:
        seconds = int(min(LIFETIME, ends - now).total_seconds())
        return Issued(access.secret, renewal.secret, tuple(scopes), seconds, family)


def _limit(subject: str) -> tuple[str, Limit]:
    """A key and its tokens draw on one limit, and so do all tokens of a person."""
    kind, _, name = subject.partition(":")
    return (name, LIMITS[Kind(name.partition("_")[0])]) if kind == "key" else (f"{kind}.{name}", LIMITS[Kind.API])


def family_path(family: str) -> str:
    return f"families/{family}"


def doc_path(doc: Doc) -> str:
    return family_path(doc["id"])


def holds(doc: Doc, digest: str, now: datetime) -> bool:
    """Whether one of the family's tokens that is good now is kept by this digest."""
    found = [token for token in doc["tokens"] if hmac.compare_digest(token["value"], digest) and token["until"] > now]
    return bool(found) and not _over(doc, now)


def _over(doc: Doc, now: datetime) -> bool:
    return bool(doc["ended_because"]) or now >= doc["ends_at"]


def _digest_of(doc: Doc) -> Digest:
    return Digest(doc["by"], doc["value"])


def _not_renewed() -> Refused:
    return Refused("invalid_grant", NOT_RENEWED, 400)


def _no_token() -> Refused:
    return Refused("invalid_token", "This token is not good here (any more).", 401)
