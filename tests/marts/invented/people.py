"""People whom several platforms know, by addresses that are written in many ways."""

from __future__ import annotations

import hashlib
import random

from tests.marts.invented.book import GONE, Account, Book

# platform → table, the id of a record there, and its address
RECORDS = {
    "mailchimp": ("mailchimp_list_members", "id", "email_address"),
    "constant_contact": ("constant_contact_contacts", "contact_id", "email"),
    "emailoctopus": ("emailoctopus_contacts", "id", "email_address"),
    "klaviyo": ("klaviyo_profiles", "id", "email"),
    "shopify": ("shopify_customers", "customer_id", "email"),
}


def write(book: Book) -> None:
    for platform, (table, named, address) in RECORDS.items():
        for account in book.accounts(platform):
            for number in range(5):
                dice = book.shape(account.connection, "person", number)
                if dice.random() < 0.6:
                    told = {address: written(f"person{number}@example.com", dice)}
                    book.put(table, account, **{named: f"r{number}"}, **told, **orders(book, account, number))
                book.put(table, account, **{named: f"r{number}-gone", address: "gone@example.com"}, _deleted_at=GONE)
            book.put(table, account, **{named: "nameless", address: " "})


def orders(book: Book, account: Account, number: int) -> dict[str, int]:
    """Notes the person, too."""
    person = hashlib.sha256(f"person{number}@example.com".encode()).hexdigest()
    many = book.shape(account.connection, "orders", number).randint(1, 9) if account.platform == "shopify" else 0
    book.note("dim_contacts", (person,), records=1, shop_orders=many)
    book.persons.setdefault(person, set()).add(account.platform)
    return {"orders": many} if many else {}


def written(address: str, dice: random.Random) -> str:
    return dice.choice([address, address.upper(), f" {address}", address.title()])
