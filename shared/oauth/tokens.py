"""What a token endpoint answered, made a credential or a problem; and a credential as Secret Manager keeps it. Pure.

Nothing of an answer's body gets into a problem but its short error code: descriptions have been seen to repeat tokens.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import orjson
from authlib.oauth2.rfc6749 import (
    InvalidClientError,
    InvalidGrantError,
    InvalidScopeError,
    UnauthorizedClientError,
    UnsupportedGrantTypeError,
    scope_to_list,
)

from shared.clock import iso, parse
from shared.errors import Bug, Code, Configure, Later, Problem, Reconnect
from shared.secret import Secret
from shared.vocabulary.access import Credential, How, OAuth
from shared.vocabulary.platform import Platform
from shared.vocabulary.statuses import stated_rest
from shared.vocabulary.wire import Answer, Json, at

ERROR = re.compile(r"[a-z_.\-]{1,40}")  # codes as RFC 6749, 5.2 has them; anything longer could be a value
OUR_APP = frozenset(
    refusal.error
    for refusal in (InvalidClientError, UnauthorizedClientError, InvalidScopeError, UnsupportedGrantTypeError)
)
LONGEST = timedelta(days=3660)
NOT_UNDERSTOOD = "{} did not understand our question for access."
BARE = OAuth("", "")  # what is expected of an answer where nothing more is known


def read_grant(platform: Platform, answer: Answer, now: datetime, before: Credential | None = None) -> Credential:
    """The credential in a token answer. `before`: the one that was refreshed; it lends what the answer leaves out.

    A key that is traded is the refresh side of its own credential: it stays, and only the access is new.
    """
    by_key = before is not None and before.how == "key"
    problem = token_refusal(platform, answer, now)
    if problem is not None:
        raise key_refused(platform, problem) if by_key else problem
    oauth, body = (None if by_key else platform.oauth) or BARE, answer.json
    token, kind = at(body, "access_token"), at(body, "token_type")
    if not isinstance(token, str) or not token.strip():
        raise _odd(platform, answer, "without an access token")
    if kind is not None and str(kind).lower() != "bearer":
        raise _odd(platform, answer, "of an unknown kind")
    renewal = at(body, "refresh_token")
    if renewal is not None and (not isinstance(renewal, str) or not renewal.strip()):
        raise _odd(platform, answer, "with an odd refresh token")
    refresh_token = Secret(renewal) if renewal and not by_key else (before.refresh_token if before else None)
    lifetime = None if oauth.never_expires else _seconds(platform, answer, at(body, "expires_in"))
    if refresh_token is None and "offline_access" in oauth.scopes:
        raise Configure(
            "short-access", f"{platform.title} gave access for a short time only, so it cannot be kept up to date."
        )
    return Credential(
        token=Secret(token),
        refresh_token=refresh_token,
        expires_at=iso(now + lifetime) if lifetime else "",
        scopes=_scopes(at(body, "scope"), before.scopes if before else oauth.scopes),
        how=before.how if before else "oauth",
        refresh_expires_at=_grant_end(oauth, at(body, "refresh_token_expires_in"), refresh_token, now, before),
        values=before.values if before else {},
    )


def _grant_end(
    oauth: OAuth, stated: Json, refresh_token: Secret | None, now: datetime, before: Credential | None
) -> str:
    """When the grant ends: what the platform says now, else what is known of it, else what was said before."""
    if refresh_token is None:
        return ""
    if re.fullmatch(r"[1-9]\d{0,9}", str(stated)):
        return iso(now + min(timedelta(seconds=int(stated)), LONGEST))
    if oauth.grant_fixed and before is not None and before.refresh_expires_at:
        return before.refresh_expires_at
    if oauth.grant_lifetime:
        return iso(now + oauth.grant_lifetime)
    return before.refresh_expires_at if before is not None and before.refresh_token == refresh_token else ""


def token_refusal(platform: Platform, answer: Answer, now: datetime) -> Problem | None:
    """What a refusal of the token endpoint means, or None."""
    status, title = answer.status, platform.title
    said = at(answer.json, "error") if answer.is_json else None
    code = said if isinstance(said, str) and ERROR.fullmatch(said) else ""
    detail = f"HTTP {status} from the token endpoint{': ' + code if code else ''}"
    if status == 429:
        rest = stated_rest(answer, platform.limits.retry_headers, now)
        return Later(Code.LIMITED, f"{title} asks us to slow down.", detail, not_before=rest, counts=False)
    if isinstance(said, dict):
        # Not as the RFC has it, but in the words of the platform's API, which it knows itself.
        own = platform.refuse(answer)
        return replace(own, detail=detail) if own else Bug(Code.TOKEN_REFUSED, NOT_UNDERSTOOD.format(title), detail)
    if code == InvalidGrantError.error:
        return Reconnect(Code.GRANT_ENDED, f"{title} no longer accepts the access that was given to us.", detail)
    if code in OUR_APP:
        return Configure(Code.APP_REFUSED, f"{title} does not accept our app as it is set up.", detail)
    if status >= 500 or status == 408 or code in {"temporarily_unavailable", "server_error"}:
        return Later(Code.PLATFORM_DOWN, f"{title} has a fault of its own; it will be tried again.", detail)
    if status == 401 and answer.is_json:
        return Configure(Code.APP_REFUSED, f"{title} does not accept our app as it is set up.", detail)
    if not answer.is_json:
        # A page instead of an answer comes from a server in front of the platform.
        return Later("not-json", f"{title} sent something that is no answer; it will be tried again.", detail)
    if code or not 200 <= status < 300:
        return Bug(Code.TOKEN_REFUSED, NOT_UNDERSTOOD.format(title), detail)
    return None


def key_refused(platform: Platform, problem: Problem) -> Problem:
    """Where a key is traded there is no app of ours that could be wrong: it is the key that is refused."""
    if problem.code in {Code.GRANT_ENDED, Code.APP_REFUSED, Code.TOKEN_REFUSED}:
        return Reconnect(
            Code.NOT_AUTHORISED, f"{platform.title} does not accept the key that was given to us.", problem.detail
        )
    return problem


def _odd(platform: Platform, answer: Answer, how: str) -> Bug:
    return Bug("odd-token", f"{platform.title} sent an access {how}.", f"HTTP {answer.status} from the token endpoint")


def _seconds(platform: Platform, answer: Answer, value: Json) -> timedelta | None:
    """`expires_in`; None when the platform does not say."""
    if value is None:
        return None
    text = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,10}(\.\d+)?", text) or float(text) == 0:
        raise _odd(platform, answer, "that has already ended")
    return min(timedelta(seconds=float(text)), LONGEST)


def _scopes(value: Json, otherwise: tuple[str, ...]) -> tuple[str, ...]:
    """RFC 6749, 5.1: left out when they are those that were asked for. Some platforms separate them by commas."""
    if isinstance(value, str) and value.strip():
        return tuple(scope_to_list(re.sub(r"[,+]", " ", value)))
    if isinstance(value, list) and value and all(isinstance(scope, str) for scope in value):
        return tuple(value)
    return otherwise


# -- as it is kept -------------------------------------------------------------------------------------


def from_key(key: str, values: Mapping[str, str] | None = None) -> Credential:
    return Credential(Secret(key), how="key", values=values or {})


def pack(credential: Credential, obtained_at: datetime) -> bytes:
    """Our app is not part of it. A key that is traded stands where a refresh token does."""
    pasted = credential.how == "key" and credential.refresh_token is None
    stored: dict[str, object] = {
        "api_key" if pasted else "access_token": credential.token.reveal(),
        "refresh_token": credential.refresh_token.reveal() if credential.refresh_token else "",
        "expires_at": credential.expires_at,
        "scopes": list(credential.scopes),
        "how": credential.how,
        "obtained_at": iso(obtained_at),
        "refresh_expires_at": credential.refresh_expires_at,
        "values": dict(credential.values),
    }
    return orjson.dumps(stored)


def unpack(payload: bytes) -> Credential:
    """Raises Bug, never with a word of what it could not read."""
    try:
        stored = orjson.loads(payload)
        how: How = "key" if stored.get("how") == "key" else "oauth"
        renewal = stored.get("refresh_token")
        pasted = how == "key" and not renewal
        credential = Credential(
            token=Secret(stored["api_key" if pasted else "access_token"]),
            refresh_token=Secret(renewal) if renewal else None,
            expires_at=stored.get("expires_at") or "",
            scopes=tuple(stored.get("scopes") or ()),
            how=how,
            refresh_expires_at=stored.get("refresh_expires_at") or "",
            values=dict(stored.get("values") or {}),
        )
        _ = moment(credential.expires_at), moment(credential.refresh_expires_at)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
        raise Bug("credential-unreadable", "The stored credential of this connection cannot be read.") from None
    return credential


def moment(text: str) -> datetime | None:
    return parse(text) if text else None


def ends_at(credential: Credential) -> datetime | None:
    """When somebody must connect again unless something happens before; None: never, or nobody knows.

    With a refresh token that is the end of the grant, otherwise the end of the access itself.
    """
    if credential.refresh_token:
        return moment(credential.refresh_expires_at)
    return moment(credential.expires_at)
