"""google.firestore.v1.Firestore over gRPC: requests in, the engine's answers out."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence

import grpc
from google.cloud.firestore_v1.types import firestore as types
from google.cloud.firestore_v1.types import write as write_types

from infra.local.firestore import queries, writes
from infra.local.firestore.aggregation import aggregate
from infra.local.firestore.documents import Stored
from infra.local.firestore.engine import Firestore
from infra.local.firestore.values import FieldPath, field_path
from infra.local.refusal import Refusal, invalid, not_found, uncovered
from infra.local.wire import Proto, methods, serve

_Write: Proto = write_types.Write.pb()
_WriteResult: Proto = write_types.WriteResult.pb()
_SERVICE = "google.firestore.v1.Firestore"
_DEFAULT_PAGE = 300


def handler(engine: Firestore) -> grpc.GenericRpcHandler:
    """The service, to be added to a gRPC server."""
    service = _Service(engine)
    unary = {
        "GetDocument": (types.GetDocumentRequest, service.get_document),
        "ListDocuments": (types.ListDocumentsRequest, service.list_documents),
        "CreateDocument": (types.CreateDocumentRequest, service.create_document),
        "UpdateDocument": (types.UpdateDocumentRequest, service.update_document),
        "DeleteDocument": (types.DeleteDocumentRequest, service.delete_document),
        "BeginTransaction": (types.BeginTransactionRequest, service.begin_transaction),
        "Commit": (types.CommitRequest, service.commit),
        "Rollback": (types.RollbackRequest, service.rollback),
        "ListCollectionIds": (types.ListCollectionIdsRequest, service.list_collection_ids),
        "BatchWrite": (types.BatchWriteRequest, service.batch_write),
    }
    streamed = {
        "BatchGetDocuments": (types.BatchGetDocumentsRequest, service.batch_get_documents),
        "RunQuery": (types.RunQueryRequest, service.run_query),
        "RunAggregationQuery": (types.RunAggregationQueryRequest, service.run_aggregation_query),
    }
    return serve(_SERVICE, methods(unary) | methods(streamed, streams_out=True))


class _Service:
    """One method per remote procedure."""

    def __init__(self, engine: Firestore) -> None:
        self._engine = engine

    # One document

    def get_document(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        [found] = self._engine.get(_database(request.name), [request.name], request.transaction, _at(request))
        if found is None:
            raise not_found(f'Document "{request.name}" not found.')
        return queries.project(found, _mask(request))

    def create_document(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        name = f"{request.parent}/{request.collection_id}/{request.document_id or secrets.token_hex(10)}"
        write = _Write(update=request.document, current_document={"exists": False})
        write.update.name = name
        return self._write_one(write, request)

    def update_document(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        write = _Write(update=request.document)
        if request.HasField("update_mask"):
            write.update_mask.CopyFrom(request.update_mask)
        if request.HasField("current_document"):
            write.current_document.CopyFrom(request.current_document)
        return self._write_one(write, request)

    def delete_document(self, request: Proto, context: grpc.ServicerContext) -> None:
        write = _Write(delete=request.name, current_document=request.current_document)
        self._engine.commit(_database(request.name), [write])

    def _write_one(self, write: Proto, request: Proto) -> Proto:
        committed = self._engine.commit(_database(write.update.name), [write])
        return queries.project(Stored(committed.outcomes[0].document), _mask(request))

    # Lists

    def list_documents(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        if request.order_by not in ("", "__name__", "__name__ asc"):
            raise uncovered("Documents are listed by name only; use a query for another order.")
        names = self._engine.names(
            f"{request.parent}/{request.collection_id}", missing=request.show_missing, at=_at(request)
        )
        page, token = _page(names, request, _DEFAULT_PAGE)
        stored = self._engine.get(_database(request.parent), page, request.transaction, _at(request))
        response = types.ListDocumentsResponse.pb()(next_page_token=token)
        for name, found in zip(page, stored, strict=True):
            shown = queries.project(found, _mask(request)) if found else writes.Document(name=name)
            response.documents.append(shown)
        return response

    def list_collection_ids(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        page, token = _page(self._engine.collection_ids(request.parent, _at(request)), request, 1000)
        return types.ListCollectionIdsResponse.pb()(collection_ids=page, next_page_token=token)

    # Transactions and commits

    def begin_transaction(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        return types.BeginTransactionResponse.pb()(transaction=self._begin(request.options))

    def commit(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        committed = self._engine.commit(request.database, request.writes, request.transaction)
        response = types.CommitResponse.pb()()
        response.commit_time.FromMicroseconds(committed.micros)
        response.write_results.extend(_result(outcome) for outcome in committed.outcomes)
        return response

    def rollback(self, request: Proto, context: grpc.ServicerContext) -> None:
        self._engine.rollback(request.transaction)

    def batch_write(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        response = types.BatchWriteResponse.pb()()
        for each in self._engine.write_each(request.database, request.writes):
            if isinstance(each, Refusal):
                code: int = grpc.StatusCode[each.status].value[0]
                response.write_results.append(_WriteResult())
                response.status.add(code=code, message=each.text)
            else:
                response.write_results.append(_result(each.outcomes[0]))
                response.status.add()
        return response

    # Reads that stream

    def batch_get_documents(self, request: Proto, context: grpc.ServicerContext) -> Iterator[Proto]:
        transaction, begun = self._transaction(request)
        answer = types.BatchGetDocumentsResponse.pb()
        names = list(dict.fromkeys(request.documents))
        stored = self._engine.get(request.database, names, transaction, _at(request))
        moment = self._engine.moment(transaction, _at(request))
        if begun:
            yield answer(transaction=begun)
        for name, found in zip(names, stored, strict=True):
            response = answer(found=queries.project(found, _mask(request))) if found else answer(missing=name)
            response.read_time.FromMicroseconds(moment)
            yield response

    def run_query(self, request: Proto, context: grpc.ServicerContext) -> Iterator[Proto]:
        transaction, begun = self._transaction(request)
        answer = types.RunQueryResponse.pb()
        structured = request.structured_query
        found = self._engine.query(request.parent, structured, transaction, _at(request))
        moment = self._engine.moment(transaction, _at(request))
        if begun:
            yield answer(transaction=begun)
        fields = queries.read(request.parent, structured).fields
        for stored in found:
            response = answer(document=queries.project(stored, fields))
            response.read_time.FromMicroseconds(moment)
            yield response
        if not found:
            response = answer()
            response.read_time.FromMicroseconds(moment)
            yield response

    def run_aggregation_query(self, request: Proto, context: grpc.ServicerContext) -> Iterator[Proto]:
        transaction, begun = self._transaction(request)
        asked = request.structured_aggregation_query
        found = self._engine.query(request.parent, asked.structured_query, transaction, _at(request))
        response = types.RunAggregationQueryResponse.pb()(transaction=begun)
        for number, each in enumerate(asked.aggregations):
            alias = each.alias or f"field_{number + 1}"
            response.result.aggregate_fields[alias].CopyFrom(aggregate(each, found))
        response.read_time.FromMicroseconds(self._engine.moment(transaction, _at(request)))
        yield response

    def _transaction(self, request: Proto) -> tuple[bytes, bytes]:
        """The transaction a read is in, and its id again when the read itself began it."""
        if "explain_options" in request.DESCRIPTOR.fields_by_name and request.HasField("explain_options"):
            raise uncovered("Explaining queries is outside what this stand-in covers.")
        if request.WhichOneof("consistency_selector") == "new_transaction":
            begun = self._begin(request.new_transaction)
            return begun, begun
        return request.transaction, b""

    def _begin(self, options: Proto) -> bytes:
        if options.WhichOneof("mode") == "read_only":
            return self._engine.begin(read_only=True, at=_at(options.read_only))
        return self._engine.begin(options.read_write.retry_transaction)


def _database(name: str) -> str:
    """`projects/p/databases/d` of a name within it."""
    parts = name.split("/")
    if len(parts) < 5 or parts[0] != "projects" or parts[2] != "databases" or parts[4] != "documents":
        raise invalid(f'"{name}" is not within a database.')
    return "/".join(parts[:4])


def _at(request: Proto) -> int | None:
    micros: int = request.read_time.ToMicroseconds()
    return micros if request.HasField("read_time") else None


def _mask(request: Proto) -> Sequence[FieldPath] | None:
    return [field_path(path) for path in request.mask.field_paths] if request.HasField("mask") else None


def _page(items: list[str], request: Proto, default: int) -> tuple[list[str], str]:
    """One page of a sorted list; the token is the last item given."""
    if request.page_token:
        key = request.page_token.split("/")
        items = [item for item in items if item.split("/") > key]
    size = request.page_size or default
    return items[:size], items[size - 1] if len(items) > size else ""


def _result(outcome: writes.Outcome) -> Proto:
    result = _WriteResult(transform_results=outcome.transform_results)
    if outcome.document is not None:
        result.update_time.CopyFrom(outcome.document.update_time)
    return result
