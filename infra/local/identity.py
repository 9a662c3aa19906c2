"""Who signs pushes and calls: OIDC tokens as Google's, under a key of our own, and the certificates to check them.

The certificates are served as `{key id: X.509 certificate in PEM}`, the format of
https://www.googleapis.com/oauth2/v1/certs, which google-auth checks without further packages (the other
format it knows, JWK, needs PyJWT). So `google.oauth2.id_token.verify_token(token, request,
audience=..., certs_url=...)` accepts these tokens once `certs_url` is ours.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from google.auth import crypt, jwt

ISSUER = "https://accounts.google.com"
CALLER = "functions@local.iam.gserviceaccount.com"  # whom all functions of this machine are, where they call others
CERTIFICATES = "/oauth2/v1/certs"
TOKEN = "/computeMetadata/v1/instance/service-accounts/default/identity"  # where a function gets a token of itself
_LIFETIME = 3600


class Identity:
    """A signing key, and what is made with it."""

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        certificate = _certificate(key)
        self.key_id = certificate.fingerprint(hashes.SHA256()).hex()[:40]
        self._certificate = certificate.public_bytes(serialization.Encoding.PEM).decode()
        self._signer = crypt.RSASigner.from_string(pem, self.key_id)

    def token(self, email: str, audience: str, now: float) -> str:
        """The ID token of a service account for an audience; good for an hour."""
        subject = _subject(email)
        claims = {
            "iss": ISSUER,
            "aud": audience,
            "azp": subject,
            "sub": subject,
            "email": email,
            "email_verified": True,
            "iat": int(now),
            "exp": int(now) + _LIFETIME,
        }
        encoded: bytes = jwt.encode(self._signer, claims)
        return encoded.decode()

    def certificates(self) -> dict[str, str]:
        """What to check tokens with."""
        return {self.key_id: self._certificate}

    def app(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """A WSGI application: the certificates, and, as Google's machines have it, a token for whoever runs here."""
        path, asked = environ.get("PATH_INFO", ""), parse_qs(environ.get("QUERY_STRING", ""))
        status, kind, body = "404 Not Found", "text/plain", b""
        if path == CERTIFICATES:
            status, kind, body = "200 OK", "application/json", json.dumps(self.certificates()).encode()
        elif path == TOKEN and environ.get("HTTP_METADATA_FLAVOR") == "Google" and asked.get("audience"):
            status, body = "200 OK", self.token(CALLER, asked["audience"][0], time.time()).encode()
        headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Metadata-Flavor", "Google")]
        start_response(status, headers)
        return [body]


def identity(folder: Path | None = None) -> Identity:
    """A new identity; with a folder, the one kept there, so that a restart does not change the key."""
    kept = folder / "identity.pem" if folder else None
    if kept is not None and kept.exists():
        key = serialization.load_pem_private_key(kept.read_bytes(), password=None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise ValueError("The kept identity is no RSA key.")
        return Identity(key)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    if kept is not None:
        _keep(key, kept)
    return Identity(key)


class CertificateServer:
    """Serves the certificates over HTTP, on a thread of its own."""

    def __init__(self, signer: Identity, host: str, port: int = 0) -> None:
        self._server = _Server((host, port), _Quiet)
        self._server.set_app(signer.app)
        self.host = f"{host}:{self._server.server_port}"
        self.url = f"http://{self.host}{CERTIFICATES}"
        # The interval is how long a stop may take.
        threading.Thread(target=self._server.serve_forever, args=(0.1,), name="certificates", daemon=True).start()

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _subject(email: str) -> str:
    """21 digits, as Google's account ids, the same for the same account."""
    return str(10**20 + int(hashlib.sha256(email.encode()).hexdigest(), 16) % (9 * 10**20))


def _certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "pubsub-stand-in")])
    # The serial number and times are fixed, so that a kept key keeps its key id.
    begins = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begins)
        .not_valid_after(begins.replace(year=2120))
        .sign(key, hashes.SHA256())
    )


def _keep(key: rsa.RSAPrivateKey, path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(pem)
