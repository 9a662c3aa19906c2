"""SVG as text: elements, texts and paths. Whatever comes in is escaped here."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from html import escape

SIZES = {"s": 320, "m": 440, "l": 570, "x": 760, "z": 1000}
HALF, WHOLE = ("s", "m", "l"), tuple(SIZES)  # the widths that half a page, and a whole one, can show
LETTER = 6.6  # of the labels' type, on average; what is wide in East Asia takes nearly twice that
_UNPRINTED = {"Cc", "Cf", "Cs", "Co", "Cn"}  # of these, some may not stand in XML, and some turn what is beside them
Point = tuple[float, float]


def number(value: float) -> str:
    """A coordinate, as short as it can be."""
    said = f"{value:.1f}".rstrip("0").rstrip(".")
    return "0" if said == "-0" else said


def element(name: str, inside: str | None = None, **attributes: str | float) -> str:
    """`inside` is markup already; attributes are not. A name that Python keeps for itself ends with `_`."""
    said = "".join(f' {key.rstrip("_").replace("_", "-")}="{_said(value)}"' for key, value in attributes.items())
    return f"<{name}{said}/>" if inside is None else f"<{name}{said}>{inside}</{name}>"


def _said(value: str | float) -> str:
    return clean(value) if isinstance(value, str) else number(value)


def clean(words: str) -> str:
    """As it may stand in XML."""
    if words.replace("\n", "").replace("\u00a0", "").isprintable():  # nearly all are
        return escape(words)
    return escape("".join(" " if each != "\n" and unicodedata.category(each) in _UNPRINTED else each for each in words))


def text(x: float, y: float, words: str, kind: str = "t", anchor: str = "") -> str:
    return element("text", clean(words), class_=kind, x=x, y=y, **({"text_anchor": anchor} if anchor else {}))


def within(x: float, y: float, words: str, low: float, high: float, kind: str = "t") -> str:
    """A text around x, moved inwards where it would not end between these."""
    half = breadth(words) / 2
    return text(max(min(x, high - half), low + half), y, words, kind, "middle")


def hint(words: str) -> str:
    return element("title", clean(words))


def stroke(points: Sequence[Point], kind: str) -> str:
    if len(points) < 2:
        return ""
    return element("path", class_=kind, d="M" + "L".join(f"{number(x)} {number(y)}" for x, y in points))


def dot(at: Point, kind: str, radius: float) -> str:
    return element("circle", class_=f"dot {kind}", cx=at[0], cy=at[1], r=radius)


def picture(kind: str, size: str, key: str, title: str, told: str, width: float, height: float, inside: str) -> str:
    """`told`: what can be seen in it, for whoever does not see it."""
    named = f"{key}-{size}"
    return element(
        "svg",
        element("title", clean(title), id=f"{named}-t") + element("desc", clean(told), id=f"{named}-d") + inside,
        class_=f"pic {kind} {size}", viewBox=f"0 0 {number(width)} {number(height)}", role="img",
        aria_labelledby=f"{named}-t {named}-d",
    )  # fmt: skip


def breadth(words: str) -> float:
    """About how wide a label is."""
    return sum(LETTER * (1.8 if unicodedata.east_asian_width(each) in "WF" else 1) for each in words)


def shortened(words: str, room: float) -> str:
    """As much of a name as there is room for."""
    if breadth(words) <= room:
        return words
    kept = words
    while kept and breadth(kept) > room - LETTER:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def stretches(points: Iterable[Point | None]) -> list[list[Point]]:
    """What lies between gaps."""
    found: list[list[Point]] = [[]]
    for point in points:
        if point is not None:
            found[-1].append(point)
        elif found[-1]:
            found.append([])
    return [each for each in found if each]
