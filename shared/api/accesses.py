"""What may be wished of the access to an account: that it is asked for, renewed, ended. keep_access does it; here it is
written down, and told how far it is."""

from __future__ import annotations

import secrets

from shared.api import shapes
from shared.api.desk import Call, Desk
from shared.api.wire import Reply
from shared.managing import connections
from shared.model import AccessWish
from shared.states import AccessAct


def validate(desk: Desk, call: Call) -> Reply:
    return _wished(desk, call, AccessAct.VALIDATE)


def renew(desk: Desk, call: Call) -> Reply:
    return _wished(desk, call, AccessAct.RENEW)


def disconnect(desk: Desk, call: Call) -> Reply:
    return _wished(desk, call, AccessAct.DISCONNECT)


def wish(_: Desk, call: Call) -> Reply:
    return Reply(_told(call.things["wish"]))


def _wished(desk: Desk, call: Call, act: AccessAct) -> Reply:
    """The same Idempotency-Key is the same wish."""
    name = call.repeat.name if call.repeat else secrets.token_hex(16)
    return Reply(_told(connections.wish(desk.office, call.by, call.connection, act, name)), 202)


def _told(found: AccessWish) -> shapes.Wish:
    return shapes.Wish(
        id=found.id,
        connection=found.connection,
        act=found.act,
        state=found.state,
        asked_at=found.asked_at,
        finished_at=found.finished_at,
        sentence=found.sentence,
        code=found.code,
        whose_move=found.move,
        good=found.good,
        receipt=found.receipt,
    )
