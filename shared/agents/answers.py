"""What answers each tool: what the API answers, with how far it can be relied on in front."""

from __future__ import annotations

from dataclasses import replace

from shared.agents import shapes
from shared.agents.telling import Told, of_data, told
from shared.api import answering, sources, workspaces
from shared.api import campaigns as listing
from shared.api.desk import Call, Desk
from shared.api.shapes import Aggregation, CampaignsWanted, Freshness, PerformanceWanted
from shared.questions import catalogue
from shared.questions.catalogue import Mart
from shared.questions.question import Filter, Grain, Question
from shared.questions.rules import mart_of

# Days that fill up, and the first reading of a day, restate nothing.
RESTATED = ("restated", "no longer told", "other currency", "other zone")


def what_is_there(desk: Desk, call: Call) -> Told:
    there = answering.read(desk, call, lambda there: there)
    only = mart_of(Question(mart=call.body.mart)) if call.body.mart else None
    known = [only] if only else [each for each in catalogue.marts().values() if not each.persons]
    marts = [_mart(each, whole=only is not None) for each in known if each.name in there.files]
    found = shapes.There(today=answering.today(desk, call), marts=marts)
    left_out = [f"{only.name} is not published yet."] if only and not marts else []
    return told(found, workspaces.freshness(there.manifest), left_out)


def _mart(mart: Mart, whole: bool) -> shapes.MartThere:
    columns = tuple(
        shapes.ColumnThere(
            name=each.name, kind=each.kind, meaning=each.meaning, adds=each.adds, unit=each.unit,
            currency_in=each.currency,
        )
        for each in mart.columns.values()
    )  # fmt: skip
    return shapes.MartThere(
        name=mart.name,
        meaning=mart.meaning,
        measures=mart.measures(),
        dimensions=mart.dimensions(),
        day=mart.day,
        grain=mart.grain,
        apart=mart.apart,
        columns=columns if whole else (),
    )


def ask(desk: Desk, call: Call) -> Told:
    data, _ = answering.answer(desk, call, call.body.question, call.body.cursor)
    return of_data(data)


def how_fresh(desk: Desk, call: Call) -> Told:
    one = bool(call.body.connection)
    found = shapes.Fresh(
        connections=None if one else sources.data_sources(desk, call).body,
        connection=sources.status(desk, call).body if one else None,
    )
    return told(found, _published(desk, call))


def why_changed(desk: Desk, call: Call) -> Told:
    said = call.body
    named = [("connection_id", (said.connection,)), ("platform", said.platforms), ("metric", said.metrics)]
    filters = [Filter(column, any_of=values) for column, values in named if any(values)]
    question = Question(
        mart="metric_history",
        measures=("value_before", "value", "change"),
        dimensions=(
            "connection_id", "platform", "account_id", "item_id", "metric", "currency", "reason", "read_at",
            "days_after",
        ),
        filters=(*filters, Filter("reason", any_of=RESTATED)),
        days=said.days,
        grain=Grain.DAY,
        order=("-read_at",),
        limit=said.limit,
    )  # fmt: skip
    data, _ = answering.answer(desk, call, question, said.cursor)
    return of_data(data)


def campaigns(desk: Desk, call: Call) -> Told:
    said = call.body
    if said.campaign:
        return _one(desk, call)
    query = CampaignsWanted(
        platform=said.platforms, kind=said.kinds, status=said.statuses, text=said.text, limit=said.limit,
        cursor=said.cursor,
    )  # fmt: skip
    found = listing.campaigns(desk, replace(call, query=query)).body
    left_out = [f"More campaigns: go on with cursor={found.next}."] if found.next else []
    return told(found, _published(desk, call), left_out)


def _one(desk: Desk, call: Call) -> Told:
    days, grain = call.body.days, call.body.grain
    (aggregation,) = [each for each in Aggregation if each.grain == grain]
    query = PerformanceWanted(start_date=days.first, end_date=days.last, period=days.period, aggregation=aggregation)
    named = replace(call, query=query)
    found = listing.performance(desk, named).body
    whole = shapes.CampaignWhole(campaign=listing.campaign(desk, named).body, performance=found)
    return of_data(found, whole)


def _published(desk: Desk, call: Call) -> Freshness | None:
    manifest = desk.shelf.published.latest(call.workspace.id)
    return workspaces.freshness(manifest) if manifest else None
