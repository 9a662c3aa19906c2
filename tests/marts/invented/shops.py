"""Orders, what was given back of them, and what was cancelled: each on a day of its own."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.marts.invented.book import DAYS, GONE, Account, Book, Row, cents, converted, moment


def write(book: Book) -> None:
    for account in book.accounts("shopify"):
        book.put("shopify_shop", account, shop_id=account.id, zone=account.zone, currency=account.currency)
        for number in range(12):
            _order(book, account, f"o{number}")


def _order(book: Book, account: Account, order: str) -> None:
    """An order of at least a hundred, of which less than that is given back, and less than that was never paid. Some
    hold a gift card."""
    shape = book.shape(account.connection, order)
    # On the last day only Google Analytics saw something sold, and shops gave back.
    ordered, cancelled = shape.choice(DAYS[:-1]), shape.choice(DAYS) if shape.random() < 0.3 else None
    refunds = [
        _refund(book, account, shape.choice(DAYS), f"{order}-r{number}") for number in range(shape.randint(0, 2))
    ]
    back = sum((amount for amount, _, _ in refunds), Decimal(0))
    dice = book.dice(account, ordered)
    total, items = 100 + cents(dice), dice.randint(1, 9)
    unpaid = cents(shape, 2000) if cancelled else Decimal(0)
    card = 1 if shape.random() < 0.3 and not unpaid else 0
    price = {"shopMoney": {"amount": "25.00", "currencyCode": account.currency}}
    row: Row = {
        "currency": account.currency, "account_zone": account.zone, "processed_date": ordered, "items": items,
        "total_price": total, "subtotal_price": total, "refunded": back, "net_payment": total - back - unpaid,
        "refunds": [refund for _, _, refund in refunds], "edited": False,
        "line_items": [{"id": f"{order}-{number}", "isGiftCard": number < card, "discountedTotalSet": price}
                       for number in range(2)],
    }  # fmt: skip
    if cancelled:
        row["cancelled_at"] = moment(cancelled, account.zone, book.dice(account, cancelled))[0]
    book.put("shopify_orders", account, order_id=order, test=shape.choice([False, None]), **row)
    book.put("shopify_orders", account, order_id=f"{order}-test", test=True, **row)
    book.put("shopify_orders", account, order_id=f"{order}-gone", test=False, **row, _deleted_at=GONE)
    worth: dict[str, Decimal] = {
        "gross": total, "net": total, "paid": total - unpaid, "gift_cards": Decimal(25 * card)
    }  # fmt: skip
    _note(book, account, ordered, "order", orders=1, items=items, **worth)
    for amount, day, _ in refunds:
        _note(book, account, day, "refund", refunded=amount, net=-amount, paid=-amount)
    if cancelled and unpaid:
        _note(book, account, cancelled, "cancellation", cancelled=unpaid, net=-unpaid)


def _refund(book: Book, account: Account, day: date, name: str) -> tuple[Decimal, date, Row]:
    dice = book.dice(account, day)
    amount, told = Decimal("0.01") + cents(dice, 2000), moment(day, account.zone, dice)[0]
    money = {"shopMoney": {"amount": str(amount), "currencyCode": account.currency}}
    # Some were made on another day than the money went back on.
    made = {"createdAt": "2026-08-01T12:00:00Z", "processedAt": told}
    return amount, day, {"id": name, "totalRefundedSet": money, **made}


def _note(book: Book, account: Account, day: date, kind: str, net: Decimal, **told: Decimal | int) -> None:
    key = (account.platform, account.connection, account.currency, day, kind)
    worth = {
        "net_converted": converted(net, account.currency, day),
        "gross_converted": converted(Decimal(told.get("gross", 0)), account.currency, day),
    }
    book.note("fact_commerce", key, net=net, **told, **worth)
