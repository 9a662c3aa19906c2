"""bqemulator, brought nearer to BigQuery where the pipeline would notice, and made quick enough to try it at scale.

Each function below changes one habit of version 1.4.0, which is pinned; `tests/contract/test_warehouse.py` runs on it.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlglot
from bqemulator.api.routes import datasets, jobs
from bqemulator.api.routes.tables import _field_to_rest
from bqemulator.catalog import ddl_sync
from bqemulator.domain.errors import ResourceRef, resource_already_exists
from bqemulator.jobs import executor
from bqemulator.scripting import interpreter
from bqemulator.scripting.interpreter import ScriptInterpreter
from bqemulator.sql import inner_query
from bqemulator.sql.rewriter.row_access_filter import _Rewriter
from bqemulator.storage.engine import DuckDBEngine
from bqemulator.storage.sql_identifiers import quoted_table_ref
from bqemulator.storage.type_map import bq_schema_to_duckdb_columns
from bqemulator.versioning.snapshots import SnapshotManager

from shared.warehouse.names import STAGING

_LOOKERS = frozenset({
    "_capture_dml_snapshots",
    "_detect_catalog_drop",
    "_detect_create_schema",
    "_detect_plain_create_table",
    "_detect_plain_create_view",
    "_is_row_producing",
    "_parse_for_classification",
    "_parse_statement",
    "_reject_dml_on_immutable",
    "build_catalog_schema",
    "detect_drop_routine",
})  # fmt: skip
_STAGED = re.compile(rf"(?<=\.{STAGING}\.)[^`]+(?=`)")  # a table of one batch, as our SQL names it …
_TRANSLATED = re.compile(rf'(?<="{STAGING}"\.")[^"]+(?=")')  # … and as DuckDB's does
_SAME = "any_batch_of_it"
_TEMPORARY = re.compile(r"\s*CREATE\s+(?:OR\s+REPLACE\s+)?TEMP(?:ORARY)?\s+TABLE\s+(\w+)", re.IGNORECASE)
_ROWS_HELD = re.compile(r"DECLARE (\w+) DEFAULT \(SELECT ARRAY_AGG\(s\) FROM (`[^`]+`) AS s\);\s*")
_CHANGES = re.compile(
    r"\b(?:MERGE(?:\s+INTO)?|INSERT\s+INTO|DELETE\s+FROM|UPDATE|TRUNCATE\s+TABLE)\s+`([\w.-]+)`", re.IGNORECASE
)
_VIEW = re.compile(r"CREATE OR REPLACE VIEW `[^`.]+\.(\w+)\.\w+`")  # whose dataset is called like its workspace …
_TRANSLATED_VIEW = re.compile(r'CREATE OR REPLACE VIEW "[^"]+"\."(\w+)"\."\w+"')  # … in DuckDB's words
_ANYBODY = "any_workspace_of_it"
_LONGEST = 200_000  # characters of a statement worth remembering


def improve(emulator: Any, adopt: Callable[[str, bytes], None]) -> None:
    """Before it starts. `adopt` puts an object into the stand-in of Cloud Storage, by its address."""
    _take_safe_dates()  # before, because the next looks at who asks
    _parse_once()
    _translate_once()
    _translate_views_once()
    _look_at_views_once()
    _look_no_further_than_needed()
    _commit_at_once()
    _forget_the_past()
    _leave_views_alone()
    _take_an_id_once()
    _forget_temporary_tables()
    _read_batches_from_their_table()
    _hand_on_exports(adopt)
    _note_changes()
    _open_datasets_to_each_other()
    _make_a_dataset_once(emulator._catalog)
    _read_beside()
    _grow_with_catalog(emulator._catalog, emulator._engine)


def _parse_once() -> None:
    """It parses a statement some fifteen times, which is nine tenths of a small query. Now: once. Who only looks gets
    the tree itself, and who may change it a copy."""
    parse = sqlglot.parse_one

    @lru_cache(maxsize=24)
    def parsed(sql: str, options: tuple[tuple[str, Any], ...]) -> Any:
        return parse(sql, **dict(options))

    def parse_one(sql: str, **options: Any) -> Any:
        key = tuple(sorted(options.items()))
        try:
            hash(key)
        except TypeError:
            return parse(sql, **options)
        if len(sql) >= _LONGEST:
            return parse(sql, **options)
        looks = sys._getframe(1).f_code.co_name in _LOOKERS
        return parsed(_STAGED.sub(_SAME, sql), key) if looks else parsed(sql, key).copy()

    sqlglot.parse_one = parse_one  # type: ignore[assignment]  # it has overloads for types nobody asks for here


def _take_safe_dates() -> None:
    """It does not know SAFE before DATE. DuckDB's own DATE fails at no moment that a table can hold."""
    for name in ("parse_one", "parse", "transpile"):
        setattr(sqlglot, name, _without_safe(getattr(sqlglot, name)))


def _without_safe(read: Callable[..., Any]) -> Callable[..., Any]:
    def safely(sql: Any, *said: Any, **options: Any) -> Any:
        return read(sql.replace("SAFE.DATE(", "DATE(") if isinstance(sql, str) else sql, *said, **options)

    return safely


def _translate_once() -> None:
    """The batches of a table differ by the name of what is staged alone, and most of their time is translation."""
    translate, address = interpreter.rewrite_and_translate_statement, interpreter.rewrite_table_refs
    translated: dict[str, str] = {}
    addressed: dict[str, str] = {}

    async def rewrite_and_translate_statement(bq_sql: str, **more: Any) -> str:
        staged = _STAGED.search(bq_sql)
        if staged is None:
            return str(await translate(bq_sql, **more))
        same = bq_sql.replace(staged[0], _SAME)
        if same not in translated:
            translated[same] = str(await translate(bq_sql, **more)).replace(staged[0], _SAME)
        return translated[same].replace(_SAME, staged[0])

    def rewrite_table_refs(duckdb_sql: str, project_id: str) -> str:
        staged = _TRANSLATED.search(duckdb_sql)
        if staged is None:
            return str(address(duckdb_sql, project_id))
        same = duckdb_sql.replace(staged[0], _SAME)
        if same not in addressed:
            addressed[same] = str(address(duckdb_sql, project_id)).replace(staged[0], _SAME)
        return addressed[same].replace(_SAME, staged[0])

    interpreter.rewrite_and_translate_statement = rewrite_and_translate_statement
    interpreter.rewrite_table_refs = rewrite_table_refs


def _translate_views_once() -> None:
    """The marts of two workspaces differ by the name of the workspace alone."""
    translate, address = executor.rewrite_and_translate_statement, executor.rewrite_table_refs
    translated: dict[str, str] = {}
    addressed: dict[str, str] = {}

    async def rewrite_and_translate_statement(bq_sql: str, **more: Any) -> str:
        view = _VIEW.match(bq_sql)
        if view is None or "AVG(" in bq_sql.upper():  # which is translated by the types that it meets
            return str(await translate(bq_sql, **more))
        same = _of_anybody(bq_sql, view[1])
        if same in translated:
            return translated[same].replace(_ANYBODY, view[1])
        made = str(await translate(bq_sql, **more))
        _keep(translated, same, _of_anybody(made, view[1]))
        return made

    def rewrite_table_refs(duckdb_sql: str, project_id: str) -> str:
        view = _TRANSLATED_VIEW.match(duckdb_sql)
        if view is None:
            return str(address(duckdb_sql, project_id))
        same = _of_anybody(duckdb_sql, view[1])
        if same in addressed:
            return addressed[same].replace(_ANYBODY, view[1])
        made = str(address(duckdb_sql, project_id))
        _keep(addressed, same, _of_anybody(made, view[1]))
        return made

    executor.rewrite_and_translate_statement = rewrite_and_translate_statement
    executor.rewrite_table_refs = rewrite_table_refs


def _of_anybody(sql: str, workspace: str) -> str:
    """With the datasets of any workspace in it, and its id."""
    return re.sub(rf"(?:(?<=[\"'.])|(?<=__)){workspace}(?=(_raw|_history)?[\"'.])", _ANYBODY, sql)


def _keep(known: dict[str, str], asked: str, made: str) -> None:
    """Unless something else became called like the workspace, as a column, or a word of DuckDB's."""
    if asked.count(_ANYBODY) == made.count(_ANYBODY):
        known[asked] = made


def _look_at_views_once() -> None:
    """It opens a view that was made twice: for the types of its columns, and for which of them may not be empty. A view
    has none of these."""
    look = ddl_sync._column_notnull_map

    def may_not_be_empty(target: str, ctx: Any) -> dict[str, bool]:
        of_view = sys._getframe(2).f_code.co_name == "sync_created_view"
        return {} if of_view else dict(look(target, ctx))

    ddl_sync._column_notnull_map = may_not_be_empty


def _look_no_further_than_needed() -> None:
    """It looks up the type of every column for the sake of AVG, and opens every view: but what changes a table here
    reads tables alone."""
    types, views = inner_query.build_catalog_schema, inner_query.rewrite_for_row_access

    def build_catalog_schema(bq_sql: str, **more: Any) -> Any:
        return types(bq_sql, **more) if "AVG(" in bq_sql.upper() else {}

    def rewrite_for_row_access(bq_sql: str, **more: Any) -> Any:
        changes = bq_sql.lstrip().startswith(("INSERT INTO", "MERGE INTO", "UPDATE"))
        return bq_sql if changes else views(bq_sql, **more)

    inner_query.build_catalog_schema = build_catalog_schema
    inner_query.rewrite_for_row_access = rewrite_for_row_access


def _commit_at_once() -> None:
    """Its transactions copy every table they write, whole, and a kill leaves half of one. DuckDB's do neither."""

    async def begin_or_end(self: Any, word: str) -> None:
        if word == "BEGIN" and self._active_txn is None:
            self._ctx.engine.execute("BEGIN TRANSACTION")
            self._active_txn = {}
        elif word != "BEGIN":
            await end(self, word)

    async def end(self: Any, word: str) -> None:
        if self._active_txn is not None:
            self._active_txn = None
            self._ctx.engine.execute(word)

    async def commit(self: Any) -> None:
        await end(self, "COMMIT")

    async def roll_back(self: Any) -> None:
        await end(self, "ROLLBACK")

    async def copy_nothing(self: Any, sql: str) -> None:
        del self, sql

    ScriptInterpreter._handle_txn_statement = begin_or_end
    ScriptInterpreter._snapshot_dml_targets = copy_nothing
    ScriptInterpreter._drop_txn_snapshots = commit
    ScriptInterpreter._restore_txn_snapshots = roll_back


def _forget_the_past() -> None:
    """It copies a table after every load, for time travel, and keeps the copies a week."""

    def capture(self: Any, *table: str, kind: str = "AUTO") -> None:
        del self, table, kind

    SnapshotManager.capture = capture


def _leave_views_alone() -> None:
    """It writes the whole query of a view into each query that reads it, for the sake of row access policies, and goes
    over all of that a dozen times. Nobody here has such policies, and DuckDB knows the views itself."""

    def expand_view(self: Any, node: Any, **view: Any) -> bool:
        del self, node, view
        return False

    _Rewriter._expand_view = expand_view


def _take_an_id_once() -> None:
    """A job whose id is taken runs once more there. The service answers 409, and the pipeline rests on that."""
    load, query = jobs._handle_load_job_with_async_envelope, jobs._handle_query_job

    def check(project: str, job_id: str, ctx: Any) -> None:
        if ctx.catalog.get_job(project, job_id) is not None:
            raise resource_already_exists(ResourceRef("job", project, resource_id=job_id))

    async def handle_load(project: str, job_id: str, config: Any, ctx: Any) -> Any:
        check(project, job_id, ctx)
        return await load(project, job_id, config, ctx)

    async def handle_query(project: str, job_id: str, config: Any, *, ctx: Any, **more: Any) -> Any:
        check(project, job_id, ctx)
        return await query(project, job_id, config, ctx=ctx, **more)

    jobs._handle_load_job_with_async_envelope = handle_load
    jobs._handle_query_job = handle_query


def _forget_temporary_tables() -> None:
    """A temporary table ends with its script there as well; otherwise the next script would meet it."""
    run, execute = ScriptInterpreter.run, ScriptInterpreter._exec_sql

    async def execute_and_note(self: Any, sql: str) -> None:
        await execute(self, sql)
        if made := _TEMPORARY.match(sql):
            self.__dict__.setdefault("temporary", []).append(made[1])

    async def run_and_forget(self: Any, source: str) -> Any:
        try:
            return await run(self, source)
        finally:
            for name in self.__dict__.pop("temporary", []):
                self._ctx.engine.execute(f'DROP TABLE IF EXISTS temp."{name}"')

    ScriptInterpreter._exec_sql = execute_and_note
    ScriptInterpreter.run = run_and_forget


def _read_batches_from_their_table() -> None:
    """It knows no variable that holds rows. What such a variable was filled from does not change while a script runs,
    so here the rows are read from there each time."""
    run = ScriptInterpreter.run

    async def run_with_batches(self: Any, source: str) -> Any:
        for name, table in _ROWS_HELD.findall(source):
            source = source.replace(f"UNNEST({name})", table)
        return await run(self, _ROWS_HELD.sub("", source))

    ScriptInterpreter.run = run_with_batches


def _hand_on_exports(adopt: Callable[[str, bytes], None]) -> None:
    """EXPORT DATA writes files where objects lie, and nobody told the stand-in of Cloud Storage that they are there.
    What is cast to NUMERIC in it keeps three digits behind the point, and not nine."""
    read, write, resolve = executor.parse_export_data, executor.write_export, executor._resolve_uri

    def parse_export_data(sql: str) -> Any:
        request = read(sql)
        return request and replace(
            request, select_sql=request.select_sql.replace(" AS NUMERIC)", " AS NUMERIC(38, 9))")
        )

    def write_export(table: Any, options: Any, ctx: Any) -> Any:
        done = write(table, options, ctx)
        for uri in done.uris:
            adopt(uri, Path(resolve(uri, ctx)).read_bytes())
        return done

    executor.parse_export_data, executor.write_export = parse_export_data, write_export


def _note_changes() -> None:
    """It says of a table when it was made, and calls that its last change, and counts rows of loads only. What changes
    rows changes both."""
    load, query = jobs._handle_load_job_with_async_envelope, jobs._handle_query_job

    async def handle_load(project: str, job_id: str, config: Any, ctx: Any) -> Any:
        done = await load(project, job_id, config, ctx)
        into = config.get("load", {}).get("destinationTable", {})
        _touch(ctx, into.get("projectId", project), into.get("datasetId", ""), into.get("tableId", ""))
        return done

    async def handle_query(project: str, job_id: str, config: Any, *, ctx: Any, **more: Any) -> Any:
        done = await query(project, job_id, config, ctx=ctx, **more)
        for address in set(_CHANGES.findall(config.get("query", {}).get("query", ""))):
            with suppress(ValueError):  # a dataset without its project is of nobody here
                _touch(ctx, *address.split("."))
        return done

    jobs._handle_load_job_with_async_envelope = handle_load
    jobs._handle_query_job = handle_query


def _touch(ctx: Any, project: str, dataset: str, table: str) -> None:
    found = ctx.catalog.get_table(project, dataset, table)
    if found is not None:
        rows = ddl_sync._introspect_num_rows(project, dataset, table, ctx)
        ctx.catalog.update_table(found.model_copy(update={"last_modified_time": ctx.clock.now(), "num_rows": rows}))


def _open_datasets_to_each_other() -> None:
    """It takes the entry by which a dataset's views may look into another one for one without a name."""
    read, tell = datasets._rest_to_access_entry, datasets._access_entry_to_rest

    def rest_to_access_entry(raw: dict[str, Any]) -> Any:
        of = raw.get("dataset")
        return read({**raw, "dataset": of["dataset"]} if isinstance(of, dict) and "dataset" in of else raw)

    def access_entry_to_rest(entry: Any) -> dict[str, Any]:
        told = dict(tell(entry))
        return (
            {**told, "dataset": {"dataset": told["dataset"], "targetTypes": ["VIEWS"]}} if "dataset" in told else told
        )

    datasets._rest_to_access_entry, datasets._access_entry_to_rest = rest_to_access_entry, access_entry_to_rest


def _make_a_dataset_once(catalog: Any) -> None:
    """Whoever makes a dataset that there is gets it whole; the service answers 409."""
    create = catalog.create_dataset

    def create_dataset(meta: Any) -> Any:
        if catalog.get_dataset(meta.project_id, meta.dataset_id) is not None:
            raise resource_already_exists(ResourceRef("dataset", meta.project_id, meta.dataset_id))
        return create(meta)

    catalog.create_dataset = create_dataset


def _read_beside() -> None:
    """Rows are listed in other threads than statements run in, on one connection of DuckDB, which holds one result: who
    asked first got what somebody else asked for. Each of these threads has a connection of its own to the tables."""
    statements, own, there = threading.get_ident(), threading.local(), DuckDBEngine.connection

    def connection(self: Any) -> Any:
        shared = there.fget(self)
        if threading.get_ident() == statements:
            return shared
        if getattr(own, "of", None) is not shared:
            own.of, own.connection = shared, shared.cursor()
            own.connection.execute("SET TimeZone = 'UTC'")
        return own.connection

    DuckDBEngine.connection = property(connection)


def _grow_with_catalog(catalog: Any, engine: Any) -> None:
    """`tables.patch` with new columns changes its catalogue only. Now the table grows as well."""
    note = catalog.update_table

    def update_table(meta: Any) -> Any:
        old = catalog.get_table(meta.project_id, meta.dataset_id, meta.table_id)
        if old is not None and meta.table_type == "TABLE" and old.schema_ != meta.schema_:
            known = {field.name for field in old.schema_.fields}
            new = [_field_to_rest(field) for field in meta.schema_.fields if field.name not in known]
            table = quoted_table_ref(meta.project_id, meta.dataset_id, meta.table_id)
            for name, kind in bq_schema_to_duckdb_columns(new):
                engine.execute(f'ALTER TABLE {table} ADD COLUMN IF NOT EXISTS "{name}" {kind}')
        return note(meta)

    catalog.update_table = update_table
