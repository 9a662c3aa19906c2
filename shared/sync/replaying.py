"""What a replay loads and marks: slices and pages made of what was staged, without one call. Pure.

All pages of a stream come first, then its sweeps: where all readings are there, a row goes with the first sweep that
was begun after its newest reading, which is the one that it went with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from shared.clock import parse
from shared.model import Connection, Page, Run, Slice, stable_id
from shared.states import PageKind, PageState, SliceKind, SliceState
from shared.stores.ports import Staged
from shared.sync.batches import MOST_SWEEPS
from shared.sync.marked_as_gone import Swept
from shared.sync.slices_of_run import began, unplanned
from shared.vocabulary.choosing import gone, selected_streams, unknown_streams
from shared.vocabulary.platform import Platform


def replayed(
    platform: Platform, connection: Connection, run: Run, staged: Iterable[Staged], made: Iterable[Swept]
) -> tuple[list[Slice], list[Page]]:
    """A slice for each stream that was staged, and one for its sweeps, which waits until the run marks."""
    within = _within(run)
    found: dict[str, list[Staged]] = defaultdict(list)
    for one in staged:
        if one.metadata.get("connection") == connection.id and within(parse(one.metadata["read_at"])):
            found[platform.today(one.metadata["stream"])].append(one)
    sweeps: dict[str, list[Swept]] = defaultdict(list)
    for sweep in sorted(made, key=lambda each: (each.before, str(each))):
        if within(sweep.before):
            sweeps[platform.today(sweep.stream)].append(sweep)
    there = {stream.name for stream in platform.streams}
    wanted = (
        {stream.name for stream in selected_streams(platform, run.streams)} if run.streams else there | found.keys()
    )
    slices = [unplanned(platform, run, name, gone(platform, name)) for name in unknown_streams(platform, run.streams)]
    pages = list[Page]()
    for stream, objects in sorted(found.items()):
        if stream not in wanted:
            continue
        if stream not in there:
            slices.append(unplanned(platform, run, stream, gone(platform, stream)))
            continue
        slice_ = _slice(run, platform, stream)
        slice_ = replace(slice_, page=len(objects), rows=sum(int(one.metadata["rows"]) for one in objects))
        own = [_page_of(slice_, one, platform.table(stream)) for one in objects]
        marks = _slice(run, platform, stream, SliceKind.SWEEP)
        again = [
            _sweeps_of(marks, sweeps[stream][first : first + MOST_SWEEPS], platform.table(stream))
            for first in range(0, len(sweeps[stream]), MOST_SWEEPS)
        ]
        slices += [replace(slice_, to_load=len(own))] + ([replace(marks, to_load=len(again))] if again else [])
        pages += [*own, *again]
    return slices, pages


def _within(run: Run) -> Callable[[datetime], bool]:
    since, until, now = run.since, run.until, began(run)
    return lambda moment: (since is None or moment >= since) and (until is None or moment < until) and moment <= now


def _slice(run: Run, platform: Platform, stream: str, kind: SliceKind = SliceKind.REPLAY) -> Slice:
    return Slice(
        id=stable_id(run.id, stream, *([kind] if kind != SliceKind.REPLAY else [])),
        workspace=run.workspace,
        connection=run.connection,
        run=run.id,
        platform=platform.name,
        stream=stream,
        kind=kind,
        state=SliceState.PLANNED if kind == SliceKind.SWEEP else SliceState.STAGED,
        created_at=run.started_at,
        touched_at=run.started_at,
        expires_at=run.expires_at,
    )


def _page(slice_: Slice, table: str, moment: datetime, name: str) -> Page:
    """The loader takes pages by their ids, so these are loaded in the order in which they were read."""
    name = f"{moment.astimezone(UTC):%Y%m%dT%H%M%S%f}-{stable_id(slice_.id, name)}"
    page = Page(name, slice_.workspace, slice_.connection, slice_.run, slice_.id, table, read_at=moment)
    return replace(page, touched_at=slice_.touched_at, expires_at=slice_.expires_at)


def _page_of(slice_: Slice, staged: Staged, table: str) -> Page:
    page = _page(slice_, table, parse(staged.metadata["read_at"]), staged.name)
    return replace(page, object=staged.name, rows=int(staged.metadata["rows"]), bytes=staged.bytes)


def _sweeps_of(slice_: Slice, some: list[Swept], table: str) -> Page:
    """Named by what it holds: where more was written down before the plan was made to its end, nothing is left out."""
    docs = [sweep.doc for sweep in some]
    page = _page(slice_, table, some[0].before, " ".join(doc["page"] for doc in docs))
    return replace(page, kind=PageKind.SWEEPS, state=PageState.PLANNED, sweeps=docs)
