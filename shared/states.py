"""The states of things and the words for their kinds, each with what it means. docs/states.md draws how they change.

Firestore keeps the plain texts, and a member is equal to its text. A text that this release does not know, written by
a later one, stays a text (`model.from_doc`) and equals no member.
"""

from __future__ import annotations

from enum import StrEnum


class ConnectionState(StrEnum):
    """Whether an account is read."""

    ACTIVE = "active"  # its runs may begin
    RECONNECT = "reconnect"  # its access has ended: the client must connect it again
    DISABLED = "disabled"  # it is being disconnected, and what is there of it erased


class Schedule(StrEnum):
    """When the runs of a connection begin by themselves."""

    STANDARD = "standard"  # with all others, when Cloud Scheduler says so
    HOURLY = "hourly"  # an hour after the last one was due
    DAILY = "daily"  # a day after it
    MANUAL = "manual"  # only when somebody asks


class Reason(StrEnum):
    """Why a run was begun."""

    SCHEDULE = "schedule"  # it was due
    CONNECTED = "connected"  # the account has just been connected, or again
    OPERATOR = "operator"  # somebody asked for it
    BACKFILL = "backfill"  # somebody asked for a window of time; it moves no cursor
    REPLAY = "replay"  # somebody asked for what was staged to be loaded again; it makes no call


class RunState(StrEnum):
    """How far a run is."""

    PLANNED = "planned"  # its slices are being written; nobody works on it, and it cannot end
    RUNNING = "running"  # its slices are read and loaded
    SWEEPING = "sweeping"  # all is read: what was not seen any more is being marked
    COMPLETED = "completed"  # it has ended, and nothing is missing
    PARTLY = "partly"  # it has ended, and something is missing; what did not fail is whole
    FAILED = "failed"  # it has ended, and nothing of it was loaded


class SliceState(StrEnum):
    """How far a slice is."""

    PLANNED = "planned"  # the sweeps of a replay, which wait until its pages are loaded
    READY = "ready"  # whoever has a place at the connection may take it
    WORKING = "working"  # a worker has it, until its lease ends
    PARKED = "parked"  # it waits until a time (`not_before`)
    STAGED = "staged"  # it is read to its end; its pages are on their way into BigQuery
    LOADED = "loaded"  # all of it is in BigQuery
    FAILED = "failed"  # it was given up, with a sentence; somebody may retry it


class SliceKind(StrEnum):
    """What a slice is for."""

    EXTRACT = "extract"  # to read from the platform
    SWEEP = "sweep"  # to mark rows that a complete reading did not show
    REPLAY = "replay"  # to load pages that were staged before
    PLAN = "plan"  # to say why nothing of a stream could be planned; it has failed from the beginning


class PageState(StrEnum):
    """How far a staged page is."""

    PLANNED = "planned"  # the sweeps of a replay, which wait until its pages are loaded
    WAITING = "waiting"  # for a batch, or with one that is under way
    LOADED = "loaded"  # it is in BigQuery
    FAILED = "failed"  # it was given up, with its slice


class PageKind(StrEnum):
    """What a page asks of the loader."""

    ROWS = "rows"  # to put its object into the table
    SWEEP = "sweep"  # to mark what its run did not see
    SWEEPS = "sweeps"  # of a replay: to mark again what earlier runs marked. A release before it does not know the word


class BatchState(StrEnum):
    """How far a batch is."""

    RUNNING = "running"  # its table is leased for it, or waits to be
    COMPLETED = "completed"  # its pages are in BigQuery
    FAILED = "failed"  # it was given up with its slices; or taken apart, and its pages wait again


class CallState(StrEnum):
    """How far the answer to a call of a platform is."""

    OPEN = "open"  # what it asks for is being done
    DONE = "done"  # all of it is done


class AccessAct(StrEnum):
    """What somebody may want of a connection's access."""

    VALIDATE = "validate"  # the platform is asked whether it still takes it
    RENEW = "renew"  # it is renewed now
    DISCONNECT = "disconnect"  # it is given back and destroyed; rows stay
    WITHDRAW = "withdraw"  # the same, by the word of the client


class WishState(StrEnum):
    """How far a wish about access is."""

    WANTED = "wanted"  # nobody has begun with it
    WORKING = "working"  # somebody is at it, or it waits until a time (`look_at`)
    DONE = "done"  # it is carried out
    FAILED = "failed"  # it is not, and a sentence says why


class LetterState(StrEnum):
    """How far a letter is."""

    WANTED = "wanted"  # it is to go out
    SENDING = "sending"  # it is being handed over, until its lease ends
    SENT = "sent"  # the mail server has taken it
    UNSENT = "unsent"  # it does not go out: nobody here has the address
    LATE = "late"  # it does not go out any more: what it holds has ended
    REFUSED = "refused"  # the mail server refuses it for good


class AlarmState(StrEnum):
    """Whether what an alarm tells of is still so."""

    RINGING = "ringing"  # it is, and those whose move it is were told once
    MENDED = "mended"  # it is not any more, and they were told that


class DeliveryState(StrEnum):
    """How far what a webhook is to be told is."""

    WAITING = "waiting"  # it is to go out, at once or at a time (`look_at`)
    SENDING = "sending"  # it is being handed over, until its lease ends
    DELIVERED = "delivered"  # the address has taken it
    GIVEN_UP = "given_up"  # the address took it for days not, or never will; somebody may send it again


class WorkspaceState(StrEnum):
    """Whether the datasets of a workspace stand."""

    OPENING = "opening"  # what was wished is being made; nobody can connect yet
    OPEN = "open"  # its datasets stand, with those who may read and fill them


class Cause(StrEnum):
    """Why a version of a workspace's marts is published."""

    LOADED = "loaded"  # a run has ended, and its rows are in BigQuery
    RATES = "rates"  # exchange rates came
    SETTINGS = "settings"  # the workspace counts in another currency, or its days end elsewhere
    RELEASE = "release"  # the marts say something else
    ERASED = "erased"  # rows were taken away; what was published of them went at once
    UPLOADED = "uploaded"  # somebody brought rows of their own
    DAY_TURNED = "day turned"  # some marts tell of every day until today


OPEN_WISH = (WishState.WANTED, WishState.WORKING)
OPEN_RUN = (RunState.PLANNED, RunState.RUNNING, RunState.SWEEPING)
OPEN_SLICE = (SliceState.READY, SliceState.WORKING, SliceState.PARKED, SliceState.STAGED)
