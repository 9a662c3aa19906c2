"""The calls of the Graph API that read: the login, its ad accounts, and what hangs below them."""

from __future__ import annotations

from collections.abc import Sequence

from infra.sandbox.accounts import Account
from infra.sandbox.call import Answer, Call, Route
from infra.sandbox.meta_ads.asking import VERSION, Fields, chooser, page, said
from infra.sandbox.meta_ads.reports import Reports
from infra.sandbox.meta_ads.world import MetaAds
from infra.sandbox.records import Record, Table

PERSON = {"id": "10160000000000001", "name": "Kim Example"}
OF_ACCOUNT = f"/{VERSION}/act_<account>"
ADS, READ = "ads_management", "ads_read"
# What can be asked for and is not in every row.
RARE = {
    "campaigns": ("lifetime_budget", "stop_time"),
    "adsets": ("daily_budget",),
    "ads": (),
    "adcreatives": (),
    "customconversions": (),
}
LEVEL = {"campaigns": "campaign", "adsets": "adset", "ads": "ad"}


class Api:
    def __init__(self, world: MetaAds) -> None:
        self.world, self.reports = world, Reports(world)
        self.edges: dict[str, Table[Record]] = {
            "campaigns": world.campaigns,
            "adsets": world.ad_sets,
            "ads": world.ads,
            "adcreatives": world.ad_creatives,
            "customconversions": world.custom_conversions,
        }

    def routes(self) -> Sequence[Route]:
        make = self.reports
        return [
            Route(f"/{VERSION}/me", lambda call: Answer(dict(PERSON))),
            Route(f"/{VERSION}/me/permissions", self.permissions),
            *(Route(f"/{VERSION}/{who}/permissions", self.revoke, methods=("DELETE",)) for who in ("me", PERSON["id"])),
            Route(f"/{VERSION}/me/adaccounts", self.accounts, scope=READ),
            Route(OF_ACCOUNT, self.account, scope=READ, tier=ADS),
            Route(f"{OF_ACCOUNT}/insights", make.at_once, scope=READ, tier="ads_insights"),
            Route(f"{OF_ACCOUNT}/insights", make.submit, scope=READ, methods=("POST",), tier="ads_insights"),
            Route(f"/{VERSION}/<int:run>", make.look, scope=READ),
            Route(f"/{VERSION}/<int:run>/insights", make.fetch, scope=READ),
            *(Route(f"{OF_ACCOUNT}/{edge}", self.edge, scope=READ, tier=ADS) for edge in self.edges),
        ]

    def permissions(self, call: Call) -> Answer:
        scopes = call.access.scopes if call.access else ()
        granted = {scope: "granted" for scope in scopes if scope != "*"} or {READ: "granted"}
        return Answer({"data": [{"permission": name, "status": status} for name, status in granted.items()]})

    def revoke(self, call: Call) -> Answer:
        return Answer({"success": call.grants.withdraw(call.token)})

    def accounts(self, call: Call) -> Answer:
        """Those that cannot be read are listed, too."""
        rows = list(self.world.ad_account)
        fields = Fields.of(said(call), list(rows[0]), ("account_id", "id"))
        shown = [fields.show(row, "account_id", "id") for row in rows]
        return page(call, shown, lambda row: str(row["id"]), self.world.most_rows, {})

    def account(self, call: Call) -> Answer:
        row = self.world.ad_account[(self._readable(call).id,)]
        return Answer(Fields.of(said(call), list(row), ("account_id", "id")).show(row, "id"), key="account_id")

    def edge(self, call: Call) -> Answer:
        """Whatever hangs below an account, in the order it was made."""
        account, name = self._readable(call), call.path.rpartition("/")[2]
        table, asked = self.edges[name], said(call)
        rows = [table.render(row) for row in table if row["account_id"] == account.id]
        known = {field for row in map(table.render, table) for field in row}
        fields = Fields.of(asked, [*known, *RARE[name]], ("id",))
        level = LEVEL.get(name, "")
        fits = chooser(asked, level)
        there = [row for row in rows if fits(level, row) and self._on_edge(row)]
        counted = {"summary": {"total_count": len(there)}} if asked.get("summary") == "total_count" else {}
        shown = [fields.show(row, "id") for row in there]
        return page(call, shown, lambda row: str(row["id"]), self.world.most_rows, counted)

    def _on_edge(self, row: Record) -> bool:
        return row.get("effective_status") != "DELETED" or bool(self.world.options["deleted_on_edges"])

    def _readable(self, call: Call) -> Account:
        return self.world.accounts.readable(call.values["account"])
