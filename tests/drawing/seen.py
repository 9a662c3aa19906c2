"""A picture as somebody sees it: read by a parser of XML, with where each of its marks and words lies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from shared.drawing.svg import breadth

ALLOWED = {"class", "d", "x", "y", "width", "height", "cx", "cy", "r", "text-anchor", "id", "role", "viewBox"}
_STEP = re.compile(r"([MmLlHhVv])((?:[ ,]?-?[0-9.]+)*)")
_NUMBER = re.compile(r"-?[0-9.]+")


@dataclass(frozen=True)
class Words:
    said: str
    left: float
    right: float
    y: float
    kind: str


@dataclass(frozen=True)
class Mark:
    kind: str  # its classes
    points: tuple[tuple[float, float], ...]  # its corners, or what it leads through
    hint: str


class Seen:
    def __init__(self, svg: str) -> None:
        self.root = ElementTree.fromstring(svg)
        self.width, self.height = (float(each) for each in self.root.attrib["viewBox"].split()[2:])

    @property
    def title(self) -> str:
        return self.root.findtext("title") or ""

    def words(self, kind: str = "") -> list[Words]:
        return [
            self._words(each) for each in self.root.iter("text") if not kind or kind in each.attrib["class"].split()
        ]

    def said(self, kind: str = "") -> list[str]:
        return [each.said for each in self.words(kind)]

    def _words(self, each: Any) -> Words:
        x, wide = float(each.attrib["x"]), breadth(each.text or "")
        left = x - {"middle": wide / 2, "end": wide}.get(each.attrib.get("text-anchor", ""), 0)
        return Words(each.text or "", left, left + wide, float(each.attrib["y"]), each.attrib["class"])

    def marks(self, *kinds: str) -> list[Mark]:
        """All that have these classes."""
        return [each for each in self._marks() if set(kinds) <= set(each.kind.split())]

    def _marks(self) -> Iterator[Mark]:
        for each in self.root.iter():
            kind, said = each.attrib.get("class", ""), each.findtext("title") or ""
            if each.tag == "rect":
                x, y, width, height = (float(each.attrib[name]) for name in ("x", "y", "width", "height"))
                assert width >= 0
                assert height >= 0
                yield Mark(kind, ((x, y), (x + width, y + height)), said)
            elif each.tag == "circle":
                yield Mark(kind, ((float(each.attrib["cx"]), float(each.attrib["cy"])),), said)
            elif each.tag == "path":
                yield Mark(kind, tuple(led(each.attrib["d"])), said)

    @property
    def hints(self) -> list[str]:
        return [each.text or "" for each in self.root.iter("title")][1:]

    def faults(self) -> list[str]:
        """What no picture may have: marks or words outside, words on words, a colour or a style."""
        found = [
            f"{mark.kind} at {point}"
            for mark in self._marks()
            for point in mark.points
            if not (-0.1 <= point[0] <= self.width + 0.1 and -0.1 <= point[1] <= self.height + 0.1)
        ]
        words = self.words()
        found += [f"{each} is outside" for each in words if each.left < -0.1 or each.right > self.width + 0.1]
        for place, one in enumerate(words):
            found += [f"{one.said} lies on {other.said}" for other in words[place + 1 :] if _on(one, other)]
        attributes = {name for each in self.root.iter() for name in each.attrib}
        found += sorted(attributes - ALLOWED - {"aria-labelledby"})
        named = set(self.root.attrib["aria-labelledby"].split())
        if named != {each.attrib["id"] for each in self.root.iter() if "id" in each.attrib}:
            found.append("what it is named by is not there")
        return found


def _on(one: Words, other: Words) -> bool:
    return abs(one.y - other.y) < 9 and one.left < other.right - 0.5 and other.left < one.right - 0.5


def led(path: str) -> Iterator[tuple[float, float]]:
    """The points that a path leads through."""
    x = y = 0.0
    for letter, rest in _STEP.findall(path):
        numbers = [float(each) for each in _NUMBER.findall(rest)]
        if letter in "HVhv":
            (step,) = numbers
            x, y = {"H": (step, y), "V": (x, step), "h": (x + step, y), "v": (x, y + step)}[letter]
            yield x, y
            continue
        for right, down in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = (x + right, y + down) if letter in "ml" and letter != "M" else (right, down)
            yield x, y
