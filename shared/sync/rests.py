"""How long a stream rests by itself that is refused again and again, while others of its connection are answered.

The first refusal keeps everybody away for as long as the platform asks, because the limit may be the account's. A
stream that is refused again afterwards is asked about less and less often and keeps nobody else away: otherwise one
endpoint that always says "too many" would be asked first each time, and all others never.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.errors import Code, Later
from shared.stores.ports import Doc

FIRST, LONGEST = timedelta(seconds=30), timedelta(minutes=15)


def check(doc: Doc, name: str, now: datetime) -> None:
    """Raises Later while the stream of this name rests."""
    rest = doc.get("rests", {}).get(name)
    if rest is not None and rest["until"] > now:
        raise Later(Code.LIMITED, rest["because"], not_before=rest["until"], counts=False)


def after(doc: Doc, name: str, until: datetime, because: str, now: datetime) -> tuple[Doc, bool]:
    """The document with one more refusal of the stream; and whether it is the first, which concerns everybody."""
    known: Doc = doc.get("rests", {})
    times = known.get(name, {}).get("times", 0) + 1
    rest = min(max(until - now, FIRST) * 2 ** min(times - 1, 10), max(LONGEST, until - now))
    own = until if times == 1 else now + rest
    return {**doc, "rests": {**known, name: {"times": times, "until": own, "because": because}}}, times == 1


def answered(doc: Doc, name: str) -> Doc | None:
    """The document once the stream was answered again; None: it did not rest."""
    known: Doc = doc.get("rests", {})
    if name not in known:
        return None
    return {**doc, "rests": {each: rest for each, rest in known.items() if each != name}}
