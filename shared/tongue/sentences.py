"""Sentences that were made in English before anybody looked: those of problems, with values in them.

They are kept so in documents, logs and answers of the API. A page says them in its language: whichever text of the
catalogue a sentence was made of is found again by what stands between its gaps.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from shared.tongue.catalogue import entries
from shared.tongue.saying import language, say

GAP = re.compile(r"%\((\w+)\)s")
LEAST = 9  # letters between the gaps; less than that would fit too much
LONGEST = 2000
SAID_AS_WELL = frozenset(
    {"sentence", "same_link", "means", "what", "why", "state"}
)  # values that are texts of ours themselves


@dataclass(frozen=True, slots=True)
class Template:
    text: str
    between: tuple[str, ...]  # what stands around its gaps
    gaps: tuple[str, ...]

    def values(self, sentence: str) -> Mapping[str, str] | None:
        """What its gaps were filled with; None: the sentence was not made of it."""
        first, *others = self.between
        if not (sentence.startswith(first) and sentence.endswith(self.between[-1])):
            return None
        found: dict[str, str] = {}
        place = len(first)
        for number, (gap, after) in enumerate(zip(self.gaps, others, strict=True), 1):
            end = sentence.find(after, place) if number < len(self.gaps) else len(sentence) - len(after)
            if end < place or found.setdefault(gap, sentence[place:end]) != sentence[place:end]:
                return None
            place = end + len(after)
        return found


def retold(sentence: str) -> str:
    """In the language of the page; what is no sentence of ours stays as it is."""
    return _retold(language(), sentence) if len(sentence) <= LONGEST else sentence


@lru_cache(maxsize=2048)
def _retold(name: str, sentence: str) -> str:
    if (sentence,) in entries(name):
        return say(sentence)
    for template in _templates(name):
        values = template.values(sentence)
        if values is not None:
            return say(template.text, **{gap: _value(gap, value) for gap, value in values.items()})
    return sentence


def _value(gap: str, value: str) -> str:
    return retold(value) if gap in SAID_AS_WELL else value


@cache
def _templates(name: str) -> Sequence[Template]:
    """Those that say most come first."""
    made = [template(entry[0]) for entry in entries(name) if len(entry) == 1 and GAP.search(entry[0])]
    fit = [each for each in made if _letters(each) >= LEAST]
    return sorted(fit, key=_letters, reverse=True)


def template(text: str) -> Template:
    parts = [part.replace("%%", "%") for part in GAP.split(text)]
    return Template(text, tuple(parts[::2]), tuple(parts[1::2]))


def _letters(found: Template) -> int:
    return sum(letter.isalpha() for part in found.between for letter in part)
