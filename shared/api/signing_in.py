"""Keys are traded for short tokens, which are renewed and ended; and who asks is told who they are."""

from __future__ import annotations

from shared.api import shapes
from shared.api.desk import Call, Desk
from shared.api.problems import Failure
from shared.api.wire import Reply
from shared.keys.admission import Refused
from shared.keys.tokens import Issued, grant_of


def token(desk: Desk, call: Call) -> Reply:
    who = call.who
    unknown = sorted(set(call.body.scopes) - set(who.scopes))
    if unknown:
        raise Failure(
            403, "insufficient-scope", "A token has no scope that the key does not have.", {"scopes": unknown}
        )
    return _given(desk.tokens.begin(call.by, grant_of(who, desk.gate.audience, call.body.scopes)))


def refresh(desk: Desk, call: Call) -> Reply:
    try:
        issued = desk.tokens.renew(call.by, call.body.refresh_token, audience=desk.gate.audience)
    except Refused as refused:
        raise Failure(401, refused.code, refused.sentence) from None
    return _given(issued)


def logout(desk: Desk, call: Call) -> Reply:
    """Of a text that is no token nothing is said."""
    desk.tokens.end(call.by, call.body.token or call.presented)
    return Reply(shapes.Done())


def profile(_: Desk, call: Call) -> Reply:
    who = call.who
    return Reply(shapes.Profile(subject=who.subject, workspace=who.workspace, scopes=sorted(who.scopes)))


def _given(issued: Issued) -> Reply:
    told = shapes.TokenGiven(
        access_token=issued.access.reveal(),
        token_type="Bearer",  # noqa: S106  (a word)
        expires_in=issued.expires_in,
        refresh_token=issued.renewal.reveal(),
        scope=" ".join(issued.scopes),
    )
    return Reply(told, 201, {"Cache-Control": "no-store"})
