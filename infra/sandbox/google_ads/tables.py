"""Tables of an account: things that are kept, and rows that follow from the numbers of the days."""

from collections.abc import Callable, Container

from infra.sandbox.daily import DailyRows
from infra.sandbox.google_ads.measures import nothing
from infra.sandbox.records import Record, Table, Truth


def kept(name: str, shown: Callable[[Record], Record]) -> Table[Record]:
    return Table(
        name,
        lambda row: (row["account_id"], row["id"]),
        shown,
        lambda row: str(row["account_id"]),
        account=lambda row: str(row["account_id"]),
    )


class Converted:
    """Days by action: a day without conversions has no row, although there were clicks."""

    def __init__(self, rows: DailyRows) -> None:
        self.name, self.rows = rows.name, rows

    def truth(self, accounts: Container[str] | None = None) -> Truth:
        whole = self.rows.truth(accounts)
        return Truth([row for row in whole.present if not nothing(row["metrics"])], whole.gone)


class OfPerformanceMax:
    """Search terms of these campaigns only: those of others stand below their ad groups, too."""

    def __init__(self, rows: DailyRows) -> None:
        self.name, self.rows = rows.name, rows

    def truth(self, accounts: Container[str] | None = None) -> Truth:
        whole = self.rows.truth(accounts)
        return Truth(*([row for row in rows if _is_performance_max(row)] for rows in (whole.present, whole.gone)))


def _is_performance_max(row: Record) -> bool:
    return bool(row["campaign"]["advertisingChannelType"] == "PERFORMANCE_MAX")
