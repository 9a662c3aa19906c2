"""A picture as a file of its own: the same drawing, with the style that the console's sheet gives it on paper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from shared.console.figures.files import of_picture
from shared.console.figures.parts import Picture
from shared.console.pages import file
from shared.console.web import Reply, Visit
from shared.people.guard import NotThere

SIZE = "x"  # wide enough for a slide, and its letters are as large as those of a page
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_TOKEN = re.compile(r"var\((--[\w-]+)\)")
_BLOCK = re.compile(r"@[^{]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_OURS = re.compile(r"\.(?:pic|line|dot|bar|lead)\b")


def picked(pictures: Sequence[Picture], visit: Visit, workspace: str) -> Reply:
    """One of them, as SVG or as CSV: by its key, and how it ends. Raises NotThere."""
    key, _, ending = visit.segments[-1].partition(".")
    found = next((each for each in pictures if each.key == key), None)
    if found is None or ending not in ("svg", "csv"):
        raise NotThere
    return Reply(saved=(f"{workspace}-{key}.{ending}", alone(found) if ending == "svg" else of_picture(found)))


def alone(picture: Picture) -> bytes:
    svg = picture.at(SIZE)
    begins, _, rest = svg.partition(">")
    named = begins.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"', 1)
    return f"{named}><style>{style()}</style>{rest}".encode()


@cache
def style() -> str:
    """The rules of pictures, in the colours of paper; what shows one of several widths is left out."""
    sheet = re.sub(r"/\*.*?\*/", "", file("look.css").decode(), flags=re.DOTALL)
    (tokens,) = re.findall(r":root, \.sheet \{(.*?)\n\}", sheet, flags=re.DOTALL)[:1]
    light = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", tokens))
    kept = []
    for selector, body in _RULE.findall(_BLOCK.sub("", sheet.replace(f":root, .sheet {{{tokens}\n}}", ""))):
        names = [each.strip() for each in selector.split(",")]
        if all(_OURS.match(each) for each in names) and names[0] not in (".pic", ".pic.s"):
            kept.append(f"{','.join(names)}{{{_resolved(body.strip(), light)}}}")
    return f"svg{{background:{light['--paper']}}}{''.join(kept)}"


def _resolved(body: str, tokens: dict[str, str]) -> str:
    return _TOKEN.sub(lambda found: tokens[found[1]], body)
