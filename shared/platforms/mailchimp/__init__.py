"""Mailchimp, Marketing API 3.0. What surprises about it: docs/platforms/mailchimp.md."""

from __future__ import annotations

from shared.platforms.mailchimp.access import API, DATA_CENTRE, LOGIN, authorise, discover
from shared.platforms.mailchimp.errors import refuse
from shared.platforms.mailchimp.streams import STREAMS
from shared.vocabulary.access import Key, OAuth
from shared.vocabulary.platform import Kind, Limits, Platform

PLATFORM = Platform(
    name="mailchimp",
    title="Mailchimp",
    kind=Kind.MAIL,
    base=API,
    auth=(
        # Tokens never expire (`expires_in: 0`) and there are no scopes: read-only cannot be asked for.
        OAuth(f"{LOGIN}/authorize", f"{LOGIN}/token", never_expires=True),
        Key(
            "In Mailchimp under your profile: Account & billing, Extras, API keys.",
            rf"[0-9a-f]{{32}}-{DATA_CENTRE}",
            "https://mailchimp.com/help/about-api-keys/",
            form="it is 32 letters and digits, a dash, and the data centre, such as us6",
        ),
    ),
    authorise=authorise,
    discover=discover,
    limits=Limits(at_once=4),  # 10 connections are allowed per user, whatever else they run
    streams=STREAMS,
    version="3.0",
    refuse=refuse,
    reads="Audiences and their members, campaigns, their reports, automations, templates and landing pages.",
    hosts=frozenset({"login.mailchimp.com"}),
    values={"dc": DATA_CENTRE},
)
