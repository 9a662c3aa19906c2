"""Amounts and prices made a bill. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from infra.cost.prices import PRICES, Price
from infra.cost.usage import Amount


@dataclass(frozen=True, slots=True)
class Line:
    item: str
    quantity: float
    unit: str
    charged: float  # beyond the free tier
    usd: float
    because: str
    source: str
    checked: str


@dataclass(frozen=True, slots=True)
class Bill:
    lines: tuple[Line, ...]

    @property
    def usd(self) -> float:
        return sum(line.usd for line in self.lines)

    def of(self, product: str) -> float:
        """What one product costs: the items whose names begin with it."""
        return sum(line.usd for line in self.lines if line.item.partition(":")[0] == product)

    @property
    def products(self) -> list[str]:
        return list(dict.fromkeys(line.item.partition(":")[0] for line in self.lines))


def bill(amounts: Sequence[Amount], prices: Mapping[str, Price] = PRICES, free_tier: bool = True) -> Bill:
    """`free_tier`: whether this is the only installation of the billing account; another one may have used it up."""
    lines = []
    for amount in amounts:
        price = prices[amount.item]
        charged = max(0.0, amount.quantity - (price.free if free_tier else 0.0))
        usd = charged / price.per * price.usd
        lines.append(
            Line(
                amount.item,
                amount.quantity,
                price.unit,
                charged,
                usd,
                amount.because,
                price.source,
                price.checked,
            )
        )
    return Bill(tuple(lines))
