"""What else a person is asked for (a shop's address, a region): read from a form, strictly. Pure.

An answer that leads into an address must match the platform's own pattern before it is kept anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.tongue.saying import say
from shared.vocabulary.access import Field
from shared.vocabulary.platform import Platform

LONGEST = 200  # characters of an answer
PREFIX = "ask-"  # apart from the names that our own forms use


@dataclass(frozen=True, slots=True)
class Answers:
    """`values`: what follows from what was answered. `given`: as it was typed, to be shown again."""

    values: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)  # field → a sentence


NONE = Answers()


def form_name(asked: Field) -> str:
    return PREFIX + asked.name


def read(platform: Platform, asks: tuple[Field, ...], form: Mapping[str, str]) -> Answers:
    values: dict[str, str] = {}
    given: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for asked in asks:
        text = form.get(form_name(asked), "").strip()
        given[asked.name] = text[:LONGEST]
        found = _values(asked, text)
        if not text:
            wrong[asked.name] = say("Please choose one.") if asked.choices else _missing(asked)
        elif found is None or not all(_holds(platform, name, value) for name, value in found.items()):
            wrong[asked.name] = say("This is not one of these.") if asked.choices else _not(asked)
        else:
            values.update(found)
    return Answers(values, given, wrong)


def labels(asks: tuple[Field, ...], answers: Answers) -> list[str]:
    """What the fields are called that are wrong."""
    return [say(asked.label) for asked in asks if asked.name in answers.wrong]


def _not(asked: Field) -> str:
    if not asked.means:
        return say("This does not look as it should.")
    return say("This is not %(means)s.", means=say(asked.means))


def _missing(asked: Field) -> str:
    if not asked.means:
        return say("Please fill this in.")
    return say("Please fill this in: %(means)s.", means=say(asked.means))


def _values(asked: Field, text: str) -> Mapping[str, str] | None:
    if asked.choices:
        return asked.choices.get(text)
    found = re.fullmatch(asked.pattern, text) if len(text) <= LONGEST and text.isprintable() else None
    return {asked.name: found.groupdict().get(asked.name) or text} if found else None


def _holds(platform: Platform, name: str, value: str) -> bool:
    pattern = platform.values.get(name)
    return pattern is None or re.fullmatch(pattern, value) is not None
