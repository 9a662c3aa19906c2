"""Visits of web sites, and what they sold as Google Analytics saw it."""

from __future__ import annotations

from tests.marts.invented.book import DAYS, GONE, Book, cents, converted

CHANNELS = ("Paid Search", "Email", "Direct")


def write(book: Book) -> None:
    for account in book.accounts("google_analytics"):
        book.put("google_analytics_properties", account, account_id=account.id, time_zone=account.zone)
        ours = {"account_id": account.id, "account_zone": account.zone, "account_currency": account.currency}
        for day in DAYS:
            dice = book.dice(account, day)
            key = (account.platform, account.connection, account.currency, day)
            for number, channel in enumerate(2 * CHANNELS):
                names = ("sessions", "engaged_sessions", "new_users", "events", "engagement_seconds")
                counts = {name: dice.randint(0, 99) for name in names}
                revenue, bought, keys = cents(dice), cents(dice), dice.randint(0, 9)
                row = {**counts, "key_events": keys, "total_revenue": revenue, "purchase_revenue": bought}
                # Two campaigns without an id differ by their names alone.
                place = {"date": day, "channel_group": channel, "campaign_id": "", "campaign_name": f"n{number}"}
                book.put("google_analytics_traffic_acquisition", account, **ours, **place, **row)
                gone = {"source": "gone", "_deleted_at": GONE}
                book.put("google_analytics_traffic_acquisition", account, **ours, **place, **row, **gone)
                worth = converted(revenue, account.currency, day)
                money = {"revenue": revenue, "purchase_revenue": bought, "revenue_converted": worth}
                book.note("fact_web_traffic", key, **counts, key_events=keys, **money)
            people = {name: dice.randint(0, 999) for name in ("active_users", "total_users", "new_users")}
            book.put("google_analytics_daily_overview", account, **ours, date=day, **people)
            if day == DAYS[0]:  # a day on which only shops sold something
                book.note("web_users", (account.platform, account.connection, day), **people, purchasers=None)
                continue
            sold = {name: dice.randint(0, 9) for name in ("transactions", "purchases", "add_to_carts", "checkouts")}
            revenue, buyers = cents(dice), dice.randint(0, 9)
            back = cents(dice, 999)
            row = {**sold, "purchase_revenue": revenue, "refund_amount": back, "purchasers": buyers}
            book.put("google_analytics_ecommerce_daily", account, **ours, date=day, **row)
            worth = converted(revenue, account.currency, day)
            sums = {"purchase_revenue": revenue, "purchase_revenue_converted": worth, "refunds": back}
            book.note("fact_web_commerce", key, **sold, **sums)
            book.note("web_users", (account.platform, account.connection, day), **people, purchasers=buyers)
