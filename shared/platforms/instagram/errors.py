"""What Meta says when it refuses numbers of Instagram and of Pages."""

from __future__ import annotations

from shared.errors import Code, Configure, Problem
from shared.platforms.meta import graph
from shared.platforms.meta.graph import NO_SUCH_OBJECT, code_of
from shared.vocabulary.statuses import excerpt
from shared.vocabulary.wire import Answer, at

TITLE = "Instagram & Facebook Insights"

DENIED = f"{TITLE}: the login may not read this, or it is gone; a permission or a role on the Page may be missing."


def without_numbers(answer: Answer) -> bool:
    """A post from before the account was a professional one, a story that hardly anybody saw, or one that has gone."""
    code, sub = code_of(answer)
    viewers = code == 10 and "not enough viewers" in str(at(answer.json, "error.message")).lower()
    return viewers or sub == 2_108_006 or (code, sub) == NO_SUCH_OBJECT


def without_reposts(answer: Answer) -> bool:
    """… or one of a kind that has no reposts. That Meta knows no reposts at all would be another refusal."""
    kind = "does not support the reposts metric" in str(at(answer.json, "error.message")).lower()
    return without_numbers(answer) or kind


def refuse(answer: Answer) -> Problem | None:
    if graph.code_of(answer) == graph.NO_SUCH_OBJECT:
        return Configure(Code.NO_PERMISSION, DENIED, excerpt(answer))
    return graph.refusal_of(answer, TITLE, DENIED)
