"""What a platform and its streams are, said in words."""

from __future__ import annotations

from collections import Counter

from shared.vocabulary.access import Key, OAuth
from shared.vocabulary.platform import Limits, Platform
from shared.vocabulary.slicing import Days, Since
from shared.vocabulary.stream import Stream


def release(platform: Platform) -> str:
    """The version of its interface that is spoken, and until when there is one."""
    return platform.version + (f", until {platform.sunset}" if platform.sunset else "")


def ways(platform: Platform) -> str:
    """How an account of it is connected."""
    oauth = [f"OAuth{' with PKCE' if way.pkce else ''}" for way in platform.auth if isinstance(way, OAuth)]
    return " or ".join([*oauth, *(way.name for way in platform.auth if isinstance(way, Key))])


def limits(platform: Platform) -> str:
    """The pace that is kept."""
    said = [f"{platform.limits.at_once} slices at once", *_paced(platform.limits)]
    for name, limits in platform.allowances.items():
        said.append(f"{limits.called or name}: {' and '.join(_paced(limits))}")
    return ", ".join(said)


def _paced(limits: Limits) -> list[str]:
    said = []
    if limits.per_second is not None:
        slow = limits.per_second < 0.5
        said.append(f"{limits.per_second * 60:.3g} calls a minute" if slow else f"{limits.per_second:g} calls a second")
    if limits.burst > 1:
        said.append(f"bursts of {limits.burst}")
    if limits.per_day:
        said.append(f"{limits.per_day:,} a day")
    if limits.shared_by == "app":
        said.append("shared by all connections")
    elif limits.shared_by != "account":
        said.append(f"shared by all connections with the same {limits.shared_by.replace('_', ' ')}")
    return said


def proofs(platform: Platform) -> str:
    """How many streams the platform's own figures are held against, and by what."""
    kinds = Counter("counts" if s.total else "sums" if s.totals else "" for s in platform.streams)
    said = [f"{kinds[kind]} by {kind}" for kind in ("counts", "sums") if kinds[kind]]
    return ", ".join(said) if said else "not given"


def reading(stream: Stream) -> str:
    """How much of it is read in a sync."""
    rule = stream.slices
    if isinstance(rule, Since):
        read = "what changed" + (f", and the last {rule.look_back.days} days again" if rule.look_back else "")
    elif isinstance(rule, Days):
        read = f"windows of {rule.size} days, again until {rule.look_back.days} days old; {rule.history.days} days back"
    else:
        read = "whole each time"
    if stream.parent:
        read += f", per row of {stream.parent.stream}"
    if stream.optional:
        read += "; only when asked for"
    return read


def proof(stream: Stream) -> str:
    """What the rows are held against."""
    if stream.total:
        return "the platform's count"
    if stream.totals:
        return f"the platform's sums of {', '.join(stream.totals.measures)}"
    return f"none: {stream.unproven}" if stream.unproven else "not given"
