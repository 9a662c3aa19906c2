"""One platform in a box: its data, its doors, and what tests may do to both."""

import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from infra.sandbox import control
from infra.sandbox.broken import broken_answer, spoiled_bytes
from infra.sandbox.calls import Calls
from infra.sandbox.faults import Faults
from infra.sandbox.grants import Denied, Grants
from infra.sandbox.invent import Dice
from infra.sandbox.limits import Limit, PerSecond, Ticks
from infra.sandbox.oauth import Client, OAuthPages
from infra.sandbox.records import Truth
from infra.sandbox.spec import Answer, Call, Platform, Refusal, Route, Seed, World, missing
from infra.sandbox.spoil import spoil

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

W = TypeVar("W", bound=World)
Hook = Callable[[Call, Answer], None]
Address = tuple[str, str, tuple[str, ...]]  # rule, what answers there, methods (none: any)


@dataclass(frozen=True)
class Setting:
    """How a box is run: none of it changes the data."""

    ticks: Ticks
    limits: bool
    client: Client
    refresh: str
    pause: Callable[[], None]


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
            self.calls = Calls()
            self.faults = Faults(self._count_fault)
            if self._served:
                self.faults.served()
            secret = f"{platform.name}/{self.seed.seed}"
            self.grants = Grants(platform.oauth, platform.api_key, platform.dead_key, now, secret, self.calls)
            self.grants.rotating = self.setting.refresh == "rotating"
            limited = self.setting.limits
            self.limits: list[Limit] = list(platform.limits(self.setting.ticks, now)) if limited else []
            self._hooks: list[Hook] = []
            self._routes = {_shown(route.rule): route for route in platform.routes(self.world)}
            rules: list[Address] = [(route.rule, name, ("GET",)) for name, route in self._routes.items()]
            if platform.oauth is not None:
                most = platform.oauth.exchanges_per_second if limited else 0
                self._token_limits = [PerSecond(most, self.setting.ticks)] if most else []
                self._pages = OAuthPages(
                    platform.title, platform.account, platform.oauth, self.setting.client, self.grants
                )
                rules.append((platform.oauth.authorize_path, "authorize", ("GET", "POST")))
                rules.append((platform.oauth.token_path, "token", ()))
            self._map = _map(tuple(rules))

    # for tests and demos

    def truth(self) -> dict[str, Truth]:
        with self.lock:
            name = self.platform.name
            return {f"{name}_{table.name}": table.truth() for table in self.world.tables}

    def change(self, step: int = 1) -> None:
        """Life goes on by `step` steps."""
        with self.lock:
            for _ in range(step):
                self.changes += 1
                dice = Dice(self.seed.seed, self.platform.name, "change", self.changes)
                self.platform.live(self.world, dice, self.changes)

    def credential(self) -> dict[str, Any]:
        return self.grants.issue()

    def between_pages(self, hook: Hook) -> None:
        """Called after every answer of the API, with the call and what was answered."""
        self._hooks.append(hook)

    def expire_access_tokens(self) -> None:
        self.grants.expire()

    def revoke(self) -> None:
        self.grants.revoke()

    def hang_up_for_real(self) -> None:
        """A server calls this: from now on a timeout is a silent connection, not an exception."""
        self._served = True
        self.faults.served()

    # the WSGI app

    def wsgi(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        if request.path.startswith("/_sandbox/"):
            return control.answer(self, request)(environ, start_response)
        self.calls.begin()
        route, status = request.path, 500
        try:
            route, response = self._answer(request)
            status = response.status_code
        finally:
            self.calls.end(f"{request.method} {route}", status)
        return response(environ, start_response)

    def _answer(self, request: Request) -> tuple[str, Response]:
        route = "unknown"
        try:
            try:
                endpoint, values = self._map.bind("sandbox").match(request.path, request.method)
            except MethodNotAllowed:
                raise Refusal("method", 405, "This method is not allowed here.") from None
            except (NotFound, HTTPException):
                raise missing() from None
            route = str(endpoint)
            if route == "authorize" and self.platform.oauth is not None:
                route = self.platform.oauth.authorize_path
                return route, self._pages.authorize(request)
            if route == "token" and self.platform.oauth is not None:
                route = self.platform.oauth.token_path
                return route, self._token(request)
            return route, self._limited(request, self._routes[route], values)
        except Refusal as refusal:
            return route, self.refused(refusal, request.path)

    def _token(self, request: Request) -> Response:
        fault = self.faults.take(request.method, request.path, request.query_string.decode())
        if fault is not None:
            instead = broken_answer(fault, self.faults, lambda refusal, code: self.refused(refusal, request.path, code))
            if instead is not None:
                return instead
        self._enter(self._token_limits, [])
        try:
            said = self._pages.token(request)
        except Denied as denied:
            status = 401 if denied.error == "invalid_client" else 400
            return as_json({"error": denied.error, "error_description": denied.description}, status)
        return as_json(said, headers={"Cache-Control": "no-store"})

    def _limited(self, request: Request, route: Route, values: Mapping[str, Any]) -> Response:
        entered: list[Limit] = []
        try:
            self._enter(self.limits, entered)
            self.setting.pause()
            response = self._faulty(request, route, values)
        finally:
            for limit in entered:
                limit.leave()
        for limit in self.limits:
            response.headers.extend(limit.headers())
        return response

    def _faulty(self, request: Request, route: Route, values: Mapping[str, Any]) -> Response:
        fault = self.faults.take(request.method, request.path, request.query_string.decode())
        if fault is not None:
            instead = broken_answer(fault, self.faults, lambda refusal, code: self.refused(refusal, request.path, code))
            if instead is not None:
                return instead
        try:
            known = self._admit(request, route)
            now, host = self.seed.now(), request.host_url
            call = Call(request.method, request.path, request.args, values, now, known, host)
            with self.lock:
                found = route.handle(call)
                if fault is not None:
                    found = spoil(fault, found, self.platform.next_link, request.host, request.path)
                body = dump(found.body)
            for hook in list(self._hooks):
                hook(call, found)
        except Refusal as refusal:
            return self.refused(refusal, request.path)
        response = Response(body, found.status, content_type="application/json; charset=utf-8")
        return spoiled_bytes(response) if fault is not None and fault.kind == "truncated" else response

    def _admit(self, request: Request, route: Route) -> bool:
        header = request.headers.get("Authorization", "")
        scheme, _, credential = header.partition(" ")
        if scheme.lower() == "basic" and request.authorization is not None:
            credential = request.authorization.password or ""
        scopes = self.grants.scopes(credential) if scheme.lower() in self.platform.schemes else None
        if scopes is None and not route.open:
            self.calls.add("unauthorized")
            raise Refusal("unauthorized", 401) if header else self.platform.bare_refusal(self.seed.options)
        if scopes is not None and route.scope and not {"*", route.scope} & set(scopes):
            raise Refusal("forbidden", 403)
        return scopes is not None

    def _enter(self, limits: Iterable[Limit], entered: list[Limit]) -> None:
        for limit in limits:
            try:
                limit.enter()
            except Refusal:
                self.calls.refuse(limit.name)
                raise
            entered.append(limit)

    def refused(self, refusal: Refusal, path: str, status: int = 0) -> Response:
        said = self.platform.refuse(refusal, path)
        response = as_json(said.body, status or refusal.status, refusal.headers)
        response.content_type = said.content_type
        return response

    def _count_fault(self, kind: str) -> None:
        self.calls.faults[kind] += 1


def dump(body: Any) -> bytes:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def as_json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(dump(body), status, headers, content_type="application/json; charset=utf-8")


@lru_cache
def _map(rules: tuple[Address, ...]) -> Map:
    """The addresses of a platform. Reading them is slow, and they are the same for each of its boxes."""
    made = [Rule(rule, endpoint=name, methods=methods or None) for rule, name, methods in rules]
    return Map(made, strict_slashes=False, merge_slashes=False)


def _shown(rule: str) -> str:
    """`/lists/<list_id>` → `/lists/{list_id}`, as people write it."""
    return rule.replace("<", "{").replace(">", "}")
