"""What a person who asked a platform to be forgotten reads at the address that the platform shows."""

from __future__ import annotations

from markupsafe import Markup

from shared.model import DONE, NEWER, PlatformCall
from shared.oauth.html import moment, page, sign


def state(call: PlatformCall, title: str) -> Markup:
    """No name of anybody stands here: whoever has the address may see it."""
    erased = [outcome for outcome in call.outcomes.values() if outcome != NEWER]
    if call.state == DONE and not call.meant:
        heading = "We found nothing"
        text = Markup(
            "<p>Nothing that we have is known to have come by your access to {}. If you think that this is wrong, write "
            "to whoever asked you to connect, and name this code.</p>"
        ).format(title)
        kind = "note"
    elif call.state == DONE and not erased:
        heading = "It was left as it is"
        text = Markup(
            "<p>You connected {} again after you asked for this, so what is read since then stays.</p>"
        ).format(title)
        kind = "note"
    elif call.state == DONE and call.finished_at:
        heading = "It has been deleted"
        text = Markup("<p>What we had by your access to {} was deleted on {}.</p>").format(
            title, moment(call.finished_at, "UTC")
        )
        kind = "good"
    else:
        heading = "It is being deleted"
        text = Markup(
            "<p>{} told us on {} that you want what we have by your access to be deleted. Your access is ended first; "
            "then what was read with it is deleted. This mostly takes less than an hour.</p>"
        ).format(title, moment(call.received_at, "UTC"))
        kind = "note"
    left = Markup("<p>Backups end by themselves within the weeks after that.</p>")
    code = Markup("<p>Your confirmation code: <code>{}</code></p>").format(call.id)
    return page(heading, sign(kind), Markup("<h1>{}</h1>").format(heading), text, left, code)


def unknown() -> Markup:
    heading = "We do not know this address"
    text = Markup("<p>It may have been cut short when it was copied.</p>")
    return page(heading, sign("bad"), Markup("<h1>{}</h1>").format(heading), text)
