"""Lists of mail: who came and who left. Platforms tell lists by their ids; what they are called stands in no mart."""

from __future__ import annotations

from collections.abc import Iterator

from shared.console.figures.asking import ALL, Asking, of_platforms
from shared.console.figures.closer_mail import GROWTH, growth
from shared.console.figures.parts import Key, Part, Picture
from shared.console.figures.tables import Cell, Column, Listing, Name
from shared.console.tongue import say
from shared.drawing.days import Series
from shared.drawing.words import Unit, number
from shared.questions.question import Days, Question

COUNT, LINES = Unit(), 5


def lists(asking: Asking) -> Part:
    platforms = asking.platforms(GROWTH)
    if not platforms:
        return Part()
    names = {"joined": say("Came"), "gone": say("Left"), "net": say("The difference")}
    filters = of_platforms(platforms)
    totals, told = asking.total(GROWTH, tuple(names), filters), asking.by_day(GROWTH, tuple(names), filters=filters)
    keys = tuple(
        Key(
            f"lists-{name}", title, COUNT, totals.now.get(name), totals.before.get(name), told.course,
            told.adding(ALL, name), totals.remark,
        )
        for name, title in names.items()
    )  # fmt: skip
    return Part(keys, (*growth(asking), *_by_list(asking)), tables=tuple(_table(asking)))


def _by_list(asking: Asking) -> Iterator[Picture]:
    told = asking.by_day(GROWTH, ("net",), "list_id", of_platforms(asking.platforms(GROWTH)))
    courses = {name: told.adding(name, "net") for name in told.names}
    most = sorted(courses, key=lambda name: -sum(abs(value or 0) for value in courses[name]))[:LINES]
    if len(courses) > 1:
        yield Picture(
            key="net", kind="lines", name=say("The difference by list"), unit=COUNT, course=told.course, note=told.note,
            caption=say("Who came less who left, a day; lists share people"), missing=told.word(*courses.values()),
            series=tuple(Series(name or say("Not told"), courses[name], place) for place, name in enumerate(most, 1)),
        )  # fmt: skip


def _table(asking: Asking) -> Iterator[Listing]:
    """Over all days the difference comes to who is on the list, of those of whom the platform tells."""
    whole = asking.span.whole
    by = ("connection_id", "platform", "list_id")
    every = asking.rows(Question(mart=GROWTH, measures=("net",), dimensions=by))
    in_days: dict[tuple[str, str], dict[str, object]] = {}
    if whole is not None:
        days = Days(first=whole.first, last=whole.last)
        for row in asking.rows(Question(mart=GROWTH, measures=("joined", "gone", "net"), dimensions=by, days=days)):
            in_days[row["connection_id"], row["list_id"] or ""] = row
    rows: list[tuple[Cell, ...]] = []
    for row in sorted(every, key=lambda each: -(number(each["net"]) or 0)):
        now = in_days.get((row["connection_id"], row["list_id"] or ""), {})
        account = asking.account(row["connection_id"], row["platform"])
        rows.append((
            Name(row["list_id"] or say("Not told which"), account), number(row["net"]), number(now.get("joined")),
            number(now.get("gone")), number(now.get("net")),
        ))  # fmt: skip
    yield Listing(
        key="lists", name=say("Lists"), is_open=True, rows=rows,
        caption=say("One person may be on several lists; the lists do not add up to people"),
        columns=(
            Column("list", say("List")), Column("on_it", say("On it, as told"), COUNT),
            Column("joined", say("Came"), COUNT), Column("gone", say("Left"), COUNT),
            Column("net", say("The difference"), COUNT),
        ),
        note=say("Of the time before a list was first read only those are known who were there then."),
    )  # fmt: skip
