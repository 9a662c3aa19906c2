"""How the store treats BigQuery's jobs: begun and, where that was done before, found; waited for within bounds."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from google.api_core.exceptions import BadRequest, Conflict, Forbidden, NotFound, PreconditionFailed
from google.auth.exceptions import TransportError
from google.cloud.bigquery import TableReference

from shared.errors import Bug, Code, Configure, Later, Problem
from shared.settings import Settings
from shared.stores.bigquery import LISTED, SMALL, BigQueryWarehouse
from shared.stores.bigquery_refusals import TEXTS
from shared.stores.bigquery_tables import REACHES
from shared.stores.ports import StillLoading
from shared.vocabulary.columns import columns
from shared.warehouse.names import STAGING
from shared.warehouse.schema import kept
from shared.warehouse.spec import Load, Sweep, TableSpec
from tests.support.memory import Time

T = datetime(2026, 9, 1, tzinfo=UTC)
TABLE = TableSpec("platform_things", columns("id* text Id"), ("id",))
LOAD = Load("acme", TABLE, "b1", ("one.gz", "two.gz", "one.gz"), ("c1",), T, T)


@dataclass
class Job:
    job_id: str
    state: str = "DONE"
    error_result: dict[str, str] | None = None
    output_rows: int = 3
    total_bytes_billed: int | None = 20_971_520

    def result(self, timeout: float) -> None:
        assert timeout > 0
        if self.state != "DONE":
            raise TookTooLong
        if self.error_result:
            raise BadRequest(self.error_result["message"], errors=[self.error_result])


@dataclass
class Client:
    """The few calls the store makes; what is begun takes its fate from `next`."""

    next: Callable[[str], Job] = Job
    jobs: dict[str, Job] = field(default_factory=dict)
    begun: list[tuple[str, Any, Any]] = field(default_factory=list)
    staged: int | None = 3
    bytes: int = 10 * SMALL
    looks: int = 0  # how often it was asked for a job
    refuses: bool = False  # to say that a job is not there; an account that may only create jobs may be told so
    rows: list[dict[str, Any]] | None = None  # of the table itself; None: they are too many to be listed
    labels: dict[str, str] = field(default_factory=lambda: {"app": "tributary", REACHES: "0"})
    others: list[str] = field(default_factory=list)  # marks that other workers set between our look and ours

    def get_job(self, job_id: str) -> Job:
        self.looks += 1
        if job_id not in self.jobs:
            raise Forbidden("Permission bigquery.jobs.get denied") if self.refuses else NotFound("no such job")
        return self.jobs[job_id]

    def load_table_from_uri(self, uris: list[str], table: Any, job_id: str, job_config: Any) -> Job:
        return self._begin(job_id, uris, job_config)

    def query(self, sql: str, job_id: str, job_config: Any, job_retry: None) -> Job:
        assert job_retry is None, "the client's own retry would need an id of its own"
        return self._begin(job_id, sql, job_config)

    def _begin(self, job_id: str, what: Any, config: Any) -> Job:
        if job_id in self.jobs:
            raise Conflict("Already Exists: Job")
        self.begun.append((job_id, what, config))
        self.jobs[job_id] = self.next(job_id)
        return self.jobs[job_id]

    def get_table(self, table: Any) -> Any:
        if self.staged is None:
            raise NotFound("no such table")
        schema = [SimpleNamespace(name=column.name) for column in kept(TABLE)]
        ours = isinstance(table, TableReference) and table.dataset_id != STAGING
        count = (LISTED + 1 if self.rows is None else len(self.rows)) if ours else self.staged
        return SimpleNamespace(
            num_rows=count, num_bytes=self.bytes, labels=dict(self.labels), modified=at(4), schema=schema
        )

    def list_rows(self, table: Any, selected_fields: list[Any]) -> list[dict[str, Any]]:
        assert table.num_rows == len(self.rows or [])
        return [{each.name: row[each.name] for each in selected_fields} for row in self.rows or []]

    def update_table(self, table: Any, fields: list[str]) -> None:
        assert fields == ["labels"]
        if self.others:
            self.labels[REACHES] = self.others.pop(0)
            raise PreconditionFailed("etag")
        self.labels = table.labels


def at(hour: int) -> datetime:
    return T + timedelta(hours=hour)


def mark(hour: int) -> str:
    return str(int(at(hour).timestamp()) * 1_000_000)


def batch(name: str, first: int, last: int, *sweeps: int) -> Load:
    """A batch of pages read from one hour to another."""
    told = tuple(Sweep("c1", at(hour), f"sweep/{hour}") for hour in sweeps)
    return replace(LOAD, batch=name, earliest=at(first), latest=at(last), sweeps=told)


def way(client: Client) -> tuple[bool, bool]:
    """Whether the script begun last looks for what comes before a late reading, and for sweeps told of already."""
    sql = client.begun[-1][1]
    return "WITH reading AS" in sql, "NOT EXISTS (\n  SELECT 1 FROM `demo.acme_history" in sql


def store(client: Client) -> BigQueryWarehouse:
    made = BigQueryWarehouse(Settings(project="demo", bucket="pages"), clock=Time())
    made.__dict__["client"] = client
    return made


def test_a_batch_is_loaded_by_one_job_with_a_name_that_follows_from_it() -> None:
    client = Client()
    assert store(client).stage(LOAD) == 3
    ((job_id, uris, config),) = client.begun
    assert job_id == "tributary-acme__platform_things__b1-load-1"
    assert uris == ["gs://pages/one.gz", "gs://pages/two.gz"]
    assert (config.write_disposition, config.source_format) == ("WRITE_TRUNCATE", "NEWLINE_DELIMITED_JSON")
    assert (config.autodetect, config.ignore_unknown_values, config.max_bad_records) == (False, False, 0)
    assert [column.name for column in config.schema][:3] == ["id", "workspace_id", "connection_id"]


def test_a_batch_that_is_loaded_is_not_loaded_again() -> None:
    client = Client()
    assert [store(client).stage(LOAD) for _ in range(3)] == [3, 3, 3]
    assert len(client.begun) == 1


def test_a_running_job_is_left_alone_and_found_again() -> None:
    client = Client(next=lambda job_id: Job(job_id, state="RUNNING"))
    with pytest.raises(StillLoading):
        store(client).stage(LOAD)
    with pytest.raises(StillLoading):
        store(client).stage(LOAD)
    client.jobs["tributary-acme__platform_things__b1-load-1"].state = "DONE"
    assert store(client).stage(LOAD) == 3
    assert len(client.begun) == 1


def test_a_job_another_worker_began_a_moment_ago_is_waited_for() -> None:
    client = Client(jobs={(name := "tributary-acme__platform_things__b1-load-1"): Job(name)})
    assert store(client).stage(LOAD) == 3
    assert client.begun == []


def test_nobody_asks_for_a_job_that_is_not_there() -> None:
    client = Client(refuses=True)
    store(client).stage(LOAD)
    store(client).apply(LOAD)
    assert client.looks == 0


@pytest.mark.parametrize("refuses", [False, True], ids=["not found", "denied"])
@pytest.mark.parametrize("tries", [1, 2, 3, 7, 8, 200])
def test_a_batch_may_be_refused_as_often_as_bigquery_likes(tries: int, refuses: bool) -> None:
    """Each time it is a job with an id of its own, and the last one is found in few steps."""
    busy = {"reason": "quotaExceeded", "message": "Quota exceeded"}
    client = Client(next=lambda job_id: Job(job_id, error_result=busy), refuses=refuses)
    for _ in range(tries):
        with pytest.raises(Later):
            store(client).apply(LOAD)
    assert [job_id for job_id, _, _ in client.begun] == [
        f"tributary-acme__platform_things__b1-apply-{number + 1}" for number in range(tries)
    ]
    client.looks, client.next = 0, Job
    assert store(client).apply(LOAD) == 20_971_520
    assert client.begun[-1][0].endswith(f"-apply-{tries + 1}")
    assert client.looks <= 2 * tries.bit_length() + 1


def test_the_job_under_way_is_the_last_one() -> None:
    busy = {"reason": "backendError", "message": ""}
    client = Client(next=lambda job_id: Job(job_id, error_result=busy))
    for _ in range(5):
        with pytest.raises(Later):
            store(client).stage(LOAD)
    client.next = lambda job_id: Job(job_id, state="RUNNING")
    for _ in range(3):
        with pytest.raises(StillLoading):
            store(client).stage(LOAD)
    assert len(client.begun) == 6
    client.jobs[client.begun[-1][0]].state = "DONE"
    assert store(client).stage(LOAD) == 3
    assert len(client.begun) == 6


def test_two_workers_begin_the_next_job_at_once() -> None:
    """The slower one is told of a conflict again, and waits for the job of the other."""
    failed = {"reason": "backendError", "message": ""}
    client = Client(next=lambda job_id: Job(job_id, error_result=failed))
    with pytest.raises(Later):
        store(client).stage(LOAD)
    second = "tributary-acme__platform_things__b1-load-2"
    look = client.get_job

    def quicker(job_id: str) -> Job:
        found = look(job_id)
        if job_id.endswith("-1"):
            client.jobs.setdefault(second, Job(second))
        return found

    client.get_job = quicker  # type: ignore[method-assign]
    assert store(client).stage(LOAD) == 3
    assert len(client.begun) == 1


@pytest.mark.parametrize("rows", [None, 2])
def test_a_staging_table_that_has_ended_is_filled_anew(rows: int | None) -> None:
    client = Client(staged=rows)
    store(client).stage(LOAD)
    store(client).stage(LOAD)
    assert [job_id[-1] for job_id, _, _ in client.begun] == ["1", "2"]


def test_after_a_failure_the_next_job_has_another_name() -> None:
    wrong = {"reason": "invalid", "location": "gs://pages/one.gz", "message": "Value 'anna@example.com' is not an int"}
    client = Client(next=lambda job_id: Job(job_id, error_result=wrong))
    with pytest.raises(Bug) as refused:
        store(client).stage(LOAD)
    assert refused.value.detail == "invalid at gs://pages/one.gz"
    assert "anna" not in repr(refused.value)
    assert refused.value.__suppress_context__, "a traceback would show BigQuery's own words, which quote the row"
    client.next = Job
    assert store(client).stage(LOAD) == 3
    assert [job_id[-1] for job_id, _, _ in client.begun] == ["1", "2"]


SCRIPT = "Query error: {} at [24:9]"


@pytest.mark.parametrize(
    ("reason", "message", "kind", "code"),
    [
        ("backendError", "", Later, "bigquery-busy"),
        ("jobRateLimitExceeded", "", Later, "bigquery-busy"),
        ("quotaExceeded", "", Later, "bigquery-busy"),
        (
            "invalidQuery",
            "Transaction is aborted due to concurrent update against table x.",
            Later,
            "bigquery-busy",
        ),
        ("invalidQuery", "Could not serialize access to table p:d.t due to concurrent update", Later, "bigquery-busy"),
        (
            "quotaExceeded",
            "Custom quota exceeded: Your usage exceeded the custom quota for QueryUsagePerDay, which is set by your "
            "administrator.",
            Later,
            Code.COST_CAP,
        ),
        (
            "invalidQuery",
            "Quota exceeded: Your table exceeded quota for imports or query appends per table.",
            Later,
            "bigquery-busy",
        ),
        (
            "invalidQuery",
            "Exceeded rate limits: too many table update operations for this table.",
            Later,
            "bigquery-busy",
        ),
        (
            "invalidQuery",
            "Job exceeded rate limits: Your table exceeded quota for table update operations.",
            Later,
            "bigquery-busy",
        ),
        (
            "invalidQuery",
            "Resources exceeded during query execution: Too many DML statements outstanding against table p:d.t, "
            "limit is 20.",
            Later,
            "bigquery-busy",
        ),
        (
            "invalidQuery",
            "The job encountered an error during execution. Retrying the job may solve the problem.",
            Later,
            "bigquery-busy",
        ),
        (
            "invalidQuery",
            "Resources exceeded during query execution: The query could not be executed in the allotted memory.",
            Later,
            Code.BIGQUERY_TOO_LARGE,
        ),
        ("resourcesExceeded", "", Later, Code.BIGQUERY_TOO_LARGE),
        ("invalidQuery", "Not found: Table p:acme_raw.t was not found in location EU", Later, Code.TABLE_GONE),
        ("invalidQuery", "Not found: Dataset p:acme_raw was not found in location EU", Later, Code.TABLE_GONE),
        ("notFound", "Table dropped", Later, Code.TABLE_GONE),
        ("invalidQuery", "Syntax error", Bug, "bigquery-refused"),
        ("invalidQuery", "Bad int64 value: Quota exceeded", Bug, "bigquery-refused"),  # a value of a row, says this
        ("notFound", "Not found: URI gs://pages/one.gz", Bug, "bigquery-refused"),
        ("accessDenied", "", Configure, "bigquery-denied"),
    ],
)
@pytest.mark.parametrize("form", ["{}", SCRIPT], ids=["plain", "in a script"])
def test_who_must_act(reason: str, message: str, kind: type[Problem], code: str, form: str) -> None:
    said = form.format(message) if message else message
    client = Client(next=lambda job_id: Job(job_id, error_result={"reason": reason, "message": said}))
    with pytest.raises(kind) as problem:
        store(client).apply(LOAD)
    assert (type(problem.value), problem.value.code) == (kind, code)


def test_each_text_that_is_known_was_seen_somewhere() -> None:
    for words, meaning, seen in TEXTS:
        assert meaning
        assert "#" in seen or seen.startswith("https://"), words


def test_what_was_prepared_is_prepared_again_when_a_table_has_gone() -> None:
    gone = {"reason": "invalidQuery", "message": SCRIPT.format("Not found: Table p:acme_raw.t was not found")}
    made = store(Client(next=lambda job_id: Job(job_id, error_result=gone)))
    for act in (made.apply, made.stage):
        made._ready.add(("acme", TABLE, ()))
        with pytest.raises(Later):
            act(LOAD)
        assert not made._ready


def test_a_refusal_to_begin_is_told_without_its_words() -> None:
    def refuse(job_id: str) -> Job:
        raise Forbidden("Access Denied: secret detail", errors=[{"reason": "accessDenied", "message": "secret detail"}])

    with pytest.raises(Configure) as refused:
        store(Client(next=refuse)).stage(LOAD)
    assert refused.value.detail == "accessDenied"


@pytest.mark.parametrize("error", [ConnectionError("https://host/with?detail"), TransportError("detail")])
def test_a_broken_line_is_nobodys_fault(error: Exception) -> None:
    def fail(job_id: str) -> Job:
        raise error

    with pytest.raises(Later) as away:
        store(Client(next=fail)).stage(LOAD)
    assert "detail" not in repr(away.value).replace("detail=", "")


def test_an_object_that_is_not_there_is_no_passing_thing() -> None:
    gone = {"reason": "notFound", "message": "Not found: URI gs://pages/one.gz"}
    with pytest.raises(Bug):
        store(Client(next=lambda job_id: Job(job_id, error_result=gone))).stage(LOAD)


def test_applying_waits_for_a_script_under_way_and_runs_anew_after_one_that_ended() -> None:
    client = Client()
    assert store(client).apply(LOAD) == 20_971_520
    assert store(client).apply(LOAD) == 20_971_520
    assert [job_id for job_id, _, _ in client.begun] == [
        "tributary-acme__platform_things__b1-apply-1",
        "tributary-acme__platform_things__b1-apply-2",
    ]
    client.jobs["tributary-acme__platform_things__b1-apply-2"].state = "RUNNING"
    with pytest.raises(StillLoading):
        store(client).apply(LOAD)
    assert len(client.begun) == 2


def test_every_job_is_labelled_so_that_its_cost_can_be_shown() -> None:
    client = Client()
    long = Load("w" * 41, TableSpec("t" * 100, TABLE.columns, ("id",)), "b", ("x",), ("c",), T, T)
    for load in (LOAD, long):
        store(client).stage(load)
        store(client).apply(load)
    for _, _, config in client.begun:
        assert set(config.labels) == {"app", "workspace", "table"}
        assert all(re.fullmatch(r"[a-z0-9_-]{1,63}", value) for value in config.labels.values())


def test_a_batch_that_is_newer_than_its_table_asks_nothing_of_it() -> None:
    client = Client(labels={REACHES: mark(1), "app": "tributary"})
    store(client).apply(batch("b2", 2, 3, 5))
    assert way(client) == (False, False)
    assert client.labels == {REACHES: mark(5), "app": "tributary"}, "a sweep reaches as far as what it is about"


def test_the_mark_is_set_before_anything_comes() -> None:
    def fail(job_id: str) -> Job:
        assert client.labels[REACHES] == mark(3)
        raise ConnectionError

    client = Client(next=fail)
    with pytest.raises(Later):
        store(client).apply(batch("b2", 2, 3))
    client.next = Job
    store(client).apply(batch("b2", 2, 3))
    assert way(client) == (True, False), "whoever failed may have begun it after all"


@pytest.mark.parametrize(("first", "last"), [(1, 2), (2, 2), (2, 5)])
def test_a_batch_that_is_not_newer_is_late_and_the_mark_never_goes_back(first: int, last: int) -> None:
    client = Client(labels={REACHES: mark(2)})
    store(client).apply(batch("b2", first, last))
    assert way(client)[0]
    assert client.labels[REACHES] == mark(max(2, last))


def test_a_batch_whose_times_are_not_known_is_late() -> None:
    client = Client()
    store(client).apply(replace(LOAD, earliest=None))
    assert way(client)[0]


def test_a_batch_done_again_is_late_whatever_the_mark_says() -> None:
    client = Client()
    store(client).apply(batch("b2", 2, 3, 5))
    client.labels[REACHES] = mark(0)  # its table was put back as it had been
    store(client).apply(batch("b2", 2, 3, 5))
    assert way(client) == (True, True)
    assert client.labels[REACHES] == mark(5)


@pytest.mark.parametrize("labels", [{}, {REACHES: "yesterday"}])
def test_of_a_table_without_a_mark_anything_may_be_true(labels: dict[str, str]) -> None:
    """Somebody put it back. It was changed at hour 4, so by then it may have been given readings up to then."""
    client = Client(labels=labels)
    store(client).apply(batch("b2", 2, 3))
    assert way(client)[0]
    assert client.labels[REACHES] == mark(4)
    store(client).apply(batch("b3", 3, 4))
    assert way(client)[0]
    store(client).apply(batch("b4", 5, 6))
    assert not way(client)[0]


def test_two_workers_mark_one_table() -> None:
    client = Client(others=[mark(1)])
    store(client).apply(batch("b2", 2, 3))
    assert not way(client)[0]
    client.others = [mark(8)]
    store(client).apply(batch("b3", 6, 7))
    assert way(client)[0], "the other one's batch was newer"
    assert client.labels[REACHES] == mark(8)
    client.others = [mark(9)] * 5
    with pytest.raises(Later) as busy:
        store(client).apply(batch("b4", 20, 21))
    assert busy.value.code == "table-busy"


def test_what_a_replay_marks_again_is_looked_for_in_history() -> None:
    """Under an id that was never taken: the table of current rows was lost, and its history is there."""
    client = Client()
    store(client).apply(replace(batch("b2", 2, 3, 5), again=True))
    assert way(client)[1]


# -- what is not asked at all --------------------------------------------------------------------------

SWEEP = Load("acme", TABLE, "b9", (), ("c1",), None, None, (Sweep("c1", at(5), "sweep/5"),))


def row(hour: int, connection: str = "c1", gone: int | None = None) -> dict[str, Any]:
    return {
        "connection_id": connection,
        "_synced_at": at(hour),
        "_deleted_at": None if gone is None else at(gone),
        "id": "1",
    }


@pytest.mark.parametrize("rows", [[], [row(5)], [row(6), row(1, "c2")], [row(1, gone=2)]])
def test_a_sweep_that_would_mark_nothing_begins_no_job(rows: list[dict[str, Any]]) -> None:
    client = Client(rows=rows)
    assert store(client).apply(SWEEP) == 0
    assert client.begun == []


@pytest.mark.parametrize("rows", [[row(4)], [row(6), row(1)], None])
def test_a_sweep_with_something_to_mark_or_over_many_rows_is_left_to_the_script(
    rows: list[dict[str, Any]] | None,
) -> None:
    client = Client(rows=rows)
    assert store(client).apply(SWEEP) == 20_971_520
    assert [job for job, _, _ in client.begun] == ["tributary-acme__platform_things__b9-apply-1"]


def test_rows_that_come_with_a_sweep_are_never_left_out() -> None:
    client = Client(rows=[])
    store(client).apply(batch("b2", 2, 3, 5))
    assert len(client.begun) == 1


def test_a_sweep_of_days_looks_at_these_days() -> None:
    days = replace(SWEEP.sweeps[0], column="day", first=date(2026, 9, 1), last=date(2026, 9, 7))
    within, without, none = date(2026, 9, 7), date(2026, 9, 8), None
    assert [days.marks({**row(1), "day": day}) for day in (within, without, none)] == [True, False, False]


@pytest.mark.parametrize(("size", "small"), [(SMALL, True), (SMALL + 1, False)])
def test_a_small_batch_is_held_in_a_variable_and_only_at_the_first_try(size: int, small: bool) -> None:
    client = Client(bytes=size)
    store(client).apply(LOAD)
    store(client).apply(LOAD)
    assert ["DECLARE" in sql for _, sql, _ in client.begun] == [small, False]
