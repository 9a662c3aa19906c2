"""The API as OpenAPI 3.1, made of its table and its types: nothing in it is written by hand, so nothing can drift."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_type_hints

import msgspec

from shared.api import shapes
from shared.api.endpoint import Endpoint
from shared.api.endpoints import GROUPS
from shared.api.wire import EVENTS, JSON, list_fields
from shared.handing.formats import FORMATS
from shared.spreadsheets.files import FILES as SPREADSHEETS

VERSION = "1.0.0"
REF = "#/components/schemas/{name}"
ALWAYS = (400, 401, 403, 404, 429, 500, 503)  # what every endpoint that asks who is there may answer
OPENLY = (400, 404, 500)
MEANINGS = {
    400: "It is not understood.",
    401: "Nobody who is known here.",
    403: "The key may not do this.",
    404: "Nothing is there for whoever asks.",
    409: "Not as things are now.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    422: "It is understood, and cannot be done; the message says why.",
    429: "Too many calls; `Retry-After` says when.",
    500: "Something went wrong here.",
    503: "Not now; `Retry-After` says when.",
}
NAME = r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,199}$"
ABOUT = """Marketing data of the platforms that a workspace has connected: what was read and how far it is proved, \
questions and their answers, and what may be done about connections. Every answer says how fresh it is. A sum that \
would lie is refused, with the question that has an answer."""


def document(address: str) -> dict[str, Any]:
    schemas, components = _schemas()
    paths: dict[str, dict[str, Any]] = {}
    for group, endpoints in GROUPS.items():
        for each in endpoints:
            paths.setdefault(each.path, {})[each.method.lower()] = _operation(each, group, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Tributary", "version": VERSION, "description": ABOUT},
        "servers": [{"url": f"{address}/api/v1"}],
        "tags": [{"name": group} for group in GROUPS],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A key (`trib_api_…`), or a token that it was traded for (`trib_token_…`).",
                }
            },
        },
    }


def _schemas() -> tuple[Mapping[Any, Any], dict[str, Any]]:
    every = [each for endpoints in GROUPS.values() for each in endpoints]
    kinds = [kind for each in every for kind in (each.asks, each.tells) if kind not in (None, str, bytes)]
    kinds = list(dict.fromkeys((*kinds, shapes.Error)))
    found, components = msgspec.json.schema_components(kinds, ref_template=REF)
    return dict(zip(kinds, found, strict=True)), components


def _operation(each: Endpoint, group: str, schemas: Mapping[Any, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": each.does,
        "summary": each.about,
        "tags": [group],
        "parameters": [*_of_path(each), *_of_query(each), *_of_header(each)],
        "responses": {str(each.status): _success(each, schemas)},
    }
    for status in sorted(
        {*(OPENLY if each.is_open else ALWAYS), *each.refuses, *((409, 413, 415, 422) if each.writes else ())}
    ):
        made["responses"][str(status)] = {
            "description": MEANINGS[status],
            "content": {JSON: {"schema": schemas[shapes.Error]}},
        }
    if each.asks is not None:
        content: dict[str, Any] = {"schema": schemas[each.asks]}
        if each.example is not None:
            content["example"] = each.example
        required = any(field.required for field in msgspec.structs.fields(each.asks))
        made["requestBody"] = {"required": required, "content": {JSON: content}}
    made["security"] = [] if each.is_open else [{"key": []}]
    if each.scope is not None:
        made["description"] = f"Takes the scope `{each.scope}`."
    return made


def _of_path(each: Endpoint) -> list[dict[str, Any]]:
    names = re.findall(r"\{(\w+)\}", each.path)
    return [
        {
            "name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": NAME},
            **({"example": each.words[name]} if name in each.words else {}),
        }
        for name in names
    ]  # fmt: skip


def _of_query(each: Endpoint) -> list[dict[str, Any]]:
    hints, lists, found = get_type_hints(each.query, include_extras=True), list_fields(each.query), []
    for field in msgspec.structs.fields(each.query):
        schema = _one(hints[field.name])
        parameter: dict[str, Any] = {"name": field.encode_name, "in": "query", "required": field.required}
        parameter["schema"] = schema
        if text := schema.pop("description", ""):
            parameter["description"] = text
        if field.name in lists:
            parameter |= {"style": "form", "explode": False}
        if field.encode_name in each.sample:
            said = each.sample[field.encode_name]
            parameter["example"] = said.split(",") if field.name in lists else _typed(schema, said)
        found.append(parameter)
    return found


def _one(hint: Any) -> dict[str, Any]:
    """The schema of one parameter; what may be left out is no null in an address."""
    schema = msgspec.json.schema(hint)
    definitions = schema.pop("$defs", {})
    if "$ref" in schema:
        schema = {**definitions[schema.pop("$ref").rpartition("/")[2]], **schema}
        schema.pop("title", None)
    choices = [each for each in schema.pop("anyOf", []) if each != {"type": "null"}]
    return {**schema, **choices[0]} if choices else schema


def _typed(schema: Mapping[str, Any], said: str) -> Any:
    return int(said) if schema.get("type") == "integer" else said


def _of_header(each: Endpoint) -> list[dict[str, Any]]:
    if not each.writes or each.is_open:
        return []
    return [
        {
            "name": "Idempotency-Key", "in": "header", "required": False,
            "description": "The same key asks for the same thing: it is done once.",
            "schema": {"type": "string", "pattern": r"^[\x21-\x7e]{8,200}$"},
        }
    ]  # fmt: skip


def _success(each: Endpoint, schemas: Mapping[Any, Any]) -> dict[str, Any]:
    if each.tells is str:
        return {"description": "Events.", "content": {EVENTS: {"schema": {"type": "string"}}}}
    if each.tells is bytes:
        kinds = FILES[each.does]
        return {"description": "A file.", "content": {kind: {"schema": {}} for kind in kinds}}
    return {"description": each.about, "content": {JSON: {"schema": schemas[each.tells]}}}


FILES = {
    "export": tuple(each.kind.partition(";")[0] for each in FORMATS.values()),
    "feed_file": tuple(dict.fromkeys(each.kind.partition(";")[0] for each in SPREADSHEETS.values())),
    "openapi": (JSON,),
    "docs": ("text/html",),
    "look": ("text/css",),
}
