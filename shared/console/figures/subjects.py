"""The pages of figures that a client has, and of which parts each is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.console.figures import (
    ads,
    changes,
    closer_ads,
    closer_mail,
    closer_shop,
    closer_web,
    lists,
    mail,
    shop,
    social,
    web,
)
from shared.console.figures.asking import Asking
from shared.console.figures.parts import Part
from shared.console.tongue import kept


@dataclass(frozen=True, slots=True)
class Subject:
    """`first`: its key figures that stand first, by how their keys begin."""

    name: str  # as in its address
    title: str
    parts: tuple[Callable[[Asking], Part], ...]
    first: tuple[str, ...] = ()


SUBJECTS: Mapping[str, Subject] = {
    each.name: each
    for each in (
        Subject(
            "overview",
            kept("Overview"),
            (ads.ads, shop.shop, web.web, mail.mail),
            ("ads-cost", "ads-return", "shop-revenue", "shop-orders", "mail-open_rate", "web-sessions"),
        ),
        Subject("ads", kept("Ads"), (ads.ads, closer_ads.ads)),
        Subject("mail", kept("Mail"), (mail.mail, closer_mail.mail)),
        Subject("web", kept("Web"), (web.web, closer_web.web)),
        Subject("shop", kept("Shop"), (shop.shop, closer_shop.shop)),
        Subject("lists", kept("Lists"), (lists.lists,)),
        Subject("changes", kept("Changes"), (changes.changes,)),
        Subject("social", kept("Social"), (social.social,)),
    )
}
