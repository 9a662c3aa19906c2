"""What Meta says when it refuses numbers of ads."""

from __future__ import annotations

from shared.errors import Problem
from shared.platforms.meta import graph
from shared.vocabulary.wire import Answer

DENIED = "Meta Ads does not let this login read this account; it needs the permission ads_read and a part in it."


def refuse(answer: Answer) -> Problem | None:
    return graph.refusal_of(answer, "Meta Ads", DENIED)
