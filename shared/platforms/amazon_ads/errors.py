"""What Amazon Ads says when it refuses."""

from __future__ import annotations

import re

from shared.errors import Code, Configure, Later, NotOffered, Problem
from shared.vocabulary.statuses import excerpt, refusal
from shared.vocabulary.wire import Answer, Json, at

TITLE = "Amazon Ads"


def words(body: Json) -> str:
    """What an error says. Reporting writes `detail`, older calls `details`."""
    return " ".join(str(at(body, name)) for name in ("code", "detail", "details", "message") if at(body, name))


def no_brands(body: Json) -> bool:
    """Profiles that may not use Sponsored Brands (authors) are refused its lists, which is as good as empty ones."""
    return "do not have access to sponsored brands" in words(body).lower()


def duplicate_of(answer: Answer) -> str:
    """425: the same report is being made already, and this is its name."""
    found = re.search(r"duplicate of\s*:\s*([0-9A-Fa-f-]{36})", words(answer.json)) if answer.status == 425 else None
    return found[1] if found else ""


UNKNOWN = re.compile(r"columns includes invalid values:\s*\(([^)]*)\)", re.I)


def refused_columns(body: Json) -> tuple[str, ...]:
    """The columns of a report that a refusal names: those that this kind of report does not have."""
    found = UNKNOWN.search(words(body))
    names = {name.strip() for name in found[1].split(",")} if found else set[str]()
    return tuple(sorted(name for name in names if re.fullmatch(r"\w{1,80}", name)))


SHUT = re.compile(r"not authorized to access scope|no matching advertiser found", re.I)


def refuse(answer: Answer) -> Problem | None:
    said = words(answer.json)
    if answer.status in {400, 401, 403} and SHUT.search(said):
        return Configure("profile-closed", "Amazon Ads no longer lets this login read this profile.", excerpt(answer))
    if answer.status == 400 and no_brands(answer.json):
        return None  # it has none; see `found` in records.py
    if answer.status == 400 and (names := refused_columns(answer.json)):
        return NotOffered(Code.NOT_OFFERED, "Amazon Ads does not know a column of this report.", excerpt(answer), names)
    if answer.status == 425:
        return Later(Code.LIMITED, "Amazon Ads is making the same report already.", excerpt(answer), counts=False)
    return refusal(answer, TITLE)
