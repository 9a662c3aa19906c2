"""Tables for the documentation: installations of several sizes side by side, and the prices."""

from __future__ import annotations

from collections.abc import Sequence

from infra.cost.bill import Bill, bill
from infra.cost.installation import Installation
from infra.cost.prices import DAYS, GIB, PRICES, TIB, Price
from infra.cost.usage import usage
from shared.prices import LOOKED_UP

SIZES = (0, 1, 3, 20, 100)
LEAST = 0.005  # dollars, below which nothing is shown


def overview() -> list[str]:
    bills = [bill(usage(Installation(clients=clients))) for clients in SIZES]
    rarely = [bill(usage(Installation(clients=clients, syncs=1))) for clients in SIZES]
    heads = ["idle" if not clients else f"{clients} client{'s' if clients > 1 else ''}" for clients in SIZES]
    usual = Installation()
    lines = [
        f"Dollars a month, at the prices of {LOOKED_UP}, with {usual.connections} connections a client, "
        f"{usual.syncs} syncs a day, {usual.rows} records in each stream:",
        "",
        f"| | {' | '.join(heads)} |",
        f"|---|{'---:|' * len(SIZES)}",
    ]
    for product in bills[0].products:
        costs = [each.of(product) for each in bills]
        if max(costs) >= LEAST:
            lines.append(_row(product, costs))
    return [*lines, _total("**all of it**", bills), _total("all of it, with one sync a day", rarely)]


def _row(name: str, costs: Sequence[float]) -> str:
    return f"| {name} | {' | '.join(f'{cost:,.2f}' if cost >= LEAST else '' for cost in costs)} |"


def _total(name: str, bills: Sequence[Bill]) -> str:
    return _row(name, [each.usd for each in bills])


def prices() -> list[str]:
    lines = [
        f"Looked up on {LOOKED_UP}, in US dollars: functions and objects in europe-west1, Firestore in eur3, BigQuery "
        "in EU.",
        "",
        "| item | price | free each month | how it is known | |",
        "|---|---|---|---|---|",
    ]
    return [*lines, *(_price(price) for price in PRICES.values())]


def _price(price: Price) -> str:
    known = f"[{price.checked}]({price.source})"
    cells = (price.item, f"${price.usd:g} per {_amount(price.per, price.unit)}", _free(price), known, price.note)
    return f"| {' | '.join(cells)} |"


def _free(price: Price) -> str:
    if not price.free:
        return ""
    daily = price.note.startswith("free per day")
    return f"{_amount(price.free / DAYS, price.unit)} a day" if daily else _amount(price.free, price.unit)


def _amount(quantity: float, unit: str) -> str:
    if unit == "bytes":
        return f"{quantity / TIB:g} TiB" if quantity >= TIB else f"{quantity / GIB:g} GiB"
    return unit.removesuffix("s") if quantity == 1 else f"{quantity:,.0f} {unit}"
