"""gRPC glue: an engine's methods served under the names and message types of a Google service.

Google's Python packages bring clients and message types but no server side, so each service is
registered by name. The raw protobuf classes behind proto-plus are used throughout: the bytes on the
wire are the same, and they are an order of magnitude quicker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import grpc

from infra.local.refusal import Refusal

# A protobuf message. proto-plus makes these classes at run time, where no type checker can see them.
Proto: TypeAlias = Any


Answerer: TypeAlias = Callable[[Proto, grpc.ServicerContext], Proto]


@dataclass(frozen=True)
class Method:
    """One remote procedure: what it takes, and who answers."""

    request: Proto  # the protobuf class
    answer: Answerer  # gives a message, an iterator of them, or None: empty
    streams_in: bool = False
    streams_out: bool = False


def methods(table: Mapping[str, tuple[Proto, Answerer]], streams_out: bool = False) -> dict[str, Method]:
    """Procedures by name, of the proto-plus class that each takes and who answers."""
    return {name: Method(request.pb(), answer, streams_out=streams_out) for name, (request, answer) in table.items()}


def serve(service: str, methods: dict[str, Method]) -> grpc.GenericRpcHandler:
    """The handler of one service, to be added to a gRPC server."""
    handlers = {name: _handler(method) for name, method in methods.items()}
    return grpc.method_handlers_generic_handler(service, handlers)


def _handler(method: Method) -> grpc.RpcMethodHandler:
    if method.streams_in:
        make, behaviour = grpc.stream_stream_rpc_method_handler, _streamed(method.answer)
    elif method.streams_out:
        make, behaviour = grpc.unary_stream_rpc_method_handler, _streamed(method.answer)
    else:
        make, behaviour = grpc.unary_unary_rpc_method_handler, _single(method.answer)
    return make(behaviour, method.request.FromString, _to_bytes)


def _single(answer: Answerer) -> Callable[..., Proto]:
    def call(request: Proto, context: grpc.ServicerContext) -> Proto:
        try:
            return answer(request, context)
        except Refusal as refusal:
            context.abort(grpc.StatusCode[refusal.status], refusal.text)

    return call


def _streamed(answer: Answerer) -> Callable[..., Iterator[Proto]]:
    def call(request: Proto, context: grpc.ServicerContext) -> Iterator[Proto]:
        try:
            yield from answer(request, context)
        except Refusal as refusal:
            context.abort(grpc.StatusCode[refusal.status], refusal.text)

    return call


def _to_bytes(message: Proto | None) -> bytes:
    """The bytes of an answer; those of google.protobuf.Empty, which None stands for, are none."""
    if message is None:
        return b""
    serialised: bytes = message.SerializeToString()
    return serialised
