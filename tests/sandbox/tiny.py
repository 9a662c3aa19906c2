"""A made-up platform that has a little of everything: what the framework can do is tested on it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2

from infra.sandbox import Box, create
from infra.sandbox.access import Carried, OAuth
from infra.sandbox.accounts import Account, Accounts
from infra.sandbox.call import Answer, Call, Route
from infra.sandbox.costs import LimitsBy, Points, Quota, entered
from infra.sandbox.daily import Daily, DailyRows, Leaf
from infra.sandbox.exchanges import JWT_BEARER, ServiceAccount
from infra.sandbox.files import Files
from infra.sandbox.invent import Dice
from infra.sandbox.jobs import Duplicate, Jobs
from infra.sandbox.limits import Limit, Ticks, Windows
from infra.sandbox.records import Derived, Record, Rows, Table, as_is, field
from infra.sandbox.refusals import Refusal, Refused, missing
from infra.sandbox.spec import Platform, Seed
from infra.sandbox.times import Now
from infra.sandbox.wire import gzipped
from tests.sandbox.reading import Time

HOST = "https://api.tiny.example"
KEY = "pk_0123456789abcdef0123456789abcdef"
SERVICE = ServiceAccount("reader@tiny.iam.example", "https://tiny.example/token", ("read", "report"))
SCOPES = {"read": "Read ads", "report": "Make reports"}


class Tiny:
    """Two accounts with ads, a manager's that is closed; one campaign of each spends beside its ads."""

    def __init__(self, seed: Seed) -> None:
        self.now = seed.now
        self.accounts = Accounts(
            [
                Account("1", "Bakery", "Europe/Berlin"),
                Account("2", "Florist", "America/New_York", "USD"),
                Account("9", "Old shop", closed="Cancelled."),
            ]
        )
        self.ads = Table("ads", field("id"), as_is, account=lambda row: str(row["owner"]))
        self.leaves: list[Leaf] = []
        first = Daily(seed.seed, seed.now, list).today() - timedelta(days=40)
        for account in ("1", "2", "9"):
            for number in range(seed.count("ads", 4)):
                ad, campaign = f"{account}0{number}", f"{account}{number % 2}"
                self.ads.put({"id": ad, "owner": account, "name": f"Ad {ad}", "labels": ["new", ad]})
                at = {"campaign": campaign, "ad": ad}
                self.leaves.append(Leaf(ad, account, at, first, zone=self.accounts[account].zone))
            self.leaves.append(Leaf(f"{account}-all", account, {"campaign": f"{account}1"}, first))
        self.daily = Daily(seed.seed, seed.now, lambda: self.leaves)
        self.jobs = Jobs(seed.seed, seed.now, polls=2, keeps=7200)
        self.files = Files("secret", seed.now, seconds=600)
        self.tables: list[Rows] = [
            self.ads,
            Derived("labels", ("id", "label"), self.ads, _labels),
            DailyRows("campaign_daily", self.daily, ["campaign"], _campaign),
            DailyRows("ad_daily", self.daily, ["ad"], _ad),
        ]


def _labels(row: Record) -> list[Record]:
    return [{"id": row["id"], "label": label} for label in row["labels"]]


def _campaign(leaf: Leaf, day: Any, numbers: Any) -> Record:
    return {"campaign": leaf.at["campaign"], "day": day.isoformat(), **numbers}


def _ad(leaf: Leaf, day: Any, numbers: Any) -> Record:
    return {"ad": leaf.at["ad"], "day": day.isoformat(), **numbers}


def live(world: Tiny, dice: Dice, number: int) -> None:
    world.daily.live()


class Api:
    def __init__(self, world: Tiny) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        return [
            Route("/v1/<account>/ads", self.ads, methods=("POST",), tier="lists"),
            Route("/v1/<account>/ads", lambda call: Answer({"method": call.method}), methods=("DELETE",)),
            Route("/v1/<account>/ads:search", self.search, methods=("POST",), scope="read"),
            Route("/v1/<account>/reports", self.submit, methods=("POST",), scope="report"),
            Route("/v1/<account>/reports/<job>", self.look),
            Route("/v1/echo", self.echo, methods=("GET", "POST")),
            Route("/v1/page", self.page),
            self.world.files.route(self.file),
        ]

    def echo(self, call: Call) -> Answer:
        said = {"json": call.json, "form": call.form.to_dict(), "header": call.headers.get("x-own"), "by": call.token}
        said |= {"method": call.method, "scopes": call.access.scopes if call.access else None}
        return Answer(said, headers={"X-Usage": "12"})

    def page(self, call: Call) -> Answer:
        token = call.grants.derive(call.token, "page/7")
        access = call.grants.look(token)
        assert access is not None
        return Answer({"token": token, "subject": access.subject, "is": call.access and call.access.subject})

    def ads(self, call: Call) -> Answer:
        """As GraphQL has it: edges and nodes, and the cost of what was asked."""
        account = self.world.accounts.readable(call.values["account"])
        points = entered(call, Points)
        if points is not None:
            points.spend(call.json["first"])
            points.give_back(call.json["first"] - 1)
        edges = [{"node": {"ad": row}} for row in self.world.ads if row["owner"] == account.id]
        return Answer({"data": {"ads": {"edges": edges}}}, "data.ads.edges", "ad.id", each="node")

    def search(self, call: Call) -> Answer:
        account = self.world.accounts.readable(call.values["account"])
        quota = entered(call, Quota, "tokens")
        if quota is not None:
            quota.spend(40)
        return Answer({"results": [row for row in self.world.ads if row["owner"] == account.id]}, "results")

    def submit(self, call: Call) -> Answer:
        account = self.world.accounts.readable(call.values["account"]).id

        def make() -> list[Record]:
            today = self.world.daily.today()
            found = self.world.daily.rows(["ad"], today - timedelta(days=3), today, {account})
            return [{"account_id": account} | _ad(*row) for row in found]

        try:
            job = self.world.jobs.submit(account, call.json, make)
        except Duplicate as same:
            raise Refusal("invalid", 425, f"The Request is a duplicate of : {same.job.id}") from None
        return Answer({"reportId": job.id, "status": job.state.upper()})

    def look(self, call: Call) -> Answer:
        job = self.world.jobs.poll(call.values["job"], call.values["account"])
        url = self.world.files.address(HOST, f"{job.id}.json.gz") if job.state == "completed" else None
        return Answer({"status": job.state.upper(), "why": job.why, "percent": job.percent, "url": url})

    def file(self, name: str) -> Answer:
        job = self.world.jobs.look(name.partition(".")[0])
        if job.state != "completed":
            raise missing()
        return Answer(job.result, encode=gzipped, content_type="application/octet-stream")


def refuse(refusal: Refusal, path: str) -> Refused:
    if path.startswith("/files/"):
        return Refused(f"<Error>{refusal}</Error>", "application/xml")
    return Refused({"error": str(refusal), "reason": refusal.reason, "field": refusal.field})


def admit(call: Call) -> None:
    """Tokens come with the app's id; keys do not."""
    if call.access and call.access.kind == "token" and call.headers.get("x-app") != call.client.id:
        raise Refusal("unauthorized", 401, "X-App is missing.")


def limits_by(ticks: Ticks, now: Now) -> Sequence[LimitsBy]:
    return [
        LimitsBy(lambda call: call.tier, lambda _: [Windows({1: 2, 60: 5}, ticks, say=_usage)]),
        LimitsBy(lambda call: call.values.get("account", ""), lambda _: _of_account(ticks, now)),
    ]


def _usage(windows: Any) -> dict[str, str]:
    return {"RateLimit-Remaining": str(min(window.left for window in windows))}


def _of_account(ticks: Ticks, now: Now) -> list[Limit]:
    return [Points(100, 10, ticks, status=200), Quota(100, now, "hour", each=0, name="tokens")]


RULES = OAuth(
    "/<version>/authorize",
    "/token",
    client_auth="form",
    scopes=SCOPES,
    access_seconds=3600,
    refresh_days=30,
    trades={JWT_BEARER: SERVICE.trade},
    holders=(SERVICE.email,),
)
TINY: Platform[Tiny] = Platform(
    name="tiny",
    title="Tiny",
    account="owner@tiny.example",
    build=Tiny,
    live=live,
    routes=lambda world: Api(world).routes(),
    refuse=refuse,
    limits=lambda ticks, now: [],
    counts=("ads",),
    oauth=RULES,
    api_key=KEY,
    carried=(Carried(scheme="Tiny-Key", takes="key"), Carried(takes="token"), Carried("X-Tiny-Token", "")),
    accounts=lambda world: world.accounts.all(),
    admit=admit,
    service=SERVICE,
    limits_by=limits_by,
    levers={"jobs": lambda world, said: world.jobs.pull(said)},
)


def tiny(time: Time | None = None, rules: OAuth | None = None, **settings: Any) -> Box[Tiny]:
    time = time or Time()
    platform = replace(TINY, oauth=rules) if rules else TINY
    return create(platform, clock=time.clock, monotonic=time.monotonic, **{"limits": False, **settings})


def client(box: Box[Tiny], **headers: str) -> httpx2.Client:
    """With a key, unless headers are given."""
    transport = httpx2.WSGITransport(app=box.wsgi)
    return httpx2.Client(transport=transport, base_url=HOST, headers=headers or {"Authorization": f"Tiny-Key {KEY}"})


def token_headers(box: Box[Tiny], token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "X-App": box.setting.client.id}
