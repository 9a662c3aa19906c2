"""What one write makes of one document. Pure: a document and a write in, a document out."""

from __future__ import annotations

import math
from dataclasses import dataclass

from google.cloud.firestore_v1.types import document as document_types

from infra.local.firestore.values import NUMBER, check_fields, check_name, drop, field_path, find, put, sort_key
from infra.local.refusal import exists, failed, invalid, not_found
from infra.local.wire import Proto

Document: Proto = document_types.Document.pb()
Value: Proto = document_types.Value.pb()

_LARGEST_DOCUMENT = 1_048_576
_INT_MAX, _INT_MIN = 2**63 - 1, -(2**63)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A document after a write (None: deleted), and what its transforms gave."""

    document: Proto | None
    transform_results: tuple[Proto, ...] = ()


def target(write: Proto, database: str) -> str:
    """The name of the document a write is about."""
    operation = write.WhichOneof("operation")
    if operation == "update":
        name = write.update.name
    elif operation == "delete":
        name = write.delete
    elif operation == "transform":
        name = write.transform.document
    else:
        raise invalid("A write must update, delete or transform a document.")
    check_name(name, database)
    text: str = name
    return text


def check_precondition(condition: Proto, name: str, before: Proto | None) -> None:
    """Refuse a write whose condition the stored document does not meet."""
    kind = condition.WhichOneof("condition_type")
    if kind == "exists":
        if condition.exists and before is None:
            raise not_found(f"No document to update: {name}")
        if not condition.exists and before is not None:
            raise exists(f"Document already exists: {name}")
    elif kind == "update_time":
        if before is None:
            raise failed(f"No document to update, though its update time was given: {name}")
        if before.update_time != condition.update_time:
            raise failed("The stored version of the document is not the one whose update time was given.")


def apply(write: Proto, before: Proto | None, micros: int) -> Outcome:
    """The outcome of a write whose precondition holds, committed at a time."""
    operation = write.WhichOneof("operation")
    if operation == "delete":
        return Outcome(None)
    after = Document()
    if operation == "transform":
        after.name = write.transform.document
        transforms = write.transform.field_transforms
        if before is not None:
            _copy_fields(before, after)
    else:
        after.name = write.update.name
        transforms = write.update_transforms
        _update(write, before, after)
    results = tuple(_transform(after.fields, transform, micros) for transform in transforms)
    check_fields(after.fields)
    _stamp(after, before, micros)
    if after.ByteSize() > _LARGEST_DOCUMENT:
        raise invalid(f"Document {after.name} is larger than {_LARGEST_DOCUMENT} bytes.")
    return Outcome(after, results)


def _copy_fields(source: Proto, to: Proto) -> None:
    for name, value in source.fields.items():
        to.fields[name].CopyFrom(value)


def _update(write: Proto, before: Proto | None, after: Proto) -> None:
    if not write.HasField("update_mask"):
        _copy_fields(write.update, after)
        return
    if before is not None:
        _copy_fields(before, after)
    for text in write.update_mask.field_paths:
        path = field_path(text)
        value = find(write.update.fields, path)
        if value is None:
            drop(after.fields, path)
        else:
            put(after.fields, path, value)


def _stamp(after: Proto, before: Proto | None, micros: int) -> None:
    """Set the times; a write that changes nothing leaves the update time as it was."""
    if before is None:
        after.create_time.FromMicroseconds(micros)
        after.update_time.CopyFrom(after.create_time)
        return
    after.create_time.CopyFrom(before.create_time)
    after.update_time.CopyFrom(before.update_time)
    if after != before:
        after.update_time.FromMicroseconds(micros)


def _transform(fields: Proto, transform: Proto, micros: int) -> Proto:
    path = field_path(transform.field_path)
    kind = transform.WhichOneof("transform_type")
    stored = find(fields, path)
    result = Value(null_value=0)
    if kind == "set_to_server_value":
        # The real service gives milliseconds here, while update times have microseconds.
        new = Value()
        new.timestamp_value.FromMilliseconds(micros // 1000)
        result = new
    elif kind in ("increment", "maximum", "minimum"):
        result = new = _NUMERIC[kind](stored, getattr(transform, kind))
    elif kind == "append_missing_elements":
        new = _append_missing(stored, transform.append_missing_elements.values)
    elif kind == "remove_all_from_array":
        new = _remove_all(stored, transform.remove_all_from_array.values)
    else:
        raise invalid("A field transform must say what it does.")
    kept = Value()
    kept.CopyFrom(new)  # `new` may be the stored value itself, which `put` is about to replace
    put(fields, path, kept)
    return result if result is not new else kept


def _number(value: Proto | None) -> int | float | None:
    kind = value.WhichOneof("value_type") if value is not None else None
    if value is None or kind not in ("integer_value", "double_value"):
        return None
    number: int | float = value.integer_value if kind == "integer_value" else value.double_value
    return number


def _operands(stored: Proto | None, given: Proto) -> tuple[int | float | None, int | float]:
    operand = _number(given)
    if operand is None:
        raise invalid("A numeric transform takes an integer or a double.")
    return _number(stored), operand


def _increment(stored: Proto | None, given: Proto) -> Proto:
    current, operand = _operands(stored, given)
    if current is None:
        return given
    if isinstance(current, int) and isinstance(operand, int):
        return Value(integer_value=max(_INT_MIN, min(_INT_MAX, current + operand)))
    return Value(double_value=float(current) + float(operand))


def _extreme(stored: Proto | None, given: Proto, sign: int) -> Proto:
    current, operand = _operands(stored, given)
    if current is None:
        return given
    if math.isnan(current) or math.isnan(operand):
        return Value(double_value=math.nan)
    # Equal numbers of different types leave the stored one in place.
    wins = operand > current if sign > 0 else operand < current
    return given if wins else stored


def _maximum(stored: Proto | None, given: Proto) -> Proto:
    return _extreme(stored, given, 1)


def _minimum(stored: Proto | None, given: Proto) -> Proto:
    return _extreme(stored, given, -1)


_NUMERIC = {"increment": _increment, "maximum": _maximum, "minimum": _minimum}


def _elements(stored: Proto | None) -> list[Proto]:
    if stored is None or stored.WhichOneof("value_type") != "array_value":
        return []
    return list(stored.array_value.values)


def _array(values: list[Proto]) -> Proto:
    array = Value()
    array.array_value.SetInParent()
    array.array_value.values.extend(values)
    return array


def _append_missing(stored: Proto | None, given: Proto) -> Proto:
    values = _elements(stored)
    present = {sort_key(value) for value in values}
    for value in given:
        if (key := sort_key(value)) not in present:
            present.add(key)
            values.append(value)
    return _array(values)


def _remove_all(stored: Proto | None, given: Proto) -> Proto:
    gone = {sort_key(value) for value in given}
    return _array([value for value in _elements(stored) if sort_key(value) not in gone])


def as_number(key: tuple[object, ...] | None) -> int | float | None:
    """The number behind a sort key, or None when it is no number."""
    if key is None or key[0] != NUMBER:
        return None
    value = key[2] if len(key) == 3 else math.nan
    return value if isinstance(value, int | float) else None
