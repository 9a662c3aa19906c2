"""Types and values as the analyzer's protocol writes them, and as Python has them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.googlesql.protocol import Protocol

# The types that a column has here, with their names in the protocol; arrays are of texts only.
KINDS = {
    "STRING": "TYPE_STRING", "INT64": "TYPE_INT64", "FLOAT64": "TYPE_DOUBLE", "NUMERIC": "TYPE_NUMERIC",
    "BOOL": "TYPE_BOOL", "TIMESTAMP": "TYPE_TIMESTAMP", "DATE": "TYPE_DATE", "JSON": "TYPE_JSON",
}  # fmt: skip
ARRAY = "ARRAY<STRING>"
_EPOCH, _FIRST = datetime(1970, 1, 1, tzinfo=UTC), date(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)
_SCALE = 10**9  # a NUMERIC is a whole number of these parts


def write_type(protocol: Protocol, name: str) -> Any:
    element = "STRING" if name == ARRAY else name
    plain = protocol.message("TypeProto", type_kind=protocol.number("TypeKind", KINDS[element]))
    if name != ARRAY:
        return plain
    array = protocol.message("ArrayTypeProto", element_type=plain)
    return protocol.message("TypeProto", type_kind=protocol.number("TypeKind", "TYPE_ARRAY"), array_type=array)


def read_type(protocol: Protocol, written: Any) -> str:
    for name in (*KINDS, ARRAY):
        if write_type(protocol, name) == written:
            return name
    return str(written)


def write(protocol: Protocol, type_name: str, value: Any) -> Any:
    """A value out of a staged row, or as BigQuery's client gives it. NULL is a message without a field."""
    made = protocol.message("ValueProto")
    if value is None:
        return made
    if type_name == ARRAY:
        made.array_value.SetInParent()
        made.array_value.element.extend(write(protocol, "STRING", each) for each in value)
    elif type_name == "STRING":
        made.string_value = value
    elif type_name == "INT64":
        made.int64_value = int(value)
    elif type_name == "FLOAT64":
        made.double_value = float(value)
    elif type_name == "BOOL":
        made.bool_value = value
    elif type_name == "NUMERIC":
        whole = int(Decimal(str(value)) * _SCALE)
        made.numeric_value = whole.to_bytes(whole.bit_length() // 8 + 1, "little", signed=True)
    elif type_name == "DATE":
        made.date_value = ((value if isinstance(value, date) else date.fromisoformat(value)) - _FIRST).days
    elif type_name == "TIMESTAMP":
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        micros = (moment.astimezone(UTC) - _EPOCH) // _MICROSECOND
        made.timestamp_value.seconds, rest = divmod(micros, 10**6)
        made.timestamp_value.nanos = rest * 1000
    else:
        made.json_value = value if isinstance(value, str) else json.dumps(value)
    return made


def read(type_name: str, written: Any) -> Any:
    """As a question to the stand-in gives it: amounts as floats, moments with their zone, JSON as what it says."""
    field = written.WhichOneof("value")
    if field is None:
        return None
    value = getattr(written, field)
    if type_name == ARRAY:
        return [read("STRING", each) for each in value.element]
    if type_name == "NUMERIC":
        return int.from_bytes(value, "little", signed=True) / _SCALE
    if type_name == "DATE":
        return _FIRST + timedelta(days=value)
    if type_name == "TIMESTAMP":
        return _EPOCH + timedelta(seconds=value.seconds, microseconds=value.nanos // 1000)
    return json.loads(value) if type_name == "JSON" else value
