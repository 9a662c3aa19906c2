"""Columns of Shopify's tables. Money is in the shop's currency unless its name says otherwise."""

from __future__ import annotations

import json

from shared.kit.graphql import listed, selection

SHOP = """
id=shop_id* text Shop id
name text Name of the shop
myshopifyDomain=domain text Its address at Shopify
primaryDomain.host=web_address text Address that customers see
plan.publicDisplayName=plan text Shopify plan
currencyCode=currency text Currency
ianaTimezone=zone text Time zone
createdAt=created_at time When it was made
updatedAt=updated_at time When its settings were last changed
"""


def _visit(which: str, name: str, says: str) -> str:
    at = f"customerJourneySummary.{which}"
    utm = f"{at}.utmParameters"
    return f"""
    {at}.source={name}_source text {says} visit: where it came from
    {at}.landingPage={name}_landing_page text {says} visit: page it began on
    {at}.referrerUrl={name}_referrer text {says} visit: page before it
    {utm}.source={name}_utm_source text {says} visit: utm_source
    {utm}.medium={name}_utm_medium text {says} visit: utm_medium
    {utm}.campaign={name}_utm_campaign text {says} visit: utm_campaign
    {utm}.content={name}_utm_content text {says} visit: utm_content
    {utm}.term={name}_utm_term text {says} visit: utm_term
    """


def shop_money(*sets: tuple[str, str, str]) -> str:
    return "\n".join(f"{path}.shopMoney.amount={name} money{meaning}" for path, name, meaning in sets)


_ORDER_MONEY = shop_money(
    ("totalPriceSet", "total_price", "+ Total before returns (whether edits move it, Shopify does not say)"),
    ("currentTotalPriceSet", "current_total_price", "+ Total today, after edits, returns and refunds of goods"),
    ("subtotalPriceSet", "subtotal_price", "+ Goods, less discounts, with their tax where it is included"),
    ("totalDiscountsSet", "discounts", "+ Discounts"),
    ("totalTaxSet", "tax", "+ Tax"),
    ("totalShippingPriceSet", "shipping", "+ Shipping"),
    ("totalRefundedSet", "refunded", "+ Money given back"),
    ("netPaymentSet", "net_payment", "+ Money received, less money given back"),
)

ORDERS = f"""
id=order_id* text Order id
legacyResourceId=legacy_id text Its number in addresses of the admin
name text Number that people see
createdAt=created_at time When the record was made
processedAt=processed_at time When it was placed, also where it was imported later
processed_date date Day it was placed, in the shop's time zone
account_zone text The shop's time zone
updatedAt=updated_at time When it was last changed, refunds and payments included
cancelledAt=cancelled_at time When it was cancelled
cancelReason=cancel_reason text Why
closedAt=closed_at time When it was archived
test bool Whether it is a test order: no revenue
currencyCode=currency text Currency of the shop, of all money here that is not named otherwise
{_ORDER_MONEY}
totalPriceSet.presentmentMoney.amount=presentment_total_price money~ Total in the customer's currency
presentmentCurrencyCode=presentment_currency text The customer's currency
displayFinancialStatus=financial_status text Whether it is paid
displayFulfillmentStatus=fulfillment_status text Whether it is sent
subtotalLineItemsQuantity=items int+ Pieces ordered
discountCodes=discount_codes texts Discount codes used
tags texts Tags
sourceName=source_name text Where it was placed: web, pos, an app's number
customer.id=customer_id text Customer id
{_visit("firstVisit", "first", "First")}
{_visit("lastVisit", "last", "Last")}
shippingAddress.countryCodeV2=shipping_country text Country it goes to
shippingAddress.provinceCode=shipping_province text Province it goes to
lineItems.nodes=line_items json Lines, the first 25 of them
lineItems.pageInfo.hasNextPage=more_line_items bool Whether there are more lines, in order_line_items_rest
transactions json Payments
refunds json Refunds without their lines
edited bool Whether it was changed after it was placed
taxesIncluded=taxes_included bool Whether prices hold their tax
{
    shop_money(
        ("originalTotalPriceSet", "original_total_price", "+ Total when it was placed"),
        ("totalTipReceivedSet", "tips", "+ Tips"),
        ("originalTotalDutiesSet", "duties", "+ Duties"),
    )
}
customerJourneySummary.ready=visits_ready bool Whether Shopify has worked out the visits (until then none are told)
"""

_LINE = f"""
id=line_item_id* text Line item id
product.id=product_id text Product id
variant.id=variant_id text Variant id
title text Product
variantTitle=variant_title text Variant
sku text Stock keeping unit
vendor text Vendor
quantity int+ Pieces ordered
currentQuantity=current_quantity int+ Pieces today, after edits and returns
{
    shop_money(
        ("originalUnitPriceSet", "unit_price", "~ Price of one, before discounts"),
        ("originalTotalSet", "original_total", "+ Price of all pieces, before discounts"),
        (
            "discountedTotalSet",
            "discounted_total",
            "+ Price of all pieces, less discounts on this line (codes too), not those on all",
        ),
        ("totalDiscountSet", "discount", "+ Discount on this line"),
    )
}
discountedTotalSet.shopMoney.currencyCode=currency text Currency of the shop
isGiftCard=is_gift_card bool Whether it is a gift card
taxable bool Whether it is taxed
"""

ORDER_LINE_ITEMS = f"order_id* text Order id\n{_LINE}"
ORDER_LINE_ITEMS_REST = ORDER_LINE_ITEMS

ORDER_REFUNDS = f"""
order_id* text Order id
id=refund_id* text Refund id
legacyResourceId=legacy_id text Its number in the admin
createdAt=created_at time When it was made
processedAt=processed_at time When the money went back
updatedAt=updated_at time When it was last changed
note text Why
{shop_money(("totalRefundedSet", "refunded", "+ Money given back"))}
totalRefundedSet.shopMoney.currencyCode=currency text Currency of the shop
"""

ORDER_TRANSACTIONS = f"""
order_id* text Order id
id=transaction_id* text Transaction id
kind text Sale, authorization, capture, refund or void
status text Success, pending, failure or error
gateway text Payment provider
formattedGateway=gateway_name text Its name as shown
test bool Whether it is a test
createdAt=created_at time When it was made
processedAt=processed_at time When it was processed
{shop_money(("amountSet", "amount", "+ Amount, to be added up by kind, of those that succeeded"))}
amountSet.shopMoney.currencyCode=currency text Currency of the shop
parentTransaction.id=parent_transaction_id text The payment that it captures, voids or gives back
paymentId=payment_id text Id at the payment provider
errorCode=error_code text Why it failed
fees json What the provider kept
"""

ORDER_REFUND_LINES = f"""
order_id* text Order id
refund_id* text Refund id
refund_line_id* text Refund line id, or that of its line item
lineItem.id=line_item_id text Line item id
quantity int+ Pieces given back
restockType=restock_type text What became of the goods
restocked bool Whether they are in stock again
{
    shop_money(
        ("subtotalSet", "subtotal", "+ Money for the goods"),
        ("totalTaxSet", "tax", "+ Tax on them"),
    )
}
subtotalSet.shopMoney.currencyCode=currency text Currency of the shop
"""

CUSTOMERS = """
id=customer_id* text Customer id
legacyResourceId=legacy_id text Its number in addresses of the admin
firstName=first_name text First name
lastName=last_name text Last name
defaultEmailAddress.emailAddress=email text E-mail address
defaultEmailAddress.marketingState=email_marketing_state text Whether mail may be sent
defaultPhoneNumber.phoneNumber=phone text Telephone
numberOfOrders=orders int+ Orders so far
amountSpent.amount=amount_spent money+ Spent so far
amountSpent.currencyCode=currency text Currency of the shop
state text State of the account
tags texts Tags
locale text Language
note text Note of the merchant
verifiedEmail=verified_email bool Whether the address was confirmed
taxExempt=tax_exempt bool Whether free of tax
defaultAddress.city=city text City
defaultAddress.provinceCode=province text Province
defaultAddress.countryCodeV2=country text Country
defaultAddress.zip=zip text Postal code
createdAt=created_at time When it was made
updatedAt=updated_at time When it was last changed
"""

PRODUCTS = """
id=product_id* text Product id
legacyResourceId=legacy_id text Its number in addresses of the admin
title text Title
handle text Name in addresses of the shop
vendor text Vendor
productType=product_type text Type
status text Active, draft, archived or unlisted
tags texts Tags
category.id=category_id text Id in the standard taxonomy
category.fullName=category text Category
options json Options such as size, with their values
totalInventory=total_inventory int+ Pieces available
createdAt=created_at time When it was made
updatedAt=updated_at time When it was last changed
publishedAt=published_at time When it was published in the online shop
"""

PRODUCT_VARIANTS = """
id=variant_id* text Variant id
legacyResourceId=legacy_id text Its number in addresses of the admin
product.id=product_id text Product id
inventoryItem.id=inventory_item_id text Inventory item id
title text Values of its options
displayName=display_name text Product and variant
sku text Stock keeping unit
barcode text Barcode
price money~ Price
compareAtPrice=compare_at_price money~ Price before a reduction
account_currency text Currency of the shop
position text Place among the variants of the product
inventoryQuantity=inventory_quantity int+ Pieces available
inventoryPolicy=inventory_policy text Whether it is sold when there is none left
taxable bool Whether it is taxed
createdAt=created_at time When it was made
updatedAt=updated_at time When it was last changed
"""

INVENTORY_ITEMS = """
id=inventory_item_id* text Inventory item id
legacyResourceId=legacy_id text Its number in addresses of the admin
sku text Stock keeping unit
tracked bool Whether stock is counted
requiresShipping=requires_shipping bool Is shipped
unitCost.amount=unit_cost money~ Cost of one
unitCost.currencyCode=currency text Currency of the cost
measurement.weight.value=weight float~ Weight of one
measurement.weight.unit=weight_unit text Unit of the weight
countryCodeOfOrigin=country_of_origin text Country it is from
createdAt=created_at time When it was made
updatedAt=updated_at time When it was last changed
"""

LOCATIONS = """
id=location_id* text Location id
legacyResourceId=legacy_id text Its number in addresses of the admin
name text Name
isActive=is_active bool Whether it is in use
deactivatedAt=deactivated_at time Since when it is not
fulfillsOnlineOrders=fulfills_online_orders bool Whether online orders are sent from there
isFulfillmentService=is_fulfillment_service bool Whether a service runs it
address.city=city text City
address.provinceCode=province text Province
address.countryCode=country text Country
address.zip=zip text Postal code
createdAt=created_at time When it was made
updatedAt=updated_at time When it was last changed
"""

QUANTITIES = {
    "available": "Pieces that can be sold",
    "on_hand": "Pieces that are there",
    "committed": "Pieces that are sold and not sent yet",
    "incoming": "Pieces on their way",
    "reserved": "Pieces put aside",
    "damaged": "Pieces that are damaged",
    "quality_control": "Pieces being looked at",
    "safety_stock": "Pieces kept back",
}

_COUNTED = "\n".join(f"{name} int+ {meaning}" for name, meaning in QUANTITIES.items())
INVENTORY_LEVELS = f"""
id=inventory_level_id* text Inventory level id
location_id text Location id
item.id=inventory_item_id text Inventory item id
isActive=is_active bool Whether the item is stocked there
{_COUNTED}
createdAt=created_at time When it was made
updatedAt=updated_at time When it was last changed
"""

DELETED_PRODUCTS = """
id=event_id* text Event id
subjectId=product_id text Product id
createdAt=deleted_at time When it was deleted
message text What happened, in words
"""

# What is asked where more than the columns must be named: lists, and how many of them.
# Without being asked for, discounts by codes are not taken off there.
ASKED_LINES = selection(ORDER_LINE_ITEMS, "order_id").replace(
    "discountedTotalSet{", "discountedTotalSet(withCodeDiscounts:true){"
)
ASKED_REFUND_LINES = selection(ORDER_REFUND_LINES, "order_id", "refund_id", "refund_line_id") + " id"
ASKED_ORDERS = selection(
    ORDERS,
    "processed_date",
    "account_zone",
    refunds=selection(ORDER_REFUNDS, "order_id"),
    transactions=selection(ORDER_TRANSACTIONS, "order_id", fees="amount{amount currencyCode} type rate"),
    lineItems="@",
).replace("lineItems{@}", f"lineItems(first:25){listed(ASKED_LINES)}")
ASKED_LEVELS = f"{selection(INVENTORY_LEVELS, 'location_id', *QUANTITIES, item='id legacyResourceId')} " + (
    f"quantities(names:{json.dumps(list(QUANTITIES))}){{name quantity}}"
)
