"""Which rows of a run may be marked as gone: those that a complete reading did not show. The one destructive act. Pure.

Of a stream that is read whole, the reading is complete when every slice of it and of its parents was read and nothing
speaks against it. Of a stream that is read by days, each window of days is a reading of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from shared.errors import Code, Move
from shared.kit.calendar import as_days
from shared.model import Connection, Page, Run, Slice
from shared.states import PageKind, Reason, SliceKind
from shared.stores.ports import Doc
from shared.sync.slice_closing import doubtful, short, vanished
from shared.sync.slices_of_run import days_of, runs_of_days, sweep_slice
from shared.vocabulary.choosing import available_streams, sweepable
from shared.vocabulary.platform import Platform
from shared.vocabulary.stream import Stream


@dataclass(frozen=True, slots=True)
class Sweeps:
    """What is to be marked; what the connection remembers of its readings; and what speaks against some of them."""

    slices: list[Slice]
    seen: Mapping[str, Doc]
    problems: list[Doc]


def sweeps_of(
    platform: Platform, connection: Connection, run: Run, loaded: Iterable[Slice], failed: Iterable[Slice]
) -> Sweeps:
    read = [
        replace(slice_, stream=platform.today(slice_.stream)) for slice_ in loaded if slice_.kind == SliceKind.EXTRACT
    ]
    found = _problems(platform, run, read)
    not_whole = {platform.today(slice_.stream) for slice_ in failed} | {problem["stream"] for problem in found}
    slices: list[Slice] = []
    seen = dict(connection.seen)
    for stream in available_streams(platform, connection, run.streams):
        own = [slice_ for slice_ in read if slice_.stream == stream.name]
        if stream.days is not None and stream.parent is None and not stream.keep_missing:
            slices += _days(run, stream, own)
            seen = _remembered(run, own, seen)
        elif not (sweepable(platform, stream) and set_out(platform, stream, read)):
            continue
        elif not lineage(platform, stream.name) & not_whole:
            rows, before = sum(slice_.rows for slice_ in own), connection.seen.get(stream.name, {})
            if doubtful(rows, before.get("rows", 0), before.get("held")):
                seen[stream.name] = {**before, "held": rows}
                not_whole.add(stream.name)
                found.append(_held(platform, stream.name, rows, before["rows"]))
            else:
                seen[stream.name] = {"rows": rows}
                slices.append(sweep_slice(run, stream.name))
    return Sweeps(slices, seen, found)


def set_out(platform: Platform, stream: Stream, read: Iterable[Slice]) -> bool:
    """Whether the run set out to read it. One that was chosen while the run was under way is the next one's matter:
    that nothing of it was seen says nothing."""
    family = lineage(platform, stream.name)
    ours = [slice_ for slice_ in read if slice_.stream in family]
    fed = ({platform.today(name) for name in slice_.feeds} for slice_ in ours if slice_.stream != stream.name)
    return bool(ours) and all(stream.name in names for names in fed)


def _days(run: Run, stream: Stream, read: Iterable[Slice]) -> list[Slice]:
    """The days of which this run has seen every row there is, whatever became of others."""
    sure = [slice_ for slice_ in read if not (short(slice_) or vanished(slice_) or elsewhere(slice_))]
    windows = runs_of_days((slice_.since, slice_.until) for slice_ in sure if slice_.since and slice_.until)
    return [sweep_slice(run, stream.name, days) for days in windows]


def _remembered(run: Run, read: Iterable[Slice], seen: Mapping[str, Doc]) -> dict[str, Doc]:
    """With what a backfill showed and was not believed; the next one of the same days may agree."""
    known = dict(seen)
    for slice_ in read if run.reason == Reason.BACKFILL else ():
        if slice_.since and slice_.until:
            name = days_of(slice_.stream, as_days(slice_.since, slice_.until))
            known.pop(name, None)
            if vanished(slice_):
                known[name] = {"held": slice_.rows}
    return known


def _problems(platform: Platform, run: Run, read: Iterable[Slice]) -> list[Doc]:
    """What kept this run from being whole although no slice of it failed; each once for a stream."""
    found: dict[tuple[str, str], Doc] = {}
    for stream in run.skipped:
        found[stream, Code.UNDER_WAY] = _under_way(stream)
    for slice_ in read:
        if short(slice_):
            found[slice_.stream, Code.ROWS_MISSING] = _short(platform, slice_.stream)
        elif vanished(slice_):
            found.setdefault(
                (slice_.stream, Code.SWEEP_HELD), _held(platform, slice_.stream, slice_.rows, slice_.before)
            )
        elif elsewhere(slice_):
            found[slice_.stream, Code.UNDER_WAY] = _under_way(slice_.stream)
    return list(found.values())


def elsewhere(slice_: Slice) -> bool:
    """Whether it was left to another run, which had it to read still."""
    return "elsewhere" in slice_.notes


def _under_way(stream: str) -> Doc:
    said = "An earlier sync has this to read still; it was not begun once more."
    return {"stream": stream, "code": Code.UNDER_WAY, "sentence": said, "move": Move.MACHINE}


def _short(platform: Platform, stream: str) -> Doc:
    said = f"{platform.title} counts more records than it showed. The next sync reads them again."
    return {"stream": stream, "code": Code.ROWS_MISSING, "sentence": said, "move": Move.MACHINE}


def _held(platform: Platform, stream: str, rows: int, before: int) -> Doc:
    said = (
        f"{platform.title} showed {rows} rows where {before} were before. What it no longer shows is marked as gone "
        "when the next reading agrees."
    )
    return {"stream": stream, "code": Code.SWEEP_HELD, "sentence": said, "move": Move.MACHINE}


def lineage(platform: Platform, name: str) -> set[str]:
    """A stream and those above it."""
    stream = platform.stream(name)
    return {name} | (lineage(platform, stream.parent.stream) if stream.parent else set())


def sweep_page(run: Run, platform: Platform, slice_: Slice) -> Page:
    return Page(
        id=slice_.id,
        workspace=run.workspace,
        connection=run.connection,
        run=run.id,
        slice=slice_.id,
        table=platform.table(slice_.stream),
        kind=PageKind.SWEEP,
        read_at=run.started_at,
        since=slice_.since,
        until=slice_.until,
        touched_at=run.started_at,
        expires_at=run.expires_at,
    )
