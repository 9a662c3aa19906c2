"""The change history of the accounts: who changed what, and from what to what."""

from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from infra.sandbox.accounts import Accounts
from infra.sandbox.google_ads.names import camel, resource_name
from infra.sandbox.records import Record, Truth
from infra.sandbox.times import Now

MILLION = 1_000_000
TOLD = frozenset({"campaign", "campaign_budget", "ad_group", "ad_group_ad", "ad_group_criterion"})
PEOPLE = ("kim@agency.example", "lee@client.example")
TOOLS = ("GOOGLE_ADS_WEB_CLIENT", "GOOGLE_ADS_API", "GOOGLE_ADS_AUTOMATED_RULE")


class Changes:
    """Each change has a name and a moment; every other one shares its moment with the one before.

    As a table: all that were made since the account is there. Google tells those of the last 30 days, and none of the
    accounts is seeded with older ones.
    """

    name = "changes"

    def __init__(self, now: Now, accounts: Accounts, beside: Callable[[str, str, str], Record]) -> None:
        """`beside`: a thing of an account with the things that it belongs to."""
        self.now, self.accounts, self.beside = now, accounts, beside
        self._made: list[tuple[str, int, Record]] = []
        self._moment: int | None = None
        self.quiet = False

    @contextmanager
    def on(self, account: str, day: date, hour: int) -> Iterator[None]:
        """What is changed within was changed then."""
        local = datetime.combine(day, time(hour), ZoneInfo(self.accounts[account].zone))
        self._moment = int(local.timestamp())
        yield
        self._moment = None

    def created(self, account: str, row: Record) -> None:
        self._note(account, row, "CREATE", {}, row["record"])

    def updated(self, account: str, row: Record, new: Record) -> None:
        self._note(account, row, "UPDATE", {name: row["record"][name] for name in new if name in row["record"]}, new)

    def _note(self, account: str, row: Record, operation: str, old: Record, new: Record) -> None:
        resource, name = row["resource"], row["name"]
        if self.quiet or resource not in TOLD:
            return
        beside = self.beside(account, resource, row["id"])
        number = len(self._made)
        moment = (self.now() if self._moment is None else self._moment) * MILLION + number // 2
        local = datetime.fromtimestamp(moment // MILLION, ZoneInfo(self.accounts[account].zone))
        event: Record = {
            "resourceName": resource_name(account, "changeEvents", str(moment), "0", str(number % 2)),
            "changeDateTime": f"{local:%Y-%m-%d %H:%M:%S}.{moment % MILLION:06}",
            "changeResourceType": resource.upper(),
            "changeResourceName": row["record"]["resourceName"],
            "clientType": TOOLS[number % len(TOOLS)],
            "userEmail": PEOPLE[number % len(PEOPLE)],
            "oldResource": {name: old},
            "newResource": {name: new},
            "resourceChangeOperation": operation,
            "changedFields": ",".join(field for field in new if field != "resourceName"),
        }
        event |= {of: beside[of]["resourceName"] for of in ("campaign", "adGroup") if of in beside}
        self._made.append((account, moment, event))

    def told(self, account: str, first: datetime, last: datetime) -> list[Record]:
        """Between two moments of the account's own clock, the newest first."""
        found = [event for of, _, event in sorted(self._made, key=lambda made: -made[1]) if of == account]
        return [event for event in found if first <= datetime.fromisoformat(str(event["changeDateTime"])) <= last]

    def truth(self, accounts: Container[str] | None = None) -> Truth:
        return Truth(
            [
                {
                    "account_id": account,
                    "account_zone": self.accounts[account].zone,
                    "date": str(event["changeDateTime"])[:10],
                    "changeEvent": event | {"changeDateTime": _utc(moment)},
                }
                for account, moment, event in self._made
                if accounts is None or account in accounts
            ],
            [],
        )


def _utc(moment: int) -> str:
    whole = datetime.fromtimestamp(moment // MILLION, UTC) + timedelta(microseconds=moment % MILLION)
    return whole.isoformat(timespec="microseconds")


def of_thing(event: Record, name: str) -> str:
    """The number of the thing that a change is beside: of `customers/1/campaigns/7`, 7."""
    return str(event.get(camel(name), "")).rpartition("/")[2]
