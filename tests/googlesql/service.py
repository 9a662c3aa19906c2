"""GoogleSQL's analyzer at work: one server of its own, asked to analyze a statement, or to answer a question."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import grpc

from tests.googlesql import language, values
from tests.googlesql.installed import Installed
from tests.googlesql.protocol import Protocol

Columns = Sequence[tuple[str, str]]  # names and types
Tables = Mapping[str, Columns]
Rows = Sequence[Mapping[str, Any]]
PATIENCE = 120.0  # seconds


class Refused(Exception):
    """What GoogleSQL says of a statement that it does not accept, or cannot answer."""


@dataclass(frozen=True)
class Service:
    protocol: Protocol
    channel: Any
    options: Any  # of the language, in words of the protocol

    def columns(self, sql: str, tables: Tables) -> Columns:
        """Names and types of what a query gives; of another statement nothing. Refused where it is not GoogleSQL."""
        answer = self._ask(
            "Analyze",
            self.protocol.message(
                "local_service.AnalyzeRequest",
                sql_statement=sql, options=self.options, simple_catalog=self._catalog(tables),
            ),
        )  # fmt: skip
        listed = answer.resolved_statement.resolved_query_stmt_node.output_column_list
        return [(each.name, values.read_type(self.protocol, each.column.type)) for each in listed]

    def rows(self, sql: str, tables: Tables, held: Mapping[str, Rows]) -> list[dict[str, Any]]:
        """What the reference implementation answers, where these rows stand in these tables."""
        request = self.protocol.message(
            "local_service.EvaluateQueryRequest",
            sql=sql, options=self.options, simple_catalog=self._catalog(tables),
        )  # fmt: skip
        for name, columns in tables.items():
            content = request.table_content[name].table_data
            content.SetInParent()
            for row in held.get(name, ()):
                cells = (values.write(self.protocol, kind, row.get(column)) for column, kind in columns)
                content.row.add().cell.extend(cells)
        answer = self._ask("EvaluateQuery", request)
        shown = [(each.name, values.read_type(self.protocol, each.type)) for each in answer.prepared.columns]
        return [
            {name: values.read(kind, cell) for (name, kind), cell in zip(shown, row.cell, strict=True)}
            for row in answer.content.table_data.row
        ]

    def _catalog(self, tables: Tables) -> Any:
        made = self.protocol.message("SimpleCatalogProto", name="project")
        made.builtin_function_options.language_options.CopyFrom(self.options.language_options)
        for name, columns in tables.items():
            table = made.table.add(name=name)
            for column, kind in columns:
                table.column.add(name=column, type=values.write_type(self.protocol, kind))
        return made

    def _ask(self, name: str, request: Any) -> Any:
        path, answer = self.protocol.call(name)
        call = self.channel.unary_unary(
            path, request_serializer=lambda asked: asked.SerializeToString(), response_deserializer=answer.FromString
        )
        try:
            return call(request, timeout=PATIENCE)
        except grpc.RpcError as error:
            if error.code() in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
                raise  # the server's fault, not the statement's
            raise Refused(error.details()) from None


@contextmanager
def running(installed: Installed) -> Iterator[Service]:
    """A server at a free port of this machine, which ends with the block."""
    protocol = Protocol.read(installed.protocol)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    installed.server.chmod(0o755)
    server = subprocess.Popen(
        [installed.server, "localhost", str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        most = 1 << 30
        limits = [("grpc.max_send_message_length", most), ("grpc.max_receive_message_length", most)]
        with grpc.insecure_channel(f"localhost:{port}", options=limits) as channel:
            grpc.channel_ready_future(channel).result(timeout=PATIENCE)
            yield Service(protocol, channel, language.options(protocol))
    finally:
        server.terminate()
        server.wait()
