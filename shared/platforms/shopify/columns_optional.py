"""Columns of Shopify's tables that are read only when asked for. Names, addresses and links of people are not asked."""

from __future__ import annotations

from shared.kit.graphql import listed, selection
from shared.platforms.shopify.columns import shop_money

ABANDONED_CHECKOUTS = f"""
id=checkout_id* text Checkout id
name text Number that people see
createdAt=created_at time When it was begun
updatedAt=updated_at time When it was last changed
completedAt=completed_at time When it was completed after all
customer.id=customer_id text Customer id
totalPriceSet.shopMoney.currencyCode=currency text Currency of the shop
{
    shop_money(
        ("totalPriceSet", "total_price", "+ Total, with shipping, tax and tips"),
        ("subtotalPriceSet", "subtotal_price", "+ Goods, less discounts"),
        ("totalLineItemsPriceSet", "line_items_price", "+ Goods, before discounts"),
        ("totalDiscountSet", "discounts", "+ Discounts"),
        ("totalTaxSet", "tax", "+ Tax"),
        ("totalDutiesSet", "duties", "+ Duties"),
    )
}
totalPriceSet.presentmentMoney.amount=presentment_total_price money~ Total in the customer's currency
totalPriceSet.presentmentMoney.currencyCode=presentment_currency text The customer's currency
taxesIncluded=taxes_included bool Whether prices hold their tax
discountCodes=discount_codes texts Discount codes used
shippingAddress.countryCodeV2=shipping_country text Country it would go to
shippingAddress.provinceCode=shipping_province text Province it would go to
lineItems.nodes=line_items json Lines, the first 25 of them
lineItems.pageInfo.hasNextPage=more_line_items bool Whether there are more, in abandoned_checkout_line_items_rest
"""

ABANDONED_CHECKOUT_LINE_ITEMS = f"""
checkout_id* text Checkout id
id=line_item_id* text Line item id
product.id=product_id text Product id
variant.id=variant_id text Variant id
title text Product
variantTitle=variant_title text Variant
sku text Stock keeping unit
quantity int+ Pieces
{
    shop_money(
        ("originalUnitPriceSet", "unit_price", "~ Price of one, before discounts"),
        ("originalTotalPriceSet", "original_total", "+ Price of all pieces, before discounts"),
        (
            "discountedTotalPriceWithCodeDiscount",
            "discounted_total",
            "+ Price of all pieces, less discounts on this line, codes too",
        ),
    )
}
originalTotalPriceSet.shopMoney.currencyCode=currency text Currency of the shop
"""

DRAFT_ORDERS = f"""
id=draft_order_id* text Draft order id
legacyResourceId=legacy_id text Its number in addresses of the admin
name text Number that people see
status text Open, invoice sent or completed
createdAt=created_at time When it was made
updatedAt=updated_at time When it was last changed
invoiceSentAt=invoice_sent_at time When its invoice was last sent
completedAt=completed_at time When it became an order
order.id=order_id text The order that it became
customer.id=customer_id text Customer id
currencyCode=currency text Currency of the shop
presentmentCurrencyCode=presentment_currency text The customer's currency
{
    shop_money(
        ("totalPriceSet", "total_price", "+ Total, with shipping, tax and discounts"),
        ("subtotalPriceSet", "subtotal_price", "+ Goods, less discounts"),
        ("totalLineItemsPriceSet", "line_items_price", "+ Goods, before discounts"),
        ("totalDiscountsSet", "discounts", "+ Discounts"),
        ("totalShippingPriceSet", "shipping", "+ Shipping"),
        ("totalTaxSet", "tax", "+ Tax"),
    )
}
totalQuantityOfLineItems=items int+ Pieces
taxesIncluded=taxes_included bool Whether prices hold their tax
taxExempt=tax_exempt bool Whether free of tax
discountCodes=discount_codes texts Discount codes used
tags texts Tags
shippingAddress.countryCodeV2=shipping_country text Country it goes to
shippingAddress.provinceCode=shipping_province text Province it goes to
lineItems.nodes=line_items json Lines, the first 25 of them
lineItems.pageInfo.hasNextPage=more_line_items bool Whether there are more, in draft_order_line_items_rest
"""

DRAFT_ORDER_LINE_ITEMS = f"""
draft_order_id* text Draft order id
id=line_item_id* text Line item id
product.id=product_id text Product id
variant.id=variant_id text Variant id
name=title text Product
variantTitle=variant_title text Variant
sku text Stock keeping unit
vendor text Vendor
custom bool Whether it is in no catalogue
quantity int+ Pieces
{
    shop_money(
        ("originalUnitPriceSet", "unit_price", "~ Price of one, before discounts"),
        ("originalTotalSet", "original_total", "+ Price of all pieces, before discounts"),
        ("discountedTotalSet", "discounted_total", "+ Price of all pieces, less discounts on this line"),
        ("totalDiscountSet", "discount", "+ Discount on this line"),
    )
}
originalTotalSet.shopMoney.currencyCode=currency text Currency of the shop
isGiftCard=is_gift_card bool Whether it is a gift card
taxable bool Whether it is taxed
"""

ORDER_FULFILLMENTS = """
order_id* text Order id
fulfillment_id* text Fulfillment id
legacyResourceId=legacy_id text Its number in the admin
name text Number that people see
status text Whether it was made: success, cancelled, error, failure
displayStatus=display_status text Where it is, as the admin shows it
createdAt=created_at time When it was made
updatedAt=updated_at time When it was last changed
inTransitAt=in_transit_at time When it was on its way
deliveredAt=delivered_at time When it arrived
estimatedDeliveryAt=estimated_delivery_at time When it should arrive
totalQuantity=items int+ Pieces, also of cancelled ones
requiresShipping=requires_shipping bool Whether it is shipped
location.id=location_id text Location it was sent from
trackingInfo=tracking json Carriers and tracking numbers
fulfillmentLineItems.nodes=line_items json Lines, the first 100 of them
fulfillmentLineItems.pageInfo.hasNextPage=more_line_items bool Whether there are more lines, which are not told
"""

ORDER_FULFILLMENT_LINES = f"""
order_id* text Order id
fulfillment_id* text Fulfillment id
id=fulfillment_line_id* text Fulfillment line id
lineItem.id=line_item_id text Line item id
quantity int+ Pieces sent
{
    shop_money(
        ("originalTotalSet", "original_total", "+ Price of all pieces, before discounts"),
        ("discountedTotalSet", "discounted_total", "+ Price of all pieces, less discounts on this line"),
    )
}
originalTotalSet.shopMoney.currencyCode=currency text Currency of the shop
"""

ORDER_SHIPPING_LINES = f"""
order_id* text Order id
shipping_line_id* text Shipping line id, or its place among those of the order
title text Shipping method
code text Its code
source text Who gave the rate
carrierIdentifier=carrier text Carrier
deliveryCategory=delivery_category text Kind of delivery
custom bool Whether it was written by hand
isRemoved=is_removed bool Whether it was taken out again
{
    shop_money(
        ("originalPriceSet", "original_price", "+ Price, before discounts"),
        ("discountedPriceSet", "discounted_price", "+ Price, less discounts"),
        ("currentDiscountedPriceSet", "current_price", "+ Price today, after refunds"),
    )
}
originalPriceSet.shopMoney.currencyCode=currency text Currency of the shop
taxLines=tax_lines json Taxes on it, after discounts and before returns
pageInfo.hasNextPage=more_shipping_lines bool Whether the order has more of them than 50, which are not told
"""

COLLECTIONS = """
id=collection_id* text Collection id
legacyResourceId=legacy_id text Its number in addresses of the admin
title text Name
handle text Name in addresses of the shop
productsCount.count=products int~ Products in it
sortOrder=sort_order text How its products are sorted
updatedAt=updated_at time When it was last changed
"""

COLLECTION_PRODUCTS = """
collection_id* text Collection id
id=product_id* text Product id
"""

_METAFIELDS = """
product_id* text Product id
{}* text Metafield id
namespace text Group of its key
key text Its name there
type text Type of its value
value text Its value, as a text
createdAt=created_at time When it was made
updatedAt=updated_at time When it was last changed
"""
PRODUCT_METAFIELDS = _METAFIELDS.format("metafield_id")
PRODUCT_METAFIELDS_REST = _METAFIELDS.format("id=metafield_id")

# What is asked where more than the columns must be named: lists, and how many of them.
ASKED_CHECKOUT_LINES = selection(ABANDONED_CHECKOUT_LINE_ITEMS, "checkout_id")
ASKED_DRAFT_LINES = selection(DRAFT_ORDER_LINE_ITEMS, "draft_order_id")


def _with_lines(text: str, asked: str) -> str:
    return selection(text, lineItems="@").replace("lineItems{@}", f"lineItems(first:25){listed(asked)}")


ASKED_CHECKOUTS = _with_lines(ABANDONED_CHECKOUTS, ASKED_CHECKOUT_LINES)
ASKED_DRAFTS = _with_lines(DRAFT_ORDERS, ASKED_DRAFT_LINES)
_SENT_LINES = selection(ORDER_FULFILLMENT_LINES, "order_id", "fulfillment_id")
_SENT = selection(
    ORDER_FULFILLMENTS, "order_id", "fulfillment_id", trackingInfo="company number", fulfillmentLineItems="@"
).replace("{@}", f"(first:100){{nodes{{{_SENT_LINES}}} pageInfo{{hasNextPage}}}}")
_SHIPPED = selection(
    ORDER_SHIPPING_LINES,
    "order_id",
    "shipping_line_id",
    "more_shipping_lines",
    taxLines="title rate priceSet{shopMoney{amount}}",
)
ASKED_FULFILLMENTS = f"id fulfillments{{id {_SENT}}}"
ASKED_SHIPPING = f"id shippingLines(first:50,includeRemovals:true){{nodes{{id {_SHIPPED}}} pageInfo{{hasNextPage}}}}"
ASKED_METAFIELDS = selection(PRODUCT_METAFIELDS_REST, "product_id")
ASKED_OF_PRODUCTS = f"id metafields(first:50){listed(ASKED_METAFIELDS)}"
