"""The page as a page, as JSON and as CSV: the same figures, out of one version of what is published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import orjson
from markupsafe import Markup

from shared.console.desk import Desk
from shared.console.overview.ads import ads
from shared.console.overview.asking import Asking
from shared.console.overview.files import lines, name, plain
from shared.console.overview.mail import mail
from shared.console.overview.parts import Overview, Picture
from shared.console.overview.shop import shop
from shared.console.overview.span import COMPARED, NAMES, OWN, Span, span_of
from shared.console.overview.web import web
from shared.console.tongue import say, say_of
from shared.console.web import Reply, Visit
from shared.drawing.words import day, period
from shared.kit.calendar import day_in, zone_named
from shared.people.guard import Allowed
from shared.publishing.at_hand import AtHand
from shared.publishing.manifest import Stamp
from shared.questions.periods import Calendar, Period
from shared.questions.refusal import Refusal

AFTER = 60  # seconds until the tick has had what waits published


def page(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    return _reply(desk, allowed, visit, _shown, _says_that_nothing_is_there)


def as_json(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    return _reply(desk, allowed, visit, lambda _, there: Reply(json=orjson.dumps(plain(there))), _not_yet)


def as_csv(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    return _reply(desk, allowed, visit, lambda _, there: Reply(saved=(name(there), lines(there))), _not_yet)


def _reply(
    desk: Desk,
    allowed: Allowed,
    visit: Visit,
    shown: Callable[[Allowed, Overview], Reply],
    nothing: Callable[[Allowed], Reply],
) -> Reply:
    workspace, marts = allowed.workspace, desk.marts()
    calendar = Calendar(day_in(workspace.zone, desk.clock.now()), workspace.fiscal_year_start)
    if not visit.prefetched:
        marts.looked(workspace.id)
    connected = sorted(
        desk.engine.find(f"workspaces/{workspace.id}/connections"), key=lambda doc: str(doc.get("connected_at") or "")
    )
    order = {name: place for place, name in enumerate(dict.fromkeys(doc["platform"] for doc in connected))}
    try:
        span = span_of(visit.query, calendar)

        def work(there: AtHand) -> Overview:
            asking = Asking(there, marts.engine, span, workspace.currency, order)
            return Overview(
                workspace, there.manifest, span, tuple(part(asking) for part in (ads, shop, web, mail))
            )  # fmt: skip

        found = marts.read(workspace.id, work)
    except Refusal as refusal:
        return Reply("state.html", {"title": say("These days cannot be shown"), "text": str(refusal)}, 400)
    return nothing(allowed) if found is None else shown(allowed, found)


# -- the page ----------------------------------------------------------------------------------------------------


def _shown(allowed: Allowed, there: Overview) -> Reply:
    span, workspace = there.span, there.workspace
    return Reply(
        "overview.html",
        {
            "person": allowed.person,
            "workspace": workspace,
            "stamp": _stamp(there),
            "span": span,
            "names": NAMES,
            "compared": COMPARED,
            "own": span.name == OWN,
            "asked": urlencode(span.said),
            "keys": [(key, Markup(key.drawn())) for key in there.keys],  # noqa: S704  drawing escapes what comes in
            "whole": _whole(span),
            "groups": list(_groups(there.pictures)),
            "things": [thing for part in there.parts for thing in part.things],
        },
    )


def _says_that_nothing_is_there(allowed: Allowed) -> Reply:
    return Reply("overview_empty.html", {"person": allowed.person, "workspace": allowed.workspace})


def _not_yet(_: Allowed) -> Reply:
    body = {"error": {"code": "not-published", "message": "Nothing is published yet; it is on its way."}}
    return Reply(json=orjson.dumps(body), status=503, after=AFTER)


def _groups(pictures: Sequence[Picture]) -> Iterator[list[dict[str, Any]]]:
    """Two beside each other, and alone what is broad."""
    pair: list[Picture] = []
    for picture in sorted(pictures, key=lambda each: each.key == "sources"):
        if picture.broad:
            yield [_drawn(picture)]
        else:
            pair.append(picture)
        if len(pair) == 2:
            yield [_drawn(each) for each in pair]
            pair = []
    if pair:
        yield [_drawn(each) for each in pair]


def _drawn(picture: Picture) -> dict[str, Any]:
    svg = Markup("".join(picture.drawn()))  # noqa: S704  drawing escapes what comes in
    return {"picture": picture, "svg": svg, "table": picture.beneath}


def _whole(span: Span) -> str:
    """Which days the figures are of, and beside which."""
    whole, compared = span.whole, span.compared
    if whole is None:
        return say("Today is the first of these days, and is not over.")
    days = say_of("%(num)s whole day, %(days)s", "%(num)s whole days, %(days)s", whole.days, days=_period(whole))
    said = say("%(days)s, beside %(others)s.", days=days, others=_period(compared)) if compared else f"{days}."
    today = say("Today is in the pictures, dashed, and not in these figures.")
    return f"{said} {today}" if span.period.last >= span.today else said


def _period(told: Period) -> str:
    return period(told.first, told.last)


def _stamp(there: Overview) -> dict[str, Any]:
    stamp, zone = there.manifest.stamp, there.workspace.zone
    return {
        "as_of": _moment(stamp.as_of, zone, there.span),
        "proved": day(stamp.proved_until) if stamp.proved_until else "",
        "things": list(_things(stamp)),
        "zone": zone.replace("_", " "),
        "version": there.manifest.version,
    }


def _moment(when: datetime, zone: str, span: Span) -> str:
    """Of today by its time alone."""
    local = when.astimezone(zone_named(zone))
    return f"{local:%H:%M}" if local.date() == span.today else f"{day(local.date())}, {local:%H:%M}"


def _things(stamp: Stamp) -> Iterator[tuple[str, str]]:
    """What to know of all figures of this version."""
    if stamp.differs:
        yield (
            say("Some rows differ."),
            say("Not as many as the platform counts: %(what)s.", what=", ".join(stamp.differs)),
        )
    if stamp.missing:
        said = say("They are read again with each sync: %(what)s.", what=", ".join(stamp.missing))
        yield say("Some days or rows are owed."), said
    if stamp.loading:
        said = say("At that moment these were being loaded: %(what)s.", what=", ".join(stamp.loading))
        yield say("Some rows were on their way."), said
