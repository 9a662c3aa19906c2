"""Records that are odd in every way: what can be kept is kept, the rest ends in an error that says so."""

from __future__ import annotations

import io
import json
import random
from typing import Any

import httpx2
import pytest

from shared import log
from shared.vocabulary.stream import ONE
from tests.flow.bad import Trouble, refused_rows, trouble
from tests.flow.pipeline import TELLING
from tests.flow.test_bad_input import EVERY, SOME, ended_badly

pytestmark = pytest.mark.slow

ODD = "Zoë 🦄 \u200fשלום\u200e مرحبا"  # how the sandbox's odd texts begin
DATED = {"email_activity", "campaign_contact_reports"}  # a moment is part of their key


@pytest.fixture(autouse=True)
def out(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    found = io.StringIO()
    monkeypatch.setattr(log, "stream", found)
    return found


def complete(case: Trouble, run: dict[str, Any]) -> list[dict[str, Any]]:
    """The run is complete: every row is there, once, as BigQuery takes it; the rows."""
    assert run["state"] == "completed", run["problems"]
    rows = case.rows()
    keys = [tuple(str(row.get(name)) for name in case.stream.key) for row in rows]
    assert len(set(keys)) == len(keys)
    if case.stream.name not in DATED:
        assert set(keys) == case.known()
    assert not refused_rows(case.world)
    return rows


def recovered(case: Trouble) -> None:
    case.heal()
    case.world.clock.forward(hours=8)
    case.world.box.change()
    run = case.sync("second")
    assert run["state"] == "completed", run["problems"]
    found = case.world.differences()
    assert not found.missing
    assert not found.duplicated
    assert not found.unexpected or case.stream.name in DATED


# -- odd, but whole -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "stream"), SOME)
def test_a_new_field_is_kept_and_counted(name: str, stream: str) -> None:
    case = trouble(name, stream)
    case.fault("extra_field")
    run = case.sync("first")
    rows = complete(case, run)
    assert rows
    if case.stream.shape is None or name == "mailchimp":
        assert all(
            row["_extra"]["brand_new_field"] == {"since": "yesterday", "values": [1, "two", None]} for row in rows
        )
    assert sum(part["notes"].get("unknown", {}).get("brand_new_field", 0) for part in case.slices(run)) >= len(rows)
    recovered(case)


OTHER_TYPES = [{"was": 1}, "now a text", [["now"], {"a": "list"}], True, -0.5]


@pytest.mark.parametrize(
    ("name", "stream", "odd"),
    [(*one, OTHER_TYPES[number % 5]) for number, one in enumerate(EVERY)]
    + [(*one, odd) for number, one in enumerate(SOME) for odd in OTHER_TYPES],
)
def test_a_changed_type_is_kept_aside(name: str, stream: str, odd: Any) -> None:
    """Every field that is no key and leads to nothing else is suddenly of another type."""
    case = trouble(name, stream)
    keep = protected(case)

    def change(record: dict[str, Any]) -> None:
        for field in record:
            if field not in keep and record[field] is not None:
                record[field] = odd

    case.alter_rows(change)
    complete(case, case.sync("first"))


def protected(case: Trouble) -> frozenset[str]:
    """Fields by which rows are recognised, and those that children and shapes live by."""
    stream = case.stream
    lead = {path.partition(".")[0] for child in case.platform.children(stream.name) for path in give(child)}
    shaped = {"activity", "emails"} if stream.shape is not None else set()
    shaped |= {"type"} if stream.name in {"reports", "automation_reports"} else set()
    ours = {column.path[0] for column in stream.columns if column.key}
    return frozenset({*ours, *lead, *shaped, "current_status", "campaign_status", "role", "status", "sent_at"})


def give(child: Any) -> list[str]:
    return list(child.parent.takes.values())


@pytest.mark.parametrize(("name", "stream"), SOME)
def test_texts_of_all_the_world_arrive(name: str, stream: str) -> None:
    case = trouble(name, stream)
    case.fault("odd_text")
    rows = complete(case, case.sync("first"))
    texts = [value for row in rows for value in row.values() if isinstance(value, str) and value.startswith("Zoë")]
    assert all(text.startswith(ODD) and "\x00\ufeff\u2028 ''; DROP TABLE x;-- \\\"{}" in text for text in texts)
    recovered(case)


def test_odd_texts_were_there_to_arrive() -> None:
    case = trouble("mailchimp", "campaigns")
    case.alter_rows(
        lambda record: record["settings"].update(title=ODD + "\x00\ufeff\u2028", subject_line="👩‍👩‍👧‍👦" * 500)
    )
    rows = complete(case, case.sync("first"))
    assert {row["title"] for row in rows} == {ODD + "\x00\ufeff\u2028"}
    assert {row["subject_line"] for row in rows} == {"👩‍👩‍👧‍👦" * 500}


@pytest.mark.parametrize(("name", "stream"), SOME)
def test_the_ends_of_time_are_no_times(name: str, stream: str) -> None:
    """They are kept aside; a row that has nothing else to be known by is an error, as one without its key."""
    case = trouble(name, stream)
    case.fault("extreme_dates")
    run = case.sync("first")
    if any(column.key and column.kind in {"time", "date"} for column in case.stream.columns):
        ended_badly(case, run, {"key-missing"})
    else:
        rows = complete(case, run)
        assert rows
        assert not any(str(value).startswith(("0001-", "9999-")) for row in rows for value in row.values())
    recovered(case)
    case.world.clock.forward(hours=8)
    assert case.sync("third")["state"] == "completed"  # what settles, settles, and what looks back looks back


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"])
@pytest.mark.parametrize("shift", ["+05:00", "-05:00", "+00:00"])
def test_moments_at_the_ends_of_time_are_kept_aside(at: str, shift: str) -> None:
    """In another zone they would be in the year 0 or 10000, which BigQuery does not have: there, a mart fails whole."""
    case = trouble("emailoctopus", "campaigns")
    moment = at.replace("+00:00", shift)
    case.alter_rows(lambda record: record.update(created_at=moment))
    rows = complete(case, case.sync("first"))
    assert {row.get("created_at") for row in rows} == {None}
    assert all(row["_extra"]["created_at"] == moment for row in rows)


def test_a_campaign_sent_at_the_end_of_time_is_never_settled() -> None:
    case = trouble("emailoctopus", "campaign_summary")
    campaigns = Trouble(case.platform, case.platform.stream("campaigns"), case.world, case.meddler)
    campaigns.alter_rows(lambda record: record.update(sent_at="9999-12-31T00:00:00+00:00"))
    for request in ("first", "second"):
        complete(case, case.sync(request))
        case.world.clock.forward(days=200)


@pytest.mark.parametrize("name", sorted(TELLING))
def test_a_row_of_ten_megabytes_arrives(name: str) -> None:
    stream = TELLING[name][1]
    case = trouble(name, stream)
    case.fault("huge_row", times=1, size=10_000_000)
    rows = complete(case, case.sync("first"))
    assert sum(len(row.get("_extra", {}).get("huge", "")) == 10_000_000 for row in rows) == 1
    assert len(str(case.world.machine.documents.docs)) < 500_000  # and none of it in any document
    recovered(case)


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (2**63 - 1, 2**63 - 1),
        (-(2**63), -(2**63)),
        (2**63, None),
        (2**64 - 1, None),
        (2**64, None),
        (-(2**63) - 1, None),
        (10**30, None),
        (1e15, 10**15),
        (1.5, None),
        ("12", 12),
        ("9" * 19, None),
        ("१२", None),
        ("", ...),
        (True, None),
        ([1], None),
    ],
    ids=repr,
)
def test_whole_numbers_fit_or_are_kept_aside(value: Any, kept: Any) -> None:
    case = trouble("mailchimp", "lists")
    case.alter_rows(lambda record: record["stats"].update(member_count=value))
    (row, *_) = complete(case, case.sync("first"))
    column = next(column for column in case.stream.columns if column.path == ("stats", "member_count"))
    if kept is ...:
        assert row.get(column.name) is None
    elif kept is None:
        assert column.name not in row
        assert row["_extra"]["stats"]["member_count"] == json.loads(json.dumps(value)) or value >= 2**64 or value < 0
    else:
        assert row[column.name] == kept


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (12.3, "12.3"),
        (1234.123456789012, "1234.123456789"),  # beyond what BigQuery counts money in
        ("1234.123456789012", None),
        ("1234.123456789", "1234.123456789"),
        (0.1 + 0.2, "0.3"),
        (1e-12, "0"),
        (9_007_199_254_740_993, "9007199254740993"),
        (10**28, None),
        ("99999999999999999999999999999.999999999", "99999999999999999999999999999.999999999"),
        ("100000000000000000000000000000", None),
        ("1e5", None),
        ("1,234.50", None),
        ("१२", None),
        ("€ 5", None),
        (-0.0, "-0"),
        (True, None),
    ],
    ids=repr,
)
def test_money_is_exact_or_kept_aside(value: Any, kept: str | None) -> None:
    case = trouble("mailchimp", "reports")
    case.alter_rows(lambda record: record["ecommerce"].update(total_revenue=value))
    (row, *_) = complete(case, case.sync("first"))
    if kept is None and not (isinstance(value, int) and value == 10**28):
        assert "revenue" not in row
        assert row["_extra"]["ecommerce"]["total_revenue"] == value
    elif kept is not None:
        assert row["revenue"] == kept


def test_half_of_an_emoji_costs_nothing_but_itself() -> None:
    """Platforms cut texts in the middle of a character. Nobody would be helped if the account stood still for that."""
    case = trouble("mailchimp", "campaigns")

    def cut(body: Any, request: httpx2.Request) -> bytes:
        for record in body["campaigns"]:
            record["settings"]["title"] = "Spring \ud83d"  # json.dumps writes it as the escape that it is
        return json.dumps(body).encode()

    case.alter(cut)
    rows = complete(case, case.sync("first"))
    assert {row["title"] for row in rows} == {"Spring \ufffd"}


@pytest.mark.parametrize(
    "field",
    ["", "__proto__", "__name__", "_hash", "_line", "workspace_id", "_extra", "a.b", "x" * 100_000, "\x00", "🦄`"],
)
def test_fields_of_any_name_are_kept(field: str) -> None:
    case = trouble("emailoctopus", "lists")
    case.alter_rows(lambda record: record.update({field: {"a": [1]}}))
    run = case.sync("first")
    rows = complete(case, run)
    assert all(row["_extra"][field] == {"a": [1]} for row in rows)
    assert all(isinstance(row["_line"], int) and len(row["_hash"]) == 32 for row in rows)
    (part,) = case.slices(run)
    assert sum(part["notes"]["unknown"].values()) == len(rows)


def test_ten_thousand_new_fields_are_kept_and_some_of_them_named() -> None:
    case = trouble("emailoctopus", "lists")
    case.alter_rows(lambda record: record.update({f"field {number}": number for number in range(10_000)}))
    run = case.sync("first")
    assert all(len(row["_extra"]) == 10_000 for row in complete(case, run))
    assert len(case.slices(run)[0]["notes"]["unknown"]) == 40


# -- odd, and not to be kept ----------------------------------------------------------------------------

ODD_RECORDS: dict[str, Any] = {
    "nothing": None,
    "a text": "text",
    "a number": 5,
    "a list": [],
    "a list of lists": [[1], [2]],
    "an empty object": {},
}


@pytest.mark.parametrize(
    ("name", "stream", "kind"),
    [(*one, list(ODD_RECORDS)[number % 6]) for number, one in enumerate(EVERY)]
    + [(*one, kind) for one in SOME for kind in ODD_RECORDS],
)
def test_records_that_are_none_end_in_an_error_that_says_so(name: str, stream: str, kind: str) -> None:
    case = trouble(name, stream)

    def change(body: Any, request: httpx2.Request) -> Any:
        if case.stream.records is ONE:
            return ODD_RECORDS[kind]
        body[case.records] = [*body[case.records], ODD_RECORDS[kind]]
        return body

    case.alter(change)
    run = case.sync("first")
    bad = ended_badly(case, run, {"odd-record", "key-missing", "records-missing", "total-disagrees"})
    empty = (stream, kind) == ("email_activity", "an empty object")  # a person who did nothing
    assert empty or len(bad) == len([part for part in case.slices(run) if "absent" not in part["notes"]])


@pytest.mark.parametrize(("name", "stream"), SOME)
@pytest.mark.parametrize("seed", range(3))
def test_records_of_any_shape_end_in_rows_or_in_an_error_that_says_so(
    name: str, stream: str, seed: int, out: io.StringIO
) -> None:
    dice = random.Random(seed)
    odd: list[Any] = [
        None,
        "",
        "x",
        "null",
        0,
        -1,
        1.5,
        True,
        [],
        {},
        [[]],
        {"a": {"b": {}}},
        "2026-13-45",
        "9" * 400,
        [None, {}],
    ]
    case = trouble(name, stream)

    def change(record: dict[str, Any]) -> None:
        for field in list(record):
            if dice.random() < 0.3:
                record[field] = dice.choice(odd)

    case.alter_rows(change)
    run = case.sync("first")
    codes = {"odd-record", "odd-id", "key-missing", "records-missing"}
    for part in case.world.machine.slices(run["id"]):
        assert part["state"] == "loaded" or part["problem"]["code"] in codes, part["problem"]
    assert "unforeseen" not in out.getvalue()
    assert not refused_rows(case.world)


def deep(levels: int) -> Any:
    found: Any = "bottom"
    for _ in range(levels):
        found = {"in": found}
    return found


@pytest.mark.parametrize(
    ("levels", "codes"), [(100, set()), (300, {"odd-record"}), (900, {"odd-record"}), (5_000, {"not-json"})]
)
@pytest.mark.parametrize("field", ["merge_fields", "brand_new"])
def test_what_is_nested_too_deeply_says_so(levels: int, codes: set[str], field: str) -> None:
    case = trouble("mailchimp", "list_members")

    def nest(body: Any, request: httpx2.Request) -> bytes:
        for record in body["members"]:
            record[field] = "DEEP"
        inner = '{"in":' * levels + '"bottom"' + "}" * levels
        return json.dumps(body).replace('"DEEP"', inner).encode()

    case.alter(nest)
    run = case.sync("first")
    if not codes:
        assert complete(case, run)
        return
    assert ended_badly(case, run, codes)
    recovered(case)


@pytest.mark.parametrize(
    "odd", ["a/b", "a?b", "a#b", "..", ".", "a%2fb", "a\\b", "a\nb", " \x00", "x" * 501, {"a": 1}, [1]]
)
def test_an_id_that_could_lead_elsewhere_is_never_asked_for(odd: Any) -> None:
    case = trouble("emailoctopus", "campaign_summary")
    campaigns = Trouble(case.platform, case.platform.stream("campaigns"), case.world, case.meddler)
    first: list[str] = []

    def change(body: Any, request: httpx2.Request) -> Any:
        went_out = [record for record in body["data"] if record["status"] == "sent"]
        first.append(went_out[0]["id"])
        went_out[0]["id"] = odd
        return body

    campaigns.alter(change)
    run = case.sync("first")
    assert run["state"] == "partly"
    assert {problem["code"] for problem in run["problems"]} <= {"odd-id", "key-missing"}
    for problem in run["problems"]:
        assert problem["sentence"].endswith(".")
    assert {request.url.host for request in case.meddler.asked} == {"api.emailoctopus.com"}
    asked = [request.url.path for request in case.meddler.asked]
    assert all(path.count("/") <= 4 and ".." not in path for path in asked)
    recovered(case)


def test_numbers_longer_than_64_bits_keep_each_digit() -> None:
    """With a point, as readers of JSON give them, two neighbours would become one row."""
    case = trouble("emailoctopus", "lists")
    numbers = [*range(2**64 + 1, 2**64 + 100)]
    left = iter(numbers)
    case.alter_rows(lambda record: record.update(id=next(left)))
    run = case.sync("first")
    assert run["state"] == "completed", run["problems"]
    ids = [row["id"] for row in case.rows()]
    assert ids == [str(number) for number in numbers[: len(ids)]]
    assert len(ids) > 1
    recovered(case)


@pytest.mark.parametrize(
    ("number", "kept"),
    [(10**25 + 1, str(10**25 + 1)), (-(2**63) - 1, str(-(2**63) - 1)), (1e30, 1e30), (2**64 - 1, ...)],
)
def test_long_numbers_among_what_nobody_declared_keep_each_digit(number: float, kept: Any) -> None:
    """The answer is understood a second time, and not asked for a second time."""
    case = trouble("emailoctopus", "lists")
    case.alter_rows(lambda record: record.update(odd={"deep": [number]}))
    rows = complete(case, case.sync("first"))
    assert {repr(row["_extra"]["odd"]["deep"][0]) for row in rows} == {repr(number if kept is ... else kept)}
    addresses = [str(request.url) for request in case.meddler.asked if case.path in request.url.path]
    assert len(addresses) == len(set(addresses))
    recovered(case)


def test_numbers_that_lost_their_last_digits_are_no_ids() -> None:
    case = trouble("emailoctopus", "lists")
    case.alter_rows(lambda record: record.update(id=float(2**64)))
    assert ended_badly(case, case.sync("first"), {"key-missing"})
    recovered(case)
