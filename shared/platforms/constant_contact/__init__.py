"""Constant Contact, API v3. What surprises about it: docs/platforms/constant_contact.md."""

from __future__ import annotations

from datetime import timedelta

from shared.platforms.constant_contact.access import ACCOUNT, API, CAMPAIGNS, CONTACTS, LOGIN, discover
from shared.platforms.constant_contact.errors import refuse
from shared.platforms.constant_contact.streams import STREAMS, VIEWS
from shared.vocabulary.access import OAuth, bearer
from shared.vocabulary.platform import Kind, Limits, Platform

PLATFORM = Platform(
    name="constant_contact",
    title="Constant Contact",
    kind=Kind.MAIL,
    base=API,
    auth=(
        OAuth(
            f"{LOGIN}/authorize",
            f"{LOGIN}/token",
            scopes=(CONTACTS, CAMPAIGNS, ACCOUNT, "offline_access"),  # without the last there is no refresh token
            # "To read or write": https://developer.constantcontact.com/api_guide/scopes.html (2026-11)
            beyond={CONTACTS: "changing contacts", CAMPAIGNS: "changing campaigns"},
            client_auth="client_secret_basic",
            rotating=True,
            grant_lifetime=timedelta(days=180),
        ),
    ),
    authorise=bearer,
    discover=discover,
    # 4 a second and 10,000 a day for all connections of our app together. At this pace no five calls fall into one
    # second even when one of them is 45 ms late and the next is not.
    limits=Limits(at_once=4, per_second=3.82, per_day=10_000, shared_by="app"),
    streams=STREAMS,
    views=VIEWS,
    version="v3",
    refuse=refuse,
    reads="Contacts, lists, tags and segments, email campaigns and their results, results of SMS campaigns.",
)
