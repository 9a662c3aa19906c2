"""Commands of an operator that need not be looked for below `admin`."""

from __future__ import annotations

from infra.admin import plans
from infra.admin.group import Group
from infra.cli import parsing


def add(group: parsing.Group) -> None:
    plans.add(Group(group.commands))
