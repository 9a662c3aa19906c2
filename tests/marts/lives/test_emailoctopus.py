"""An account of EmailOctopus, which tells of no money and no zone: its days are those of UTC."""

from __future__ import annotations

from datetime import date

import pytest

from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts.engines import Engine, engine, told  # noqa: F401
from tests.marts.lives.august import Row, whole_run
from tests.marts.lives.mailings import K1, K2, K3, K9, Mailing, check_mails, sent

pytestmark = pytest.mark.slow

SUMMARY, CAMPAIGNS = "emailoctopus_campaign_summary", "emailoctopus_campaigns"


def tell(mailing: Mailing) -> Row:
    return {
        "connection_id": "eo", "id": mailing.id, "sent": mailing.sends, "hard_bounces": 0, "soft_bounces": 0,
        "opens": 2 * mailing.opened, "unique_opens": mailing.opened, "clicks": 0, "unique_clicks": 0,
        "complained": 0, "unsubscribed": 0,
    }  # fmt: skip


def test_a_month_of_emailoctopus(engine: Engine) -> None:  # noqa: F811
    summary, readings = sent(tell)
    campaigns = [{"connection_id": "eo", "id": each.id, "name": each.id, "sent_at": each.sent_at, "status": "sent"}
                 for each in (K1, K9, K2, K3)]  # fmt: skip
    lists = [{"connection_id": "eo", "id": "l1", "name": "First", "created_at": "2025-01-01T00:00:00Z"}]
    run = whole_run("eo", "emailoctopus", "campaign_summary", "l1")
    raw = {SUMMARY: summary, CAMPAIGNS: campaigns, "emailoctopus_lists": lists, "tributary_runs": [run]}
    ask = engine(raw, {SUMMARY: readings})
    check_mails(ask, date(2026, 8, 31))
    assert {row["time_zone"] for row in ask("fact_email_performance")} == {"UTC"}
    assert told(ask("email_by_week"), "week", "sends")[-1] == (date(2026, 8, 31), 800)
