"""`connection …`: the commands about one connected account."""

from __future__ import annotations

from infra.admin import connection_access, connection_choices, connection_edits, erasing
from infra.admin.group import Group


def add(group: Group) -> None:
    about_one = group.group("connection")
    connection_choices.add_to_connections(about_one)  # choose
    connection_edits.add_to_connections(about_one)  # edit
    connection_access.add_to_connections(about_one)  # check, renew, wishes
    erasing.add_to_connections(about_one)  # disconnect
