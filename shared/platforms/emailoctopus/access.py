"""Which account a key of EmailOctopus opens."""

from __future__ import annotations

from collections.abc import Generator
from hashlib import blake2b

from shared.errors import Bug
from shared.platforms.emailoctopus.errors import refuse
from shared.vocabulary.access import Account, Credential, bearer
from shared.vocabulary.statuses import excerpt
from shared.vocabulary.wire import Answer, Json, Request, at

API = "https://api.emailoctopus.com"

NEXT = "paging.next.starting_after"


def discover(credential: Credential) -> Generator[Request, Answer, tuple[Account, ...]]:
    """No call says whose key this is. The oldest list stays what it is when others come and go, so it is the account;
    when it goes, any of the others says which account that was.

    An account without lists is known by a digest of its key, from which nobody gets back to the key.
    """
    digest = blake2b(credential.token.reveal().encode(), digest_size=12, person=b"emailoctopus").hexdigest()
    without_lists = f"key-{digest}"
    found: list[Json] = []
    request = Request("GET", f"{API}/lists", {"limit": "100"}, headers=bearer(credential))
    while True:
        answer = yield request
        if problem := refuse(answer):
            raise problem
        lists = at(answer.json, "data")
        if not isinstance(lists, list):
            raise Bug("records-missing", "The platform's answer no longer holds “data”.", excerpt(answer))
        found += ({"id": one["id"], "name": one.get("name"), "created_at": one.get("created_at")} for one in lists)
        following = at(answer.json, NEXT)
        if not following or following == request.query.get("starting_after"):
            break
        request = request.asking(starting_after=following)
    if not found:
        return (Account(id=without_lists, title="EmailOctopus (no lists yet)"),)
    found.sort(key=lambda one: (str(one["created_at"] or "~"), str(one["id"])))
    ids = [str(one["id"]) for one in found]
    return (Account(id=ids[0], title=str(found[0]["name"] or ids[0]), also=(*ids[1:], without_lists)),)
