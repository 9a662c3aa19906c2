"""Schedules and days as forms say them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from shared.console.tongue import kept, say
from shared.errors import Configure
from shared.kit.calendar import FAR_OFF, LONG_AGO
from shared.states import Reason, RunState
from shared.sync import edits, rhythm

HOURS, WEEKDAYS = "hours", "weekdays"
MOST = timedelta(days=36_500)
KINDS = {
    str(edits.STANDARD): kept("With all others"),
    "hourly": kept("Every hour"),
    "daily": kept("Every day at this time"),
    HOURS: kept("Every so many hours"),
    WEEKDAYS: kept("On days of the week"),
    str(edits.PAUSED): kept("Only when somebody asks"),
}
DAYS = {
    "monday": kept("Monday"), "tuesday": kept("Tuesday"), "wednesday": kept("Wednesday"),
    "thursday": kept("Thursday"), "friday": kept("Friday"), "saturday": kept("Saturday"), "sunday": kept("Sunday"),
}  # fmt: skip

RUNS = {
    str(RunState.PLANNED): kept("begins"),
    str(RunState.RUNNING): kept("under way"),
    str(RunState.SWEEPING): kept("under way"),
    str(RunState.COMPLETED): kept("whole"),
    str(RunState.PARTLY): kept("a part is missing"),
    str(RunState.FAILED): kept("failed"),
    str(Reason.SCHEDULE): kept("it was due"),
    str(Reason.CONNECTED): kept("just connected"),
    str(Reason.OPERATOR): kept("somebody asked"),
    str(Reason.BACKFILL): kept("days once more"),
    str(Reason.REPLAY): kept("loaded once more"),
}


def run_words(name: str) -> str:
    """Of how a run ended, or of why it was begun."""
    return say(RUNS.get(name, name))


def kinds() -> list[tuple[str, str]]:
    return [(name, say(words)) for name, words in KINDS.items()]


def weekdays() -> list[tuple[str, str]]:
    return [(name, say(words)) for name, words in DAYS.items()]


def schedule_said(form: Mapping[str, str]) -> str:
    """In the words in which it is kept. Raises Configure."""
    kind = form.get("kind", "")
    if kind == HOURS:
        return edits.schedule(f"every {form.get('hours', '').strip()[:4]} hours")
    if kind == WEEKDAYS:
        days = ", ".join(name for name in DAYS if form.get(f"day_{name}"))
        at = form.get("at", "").strip()[:5]
        return edits.schedule(f"{days} at {at}" if at else days)
    if kind not in KINDS:
        raise Configure("unfit", say("Choose when it is read."))
    return kind


def schedule_told(text: str) -> dict[str, object]:
    """The same, taken apart for the form."""
    told: dict[str, object] = {"kind": text, "hours": "6", "days": (), "at": f"{rhythm.AT:%H:%M}"}
    if text in KINDS:
        return told
    try:
        found = rhythm.read(text)
    except rhythm.Unreadable:  # of a later release
        return told
    if isinstance(found, rhythm.Hours):
        return {**told, "kind": HOURS, "hours": str(found.every)}
    return {**told, "kind": WEEKDAYS, "days": found.days, "at": f"{found.at:%H:%M}"}


def schedule_words(text: str) -> str:
    return say(KINDS[text]) if text in KINDS else text


def days_said(said: Mapping[str, str]) -> tuple[date, date] | None:
    """First and last, both included; None: none are said. Raises Configure."""
    first, last = said.get("since", ""), said.get("until", "")
    if not first and not last:
        return None
    try:
        found = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        raise Configure("bad-days", say("A day is such as 2026-09-01.")) from None
    if found[0] > found[1]:
        raise Configure("bad-days", say("The first of these days comes after the last."))
    if not LONG_AGO.date() < found[0] or found[1] >= FAR_OFF.date() or found[1] - found[0] > MOST:
        raise Configure("bad-days", say("No platform tells of days like these."))
    return found
