"""When a version is made, of what, and what readers see meanwhile."""

from __future__ import annotations

import io
from datetime import timedelta

import orjson
import pytest

from shared import log, model
from shared.errors import Bug, Later
from shared.messages import DataChanged
from shared.model import to_doc
from shared.publishing.fingerprints import behind
from shared.publishing.selection import STAMPED, published_marts
from shared.states import Cause
from tests.publishing.desk import WORKSPACE, Desk

ALL = {mart.name for mart in published_marts()}
ADS = ("raw", "google_ads_campaign_daily")
OF_ADS = {name for name in ALL if ADS in behind(name)}


@pytest.fixture(autouse=True)
def lines(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    stream = io.StringIO()
    monkeypatch.setattr(log, "stream", stream)
    return stream


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def first(desk: Desk) -> Desk:
    """With its first version."""
    desk.change()
    desk.minutes(3)
    assert desk.publication.version == 1
    desk.marts.asked.clear()
    return desk


def said(lines: io.StringIO, message: str) -> list[dict[str, object]]:
    found = (orjson.loads(line) for line in lines.getvalue().splitlines())
    return [line for line in found if line["message"] == message]


# -- when ---------------------------------------------------------------------------------------------


def test_a_change_is_published_after_two_minutes_of_quiet(desk: Desk) -> None:
    desk.change()
    desk.deliver()
    assert desk.publication.version == 0
    assert desk.reader.latest(WORKSPACE) is None, "nothing is published, and that is said"
    desk.minutes(1)
    desk.change()
    desk.minutes(1)
    assert desk.publication.version == 0, "another change, and two minutes from then"
    desk.minutes(1)
    manifest = desk.check()
    assert manifest is not None
    assert (manifest.version, manifest.cause) == (1, "loaded")
    assert desk.is_true()
    assert desk.publication.due_at is None, "nothing is left to do, and the tick is not bothered"


def test_changes_that_never_stop_are_not_waited_out(desk: Desk) -> None:
    for _ in range(25):
        desk.change()
        desk.minutes(1)
    assert desk.publication.version == 1


def test_who_may_write_no_documents_says_by_a_message_that_somebody_looks(first: Desk) -> None:
    first.publisher.handle(DataChanged(WORKSPACE, looked="yes"))
    assert first.publication.wanted_at == first.clock.now()
    first.publisher.handle(DataChanged("nobodys", looked="yes"))
    assert first.documents.get("publications/nobodys") is None


def test_somebody_who_looks_before_there_is_a_version_has_one_made(desk: Desk) -> None:
    desk.publisher.handle(DataChanged(WORKSPACE, looked="yes"))
    desk.minutes(3)
    assert desk.publication.version == 1


@pytest.mark.parametrize(("looks", "hours"), [(True, 1), (False, 24)])
def test_versions_keep_a_distance_that_depends_on_whether_somebody_looks(first: Desk, looks: bool, hours: int) -> None:
    published = first.publication.published_at
    assert published is not None
    if looks:
        first.look()
    first.change(ADS)
    first.minutes(50)
    assert first.publication.version == 1
    first.clock.forward(hours=hours, minutes=-55)
    if looks:
        first.look()
    first.minutes(10)
    again = first.publication.published_at
    assert first.publication.version == 2
    assert again is not None
    assert timedelta(hours=hours) <= again - published <= timedelta(hours=hours, minutes=5)


def test_a_day_that_turns_is_a_cause_where_somebody_looks(first: Desk) -> None:
    first.look()
    first.clock.forward(hours=17, minutes=30)
    first.look()
    first.change(ADS)
    first.minutes(5)
    assert first.publication.version == 2
    first.minutes(60)
    assert first.publication.cause == "day turned"
    (asked,) = first.marts.asked[1:]
    assert set(asked) == {"dim_date", "metrics_every_day", "moving_averages", "week_over_week"}


def test_a_day_that_turns_is_none_where_nobody_looks(first: Desk) -> None:
    first.clock.forward(hours=40)
    first.minutes(3)
    assert first.publication.version == 1


def test_one_message_of_two_makes_a_version(desk: Desk) -> None:
    desk.change()
    desk.clock.forward(minutes=3)
    desk.deliver(again=3)
    assert desk.publication.version == 1
    assert len(desk.marts.asked) == 1


def test_a_lost_message_costs_a_minute(desk: Desk) -> None:
    desk.change()
    desk.bus.waiting.clear()
    desk.minutes(3)
    assert desk.publication.version == 1


# -- of what ------------------------------------------------------------------------------------------


def test_what_did_not_change_is_neither_asked_for_nor_written_again(first: Desk) -> None:
    before = first.check()
    first.change(ADS)
    first.clock.forward(hours=24)
    first.minutes(3)
    after = first.check()
    assert before is not None
    assert after is not None
    (asked,) = first.marts.asked
    assert set(asked) == OF_ADS | {"dim_date", "metrics_every_day", "moving_averages", "week_over_week"}
    for name in ALL - set(asked):
        assert after.marts[name] == before.marts[name]
    for name in OF_ADS:
        assert after.marts[name].fingerprint != before.marts[name].fingerprint
    assert first.is_true()


def test_other_settings_are_another_version(first: Desk) -> None:
    where = model.workspace_path(WORKSPACE)
    first.documents.set(where, {**(first.documents.get(where) or {}), "currency": "USD"})
    first.change(("raw", "tributary_runs"), cause=Cause.SETTINGS)
    first.clock.forward(hours=18)
    first.minutes(3)
    first.clock.forward(hours=6)
    first.minutes(3)
    assert first.publication.cause == "settings"
    assert "fact_ad_performance" in first.marts.asked[0]


def test_the_stamp_names_what_was_being_loaded(desk: Desk) -> None:
    busy = {"id": "klaviyo_profiles", "workspace": WORKSPACE, "batch": "b1"}
    desk.documents.set(model.path(WORKSPACE, "tables", "klaviyo_profiles"), busy)
    desk.documents.set(model.path(WORKSPACE, "tables", "klaviyo_lists"), {**busy, "id": "klaviyo_lists", "batch": ""})
    desk.change()
    desk.minutes(3)
    manifest = desk.check()
    assert manifest is not None
    assert manifest.stamp.loading == ("klaviyo_profiles",)
    assert manifest.stamp.as_of <= desk.clock.now()


def test_the_document_says_how_far_a_version_is_proved_without_its_manifest(first: Desk) -> None:
    manifest = first.check()
    assert manifest is not None
    known, stamp = first.publication, manifest.stamp
    assert known.proved_until == (stamp.proved_until.isoformat() if stamp.proved_until else "")
    assert (tuple(known.owed), tuple(known.differs)) == (stamp.missing, stamp.differs)
    assert known.proved_until or known.owed or known.differs  # so that it is tried at all


def test_a_kept_mart_whose_tables_changed_meanwhile_is_of_another_moment(first: Desk) -> None:
    """Then all are asked for at once: that is one moment, whatever changes."""
    first.change(ADS)
    first.clock.forward(hours=17)
    other = ("raw", "klaviyo_profiles"), ("raw", "shopify_orders")
    first.marts.meanwhile = lambda: first.marts.change(WORKSPACE, *other)
    first.clock.forward(hours=6, minutes=56)
    first.minutes(20)
    partly, whole = first.marts.asked
    assert set(partly) < ALL
    assert set(whole) == ALL
    assert first.publication.version == 2


# -- who ----------------------------------------------------------------------------------------------


def test_a_script_that_takes_long_is_found_again_and_not_begun_twice(desk: Desk) -> None:
    desk.marts.slow = 3
    desk.change()
    desk.minutes(10)
    assert desk.publication.version == 1
    assert len(desk.marts.asked) == 1


def test_a_worker_without_its_lease_moves_nothing(desk: Desk) -> None:
    """It was away for as long as another one needed for the same version and the next."""
    desk.change()
    desk.clock.forward(minutes=3)

    def others() -> None:
        desk.marts.meanwhile = lambda: None
        desk.clock.forward(minutes=11)
        desk.worker().handle(DataChanged(WORKSPACE))
        desk.change(cause=Cause.ERASED)
        desk.worker().handle(DataChanged(WORKSPACE))

    desk.marts.meanwhile = others
    desk.deliver()
    assert desk.publication.version == 2
    assert desk.check() is not None
    assert desk.is_true()


def test_a_client_who_leaves_is_not_published(desk: Desk) -> None:
    desk.change()
    desk.clock.forward(minutes=3)
    leaves = {"workspace": WORKSPACE, "since": desk.clock.now()}
    desk.marts.meanwhile = lambda: desk.documents.set(model.closing_path(WORKSPACE), leaves)
    desk.deliver()
    assert desk.publication.version == 0
    desk.minutes(30)
    assert desk.publication.version == 0
    assert len(desk.marts.asked) == 1


def test_what_another_release_began_is_begun_anew(desk: Desk) -> None:
    desk.marts.slow = 1
    desk.change()
    desk.minutes(2)
    assert desk.publication.attempt is not None
    desk.set(attempt={**desk.publication.attempt, "text": "as it was written once"})
    desk.minutes(2)
    assert desk.publication.version == 1
    assert desk.publication.cause == "loaded"
    assert len(desk.marts.asked) == 2


# -- what goes wrong ----------------------------------------------------------------------------------


def test_what_bigquery_cannot_do_now_waits_and_then_succeeds(desk: Desk, lines: io.StringIO) -> None:
    desk.marts.fails = [Later("bigquery-busy", "BigQuery asked to come again later.") for _ in range(3)]
    desk.change()
    desk.minutes(15)
    assert (desk.publication.problem or {})["code"] == "bigquery-busy"
    desk.minutes(120)
    assert desk.publication.version == 1
    assert desk.publication.problem is None
    assert said(lines, "marts not published") == []


def test_what_bigquery_refuses_is_told_and_tried_less_and_less_often(desk: Desk, lines: io.StringIO) -> None:
    desk.marts.fails = [Bug("bigquery-refused", "BigQuery refused a batch.") for _ in range(4)]
    desk.change()
    desk.minutes(60)
    assert len(said(lines, "marts not published")) == 3
    desk.minutes(120)
    assert desk.publication.version == 1
    assert desk.publication.cause == "loaded"


def test_marts_that_nobody_has_deployed_are_waited_for_without_an_alarm(desk: Desk, lines: io.StringIO) -> None:
    desk.marts.missing = {ADS}
    desk.change()
    desk.minutes(5)
    assert (desk.publication.problem or {})["code"] == "marts-missing"
    assert said(lines, "marts not published") == []
    desk.marts.missing = set()
    desk.change(cause=Cause.RELEASE)
    desk.minutes(3)
    assert desk.publication.cause == "loaded, release"


def test_a_version_that_stays_due_is_told(desk: Desk, lines: io.StringIO) -> None:
    desk.marts.fails = [Later("bigquery-busy", "BigQuery asked to come again later.") for _ in range(30)]
    desk.change()
    desk.minutes(600)
    assert said(lines, "marts are late") == []
    desk.look()
    desk.minutes(60)
    assert said(lines, "marts are late")


# -- what readers see ---------------------------------------------------------------------------------


def test_readers_keep_an_older_version_for_a_day(first: Desk) -> None:
    old = first.check()
    assert old is not None
    for _ in range(2):
        first.change()
        first.clock.forward(hours=23, minutes=58)
        first.minutes(6)
    assert first.publication.version == 3
    for mart in old.marts.values():
        for file in mart.files:
            assert file.name not in first.objects.held
    assert len([name for name in first.objects.held if "/manifests/" in name]) == 2, "this one, and the one before"


def test_who_meets_a_missing_file_reads_the_pointer_once_more(first: Desk) -> None:
    """The version is superseded and gone between the pointer and the file."""
    inner = first.objects.read

    def away(name: str) -> bytes:
        first.objects.read = inner  # type: ignore[method-assign]
        first.change(cause=Cause.ERASED)
        first.deliver()
        return inner(name)

    first.objects.read = away  # type: ignore[method-assign]
    manifest = first.check()
    assert manifest is not None
    assert manifest.version == 2


def test_a_damaged_file_is_no_answer(first: Desk) -> None:
    manifest = first.check()
    assert manifest is not None
    name = manifest.marts["ads_by_day"].files[0].name
    first.objects.write(name, first.objects.read(name) + b" ", {})
    with pytest.raises(Bug, match="published-damaged"):
        first.reader.read(WORKSPACE, ["ads_by_day"])


def test_erasure_leaves_nothing_of_older_versions(first: Desk) -> None:
    first.change(ADS, cause=Cause.ERASED)
    first.minutes(1)
    manifest = first.check()
    assert manifest is not None
    assert manifest.cause == "erased"
    named = {file.name for mart in manifest.marts.values() for file in mart.files}
    assert {*first.objects.held} == {*named, first.publication.manifest}


def test_rows_that_are_not_there_are_no_version(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.support.marts.parquet", lambda mart, text: b"")
    desk.change()
    with pytest.raises(Exception, match=r"file\.parquet"):
        desk.minutes(3)
    assert desk.publication.version == 0


def test_a_publication_is_written_with_what_a_later_release_put_there(desk: Desk) -> None:
    desk.change()
    desk.set(of_tomorrow="stays")
    desk.change()
    desk.minutes(3)
    doc = desk.documents.get(model.publication_path(WORKSPACE))
    assert doc is not None
    assert doc["of_tomorrow"] == "stays"
    assert {*to_doc(desk.publication)} < {*doc}


def test_the_stamp_is_made_of_marts_that_every_version_asks_for() -> None:
    assert {*STAMPED} <= ALL
