"""Firestore's values: their order across types, and the paths that lead to them.

The order: https://firebase.google.com/docs/firestore/manage-data/data-types#value_type_ordering
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeAlias

from infra.local.refusal import invalid
from infra.local.wire import Proto

# (rank of the type, the value): compares, equals and hashes as Firestore's values do.
SortKey: TypeAlias = tuple[Any, ...]
FieldPath: TypeAlias = tuple[str, ...]

NAME: FieldPath = ("__name__",)
NULL: SortKey = (0,)
NAN: SortKey = (2, 0)
NUMBER, ARRAY = 2, 8

_VECTOR_TYPE = "__type__"
_QUOTED = re.compile(r"`((?:[^`\\]|\\.)*)`|([^.`]+)")
_RESERVED = re.compile(r"^__.*__$", re.DOTALL)


def sort_key(value: Proto) -> SortKey:
    """A value's place in the order of all values."""
    kind = value.WhichOneof("value_type")
    if kind == "string_value":
        return (4, value.string_value)
    if kind == "integer_value":
        return (NUMBER, 1, value.integer_value)
    if kind == "timestamp_value":
        return (3, value.timestamp_value.seconds, value.timestamp_value.nanos)
    if kind == "boolean_value":
        return (1, value.boolean_value)
    if kind == "null_value":
        return NULL
    if kind == "double_value":
        number = value.double_value
        return (NUMBER, 1, number) if number == number else NAN
    if kind == "map_value":
        return _map_key(value.map_value.fields)
    if kind == "array_value":
        return (ARRAY, tuple(sort_key(item) for item in value.array_value.values))
    if kind == "reference_value":
        return name_key(value.reference_value)
    if kind == "bytes_value":
        return (5, value.bytes_value)
    if kind == "geo_point_value":
        return (7, value.geo_point_value.latitude, value.geo_point_value.longitude)
    raise invalid(f"A value of kind {kind} cannot be stored or compared.")


def name_key(name: str) -> SortKey:
    """A document name's place: segment by segment, not letter by letter."""
    return (6, tuple(name.split("/")))


def _map_key(fields: Proto) -> SortKey:
    # A vector is a map with a marked type; it sorts between arrays and maps, by length first.
    if fields.get(_VECTOR_TYPE, None) is not None and fields[_VECTOR_TYPE].string_value == "__vector__":
        numbers = tuple(sort_key(item) for item in fields["value"].array_value.values)
        return (9, len(numbers), numbers)
    return (10, tuple((name, sort_key(fields[name])) for name in sorted(fields)))


@lru_cache(maxsize=4096)
def field_path(text: str) -> FieldPath:
    """`a.b` or ``a.`odd name` `` as its parts."""
    parts: list[str] = []
    at = 0
    while True:
        match = _QUOTED.match(text, at)
        if match is None:
            raise invalid(f'Invalid property path "{text}".')
        quoted, plain = match.groups()
        parts.append(re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else plain)
        at = match.end()
        if at == len(text):
            return tuple(parts)
        if text[at] != ".":
            raise invalid(f'Invalid property path "{text}".')
        at += 1


def find(fields: Proto, path: FieldPath) -> Proto | None:
    """The value at a path, or None."""
    for depth, part in enumerate(path):
        if part not in fields:
            return None
        value = fields[part]
        if depth == len(path) - 1:
            return value
        if value.WhichOneof("value_type") != "map_value":
            return None
        fields = value.map_value.fields
    return None


def put(fields: Proto, path: FieldPath, value: Proto) -> None:
    """Set the value at a path; what is in the way and no map becomes one."""
    for part in path[:-1]:
        fields[part].map_value.SetInParent()
        fields = fields[part].map_value.fields
    fields[path[-1]].CopyFrom(value)


def drop(fields: Proto, path: FieldPath) -> None:
    """Remove the value at a path, when there is one."""
    for part in path[:-1]:
        if part not in fields or fields[part].WhichOneof("value_type") != "map_value":
            return
        fields = fields[part].map_value.fields
    if path[-1] in fields:
        del fields[path[-1]]


def check_fields(fields: Proto, depth: int = 1) -> None:
    """Refuse what the real service would: reserved and empty names, arrays in arrays, deep nesting."""
    if depth > 20:
        raise invalid("Property is nested too deep: at most 20 levels are allowed.")
    for name, value in fields.items():
        if not name:
            raise invalid("field name is empty")
        if _RESERVED.match(name) and not (depth > 1 and name == _VECTOR_TYPE):
            raise invalid(f"field name {name} is reserved")
        for inner in _maps_within(value):
            check_fields(inner, depth + 1)


def _maps_within(value: Proto) -> Iterator[Proto]:
    kind = value.WhichOneof("value_type")
    if kind == "map_value":
        yield value.map_value.fields
    elif kind == "array_value":
        for item in value.array_value.values:
            inner = item.WhichOneof("value_type")
            if inner == "array_value":
                raise invalid("Cannot convert an array value in an array value.")
            if inner == "map_value":
                yield item.map_value.fields


def check_name(name: str, database: str) -> None:
    """Refuse a document name outside the database, or one that the real service would not take."""
    root = f"{database}/documents/"
    if not name.startswith(root):
        raise invalid(f'Document name "{name}" is not within the database "{database}".')
    segments = name[len(root) :].split("/")
    if len(segments) % 2:
        raise invalid(f'Document name "{name}" has {len(segments)} path parts: it must be an even number.')
    for segment in segments:
        if not segment or segment in (".", "..") or len(segment.encode()) > 1500:
            raise invalid(f'Resource id "{segment}" is invalid.')
        if _RESERVED.match(segment):
            raise invalid(f'Resource id "{segment}" is invalid because it is reserved.')
