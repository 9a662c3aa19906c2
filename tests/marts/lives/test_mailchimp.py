"""An account of Mailchimp."""

from __future__ import annotations

import pytest

from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts.engines import Engine, engine  # noqa: F401
from tests.marts.lives.august import Row, whole_run
from tests.marts.lives.mailings import Mailing, check_mails, check_worth, moved, sent

pytestmark = pytest.mark.slow

REPORTS, ACCOUNT = "mailchimp_reports", "mailchimp_account"


def tell(mailing: Mailing) -> Row:
    return {
        "connection_id": "mc", "id": mailing.id, "type": "regular", "send_time": mailing.sent_at,
        "emails_sent": mailing.sends, "unique_opens": mailing.opened, "opens": 2 * mailing.opened, "clicks": 0,
        "subscriber_clicks": 0, "orders": 1, "revenue": mailing.worth, "currency_code": mailing.currency,
    }  # fmt: skip


def test_a_month_of_mailchimp(engine: Engine) -> None:  # noqa: F811
    reports, readings = sent(tell)
    account, accounts = moved({"connection_id": "mc", "account_id": "m"}, "account_timezone")
    run = whole_run("mc", "mailchimp", "reports", "m")
    ask = engine({REPORTS: reports, ACCOUNT: account, "tributary_runs": [run]}, {REPORTS: readings, ACCOUNT: accounts})
    check_mails(ask)
    check_worth(ask)
