"""Pub/Sub, Firestore and Secret Manager on one port of this machine.

    stand_in = start(folder=Path(".local/cloud"))
    os.environ.update(stand_in.environment())
    ...
    stand_in.stop()

or, in a process of its own: `python -m infra.local.google --folder .local/cloud --port 8085`.
"""

from __future__ import annotations

import argparse
import signal
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import grpc

from infra.local.firestore import service as firestore_service
from infra.local.firestore.engine import Firestore
from infra.local.identity import CertificateServer, Identity, identity
from infra.local.persistence import keeping
from infra.local.pubsub import service as pubsub_service
from infra.local.pubsub.engine import PubSub
from infra.local.pubsub.push import Poster, Pusher
from infra.local.secrets import SecretManager
from infra.local.secrets_service import handler as secrets_handler

# A call may wait (a pull, a lock), and each keeps a thread; the pool only grows when it must.
_THREADS = 256
_LARGEST_MESSAGE = 32 * 1024 * 1024


@dataclass(frozen=True)
class GoogleStandIn:
    """The running stand-ins, with their engines for whoever wants to look inside."""

    address: str
    certs_url: str
    firestore: Firestore
    pubsub: PubSub
    secrets: SecretManager
    identity: Identity
    _server: grpc.Server
    _pusher: Pusher
    _certificates: CertificateServer

    def environment(self) -> dict[str, str]:
        """The variables by which Google's clients, and our own stores, find the stand-ins."""
        return {
            "PUBSUB_EMULATOR_HOST": self.address,
            "FIRESTORE_EMULATOR_HOST": self.address,
            "SECRET_MANAGER_EMULATOR_HOST": self.address,
        }

    def stop(self) -> None:
        """Stop serving. What was acknowledged is kept, when there is a folder."""
        self._pusher.stop()
        self._server.stop(grace=0).wait()
        self._certificates.stop()
        for engine in (self.firestore, self.pubsub, self.secrets):
            engine.close()


def start(
    folder: Path | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    certs_port: int = 0,
    *,
    ttl: Mapping[str, str] | None = None,
    push_limit: int = 16,
    lock_patience: float = 1.0,
    pull_patience: float = 2.0,
) -> GoogleStandIn:
    """Start all three; in memory, or kept in a folder. Port 0 means a free one.

    `ttl` names, per collection group, the field after which its documents may be swept; `push_limit`
    bounds the pushes under way per subscription; for the patiences see the engines.
    """
    firestore = Firestore(keeping(folder, "firestore"), lock_patience=lock_patience, ttl=dict(ttl or {}))
    pubsub = PubSub(keeping(folder, "pubsub"), push_limit=push_limit)
    secrets = SecretManager(keeping(folder, "secrets"))
    server = grpc.server(
        ThreadPoolExecutor(_THREADS, thread_name_prefix="google"),
        handlers=[
            firestore_service.handler(firestore),
            *pubsub_service.handlers(pubsub, pull_patience),
            secrets_handler(secrets),
        ],
        options=[
            ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
            ("grpc.max_send_message_length", _LARGEST_MESSAGE),
            ("grpc.so_reuseport", 0),  # two servers on one port would share its calls by chance
        ],
    )
    bound = server.add_insecure_port(f"{host}:{port}")
    server.start()
    signer = identity(folder)
    certificates = CertificateServer(signer, host, certs_port)
    return GoogleStandIn(
        address=f"{host}:{bound}",
        certs_url=certificates.url,
        firestore=firestore,
        pubsub=pubsub,
        secrets=secrets,
        identity=signer,
        _server=server,
        _pusher=Pusher(pubsub, Poster(signer)),
        _certificates=certificates,
    )


def main() -> None:
    """Run until interrupted; prints the environment as shell commands first."""
    parser = argparse.ArgumentParser(description="Pub/Sub, Firestore and Secret Manager on this machine")
    parser.add_argument("--folder", type=Path, help="where to keep the state (default: in memory)")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--certs-port", type=int, default=0)
    chosen = parser.parse_args()
    # Waited for, not handled: a handler that sets an event can meet the very lock its main thread waits with.
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    stand_in = start(chosen.folder, chosen.host, chosen.port, chosen.certs_port)
    for name, value in stand_in.environment().items():
        print(f"export {name}={value}")
    print(f"# certificates of the push identity: {stand_in.certs_url}", flush=True)
    signal.sigwait(ends)
    stand_in.stop()


if __name__ == "__main__":
    main()
