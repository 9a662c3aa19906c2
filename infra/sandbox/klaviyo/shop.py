"""The calls of Klaviyo that tell what a shop told it: reviews, coupons and their codes, the catalog."""

import re
from collections.abc import Callable
from dataclasses import replace

from infra.sandbox.call import Answer, Call, Route
from infra.sandbox.klaviyo.filters import Field, Listing, included, listed, refs, resource
from infra.sandbox.klaviyo.listing import all_of, plain, sorts, those_of
from infra.sandbox.klaviyo.world import Klaviyo
from infra.sandbox.records import Record
from infra.sandbox.refusals import missing

STATUS = re.compile(r"equals\(status,'(\w+)'\)")


class Shop:
    def __init__(self, world: Klaviyo) -> None:
        self.world = world
        self.reviews_ = Listing(
            "review", tied("review", "reviews", "item"), sorts("created", "updated", "rating"), (20, 100)
        )
        self.coupons_ = Listing("coupon", plain("coupon", "coupons"), sorts(), (100, 100))
        self.codes_ = Listing("coupon-code", tied("coupon-code", "coupon-codes", "profile"), sorts(), (100, 100))
        self.items_ = Listing(
            "catalog-item", self._item, sorts("created"), (100, 100), includes=("variants",), related=self._variants
        )
        self.variants_ = Listing(
            "catalog-variant", tied("catalog-variant", "catalog-variants", "item"), sorts("created"),
            (100, 100),
        )  # fmt: skip
        self.categories_ = Listing(
            "catalog-category", plain("catalog-category", "catalog-categories"), sorts("created"), (100, 100)
        )

    def routes(self) -> list[Route]:
        w = self.world
        return [
            Route("/api/reviews", self.reviews, "reviews:read", tier="m"),
            all_of("coupons", w.coupons, self.coupons_, "coupons:read", "l"),
            Route("/api/coupons/<id>/coupon-codes", those_of(w.coupons, w.codes, self.codes_), "coupon-codes:read",
                  tier="l"),
            all_of("catalog-items", w.items, self.items_, "catalogs:read", "xl"),
            all_of("catalog-variants", w.variants, self.variants_, "catalogs:read", "xl"),
            all_of("catalog-categories", w.categories, self.categories_, "catalogs:read", "xl"),
            Route("/api/catalog-categories/<id>/items", self.shelved, "catalogs:read", tier="xl"),
        ]  # fmt: skip

    def reviews(self, call: Call) -> Answer:
        """Those that are published, unless another status is asked for, or all."""
        asked = STATUS.search(call.query.get("filter", ""))
        status = asked[1] if asked else ""
        rows = [row for row in self.world.reviews if status == "all" or row["attributes"]["status"]["value"] in
                ((status,) if status else ("published", "featured"))]  # fmt: skip
        asking = replace(self.reviews_, filters={"status": Field(lambda row: status, ("equals",), moment=False)})
        return listed(call, rows, asking)

    def shelved(self, call: Call) -> Answer:
        name = call.values["id"]
        if (name,) not in self.world.categories:
            raise missing(f"There is nothing with the id {name}.")
        return listed(
            call, [self.world.items[(each,)] for each in self.world.categories[(name,)]["items"]], self.items_
        )

    def _item(self, row: Record, call: Call) -> Record:
        ids = [each["id"] for each in self.world.variants.of(row["id"])]
        variants = refs("catalog-variant", ids) if included(call, "variants") else None
        return resource(call, "catalog-item", "catalog-items", row["id"], dict(row["attributes"]), variants=variants)

    def _variants(self, row: Record, _: str) -> list[Record]:
        return self.world.variants.of(row["id"])


def tied(kind: str, path: str, to: str) -> Callable[[Record, Call], Record]:
    """What it hangs on is told without being asked for."""

    def show(row: Record, call: Call) -> Record:
        data = row["relationships"].get(to, {}).get("data")
        return resource(call, kind, path, row["id"], dict(row["attributes"]), **{to: data})

    return show
