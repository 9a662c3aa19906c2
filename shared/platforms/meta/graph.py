"""Meta's Graph API, whichever of its products is asked: login, limits, errors.

https://developers.facebook.com/docs/graph-api/overview/rate-limiting and …/guides/error-handling (2026-11)
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Iterator, Mapping
from datetime import timedelta

from shared.errors import Bug, Code, Configure, Later, Problem, Reconnect
from shared.platforms.meta.webhooks import LOGIN, LOGINS
from shared.vocabulary.access import App, Credential, Key, Revocation, bearer
from shared.vocabulary.paging import Cursor
from shared.vocabulary.statuses import excerpt, refusal
from shared.vocabulary.wire import Answer, Json, Request, at

VERSION = "v26.0"
API = f"https://graph.facebook.com/{VERSION}"
AUTHORIZE = f"https://www.facebook.com/{VERSION}/dialog/oauth"
TOKEN = f"{API}/oauth/access_token"
LOGIN_WITH = "Facebook"
PAGES = Cursor("paging.cursors.after", "after", 100, more="paging.next")  # 25 is the default

# https://developers.facebook.com/docs/facebook-login/guides/permissions/request-revoke (2026-11): our app is removed
# from the person's account. A Page's own token is nobody's permission; what Meta says to it is not documented.
REVOCATION = Revocation(f"{API}/me/permissions", method="DELETE", ends_all=True)


def system_user(may: str) -> Key:
    """The other way in: a token that a business makes for itself. `may`: what it is to be allowed."""
    return Key(
        f"In Meta's business settings under Users, System users: Generate token, {may}.",
        r"[A-Za-z0-9_-]{20,500}",
        "https://developers.facebook.com/docs/business-management-apis/system-users",
        name="system user token",
        form="it is one long word of letters and digits, which mostly begins with EAA",
    )


def exchange_for_long_lived(credential: Credential, app: App) -> Request:
    """The first token lives an hour or two, this one about 60 days; after that the person must connect again."""
    said = {"grant_type": "fb_exchange_token", "fb_exchange_token": credential.token.reveal()}
    return Request("GET", TOKEN, {**said, "client_id": app.id, "client_secret": app.secret.reveal()})


def entries(
    path: str, fields: str, credential: Credential, refuse: Callable[[Answer], Problem | None], missing: str
) -> Generator[Request, Answer, list[Mapping[str, Json]]]:
    """All that a list of a login holds. `missing`: what is said when an answer holds no list."""
    found, after = list[Mapping[str, Json]](), ""
    while True:
        query = {"fields": fields, "limit": "100"} | ({"after": after} if after else {})
        answer = yield Request("GET", API + path, query, headers=bearer(credential))
        if problem := refuse(answer):
            raise problem
        rows = at(answer.json, "data")
        if not isinstance(rows, list):
            raise Bug("records-missing", missing, excerpt(answer))
        found += [row for row in rows if isinstance(row, dict)]
        following = str(at(answer.json, "paging.cursors.after") or "")
        if not at(answer.json, "paging.next") or following in ("", after):
            return found
        after = following


def login_of(credential: Credential) -> Generator[Request, Answer, Mapping[str, str]]:
    """Whose access it is, as a value of each of its accounts: by this id Meta tells who removed our app. An access that
    is nobody's has none, and is no worse for it."""
    answer = yield Request("GET", f"{API}/me", {"fields": "id"}, headers=bearer(credential))
    name = str(at(answer.json, "id") or "") if answer.status == 200 and answer.is_json else ""
    return {LOGIN: name} if name and re.fullmatch(LOGINS, name) else {}


# -- limits ------------------------------------------------------------------------------------------

USAGE = ("x-business-use-case-usage", "x-app-usage", "x-ad-account-usage", "x-fb-ads-insights-throttle")
SHARES = ("call_count", "total_cputime", "total_time", "acc_id_util_pct", "app_id_util_pct")  # percent; 100 is blocked
LONGEST_REST = timedelta(hours=1)


def stated_pause(answer: Answer) -> timedelta | None:
    """Usage stands in headers, as JSON, with every answer; the worst of it counts."""
    return max((rest for usage in _usages(answer) if (rest := _rest(usage))), default=None)


def _usages(answer: Answer) -> Iterator[Mapping[str, Json]]:
    """One header holds it by account, and several entries for each."""
    for header in USAGE:
        try:
            said = json.loads(answer.headers.get(header, "null"))
        except ValueError:
            continue
        if isinstance(said, dict):
            lists = [entry for entries in said.values() if isinstance(entries, list) for entry in entries]
            yield from (entry for entry in (said, *lists) if isinstance(entry, dict))


def _rest(usage: Mapping[str, Json]) -> timedelta:
    used = max(_number(usage.get(name)) for name in SHARES)
    stated = timedelta(minutes=_number(usage.get("estimated_time_to_regain_access")))
    if used >= 100:
        stated = max(stated, timedelta(seconds=_number(usage.get("reset_time_duration"))))
    if not stated and used >= 85:
        stated = timedelta(minutes=10 if used >= 95 else 2)
    return min(stated, LONGEST_REST)


def _number(value: Json) -> float:
    return float(value) if isinstance(value, (int, float)) and 0 <= value < 1e9 else 0.0


# -- refusals ----------------------------------------------------------------------------------------

TOO_MUCH = frozenset({1487534, 1504018, 1504038})  # subcodes: too many rows, and two timeouts of calls that wait
LIMITED = frozenset({4, 17, 32, 341, 368, 613, *range(80000, 80010)})
TRANSIENT = frozenset({1, 2, 104, 960})
ENDED = {
    458: "The app was removed from the Facebook account that gave access to {}; please connect again.",
    460: "The password of the Facebook account was changed, which ends access to {}; please connect again.",
    463: "The access to {} has come to its end; please connect again.",
}
OUR_APP = frozenset({101, 191})  # unknown app, foreign redirect address
USED_CODE = frozenset({36007, 36008, 36009})

# In what words one number that an object does not have is refused, and with it all others of the call.
NOT_OFFERED = re.compile(
    r"must be a valid insights metric|does not support the \w+ metric|metric\[\d+\] must be one of|"
    r"metric \w+ is not supported|\(\w+\) metric only supports|incompatible metrics"
)
NO_SUCH_OBJECT = (100, 33)  # there is none, or none for us: the two are not told apart


def code_of(answer: Answer) -> tuple[int, int]:
    """The code and the subcode of a refusal; zeros when it has none."""
    code, sub = (at(answer.json, f"error.{name}") for name in ("code", "error_subcode"))
    return int(_number(code)), int(_number(sub))


def refusal_of(answer: Answer, title: str, denied: str) -> Problem | None:
    """The code in the body says what it is; the status is mostly 400, for limits and ended access, too.

    `denied`: the sentence for a permission that is missing.
    """
    error = at(answer.json, "error") if answer.is_json else None
    problem = refusal(answer, title)
    if not isinstance(error, dict):
        return problem
    code, sub = code_of(answer)
    said, detail = str(error.get("message", "")).lower(), excerpt(answer)
    if "reduce the amount of data" in said or sub in TOO_MUCH:
        return Later(Code.TOO_MUCH, f"{title} asks for smaller questions.", detail, counts=False)
    if code in LIMITED:
        return Later(Code.LIMITED, f"{title} asks us to slow down.", detail, counts=False)
    if code in (102, 190):
        sentence = ENDED.get(sub, "{} no longer accepts this connection; please connect again.")
        return Reconnect(Code.NOT_AUTHORISED, sentence.format(title), detail)
    if sub in USED_CODE:
        return Reconnect(
            Code.GRANT_ENDED, f"The consent for {title} was used late, or twice; please connect again.", detail
        )
    if code in OUR_APP or "client secret" in said:
        return Configure(Code.APP_REFUSED, f"{title} does not accept our app as it is set up.", detail)
    if code == 100 and NOT_OFFERED.search(said):
        return Bug(Code.NOT_OFFERED, f"{title} does not have a number that we ask for.", detail)
    if code == 100 and ("cursor" in said or (sub == 33 and "'act_" not in said)):
        # A report that is so new that it is not known yet, or so old that it was forgotten: it is asked for anew.
        return Later(Code.PLACE_EXPIRED, f"{title} does not know this place in a list, or this report.", detail)
    if code in (3, 10) or 200 <= code < 300 or sub in (33, 2446289) or "missing permission" in said:
        return Configure(Code.NO_PERMISSION, denied, detail)
    if code in TRANSIENT or sub == 99 or error.get("is_transient") or "in summary param" in said:
        return Later(Code.PLATFORM_DOWN, f"{title} has a fault of its own; it will be tried again.", detail)
    return problem or Bug("refused", f"{title} did not understand our question.", detail)
