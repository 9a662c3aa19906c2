"""Which streams of a platform are read: what a connection chose, what they hang on, and which of them may be swept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shared.errors import Configure
from shared.model import Connection
from shared.vocabulary.platform import Platform
from shared.vocabulary.stream import Stream


def selected_streams(platform: Platform, wanted: Sequence[str]) -> list[Stream]:
    """The streams to read, parents of chosen children included."""
    return with_parents(platform, wanted or default(platform))


def default(platform: Platform) -> list[str]:
    """What is read of an account of which nobody said anything."""
    return [stream.name for stream in platform.streams if not stream.optional]


def with_parents(platform: Platform, wanted: Iterable[str]) -> list[Stream]:
    """These streams, and those whose rows they hang on."""
    names = {platform.today(name) for name in wanted}
    for view in platform.views:
        if view.name in names:
            names.add(view.of)
    for stream in reversed(platform.streams):  # a parent stands before its children
        if stream.name in names and stream.parent:
            names.add(stream.parent.stream)
    return [stream for stream in platform.streams if stream.name in names]


def also(platform: Platform, besides: Sequence[str]) -> list[Stream]:
    """The streams that are always read, and those of the others that are named, parents included."""
    names = {stream.name for wanted in ((), besides) for stream in selected_streams(platform, wanted)}
    return [stream for stream in platform.streams if stream.name in names]


def wanted_of(platform: Platform, connection: Connection) -> list[str]:
    """The names of what a connection reads, parents aside. What was added stands beside a set and what was left out is
    taken from it, so a stream that a later release reads by default is among them."""
    left_out = {platform.today(name) for name in connection.streams_without}
    left_out |= {each for name in left_out for each in below(platform, name)}
    views = {view.name: view.of for view in platform.views}
    named = [platform.today(name) for name in connection.streams or default(platform)]
    return [name for name in named if views.get(name, name) not in left_out] + connection.streams_with


def available_streams(platform: Platform, connection: Connection, asked: Sequence[str] = ()) -> list[Stream]:
    """The streams to read: those that a run was asked for, or the connection's. Of them those that this account has: a
    Page without Instagram has no posts there."""
    wanted = with_parents(platform, asked or wanted_of(platform, connection))
    return [each for each in wanted if not each.needs or connection.values.get(each.needs)]


def below(platform: Platform, name: str) -> set[str]:
    """The streams that hang on the rows of this one, and on theirs."""
    found = set[str]()
    for child in platform.children(name):
        found |= {child.name} | below(platform, child.name)
    return found


def unknown_streams(platform: Platform, wanted: Iterable[str]) -> list[str]:
    known = {stream.name for stream in platform.streams} | {view.name for view in platform.views}
    return sorted(name for name in set(wanted) if platform.today(name) not in known)


def gone(platform: Platform, name: str) -> Configure:
    """Why nothing is read, or loaded, of a stream that this release does not have."""
    said = f"Tributary no longer reads “{name[:60]}” of {platform.title}, or not in this release: leave it out."
    return Configure("stream-gone", said)


def sweepable(platform: Platform, stream: Stream) -> bool:
    """True when a run that reads this stream to its end has seen every row there is."""
    if not stream.full:
        return False
    return stream.parent is None or sweepable(platform, platform.stream(stream.parent.stream))


def marked(platform: Platform, stream: Stream) -> bool:
    """Whether what a later reading no longer shows is marked: of streams read whole, and of those read by days."""
    by_days = stream.days is not None and stream.parent is None and not stream.keep_missing
    return by_days or sweepable(platform, stream)


def tells_gone(platform: Platform, stream: Stream) -> bool:
    """Whether we hear of it when a record is deleted. Of any other, all that is known is when it was last told."""
    return marked(platform, stream) or bool(stream.gone)
