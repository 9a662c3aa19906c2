"""shared/sync/edition.py: a digest of the marts, the tables they read, and who is given access to these."""

from __future__ import annotations

import json
from hashlib import blake2b

from shared.marts import statements
from shared.marts.deploy import sources
from shared.marts.files import all_marts
from shared.model import Workspace
from shared.opening import access
from shared.stores.bigquery_tables import fields
from shared.warehouse import schema, views

SAMPLE = Workspace("sample", "Sample", currency="EUR")


def edition() -> str:
    told: list[object] = [statements.statement("project", SAMPLE, mart) for mart in all_marts()]
    for table, entries in sources(all_marts()):
        told.append([table.name, [each.to_api_repr() for each in fields(schema.kept(table))]])
        told += [views.create("project", SAMPLE.id, view) for view in entries]
    told.append(access.ROWS)
    return blake2b(json.dumps(told, sort_keys=True).encode(), digest_size=8).hexdigest()


def page() -> str:
    return f'''"""Which release the marts of a workspace are of. Made by `python -m infra.tools.docs`.

It changes with the marts, the tables that they read, and who is given access to them: then the tick has every
workspace looked at once more (`openings`).
"""

EDITION = "{edition()}"
'''
