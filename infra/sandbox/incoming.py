"""A request as a handler sees it, and the credential it carries."""

from collections.abc import Mapping
from typing import Any

from werkzeug import Request

from infra.sandbox.access import Access, Carried
from infra.sandbox.call import Route
from infra.sandbox.call_log import CallLog
from infra.sandbox.grants import Grants
from infra.sandbox.refusals import Refusal
from infra.sandbox.spec import Platform


def carries(request: Request, places: tuple[Carried, ...]) -> list[tuple[Carried, str]]:
    """The credentials of a call, valid or not, each with the place where it was found."""
    return [(place, text) for place in places if (text := _at(request, place))]


def admitted(
    request: Request, route: Route, platform: Platform[Any], grants: Grants, options: Mapping[str, Any], calls: CallLog
) -> Access | None:
    """What the credential of a call opens; None where none is needed. Raises Refusal."""
    found = carries(request, platform.carried)
    told = bool(found) or any(place.header in request.headers for place in platform.carried if not place.parameter)
    if route.bare:
        if told or "Authorization" in request.headers:
            raise Refusal("invalid", 400, "This address is signed: a call of it carries no credential.")
        return None
    looked = (grants.look(text, place.takes) for place, text in found)
    access = next((access for access in looked if access is not None), None)
    if access is None and not route.open:
        calls.add("unauthorized")
        raise Refusal("unauthorized", 401) if told else platform.bare_refusal(options)
    if access is not None and not access.allows(route.scope):
        raise Refusal("forbidden", 403, field=route.scope)
    return access


def body_of(request: Request) -> Any:
    """The JSON of a body that says it is JSON."""
    if "json" not in request.mimetype or not request.get_data():
        return None
    said = request.get_json(force=True, silent=True)
    if said is None and request.get_data().strip() != b"null":
        raise Refusal("invalid", 400, "The body is not valid JSON.")
    return said


def _at(request: Request, place: Carried) -> str:
    if place.parameter:
        return str(request.values.get(place.parameter, ""))
    header = request.headers.get(place.header, "")
    if not place.scheme:
        return header
    scheme, _, credential = header.partition(" ")
    if scheme.lower() != place.scheme.lower():
        return ""
    if scheme.lower() == "basic":
        return (request.authorization.password or "") if request.authorization is not None else ""
    return credential
