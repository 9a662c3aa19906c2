"""How mail was received."""

from __future__ import annotations

from shared.console.figures.asking import ALL, Asking, of_platforms
from shared.console.figures.parts import Key, Part, Picture
from shared.console.tongue import say
from shared.drawing.axes import marks_for
from shared.drawing.days import Series
from shared.drawing.words import Unit, tick
from shared.platforms import platform
from shared.questions.question import Grain

MART, SHORT = "email_by_mailing", 14  # days up to which each stands for itself
SHARE = Unit("share")
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
            f"mail-{name}",
            title,
            unit,
            totals.now.get(name),
            totals.before.get(name),
            told.course,
            told.plain(ALL, name),
            totals.remark,
        )
        for name, title, unit in (
            (OPENED, say("Mail open rate"), SHARE),
            (CLICKED, say("Mail click rate"), SHARE),
            (SENT, say("Mails sent"), Unit()),
        )
    )
    apart = asking.by_day(MART, (OPENED,), "platform", filters, grain)
    series = tuple(Series(platform(each).title, apart.plain(each, OPENED), asking.slot(each)) for each in platforms)
    begins = marks_for((value for each in series for value in each.values), SHARE, 4, from_zero=False)[0]
    opened = Picture(
        key="opens",
        kind="lines",
        name=say("Mail opens"),
        unit=SHARE,
        course=apart.course,
        series=series,
        caption=(
            say("Opens for each hundred delivered, by day of sending.")
            if grain is Grain.DAY
            else say("Opens for each hundred delivered, by week of sending.")
        )
        + (" " + say("The axis begins at %(least)s.", least=tick(begins, SHARE)) if begins > 0 else ""),
        missing=say("no mail"),
        from_zero=False,
        note=apart.note,
    )
    return Part(keys, (opened,))
