"""What can ring, as data: whose move it is, what is said, how it is found, how it is mended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from shared.errors import Move
from shared.people.levels import Role


class What(StrEnum):
    RECONNECT = "reconnect"
    ACCESS_ENDS = "access-ends"
    FAILED_TWICE = "failed-twice"
    LATE = "late"
    DIFFERS = "differs"
    SPEND_JUMPED = "spend-jumped"
    SPEND_STOPPED = "spend-stopped"
    BUDGET_PASSED = "budget-passed"
    VERSION_ENDS = "version-ends"
    COST_CAP = "cost-cap"
    WEBHOOK_SILENT = "webhook-silent"


@dataclass(frozen=True, slots=True)
class Kind:
    title: str
    move: Move
    least: Role  # who is told: members with this role or more; owners where there is none
    rings: str  # the sentence, with gaps that the fact fills
    mends: str  # the sentence when it is mended
    found: str  # how it is found
    mended: str  # how it is mended


KINDS: Mapping[What, Kind] = {
    What.RECONNECT: Kind(
        "A connection needs its client", Move.CLIENT, Role.ADMIN,
        "{title} ({platform}) is not read any more: {why}",
        "{title} ({platform}) is read again.",
        "the platform no longer takes the access, so the connection waits",
        "the client opens the link in the letter and connects once more",
    ),
    What.ACCESS_ENDS: Kind(
        "An access ends soon", Move.CLIENT, Role.ADMIN,
        "The access to {title} ({platform}) ends in less than {days} days, on {day}.",
        "The access to {title} ({platform}) goes on.",
        "the platform says when it ends; told 14, 7 and 2 days before",
        "the client opens the link in the letter and connects once more",
    ),
    What.FAILED_TWICE: Kind(
        "A run failed twice", Move.AGENCY, Role.ADMIN,
        "The last two runs of {title} ({platform}) failed: {why}",
        "{title} ({platform}) was read again.",
        "the last two runs of a connection that have ended came to nothing",
        "a run that comes to something; what is in the way stands with the run",
    ),
    What.LATE: Kind(
        "Figures are late", Move.AGENCY, Role.ADMIN,
        "{title} ({platform}) was last read whole on {day}, which is longer ago than its schedule allows.",
        "{title} ({platform}) is as fresh again as its schedule says.",
        "no whole run for longer than a connection's schedule and two hours",
        "a run that comes to its end",
    ),
    What.DIFFERS: Kind(
        "A proof differs", Move.US, Role.ANALYST,
        "{stream}: what is stored is not as many records as the platform counts.",
        "{stream}: what is stored is as many records again as the platform counts.",
        "the stamp of what is published names a stream whose rows are not as many as its platform counts",
        "a run that reads what was missing; `backfill` asks for it",
    ),
    What.SPEND_JUMPED: Kind(
        "Spend jumps", Move.AGENCY, Role.ANALYST,
        "{platform} spent {spent} {currency} on {day}. On the same weekdays before, it was about {usual} {currency}.",
        "{platform}: what is spent in {currency} is as on other weeks again.",
        "the last whole day against the same weekdays of eight weeks: median and spread",
        "a day that is like others; nothing has to be done where it was meant",
    ),
    What.SPEND_STOPPED: Kind(
        "Spend stops", Move.AGENCY, Role.ANALYST,
        "{platform} spent {spent} {currency} on {day}. On the same weekdays before, it was about {usual} {currency}.",
        "{platform}: what is spent in {currency} is as on other weeks again.",
        "hardly anything on the last whole day, where the same weekdays always had something",
        "a day that is like others; nothing has to be done where it was meant",
    ),
    What.BUDGET_PASSED: Kind(
        "A budget is passed", Move.AGENCY, Role.ANALYST,
        "{spent} {currency} were spent in {month}; the budget is {budget} {currency}.",
        "What was spent in {month} is within its budget, or that month is over.",
        "what was spent in this month, against the budget in the settings of alarms",
        "a higher budget, or the next month",
    ),
    What.VERSION_ENDS: Kind(
        "An API version ends", Move.US, Role.ADMIN,
        "The version of its API by which {platform} is read ends on {day}: a newer release of Tributary is needed.",
        "{platform} is read by a version of its API that goes on.",
        "the platform has said when its version ends; told 90, 30 and 7 days before",
        "a release of Tributary that reads a newer version",
    ),
    What.COST_CAP: Kind(
        "A cost cap is reached", Move.AGENCY, Role.ADMIN,
        "BigQuery has read as much today as the project lets it, so figures wait until tomorrow.",
        "BigQuery reads again.",
        "BigQuery says that the project's own quota (bytes a day) is used up",
        "the next day, or a higher quota",
    ),
    What.WEBHOOK_SILENT: Kind(
        "A webhook takes nothing", Move.AGENCY, Role.ADMIN,
        "The webhook {title} at {host} took nothing for three days, or is gone.",
        "The webhook {title} at {host} takes again what it is told, or has ended.",
        "a delivery was given up, and none was taken since",
        "a delivery that is taken; `alarm` and API send those again that were given up",
    ),
}  # fmt: skip
