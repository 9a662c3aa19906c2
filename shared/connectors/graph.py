"""Meta's Graph API, as its platforms have it in common: login, usage headers, and what its errors mean."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import timedelta

from shared.connectors.refusals import excerpt, refusal
from shared.connectors.spec import App, Credential
from shared.connectors.wire import Answer, Json, Request, at
from shared.errors import Bug, Configure, Later, Problem, Reconnect

VERSION = "v26.0"
API = f"https://graph.facebook.com/{VERSION}"
AUTHORIZE = f"https://www.facebook.com/{VERSION}/dialog/oauth"
TOKEN = f"{API}/oauth/access_token"


def authorise(credential: Credential) -> Mapping[str, str]:
    return {"authorization": f"Bearer {credential.token.reveal()}"}


def lasting(credential: Credential, app: App) -> Request:
    """The first token lives an hour or two, this one about 60 days. There are no refresh tokens."""
    said = {"grant_type": "fb_exchange_token", "fb_exchange_token": credential.token.reveal()}
    return Request("GET", TOKEN, {**said, "client_id": app.id, "client_secret": app.secret.reveal()})


# -- usage ---------------------------------------------------------------------------------------------

USAGE = ("x-business-use-case-usage", "x-app-usage")
SHARES = ("call_count", "total_cputime", "total_time")  # percent of what is allowed; at 100 calls are refused
NEARLY, ALMOST = (85, timedelta(minutes=2)), (95, timedelta(minutes=10))
LONGEST_REST = timedelta(hours=1)


def rest_after(answer: Answer) -> timedelta | None:
    """Usage stands in headers, as JSON, with every answer. The worst of it counts."""
    return max((rest for usage in _usages(answer) if (rest := _rest(usage))), default=None)


def _usages(answer: Answer) -> Iterator[Mapping[str, Json]]:
    for header in USAGE:
        try:
            said = json.loads(answer.headers.get(header, "null"))
        except ValueError:
            continue
        if isinstance(said, dict):
            entries = [entry for held in said.values() if isinstance(held, list) for entry in held]
            yield from (entry for entry in (said, *entries) if isinstance(entry, dict))


def _rest(usage: Mapping[str, Json]) -> timedelta | None:
    stated = timedelta(minutes=_number(usage.get("estimated_time_to_regain_access")))
    used = max(_number(usage.get(name)) for name in SHARES)
    for percent, rest in (NEARLY, ALMOST):
        stated = max(stated, rest) if used >= percent else stated
    return min(stated, LONGEST_REST) or None


def _number(value: Json) -> float:
    return float(value) if isinstance(value, (int, float)) and 0 <= value < 1e6 else 0.0


# -- errors --------------------------------------------------------------------------------------------

LIMITED = frozenset({4, 17, 32, 341, 368, 613, *range(80_000, 80_009)})
TRANSIENT = frozenset({1, 2})
OUR_APP = frozenset({101, 191})  # an unknown app, a foreign redirect address
USED_CODE = frozenset({36_007, 36_008, 36_009})
ENDED = {
    458: "Tributary was removed from the Facebook account; please connect again.",
    460: "The Facebook password was changed; please connect again.",
    463: "The access has ended; please connect again.",
}
# In what words one number that an object does not have is refused, and with it all others of the call.
NOT_OFFERED = re.compile(
    r"must be a valid insights metric|does not support the \w+ metric|metric\[\d+\] must be one of|"
    r"metric \w+ is not supported|\(\w+\) metric only supports|incompatible metrics",
    re.IGNORECASE,
)
GONE = (100, 33)  # code and subcode: no such object, or none for us


def code_of(answer: Answer) -> tuple[int, int]:
    """The code and the subcode of a refusal; (0, 0) when it has none."""
    error = at(answer.json, "error")
    told = error if isinstance(error, dict) else {}
    code, sub = (told.get(name) for name in ("code", "error_subcode"))
    return code if isinstance(code, int) else 0, sub if isinstance(sub, int) else 0


def refuse(answer: Answer, title: str, denied: str) -> Problem | None:
    """The code in the body says what it is; the status is mostly 400, for limits, too. `denied`: what is missing."""
    problem = refusal(answer, title)
    error = at(answer.json, "error") if answer.is_json else None
    if not isinstance(error, dict):
        return problem
    (code, sub), detail = code_of(answer), excerpt(answer)
    said = str(error.get("message", ""))
    if "reduce the amount of data" in said:
        return Later("too-much", f"{title} asks for smaller questions.", detail, counts=False)
    if code in LIMITED:
        return Later("limited", f"{title} asks us to slow down.", detail, counts=False)
    if code in (102, 190):
        return Reconnect("not-authorised", ENDED.get(sub, f"{title} no longer accepts this connection."), detail)
    if sub in USED_CODE:
        return Reconnect("grant-ended", "The consent was not used in time, or twice; please connect again.", detail)
    if code in OUR_APP or "client secret" in said:
        return Configure("app-refused", f"{title} does not accept our app as it is set up.", detail)
    if code == 100 and NOT_OFFERED.search(said):
        return Bug("not-offered", f"{title} does not have a number that we ask for.", detail)
    if code in (3, 10) or 200 <= code < 300 or (code, sub) == GONE:
        return Configure("no-permission", denied, detail)
    if code in TRANSIENT or error.get("is_transient"):
        return Later("platform-down", f"{title} has a fault of its own; it will be tried again.", detail)
    return problem or Bug("refused", f"{title} did not understand our question.", detail)
