"""The four things that look_up answers, and who may have them: a viewer never sees rows of persons."""

from __future__ import annotations

from shared.people.levels import Level
from shared.people.routes import WORKSPACE, Route, Table

TABLE = Table(
    "look_up",
    tuple(
        Route("POST", f"/{verb}", Level.ANALYST, verb, form={WORKSPACE: WORKSPACE}, program=True)
        for verb in ("contacts", "contact", "history", "record")
    ),
    frozenset({WORKSPACE}),
)
