"""google.cloud.secretmanager.v1.SecretManagerService over gRPC."""

from __future__ import annotations

import grpc
from google.cloud.secretmanager_v1.types import service as types

from infra.local.secrets import DESTROYED, DISABLED, ENABLED, SecretManager, page
from infra.local.wire import Proto, methods, serve


def handler(engine: SecretManager) -> grpc.GenericRpcHandler:
    """The service, to be added to a gRPC server."""
    service = _Service(engine)
    unary = {
        "CreateSecret": (types.CreateSecretRequest, service.create_secret),
        "GetSecret": (types.GetSecretRequest, service.get_secret),
        "UpdateSecret": (types.UpdateSecretRequest, service.update_secret),
        "ListSecrets": (types.ListSecretsRequest, service.list_secrets),
        "DeleteSecret": (types.DeleteSecretRequest, service.delete_secret),
        "AddSecretVersion": (types.AddSecretVersionRequest, service.add_secret_version),
        "GetSecretVersion": (types.GetSecretVersionRequest, service.get_secret_version),
        "ListSecretVersions": (types.ListSecretVersionsRequest, service.list_secret_versions),
        "AccessSecretVersion": (types.AccessSecretVersionRequest, service.access_secret_version),
        "EnableSecretVersion": (types.EnableSecretVersionRequest, service.enable_secret_version),
        "DisableSecretVersion": (types.DisableSecretVersionRequest, service.disable_secret_version),
        "DestroySecretVersion": (types.DestroySecretVersionRequest, service.destroy_secret_version),
    }
    return serve("google.cloud.secretmanager.v1.SecretManagerService", methods(unary))


class _Service:
    """One method per remote procedure."""

    def __init__(self, engine: SecretManager) -> None:
        self._engine = engine

    def create_secret(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        return self._engine.create(request.parent, request.secret_id, request.secret)

    def get_secret(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        return self._engine.get(request.name)

    def update_secret(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        return self._engine.update(request.secret, request.update_mask)

    def list_secrets(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        found = self._engine.listed(request.parent, request.filter)
        secrets, token = page(found, request.page_size, request.page_token)
        return types.ListSecretsResponse.pb()(secrets=secrets, next_page_token=token, total_size=len(found))

    def delete_secret(self, request: Proto, context: grpc.ServicerContext) -> None:
        self._engine.delete(request.name, request.etag)

    def add_secret_version(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        payload = request.payload
        checksum = payload.data_crc32c if payload.HasField("data_crc32c") else None
        return self._engine.add_version(request.parent, payload.data, checksum)

    def get_secret_version(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        return self._engine.version(request.name)

    def list_secret_versions(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        found = self._engine.versions(request.parent, request.filter)
        versions, token = page(found, request.page_size, request.page_token)
        return types.ListSecretVersionsResponse.pb()(versions=versions, next_page_token=token, total_size=len(found))

    def access_secret_version(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        accessed = self._engine.access(request.name)
        response = types.AccessSecretVersionResponse.pb()(name=accessed.name)
        response.payload.data = accessed.data
        response.payload.data_crc32c = accessed.crc32c
        return response

    def enable_secret_version(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        return self._engine.set_state(request.name, ENABLED, request.etag)

    def disable_secret_version(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        return self._engine.set_state(request.name, DISABLED, request.etag)

    def destroy_secret_version(self, request: Proto, context: grpc.ServicerContext) -> Proto:
        return self._engine.set_state(request.name, DESTROYED, request.etag)
