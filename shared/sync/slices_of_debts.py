"""What a run owes becomes slices of the next one. Pure; which debts there are is asked elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from shared.model import Connection, Cursor, Debt, Run, Slice, stable_id
from shared.sync.slices_of_run import slice_of, span_of
from shared.vocabulary.choosing import available_streams, sweepable
from shared.vocabulary.platform import Platform


def owed_slices(
    platform: Platform,
    connection: Connection,
    run: Run,
    cursors: Mapping[str, Cursor],
    planned: Iterable[Slice],
    debts: Iterable[Debt],
) -> tuple[list[Slice], list[Debt]]:
    """The planned slices with those of debts; and the debts that nobody can or wants to pay any more.

    Those are of streams that the connection does not read (when it does again, their parents are read whole), of
    parents that this run reads whole anyhow, and of days that lie behind what the platform tells.
    """
    slices = {slice_.id: slice_ for slice_ in planned}
    unplanned = {slice_.stream for slice_ in slices.values() if slice_.kind == "plan"}
    reads = {stream.name: stream for stream in available_streams(platform, connection, run.streams)}
    ever = {stream.name for stream in available_streams(platform, connection)}
    dropped = []
    for debt in debts:
        name = stable_id(run.id, debt.stream, debt.partition)
        stream = reads.get(debt.stream)
        if name in slices:
            slices[name] = replace(slices[name], owed=True)
        elif stream is None:
            dropped += [debt] if debt.stream not in ever else []
        elif stream.parent is not None and sweepable(platform, platform.stream(stream.parent.stream)):
            dropped.append(debt)  # its parents are all read again, and give it anew if it is there still
        elif stream.parent is not None:
            span = span_of(platform, stream, connection, run, debt.partition, cursors)
            if stream.days is not None:
                span = debt.since, debt.until
            slice_ = slice_of(platform, stream, connection, run, debt.given, debt.partition, span)
            slices[name] = replace(slice_, owed=True)
        elif debt.stream not in unplanned:
            dropped.append(debt)  # its stream was planned, without these days
    return list(slices.values()), dropped
