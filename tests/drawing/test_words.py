"""Figures, changes, days and tables, as people read them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from shared.drawing.beneath import by_day, by_name
from shared.drawing.days import Course, Series
from shared.drawing.scale import Scale, apart, ticks
from shared.drawing.words import Change, Unit, change, figure, number, period, several, tick

COUNT, EURO, SHARE, RATIO = Unit(), Unit("money", "EUR"), Unit("share"), Unit("ratio")
NOV = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (18420.4, EURO, "€18,420"),
        (85.2, EURO, "€85.20"),
        (-85.2, EURO, "−€85.20"),
        (1240, Unit("money", "CHF"), "CHF\u00a01,240"),
        (1240, Unit("money"), "1,240"),
        (0.374, SHARE, "37.4\u00a0%"),
        (4.63, RATIO, "4.6"),
        (0, COUNT, "0"),
        (61240, COUNT, "61,240"),
        (3.5, COUNT, "3.5"),
        (None, EURO, "not read"),
        (1e15, COUNT, "1,000,000,000,000,000"),
    ],
)
def test_a_figure_is_written_as_people_read_it(value: float | None, unit: Unit, words: str) -> None:
    assert figure(value, unit) == words


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0, EURO, "€0"),
        (2000, EURO, "€2,000"),
        (20000, EURO, "€20k"),
        (2_500_000, COUNT, "2.5m"),
        (0.35, SHARE, "35\u00a0%"),
        (-20000, COUNT, "−20k"),
        (3e17, COUNT, "3e+17"),
        (0.0002, RATIO, "0.0002"),
    ],
)
def test_an_axis_is_shorter(value: float, unit: Unit, words: str) -> None:
    assert tick(value, unit) == words


@pytest.mark.parametrize(
    ("now", "before", "unit", "found"),
    [
        (106, 100, EURO, Change("up", "6\u00a0%")),
        (94, 100, EURO, Change("down", "6\u00a0%")),
        (0.374, 0.385, SHARE, Change("down", "1.1 points")),
        (4.6, 4.3, RATIO, Change("up", "0.3")),
        (5, 0, COUNT, Change("up", "from nothing")),
        (0, 0, COUNT, Change("", "no change")),
        (100.1, 100, COUNT, Change("up", "under 1\u00a0%")),
        (0.37401, 0.374, SHARE, Change("", "no change")),
        (-50, -100, EURO, Change("up", "50\u00a0%")),
        (None, 100, EURO, None),
        (100, None, EURO, None),
    ],
)
def test_a_change_is_of_its_kind(now: float | None, before: float | None, unit: Unit, found: Change | None) -> None:
    assert change(now, before, unit) == found


def test_days_are_named() -> None:
    assert period(NOV, date(2026, 11, 28)) == "1 – 28 Nov 2026"
    assert period(date(2026, 10, 28), date(2026, 11, 3)) == "28 Oct – 3 Nov 2026"
    assert period(date(2025, 12, 28), date(2026, 1, 3)) == "28 Dec 2025 – 3 Jan 2026"
    assert period(NOV, NOV) == "1 Nov 2026"
    assert several([NOV + timedelta(days=each) for each in (0, 1, 2, 6)]) == "1 Nov to 3 Nov, 7 Nov"
    assert several([NOV + timedelta(days=2 * each) for each in range(8)], most=2) == "1 Nov, 3 Nov and 6 more days"


@pytest.mark.parametrize("cell", [None, "x", float("nan"), float("inf"), 10**400])
def test_what_is_no_finite_number_is_missing(cell: object) -> None:
    assert number(cell) is None


@pytest.mark.parametrize(
    ("low", "high", "least", "marks"),
    [
        (0, 702, 0, (0, 200, 400, 600, 800)),
        (0, 1, 1, (0, 1)),
        (0, 9, 1, (0, 5, 10)),
        (0.32, 0.45, 0, (0.3, 0.35, 0.4, 0.45)),
        (0, 0, 0, (0, 0.25, 0.5, 0.75, 1)),
        (-120, 6, 0, (-150, -100, -50, 0, 50)),
        (7, 7, 0, (6.2, 6.4, 6.6, 6.8, 7.0)),
        (0.821, 0.821, 0, (0.725, 0.75, 0.775, 0.8, 0.825)),
        (-5, -5, 0, (-5.6, -5.4, -5.2, -5.0)),
    ],
)
def test_ticks_are_round_and_hold_all_values(low: float, high: float, least: float, marks: tuple[float, ...]) -> None:
    assert ticks(low, high, 4, least) == marks


def test_a_scale_leads_from_values_to_heights() -> None:
    scale = Scale((0, 50, 100), 200, 20)
    assert [scale(value) for value in (0, 50, 100)] == [200, 110, 20]


def test_labels_keep_apart_and_inside() -> None:
    placed = apart([100, 101, 99, 20], 15, 10, 110)
    assert placed[3] == 20
    assert sorted(placed)[1:] == [80, 95, 110]
    assert placed[2] < placed[0] < placed[1]
    assert apart([5, 5, 5], 15, 0, 10) == [0, 15, 30]  # more than there is room for


def test_the_table_has_every_figure_the_newest_first() -> None:
    course = Course((NOV, date(2026, 11, 2), date(2026, 11, 3)), date(2026, 11, 2), date(2026, 11, 3))
    table = by_day(course, [Series("Google", [1, None, 3]), Series("Meta", [0, 5, 6])], COUNT)
    assert table.heads == ("Day", "Google", "Meta")
    assert table.rows == (
        ("Tue 3 Nov, today", "3", "6"),
        ("Mon 2 Nov, settling", "not read", "5"),
        ("Sun 1 Nov", "1", "0"),
    )
    assert by_name(("Channel", "Sessions"), [("Search", 12)], COUNT).rows == (("Search", "12"),)
