"""Every command, and each of its words, with what nobody should type: it ends with a sentence, never a traceback."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from google.auth.exceptions import GoogleAuthError
from google.cloud import storage

from infra.admin.__main__ import main
from infra.cli import __main__ as tributary
from infra.cli.commands import parser
from infra.cli.parsing import fill
from shared import model
from shared.clock import parse
from shared.kit.calendar import windows
from shared.model import Connection, to_doc
from shared.states import ConnectionState, RunState
from shared.vocabulary.slicing import Days
from tests.admin.conftest import Operator
from tests.flow.pipeline import Pipeline

HOSTILE = (
    "",
    " ",
    ".",
    "..",
    "../x",
    "a/b",
    "demo/connections/x",
    "/proc/x",
    "/dev/null/x",
    "gs://",
    "gs://../x",
    "__x__",
    "-1",
    "999999999999",
    "9" * 400,
    "nan",
    "inf",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-02-30",
    "Not/AZone",
    "x" * 3_000,
    "a\x00b",
    "\x1b[2J",
    "\ud800",
    "lists=99999999999999999999",
    "ø",
)
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
GOOD = {  # what a command needs besides, so that the word in question is what it stumbles over
    "workspace": "demo",
    "connection": "emailoctopus",
    "id": "another",
    "name": "report",
    "link": "abcdef",
    "where": "somewhere",
    "file": "rates.csv",
    "sql": "select 1",
    "page": "demo/raw/x",
    "platform": "shopify",
    "value": "1",
    "line": "1",
    "call": "abcdef",
    "mart": "dim_date",
    "mail": "a@b.example",
    "person": "a@b.example",
    "role": "viewer",
    "key": "api_0a1B2c3D",
    "feed": "0a1b2c3d4e5f",
    "address": "https://board.example/in",
    "webhook": "w0a1b2c3d4e5f6a7b",
    "delivery": "d-0a1b2c3d4e5f",
    "question": "mart=dim_date&dimensions=date",
    "agent": "https://agent.example/client.json",
    "redirect": "https://agent.example/back",
}
ASK_BIGQUERY = {"query", "marts deploy", "marts refresh", "rates load"}  # of these, what they refuse before
NO_WORDS = {"--local", "--help", "--watch", "--wait", "--json", "--over", "--drop-rows", "--streams"}


def commands(made: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    inner = [each for each in made._actions if isinstance(each, argparse._SubParsersAction)]
    for each in inner:
        for name, below in each.choices.items():
            yield from commands(below, (*words, name))
    if not inner:
        yield words, made


def tried(words: tuple[str, ...], made: argparse.ArgumentParser, word: str) -> Iterator[list[str]]:
    """The command with this word in the place of each of its words, one after the other."""
    places = [each for each in made._actions if not each.option_strings]
    options = [each for each in made._actions if each.option_strings and each.option_strings[-1] not in NO_WORDS]
    good = [GOOD[each.dest] for each in places]
    needed = {each.option_strings[-1]: "2026-01-01" for each in options if each.required}
    for place in range(len(places)):
        given = [f"{name}={value}" for name, value in needed.items()]
        yield [*words, *given, "--", *good[:place], word, *good[place + 1 :]]
    for option in options:
        given = [f"{name}={value}" for name, value in {**needed, option.option_strings[-1]: word}.items()]
        yield [*words, *given, "--", *good]


def nobody(project: str) -> None:
    raise GoogleAuthError("nobody is signed in here")


PARSER = parser()
fill(PARSER)
ALL = [pytest.param(words[1:], made, id=" ".join(words[1:])) for words, made in commands(PARSER) if words[0] == "admin"]


@pytest.mark.parametrize(("words", "made"), ALL)
def test_no_word_ends_in_a_traceback(
    operator: Operator,
    words: tuple[str, ...],
    made: argparse.ArgumentParser,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(storage, "Client", nobody)
    monkeypatch.setattr(tributary, "parser", lambda: PARSER)  # making it takes longer than all that is done here
    for word in HOSTILE:
        for line in tried(words, made, word):
            if " ".join(words) in ASK_BIGQUERY and ("demo" in line or not word):
                continue
            try:
                code = main(line)
            except SystemExit as ended:  # argparse's own way to say it
                code = int(ended.code or 0)
            said = operator.capsys.readouterr()
            assert code in {0, 2, 3}, line
            assert code == 0 or len(said.err.strip()) > 10, line


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (["workspace", "delete", "../x"], "no workspace"),
        (["workspace", "delete", "acme/connections/ID"], "no workspace"),
        (["status", "acme/connections/ID"], "no workspace"),
        (["failures", "retry", "demo", "--message", "a/b"], "No message"),
        (["state", "export", "/proc/x"], "Nothing can be written"),
        (["sync", "demo", ""], "Say which connection"),
        (["sync", "demo", " "], "Say which connection"),
        (["connect-link", "create", "demo", "--platform", "mailchimp", "--history", "999999999999"], "at most 36,500"),
    ],
)
def test_it_is_said_in_one_sentence(operator: Operator, line: list[str], complaint: str) -> None:
    code, out, err = operator.type(*line)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert complaint in err


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (["workspace", "create", "other", "--zone", "Not/AZone"], "is no time zone"),
        (["status", "--runs", "-1"], "no number from 0"),
        (["backfill", "demo", "emailoctopus", "--since", "0001-01-01T00:00:00+14:00"], "is no date"),
        (["backfill", "demo", "emailoctopus", "--since", "9999-12-31T23:00:00-14:00"], "is no date"),
    ],
)
def test_it_is_refused_where_it_is_typed(operator: Operator, line: list[str], complaint: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(line)
    assert ended.value.code == 2
    assert complaint in operator.capsys.readouterr().err
    assert not operator.world.machine.bus.waiting


@pytest.mark.parametrize("ends", ["gone", "stopped", "closing"])
def test_waiting_for_a_sync_ends_with_its_connection(
    operator: Operator, ends: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = model.path("demo", "connections", operator.world.connection.id)
    documents, clock, looks = operator.stores.documents, operator.world.clock, list[float]()
    changes: dict[str, dict[str, object]] = {
        "stopped": {"state": ConnectionState.RECONNECT},
        "closing": {"closing_at": clock.now()},
    }

    def pause(seconds: float) -> None:
        looks.append(seconds)
        clock.forward(seconds=seconds)
        if len(looks) == 3 and ends == "gone":
            documents.delete(where)
        elif len(looks) == 3:
            documents.set(where, {**(documents.get(where) or {}), **changes[ends]})

    monkeypatch.setattr(clock, "pause", pause)
    code, _, err = operator.type("sync", "demo", "emailoctopus", "--wait")
    assert (code, len(looks)) == (2, 3)
    assert "ended or was stopped" in err


def test_a_request_that_nobody_reads_is_not_waited_for_without_end(operator: Operator) -> None:
    code, _, err = operator.type("sync", "demo", "emailoctopus", "--wait")
    assert (code, "has not begun within 10 minutes" in err) == (2, True)


# -- and where such words stand in documents already ---------------------------------------------------


def kept(world: Pipeline, **odd: object) -> Connection:
    changed = replace(world.connection, **odd)  # type: ignore[arg-type]
    world.machine.documents.set(model.path("demo", "connections", changed.id), to_doc(changed))
    return changed


def days_of_visits() -> Pipeline:
    return Pipeline("google_analytics", streams=["daily_overview"], counts={"visits": 1, "orders": 1, "days": 3})


def test_a_history_that_no_calendar_has_is_as_far_as_the_platform_tells() -> None:
    world = days_of_visits()
    run = world.machine.run(world.machine.sync(kept(world, history_days=999_999_999_999)))
    assert run["state"] == RunState.COMPLETED
    assert not world.differences()


def test_a_zone_that_is_none_ends_the_run_with_a_sentence() -> None:
    world = days_of_visits()
    run = world.machine.run(world.machine.sync(kept(world, zone="Not/AZone", history_days=3)))
    assert (run["state"], run["problems"][0]["code"]) == (RunState.FAILED, "odd-zone")
    assert "time zone" in run["problems"][0]["sentence"]
    assert not world.machine.open()
    again = world.machine.run(world.machine.sync(kept(world, zone="Europe/Vienna", history_days=3), "again"))
    assert again["state"] == RunState.COMPLETED


@pytest.mark.parametrize("side", ["since", "until"])
@pytest.mark.parametrize("moment", ["0001-01-01", "0001-01-01T00:00:00.000001Z", "9999-12-31T23:59:59Z"])
@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati"])
def test_a_window_at_the_end_of_time_is_one_in_any_zone(zone: str, moment: str, side: str) -> None:
    since, until = (parse(moment) if each == side else None for each in ("since", "until"))
    rule = Days(1, timedelta(days=1), timedelta(days=3), "date")
    assert bool(list(windows(rule, zone, NOON, since, until))) == (side == ("since" if moment < "2" else "until"))
