"""One platform in a box: its data, its server, and what tests may do to both."""

import threading
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from werkzeug import Request

from infra.sandbox import control
from infra.sandbox.accounts import Account
from infra.sandbox.call import Hook
from infra.sandbox.call_log import CallLog
from infra.sandbox.faults import Faults
from infra.sandbox.grants import Grants
from infra.sandbox.handler import Handler
from infra.sandbox.invent import Dice
from infra.sandbox.limits import Limit
from infra.sandbox.records import Truth
from infra.sandbox.spec import Platform, Seed, Setting, World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

W = TypeVar("W", bound=World)


class Box(Generic[W]):
    def __init__(self, platform: Platform[W], seed: Seed, setting: Setting) -> None:
        self.platform, self.seed, self.setting = platform, seed, setting
        self.lock = threading.RLock()
        self._served = False
        self.reset()

    def reset(self) -> None:
        """As on the first day: data, credentials, counters, faults, hooks."""
        platform, now = self.platform, self.seed.now
        with self.lock:
            self.world: W = platform.build(self.seed)
            self.changes = 0
            self.calls = CallLog()
            self.faults = Faults(self._count_fault)
            if self._served:
                self.faults.served()
            secret = f"{platform.name}/{self.seed.seed}"
            self.grants = Grants(platform.oauth, platform.api_key, platform.dead_key, now, secret, self.calls)
            if self.setting.refresh:
                self.grants.rotating = self.setting.refresh == "rotating"
            limited, ticks = self.setting.limits, self.setting.ticks
            self.limits: list[Limit] = list(platform.limits(ticks, now)) if limited else []
            self.limits_by = list(platform.limits_by(ticks, now)) if limited else []
            self.hooks: list[Hook] = []
            self.handler = Handler(self)

    # for tests and demos

    def accounts(self) -> list[Account]:
        """Behind the login; empty where a login is one account."""
        with self.lock:
            return list(self.platform.accounts(self.world))

    def truth(self, accounts: Collection[str] | None = None) -> dict[str, Truth]:
        """`accounts`: what a sync of these alone must end with; by default of all that can be read."""
        with self.lock:
            known = self.accounts()
            if accounts is not None and (unknown := set(accounts) - {account.id for account in known}):
                raise ValueError(f"no such accounts: {sorted(unknown)}")
            if accounts is None and known:
                accounts = {account.id for account in known if not account.closed}
            name = self.platform.name
            return {f"{name}_{table.name}": table.truth(accounts) for table in self.world.tables}

    def change(self, step: int = 1) -> None:
        """Life goes on by `step` steps."""
        with self.lock:
            for _ in range(step):
                self.changes += 1
                dice = Dice(self.seed.seed, self.platform.name, "change", self.changes)
                self.platform.live(self.world, dice, self.changes)

    def credential(self) -> dict[str, Any]:
        return self.grants.issue()

    def key(self) -> str:
        """What a person would paste: a key, or the key file of a service account. One that works."""
        service = self.platform.service
        if service is None:
            return self.grants.key()
        self.grants.admit(service.email)
        return service.document()

    def between_pages(self, hook: Hook) -> None:
        """Called after every answer of the API, with the call and what was answered."""
        self.hooks.append(hook)

    def expire_access_tokens(self) -> None:
        self.grants.expire()

    def revoke(self) -> None:
        self.grants.revoke()

    def hang_up_for_real(self) -> None:
        """A server calls this: from now on a timeout is a silent connection, not an exception."""
        self._served = True
        self.faults.served()

    def wsgi(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """The platform's server, and the levers of tests and demos below it."""
        request = Request(environ)
        if request.path.startswith(control.BELOW):
            return control.answer(self, request)(environ, start_response)
        return self.handler.wsgi(environ, start_response)

    def _count_fault(self, kind: str) -> None:
        self.calls.faults[kind] += 1
