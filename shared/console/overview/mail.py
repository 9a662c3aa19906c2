"""How mail was received."""

from __future__ import annotations

from shared.console.overview.asking import ALL, Asking, of_platforms
from shared.console.overview.parts import Key, Part, Picture
from shared.console.tongue import kept, say
from shared.drawing.axes import marks_for
from shared.drawing.days import Series
from shared.drawing.words import Unit, tick
from shared.platforms import platform
from shared.questions.question import Grain

MART, SHORT = "email_by_mailing", 14  # days up to which each stands for itself
DAILY = kept("Opens for each hundred delivered, by day of sending.")
WEEKLY = kept("Opens for each hundred delivered, by week of sending.")
SHARE = Unit("share")
DAILY = kept("Opens for each hundred delivered, by day of sending.")
WEEKLY = kept("Opens for each hundred delivered, by week of sending.")
OPENED, CLICKED, SENT = "open_rate", "click_rate", "sends"


def mail(asking: Asking) -> Part:
    platforms = asking.platforms(MART)
    if not platforms:
        return Part()
    measures = (OPENED, CLICKED, SENT)
    grain = Grain.DAY if len(asking.span.days) <= SHORT else Grain.WEEK
    filters = of_platforms(platforms)
    totals = asking.total(MART, measures, filters)
    told = asking.by_day(MART, measures, filters=filters, grain=grain)
    keys = tuple(
        Key(
            f"mail-{name}", title, unit, totals.now.get(name), totals.before.get(name), told.course,
            told.plain(ALL, name), totals.remark,
        )
        for name, title, unit in (
            (OPENED, say("Mail open rate"), SHARE),
            (CLICKED, say("Mail click rate"), SHARE),
            (SENT, say("Mails sent"), Unit()),
        )
    )  # fmt: skip
    apart = asking.by_day(MART, (OPENED,), "platform", filters, grain)
    series = tuple(Series(platform(each).title, apart.plain(each, OPENED), asking.slot(each)) for each in platforms)
    begins = marks_for((value for each in series for value in each.values), SHARE, 4, from_zero=False)[0]
    opened = Picture(
        key="opens", kind="lines", name=say("Mail opens"), unit=SHARE, course=apart.course, series=series,
        caption=" ".join((say(DAILY if grain is Grain.DAY else WEEKLY), *_axis(begins))),
        missing=say("no mail"), from_zero=False,
        note=apart.note,
    )  # fmt: skip
    return Part(keys, (opened,))


def _axis(begins: float) -> tuple[str, ...]:
    return (say("The axis begins at %(figure)s.", figure=tick(begins, SHARE)),) if begins > 0 else ()
