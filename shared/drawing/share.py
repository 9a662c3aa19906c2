"""Lying bars: a few named amounts, each with its figure at its end."""

from __future__ import annotations

from collections.abc import Sequence

from shared.drawing.svg import SIZES, breadth, element, hint, number, picture, shortened, text
from shared.drawing.words import Unit, figure

TALL, NAMES = 30.0, 0.36


def share(
    key: str, size: str, title: str, told: str, rows: Sequence[tuple[str, float]], unit: Unit, slot: int = 1
) -> str:
    width, most = float(SIZES[size]), max((value for _, value in rows), default=0.0)
    said = [figure(value, unit) for _, value in rows]
    room = min(width * NAMES, 12 + max((breadth(name) for name, _ in rows), default=0))
    end = width - 10 - max((breadth(words) for words in said), default=0)
    drawn = [element("path", class_="base", d=f"M{number(room)} 2V{number(max(TALL * len(rows) - 2, 2))}")]
    for place, ((name, value), words) in enumerate(zip(rows, said, strict=True)):
        y = TALL * place
        long = max(1.5, (end - room) * max(value, 0.0) / most) if most > 0 else 1.5
        drawn.append(text(0, y + 19, shortened(name, room - 10), "t name"))
        drawn.append(
            element("rect", hint(f"{name}: {words}"), class_=f"bar s{slot}", x=room, y=y + 7, width=long, height=16)
        )
        drawn.append(text(room + long + 7, y + 19, words, "t name"))
    return picture("share", size, key, title, told, width, max(TALL * len(rows), TALL), "".join(drawn))
