"""What is in the warehouse against what the sandbox knows to be true, for one connection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from infra.sandbox.compare import Side, compare, kinds, of_days
from shared.platforms import platform as platform_named


@dataclass
class Difference:
    missing: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    wrongly_gone: list[str] = field(default_factory=list)  # of those that are missing: there, and marked as gone

    def __bool__(self) -> bool:
        return bool(self.missing or self.duplicated or self.unexpected or self.wrong)


def differences(
    platform_name: str,
    truth: Mapping[str, Any],
    rows_of: Mapping[str, list[dict[str, Any]]],
    streams: Sequence[str] = (),
    before: date = date.max,
) -> Difference:
    """`rows_of`: table → current rows, marked ones included. Views have no rows of their own in memory.

    `before`: rows that belong to days are looked at up to this one.
    """
    platform, found = platform_named(platform_name), Difference()
    views = {platform.table(view.name) for view in platform.views}
    for kind in kinds(platform, streams):
        if kind.name in views:
            continue
        told = Side(truth[kind.name].present, truth[kind.name].gone)
        side, rows = of_days(kind, told, rows_of.get(kind.name, []), before=before)
        compared = compare(kind, side, rows)
        for name in ("missing", "duplicated", "unexpected", "wrong"):
            getattr(found, name).extend(f"{kind.name} {what}" for what in getattr(compared, name))
        if compared.missing:
            marked = {kind.key_in(row) for row in rows if row.get("_deleted_at") is not None}
            keys = [kind.key_of(record) for record in side.present]
            gone = {"/".join(map(str, key)) for key in keys if key in marked}
            found.wrongly_gone.extend(f"{kind.name} {what}" for what in compared.missing if what in gone)
    return found
