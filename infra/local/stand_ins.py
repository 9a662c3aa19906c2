"""The stand-ins for Google's products as processes, so that their work is not counted as the functions'."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.local.processes import Process, answers, listens, spawn


@dataclass(frozen=True)
class StandIn:
    process: Process
    environment: Mapping[str, str]
    ready: Callable[[], bool]


def google(folder: Path | None, port: int, certs_port: int, logs: Path) -> StandIn:
    """Pub/Sub, Firestore and Secret Manager."""
    where = [f"--folder={folder}"] if folder else []
    process = spawn(
        "google", ["-m", "infra.local.google", *where, f"--port={port}", f"--certs-port={certs_port}"], logs
    )
    host = f"127.0.0.1:{port}"
    names = ("PUBSUB_EMULATOR_HOST", "FIRESTORE_EMULATOR_HOST", "SECRET_MANAGER_EMULATOR_HOST")
    # Where google-auth looks for tokens of the machine itself, as functions show them to each other.
    environment = {**dict.fromkeys(names, host), "GCE_METADATA_HOST": f"127.0.0.1:{certs_port}"}
    certificates = f"http://127.0.0.1:{certs_port}/oauth2/v1/certs"
    return StandIn(process, environment, lambda: listens(f"http://{host}") and answers(certificates))


def warehouse(folder: Path, buckets: Sequence[str], kept: bool, port: int, storage_port: int, logs: Path) -> StandIn:
    """BigQuery and Cloud Storage. The objects are files in the folder either way."""
    command = ["-m", "infra.local.warehouse", f"--folder={folder}", *(f"--bucket={name}" for name in buckets)]
    command += [f"--bigquery-port={port}", f"--storage-port={storage_port}"]
    process = spawn("warehouse", command if kept else [*command, "--forget"], logs)
    bigquery, storage = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{storage_port}"
    environment = {"BIGQUERY_EMULATOR_HOST": bigquery, "STORAGE_EMULATOR_HOST": storage}
    return StandIn(process, environment, lambda: answers(storage) and answers(f"{bigquery}/bigquery/v2/projects"))


def outside(accounts_port: int, smtp_port: int, letters_port: int, logs: Path) -> StandIn:
    """What people meet besides us: Google's accounts, and a mail server that keeps the letters."""
    ports = {"accounts": accounts_port, "smtp": smtp_port, "letters": letters_port}
    process = spawn(
        "outside", ["-m", "infra.local.outside", *(f"--{name}-port={port}" for name, port in ports.items())], logs
    )
    accounts, letters = f"http://127.0.0.1:{accounts_port}", f"http://127.0.0.1:{letters_port}"
    environment = {
        "TRIBUTARY_GOOGLE_ACCOUNTS": accounts,
        "TRIBUTARY_SMTP_HOST": "127.0.0.1",
        "TRIBUTARY_SMTP_PORT": str(smtp_port),
        "TRIBUTARY_SMTP_SECURITY": "none",
        "TRIBUTARY_SMTP_FROM": "tributary@agency.example",
    }
    return StandIn(process, environment, lambda: answers(f"{accounts}/oauth2/v3/certs") and answers(letters))
