"""What Metricool says when it refuses."""

from __future__ import annotations

import re

from shared.errors import Code, Configure, Later, Problem, Reconnect
from shared.vocabulary.meanings import Unknown
from shared.vocabulary.statuses import excerpt, refusal
from shared.vocabulary.wire import Answer, at

# How a metric is refused: 400 with the title InvalidEnumBaseException (as kept on 2025-11-14 and 2026-08-28 by people
# who asked), or 500 for a metric of another subject (2026-07).
INVALID = re.compile(r"Invalid field '([^']*)'\.\s+Valid values are: \[([^\]]*)\]")
NOT_IMPLEMENTED = "Not implemented metric"


def not_known(answer: Answer) -> Unknown | None:
    """Whether a question is refused because Metricool does not know the metric, or not of this subject or network, and
    which ones it says it knows. It says so with several statuses; a 500 that says so is as lasting as the others."""
    if answer.status not in {400, 403, 500} or not isinstance(answer.json, dict):
        return None
    said = " ".join(map(str, answer.json.values()))
    if answer.status == 500 and NOT_IMPLEMENTED not in said:
        return None
    found = INVALID.search(said)
    if found is None or "..." in found[2]:
        return Unknown(found[1] if found else "")
    return Unknown(found[1], frozenset(name.strip() for name in found[2].split(",")))


def refuse(answer: Answer) -> Problem | None:
    """Nothing says how to ask for a next page, so a list that has one is asked for in parts."""
    problem = refused(answer)
    if problem is None and at(answer.json, "page.next"):
        return Later(Code.TOO_MUCH, "Metricool shows a part of this list only and no way to the rest.", counts=False)
    return problem


def refused(answer: Answer) -> Problem | None:
    """What errors look like is not documented: the status says all there is to know."""
    problem = refusal(answer, "Metricool")
    if isinstance(problem, Reconnect):
        sentence = (
            "Metricool does not accept this token. Please copy it again from Account settings, API, and check the "
            "user number beside it; the API is part of the Advanced and Custom plans."
        )
        return Reconnect(problem.code, sentence, problem.detail)
    if answer.status == 404:
        sentence = "Metricool has nothing here: the network is not connected to the brand, or not part of the plan."
        return Configure("not-connected", sentence, excerpt(answer))
    return problem
