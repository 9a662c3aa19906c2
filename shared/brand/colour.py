"""A colour somebody chose, made readable: on light and on dark paper, and with letters on it. Pure.

Contrast is counted as WCAG 2.2 has it (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio).
"""

from __future__ import annotations

from dataclasses import dataclass

ENOUGH = 4.5  # of text to what it stands on
STEPS = 50  # from the colour itself to black or white
WHITE, BLACK = "#ffffff", "#000000"


@dataclass(frozen=True, slots=True)
class Pair:
    """What is pressed, and the letters on it; the same when a mouse is over it."""

    go: str
    deep: str
    on: str


def on_paper(colour: str, paper: str) -> Pair:
    """The shade nearest to this colour that can be read on this paper. Links are in it, too, and buttons are filled
    with it; so paper can be written on it as well."""
    away = BLACK if contrast(paper, BLACK) > contrast(paper, WHITE) else WHITE
    shades = (mixed(colour, away, step / STEPS) for step in range(STEPS + 1))
    go = next((shade for shade in shades if contrast(shade, paper) >= ENOUGH), away)
    deep = mixed(go, away, 0.25)
    return Pair(go, deep, max((WHITE, BLACK), key=lambda ink: min(contrast(ink, go), contrast(ink, deep))))


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mixed(colour: str, other: str, share: float) -> str:
    parts = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(mine + (theirs - mine) * share):02x}" for mine, theirs in parts)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
