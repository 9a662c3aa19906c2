"""What the functions say to each other: every version ever published still parses; what is no message never does."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest

from shared.errors import BadMessage
from shared.messages import FLOW, LARGEST, Message, RunChanged, SliceReady, SyncRequested, TableReady, decode, encode

PUBLISHED = sorted((Path(__file__).parent / "golden_messages").glob("*.json"))
SLICE = b'{"workspace":"demo","slice":"abc","v":1}'


def read(data: bytes, kind: Any = SliceReady) -> Any:
    return decode(data, kind)


def golden(path: Path) -> tuple[type[Message], int, list[dict[str, Any]]]:
    topic, version = path.name.removesuffix(".json").split(".v")
    return FLOW[topic][0], int(version), json.loads(path.read_text())


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.stem)
def test_every_message_ever_published_still_means_the_same(path: Path) -> None:
    kind, _, examples = golden(path)
    assert examples
    for example in examples:
        assert read(example["sent"].encode(), kind) == kind(**example["means"])


@pytest.mark.parametrize("topic", sorted(FLOW))
def test_what_is_sent_today_is_published(topic: str) -> None:
    """A new field or version of a message needs a golden file: those who read it may be older than those who write."""
    kind = FLOW[topic][0]
    (version,) = {field.default for field in fields(kind) if field.name == "v"}
    path = Path(__file__).parent / "golden_messages" / f"{topic}.v{version}.json"
    written = [json.loads(example["sent"]) for example in golden(path)[2]]
    assert {field.name for field in fields(kind)} in [set(example) for example in written]


def test_nothing_is_kept_of_a_topic_that_nobody_knows() -> None:
    assert {path.name.split(".v")[0] for path in PUBLISHED} == set(FLOW)


@pytest.mark.parametrize(
    "message",
    [
        SyncRequested("demo", "abc", "backfill", "one", "lists,members", "2026-01-01", "2026-02-01"),
        SliceReady("demo", "abc"),
        TableReady("demo", "mailchimp_lists"),
        RunChanged("demo", "abc", "run", "completed"),
    ],
    ids=lambda message: message.topic,
)
def test_a_message_arrives_as_it_was_sent(message: Message) -> None:
    assert read(encode(message), type(message)) == message
    assert len(encode(message)) < 1024
    assert all(isinstance(value, (str, int)) for value in asdict(message).values())  # flat: no row, no object


def test_fields_from_the_future_are_left_aside() -> None:
    assert read(SLICE[:-1] + b',"colour":{"of":["the","bikeshed"]}}') == SliceReady("demo", "abc")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not JSON"),
        (b"hello", "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (SLICE[:-5], "not JSON"),
        (SLICE + SLICE, "not JSON"),
        (b'{"workspace":"demo","slice":NaN}', "not JSON"),
        (b'{"workspace":"demo","slice":"\\ud800"}', "not JSON"),
        (b"[" * 30_000 + b"]" * 30_000, "not JSON"),
        (b"null", "not a JSON object"),
        (b'"slice"', "not a JSON object"),
        (b"[" + SLICE + b"]", "not a JSON object"),
        (b"{}", "a field is missing"),
        (b'{"workspace":"demo"}', "a field is missing"),
        (b'{"workspace":"demo","slice":null}', "a field is missing"),
        (b'{"workspace":"demo","slice":7}', "slice is not of its type"),
        (b'{"workspace":"demo","slice":["abc"]}', "slice is not of its type"),
        (b'{"workspace":{"$ne":""},"slice":"abc"}', "workspace is not of its type"),
        (b'{"workspace":"","slice":"abc"}', "workspace is not a name"),
        (b'{"workspace":"demo","slice":""}', "slice is not a name"),
        (b'{"workspace":"demo/slices/x","slice":"abc"}', "workspace is not a name"),
        (b'{"workspace":"..","slice":"abc"}', "workspace is not a name"),
        (b'{"workspace":"demo","slice":"a b"}', "slice is not a name"),
        (b'{"workspace":"demo","slice":"abc\\n"}', "slice is not a name"),
        (b'{"workspace":"demo","slice":"' + b"a" * 201 + b'"}', "slice is not a name"),
        (b'{"workspace":"demo","slice":"abc","v":2}', "version 2 is not known"),
        (b'{"workspace":"demo","slice":"abc","v":0}', "version 0 is not known"),
        (b'{"workspace":"demo","slice":"abc","v":"1"}', "version 1 is not known"),
        (b'{"workspace":"demo","slice":"abc","v":null}', "version None is not known"),
        (b'{"workspace":"demo","slice":"abc","v":{"a":"' + b"b" * 500 + b'"}}', "version {'a': 'bbb"),
        (b'{"workspace":"demo","slice":"abc","pad":"' + b"x" * LARGEST + b'"}', "larger than any message of ours"),
    ],
)
def test_what_is_no_message_is_refused_with_a_reason(data: bytes, why: str) -> None:
    with pytest.raises(BadMessage) as refusal:
        read(data)
    assert why in str(refusal.value)
    assert str(refusal.value).startswith("SliceReady: ")
    assert len(str(refusal.value)) < 120  # it is kept and shown; a flood of text would be neither


def test_a_true_version_is_a_number() -> None:
    """In JSON `true` is no 1, though Python thinks so."""
    with pytest.raises(BadMessage, match="version True"):
        read(SLICE.replace(b"1}", b"true}"))


def test_a_reason_names_what_was_missing_for_every_kind() -> None:
    for topic, (kind, _) in FLOW.items():
        with pytest.raises(BadMessage, match=kind.__name__):
            read(b'{"v":99}', kind)
        assert topic == kind.topic


def test_an_empty_request_is_for_every_connection() -> None:
    assert read(b'{"connection":"","workspace":""}', SyncRequested) == SyncRequested()
