"""The frame of every connect page. Whatever is not ours is escaped on its way in (markupsafe does it in `format`)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from markupsafe import Markup

from shared.oauth.house import House
from shared.settings import MAIL
from shared.tongue.forms import full
from shared.tongue.saying import language, say

# Of the page that a link opens: it sends on what stands behind the `#`. The one script that any page of ours may run;
# without it the same is done by hand. While a page is being loaded, this leaves no step in the browser's history.
OPENS = (
    "const found = location.hash.slice(1), form = document.forms[0];"
    "if (found) { form.elements.link.value = found; form.submit(); }"
)

FRAME = Markup(
    '<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<meta name="robots" content="noindex">\n{head}<title>{title}</title>\n<style>{style}</style>\n</head>\n'
    "<body>\n<main>\n{body}\n</main>\n{foot}</body>\n</html>\n"
)


def page(house: House, title: str, *body: Markup, foot: Markup | None = None, head: Markup | None = None) -> Markup:
    return FRAME.format(
        language=language(),
        title=title,
        style=Markup(house.style),  # noqa: S704  (ours; of the settings it holds colours of six hexadecimal digits)
        body=Markup("\n").join(body),
        foot=Markup("<footer>{}</footer>\n").format(foot) if foot else "",
        head=head or "",
    )


def rich(text: str, **values: object) -> Markup:
    """A text with markup of ours in it; what is filled in is escaped."""
    said = Markup(say(text))  # noqa: S704  (ours, and of the catalogue)
    return said % values if values else said


def items(kind: str, texts: Iterable[str | Markup], ordered: bool = False) -> Markup:
    tag = "ol" if ordered else "ul"
    # Safari forgets that an unmarked list is a list unless its role says so.
    inner = Markup("").join(Markup("<li>{}</li>").format(text) for text in texts)
    return Markup('<{} class="{}" role="list">{}</{}>').format(tag, kind, inner, tag)


def sign(kind: str) -> Markup:
    glyph = {"good": "✓", "bad": "!", "note": "!", "on": "→"}[kind]
    return Markup('<div class="sign {}" aria-hidden="true">{}</div>').format(kind, glyph)


def initials(name: str) -> str:
    words = [word for word in re.split(r"[^\w]+", name) if word]
    return "".join(word[0] for word in words[:2]).upper()


def who_asks(house: House, agency: str, workspace: str = "") -> Markup:
    """Stands at the top of every page."""
    if not agency:
        return Markup("")
    whose = Markup(" {}").format(say("for %(client)s", client=workspace)) if workspace not in {"", agency} else ""
    name = Markup("<span><b>{}</b>{}</span>").format(agency, whose)
    mark = Markup('<span class="mark" aria-hidden="true">{}</span>').format(initials(agency))
    if house.logo:  # on white, as it was most likely drawn for
        mark = Markup('<span class="plate"><img src="{}" alt=""></span>').format(house.logo)
    return Markup('<p class="who">{}{}</p>').format(mark, name)


def a(noun: str) -> str:
    """a key, an API key, in the language of the page: what a sentence names as its object"""
    return say(with_article(noun))


def with_article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in 'aeio' else 'a'} {noun}"


def contact(text: str) -> Markup:
    """Whom to ask: an address becomes a link, anything else stays text."""
    if MAIL.fullmatch(text):
        return Markup('<a href="mailto:{0}">{0}</a>').format(text)
    if re.fullmatch(r"https://\S+", text):
        return Markup('<a href="{0}">{0}</a>').format(text)
    return Markup("{}").format(text)


def moment(when: datetime, zone: str) -> Markup:
    there = when.astimezone(_zone(zone))
    text = f"{full(there)} ({zone.replace('_', ' ') if there.tzinfo is not UTC else 'UTC'})"
    return Markup('<time datetime="{}">{}</time>').format(when.astimezone(UTC).isoformat(timespec="minutes"), text)


def listed(texts: Iterable[str]) -> str:
    """a, b and c"""
    found = list(texts)
    if len(found) < 2:
        return "".join(found)
    return say("%(all_but_one)s and %(last)s", all_but_one=", ".join(found[:-1]), last=found[-1])


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name) if name and name != "UTC" else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
