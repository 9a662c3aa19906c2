"""Google's Security Token Service on this machine, as far as credential access boundaries go: a token for a token, that
may do less. Of the language of conditions it knows the one sentence that the project writes."""

from __future__ import annotations

import json
import re
import secrets
from urllib.parse import parse_qs, unquote, urlsplit

TOKENS = "/v1/token"
_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
_ACCESS = "urn:ietf:params:oauth:token-type:access_token"
_RESOURCE = re.compile(r"//storage\.googleapis\.com/projects/_/buckets/(?P<bucket>[\w.-]+)")
_BEGINS = re.compile(
    r"resource\.name\.startsWith\('projects/_/buckets/(?P<bucket>[\w.-]+)/objects/(?P<prefix>[\w/-]+/)'\)"
)
_OBJECT = re.compile(r"(/download)?/storage/v1/b/(?P<bucket>[^/]+)/o/(?P<name>[^/]+)")
_VIEWER = ["inRole:roles/storage.objectViewer"]
_HOUR = 3600


class Narrowed:
    """What each token may read: bucket, and how an object's name must begin."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, str]] = {}

    def exchange(self, form: str) -> dict[str, object]:
        """ValueError: it is not asked for as Google's page says."""
        asked = {name: values[0] for name, values in parse_qs(form, strict_parsing=True).items()}
        kinds = {asked.get("subject_token_type"), asked.get("requested_token_type")}
        if asked.get("grant_type") != _EXCHANGE or kinds != {_ACCESS} or not asked.get("subject_token"):
            raise ValueError("This is no exchange of access tokens.")
        if asked["subject_token"] in self._known:
            raise ValueError("A token that was narrowed is not narrowed again.")
        token = secrets.token_urlsafe(24)
        self._known[token] = _rule(unquote(asked.get("options", "")))
        return {"access_token": token, "issued_token_type": _ACCESS, "token_type": "Bearer", "expires_in": _HOUR}

    def may(self, token: str, method: str, path: str) -> bool:
        """Whoever has a narrowed token reads single objects of that place, and does nothing else."""
        if token not in self._known:
            return True
        found = _OBJECT.fullmatch(urlsplit(path).path)
        if found is None or method != "GET":
            return False
        bucket, prefix = self._known[token]
        return found["bucket"] == bucket and unquote(found["name"]).startswith(prefix)


def _rule(options: str) -> tuple[str, str]:
    try:
        (rule,) = json.loads(options)["accessBoundary"]["accessBoundaryRules"]
        resource = _RESOURCE.fullmatch(rule["availableResource"])
        condition = _BEGINS.fullmatch(rule["availabilityCondition"]["expression"])
        permissions = rule["availablePermissions"]
    except (KeyError, TypeError, ValueError):
        raise ValueError("This is no boundary of one rule.") from None
    if resource is None or condition is None or permissions != _VIEWER or resource["bucket"] != condition["bucket"]:
        raise ValueError("This boundary is not one that is known here.")
    return condition["bucket"], condition["prefix"]
