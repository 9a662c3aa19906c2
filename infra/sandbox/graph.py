"""What stand-ins of Meta's Graph API have in common: login, fields, pages, usage headers, errors."""

import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from urllib.parse import urlencode

from infra.sandbox.access import Carried, OAuth, Terms
from infra.sandbox.call import Answer, Call
from infra.sandbox.exchanges import FB_EXCHANGE, exchanged
from infra.sandbox.invent import md5
from infra.sandbox.limits import Ticks, Window, Windows
from infra.sandbox.paging import read_cursor, write_cursor
from infra.sandbox.records import Key, Record, ordered
from infra.sandbox.refusals import Refusal, Refused
from infra.sandbox.times import HOUR

SHORT, LONG = 2 * HOUR, 5_183_944  # seconds that the first token lasts, and the one it is exchanged for
CARRIED = (Carried(), Carried(parameter="access_token"))
MOST = 100  # of one page
USUAL = 25

# -- login -----------------------------------------------------------------------------------------------


def login(scopes: Mapping[str, str]) -> OAuth:
    """Everything by GET, the code without a grant_type; a token for a longer one, and never a refresh token."""
    return OAuth(
        "/<version>/dialog/oauth",
        "/<version>/oauth/access_token",
        client_auth="form",
        scopes=scopes,
        access_seconds=SHORT,
        token_length=180,
        code_seconds=600,
        between=",",
        by_get=True,
        names_grant=False,
        trades={FB_EXCHANGE: exchanged("fb_exchange_token", Terms(access_seconds=LONG))},
        access_prefix="EAA",
        tell=lambda answer: (
            {name: answer[name] for name in ("access_token", "expires_in") if name in answer} | {"token_type": "bearer"}
        ),
        deny=deny,
        signs_in_first=True,
        checks_redirect=True,
    )


# What the token address says: code, subcode, words ("": the sentence as it is). Each part made wrong in turn:
# https://stackoverflow.com/questions/14575477; the address: 191.
DENIED = {
    "invalid_grant": (100, 36009, ""),
    "unsupported_grant_type": (100, 0, ""),
    "invalid_client": (1, 0, "Error validating client secret."),
    "unknown_app": (101, 0, "Error validating application. Invalid application ID."),
    "unknown_address": (191, 0, "Invalid redirect_uri: Given URL is not allowed by the Application configuration."),
}


def deny(error: str, sentence: str) -> tuple[int, Record]:
    """Errors of the token address are written like all others."""
    code, sub, words = DENIED.get(error, (100, 0, ""))
    return 400, body(code, str(sub or ""), words or sentence)


# -- errors ----------------------------------------------------------------------------------------------

# Status, code, words. The status is 400 for nearly everything.
WORDS = {
    "unauthorized": (400, "190", "Invalid OAuth access token - Cannot parse access token"),
    "forbidden": (403, "10", "(#10) Application does not have permission for this action"),
    "missing": (400, "2500", "Unknown path components"),
    "method": (400, "100", "Unsupported method"),
    "invalid": (400, "100", "(#100) Invalid parameter"),
    "limited": (400, "4", "(#4) Application request limit reached"),
    "quota": (400, "4", "(#4) Application request limit reached"),
    "broken": (500, "2", "An unexpected error has occurred. Please retry your request later."),
}


def body(code: int, sub: str = "", message: str = "") -> Record:
    error: Record = {"message": message, "type": "OAuthException", "code": code}
    if sub:
        error["error_subcode"] = int(sub)
    if code in (1, 2):
        error["is_transient"] = True
    return {"error": {**error, "fbtrace_id": "A" + md5(message)[:22]}}


def refuse(refusal: Refusal, path: str) -> Refused:
    """`Refusal.code` is code/subcode, where the reason alone does not say it."""
    status, usual, message = WORDS[refusal.reason]
    code, _, sub = (refusal.code or usual).partition("/")
    return Refused(body(int(code), sub, refusal.message or message), status=status)


def refusal(code: str, message: str) -> Refusal:
    return Refusal("invalid", 400, message, code=code)


def gone(node: str) -> Refusal:
    """No such object, or none for this token: the two are not told apart."""
    text = f"Unsupported get request. Object with ID '{node}' does not exist, cannot be loaded due to missing "
    return refusal("100/33", text + "permissions, or does not support this operation")


# -- limits ----------------------------------------------------------------------------------------------


class Usage(Windows):
    """So many calls an hour for one object, told in percent with every answer; refused with a 400, not a 429."""

    name = "usage"

    def __init__(self, calls: int, kind: str, code: str, object_id: str, ticks: Ticks) -> None:
        self.kind, self.code, self.object_id = kind, code, object_id
        super().__init__({HOUR: calls}, ticks, self._told, lambda window: self._told([window]))

    def enter(self) -> None:
        try:
            super().enter()
        except Refusal as full:
            text = f"(#{self.code}) There have been too many calls to this {self.kind} account. Wait a bit."
            raise Refusal("limited", 400, text, headers=full.headers, code=self.code) from None

    def _told(self, windows: Sequence[Window]) -> dict[str, str]:
        (window,) = windows
        used = 100 * (window.most - window.left) // window.most
        wait = -(-window.reset // 60) if window.left < 1 else 0
        said = {"type": self.kind, "call_count": used, "total_cputime": used // 2, "total_time": used // 2}
        told = {self.object_id: [said | {"estimated_time_to_regain_access": wait}]}
        return {"X-Business-Use-Case-Usage": json.dumps(told)}


# -- fields and pages ------------------------------------------------------------------------------------

_FIELD = re.compile(r"(\w+)(?:\{([^{}]*)\})?")


def show(record: Record, fields: str, known: Collection[str] = ()) -> Record:
    """What was asked for, of what there is; `id` always. Lists of objects come in an envelope of their own.

    `known`: fields that there can be; any other one spoils the call.
    """
    shown = {}
    for name, inner in _FIELD.findall(fields):
        if known and name not in known:
            raise refusal("100", f"(#100) Tried accessing nonexisting field ({name})")
        value = record.get(name)
        if isinstance(value, list) and inner:
            value = {"data": [show(each, inner) for each in value]}
        elif isinstance(value, dict) and inner:
            value = show(value, inner)
        if value is not None:
            shown[name] = value
    return shown | ({"id": record["id"]} if "id" in record else {})


def page(
    call: Call, rows: Sequence[Record], by: Callable[[Record], Key], known: Collection[str], usual: str = "id"
) -> Answer:
    """A page of a list. At its end there is no `next`, although cursors are; an empty one has no `paging` at all."""
    limit = min(call.number("limit", USUAL, 10_000), MOST)
    after = None
    if "after" in call.query:
        try:
            after = tuple(read_cursor(call.query["after"]))
        except (ValueError, TypeError):
            raise refusal("100", "(#100) Invalid cursors values") from None
    view = ordered(rows, by)
    found, last = view.after(after, limit)
    answer: Record = {"data": [show(row, call.query.get("fields", usual), known) for row in found]}
    if found:
        ends = {"before": write_cursor(list(by(found[0]))), "after": write_cursor(list(by(found[-1])))}
        answer["paging"] = {"cursors": ends}
        if last is not None:
            query = {**call.query.to_dict(), "limit": limit, "after": ends["after"], "access_token": call.token}
            answer["paging"]["next"] = f"{call.host_url.rstrip('/')}{call.path}?{urlencode(query)}"
    return Answer(answer, "data")
