"""Whose look it is, and how far their word goes in this workspace: read from the documents of people, now.

The function that calls is not believed who is asking. It hands on what was shown to it, as that is kept: the
fingerprint of a session, the digest of a key or of a token. What that is good for is looked up here, as if it had been
shown here; so a caller that mixes up persons or workspaces, or lets somebody in who may not, gets no more than that.
Nothing is written: sessions are not prolonged, and no use of a key is noted.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from shared.clock import Clock
from shared.keys.admission import Shown
from shared.keys.key import OVER, key_of, key_path
from shared.keys.scopes import LEAST, Scope, cut, role_now
from shared.keys.tokens import family_path, holds
from shared.model import from_doc, names_one
from shared.people import persons, roles
from shared.people.levels import Level
from shared.people.roles import word_of
from shared.people.sessions import Session, Sessions, session_path
from shared.stores.ports import Documents

NOBODY = ("", Level.NOBODY)
SESSION, KEY, TOKEN = "session", "key", "token"


@dataclass(frozen=True)
class Callers:
    documents: Documents  # the database of people
    clock: Clock
    idle: timedelta

    def level(self, shown: Shown, workspace: str) -> tuple[str, Level]:
        """Who answers for it, and what they may in this workspace. Whatever is wrong with it: nobody, nothing."""
        known = {SESSION: self._by_session, KEY: self._by_key, TOKEN: self._by_token}
        if shown.kind not in known or not names_one(workspace) or not shown.digest:
            return NOBODY
        return known[shown.kind](shown, workspace)

    def _by_session(self, shown: Shown, workspace: str) -> tuple[str, Level]:
        doc = self.documents.get(session_path(shown.digest)) if names_one(shown.digest) else None
        session = None if doc is None else from_doc(Session, doc)
        if session is None or not session.alive(self.clock.now(), self.idle):
            return NOBODY
        person = persons.get(self.documents, session.person)
        if person is None:
            return NOBODY
        role = roles.role_of(self.documents, workspace, person.id)
        return f"person:{person.id}", roles.level(person, session.how, role)

    def _by_key(self, shown: Shown, workspace: str) -> tuple[str, Level]:
        doc = self.documents.get(key_path(shown.name)) if names_one(shown.name) else None
        if doc is None or not hmac.compare_digest(doc["digest"].encode(), shown.digest.encode()):
            return NOBODY
        return self._as_key(shown.name, workspace, tuple(Scope))

    def _by_token(self, shown: Shown, workspace: str) -> tuple[str, Level]:
        doc = self.documents.get(family_path(shown.name)) if names_one(shown.name) else None
        if doc is None or doc["workspace"] != workspace or not holds(doc, shown.digest, self.clock.now()):
            return NOBODY
        if doc["session"] and not Sessions(self.documents, self.clock, self.idle).lives(doc["session"]):
            return NOBODY
        kind, _, name = str(doc["subject"]).partition(":")
        if kind == KEY:
            return self._as_key(name, workspace, doc["scopes"])
        return self._with(doc["subject"], doc["scopes"], role_now(word_of(self.documents), name, workspace))

    def _as_key(self, name: str, workspace: str, among: Collection[str]) -> tuple[str, Level]:
        """As far as the key's maker may now: one whose maker is gone shows no persons, whatever is kept of that."""
        doc = self.documents.get(key_path(name))
        key = None if doc is None else key_of(doc)
        if key is None or key.workspace != workspace or key.state(self.clock.now()) in OVER:
            return NOBODY
        role = role_now(word_of(self.documents), key.maker, workspace)
        return self._with(f"key:{name}", [scope for scope in key.scopes if scope in among], role)

    def _with(self, who: str, scopes: Collection[str], role: str | None) -> tuple[str, Level]:
        may = Scope.CONTACTS_READ in cut(scopes, role or LEAST)
        return (who, Level.ANALYST) if may else NOBODY
