"""The SQL that puts a batch into its tables: plain GoogleSQL, one script, one transaction.

*History* holds every reading that says something else than the event before it, and every sweep of a row.
*Current* holds the newest reading of each row, and since when it is gone. Usually a batch holds readings newer than
all that is there: then the current row says what came before them, and history need not be read. A batch that may be
late, or done again, has history read, and fits in between. Either way the outcome depends on what was read and
when, so doing a batch again, on its own or with others, changes nothing.

Two readings say the same when their digests are the same. Where rows may be whose digests an earlier release made, in
another way, it is their values that are compared; so a new way of making digests makes no row a changed one.

BigQuery charges at least 10 MiB for every table that a statement names, which is most of what a small client costs. So
whether a batch may be late is known from the table's labels (`Tables.reach`) instead of asked here, and so is whether
digests are alike. A batch that is small is read once, into a variable of the script, and a sweep first looks whether
there is anything to mark, because mostly there is not (in a small table, before this is asked at all).
"""

# ruff: noqa: S608  every name and constant in the SQL has passed `names` or `schema.check`

from __future__ import annotations

from collections.abc import Callable, Iterable

from shared.warehouse import names
from shared.warehouse.names import quoted
from shared.warehouse.schema import GONE, identity, staged
from shared.warehouse.spec import Load, Sweep, TableSpec

_ORDER = ("_synced_at", "_page", "_line")  # of readings; two readings never share all three
_HELD = "batch"  # the variable that holds a small batch


def apply(
    project: str, load: Load, *, late: bool = True, again: bool = True, older: bool = True, small: bool = False
) -> str:
    """The whole batch as one script. `late`: a reading may be older than what is there. `again`: some of the batch may
    have been applied before. `older`: rows may be there whose digests were made in another way than today's. Whoever
    cannot rule them out says yes: that is always right, and reads more. `small`: what is staged fits into a variable,
    which BigQuery lets hold 1 MB."""
    steps = ["BEGIN TRANSACTION"]
    if load.objects:
        changes = add_late_changes if late else add_changes
        rows = [changes(project, load, older=older), merge(project, load)]
        staging = _staging(project, load)
        if small:
            steps.insert(0, f"DECLARE {_HELD} DEFAULT (SELECT ARRAY_AGG(s) FROM {staging} AS s)")
            rows = [step.replace(staging, f"UNNEST({_HELD})") for step in rows]
        steps += rows
    if load.sweeps:
        marked = [add_vanished(project, load, again=again), mark_vanished(project, load)]
        steps += [f"IF {some_vanished(project, load)} THEN\n{marked[0]}", marked[1], "END IF"]
    return ";\n".join([*steps, "COMMIT TRANSACTION"]) + ";\n"


def add_changes(project: str, load: Load, *, older: bool = True) -> str:
    """Append to history each reading that differs from the one before it, which is in the batch or the current row."""
    said = _said(load, older)
    columns = [column.name for column in staged(load.table)]
    return f"""\
INSERT INTO {_history(project, load)} ({_list(columns)})
SELECT {_list(columns, "s")}
FROM (
  SELECT *, LAG({said("b")}) OVER (PARTITION BY {_list(identity(load.table))} ORDER BY {_list(_ORDER)}) AS _before
  FROM {_staging(project, load)} AS b
) AS s
LEFT JOIN {_current(project, load)} AS c
ON {_ours(load)} AND {_same(load.table, "c", "s")}
WHERE COALESCE(s._before, IF(c._deleted_at IS NULL, {said("c")}, ''), '') != {said("s")}"""


def add_late_changes(project: str, load: Load, *, older: bool = True) -> str:
    """Append late readings to history, each compared with the one before it of all that are known of the row.

    The current row takes part: a late reading before it may have made it a change. A reading that history holds
    already stands right before itself here, says the same, and is left out.
    """
    table, staging, history = load.table, _staging(project, load), _history(project, load)
    columns, row, said = [column.name for column in staged(table)], _list(identity(table)), _said(load, older)
    return f"""\
INSERT INTO {history} ({_list(columns)})
WITH reading AS (
  SELECT {_list(columns)}
  FROM {staging}
  UNION ALL
  SELECT {_list(columns, "c")}
  FROM {_current(project, load)} AS c
  WHERE {_ours(load)}
    AND EXISTS (SELECT 1 FROM {staging} AS b WHERE {_same(table, "b", "c")})
    AND NOT EXISTS (SELECT 1 FROM {staging} AS b WHERE b._page = c._page AND b._line = c._line)
)
SELECT {_list(columns, "r")}
FROM reading AS r
JOIN (
  SELECT _page, _line
  FROM (
    SELECT _page, _line, _says, _new,
      LAG(_says) OVER (PARTITION BY {row} ORDER BY _synced_at, _there, _page, _line, _new) AS _before
    FROM (
      SELECT {row}, {_list(_ORDER)}, {said("n")} AS _says, TRUE AS _there, TRUE AS _new
      FROM reading AS n
      UNION ALL
      SELECT {_list(identity(table), "h")}, {_list(_ORDER, "h")},
        IF(h._deleted_at IS NULL, {said("h")}, '') AS _says, h._deleted_at IS NULL AS _there, FALSE AS _new
      FROM {history} AS h
      WHERE h.connection_id IN ({_constants(load.connections)})
        AND EXISTS (SELECT 1 FROM {staging} AS b WHERE {_same(table, "b", "h")})
    )
  )
  WHERE _new AND COALESCE(_before, '') != _says
) AS change
ON change._page = r._page AND change._line = r._line"""


def merge(project: str, load: Load) -> str:
    table = load.table
    columns = [column.name for column in staged(table)]
    values = [f"{quoted(name)} = s.{quoted(name)}" for name in columns if name not in identity(table)]
    newest = ", ".join(f"{quoted(name)} DESC" for name in _ORDER)
    return f"""\
MERGE INTO {_current(project, load)} AS c
USING (
  SELECT *
  FROM {_staging(project, load)}
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (PARTITION BY {_list(identity(table))} ORDER BY {newest}) = 1
) AS s
ON {_ours(load)} AND {_same(table, "c", "s")}
WHEN MATCHED AND {_newer(">=")} THEN UPDATE SET
  {", ".join(values)}, _deleted_at = IF(c._deleted_at > s._synced_at, c._deleted_at, NULL)
WHEN NOT MATCHED THEN INSERT ({_list(columns)}) VALUES ({_list(columns, "s")})"""


def some_vanished(project: str, load: Load) -> str:
    """Whether there is a row to mark."""
    return f"EXISTS (SELECT 1 FROM {_current(project, load)} AS c WHERE {_unseen(load)})"


def add_vanished(project: str, load: Load, *, again: bool = True) -> str:
    """Append to history that a row is gone, with the first sweep that was begun after its newest reading. A row that is
    marked already gets no second entry; `again`: history is asked, too, where the marks may have been lost."""
    columns = [column.name for column in (*staged(load.table), *GONE)]
    said = {"_synced_at": "c._gone_at", "_page": "c._gone_by", "_deleted_at": "c._gone_at"}
    values = ", ".join(said.get(name, f"c.{quoted(name)}") for name in columns)
    moments = ", ".join(sorted({names.moment(sweep.before) for sweep in load.sweeps}))  # constants, as below
    told = f"""
WHERE NOT EXISTS (
  SELECT 1 FROM {_history(project, load)} AS h
  WHERE h._synced_at IN ({moments})
    AND h._synced_at = c._gone_at AND h._page = c._gone_by AND {_same(load.table, "h", "c")}
)"""
    return f"""\
INSERT INTO {_history(project, load)} ({_list(columns)})
SELECT {values}
FROM (
  SELECT *, {_by_first(load, lambda sweep: names.moment(sweep.before))} AS _gone_at,
    {_by_first(load, lambda sweep: names.text(sweep.page))} AS _gone_by
  FROM {_current(project, load)} AS c
  WHERE {_unseen(load)}
) AS c{told if again else ""}"""


def mark_vanished(project: str, load: Load) -> str:
    return f"""\
UPDATE {_current(project, load)} AS c
SET _deleted_at = {_by_first(load, lambda sweep: names.moment(sweep.before))}
WHERE {_unseen(load)}"""


def _said(load: Load, older: bool) -> Callable[[str], str]:
    """What a reading says, as a text that is never empty: its digest; or, beside digests of other kinds, all of it."""
    if not older:
        return lambda alias: f"{alias}._hash"
    own = [column.name for column in load.table.columns if column.name not in identity(load.table)]
    return lambda alias: f"TO_JSON_STRING(STRUCT({_list([*own, '_extra'], alias)}))"


def _current(project: str, load: Load) -> str:
    return names.address(project, names.raw(load.workspace), names.table_name(load.table.name))


def _history(project: str, load: Load) -> str:
    return names.address(project, names.history(load.workspace), names.table_name(load.table.name))


def _staging(project: str, load: Load) -> str:
    return names.address(project, names.STAGING, names.staging_table(load.workspace, load.table.name, load.batch))


def _ours(load: Load) -> str:
    """Constants, so that BigQuery reads the blocks of these connections only."""
    return f"c.connection_id IN ({_constants(load.connections)})"


def _newer(line: str) -> str:
    return (
        "(s._synced_at > c._synced_at OR (s._synced_at = c._synced_at "
        f"AND (s._page > c._page OR (s._page = c._page AND s._line {line} c._line))))"
    )


def _by_first(load: Load, value: Callable[[Sweep], str]) -> str:
    """Of a row that some sweep did not see: what the first of them says."""
    if len(load.sweeps) == 1:
        return value(load.sweeps[0])
    cases = "\n    ".join(f"WHEN {_by(sweep)} THEN {value(sweep)}" for sweep in load.sweeps)
    return f"CASE\n    {cases}\n  END"


def _unseen(load: Load) -> str:
    """The rows that some sweep marks. The account and the days are constants, by which BigQuery leaves out blocks."""
    some = "\n    OR ".join(f"({_by(sweep)})" for sweep in load.sweeps)
    return f"c._deleted_at IS NULL AND ({some})"


def _by(sweep: Sweep) -> str:
    unseen = f"c.connection_id = {names.text(sweep.connection)} AND c._synced_at < {names.moment(sweep.before)}"
    if not sweep.column:
        return unseen
    days = f"DATE '{sweep.first.isoformat()}' AND DATE '{sweep.last.isoformat()}'"
    return f"{unseen} AND c.{quoted(sweep.column)} BETWEEN {days}"


def _same(table: TableSpec, one: str, other: str) -> str:
    """A part of the key that a row may be without is compared as a value is; so is one that an older release did not
    know as a part of it."""
    return " AND ".join(
        f"{one}.{quoted(name)} {'IS NOT DISTINCT FROM' if name in table.may_lack else '='} {other}.{quoted(name)}"
        for name in identity(table)
    )


def _list(columns: Iterable[str], alias: str = "") -> str:
    return ", ".join(f"{alias}.{quoted(name)}" if alias else quoted(name) for name in columns)


def _constants(values: Iterable[str]) -> str:
    return ", ".join(names.text(value) for value in sorted(set(values)))
