"""Amazon Ads: Sponsored Products v3, Brands v4, Display, Reporting v3. Surprises: docs/platforms/amazon_ads.md."""

from __future__ import annotations

from datetime import timedelta

from shared.platforms.amazon_ads.access import HOSTS, REGION, REGIONS, authorise, discover, one_of
from shared.platforms.amazon_ads.errors import TITLE, refuse
from shared.platforms.amazon_ads.streams import STREAMS
from shared.vocabulary.access import OAuth
from shared.vocabulary.platform import Kind, Limits, Platform

MANAGE = "advertising::campaign_management"

PLATFORM = Platform(
    name="amazon_ads",
    title=TITLE,
    kind=Kind.ADS,
    base="https://{api_host}",
    auth=(
        OAuth(
            "https://{login_host}/ap/oa",
            "https://{token_host}/auth/o2/token",
            scopes=(MANAGE,),  # there is none that only reads
            login="Login with Amazon",
            opens={MANAGE: "to read campaigns, ads, keywords and targets, and their results"},
            beyond={MANAGE: "creating and changing campaigns"},
            pkce=True,
            grant_lifetime=timedelta(days=365),
            grant_fixed=True,
            asks=(REGION,),
        ),
    ),
    authorise=authorise,
    discover=discover,
    # No figures are published: they move with the load. Who is refused is told how long to wait, or waits this long.
    limits=Limits(at_once=4, per_second=4, burst=4, default_pause=timedelta(seconds=30)),
    # Making reports is throttled first and longest. Looking whether they are made counts here as well.
    allowances={"reports": Limits(at_once=4, per_second=0.5, burst=4, default_pause=timedelta(minutes=2))},
    streams=STREAMS,
    version="SP v3, SB v4, SD, Reporting v3",
    refuse=refuse,
    reads="Campaigns, ads, keywords and targets of Sponsored Products, Brands and Display, and their results by day.",
    hosts=frozenset(host for hosts in REGIONS.values() for host in hosts),
    values={name: one_of(place) for place, name in enumerate(HOSTS)},
    downloads=frozenset({"{bucket}.s3.amazonaws.com", "{bucket}.s3.{zone}.amazonaws.com"}),
    needs_app=True,
)
