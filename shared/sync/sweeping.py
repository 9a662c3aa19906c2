"""Which rows of a run may be marked as gone: those that a complete reading did not show. The one destructive act. Pure.

Of a stream that is read whole, the reading is complete when every slice of it and of its parents was read and nothing
speaks against it. Of a stream that is read by days, each window of days is a reading of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from shared.kit.calendar import as_days
from shared.model import Connection, Page, Run, Slice
from shared.stores.ports import Doc
from shared.sync.planning import days_of, runs_of_days, sweep_slice
from shared.sync.settling import doubtful, short, vanished
from shared.vocabulary.choosing import had, sweepable
from shared.vocabulary.platform import Platform
from shared.vocabulary.stream import Stream

HELD, SHORT, UNDER_WAY = "sweep-held", "rows-missing", "under-way"


@dataclass(frozen=True, slots=True)
class Sweeps:
    """What is to be marked; what the connection remembers of its readings; and what speaks against some of them."""

    parts: list[Slice]
    seen: Mapping[str, Doc]
    problems: list[Doc]


def sweeps_of(
    platform: Platform, connection: Connection, run: Run, loaded: Iterable[Slice], failed: Iterable[Slice]
) -> Sweeps:
    read = [replace(part, stream=platform.today(part.stream)) for part in loaded if part.kind == "extract"]
    found = _problems(platform, run, read)
    not_whole = {platform.today(part.stream) for part in failed} | {problem["stream"] for problem in found}
    parts: list[Slice] = []
    seen = dict(connection.seen)
    for stream in had(platform, connection, run.streams):
        own = [part for part in read if part.stream == stream.name]
        if stream.days is not None and stream.parent is None and not stream.keep_missing:
            parts += _days(run, stream, own)
            seen = _remembered(run, own, seen)
        elif not (sweepable(platform, stream) and set_out(platform, stream, read)):
            continue
        elif not lineage(platform, stream.name) & not_whole:
            rows, before = sum(part.rows for part in own), connection.seen.get(stream.name, {})
            if doubtful(rows, before.get("rows", 0), before.get("held")):
                seen[stream.name] = {**before, "held": rows}
                not_whole.add(stream.name)
                found.append(_held(platform, stream.name, rows, before["rows"]))
            else:
                seen[stream.name] = {"rows": rows}
                parts.append(sweep_slice(run, stream.name))
    return Sweeps(parts, seen, found)


def set_out(platform: Platform, stream: Stream, read: Iterable[Slice]) -> bool:
    """Whether the run set out to read it. One that was chosen while the run was under way is the next one's matter:
    that nothing of it was seen says nothing."""
    family = lineage(platform, stream.name)
    ours = [part for part in read if part.stream in family]
    fed = ({platform.today(name) for name in part.feeds} for part in ours if part.stream != stream.name)
    return bool(ours) and all(stream.name in names for names in fed)


def _days(run: Run, stream: Stream, read: Iterable[Slice]) -> list[Slice]:
    """The days of which this run has seen every row there is, whatever became of others."""
    sure = [part for part in read if not (short(part) or vanished(part) or elsewhere(part))]
    windows = runs_of_days((part.since, part.until) for part in sure if part.since and part.until)
    return [sweep_slice(run, stream.name, days) for days in windows]


def _remembered(run: Run, read: Iterable[Slice], seen: Mapping[str, Doc]) -> dict[str, Doc]:
    """With what a backfill showed and was not believed; the next one of the same days may agree."""
    known = dict(seen)
    for part in read if run.reason == "backfill" else ():
        if part.since and part.until:
            name = days_of(part.stream, as_days(part.since, part.until))
            known.pop(name, None)
            if vanished(part):
                known[name] = {"held": part.rows}
    return known


def _problems(platform: Platform, run: Run, read: Iterable[Slice]) -> list[Doc]:
    """What kept this run from being whole although no slice of it failed; each once for a stream."""
    found: dict[tuple[str, str], Doc] = {}
    for stream in run.skipped:
        found[stream, UNDER_WAY] = _under_way(stream)
    for part in read:
        if short(part):
            found[part.stream, SHORT] = _short(platform, part.stream)
        elif vanished(part):
            found.setdefault((part.stream, HELD), _held(platform, part.stream, part.rows, part.before))
        elif elsewhere(part):
            found[part.stream, UNDER_WAY] = _under_way(part.stream)
    return list(found.values())


def elsewhere(part: Slice) -> bool:
    """Whether it was left to another run, which had it to read still."""
    return "elsewhere" in part.notes


def _under_way(stream: str) -> Doc:
    said = "An earlier sync has this to read still; it was not begun once more."
    return {"stream": stream, "code": UNDER_WAY, "sentence": said, "move": "machine"}


def _short(platform: Platform, stream: str) -> Doc:
    said = f"{platform.title} counts more records than it showed. The next sync reads them again."
    return {"stream": stream, "code": SHORT, "sentence": said, "move": "machine"}


def _held(platform: Platform, stream: str, rows: int, before: int) -> Doc:
    said = (
        f"{platform.title} showed {rows} rows where {before} were before. What it no longer shows is marked as gone "
        "when the next reading agrees."
    )
    return {"stream": stream, "code": HELD, "sentence": said, "move": "machine"}


def lineage(platform: Platform, name: str) -> set[str]:
    """A stream and those above it."""
    stream = platform.stream(name)
    return {name} | (lineage(platform, stream.parent.stream) if stream.parent else set())


def sweep_page(run: Run, platform: Platform, part: Slice) -> Page:
    return Page(
        id=part.id,
        workspace=run.workspace,
        connection=run.connection,
        run=run.id,
        slice=part.id,
        table=platform.table(part.stream),
        kind="sweep",
        read_at=run.started_at,
        since=part.since,
        until=part.until,
        touched_at=run.started_at,
        expires_at=run.expires_at,
    )
