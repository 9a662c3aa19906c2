"""What a version of published marts says of spend: looked at once, on days that are whole, and taken back with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from shared.alarms.spend import spend_path, whole_days
from shared.alarms.spender import Spender
from shared.model import Connection, Publication, path, publication_path, to_doc
from shared.publishing import packing
from shared.publishing.manifest import Manifest, PublishedFile, PublishedMart, Stamp
from shared.publishing.published import Published
from shared.questions.engine import Engine
from shared.states import ConnectionState
from tests.questions.folder import published as folder_of
from tests.support.memory import MemoryDocuments, MemoryObjects, Time

ACME = "acme"


class Press:
    """Publishes marts of ads in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clock = folder, Time()
        self.documents, self.objects = MemoryDocuments(), MemoryObjects()
        self.spender = Spender(
            self.documents, Published(self.documents, lambda _: self.objects), Engine(), self.clock
        )  # fmt: skip
        self.connection()

    def connection(self, **more: Any) -> None:
        made = Connection("c1", ACME, "meta_ads", "1", "Ads", zone="Europe/Vienna", last_success_at=self.clock.now())
        self.documents.set(path(ACME, "connections", "c1"), {**to_doc(made), **more})

    def publish(self, costs: Mapping[date, float], version: int = 1, currency: str = "EUR") -> None:
        rows = [
            {"workspace_id": ACME, "connection_id": "c1", "account_id": "1", "platform": "meta_ads", "date": day,
             "currency": currency, "cost": cost, "clicks": 1}
            for day, cost in costs.items()
        ]  # fmt: skip
        made, files = folder_of(self.folder, {"ads_by_day": rows}), []
        for number, where in enumerate(made.files["ads_by_day"]):
            data, name = Path(where).read_bytes(), f"{ACME}/ads_by_day/{version}-{number}"
            self.objects.write(name, data, {})
            files.append(PublishedFile(name=name, sha256=sha256(data).hexdigest(), rows=1, bytes=len(data)))
        mart = PublishedMart(fingerprint=str(version), columns=(), files=tuple(files))
        manifest = Manifest(
            workspace=ACME, version=version, cause="loaded", stamp=Stamp(as_of=self.clock.now()),
            marts={"ads_by_day": mart},
        )  # fmt: skip
        self.objects.write(f"{ACME}/manifests/{version}", packing.pack(manifest), {})
        self.point(f"{ACME}/manifests/{version}", version)

    def point(self, manifest: str, version: int) -> None:
        self.documents.set(publication_path(ACME), to_doc(Publication(ACME, version=version, manifest=manifest)))

    @property
    def noted(self) -> Any:
        return self.documents.get(spend_path(ACME))


@pytest.fixture
def press(tmp_path: Path) -> Press:
    return Press(tmp_path)


YESTERDAY = date(2026, 8, 31)  # it is six in the morning of the first of September, in UTC


def course(**last: float) -> dict[date, float]:
    return {YESTERDAY - timedelta(days=back): 100.0 for back in range(70)} | {
        YESTERDAY - timedelta(days=int(back[1:])): cost for back, cost in last.items()
    }


def test_a_jump_is_noted_once_for_a_version(press: Press) -> None:
    press.publish(course(d0=450.0))
    assert press.spender.note(ACME)
    (odd,) = press.noted["odd"]
    assert odd == {
        "platform": "meta_ads", "currency": "EUR", "day": "2026-08-31", "jumped": True, "spent": 450.0, "usual": 100.0,
    }  # fmt: skip
    assert not press.spender.note(ACME)
    press.publish(course(), version=2)
    assert press.spender.note(ACME)
    assert (press.noted["version"], press.noted["odd"]) == (2, [])


def test_a_stop_is_noted_of_a_day_that_has_no_row(press: Press) -> None:
    costs = course()
    del costs[YESTERDAY]
    press.publish(costs)
    press.spender.note(ACME)
    assert [each["jumped"] for each in press.noted["odd"]] == [False]


def test_a_day_that_nobody_has_read_whole_says_nothing(press: Press) -> None:
    costs = course()
    del costs[YESTERDAY]
    press.connection(last_success_at=press.clock.now() - timedelta(hours=5))  # three in the morning of Vienna
    press.publish(costs)
    press.spender.note(ACME)
    assert press.noted["odd"] == []


def test_the_month_is_counted_by_currency(press: Press) -> None:
    press.publish({date(2026, 9, 1): 12.5, date(2026, 8, 31): 100.0})
    press.spender.note(ACME)
    assert (press.noted["month"], press.noted["spent"]) == ("2026-09", {"EUR": 12.5})


def test_what_was_withdrawn_is_taken_back(press: Press) -> None:
    press.publish(course(d0=450.0))
    press.spender.note(ACME)
    press.point("", 1)
    press.spender.note(ACME)
    assert press.noted is None


def test_what_is_damaged_keeps_no_version_from_being_told(press: Press) -> None:
    press.publish(course())
    press.objects.held.clear()
    assert not press.spender.note(ACME)


def test_only_accounts_of_ads_that_are_read_count() -> None:
    now = Time().now()
    mail = Connection("m", ACME, "mailchimp", "1", "Mail", last_success_at=now)
    ended = Connection("e", ACME, "meta_ads", "1", "Ads", state=ConnectionState.RECONNECT, last_success_at=now)
    fresh = Connection("a", ACME, "google_ads", "1", "Ads", last_success_at=now)
    older = Connection("b", ACME, "google_ads", "2", "Ads", last_success_at=now - timedelta(days=2))
    never = Connection("n", ACME, "amazon_ads", "1", "Ads")
    found = whole_days([mail, ended, fresh, older, never])
    assert found == {"google_ads": date(2026, 8, 29), "amazon_ads": date.min}
