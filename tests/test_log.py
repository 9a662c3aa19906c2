"""Secrets cannot be printed, by whatever way; log lines say what is being worked on, and nothing that is secret."""

from __future__ import annotations

import base64
import contextlib
import copy
import io
import json
import logging
import pickle
import pprint
import string
import traceback
from collections.abc import Callable
from dataclasses import asdict, astuple, dataclass, replace
from typing import Any

import orjson
import pytest

from shared import log
from shared.errors import Bug, Later
from shared.messages import SliceReady
from shared.secret import Secret
from shared.sync.redaction import redacted
from shared.vocabulary.access import Credential
from tests.flow.pipeline import Pipeline
from tests.support.faults import Fate

VALUE = "sk-live-4f9d1c77"
SECRET = Secret(VALUE)
CREDENTIAL = Credential(SECRET, refresh_token=Secret(VALUE + "-refresh"), scopes=("read",))


@pytest.fixture(autouse=True)
def out(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    found = io.StringIO()
    monkeypatch.setattr(log, "stream", found)
    return found


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


# -- secrets --------------------------------------------------------------------------------------------


@dataclass
class Holder:
    secret: Secret
    many: list[Secret]
    by_name: dict[str, Secret]


HOLDER = Holder(SECRET, [SECRET], {"token": SECRET})


def logged(value: object) -> str:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    logger = logging.getLogger("a library's")
    logger.addHandler(handler)
    logger.propagate = False
    logger.warning("here: %s %r", value, value)
    logger.removeHandler(handler)
    return out.getvalue()


def printed(value: object) -> str:
    out = io.StringIO()
    print(value, [value], {"a": value}, (value,), file=out)
    return out.getvalue()


PRINTERS: dict[str, Callable[[Any], Any]] = {
    "str": str,
    "repr": repr,
    "ascii": ascii,
    "an f-string": lambda value: f"{value}",
    "an f-string of its repr": lambda value: f"{value!r:>40}",
    "an f-string for finding faults": lambda value: f"{value=}",
    "percent": lambda value: "%s %r %a" % (value, value, value),  # noqa: UP031
    "format": lambda value: "{} {!r} {!s}".format(value, value, value),  # noqa: UP032
    "a template": lambda value: string.Template("$it").substitute(it=value),
    "print": printed,
    "pprint": pprint.pformat,
    "logging": logged,
    "json with str for what it does not know": lambda value: json.dumps({"it": value}, default=str),
    "orjson with str for what it does not know": lambda value: orjson.dumps({"it": value}, default=str).decode(),
    "the text of an exception": lambda value: str(ValueError(value)) + repr(ValueError(value)),
    "the text of a problem": lambda value: str(Bug("x", f"Not this: {value}", str(value))),
    "dir": lambda value: str(dir(value)),
}


@pytest.mark.parametrize("value", [SECRET, CREDENTIAL, HOLDER, [SECRET], {"a": SECRET}], ids=lambda v: type(v).__name__)
@pytest.mark.parametrize("printer", PRINTERS)
def test_no_way_of_making_text_shows_a_secret(printer: str, value: Any) -> None:
    assert VALUE not in str(PRINTERS[printer](value))


def test_a_secret_is_dots() -> None:
    assert {str(SECRET), repr(SECRET), f"{SECRET}", f"{SECRET:>40}", f"{SECRET!r}"} == {"***"}
    assert SECRET.reveal() == VALUE


@pytest.mark.parametrize(
    "dump",
    [
        json.dumps,
        orjson.dumps,
        pickle.dumps,
        lambda value: pickle.dumps(value, 0),
        lambda value: pickle.dumps([value]),
        lambda value: "".join([value]),
        lambda value: value.__getstate__(),
        lambda value: value.__reduce__(),
        lambda value: value.__dict__,
        lambda value: vars(value),
        lambda value: bytes(value),
        lambda value: value + "",
        lambda value: value[0],
        lambda value: list(value),
        lambda value: value._value,
    ],
)
def test_what_would_write_a_secret_down_fails_without_telling_it(dump: Callable[[Any], Any]) -> None:
    with pytest.raises((TypeError, AttributeError)) as refusal:
        dump(SECRET)
    told = "".join(traceback.format_exception(refusal.value)) + repr(refusal.value)
    assert VALUE not in told


@pytest.mark.parametrize("take_apart", [asdict, astuple])
def test_taking_a_credential_apart_leaves_its_secrets_closed(take_apart: Callable[[Any], Any]) -> None:
    for value in (CREDENTIAL, HOLDER):
        parts = take_apart(value)
        assert VALUE not in repr(parts)
        assert VALUE not in orjson.dumps(parts, default=str).decode()
    assert VALUE.encode() not in orjson.dumps(CREDENTIAL, default=str)
    assert VALUE not in repr(replace(CREDENTIAL, how="key"))


def test_a_secret_is_a_value() -> None:
    assert Secret(VALUE) == SECRET == copy.copy(SECRET) == copy.deepcopy(SECRET)
    assert Secret(VALUE) != Secret("other") != VALUE
    assert len({SECRET, Secret(VALUE), Secret("other")}) == 2
    assert SECRET
    assert not Secret("")
    with pytest.raises(AttributeError, match="does not change"):
        SECRET.reveal = lambda: "other"
    assert SECRET.reveal() == VALUE


def test_tracebacks_with_the_values_of_variables_show_dots() -> None:
    def use(secret: Secret, credential: Credential) -> None:
        raise RuntimeError(f"refused with {secret} of {credential}")

    with pytest.raises(RuntimeError) as failure:
        use(SECRET, CREDENTIAL)
    told = traceback.TracebackException.from_exception(failure.value, capture_locals=True)
    assert VALUE not in "".join(told.format())
    assert "***" in "".join(told.format())


# -- lines ----------------------------------------------------------------------------------------------


def test_a_line_is_one_line_of_json(out: io.StringIO) -> None:
    log.info('quotes " and \n new lines', text="a\nb\u2028c", number=1, nothing=None, emoji="🦄")
    log.warning("second")
    assert len(out.getvalue().splitlines()) == 2 + out.getvalue().count("\u2028")
    first, second = (json.loads(line) for line in out.getvalue().split("\n")[:2])
    assert first == {
        "severity": "INFO",
        "message": 'quotes " and \n new lines',
        "text": "a\nb\u2028c",
        "number": 1,
        "nothing": None,
        "emoji": "🦄",
    }
    assert second == {"severity": "WARNING", "message": "second"}


def test_what_is_bound_stands_in_every_line_within_and_in_none_after(out: io.StringIO) -> None:
    with log.bound(trace="projects/p/traces/t", run="r", attempt=2):
        log.info("one")
        with log.bound(slice="s", run="other", empty=""):
            log.info("two")
        with contextlib.suppress(ValueError), log.bound(slice="gone"):
            raise ValueError
        log.info("three")
    log.info("four")
    common = {"severity": "INFO", "run": "r", "attempt": 2, "logging.googleapis.com/trace": "projects/p/traces/t"}
    assert lines(out) == [
        {**common, "message": "one"},
        {**common, "message": "two", "run": "other", "slice": "s"},
        {**common, "message": "three"},
        {"severity": "INFO", "message": "four"},
    ]


def test_nothing_bound_or_given_takes_the_place_of_what_a_line_says(out: io.StringIO) -> None:
    with log.bound(message="m", severity="DEBUG"):
        log.warning("the event", severity="INFO")
    assert lines(out) == [{"severity": "WARNING", "message": "the event"}]


@pytest.mark.parametrize("error", [ValueError(VALUE), KeyError(VALUE), RuntimeError({"token": VALUE}), OSError(VALUE)])
def test_of_an_unforeseen_error_only_kind_and_place_are_told(error: Exception, out: io.StringIO) -> None:
    def somewhere() -> None:
        authorization = f"Bearer {VALUE}"
        raise error from ValueError(authorization)

    try:
        somewhere()
    except Exception as caught:
        log.failure("unforeseen", caught, secret=SECRET, credential=CREDENTIAL)
    (line,) = lines(out)
    assert (line["severity"], line["error"]) == ("ERROR", type(error).__name__)
    assert line["at"][-1].startswith("test_log.py:")
    assert line["at"][-1].endswith(" somewhere")
    assert VALUE not in out.getvalue()
    assert "sentence" not in line


def test_of_a_problem_its_sentence_is_told_and_not_its_detail(out: io.StringIO) -> None:
    log.failure("slice failed", Later("limited", "Mailchimp asks us to slow down.", f"HTTP 429: {VALUE}"))
    assert lines(out)[0]["sentence"] == "limited: Mailchimp asks us to slow down."
    assert VALUE not in out.getvalue()


# -- a whole sync ---------------------------------------------------------------------------------------


@pytest.fixture
def sync(out: io.StringIO) -> tuple[Pipeline, list[dict[str, Any]]]:
    """A sync with trouble of every kind, delivered as Pub/Sub would."""
    fate = Fate()
    world = Pipeline("mailchimp", fate, streams=["list_members", "campaigns", "reports"], counts={"lists": 1})
    token = world.machine.keys.value
    world.box.faults.add("GET /3.0/campaigns", "missing_records")
    world.box.faults.add("GET /3.0/reports", "status", status=429, headers={"Retry-After": "7"})
    echo = {"title": f"Bad token {token}!", "detail": f"Bearer {token}" * 20, "you": [token]}
    world.box.faults.add("GET /3.0/lists/{id}/members", "status", status=400, body=json.dumps(echo))
    run = world.machine.sync(world.connection)
    codes = {problem["code"] for problem in world.machine.run(run)["problems"]}
    assert codes == {"records-missing", "refused"}
    return world, lines(out)


def test_lines_of_a_sync_say_what_was_worked_on(sync: tuple[Pipeline, list[dict[str, Any]]]) -> None:
    world, told = sync
    at_work = [line for line in told if line["message"] in {"waiting", "slice failed"}]
    assert {line["message"] for line in at_work} == {"waiting", "slice failed"}
    known = {doc["id"]: doc for doc in world.machine.documents.find_all("slices")}
    for line in at_work:
        part = known[line["slice"]]
        assert (line["run"], line["connection"], line["stream"]) == (part["run"], part["connection"], part["stream"])
        assert line["topic"] == SliceReady.topic
        assert line["attempt"] >= 1
        assert line["delivery"]


def test_nothing_secret_is_written_anywhere(sync: tuple[Pipeline, list[dict[str, Any]]], out: io.StringIO) -> None:
    """Neither logs, nor documents, nor messages, nor pages hold the credential, though the platform sent it back."""
    world, _ = sync
    written = [
        out.getvalue(),
        repr(world.machine.bus.published),
        repr([metadata for _, metadata in world.machine.objects.held.values()]),
        repr(world.machine.documents.docs),
    ]
    for text in written:
        assert world.machine.keys.value[:12] not in text
    assert "Bad token" not in written[-1], "of what the platform said only the shape is kept"
    assert "'code': 'records-missing'" in written[-1]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"HTTP 400: token {VALUE} is bad", "HTTP 400: token *** is bad"),
        (f'{{"authorization":"Bearer {VALUE}","x":"{VALUE[:9]}', '{"authorization":"Bearer ***","x":"***'),
        ("HTTP 400: {}", "HTTP 400: {}"),
        ("", ""),
        (VALUE * 2, "***"),
    ],
)
def test_a_credential_that_comes_back_is_taken_out(text: str, left: str) -> None:
    assert redacted(text, {"authorization": f"Bearer {VALUE}"}) == left
    inner = base64.b64encode(f"tributary:{VALUE}".encode()).decode()
    assert redacted(text, {"authorization": f"Basic {inner}"}) == left
    assert redacted(f"you sent {inner}", {"authorization": f"Basic {inner}"}) == "you sent ***"


def test_headers_without_a_credential_take_nothing_out() -> None:
    assert redacted("Basic needs", {"authorization": "Basic !!!", "x": ""}) == "Basic needs"
