"""Connect links of a client: made, and withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from shared import model
from shared.audit.entry import Origin, Outcome
from shared.errors import Configure
from shared.managing.office import NotAsItStands, Office
from shared.oauth import links
from shared.platforms import platform as platform_named
from shared.vocabulary.choosing import unknown_streams


def give(
    office: Office,
    by: Origin,
    workspace: str,
    platform: str,
    label: str = "",
    days: int = links.LIFETIME.days,
    history_days: int = 0,
    reconnects: str = "",
    streams: Sequence[str] = (),
) -> tuple[str, links.Link]:
    """A new link, and the id that opens it: the one time it can be seen."""
    known = platform_named(platform)
    if unknown := unknown_streams(known, streams):
        raise Configure("unknown-stream", f"{known.title} has no stream {', '.join(unknown)[:200]}.")
    if not 0 < days <= links.LONGEST or not 0 <= history_days <= links.MOST_HISTORY:
        raise Configure("bad-days", f"A link is good for a day at least, and for {links.LONGEST} at most.")
    if reconnects:
        doc = office.documents.get(model.path(workspace, "connections", reconnects))
        if doc is None or doc["platform"] != platform:
            raise Configure("no-such-connection", f"No connection of {known.title} is called that here.")
        if doc.get("closing_at") is not None:
            raise NotAsItStands("being-ended", "This connection is being ended, so nobody can connect it again.")
        streams = [*doc.get("streams", ()), *doc.get("streams_with", ()), *streams]  # their permissions, too
    office.tell(by, "link.made", platform, workspace, Outcome.BEGUN)
    token, link = links.create(
        office.documents,
        office.clock,
        workspace,
        platform,
        label,
        timedelta(days=days),
        reconnects,
        history_days,
        streams,
    )
    office.tell(by, "link.made", links.link_path(link.id), workspace)
    return token, link


def withdraw(office: Office, by: Origin, link: links.Link) -> links.Link:
    """Done twice it changes nothing."""
    of = links.link_path(link.id)
    office.tell(by, "link.withdrawn", of, link.workspace, Outcome.BEGUN)
    known = links.revoke(office.documents, office.clock, link.id)
    if known is None or known.revoked_at is None:
        raise NotAsItStands("link-used", "This link was used already, so there is nothing to withdraw.")
    office.tell(by, "link.withdrawn", of, link.workspace)
    return known
