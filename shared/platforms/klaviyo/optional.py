"""What is read of an account of Klaviyo only when it is asked for."""

from __future__ import annotations

from dataclasses import replace

from shared.platforms.klaviyo import columns_optional as table
from shared.platforms.klaviyo.lists import AROUND, LATE, RELATED, UNCOUNTED, UNSIZED, pages, simple
from shared.platforms.klaviyo.records import listing, on_its_day, per_day
from shared.platforms.klaviyo.reports import HISTORY, POSTED, SCARCE, report
from shared.vocabulary.columns import columns
from shared.vocabulary.slicing import Days, Parent
from shared.vocabulary.stream import Stream

FORM_STATISTICS = [
    column.name for column in columns(table.FORM_SERIES) if column.name not in {"day", "form_id", "account_zone"}
]


def ties(name: str, *others: str) -> frozenset[str]:
    """What is no data around a record that tells, by this name, what it hangs on."""
    inside = {f"relationships.{name}.links", f"relationships.{name}.data.type"}
    return AROUND | inside | {f"relationships.{other}" for other in others}


def catalog(name: str, title: str, *, text: str, kind: str, fields: str, **query: str) -> Stream:
    """Only what is named is asked for: descriptions and notes of the shop can weigh 100 KB each."""
    asked = {f"fields[{kind}]": fields, "sort": "created", **query}
    return simple(
        name,
        title,
        path=f"/{name.replace('_', '-')}",
        text=text,
        size=100,
        scope="catalogs:read",
        allowance="",
        **asked,
    )


OPTIONAL = tuple(
    replace(stream, optional=True)
    for stream in (
        Stream(
            "form_versions",
            "Versions of forms",
            path="/forms/{form_id}/form-versions",
            records="data",
            columns=columns(table.FORM_VERSIONS),
            query={"sort": "created_at"},
            pages=pages(100),
            parent=Parent("forms", {"form_id": "id"}),
            ignore=RELATED,
            scope="forms:read",
            allowance="s",
            unproven=UNCOUNTED,
        ),
        Stream(
            "form_series_report",
            "Results of forms by day",
            path="/form-series-reports",
            records="data",
            columns=columns(table.FORM_SERIES),
            pages=UNSIZED,
            slices=Days(60, LATE, HISTORY, "day", today=False),
            method="POST",
            headers=POSTED,
            unfold=per_day,
            shape=on_its_day,
            scope="forms:read",
            allowance="reports",
            unproven=SCARCE,
            body=report("form-series-report", FORM_STATISTICS, interval="daily"),
        ),
        replace(
            # Which ones come when no status is asked for is not told; there is no filter on the time of change.
            simple(
                "reviews",
                "Reviews",
                path="/reviews",
                text=table.REVIEWS,
                size=100,
                scope="reviews:read",
                allowance="m",
                filter="equals(status,'all')",
                sort="created",
                **{
                    "fields[review]": "content,created,email,product,public_reply,rating,review_type,"
                    "smart_quote,status,title,updated,verified"
                },
            ),
            ignore=ties("item", "events") | {"attributes.product.image_url", "attributes.public_reply.author"},
        ),
        replace(
            simple(
                "coupons", "Coupons", path="/coupons", text=table.COUPONS, size=100, scope="coupons:read", allowance="l"
            ),
            ignore=AROUND,
        ),
        Stream(
            "coupon_codes",
            "Codes of coupons",
            path="/coupons/{coupon_id}/coupon-codes",
            records="data",
            columns=columns(table.COUPON_CODES),
            pages=pages(100),
            parent=Parent("coupons", {"coupon_id": "id"}),
            ignore=ties("profile", "coupon"),
            scope="coupon-codes:read",
            allowance="l",
            unproven=UNCOUNTED,
        ),
        replace(
            catalog(
                "catalog_items",
                "Catalog items",
                text=table.CATALOG_ITEMS,
                kind="catalog-item",
                fields="created,external_id,price,published,title,updated,url",
                include="variants",
                **{"fields[catalog-variant]": "external_id"},
            ),
            shape=listing("variants", "variant_ids"),
        ),
        replace(
            catalog(
                "catalog_variants",
                "Catalog variants",
                text=table.CATALOG_VARIANTS,
                kind="catalog-variant",
                fields="created,external_id,inventory_policy,inventory_quantity,price,published,sku,title,updated,url",
            ),
            ignore=ties("item"),
        ),
        catalog(
            "catalog_categories",
            "Catalog categories",
            text=table.CATALOG_CATEGORIES,
            kind="catalog-category",
            fields="external_id,name,updated",
        ),
        Stream(
            "catalog_category_items",
            "Which item is in which category",
            path="/catalog-categories/{category_id}/items",
            records="data",
            columns=columns(table.CATALOG_CATEGORY_ITEMS),
            query={"fields[catalog-item]": "external_id", "sort": "created"},
            pages=pages(100),
            parent=Parent("catalog_categories", {"category_id": "id"}),
            ignore=RELATED | {"attributes"},
            scope="catalogs:read",
            unproven=UNCOUNTED,
        ),
    )
)
