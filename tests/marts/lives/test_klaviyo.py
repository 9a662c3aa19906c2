"""An account of Klaviyo, which is asked for its campaigns in windows of 90 days."""

from __future__ import annotations

import pytest

from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts.engines import Engine, engine  # noqa: F401
from tests.marts.lives.august import Row, whole_run
from tests.marts.lives.mailings import K1, K2, K3, K9, Mailing, check_mails, check_worth, moved, sent

pytestmark = pytest.mark.slow

REPORT, ACCOUNT = "klaviyo_campaign_values_report", "klaviyo_account"


def tell(mailing: Mailing) -> Row:
    return {
        "connection_id": "kl", "window_start": "2026-07-01", "campaign_id": mailing.id,
        "campaign_message_id": f"m{mailing.id}", "send_channel": "email", "conversion_metric_id": "q",
        "account_currency": mailing.currency, "recipients": mailing.sends, "delivered": mailing.sends,
        "bounced_or_failed": 0, "opens": 2 * mailing.opened, "opens_unique": mailing.opened, "clicks": 0,
        "clicks_unique": 0, "unsubscribes": 0, "spam_complaints": 0, "conversions": 1,
        "conversion_value": mailing.worth,
    }  # fmt: skip


def test_a_month_of_klaviyo(engine: Engine) -> None:  # noqa: F811
    report, readings = sent(tell)
    campaigns = [{"connection_id": "kl", "id": each.id, "name": each.id, "channel": "email", "status": "Sent",
                  "send_time": each.sent_at} for each in (K1, K9, K2, K3)]  # fmt: skip
    account, accounts = moved({"connection_id": "kl", "id": "K", "preferred_currency": "EUR"}, "timezone")
    run = whole_run("kl", "klaviyo", "campaign_values_report", "K")
    raw = {REPORT: report, "klaviyo_campaigns": campaigns, ACCOUNT: account, "tributary_runs": [run]}
    ask = engine(raw, {REPORT: readings, ACCOUNT: accounts})
    check_mails(ask)
    check_worth(ask)
