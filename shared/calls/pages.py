"""What a person who asked a platform to be forgotten reads at the address that the platform shows."""

from __future__ import annotations

from markupsafe import Markup

from shared.model import NEWER, PlatformCall
from shared.oauth.house import House
from shared.oauth.html import moment, page, sign
from shared.states import CallState

BACKUPS = Markup("<p>Backups end by themselves within the weeks after that.</p>")


def state(call: PlatformCall, title: str) -> Markup:
    """No name of anybody stands here: whoever has the address may see it. It claims no deletion that was none."""
    kind, heading, text = _told(call, title)
    code = Markup("<p>Your confirmation code: <code>{}</code></p>").format(call.id)
    return page(House(), heading, sign(kind), Markup("<h1>{}</h1>").format(heading), text, code)


def _told(call: PlatformCall, title: str) -> tuple[str, str, Markup]:
    """The sign, the heading, and what there is to say."""
    if call.state != CallState.DONE or call.finished_at is None:
        text = Markup(
            "<p>{} told us on {} that you want what we have by your access to be deleted. Your access is ended first; "
            "then what was read with it is deleted. This mostly takes less than an hour.</p>"
        ).format(title, moment(call.received_at, "UTC"))
        return "note", "It is being deleted", text + BACKUPS
    if not call.meant:
        text = Markup(
            "<p>Nothing that we have is known to have come by your access to {}. If you think that this is wrong, "
            "write to whoever asked you to connect, and name this code.</p>"
        ).format(title)
        return "note", "We found nothing", text
    if all(outcome == NEWER for outcome in call.outcomes.values()):
        text = Markup("<p>{} was connected again after you asked for this, so what we have stays.</p>").format(title)
        return "note", "It was left as it is", text
    text = Markup("<p>What we had by your access to {} was deleted on {}.</p>").format(
        title, moment(call.finished_at, "UTC")
    )
    return "good", "It has been deleted", text + BACKUPS


def unknown() -> Markup:
    heading = "We do not know this address"
    text = Markup("<p>It may have been cut short when it was copied.</p>")
    return page(House(), heading, sign("bad"), Markup("<h1>{}</h1>").format(heading), text)
