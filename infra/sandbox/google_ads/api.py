"""The calls: which accounts the login knows, and what a query finds."""

import json
from collections.abc import Sequence

from infra.sandbox.call import Answer, Call, Route
from infra.sandbox.costs import Quota, entered
from infra.sandbox.google_ads import fields, gaql
from infra.sandbox.google_ads.finding import found_by
from infra.sandbox.google_ads.world import GoogleAds
from infra.sandbox.records import Record
from infra.sandbox.refusals import Refusal

VERSION = "v26"
ADWORDS = "https://www.googleapis.com/auth/adwords"
BODY = {"query", "pageToken", "validateOnly", "searchSettings"}
SETTINGS = {"omitResults", "returnSummaryRow", "returnTotalResultsCount"}
BATCH = 10_000


def _forbidden(code: str, message: str) -> Refusal:
    return Refusal("forbidden", 403, message, code=f"authorizationError.{code}")


def _bad_request(code: str, message: str, kind: str = "requestError") -> Refusal:
    return gaql.query_error(code, message, kind)


class Api:
    def __init__(self, world: GoogleAds) -> None:
        self.world = world

    def routes(self) -> Sequence[Route]:
        at = f"/{VERSION}/customers"
        return [
            Route(f"{at}:listAccessibleCustomers", self.accessible, scope=ADWORDS),
            Route(f"{at}/<customer>/googleAds:search", self.search, scope=ADWORDS, methods=("POST",)),
            Route(f"{at}/<customer>/googleAds:searchStream", self.stream, scope=ADWORDS, methods=("POST",)),
            Route("/<version>/customers/<path:rest>", self.other_version, methods=("GET", "POST")),
            Route("/<version>/customers:listAccessibleCustomers", self.other_version),
        ]

    def other_version(self, call: Call) -> Answer:
        raise _bad_request("UNSUPPORTED_VERSION", "Version is deprecated. Requests to this version will be blocked.")

    def accessible(self, call: Call) -> Answer:
        self._spend(call)
        names = [f"customers/{root}" for root in self.world.tree.roots]
        return Answer({"resourceNames": names} if names else {}, "resourceNames")

    def search(self, call: Call) -> Answer:
        world, body = self.world, self._body(call)
        account, query = self._asked(call, body)
        same = json.dumps([account, body.get("query"), body.get("searchSettings")])
        settings = body.get("searchSettings") or {}
        size: int = world.options["page_size"]
        if body.get("pageToken"):
            number, place, rows, total = world.results.look(str(body["pageToken"]), same)
        else:
            self._spend(call)
            rows, total = found_by(world, account, query)
            number, place = world.results.keep(same, rows, total), 0
        page = rows[place : place + size]
        told: Record = {"results": page} if page or world.options["shows_empty"] else {}
        if place + size < len(rows):
            told["nextPageToken"] = world.results.token(number, place + size)
        if settings.get("returnTotalResultsCount") and rows:
            told["totalResultsCount"] = str(total)
        told |= {"fieldMask": _mask(query), "queryResourceConsumption": str(200 + len(page) // 10)}
        return Answer(told, "results", _key(query))

    def stream(self, call: Call) -> Answer:
        """The same in one answer: a list of batches."""
        body = self._body(call)
        if "pageToken" in body:
            raise _unknown("pageToken")
        account, query = self._asked(call, body)
        self._spend(call)
        rows, _ = found_by(self.world, account, query)
        ends: Record = {"fieldMask": _mask(query), "requestId": "rQ1sandbox"}
        batches = [{"results": rows[i : i + BATCH]} | ends for i in range(0, len(rows), BATCH)] or [ends]
        return Answer(batches, _key(query))

    # what a call must be

    def _spend(self, call: Call) -> None:
        """One query is one operation, however many pages it has."""
        quota = entered(call, Quota)
        if quota is not None:
            if not quota.left:
                quota.refused += 1
                raise Refusal("quota", 429, "Too many requests. Retry in 900 seconds.", limit=quota.name)
            quota.spend(1)

    def _body(self, call: Call) -> Record:
        body: Record = call.json if isinstance(call.json, dict) else {}
        if "pageSize" in body:
            raise _bad_request("PAGE_SIZE_NOT_SUPPORTED", "Setting the page size is not supported.")
        for name in body.keys() - BODY | (body.get("searchSettings") or {}).keys() - SETTINGS:
            raise _unknown(name)
        if not isinstance(body.get("query"), str) or not body["query"].strip():
            raise _bad_request("REQUIRED_FIELD_MISSING", "Required field is missing: query.")
        return body

    def _asked(self, call: Call, body: Record) -> tuple[str, gaql.Query]:
        account = call.values["customer"]
        self._admit(account, call.headers.get("login-customer-id"))
        query = gaql.read(body["query"])
        if self.world.tree.manages(account) and query.of("metrics"):
            raise gaql.query_error("REQUESTED_METRICS_FOR_MANAGER", "Metrics cannot be requested for a manager.")
        return account, query

    def _admit(self, account: str, login: str | None) -> None:
        """An account is read directly, or through a manager of it that the login has access to."""
        tree = self.world.tree
        if not account.isdecimal() or len(account) != 10:
            raise _bad_request("INVALID_CUSTOMER_ID", "Invalid customer ID.")
        if login is not None and not (login.isdecimal() and len(login) == 10):
            raise _bad_request("INVALID_LOGIN_CUSTOMER_ID", "The login customer ID is not valid.", "headerError")
        through = account if login is None else login
        if through not in tree.roots or not tree.reaches(through, account):
            raise _forbidden(
                "USER_PERMISSION_DENIED",
                "User doesn't have permission to access customer. Note: If you're accessing a client customer, the "
                "manager's customer id must be set in the 'login-customer-id' header.",
            )
        if tree.records[account]["status"] != "ENABLED" or (
            not tree.manages(account) and self.world.accounts[account].closed
        ):
            raise _forbidden("CUSTOMER_NOT_ENABLED", "The customer account can't be accessed.")


def _unknown(name: str) -> Refusal:
    return Refusal("invalid", 400, f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.')


def _mask(query: gaql.Query) -> str:
    """The fields that were asked for, as answers write them."""
    return ",".join(".".join(fields.path_of(name)) for name in query.select)


def _key(query: gaql.Query) -> str:
    """What identifies a row, for faults that take it away."""
    ids = [name for name in query.select if name.endswith((".id", ".criterion_id", ".gclid", "event.resource_name"))]
    return ".".join(fields.path_of(ids[0])) if ids else "segments.date"
