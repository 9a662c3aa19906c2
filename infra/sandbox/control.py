"""`/_sandbox/…`: the same levers over HTTP, for demos and for tests in another process."""

import json
from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import asdict
from typing import Any, Protocol

from werkzeug import Request, Response

from infra.sandbox.accounts import Account
from infra.sandbox.call_log import CallLog
from infra.sandbox.faults import Faults
from infra.sandbox.records import Truth
from infra.sandbox.spec import Platform

BELOW = "/_sandbox/"


class Levers(Protocol):
    """What may be done to a box (`platform_server.Box`) from outside."""

    platform: Platform[Any]
    world: Any
    calls: CallLog
    faults: Faults

    @property
    def lock(self) -> AbstractContextManager[Any]: ...

    def truth(self, accounts: Collection[str] | None = None) -> dict[str, Truth]: ...

    def accounts(self) -> list[Account]: ...

    def change(self, step: int = 1) -> None: ...

    def credential(self) -> dict[str, Any]: ...

    def key(self) -> str: ...

    def expire_access_tokens(self) -> None: ...

    def revoke(self) -> None: ...

    def reset(self) -> None: ...


def answer(box: Levers, request: Request) -> Response:
    action = f"{request.method} {request.path.removeprefix(BELOW)}"
    try:
        said = json.loads(request.get_data() or b"{}")
        found = _do(box, action, said, request)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return _json({"error": str(error)}, 400)
    return _json({"error": f"no such lever: {action}"}, 404) if found is None else _json(found)


def _do(box: Levers, action: str, said: dict[str, Any], request: Request) -> Any:
    match action:
        case "GET truth":
            wanted = request.args.getlist("table")
            tables = box.truth(request.args.getlist("account") or None).items()
            kept = {name: truth for name, truth in tables if not wanted or name in wanted}
            return {name: {"present": truth.present, "gone": truth.gone} for name, truth in kept.items()}
        case "GET accounts":
            return [asdict(account) for account in box.accounts()]
        case "GET calls":
            return box.calls.as_json()
        case "GET faults":
            return [_shown(fault) for fault in box.faults.pending()]
        case "POST faults":
            return _shown(box.faults.add(**said))
        case "DELETE faults":
            box.faults.clear()
        case "POST change":
            box.change(int(said.get("step", 1)))
        case "POST credential":
            return box.credential()
        case "POST key":
            return {"key": box.key()}
        case "POST expire-tokens":
            box.expire_access_tokens()
        case "POST revoke":
            box.revoke()
        case "POST reset":
            box.reset()
        case _:
            return _own(box, action, said)
    return {"done": action}


def _own(box: Levers, action: str, said: dict[str, Any]) -> Any:
    """The levers of the platform itself."""
    method, _, name = action.partition(" ")
    lever = box.platform.levers.get(name) if method == "POST" else None
    if lever is None:
        return None
    with box.lock:
        found = lever(box.world, said)
    return {"done": action} if found is None else found


def _shown(fault: Any) -> dict[str, Any]:
    return {name: getattr(fault, name) for name in ("match", "kind", "times", "after", "hits", "holding")}


def _json(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")
