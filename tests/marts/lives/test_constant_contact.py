"""An account of Constant Contact, which tells of no money."""

from __future__ import annotations

import pytest

from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts.engines import Engine, engine  # noqa: F401
from tests.marts.lives.august import Row, whole_run
from tests.marts.lives.mailings import Mailing, check_mails, moved, sent

pytestmark = pytest.mark.slow

SUMMARIES, ACCOUNT = "constant_contact_campaign_summaries", "constant_contact_account"


def tell(mailing: Mailing) -> Row:
    return {
        "connection_id": "cc", "campaign_id": mailing.id, "last_sent_date": mailing.sent_at, "sends": mailing.sends,
        "bounces": 0, "opens": mailing.opened, "clicks": 0, "optouts": 0, "abuse": 0,
    }  # fmt: skip


def test_a_month_of_constant_contact(engine: Engine) -> None:  # noqa: F811
    summaries, readings = sent(tell)
    account, accounts = moved({"connection_id": "cc", "encoded_account_id": "e"}, "time_zone_id")
    run = whole_run("cc", "constant_contact", "campaign_summaries", "e")
    ask = engine(
        {SUMMARIES: summaries, ACCOUNT: account, "tributary_runs": [run]}, {SUMMARIES: readings, ACCOUNT: accounts}
    )
    check_mails(ask)
    assert {row["revenue"] for row in ask("fact_email_performance")} == {None}
