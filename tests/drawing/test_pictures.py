"""What a reader sees in a picture: all of it inside, no word on another, gaps as gaps, today and what settles apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

import pytest

from shared.console.pages import file
from shared.drawing.bars import bars
from shared.drawing.days import Course, Series
from shared.drawing.growth import growth
from shared.drawing.heat import cuts_of, heat, hours_beneath, told_of
from shared.drawing.lines import lines
from shared.drawing.share import share
from shared.drawing.spark import spark
from shared.drawing.svg import HALF, SIZES, WHOLE
from shared.drawing.words import Unit
from tests.drawing.seen import Seen

COUNT, EURO, SHARE = Unit(), Unit("money", "EUR"), Unit("share")
HOSTILE = '"><script>alert(1)</script>\x00\u202egnirts & <b> 日本語の長い名前'
Values = Sequence[float | None]


def course(count: int, moving: int = 0, today: bool = False, first: date = date(2026, 11, 2)) -> Course:
    """So many days; the last ones of them still move, and the very last may be today."""
    days = tuple(first + timedelta(days=number) for number in range(count))
    since = days[count - moving - today] if moving else None
    return Course(days, since, days[-1] if today else None)


def line(size: str, values: Values, unit: Unit = COUNT, name: str = "Sessions", **course_of: int) -> Seen:
    there = course(len(values), **course_of)  # type: ignore[arg-type]
    return Seen(lines("k", size, "Title", "Told", there, [Series(name, values)], unit))


def bar(size: str, values: Values, unit: Unit = COUNT, name: str = "Title", **course_of: int) -> Seen:
    there = course(len(values), **course_of)  # type: ignore[arg-type]
    return Seen(bars("k", size, name, "Told", there, values, unit))


HARD: Mapping[str, Values] = {
    "one day": [5],
    "two days": [5, 7],
    "all missing": [None] * 28,
    "one missing": [None],
    "one of many": [None] * 13 + [4] + [None] * 14,
    "all zero": [0] * 28,
    "all the same": [7] * 28,
    "negative": [-3.5, 4, -120, 0, 6],
    "only negative": [-3, -2, -8],
    "huge": [1e17, 3e17, 2e17],
    "tiny": [0.0001, 0.0003, 0.0002],
    "a year": [number % 37 for number in range(366)],
    "a month": [None if number in (9, 10) else 40 + number % 5 for number in range(28)],
    "three years": [number % 37 for number in range(1096)],
}


@pytest.mark.slow
@pytest.mark.parametrize("unit", [COUNT, SHARE, Unit("money", "CHF")], ids=["counted", "share", "money"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", HARD)
@pytest.mark.parametrize("draw", [line, bar])
def test_whatever_the_values_all_of_it_is_inside_and_readable(
    draw: Callable[..., Seen], kind: str, size: str, unit: Unit
) -> None:
    assert draw(size, HARD[kind], unit).faults() == []
    assert draw(size, HARD[kind], unit, moving=min(3, len(HARD[kind]) - 1), today=len(HARD[kind]) > 1).faults() == []


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("draw", [line, bar])
def test_hostile_names_are_words(draw: Callable[..., Seen], size: str) -> None:
    seen = draw(size, [1, 2, None, 4], name=HOSTILE)
    assert seen.faults() == []
    assert not list(seen.root.iter("script"))
    told = "".join(seen.root.itertext())
    assert "script" in told
    assert "\u202e" not in told


@pytest.mark.parametrize("size", SIZES)
def test_five_names_at_one_height_keep_apart(size: str) -> None:
    there = course(28)
    series = [Series(f"Platform {number}", [10 + number / 100] * 28, number) for number in range(1, 6)]
    seen = Seen(lines("k", size, "Title", "Told", there, series, EURO))
    assert seen.faults() == []
    assert seen.said("name") == [f"Platform {number}" for number in range(1, 6)]


# -- missing is a gap ----------------------------------------------------------------------------------


def test_a_line_stops_where_nothing_was_read_and_says_so() -> None:
    seen = line("l", [1, 2, 3, None, None, 6, 7])
    assert [len(each.points) for each in seen.marks("line")] == [3, 2]
    assert len(seen.marks("gone")) == 2
    assert "not read" in seen.said()
    assert "not read" not in line("l", [1, 2, 3]).said()


def test_zero_is_drawn_and_a_gap_is_not() -> None:
    seen = bar("l", [0, None, 4])
    assert len(seen.marks("bar")) == 2
    assert len(seen.marks("gone")) == 1
    assert any("not read" in each for each in seen.hints)
    (low, high) = (line("l", [4, 0, 4]).marks("line")[0], line("l", [4, None, 4]))
    assert len(low.points) == 3
    assert not high.marks("line")


def test_a_day_alone_between_gaps_is_a_dot() -> None:
    seen = line("l", [None, 3, None, 5, 6])
    assert len(seen.marks("dot")) == 2  # and the end
    assert len(spark_of([None, 3, None, 5, 6]).marks("dot")) == 2


# -- days that are not done ----------------------------------------------------------------------------


def test_settling_days_are_lighter_and_named() -> None:
    seen = line("l", [1, 2, 3, 4, 5, 6], moving=2)
    firm, moving = seen.marks("line")
    assert "soft" not in firm.kind
    assert "soft" in moving.kind
    assert len(firm.points) == 4
    assert moving.points[0] == firm.points[-1]  # it goes on from there
    assert "settling" in seen.said()
    (band,) = seen.marks("band")
    assert firm.points[-1][0] < band.points[0][0] < moving.points[1][0]
    assert [("soft" in each.kind) for each in bar("l", [1, 2, 3, 4], moving=1).marks("bar")] == [False] * 3 + [True]


def test_today_is_dashed_and_hollow() -> None:
    seen = line("l", [1, 2, 3, 4, 5, 6], moving=2, today=True)
    firm, moving, today = seen.marks("line")
    assert ("today" in today.kind, "soft" in moving.kind) == (True, True)
    assert len(today.points) == 2
    (end,) = seen.marks("dot")
    assert "hollow" in end.kind
    assert len(firm.points) + len(moving.points) + len(today.points) == 6 + 2
    assert ["today" in each.kind for each in bar("l", [1, 2, 3], today=True).marks("bar")] == [False, False, True]
    assert any("today" in each for each in seen.hints)


def test_days_that_moved_before_the_picture_begins_are_all_of_it() -> None:
    days = tuple(date(2026, 11, 2) + timedelta(days=number) for number in range(4))
    seen = Seen(lines("k", "l", "T", "D", Course(days, date(2026, 10, 1)), [Series("A", [1, 2, 3, 4])], COUNT))
    assert seen.faults() == []
    (moving,) = seen.marks("line")
    assert "soft" in moving.kind
    assert len(moving.points) == 4


# -- heights ------------------------------------------------------------------------------------------


def test_bars_stand_on_zero_and_are_as_tall_as_their_values() -> None:
    seen = bar("l", [10, 20, -10])
    one, two, below = (each.points for each in seen.marks("bar"))
    assert one[1][1] == pytest.approx(two[1][1], abs=0.2)
    assert one[1][1] == pytest.approx(below[0][1], abs=0.2)
    assert (two[1][1] - two[0][1]) == pytest.approx(2 * (one[1][1] - one[0][1]), abs=0.3)
    assert (below[1][1] - below[0][1]) == pytest.approx(one[1][1] - one[0][1], abs=0.3)
    (base,) = seen.marks("base")
    assert base.points[0][1] == pytest.approx(one[1][1], abs=0.1)


def test_what_it_was_before_is_a_mark_at_its_height() -> None:
    there = course(3)
    seen = Seen(bars("k", "l", "T", "D", there, [10, 10, None], COUNT, before=[10, None, 5]))
    marks = seen.marks("ghost")
    tops = [each.points[0][1] for each in seen.marks("bar")]
    assert {each.points[0][1] for each in marks} >= {tops[0]}
    assert len({each.points[0] for each in marks}) == 2
    assert seen.faults() == []


def test_rates_need_not_begin_at_zero_and_then_the_base_is_cut() -> None:
    values = [0.35, 0.38, 0.41]
    seen = Seen(lines("k", "l", "T", "D", course(3), [Series("A", values)], SHARE, from_zero=False))
    assert seen.marks("base", "cut")
    assert not any(each.startswith("0") for each in seen.said("t"))
    assert not line("l", values, SHARE).marks("cut")


def test_shares_are_as_long_as_their_values() -> None:
    seen = Seen(share("k", "l", "T", "D", [("Search", 40), ("Direct", 20), (HOSTILE, 0)], COUNT))
    assert seen.faults() == []
    first, second, _ = ((each.points[1][0] - each.points[0][0]) for each in seen.marks("bar"))
    assert first == pytest.approx(2 * second, abs=0.3)
    assert {"Search", "40", "Direct", "20"} <= set(seen.said())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("rows", [[], [("a", 0.0)], [("a", -4.0), ("b", 5.0)], [("x" * 300, 1e18)]], ids=str)
def test_any_shares_are_inside(rows: list[tuple[str, float]], size: str) -> None:
    assert Seen(share("k", size, "T", "D", rows, EURO)).faults() == []


# -- heat ---------------------------------------------------------------------------------------------


WEEK = [[float((day * 24 + hour) % 31) for hour in range(24)] for day in range(7)]
HOURS: Mapping[str, Sequence[Values]] = {
    "full": WEEK,
    "nothing told": [[None] * 24] * 7,
    "all zero": [[0.0] * 24] * 7,
    "all the same": [[5.0] * 24] * 7,
    "one hour": [[None] * 23 + [3.0], *[[None] * 24] * 6],
    "huge": [[value * 1e15 for value in row] for row in WEEK],
    "tiny": [[value / 1e6 for value in row] for row in WEEK],
}


@pytest.mark.parametrize("kind", HOURS)
@pytest.mark.parametrize("size", SIZES)
def test_any_hours_are_inside_and_each_is_told(kind: str, size: str) -> None:
    seen = Seen(heat("k", size, HOSTILE, told_of(HOURS[kind], COUNT), HOURS[kind], COUNT))
    assert seen.faults() == []
    assert len(seen.marks("q")) == 7 * 24
    assert len(hours_beneath(HOURS[kind], COUNT).rows) == 24


def test_an_hour_of_which_nothing_is_told_is_an_outline_and_no_zero() -> None:
    seen = Seen(heat("k", "l", "T", "D", [[None, *[0.0] * 22, 9.0], *[[1.0] * 24] * 6], COUNT))
    assert seen.marks("q")[0].kind == "q"
    assert seen.marks("q")[0].hint == "Mon 00:00 to 01:00: not read"
    assert seen.marks("q")[1].kind == "q q0"
    assert seen.marks("q")[23].kind == "q q5"


def test_the_best_hour_has_a_ring_and_is_told() -> None:
    hours = [*[[1.0] * 24] * 2, [*[2.0] * 18, 9.0, *[2.0] * 5], *[[1.0] * 24] * 4]
    seen = Seen(heat("k", "l", "T", "D", hours, COUNT))
    (ring,) = seen.marks("ring")
    best = seen.marks("q")[2 * 24 + 18]
    assert ring.points[0] == pytest.approx((best.points[0][0] - 1, best.points[0][1] - 1), abs=0.2)
    assert told_of(hours, COUNT) == "Most Wed 18:00 to 19:00, 9."


def test_steps_are_round_and_rise() -> None:
    assert cuts_of(WEEK) == (5, 10, 15, 20, 25)
    for hours in HOURS.values():
        assert list(cuts_of(hours)) == sorted({*cuts_of(hours)})
        assert len(cuts_of(hours)) <= 5


# -- growth -------------------------------------------------------------------------------------------


def grown(size: str, came: Values, left: Values, name: str = "came", **course_of: int) -> Seen:
    there = course(len(came), **course_of)  # type: ignore[arg-type]
    return Seen(growth("k", size, name, "Told", there, Series(name, came, 1), Series("left", left, 2)))


@pytest.mark.parametrize("kind", [kind for kind in HARD if "negative" not in kind])
@pytest.mark.parametrize("size", SIZES)
def test_any_growth_is_inside_and_readable(kind: str, size: str) -> None:
    came, left = HARD[kind], HARD[kind][::-1]
    assert grown(size, came, left).faults() == []
    assert grown(size, came, left, moving=min(3, len(came) - 1), today=len(came) > 1).faults() == []
    assert grown(size, came, [None] * len(came)).faults() == []


def test_who_came_stands_up_who_left_hangs_down_and_the_line_is_the_difference() -> None:
    seen = grown("l", [10, 20], [5, 25])
    up, down = seen.marks("bar", "s1"), seen.marks("bar", "s2")
    base = up[0].points[1][1]
    assert [mark.points[0][1] for mark in down] == pytest.approx([base, base], abs=0.2)
    tall = [mark.points[1][1] - mark.points[0][1] for mark in (*up, *down)]
    assert tall == pytest.approx([tall[0], 2 * tall[0], tall[0] / 2, 2.5 * tall[0]], abs=0.5)
    (net,) = seen.marks("line", "s0")
    assert net.points[0][1] == pytest.approx(base - tall[0] / 2, abs=0.3)
    assert net.points[1][1] == pytest.approx(base + tall[0] / 2, abs=0.3)
    assert seen.said("name") == ["came", "net", "left"]
    assert "Mon 2 Nov: 10 came, 5 left, net 5" in seen.hints


def test_a_day_of_which_one_side_is_missing_has_no_difference() -> None:
    seen = grown("l", [10, None, 10, 10], [5, 5, 5, 5], name=HOSTILE)
    assert len(seen.marks("gone")) == 1
    assert [len(mark.points) for mark in seen.marks("line", "s0")] == [2]


# -- a level with its name ---------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("level", [0.38, 0.9, 0.0])
def test_a_median_is_a_dotted_rule_with_its_name(size: str, level: float) -> None:
    series = [Series(name, [0.37, None, 0.39], place) for place, name in enumerate(("A", HOSTILE), 1)]
    seen = Seen(lines("k", size, "T", "D", course(3), series, SHARE, rule=(level, "median 38 %")))
    assert seen.faults() == []
    (rule,) = seen.marks("rule")
    assert rule.points[0][1] == rule.points[1][1]
    assert "median 38 %" in seen.said()
    assert not Seen(lines("k", size, "T", "D", course(3), series, SHARE)).marks("rule")


# -- sparks -------------------------------------------------------------------------------------------


def spark_of(values: Values, **course_of: int) -> Seen:
    return Seen(spark("k", HOSTILE, course(len(values), **course_of), values, COUNT))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", HARD)
def test_a_spark_is_inside(kind: str) -> None:
    values = HARD[kind]
    if all(value is None for value in values):
        assert spark("k", "T", course(len(values)), values, COUNT) == ""
    else:
        assert spark_of(values).faults() == []
        assert spark_of(values, moving=min(3, len(values) - 1)).faults() == []


def test_a_spark_has_gaps_and_lighter_days() -> None:
    seen = spark_of([1, 2, None, 4, 5, 6], moving=2)
    assert [("soft" in each.kind, len(each.points)) for each in seen.marks("line")] == [(False, 2), (True, 3)]


# -- the days below ----------------------------------------------------------------------------------


def test_mondays_are_named_and_of_few_days_all() -> None:
    named = [each for each in line("z", HARD["a month"]).said() if each.endswith("Nov")]
    assert named == ["2 Nov", "9 Nov", "16 Nov", "23 Nov"]
    assert [each for each in line("z", [1, 2, 3]).said() if each.endswith("Nov")] == ["2 Nov", "3 Nov", "4 Nov"]


def test_each_day_is_told_to_the_mouse_but_not_of_years() -> None:
    seen = line("l", HARD["a month"])
    assert len(seen.marks("hit")) == 28
    assert seen.marks("hit")[0].hint == "Mon 2 Nov\nSessions 40"
    assert "Sessions not read" in seen.marks("hit")[9].hint
    assert not line("l", HARD["three years"]).marks("hit")


# -- one of several widths ---------------------------------------------------------------------------


@pytest.mark.parametrize("drawn", [HALF, WHOLE], ids=["half", "whole"])
def test_the_style_sheet_shows_one_of_the_widths_that_are_drawn(drawn: Sequence[str]) -> None:
    """At each width of its place: what the rules of look.css hide and show, read in their order."""
    rules = re.findall(
        r"@container \(min-width: (\d+)rem\) \{ ((?:\.frame[^{]+\{[^}]+\} ?)+)\}", file("look.css").decode()
    )
    assert len(rules) == 4
    for rem in range(17, 90):
        seen = {size: size == "s" for size in drawn}
        for least, body in rules:
            for size, unless_last, how in re.findall(
                r"\.frame \.pic\.(\w)(:not\(:last-child\))? \{ display: (\w+); \}", body
            ):
                if rem >= int(least) and size in seen and not (unless_last and size == drawn[-1]):
                    seen[size] = how == "block"
        assert sum(seen.values()) == 1, (rem, seen)
