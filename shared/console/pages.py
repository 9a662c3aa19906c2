"""Renders templates: whatever is not ours is escaped on its way in, and a name that is not there is an error."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.console.tongue import language, retold, say, text_of
from shared.tongue import forms

HERE = Path(__file__).parent
JS = "text/javascript; charset=utf-8"
FILES = {"look.css": "text/css; charset=utf-8", "console.js": JS, "pictures.js": JS}


@cache
def file(name: str) -> bytes:
    return (HERE / name).read_bytes()


@cache
def file_address(name: str) -> str:
    """It changes with what is in the file, so browsers may keep it for ever."""
    stem, _, ending = name.partition(".")
    return f"/files/{stem}-{hashlib.sha256(file(name)).hexdigest()[:16]}.{ending}"


def render(template: str, values: Mapping[str, Any], agency: str) -> str:
    return environment().get_template(template).render(**values, agency=agency)


@cache
def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.install_gettext_callables(say, text_of, newstyle=True)  # type: ignore[attr-defined]  # what the extension adds
    made.globals["file"] = file_address
    made.globals["language"] = language
    made.policies["ext.i18n.trimmed"] = True
    made.filters["retold"] = retold
    made.filters["moment"] = moment
    made.filters["day"] = day
    made.filters["platform"] = platform_name
    made.filters["numeral"] = forms.count
    made.filters["cents"] = cents
    return made


def moment(when: datetime) -> str:
    """Such as “27 Nov 2026, 14:05 UTC”."""
    return forms.moment(when.astimezone(UTC))


def day(when: date) -> str:
    """Such as “27 Nov 2026”; of a moment the day in UTC."""
    return forms.dated(when.astimezone(UTC).date() if isinstance(when, datetime) else when)


def cents(value: float) -> str:
    """Such as 1,234.50; less than a hundredth of a cent is said as that."""
    return forms.numeral(f"{value:,.2f}") if value >= 0.005 or not value else f"< {forms.numeral('0.01')}"


def platform_name(name: str) -> str:
    """As people know it. Loaded when it is asked for: all connectors come with it."""
    from shared.platforms import PLATFORMS

    return PLATFORMS[name].title if name in PLATFORMS else name
