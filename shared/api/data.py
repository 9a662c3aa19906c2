"""Data: one question or another, its answer as JSON, and all of its rows as a file."""

from __future__ import annotations

import msgspec

from shared.api import answering, asking, shapes
from shared.api.desk import Call, Desk
from shared.api.problems import Failure
from shared.api.wire import LARGEST_ANSWER, Reply
from shared.audit.record import record
from shared.handing.formats import FORMATS, hand
from shared.handing.table import Options, Table, TooLong, of_answer
from shared.questions import catalogue
from shared.questions.nearest import nearest
from shared.questions.query_string import write as as_address
from shared.questions.question import Compare, Days, Filter, Grain, Question

USUAL = Days(period="last-28-days")  # where nobody says which


def data(desk: Desk, call: Call) -> Reply:
    wanted = asking.wanted_of(call.query, call.filters)
    return _told(desk, call, asking.question(wanted), wanted.cursor)


def ask_data(desk: Desk, call: Call) -> Reply:
    return _told(desk, call, asking.question(call.body), call.body.cursor)


def data_summary(desk: Desk, call: Call) -> Reply:
    said = call.query
    return _told(desk, call, _metrics(said, Compare.BEFORE, Grain.NONE, 10_000))


def data_metrics(desk: Desk, call: Call) -> Reply:
    said = call.query
    return _told(desk, call, _metrics(said, Compare.NONE, said.aggregation.grain, said.limit), said.cursor)


def _metrics(said: shapes.SummaryWanted | shapes.MetricsWanted, compare: Compare, grain: Grain, limit: int) -> Question:
    """Metrics of all platforms stand in one mart, each by its name; amounts of two currencies are two rows."""
    named = (Filter("metric", any_of=said.metrics),) if said.metrics else ()
    days = asking.days(said)
    return Question(
        mart="metrics_by_day",
        measures=("value",),
        dimensions=("platform", "metric", "currency"),
        filters=(*named, *asking.of_platforms(said.platform)),
        days=USUAL if days == Days() else days,
        grain=grain,
        limit=limit,
        compare=compare,
    )


def _told(desk: Desk, call: Call, question: Question, cursor: str = "") -> Reply:
    found, etag = answering.answer(desk, call, question, cursor)
    return Reply(found, etag="" if call.endpoint.writes else etag)


def metrics(_: Desk, call: Call) -> Reply:
    marts = {name: mart for name, mart in catalogue.marts().items() if not mart.persons}
    only = call.query.mart
    if only and only not in marts:
        raise Failure(422, "unknown-mart", f"No mart is called {only}.", {"way_out": nearest(only, marts)})
    told = [
        shapes.Metric(
            name=column.name,
            mart=mart.name,
            meaning=column.meaning,
            kind=column.kind,
            unit=column.unit,
            adds=column.adds,
            told_by=list(mart.level),
        )
        for mart in marts.values()
        if not only or mart.name == only
        for column in mart.columns.values()
        if column.is_measure
    ]
    return Reply(shapes.Metrics(metrics=told))


# -- a file ------------------------------------------------------------------------------------------------


def export(desk: Desk, call: Call) -> Reply:
    """All rows, or a refusal with their number. What is taken away is in the audit log before it leaves."""
    said = call.query
    wanted = asking.wanted_of(
        shapes.WantedByAddress(
            **{name: getattr(said, name) for name in said.__struct_fields__ if name not in ("format", "safe", "limit")}
        ),
        call.filters,
    )
    question = msgspec.structs.replace(asking.question(wanted), limit=said.limit)
    found, etag = answering.whole(desk, call, question, said.format, said.safe)
    if not found.is_complete:
        rows = len(found.rows) + found.rows_left_out
        raise Failure(
            422, "too-many-rows", f"The answer has {rows:,} rows, and the file {said.limit:,}.",
            {"rows": rows, "way_out": "Ask for fewer days or columns, or for a higher limit."},
        )  # fmt: skip
    name = f"{call.workspace.id}-{question.mart}"
    content = _file(of_answer(name, found), said.format, Options(safe=said.safe))
    entry = call.by.entry(
        desk.clock.now(),
        "data.exported",
        question.mart,
        call.workspace.id,
        rows=str(len(found.rows)),
        question=as_address(question),
    )
    record(desk.people, entry)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{said.format}"'}
    return Reply(file=(FORMATS[said.format].kind, content), headers=headers, etag=etag)


def _file(table: Table, name: str, options: Options) -> bytes:
    """As many bytes as are given out at once; of more only the number is kept."""
    try:
        pieces = hand(table, name, options)
    except TooLong as error:
        raise Failure(422, "too-long", error.sentence, {"way_out": error.way_out}) from None
    kept, size = bytearray(), 0
    for piece in pieces:
        size += len(piece)
        if size <= LARGEST_ANSWER:
            kept += piece
    if size > LARGEST_ANSWER:
        raise Failure(
            422, "too-large", f"The file would have {size:,} bytes, and {LARGEST_ANSWER:,} are given out.",
            {"bytes": size, "rows": len(table.rows), "way_out": "Ask for fewer days or columns."},
        )  # fmt: skip
    return bytes(kept)
