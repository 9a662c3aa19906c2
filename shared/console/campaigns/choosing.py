"""Which campaigns, in which order, and which page of the table: by what stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from shared.console.figures.span import Span

ORDERS = ("name", "since", "spend", "clicks", "delivered", "open_rate", "click_rate", "conversions", "brought_in")
USUAL, ROWS, LONGEST = "-since", 25, 100


@dataclass(frozen=True, slots=True)
class Choice:
    platform: str = ""
    status: str = ""
    text: str = ""
    every: bool = False  # also those of which nothing is told in these days
    order: str = USUAL  # `-spend`: the largest first
    page: int = 1

    @property
    def by(self) -> str:
        return self.order.removeprefix("-")

    @property
    def falls(self) -> bool:
        return self.order.startswith("-")

    def address(self, span: Span, **other: str | int) -> str:
        """The same, but for this."""
        every = {"which": "all"} if self.every else {}
        said = {"platform": self.platform, "status": self.status, "text": self.text, "order": self.order, **every}
        said |= {name: str(value) for name, value in other.items()}
        return urlencode({**span.said, **{name: value for name, value in said.items() if value}})

    def ordering(self, by: str) -> str:
        """Pressed once the largest come first, pressed again the smallest; names the other way round."""
        first = by if by == "name" else f"-{by}"
        return first if self.order != first else (f"-{by}" if by == "name" else by)


def choice_of(asked: Mapping[str, str]) -> Choice:
    """What makes no sense counts as not said: these are ways to look, and nothing hangs on them."""
    order, page = asked.get("order", USUAL), asked.get("page", "1")
    return Choice(
        asked.get("platform", "")[:LONGEST],
        asked.get("status", "")[:LONGEST],
        asked.get("text", "").strip()[:LONGEST],
        asked.get("which") == "all",
        order if order.removeprefix("-") in ORDERS else USUAL,
        int(page) if page.isascii() and page.isdigit() and len(page) < 5 and int(page) else 1,
    )
