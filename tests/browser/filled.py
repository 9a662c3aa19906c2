"""An agency with clients in every state, so that pages show what they show on an ordinary day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from shared.audit.entry import Origin
from shared.feeds.accesses import Access, Accesses
from shared.kit.campaign_names import CampaignName, write
from shared.looking.addresses import Keys, named
from shared.oauth import links
from shared.people import client_links
from shared.people.levels import Role
from shared.people.persons import Person
from shared.platforms import PLATFORMS
from shared.publishing.manifest import Stamp
from shared.states import RunState, Schedule, SliceState
from tests.people.connected import client, connected, part, run, stopped
from tests.people.house import Browser, House
from tests.people.plenty import HOSTILE, plenty
from tests.people.publishing import publish
from tests.questions.folder import Row

BAKERY = "northwind"
HERE = f"/workspaces/{BAKERY}"
AD_NAMES = ("Autumn | Search | Brand", "Bread of the day", "Christmas stollen", "Catering, retargeting",
            "New shop, opening", "Loyalty card")  # fmt: skip
SUBJECTS = ("Fresh from the oven on Saturday", "Your stollen is waiting", "Ten breads for the autumn",
            "We are looking for you", "Last week for vouchers")  # fmt: skip


@dataclass(frozen=True)
class Filled:
    house: House
    owner: Person
    admin: Person
    analyst: Person
    links: Mapping[str, str]  # what is reached by a link alone: name → address

    def signed_in(self, who: Person | None = None) -> Browser:
        return self.house.signed_in(who or self.owner)


def fill(house: House) -> Filled:
    people = {
        name: house.person(f"{name.lower()}@agency.example", google=name, owner=name == "Olga", name=f"{name} {rest}")
        for name, rest in (("Olga", "Berg"), ("Adam", "Lind"), ("Ann", "Weber"), ("Vera", "Holm"))
    }
    _bakery(house)
    for name, role in (("Adam", Role.ADMIN), ("Ann", Role.ANALYST), ("Vera", Role.VIEWER)):
        house.role(people[name], BAKERY, role)
    _others(house)
    made = Filled(house, people["Olga"], people["Adam"], people["Ann"], {})
    return replace(made, links=_given(made))


# -- one client with everything ------------------------------------------------------------------------------


def _bakery(house: House) -> None:
    today = house.clock.now().date()
    client(
        house, BAKERY, "Northwind Bakery", currency="EUR", agency="Agency & Sons", contact="data@agency.example",
        readers=["group:marketing@northwind.example"],
    )  # fmt: skip
    usual = {"zone": "Europe/Berlin", "currency": "EUR", "connected_at": house.clock.now() - timedelta(days=200)}
    for tag, platform, title in (
        ("google", "google_ads", "Northwind Ads"), ("meta", "meta_ads", "Northwind Social Ads"),
        ("mailchimp", "mailchimp", "Northwind Letters"), ("klaviyo", "klaviyo", "Northwind Shop Mail"),
        ("shopify", "shopify", "northwind.myshopify.com"), ("analytics", "google_analytics", "northwind.example"),
        ("instagram", "instagram", "@northwindbakery"),
    ):  # fmt: skip
        connected(house, BAKERY, f"{BAKERY}-{tag}", platform, title=title, **usual)
    reading = connected(house, BAKERY, f"{BAKERY}-octopus", "emailoctopus", title="Staff letter", **usual)
    under_way = run(house, reading, f"{BAKERY}-run")
    for number, stream in enumerate(("campaigns", "lists", "contacts", "campaign_summaries")):
        state = SliceState.LOADED if number < 2 else SliceState.WORKING
        part(house, under_way, stream, state, rows=1200 * (4 - number), page=12, loaded=9 - number, calls=14)
    stopped(house, BAKERY, f"{BAKERY}-contact", "constant_contact", title="Old letters", **usual)
    publish(
        house, BAKERY, _named(plenty(BAKERY, today, days=400)),
        stamp=Stamp(
            as_of=house.clock.now() - timedelta(minutes=25), proved_until=today - timedelta(days=4),
            missing=("meta_ads_insights_ad_daily",),
        ),
    )  # fmt: skip
    house.contacts(BAKERY, *(f"{name}@customers.example" for name in ("ann", "ben", "cleo", "dora", "emil", "frida")))


def _named(marts: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """As people call things; with a week that was missed, days that were not proved yet, and runs that cost."""
    named_anew = {name: [dict(_renamed(row, at)) for at, row in enumerate(rows)] for name, rows in marts.items()}
    for rows in named_anew.values():
        for row in rows:
            if row.get("platform") == "google_analytics":  # has an account of its own beside the ads
                row.update(connection_id=f"{BAKERY}-analytics", account_id="analytics")
    days = sorted({row["date"] for row in named_anew["coverage_by_day"]})
    made: dict[str, list[Row]] = {name: list(rows) for name, rows in named_anew.items()}
    return {**made, "coverage_by_day": list(_covered(days)), "sync_status": list(_runs(days))}


def _covered(days: list[date]) -> Iterator[Row]:
    """All streams that tell days; three days of one are missing, the newest are not proved yet."""
    for platform, tag in (("google_ads", "google"), ("meta_ads", "meta"), ("google_analytics", "analytics"),
                          ("klaviyo", "klaviyo")):  # fmt: skip
        for stream in (each.name for each in PLATFORMS[platform].streams if each.days and not each.optional):
            for day in days[-120:]:
                ago = (days[-1] - day).days
                missing = stream == "insights_ad_daily" and 9 <= ago <= 11
                yield {
                    "workspace_id": BAKERY, "connection_id": f"{BAKERY}-{tag}", "platform": platform, "account_id": tag,
                    "stream": stream, "source_table": f"{platform}_{stream}", "date": day,
                    "state": "missing" if missing else "read" if ago < 3 else "proved",
                }  # fmt: skip


def _renamed(row: Row, number: int) -> Iterator[tuple[str, Any]]:
    place = int(str(row.get("campaign_id") or "0").lstrip("cm/") or 0)
    for key, value in row.items():
        if not isinstance(value, str) or (HOSTILE not in value and not value.startswith("Campaign ")):
            yield key, "" if value == "javascript:alert(1)" else value
        elif key == "subject":
            yield key, SUBJECTS[(place or number) % len(SUBJECTS)]
        elif key == "channel_group":
            yield key, "Display"
        elif key == "text":
            yield key, SUBJECTS[number % len(SUBJECTS)]
        elif key == "ad_id":
            yield key, "ad-17"
        elif key == "account_name":
            yield key, "Northwind"
        else:
            yield key, AD_NAMES[place % len(AD_NAMES)]


def _runs(days: list[date]) -> Iterator[Row]:
    for day in days[-70:]:
        for tag, platform, calls in (("google", "google_ads", 220), ("mailchimp", "mailchimp", 940)):
            yield {
                "workspace_id": BAKERY, "connection_id": f"{BAKERY}-{tag}", "platform": platform, "account_id": tag,
                "stream": "all", "day": day, "run_id": f"{tag}-{day}", "calls": calls, "pages": calls,
                "rows_read": calls * 90,
            }  # fmt: skip


# -- clients beside it ------------------------------------------------------------------------------------


def _others(house: House) -> None:
    client(house, "harbour", "Harbour Hotels", currency="EUR")
    stopped(house, "harbour", "harbour-google", "google_ads", title="Harbour Hotels")
    connected(house, "harbour", "harbour-klaviyo", "klaviyo", title="Guests")
    client(house, "lumen", "Lumen Lighting", currency="GBP")
    failed = connected(house, "lumen", "lumen-meta", "meta_ads", title="Lumen UK", last_success_at=None)
    trouble = {"stream": "ads", "code": "quota", "sentence": "Meta Ads does not answer just now.", "move": "machine"}
    run(house, failed, "lumen-run", RunState.FAILED, problems=[trouble])
    client(house, "orchard", "Orchard Cider")
    connected(house, "orchard", "orchard-shop", "shopify", title="orchard.myshopify.com", schedule=Schedule.MANUAL)
    for name, title in (("fjord", "Fjord Outdoor"), ("atlas", "Atlas Bikes")):
        client(house, name, title, currency="EUR")
        for tag, platform in (("google", "google_ads"), ("mailchimp", "mailchimp"), ("web", "google_analytics")):
            connected(house, name, f"{name}-{tag}", platform, title=title)
    client(house, "juniper", "Juniper Press")  # nothing is connected yet


def _given(made: Filled) -> dict[str, str]:
    """What people of the agency made: feeds, keys, an invitation, links; and what was read of them."""
    house, browser = made.house, made.signed_in(made.admin)
    feeds = browser.press(browser.open(f"{HERE}/feeds"), f"{HERE}/feeds", name="Board, spend by day", mart="ads_by_day",
                          readers="key")  # fmt: skip
    assert feeds.status == 200
    browser.press(browser.open(f"{HERE}/keys"), f"{HERE}/keys", name="Warehouse job", **{"data:read": "on"})
    page = browser.open(f"{HERE}/people")
    browser.press(page, f"{HERE}/invitations", mail="carla@northwind.example", role="viewer")
    (feed,) = house.people.find("feeds")
    accesses = Accesses(house.feeds, house.clock)
    for agent in ("Excel/16", "Google-Sheets"):
        accesses.note(BAKERY, Access(
            at=house.clock.now() - timedelta(hours=2), feed=feed["id"], key="feed_abc", network="203.0.113.0/24",
            agent=agent, status=200, bytes=12345, seconds=0.038,
        ))  # fmt: skip
    accesses.flush()
    links.create(house.engine, house.clock, BAKERY, "mailchimp", "Adam")
    by = Origin(who=f"person:{made.admin.id}")
    token, _ = client_links.make(house.people, house.clock, by, BAKERY, "clara@northwind.example", made.admin.id)
    return {"client": f"/client/{token}", "feed": f"{HERE}/feeds/{feed['id']}"}


def addresses(made: Filled) -> dict[str, str]:
    """Every page that somebody who is signed in may look at, by the name of its picture."""
    contact = named(Keys(made.house.people).of(BAKERY), "ann@customers.example")
    campaign = write(CampaignName(f"{BAKERY}-google", "ads", "c/1"))
    mailing = write(CampaignName(f"{BAKERY}-mailchimp", "email", "m3"))
    own = (
        "overview", "ads", "mail", "web", "shop", "social", "lists", "changes", "campaigns", "contacts", "record",
        "coverage", "connections", "people", "settings", "feeds", "feeds/reads", "keys", "audit", "cost", "client-page",
    )  # fmt: skip
    return {
        "clients": "/", "client-new": "/clients/new", "account": "/account", "account-erase": "/account/erase",
        "audit-all": "/audit", "workspace": HERE,
        **{name.replace("/", "-"): f"{HERE}/{name}" for name in own},
        "campaign": f"{HERE}/campaigns/{campaign}", "mailing": f"{HERE}/campaigns/{mailing}",
        "contact": f"{HERE}/contacts/{contact}",
        "connection": f"{HERE}/connections/{BAKERY}-meta", "connection-stopped": f"{HERE}/connections/{BAKERY}-contact",
        "disconnect": f"{HERE}/connections/{BAKERY}-meta/disconnect", "connect": f"{HERE}/connect/mailchimp",
        "feed": made.links["feed"], "feed-end": f"{made.links['feed']}/end",
        **{f"empty-{name}": f"/workspaces/juniper/{name}" for name in ("overview", "campaigns", "contacts", "coverage",
           "connections", "people", "feeds", "keys", "audit", "cost", "mail", "lists", "client-page")},
        "nothing": "/nowhere",
    }  # fmt: skip


def open_addresses(made: Filled) -> dict[str, str]:
    """What is looked at without signing in."""
    return {"sign-in": "/sign-in", "sign-in-link": "/sign-in/link", "invitation": "/invitation",
            "client": made.links["client"], "client-withdraw": f"{made.links['client']}/withdraw",
            "client-confirm": "/client-withdraw"}  # fmt: skip
