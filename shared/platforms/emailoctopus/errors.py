"""What EmailOctopus says when it refuses."""

from __future__ import annotations

from shared.errors import Problem, Reconnect
from shared.vocabulary.statuses import refusal
from shared.vocabulary.wire import Answer


def refuse(answer: Answer) -> Problem | None:
    """`title` never varies and `type` is only a link; the status says all there is to know."""
    problem = refusal(answer, "EmailOctopus")
    if isinstance(problem, Reconnect):
        return Reconnect(
            problem.code,
            "EmailOctopus does not accept this key. Keys made before 7 October 2024 do not work here: "
            "please make a new one under Integrations & API.",
            problem.detail,
        )
    return problem
