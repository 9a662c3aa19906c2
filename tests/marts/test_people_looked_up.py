"""What look_up asks about people, worked out by hand on the golden rows: by BigQuery's stand-in with the parameters
bound, and by GoogleSQL's reference implementation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest

from shared.looking import statements as looking
from shared.looking.addresses import named
from shared.looking.persons import BigQueryPersons
from shared.looking.verbs import Contacts, History
from shared.model import Workspace, from_doc
from tests.googlesql.answers import Answers, answers
from tests.googlesql.conftest import service  # noqa: F401  a fixture
from tests.googlesql.service import Service
from tests.googlesql.statements import written
from tests.googlesql.warehouse import PROJECT
from tests.marts import golden
from tests.marts.conftest import OURS, THEIRS
from tests.marts.marts_fixture import MartsFixture

pytestmark = pytest.mark.slow

KEY = "5e" * 32
ANN, BEN = named(KEY, "Ann@Example.com"), named(KEY, "ben@example.com ")
Rows = list[dict[str, Any]]


class StandIn:
    def __init__(self, desk: MartsFixture, workspace: str = OURS) -> None:
        doc = desk.stores.documents.get(f"workspaces/{desk.id(workspace)}")
        assert doc is not None
        self.workspace, self.persons = from_doc(Workspace, doc), BigQueryPersons(desk.settings)

    def contacts(self, **asked: Any) -> Rows:
        return _plain(self.persons.contacts(self.workspace, KEY, Contacts(**asked)))

    def records(self, contact: str) -> Rows:
        return _plain(self.persons.records(self.workspace, KEY, contact))

    def history(self, **asked: Any) -> Rows:
        return _plain(self.persons.history(self.workspace, KEY, History(**asked)))


class Reference:
    def __init__(self, whom: Answers) -> None:
        self.whom = whom

    def _ask(self, asked: looking.Statement) -> Rows:
        return _plain(self.whom.ask(written(asked)))

    def contacts(self, **asked: Any) -> Rows:
        return self._ask(looking.contacts(PROJECT, self.whom.workspace, KEY, Contacts(**asked)))

    def records(self, contact: str) -> Rows:
        return self._ask(looking.records(PROJECT, self.whom.workspace, KEY, contact))

    def history(self, **asked: Any) -> Rows:
        return self._ask(looking.history(PROJECT, self.whom.workspace, KEY, History(**asked)))


def _plain(rows: Any) -> Rows:
    return [{name: value for name, value in dict(row).items() if value is not None} for row in rows]


@pytest.fixture(params=["stand-in", "googlesql"])
def asked(request: pytest.FixtureRequest) -> StandIn | Reference:
    if request.param == "stand-in":
        return StandIn(request.getfixturevalue("desk"))
    analyzer: Service = request.getfixturevalue("service")
    workspace = Workspace("acme", "Acme", currency="EUR", fiscal_year_start=4, zone=golden.ZONE)
    return Reference(answers(analyzer, workspace, golden.CURRENT, golden.HISTORY, golden.RATES))


def shown(rows: Rows, *names: str) -> list[tuple[Any, ...]]:
    return [tuple(row.get(name) for name in names) for row in rows]


def test_contacts_are_people_by_their_addresses(asked: StandIn | Reference) -> None:
    rows = asked.contacts()
    assert shown(rows, "contact", "address", "platforms", "records", "is_subscribed", "shop_orders", "matching") == [
        (ANN, "ann@example.com", "constant_contact, mailchimp, shopify", 4, True, 1, 2),
        (BEN, "ben@example.com", "emailoctopus", 1, True, None, 2),
    ]
    assert [f"{row['since']:%Y-%m-%d}" for row in rows] == ["2025-12-01", "2026-09-01"]


@pytest.mark.parametrize(
    ("said", "whom"),
    [
        ({"order": "newest"}, [BEN, ANN]),
        ({"after": ANN}, [BEN]),
        ({"after": BEN}, []),
        ({"order": "newest", "after": BEN}, [ANN]),
        ({"after": "0" * 64}, []),
        ({"rows": 1}, [ANN, BEN]),  # one more than is shown
        ({"begins": "be"}, [BEN]),
        ({"begins": "%"}, []),
        ({"platform": "mailchimp"}, [ANN]),
        ({"platform": "mailchimp", "list": "l2"}, [ANN]),
        ({"platform": "mailchimp", "list": "l2", "status": "unsubscribed"}, [ANN]),
        ({"platform": "mailchimp", "list": "l2", "status": "subscribed"}, []),  # she is so on another list
        ({"status": "subscribed"}, [ANN, BEN]),
        ({"since": "2026-09-01"}, [BEN]),
        ({"until": "2025-12-01"}, [ANN]),
        ({"since": "2025-12-02", "until": "2026-08-31"}, []),
        ({"since": "2025-12-01", "until": "2026-09-01", "status": "subscribed", "begins": "b"}, [BEN]),
    ],
    ids=str,
)
def test_filters_orders_and_places(asked: StandIn | Reference, said: Mapping[str, Any], whom: list[str]) -> None:
    assert [row["contact"] for row in asked.contacts(**said)] == whom


def test_what_all_platforms_know_of_somebody(asked: StandIn | Reference) -> None:
    assert shown(asked.records(ANN), "platform", "list_id", "record_id", "status", "orders") == [
        ("constant_contact", None, "p1", "unsubscribed", None),
        ("mailchimp", "l1", "p1", "subscribed", None),
        ("mailchimp", "l2", "p1", "unsubscribed", None),
        ("shopify", None, "p1", "NOT_SUBSCRIBED", 1),
    ]
    assert asked.records("0" * 64) == []


def test_what_somebody_did_on_all_platforms(asked: StandIn | Reference) -> None:
    rows = asked.history(contact=ANN)
    told = [(f"{row['date']}", row.get("hour"), row["platform"], row["kind"], row.get("amount")) for row in rows]
    assert told == [
        ("2026-09-07", 0, "mailchimp", "open", None),
        ("2026-09-06", None, "shopify", "refund", -30),
        ("2026-09-02", 8, "constant_contact", "left", None),
        ("2026-09-02", 0, "mailchimp", "click", None),
        ("2026-09-02", 0, "mailchimp", "open", None),
        ("2026-09-01", 12, "mailchimp", "bounce", None),
        ("2026-09-01", None, "shopify", "order", 100),
        ("2026-02-28", 21, "constant_contact", "joined", None),
    ]
    seen = asked.history(contact=ANN, rows=3)[:3]
    seen += asked.history(contact=ANN, rows=90, after=seen[-1]["place"])
    assert [row["place"] for row in seen] == [row["place"] for row in rows]
    assert len({row["place"] for row in rows}) == len(rows)


def test_somebody_who_did_nothing_is_known_and_nobody_is_not(asked: StandIn | Reference) -> None:
    ends = asked.history(contact=ANN, after="0000")
    assert (len(ends), ends[0]["is_known"], "place" in ends[0]) == (1, True, False)
    nobody = asked.history(contact="0" * 64)
    assert (len(nobody), nobody[0]["is_known"], "place" in nobody[0]) == (1, False, False)


def test_questions_name_the_datasets_of_their_workspace_and_no_others() -> None:
    workspace = Workspace("acme", "Acme", currency="EUR")
    for each in (
        looking.contacts(PROJECT, workspace, KEY, Contacts(begins="birch", platform="mailchimp", after=ANN)),
        looking.records(PROJECT, workspace, KEY, ANN),
        looking.history(PROJECT, workspace, KEY, History(contact=ANN, after="birch")),
    ):
        assert set(re.findall(rf"`{PROJECT}\.(\w+)\.\w+`", each.sql)) <= {"acme", "acme_raw"}
        assert "birch" not in each.sql
        assert ANN not in each.sql


def test_texts_that_look_like_sql_are_texts(desk: MartsFixture) -> None:
    asked = StandIn(desk)
    for text in ("' OR '1'='1", "a' UNION ALL SELECT 1 --", "\\", "@key", "`", "ann@example.com' --"):
        assert asked.contacts(begins=text) == []
        assert asked.contacts(list=text) == []
        assert asked.records(text) == []
        assert asked.history(contact=text)[0]["is_known"] is False
    assert [row["contact"] for row in StandIn(desk, THEIRS).contacts()] == [ANN, BEN]  # the key alone tells them apart
