"""A profile of Instagram: the numbers of August are its views. Its days are those of California, wherever it is; its
posts are of the day in Berlin, where the workspace is. There is no money."""

from __future__ import annotations

from datetime import date

import pytest

from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.marts.engines import Engine, engine, told  # noqa: F401
from tests.marts.lives.august import COVERED, WEEK, WEEKS, Row, in_the_end, runs

pytestmark = pytest.mark.slow

TABLE, POSTS = "instagram_ig_account_insights_totals", "instagram_fb_posts"
CALIFORNIA = "America/Los_Angeles"


def tell(day: date, views: int) -> Row:
    return {"connection_id": "ig", "ig": "I", "account_id": "P", "account_zone": CALIFORNIA, "date": str(day),
            "views": views, "total_interactions": 1}  # fmt: skip


def post(name: str, moment: str, **more: str) -> Row:
    return {"connection_id": "ig", "id": name, "account_id": "P", "message": "Hi", "created_time": moment, "shares": 1,
            **more}  # fmt: skip


def test_a_month_of_instagram(engine: Engine) -> None:  # noqa: F811
    posts = [
        post("f1", "2026-08-09T22:30:00Z"),  # Sunday afternoon in California, Monday in Berlin
        post("f2", "2026-08-10T08:00:00Z", _deleted_at="2026-08-11T10:00:00Z"),
    ]
    told_of = runs("ig", "instagram", "ig_account_insights_totals", "P")
    views = [tell(day, number) for day, number, _ in in_the_end()]
    ask = engine({TABLE: views, POSTS: posts, "tributary_runs": told_of})
    assert told(ask("coverage_by_day"), "date", "state") == COVERED
    assert told(ask("week_over_week"), *WEEK, metric="views") == WEEKS
    assert {(row["time_zone"], row["views"]) for row in ask("fact_social") if row["date"] == date(2026, 8, 5)} == {
        (CALIFORNIA, 12)
    }
    assert told(ask("fact_social_posts"), "post_id", "date", "shares") == [("f1", date(2026, 8, 10), 1)]
