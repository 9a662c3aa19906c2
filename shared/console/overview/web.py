"""Who came to the website, and from where."""

from __future__ import annotations

from shared.console.overview.asking import ALL, Asking, of_platforms
from shared.console.overview.parts import Key, Part, Picture
from shared.console.tongue import say
from shared.drawing.days import Series
from shared.drawing.words import Unit, number
from shared.questions.question import Days, Question

MART, MOST = "web_by_day", 6
RATE = "engagement_rate"


def web(asking: Asking) -> Part:
    platforms = asking.platforms(MART)
    if not platforms:
        return Part()
    measures = ("sessions", RATE)
    filters = of_platforms(platforms)
    totals, told = asking.total(MART, measures, filters), asking.by_day(MART, measures, filters=filters)
    keys = tuple(
        Key(
            f"web-{name}", title, unit, totals.now.get(name), totals.before.get(name), told.course,
            told.adding(ALL, name) if name != RATE else told.plain(ALL, name), totals.remark,
        )
        for name, title, unit in (
            ("sessions", say("Web sessions"), Unit()), (RATE, say("Engaged sessions"), Unit("share")),
        )
    )  # fmt: skip
    slot = asking.slot(platforms[0])
    sessions = Picture(
        key="sessions", kind="bars", name=say("Web sessions"),
        caption=say("Sessions a day"), unit=Unit(), course=told.course,
        series=(Series(say("Web sessions"), told.adding(ALL, "sessions")),), slot=slot,
        note=told.note, missing=told.word(told.adding(ALL, "sessions")),
    )  # fmt: skip
    rows = _channels(asking)
    sources = Picture(
        key="sources", kind="share", name=say("Where sessions come from"),
        caption=say("Sessions of whole days, by channel"),
        unit=Unit(), rows=rows, heads=(say("Channel"), say("Sessions")), slot=slot,
    )  # fmt: skip
    return Part(keys, (sessions, sources) if rows else (sessions,))


def _channels(asking: Asking) -> tuple[tuple[str, float], ...]:
    """The largest, and the others together."""
    whole = asking.span.whole
    if whole is None:
        return ()
    answer = asking.ask(
        Question(
            mart=MART, measures=("sessions",), dimensions=("channel_group",), order=("-sessions",),
            days=Days(first=whole.first, last=whole.last),
        )
    )  # fmt: skip
    told = [(name or say("Not told"), value) for name, cell in answer.rows if (value := number(cell))]
    others = sum(value for _, value in told[MOST:])
    return (*told[:MOST], *([(say("Others"), others)] if others else []))
