"""What Mailchimp says when it refuses."""

from __future__ import annotations

import re

from shared.errors import Code, Configure, Problem, Reconnect
from shared.vocabulary.statuses import excerpt, refusal
from shared.vocabulary.wire import Answer, at

TITLES = {
    "wrongdatacenter": (
        Configure,
        "wrong-data-centre",
        "This Mailchimp account lives in another data centre; connect it again.",
    ),
    "userdisabled": (
        Reconnect,
        "user-disabled",
        "The Mailchimp user who connected this was disabled; another user must connect.",
    ),
    "compliancerelated": (
        Configure,
        "account-paused",
        "Mailchimp has paused this account; its owner finds the reason in Mailchimp.",
    ),
}
STATUSES = {
    401: (
        Reconnect,
        Code.NOT_AUTHORISED,
        "Mailchimp no longer accepts this connection: its key is gone, or its user left.",
    ),
    403: (Configure, Code.NO_PERMISSION, "The Mailchimp plan or user role of this account does not include this."),
}


def refuse(answer: Answer) -> Problem | None:
    """`title` is the one part of an error that says which it is; statuses alone mix people, plans and addresses."""
    problem = refusal(answer, "Mailchimp")
    if problem is None or not answer.is_json:
        return problem  # a 403 without JSON comes from the edge under load: later, not never
    title = re.sub(r"[^a-z]", "", str(at(answer.json, "title")).lower())
    said = TITLES.get(title) or STATUSES.get(answer.status)
    return said[0](said[1], said[2], excerpt(answer)) if said else problem
