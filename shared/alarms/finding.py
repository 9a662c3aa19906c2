"""What needs somebody just now, of documents that were read. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.alarms.choices import Choice
from shared.alarms.fact import Fact
from shared.alarms.kinds import What
from shared.alarms.spend import Spend
from shared.errors import Code
from shared.hooks.hook import Hook
from shared.model import Connection, Publication, Run
from shared.oauth.health import THRESHOLDS, countdown
from shared.platforms import PLATFORMS
from shared.states import ConnectionState, RunState, Schedule
from shared.sync import rhythm

LATE_BY = timedelta(hours=2)  # beyond what the schedule says, as the log of the operator has it
DAY = timedelta(days=1)
STANDARD = DAY  # how often the common schedule comes
ENDS = (90, 30, 7)  # days before a version's end at which people are told
TWICE = 2


@dataclass(frozen=True, slots=True)
class Seen:
    """Documents of one workspace."""

    connections: Sequence[Connection]
    ended: Mapping[str, Sequence[Run]]  # connection → its last runs that have ended, the newest first
    publication: Publication | None
    spend: Spend | None
    hooks: Sequence[Hook]
    choice: Choice  # the workspace's


def facts(seen: Seen, now: datetime) -> list[Fact]:
    return [
        *(each for connection in seen.connections for each in _of_connection(connection, seen, now)),
        *_versions(seen.connections, now),
        *_published(seen.publication),
        *(_spend(seen.spend) if seen.spend else ()),
        *(_budget(seen.spend, seen.choice, now) if seen.spend else ()),
        *(
            Fact(What.WEBHOOK_SILENT, hook.id, {"title": hook.name, "host": hook.host})
            for hook in seen.hooks
            if hook.silent_since is not None and (hook.is_open or hook.why)
        ),
    ]


def _of_connection(connection: Connection, seen: Seen, now: datetime) -> Iterable[Fact]:
    said = {"title": connection.title, "platform": _title(connection.platform)}
    if connection.state == ConnectionState.RECONNECT:
        why = str((connection.problem or {}).get("sentence", ""))
        yield Fact(What.RECONNECT, connection.id, {**said, "why": why}, connection=connection.id)
        return
    if connection.state != ConnectionState.ACTIVE or connection.closing_at is not None:
        return
    near = countdown(connection, now)
    if near is not None and connection.expires_at is not None:
        grade = THRESHOLDS.index(near["threshold"]) + 1
        told = {**said, "days": str(near["threshold"]), "day": f"{connection.expires_at:%Y-%m-%d}"}
        yield Fact(What.ACCESS_ENDS, connection.id, told, grade, connection.id)
    runs = seen.ended.get(connection.id, ())[:TWICE]
    if len(runs) == TWICE and all(run.state == RunState.FAILED for run in runs):
        why = next((str(each.get("sentence", "")) for each in runs[0].problems), "it does not say why.")
        yield Fact(What.FAILED_TWICE, connection.id, {**said, "why": why})
        return
    last = connection.last_success_at or connection.access_since or connection.connected_at
    allowed = _allowed(connection)
    if last is not None and allowed is not None and now - last > allowed:
        yield Fact(What.LATE, connection.id, {**said, "day": f"{last:%Y-%m-%d %H:%M} UTC"})


def _allowed(connection: Connection) -> timedelta | None:
    """How long ago the last whole run may be; None: nobody expects one."""
    if connection.schedule == Schedule.MANUAL:
        return None
    if not connection.rhythm:
        return rhythm.EVERY.get(connection.schedule, STANDARD) + LATE_BY
    try:
        found = rhythm.read(connection.rhythm)
    except rhythm.Unreadable:
        return None
    if isinstance(found, rhythm.Hours):
        return timedelta(hours=found.every) + LATE_BY
    places = sorted(rhythm.DAYS.index(day) for day in found.days)
    gaps = [after - before for before, after in zip(places, [*places[1:], places[0] + 7], strict=True)]
    return DAY * max(gaps) + LATE_BY


def _versions(connections: Iterable[Connection], now: datetime) -> Iterable[Fact]:
    for name in sorted({each.platform for each in connections if each.state != ConnectionState.DISABLED}):
        platform = PLATFORMS.get(name)
        if platform is None or platform.sunset is None:
            continue
        left = (platform.sunset - now.date()).days
        grade = sum(left <= days for days in ENDS)
        if grade:
            yield Fact(What.VERSION_ENDS, name, {"platform": platform.title, "day": str(platform.sunset)}, grade)


def _published(publication: Publication | None) -> Iterable[Fact]:
    if publication is None:
        return
    for stream in publication.differs:
        yield Fact(What.DIFFERS, stream, {"stream": stream})
    if (publication.problem or {}).get("code") == Code.COST_CAP:
        yield Fact(What.COST_CAP, "bigquery")


def _spend(spend: Spend) -> Iterable[Fact]:
    for each in spend.odd:
        told = {
            "platform": _title(each["platform"]), "currency": each["currency"], "day": each["day"],
            "spent": f"{each['spent']:,.2f}", "usual": f"{each['usual']:,.2f}",
        }  # fmt: skip
        what = What.SPEND_JUMPED if each["jumped"] else What.SPEND_STOPPED
        yield Fact(what, f"{each['platform']} {each['currency']}", told)


def _budget(spend: Spend, choice: Choice, now: datetime) -> Iterable[Fact]:
    spent = spend.spent.get(choice.budget_currency, 0.0)
    if choice.budget and spent > choice.budget and spend.month == f"{now:%Y-%m}":
        told = {
            "month": spend.month, "currency": choice.budget_currency,
            "spent": f"{spent:,.2f}", "budget": f"{choice.budget:,.2f}",
        }  # fmt: skip
        yield Fact(What.BUDGET_PASSED, spend.month, told)


def _title(platform: str) -> str:
    known = PLATFORMS.get(platform)
    return known.title if known else platform
