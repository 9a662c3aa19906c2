"""A page of figures as a page, as JSON and as CSV, and each of its pictures by itself: the same figures, out of one
version of what is published."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

import orjson
from markupsafe import Markup

from shared.console.desk import Desk
from shared.console.figures import files, saving
from shared.console.figures.asking import Asking
from shared.console.figures.parts import Key, Picture, Sheet
from shared.console.figures.span import COMPARED, NAMES, OWN, Span, span_of
from shared.console.figures.subjects import SUBJECTS, Subject
from shared.console.figures.tables import Name, shown, total_words
from shared.console.tongue import retold, say, say_of
from shared.console.web import Reply, Visit
from shared.drawing.words import day, period
from shared.kit.calendar import day_in, zone_named
from shared.model import Workspace
from shared.people.guard import Allowed
from shared.publishing.at_hand import AtHand
from shared.publishing.manifest import Manifest, Stamp
from shared.questions.periods import Calendar
from shared.questions.refusal import Refusal

AFTER = 60  # seconds until the tick has had what waits published
T = TypeVar("T")


def page(subject: str, desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    there = sheet(SUBJECTS[subject], desk, allowed, visit)
    return there if isinstance(there, Reply) else Reply("figures.html", {**values_of(there), "person": allowed.person})


def as_json(subject: str, desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    there = sheet(SUBJECTS[subject], desk, allowed, visit, not_yet)
    return there if isinstance(there, Reply) else Reply(json=orjson.dumps(files.plain(there)))


def as_csv(subject: str, desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    there = sheet(SUBJECTS[subject], desk, allowed, visit, not_yet)
    return there if isinstance(there, Reply) else Reply(saved=(files.name(there), files.lines(there)))


def picture(subject: str, desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    """One of them, as SVG or as CSV: by its key, and how it ends."""
    there = sheet(SUBJECTS[subject], desk, allowed, visit, not_yet)
    return there if isinstance(there, Reply) else saving.picked(there.pictures, visit, there.workspace.id)


def sheet(
    subject: Subject, desk: Desk, allowed: Allowed, visit: Visit, nothing: Callable[[Allowed], Reply] | None = None
) -> Sheet | Reply:
    """What the page shows; or the reply that says why there is nothing."""

    def work(asking: Asking) -> Sheet:
        return sheet_of(subject, allowed.workspace, asking)

    return asked(desk, allowed, visit, work, nothing or (lambda _: _says_that_nothing_is_there(desk, subject, allowed)))


def sheet_of(subject: Subject, workspace: Workspace, asking: Asking) -> Sheet:
    parts = tuple(part(asking) for part in subject.parts)
    title, there, span = say(subject.title), asking.there.manifest, asking.span
    return Sheet(subject.name, title, subject.first, workspace, there, span, parts)


def asked(
    desk: Desk,
    allowed: Allowed,
    visit: Visit,
    work: Callable[[Asking], T],
    nothing: Callable[[Allowed], Reply],
) -> T | Reply:
    """What `work` finds in the newest version of what is published, of the days that stand in the address."""
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

        def asking(there: AtHand) -> T:
            return work(Asking(there, marts.engine, span, workspace.currency, order))

        found = marts.read(workspace.id, asking)
    except Refusal as refusal:
        return Reply(
            "state.html",
            {
                "title": say("These days cannot be shown"),
                "text": f"{retold(refusal.sentence)} {retold(refusal.way_out)}".rstrip(),
            },
            400,
        )
    return nothing(allowed) if found is None else found


# -- the page ----------------------------------------------------------------------------------------------------


def values_of(there: Sheet) -> dict[str, Any]:
    return {
        **framed(there.workspace, there.manifest, there.span, there.subject),
        "title": there.title,
        "keys": keyed(there.keys),
        "whole": whole(there.span),
        "groups": list(groups(there.pictures)),
        "tables": there.tables,
        "things": there.things,
    }


def framed(workspace: Workspace, manifest: Manifest, span: Span, path: str) -> dict[str, Any]:
    """What every page of figures has above them: the stamp, and the days."""
    return {
        "workspace": workspace,
        "here": f"/workspaces/{workspace.id}/{path}",
        "saved_at": f"/workspaces/{workspace.id}/{path}",  # as JSON and CSV: by how it ends
        "stamp": stamped(workspace, manifest, span),
        "span": span,
        "names": {name: say(words) for name, words in NAMES.items()},
        "compared": {name: say(words) for name, words in COMPARED.items()},
        "own": span.name == OWN,
        "compares": path != "changes",  # which stands beside nothing
        "asked": urlencode(span.said),
        "cell": shown,
        "total": total_words,
        "is_name": lambda cell: isinstance(cell, Name),
    }


def _says_that_nothing_is_there(desk: Desk, subject: Subject, allowed: Allowed) -> Reply:
    return empty(desk, say(subject.title), subject.name, allowed)


def empty(desk: Desk, title: str, path: str, allowed: Allowed) -> Reply:
    """Where nothing is connected, waiting is of no use."""
    here = f"/workspaces/{allowed.workspace.id}"
    values = {"person": allowed.person, "workspace": allowed.workspace, "title": title, "here": f"{here}/{path}"}
    connected = bool(desk.engine.find(f"workspaces/{allowed.workspace.id}/connections", limit=1))
    return Reply("figures_empty.html", {**values, "connected": connected})


def not_yet(_: Allowed) -> Reply:
    body = {"error": {"code": "not-published", "message": "Nothing is published yet; it is on its way."}}
    return Reply(json=orjson.dumps(body), status=503, after=AFTER)


def keyed(keys: Sequence[Key]) -> list[tuple[Key, Markup]]:
    return [(key, Markup(key.drawn())) for key in keys]  # noqa: S704  drawing escapes what comes in


def groups(pictures: Sequence[Picture]) -> Iterator[list[dict[str, Any]]]:
    """Two beside each other, and alone what is broad."""
    pair: list[Picture] = []
    for each in sorted(pictures, key=lambda each: each.key == "sources"):
        if each.broad:
            yield [drawn(each)]
        else:
            pair.append(each)
        if len(pair) == 2:
            yield [drawn(each) for each in pair]
            pair = []
    if pair:
        yield [drawn(each) for each in pair]


def drawn(picture: Picture) -> dict[str, Any]:
    svg = Markup("".join(picture.drawn()))  # noqa: S704  drawing escapes what comes in
    return {"picture": picture, "svg": svg, "table": picture.beneath}


def whole(span: Span) -> str:
    """Which days the figures are of, and beside which."""
    whole, compared = span.whole, span.compared
    if whole is None:
        return say("Today is the first of these days, and is not over.")
    days = period(whole.first, whole.last)
    if compared:
        told = say_of(
            "%(num)s whole day, %(days)s, beside %(others)s.",
            "%(num)s whole days, %(days)s, beside %(others)s.",
            whole.days,
            days=days,
            others=period(compared.first, compared.last),
        )
    else:
        told = say_of("%(num)s whole day, %(days)s.", "%(num)s whole days, %(days)s.", whole.days, days=days)
    today = say("Today is in the pictures, dashed, and not in these figures.") if span.period.last >= span.today else ""
    return f"{told} {today}".rstrip()


def stamped(workspace: Workspace, manifest: Manifest, span: Span) -> dict[str, Any]:
    stamp, zone = manifest.stamp, workspace.zone
    return {
        "as_of": _moment(stamp.as_of, zone, span),
        "proved": day(stamp.proved_until) if stamp.proved_until else "",
        "things": list(_things(stamp)),
        "zone": zone.replace("_", " "),
        "version": manifest.version,
    }


def _moment(when: datetime, zone: str, span: Span) -> str:
    """Of today by its time alone."""
    local = when.astimezone(zone_named(zone))
    return f"{local:%H:%M}" if local.date() == span.today else f"{day(local.date())}, {local:%H:%M}"


def _things(stamp: Stamp) -> Iterator[tuple[str, str]]:
    """What to know of all figures of this version."""
    if stamp.differs:
        which = ", ".join(stamp.differs)
        yield say("Some rows differ."), say("Not as many as the platform counts: %(which)s.", which=which)
    if stamp.missing:
        which = ", ".join(stamp.missing)
        yield say("Some days or rows are owed."), say("They are read again with each sync: %(which)s.", which=which)
    if stamp.loading:
        which = ", ".join(stamp.loading)
        yield (
            say("Some rows were on their way."),
            say("At that moment these were being loaded: %(which)s.", which=which),
        )
