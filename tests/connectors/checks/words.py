"""Parents, proof, and what is said about streams and columns."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from shared.model import Cursor as Mark
from shared.model import cursor_id
from shared.reading.totals import add_sums
from shared.sync.slices_of_run import child_slices, first_slices, partition_of
from shared.vocabulary.wire import at
from tests.connectors.checks.subject import CONNECTION, NO_PARENT, RUN, Subject, check, whole_answer
from tests.connectors.fake_platform import walk
from tests.connectors.recorded import BEGAN, MIDDLE

RESERVED = re.findall(
    r"\w+",
    """all and any array as asc at between by case cast collate contains create cross cube current default define desc
    distinct else end enum escape except exclude exists extract false fetch following for from full group grouping
    groups hash having if ignore in inner intersect interval into is join lateral left like limit lookup merge natural
    new no not null nulls of on or order outer over partition preceding proto qualify range recursive respect right
    rollup rows select set some struct tablesample then to treat true unbounded union unnest using when where window
    with within""",
)


@check
def children_are_planned_for_the_right_parents(s: Subject) -> str | None:
    if not s.recorded.parents:
        return NO_PARENT
    assert s.stream.parent is not None
    parent = s.platform.stream(s.stream.parent.stream)
    order = [stream.name for stream in s.platform.streams]
    assert order.index(parent.name) < order.index(s.stream.name), "a parent stands before its children"
    connection = replace(CONNECTION, streams=[s.stream.name], values=dict(s.part.values))
    for row, has in s.recorded.parents:
        slices = child_slices(s.platform, parent, connection, RUN, [row], {}, {})
        mine = [each for each in slices if each.stream == s.stream.name]
        assert bool(mine) == has, row
        for each in mine:
            assert list(each.given) == list(s.recorded.given), "other values than its address needs"
    rows = [row for row, has in s.recorded.parents if has]
    together = child_slices(s.platform, parent, connection, RUN, rows * 2, {}, {})
    wanted = 1 if "," in s.recorded.path else len(rows)
    mine = [each for each in together if each.stream == s.stream.name]
    assert len({tuple(each.given.values()) for each in mine}) == wanted
    assert len({each.id for each in mine}) == len(mine), "a slice is planned twice"
    return None


@check
def account_that_lacks_it_is_not_asked_for_it(s: Subject) -> str | None:
    if not s.recorded.needs:
        return "every account has it"
    assert s.stream.needs == s.recorded.needs
    assert s.stream.needs in s.part.values
    names = {}
    for value in ("1", ""):
        connection = replace(CONNECTION, streams=[s.stream.name], values={s.stream.needs: value})
        names[value] = {each.stream for each in first_slices(s.platform, connection, RUN, {})}
        if s.stream.parent is not None:
            parent = s.platform.stream(s.stream.parent.stream)
            rows = [row for row, has in s.recorded.parents if has]
            slices = child_slices(s.platform, parent, connection, RUN, rows, {}, {})
            names[value] |= {each.stream for each in slices}
    assert s.stream.name in names["1"]
    assert not names[""]
    return None


@check
def children_that_have_settled_are_left_alone(s: Subject) -> str | None:
    if not s.recorded.settles:
        return "hangs on no row that settles"
    assert s.stream.parent is not None
    parent = s.platform.stream(s.stream.parent.stream)
    row = s.recorded.parents[0][0]
    connection = replace(CONNECTION, streams=[s.stream.name], values=dict(s.part.values))
    sent = BEGAN - timedelta(days=200)
    row = {**row, s.recorded.settles: sent.isoformat()}
    name = cursor_id("con", s.stream.name, partition_of(s.recorded.given))
    for read_until, run, wanted in (
        (None, RUN, 1),  # never read
        (sent + timedelta(days=30), RUN, 1),  # read while it still moved
        (sent + timedelta(days=120), RUN, 0),
        (sent + timedelta(days=120), replace(RUN, since=MIDDLE), 1),  # a backfill
    ):
        marks = {name: Mark(name, "acme", "con", s.stream.name, str(row["id"]), read_until, "r")} if read_until else {}
        slices = child_slices(s.platform, parent, connection, run, [row], {}, marks)
        assert len([each for each in slices if each.stream == s.stream.name]) == wanted
    assert s.stream.keeps_cursor
    assert not s.stream.full, "a run that leaves out the settled ones has not seen everything"
    return None


@check
def what_was_read_is_proved_by_the_platforms_total(s: Subject) -> str | None:
    if not s.recorded.total:
        return "the platform gives no total, or none that can be believed"
    assert s.stream.total == s.recorded.total or callable(s.stream.total)
    found = s.small().read(s.desk(s.rows(45)))
    counted: dict[str, tuple[int, int]] = {}
    for reading in found.readings:
        assert reading.proof is not None, "a page without its count"
        name, theirs, ours = reading.proof
        counted[name] = (theirs, counted.get(name, (0, 0))[1] + ours)
    assert counted
    for theirs, ours in counted.values():
        assert theirs == ours
    return None


@check
def what_was_read_is_proved_by_the_platforms_sums(s: Subject) -> str | None:
    if not s.recorded.totals:
        return "the platform gives no sums of what this reads"
    assert s.stream.totals is not None
    rows = s.rows(45)
    found = walk(s.platform, s.small().stream, s.part, s.desk(rows))
    sums: dict[str, dict[str, Any]] = {}
    for reading in found.readings:
        sums = add_sums(sums, reading.sums)
    assert set(sums) == set(s.stream.totals.measures)
    for name, one in sums.items():
        assert Decimal(one["theirs"]) == Decimal(one["ours"]), name
        assert Decimal(one["ours"]) > 0, "nothing is proved by nothing"
    return None


@check
def measures_say_whether_they_add_up(s: Subject) -> str | None:
    for column in s.stream.columns:
        if column.kind not in {"int", "float", "money", "micros"}:
            assert column.adds is None, f"{column.name} is no number"
        elif column.name not in s.recorded.plain_numbers:
            assert column.adds is not None, f"{column.name}: may it be added up?"
        if re.search(r"rate|percent|unique|average|avg|_share$", column.name):
            assert not column.adds, f"{column.name} may not be added up"
    return None


@check
def money_has_its_currency_beside_it(s: Subject) -> str | None:
    money = [column for column in s.stream.columns if column.kind in {"money", "micros"}]
    if not money:
        return "holds no money"
    assert any("currency" in column.name and column.kind == "text" for column in s.stream.columns)
    return None


@check
def everything_is_explained(s: Subject) -> str | None:
    assert s.stream.title[0].isupper()
    assert s.stream.key
    for column in s.stream.columns:
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,127}", column.name), column.name
        assert column.name not in RESERVED, f"{column.name} is a word of SQL"
        assert column.meaning[0].isupper(), column.name
        assert len(column.meaning) > 2, column.name
    documented = set(s.recorded.base) | set(s.recorded.given) | {"day", "url"}
    used = {column.path[0] for column in s.stream.columns} | {path.partition(".")[0] for path in s.stream.ignore}
    documented |= {*s.part.values, "report_notes"} | set(s.about) | s.recorded.made
    documented |= {name for which in s.stream.passes for name in which.give}
    if s.stream.unfold is not None:
        documented |= {name for record in s.stream.unfold(whole_answer(s, s.rows(3))) for name in record}
    if s.stream.days is not None and s.stream.days.whole:
        documented.add(s.stream.days.column)
    documented |= {"_links", "type", "ip", "action", "timestamp", "campaign_status", "status"}
    odd = sorted(used - documented)
    assert not odd, f"recorded/{s.platform.name}.json has no {', '.join(odd)} in {s.stream.name}"
    return None


@check
def platform_says_who_it_is(s: Subject) -> str | None:
    platform = s.platform
    assert platform.version
    assert platform.reads.endswith(".")
    assert platform.base.startswith("https://")
    assert 1 <= platform.limits.at_once <= 5
    assert platform.auth
    if platform.oauth:
        assert platform.oauth.authorize.startswith("https://")
        assert platform.oauth.token.startswith("https://")
        assert all(not stream.scope or stream.scope in platform.oauth.scopes for stream in platform.streams)
    if platform.key_way:
        re.compile(platform.key_way.pattern)
        assert platform.key_way.where.endswith(".")
    names = [*(stream.name for stream in platform.streams), *(view.name for view in platform.views)]
    assert len(names) == len(set(names))
    return None


@check
def views_take_what_their_stream_holds(s: Subject) -> str | None:
    views = [view for view in s.platform.views if view.of == s.stream.name]
    if not views:
        return "no view looks into it"
    for view in views:
        each = next(column for column in s.stream.columns if column.name == view.each)
        carried = view.carried(s.stream)
        assert set(carried.values()) == set(s.stream.key), "an entry must say whose it is"
        own = [column for column in view.columns if column.name not in carried]
        shaped = s.stream.shape or (lambda record, given: [record])
        entry = at(next(iter(shaped(s.recorded.base, s.given))), ".".join(each.path))[0]
        if each.kind == "texts":
            assert len(own) == 1
            assert isinstance(entry, str)
        else:
            assert {column.path[0] for column in own} == set(entry)
        assert any(column.key for column in own)
    return None
