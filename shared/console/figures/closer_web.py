"""A closer look at the website: what visitors did, from where they came, and how many people they were."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shared.console.figures.asking import ALL, Asking, of_platforms
from shared.console.figures.parts import Key, Part, Picture
from shared.console.figures.tables import Cell, Column, Listing
from shared.console.figures.web import MART
from shared.console.figures.weeks import week_over_week
from shared.console.tongue import say
from shared.drawing.days import Series
from shared.drawing.words import Unit, number
from shared.questions.question import Days, Question

TRAFFIC, PEOPLE, MOST, LINES = "fact_web_traffic", "web_users", 20, 5
SHARE = Unit("share")


def web(asking: Asking) -> Part:
    platforms = asking.platforms(MART)
    if not platforms:
        return Part()
    return Part(
        _keys(asking, platforms),
        (*_channels(asking, platforms), *_people(asking)),
        tables=(
            *_sources(asking, "sources-of", ("source", "medium")), *_sources(asking, "visits-of", ("campaign_name",)),
            *week_over_week(asking, platforms, ("sessions",)),
        ),
    )  # fmt: skip


def _keys(asking: Asking, platforms: Sequence[str]) -> tuple[Key, ...]:
    filters, names = of_platforms(platforms), {"new_users": say("New visitors"), "key_events": say("Key events")}
    totals, told = asking.total(MART, tuple(names), filters), asking.by_day(MART, tuple(names), filters=filters)
    keys = [
        Key(
            f"web-{name}", title, Unit(), totals.now.get(name), totals.before.get(name), told.course,
            told.adding(ALL, name), totals.remark,
        )
        for name, title in names.items()
    ]  # fmt: skip
    money = asking.money(MART)
    if money is not None:
        revenue = money.column("revenue")
        of_money = (*filters, *money.filters)
        earned, course = asking.total(MART, (revenue,), of_money), asking.by_day(MART, (revenue,), filters=of_money)
        if earned.now.get(revenue):
            keys.append(
                Key(
                    "web-revenue", say("Revenue, as the property saw it"), money.unit, earned.now.get(revenue),
                    earned.before.get(revenue), course.course, course.adding(ALL, revenue), earned.remark,
                )
            )  # fmt: skip
    return tuple(keys)


def _channels(asking: Asking, platforms: Sequence[str]) -> Iterator[Picture]:
    """The largest of them, each with its course."""
    told = asking.by_day(MART, ("sessions",), "channel_group", of_platforms(platforms))
    courses = {name: told.adding(name, "sessions") for name in told.names}
    largest = sorted(courses, key=lambda name: -sum(value or 0 for value in courses[name]))[:LINES]
    if not largest:
        return
    left = len(courses) - len(largest)
    yield Picture(
        key="channels", kind="lines", name=say("Sessions by channel"), caption=say("Sessions a day, by channel"),
        unit=Unit(), course=told.course, missing=told.word(*courses.values()),
        series=tuple(Series(name or say("Not told"), courses[name], place) for place, name in enumerate(largest, 1)),
        note=" ".join(filter(None, (say("The %(count)s largest.", count=LINES) if left else "", told.note))),
    )  # fmt: skip


def _people(asking: Asking) -> Iterator[Picture]:
    """People are told for each day and property alone; two days share people, so nothing here adds up."""
    if not asking.platforms(PEOPLE):
        return
    whose = asking.rows(Question(mart=PEOPLE, dimensions=("connection_id", "platform")))
    told = asking.by_day(PEOPLE, ("active_users",), "connection_id")
    yield Picture(
        key="people", kind="lines", name=say("People on the website"), unit=Unit(), course=told.course,
        caption=say("Active on each day, estimated; people of two days are not two people"), missing=say("not told"),
        series=tuple(
            Series(
                asking.account(row["connection_id"], row["platform"]), told.plain(row["connection_id"], "active_users"),
                place,
            )
            for place, row in enumerate(whose[:LINES], 1)
        ),
    )  # fmt: skip


def _sources(asking: Asking, key: str, by: tuple[str, ...]) -> Iterator[Listing]:
    """From where sessions came, in the words of the property."""
    whole = asking.span.whole
    if whole is None or not asking.has(TRAFFIC):
        return
    measures = ("sessions", "engaged_sessions", "new_users", "key_events")
    answer = asking.ask(
        Question(
            mart=TRAFFIC, measures=measures, dimensions=by, order=("-sessions",), limit=MOST,
            days=Days(first=whole.first, last=whole.last),
        )
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for row in answer.rows:
        names, cells = row[: len(by)], [number(cell) for cell in row[len(by) :]]
        sessions, engaged = cells[:2]
        share = None if not sessions or engaged is None else engaged / sessions
        rows.append((" / ".join(each or say("not told") for each in names), sessions, share, *cells[2:]))
    if not rows or rows == [(say("not told"), *rows[0][1:])]:
        return
    titles = {
        "sources-of": (say("Sources"), say("Source and medium of the session, largest first")),
        "visits-of": (say("Campaigns that led here"), say("As links named them; “not told” came by none")),
    }
    name, caption = titles[key]
    yield Listing(
        key=key, name=name, caption=caption, is_open=True, rows=rows,
        columns=(
            Column("source", name), Column("sessions", say("Sessions"), Unit()),
            Column("engaged", say("Engaged"), SHARE), Column("new", say("New visitors"), Unit()),
            Column("key_events", say("Key events"), Unit()),
        ),
        note=say("%(count)s more are not shown here.", count=answer.rows_left_out) if answer.rows_left_out else "",
    )  # fmt: skip
