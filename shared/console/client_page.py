"""The client's own page: what is shared, with whom, last read, what goes out; and taking it back. Who comes by the
link needs no account, and sees this one client."""

from __future__ import annotations

from shared import model
from shared.access import wishes
from shared.audit.entry import Origin
from shared.console.desk import Desk
from shared.console.pages import platform_name
from shared.console.tongue import kept, say
from shared.console.web import Reply, Visit
from shared.feeds.accesses import KEPT, read
from shared.feeds.feed import FeedState, feed_of
from shared.messages import AccessWanted, LetterWanted
from shared.model import Connection, Workspace, from_doc
from shared.oauth.links import token_of
from shared.people import client_links, roles
from shared.people.client_links import ClientLink, ask_to_withdraw, confirmed, opened_by
from shared.people.guard import Allowed, workspace_there
from shared.people.persons import address
from shared.people.throttle import ATTEMPTS_PER_NETWORK, DAY
from shared.people.throttle import allowed as still_allowed
from shared.states import AccessAct, ConnectionState, WishState

ENDS = (AccessAct.DISCONNECT, AccessAct.WITHDRAW)
LETTERS = 5  # to withdraw, to one address in a day, however many links are made for it
STATES = {
    ConnectionState.ACTIVE: kept("Shared"),
    ConnectionState.RECONNECT: kept("Waits for you to allow it again"),
    ConnectionState.DISABLED: kept("Is being disconnected"),
}
WISHES = {
    WishState.WANTED: kept("Is being withdrawn"),
    WishState.WORKING: kept("Is being withdrawn"),
    WishState.DONE: kept("Withdrawn"),
    WishState.FAILED: kept("Could not be withdrawn; the agency has to look"),
}


# -- for an admin ------------------------------------------------------------------------------------------------


def client_page(desk: Desk, allowed: Allowed, _: Visit) -> Reply:
    return _links(desk, allowed)


def make_client_link(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    mail = address(visit.form.get("mail", ""))
    if not mail:
        return _links(
            desk, allowed, trouble=say("That is no mail address. It looks like name@example.com."), status=400
        )
    by = desk.origin(visit, allowed.caller)
    token, _ = client_links.make(desk.people, desk.clock, by, allowed.workspace.id, mail, allowed.person.id)
    return _links(desk, allowed, link=f"{desk.address}/client/{token}")


def take_back_client_link(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    by = desk.origin(visit, allowed.caller)
    client_links.take_back(desk.people, desk.clock.now(), by, allowed.things["client_link"])
    return Reply(location=f"/workspaces/{allowed.workspace.id}/client-page", status=303)


def _links(desk: Desk, allowed: Allowed, link: str = "", trouble: str = "", status: int = 200) -> Reply:
    found, now = client_links.of_workspace(desk.people, allowed.workspace.id), desk.clock.now()
    return Reply(
        "client_page.html",
        {
            "person": allowed.person,
            "workspace": allowed.workspace,
            "links": [each for each in found if each.open(now)],
            "link": link,
            "trouble": trouble,
        },
        status,
    )


# -- for the client ----------------------------------------------------------------------------------------------


def client(desk: Desk, _: Allowed, visit: Visit) -> Reply:
    opened = _opened(desk, visit)
    return _nothing() if opened is None else _page(desk, visit, *opened)


def ask_withdraw(desk: Desk, _: Allowed, visit: Visit) -> Reply:
    """The question before the letter: of one account, or of all of them."""
    opened = _opened(desk, visit)
    if opened is None:
        return _nothing()
    workspace = opened[1]
    found = _wanted(desk, workspace, visit.query.get("account", ""))
    if not found:
        return _nothing()
    return Reply("client_withdraw.html", {
        "here": f"/client/{visit.segments[1]}",
        "workspace": workspace,
        "accounts": [_account(each) for each in found],
        "account": visit.query.get("account", ""),
    })  # fmt: skip


def withdraw_shared(desk: Desk, _: Allowed, visit: Visit) -> Reply:
    """Nothing ends by this: a letter asks whoever the page is for."""
    opened = _opened(desk, visit)
    if opened is None:
        return _nothing()
    link, workspace = opened
    found = _wanted(desk, workspace, visit.form.get("account", ""))
    if not found:
        return _nothing()
    if not still_allowed(desk.people, desk.clock, f"withdrawals to {link.mail}", LETTERS, DAY):
        return Reply("state.html", _state(say("That was asked too often"), say("Try again tomorrow.")), 429)
    by, connections = _by(desk, visit, link), [each.id for each in found]
    letter = ask_to_withdraw(desk.people, desk.clock, by, link, connections, f"{desk.address}/client-withdraw")
    desk.bus.publish(LetterWanted(letter))
    text = say(
        "A letter is on its way to the address that this page was made for. Nothing ends before its link is used."
    )
    return Reply("state.html", _state(say("One step is left"), text, f"/client/{visit.segments[1]}"))


def confirm_withdraw(_: Desk, __: Allowed, ___: Visit) -> Reply:
    """What opens stands behind the `#`; the button sends it, so a program that looks through mail ends nothing."""
    return Reply("client_confirm.html")


def withdraw_confirmed(desk: Desk, _: Allowed, visit: Visit) -> Reply:
    """Each account's end is wished once, however often the button is pressed."""
    if not still_allowed(desk.people, desk.clock, f"withdrawals from {visit.network}", ATTEMPTS_PER_NETWORK):
        return Reply("state.html", _state(say("That was asked too often"), say("Try again in an hour.")), 429)
    found = confirmed(desk.people, token_of(visit.form.get("link", "")), desk.clock.now())
    if found is None or workspace_there(desk.engine, found.workspace) is None:
        text = say("It was more than an hour ago, or a part of the link is missing. Begin again on your page.")
        return Reply("state.html", _state(say("This link opens nothing"), text), 410)
    by = Origin(who=f"client:{found.link[:16]}", route=visit.route, network=visit.network, agent=visit.agent)
    for connection in found.connections:
        wish = wishes.ask(
            desk.engine, desk.people, desk.clock, by, found.workspace, connection, AccessAct.WITHDRAW, found.id
        )
        desk.bus.publish(AccessWanted(wish.id))
    text = say("Reading stops now, and the permission is given back and destroyed. Your page shows the receipt.")
    return Reply("state.html", _state(say("It is withdrawn"), text))


# -- what they stand on ------------------------------------------------------------------------------------------


def _opened(desk: Desk, visit: Visit) -> tuple[ClientLink, Workspace] | None:
    link = opened_by(desk.people, visit.segments[1], desk.clock.now())
    workspace = workspace_there(desk.engine, link.workspace) if link else None
    return (link, workspace) if link is not None and workspace is not None else None


def _nothing() -> Reply:
    text = say("It was taken back, has ended after 90 days, or a part of it is missing. Ask the agency for a new one.")
    return Reply("state.html", _state(say("This link opens nothing"), text), 404)


def _state(title: str, text: str, back: str = "") -> dict[str, str]:
    return {"title": title, "text": text, "back": back}


def _connections(desk: Desk, workspace: Workspace) -> list[Connection]:
    docs = desk.engine.find(f"{model.workspace_path(workspace.id)}/connections")
    return sorted((from_doc(Connection, doc) for doc in docs), key=lambda each: (each.platform, each.title))


def _wanted(desk: Desk, workspace: Workspace, account: str) -> list[Connection]:
    """One account of this client, or all that are shared."""
    found = [each for each in _connections(desk, workspace) if each.state != ConnectionState.DISABLED]
    return [each for each in found if account in ("", each.id)]


def _account(connection: Connection) -> dict[str, object]:
    return {
        "id": connection.id,
        "platform": platform_name(connection.platform),
        "title": connection.title,
        "state": STATES[connection.state],
        "good": connection.state == ConnectionState.ACTIVE,
        "read_at": connection.last_success_at,
        "shared": connection.state != ConnectionState.DISABLED,
    }


def _page(desk: Desk, visit: Visit, link: ClientLink, workspace: Workspace) -> Reply:
    now = desk.clock.now()
    last: dict[str, object] = {}
    for each in read(desk.feeds, workspace.id, since=now - KEPT):
        last.setdefault(each.feed, each.at)
    feeds = [feed_of(doc) for doc in desk.people.find("feeds", ("workspace", "==", workspace.id))]
    ended = [each for each in wishes.of_workspace(desk.engine, workspace.id) if each.act in ENDS]
    return Reply("client.html", {
        "here": f"/client/{visit.segments[1]}",
        "workspace": workspace,
        "accounts": [_account(each) for each in _connections(desk, workspace)],
        "people": len(roles.members(desk.people, workspace.id)),
        "feeds": [
            {"name": each.name, "last": last.get(each.id)} for each in feeds if each.state(now) is FeedState.OPEN
        ],
        "receipts": [
            {"state": WISHES[each.state], "at": each.finished_at or each.asked_at,
             "receipt": each.receipt, "account": each.connection}
            for each in ended
        ],
        "until": link.ends_at,
        "contact": workspace.contact,
    })  # fmt: skip


def _by(desk: Desk, visit: Visit, link: ClientLink) -> Origin:
    """Nobody who was known: by which link they came is all that there is to say."""
    return Origin(
        who=f"client:{link.short}", route=visit.route, network=visit.network, agent=visit.agent, request=visit.request
    )
