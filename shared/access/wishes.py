"""A wish about the access of a connection is one document: who wants what, when, and how far it is."""

from __future__ import annotations

from collections.abc import Mapping

from shared import model
from shared.audit.entry import Origin, Outcome
from shared.audit.record import record
from shared.clock import Clock
from shared.model import WISHES_KEPT, AccessWish, from_doc, to_doc, wish_path
from shared.states import AccessAct
from shared.stores.ports import Documents

ACTS: Mapping[str, str] = {  # as the audit log names them
    AccessAct.VALIDATE: "access.validated",
    AccessAct.RENEW: "access.renewed",
    AccessAct.DISCONNECT: "access.disconnected",
    AccessAct.WITHDRAW: "access.withdrawn",
}


def ask(
    engine: Documents,
    people: Documents,
    clock: Clock,
    by: Origin,
    workspace: str,
    connection: str,
    act: AccessAct,
    request: str,
) -> AccessWish:
    """Write a wish down; whoever does it publishes `AccessWanted` then, and a nudge that is lost costs a minute.

    The same request (a text of the caller's, such as an idempotency key) is the same wish, however often it comes.
    Raises `Unwritten` where the audit log does not take it, and then nothing is wished. Whether somebody may wish it is
    for the caller to know.
    """
    name = model.stable_id(workspace, connection, act, request)
    known = engine.get(wish_path(name))
    if known is not None:
        return from_doc(AccessWish, known)
    now = clock.now()
    wish = AccessWish(
        name,
        workspace,
        connection,
        act,
        by.who,
        now,
        now + WISHES_KEPT,
        route=by.route,
        request=by.request,
        look_at=now,
    )
    record(people, by.entry(now, ACTS[act], thing(wish), workspace, Outcome.BEGUN, wish=name))
    engine.create_missing({wish_path(name): to_doc(wish)})
    return wish


def of_workspace(engine: Documents, workspace: str) -> list[AccessWish]:
    """The newest first."""
    found = [from_doc(AccessWish, doc) for doc in engine.find("wishes", ("workspace", "==", workspace))]
    return sorted(found, key=lambda wish: wish.asked_at, reverse=True)


def of_connection(engine: Documents, workspace: str, connection: str) -> list[AccessWish]:
    """The newest first."""
    found = [from_doc(AccessWish, doc) for doc in engine.find("wishes", ("connection", "==", connection))]
    return sorted((each for each in found if each.workspace == workspace), key=lambda w: w.asked_at, reverse=True)


def thing(wish: AccessWish) -> str:
    """What it is about, as the audit log names it."""
    return model.path(wish.workspace, "connections", wish.connection)
