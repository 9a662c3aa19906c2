"""The way of a call: limits, faults, credential, handler, hooks."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from werkzeug import Request, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from infra.sandbox.broken import broken_answer, spoiled_bytes
from infra.sandbox.call import Call, Hook, Route
from infra.sandbox.call_log import CallLog
from infra.sandbox.costs import LimitsBy
from infra.sandbox.faults import Fault, Faults
from infra.sandbox.grants import Grants
from infra.sandbox.incoming import admitted, body_of
from infra.sandbox.limits import Limit, PerSecond
from infra.sandbox.oauth import OAuthPages
from infra.sandbox.refusals import Refusal, missing
from infra.sandbox.spec import Platform, Seed, Setting
from infra.sandbox.spoil import spoil
from infra.sandbox.tokens import Denied
from infra.sandbox.wire import as_json

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

Address = tuple[str, str, tuple[str, ...]]  # rule, what answers there, methods (none: any)


class Served(Protocol):
    """All that a call may touch of a box (`platform_server.Box`)."""

    platform: Platform[Any]
    seed: Seed
    setting: Setting
    world: Any
    grants: Grants
    calls: CallLog
    faults: Faults
    limits: list[Limit]
    limits_by: list[LimitsBy]
    hooks: list[Hook]

    @property
    def lock(self) -> AbstractContextManager[Any]: ...


class Handler:
    """The server of a box. A reset of the box makes a new one."""

    def __init__(self, box: Served) -> None:
        self.box = box
        platform, setting = box.platform, box.setting
        self._routes = {f"{'/'.join(route.methods)} {route.rule}": route for route in platform.routes(box.world)}
        rules: list[Address] = [(route.rule, name, route.methods) for name, route in self._routes.items()]
        if platform.oauth is not None:
            most = platform.oauth.exchanges_per_second if setting.limits else 0
            self._token_limits = [PerSecond(most, setting.ticks)] if most else []
            self._pages = OAuthPages(
                platform.title,
                platform.account,
                platform.oauth,
                setting.client,
                box.grants,
                box.seed.now,
                setting.signed_in,
            )
            rules.append((platform.oauth.authorize_path, "authorize", ("GET", "POST")))
            rules.append((platform.oauth.token_path, "token", ()))
            if platform.oauth.revoke_path:
                rules.append((platform.oauth.revoke_path, "revoke", ()))
        self._map = _map(tuple(rules))

    def wsgi(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        self.box.calls.begin()
        route, status = request.path, 500
        try:
            route, response = self._answer(request)
            status = response.status_code
        finally:
            self.box.calls.end(f"{request.method} {route}", status)
        return response(environ, start_response)

    def _answer(self, request: Request) -> tuple[str, Response]:
        route = "unknown"
        try:
            try:
                rule, values = self._map.bind("sandbox").match(request.path, request.method, return_rule=True)
            except MethodNotAllowed:
                raise Refusal("method", 405, "This method is not allowed here.") from None
            except (NotFound, HTTPException):
                raise missing() from None
            route = _shown(rule.rule)
            if rule.endpoint == "authorize":
                return route, self._pages.authorize(request, values)
            if rule.endpoint == "token":
                return route, self._token(request, self._pages.token)
            if rule.endpoint == "revoke":
                return route, self._token(request, self._pages.revoke)
            return route, self._limited(request, self._routes[rule.endpoint], values)
        except Refusal as refusal:
            return route, self.refused(refusal, request.path)

    def _fault(self, request: Request) -> tuple[Fault | None, Response | None]:
        """The fault that hits this call, and what it gives instead of an answer."""
        body = request.get_data(as_text=True)
        fault = self.box.faults.take(request.method, request.path, request.query_string.decode(), body)
        if fault is None:
            return None, None
        refuse = lambda refusal, code: self.refused(refusal, request.path, code)  # noqa: E731
        return fault, broken_answer(fault, self.box.faults, refuse)

    def _token(self, request: Request, told: Callable[[Request], dict[str, Any]]) -> Response:
        _, instead = self._fault(request)
        if instead is not None:
            return instead
        self._enter(self._token_limits, [])
        try:
            said = told(request)
        except Denied as denied:
            status, body = self._pages.denied(denied)
            return _response(as_json(body), status)
        return _response(as_json(said), headers={"Cache-Control": "no-store"})

    def _limited(self, request: Request, route: Route, values: Mapping[str, Any]) -> Response:
        limits = [] if route.bare else self.box.limits
        entered: list[Limit] = []
        try:
            self._enter(limits, entered)
            self.box.setting.pause()
            response = self._faulty(request, route, values, entered)
        finally:
            for limit in entered:
                limit.leave()
        for limit in entered:
            for name, value in limit.headers().items():
                response.headers.setdefault(name, value)
        return response

    def _faulty(self, request: Request, route: Route, values: Mapping[str, Any], entered: list[Limit]) -> Response:
        fault, instead = self._fault(request)
        if instead is not None:
            return instead
        try:
            call = self._call(request, route, values, entered)
            for limits in self.box.limits_by:
                self._enter(limits.of(call), entered)
            with self.box.lock:
                found = route.handle(call)
                if fault is not None:
                    found = spoil(fault, found, self.box.platform.next_link, request.host, request.path)
                body = found.body if isinstance(found.body, bytes) else found.encode(found.body)
            for hook in list(self.box.hooks):
                hook(call, found)
        except Refusal as refusal:
            if refusal.limit:
                self.box.calls.refuse(refusal.limit)
            return self.refused(refusal, request.path)
        response = _response(body, found.status, found.headers, found.content_type)
        return spoiled_bytes(response) if fault is not None and fault.kind == "truncated" else response

    def _call(self, request: Request, route: Route, values: Mapping[str, Any], entered: list[Limit]) -> Call:
        """The call, once its credential and whatever else it needs is found to be right."""
        access = admitted(request, route, self.box.platform, self.box.grants, self.box.seed.options, self.box.calls)
        call = Call(
            method=request.method,
            path=request.path,
            query=request.args,
            values=values,
            now=self.box.seed.now(),
            known=access is not None,
            host_url=request.host_url,
            client=self.box.setting.client,
            grants=self.box.grants,
            access=access,
            json=body_of(request),
            form=request.form,
            headers={name.lower(): value for name, value in request.headers.items()},
            tier=route.tier,
            limits=entered,
        )
        if self.box.platform.admit is not None and not route.bare:
            self.box.platform.admit(call)
        return call

    def _enter(self, limits: Iterable[Limit], entered: list[Limit]) -> None:
        for limit in limits:
            try:
                limit.enter()
            except Refusal:
                self.box.calls.refuse(limit.name)
                raise
            entered.append(limit)

    def refused(self, refusal: Refusal, path: str, status: int = 0) -> Response:
        said = self.box.platform.refuse(refusal, path)
        body = said.body.encode() if isinstance(said.body, str) else as_json(said.body)
        return _response(body, status or said.status or refusal.status, refusal.headers, said.content_type)


def _response(
    body: bytes,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    content_type: str = "application/json; charset=utf-8",
) -> Response:
    return Response(body, status, dict(headers or {}), content_type=content_type)


@lru_cache
def _map(rules: tuple[Address, ...]) -> Map:
    """The addresses of a platform. Reading them is slow, and they are the same for each of its boxes."""
    made = [Rule(rule, endpoint=name, methods=methods or None) for rule, name, methods in rules]
    return Map(made, strict_slashes=False, merge_slashes=False)


def _shown(rule: str) -> str:
    """`/lists/<list_id>` → `/lists/{list_id}`, as people write it."""
    return rule.replace("<", "{").replace(">", "}")
