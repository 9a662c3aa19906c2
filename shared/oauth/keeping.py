"""Writing down what a platform answered: it may be the only copy of a live refresh token, so one try is not enough.

Whoever cannot write it keeps it in memory; the next use of that connection in this process writes it first.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from tenacity import RetryCallState

from shared import log
from shared.clock import Clock
from shared.errors import Later
from shared.model import Connection
from shared.oauth.tokens import pack
from shared.retrying import KEEPING
from shared.stores.ports import Vault
from shared.vocabulary.access import Credential


@dataclass(frozen=True, slots=True)
class Unkept:
    """A renewed credential that is nowhere but here, and the lease under which it was asked for."""

    held: Connection
    credential: Credential
    payload: bytes = field(repr=False)


@dataclass
class Keeper:
    vault: Vault
    clock: Clock
    _unkept: dict[str, Unkept] = field(init=False, default_factory=dict, repr=False)  # by the name of its secret
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock, repr=False)

    def keep(
        self, held: Connection, credential: Credential, until: datetime, refused: Callable[[int], None] = lambda _: None
    ) -> tuple[str, int]:
        """The new version, and how many tries it took. Tried until then; `refused` is told of each refusal."""
        return self._write(Unkept(held, credential, pack(credential, self.clock.now())), until, refused)

    def left(self, secret: str) -> Unkept | None:
        """What could not be written the last time."""
        with self._lock:
            return self._unkept.get(secret)

    def again(self, left: Unkept) -> str:
        """Once more, and only once: somebody waits who has a page to read."""
        return self._write(left, self.clock.now(), lambda _: None)[0]

    def _write(self, what: Unkept, until: datetime, refused: Callable[[int], None]) -> tuple[str, int]:
        secret, tries = what.held.secret, 1

        def told(state: RetryCallState) -> None:
            nonlocal tries
            tries = state.attempt_number + 1
            _say(what.held, state)
            refused(state.attempt_number)

        def over(state: RetryCallState) -> str | None:
            _say(what.held, state)
            raise Later("not-kept", "The renewed access could not be kept; it will be tried again.", counts=False)

        trying = KEEPING.retrying(self.clock, until, before_sleep=told, retry_error_callback=over)
        try:
            version: str | None = trying(self.vault.append, secret, what.payload)
        except BaseException:
            with self._lock:
                self._unkept[secret] = what
            raise
        with self._lock:
            self._unkept.pop(secret, None)
        if version is None:
            raise Later("access-replaced", "The access was given anew meanwhile.", counts=False)
        return version, tries


def _say(held: Connection, state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, Exception):
        log.failure("renewed access could not be kept", error, connection=held.id, attempt=state.attempt_number)
