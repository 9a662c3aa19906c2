"""What can go wrong, grouped by who must act. Every error is one sentence a person can read.

Problem
├── Later        the machine tries again          (limits, outages, half-sent answers)
├── Reconnect    the client must connect again    (a revoked or expired grant)
├── Configure    the agency must change something (a missing permission, a wrong setting)
└── Bug          we must change something         (an answer that breaks the platform's own rules)
Stale            not a failure: this worker lost its lease and must not write
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Move(StrEnum):
    """Who must act."""

    MACHINE = "machine"  # nobody: it is tried again
    CLIENT = "client"  # the client must connect again
    AGENCY = "agency"  # the agency must change something
    US = "us"  # whoever maintains Tributary must change something


class Code(StrEnum):
    """Codes of problems by which the code decides how to go on, or that are said in several places. All other codes are
    free texts, for people."""

    # a limit: whoever reads waits, and no fault is counted
    LIMITED = "limited"  # the platform asks us to slow down
    DAILY_ALLOWANCE = "daily-allowance"  # the calls of a day are used up: until midnight UTC, whatever the answer says
    DAILY_SHARE = "daily-share"  # the share of a day's calls that this stream may have is used up
    PACING = "pacing"  # our own pace: it is the turn of others
    # the same can be had another way
    TOO_MUCH = "too-much"  # half as many records to the page, then half as many days
    ANSWER_TOO_LARGE = "answer-too-large"  # it does not fit into our memory: too much as well
    PLACE_EXPIRED = "place-expired"  # the platform forgot the place in a list, which is begun again
    NOT_OFFERED = "not-offered"  # the platform does not know a part of the question, which is left out
    BIGQUERY_TOO_LARGE = "bigquery-too-large"  # the batch is taken apart
    COST_CAP = "cost-cap"  # somebody set how much BigQuery may read in a day, and that is read
    TABLE_GONE = "table-gone"  # somebody dropped the table, which is made again
    # nothing failed, and yet a run is not whole
    SWEEP_HELD = "sweep-held"  # so much is gone at once that the next reading has to agree
    ROWS_MISSING = "rows-missing"  # the platform counts more records than it showed
    UNDER_WAY = "under-way"  # another run has it to read still
    # the access
    REFUSED_ONCE = "refused-once"  # it is tried before it counts as ended
    GRANT_ENDED = "grant-ended"  # the platform no longer accepts it
    ACCESS_ENDED = "access-ended"  # it ended by itself, or our app was removed
    NOT_RENEWABLE = "not-renewable"  # there is nothing that it could be renewed by
    NO_CREDENTIAL = "no-credential"  # it is no longer kept
    NOT_KEPT = "not-kept"  # what was renewed could not be written down
    KEY_UNREADABLE = "key-unreadable"  # what is kept is no key
    APP_REFUSED = "app-refused"  # our app is set up wrongly
    TOKEN_REFUSED = "token-refused"  # noqa: S105  (a code) the token endpoint did not understand us
    DISCONNECTED = "disconnected"  # the connection is no longer there
    NO_PERMISSION = "no-permission"  # the account may not read this
    ACCOUNT_CLOSED = "account-closed"  # the account is closed, or was never set up
    SEES_NO_ACCOUNT = "sees-no-account"  # the login shows no account that could be connected
    NOT_AUTHORISED = "not-authorised"  # the platform does not take what we show it
    # the platform
    UNREACHABLE = "unreachable"  # it did not answer at all
    PLATFORM_DOWN = "platform-down"  # it has a fault of its own
    HALF_AN_ANSWER = "half-an-answer"  # a part of it came


@dataclass
class Problem(Exception):
    """A failure that is shown to people. `detail` is the raw side of it, redacted before it is kept."""

    code: str  # a `Code` where something is decided by it
    sentence: str
    detail: str = ""

    move = Move.US

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence}"


@dataclass
class Later(Problem):
    """The machine tries again; `not_before`: where the platform said when. The sentence is shown while waiting."""

    not_before: datetime | None = None
    counts: bool = True  # False: a stated limit, not a fault; it never uses up the attempts

    move = Move.MACHINE

    __str__ = Problem.__str__


class Reconnect(Problem):
    move = Move.CLIENT


class Configure(Problem):
    move = Move.AGENCY


class Bug(Problem):
    move = Move.US


@dataclass
class NotOffered(Bug):
    """The platform does not know a part of the question. `names`: which, where it says so."""

    names: tuple[str, ...] = ()

    __str__ = Problem.__str__


class Stale(Exception):
    """This worker's lease has passed to another; whatever it was about to write must not be written."""


class BadMessage(Exception):
    """A message that can never be understood: acknowledged, kept and shown, never retried."""
