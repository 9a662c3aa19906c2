"""The whole cloud, left running until somebody ends it."""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path

from infra.local.cloud import FIRST_OWNER, Cloud
from infra.local.processes import ROOT, NotStarted

FOLDER = Path(".tributary")


def up(args: argparse.Namespace) -> int:
    origins = dict(pair.split("=", 1) for pair in args.origin)
    with Cloud.start(args.folder, origins, schedule_seconds=args.schedule_seconds, first_port=args.first_port) as cloud:
        tell(cloud)
        stand(cloud)
    return 0


def tell(cloud: Cloud) -> None:
    """The address for people comes first; the functions' own are for programs."""
    if "console" in cloud.addresses:
        print(f"Open {cloud.addresses['console']} and sign in as {FIRST_OWNER}: that account is the first owner.\n")
    for name, address in cloud.addresses.items():
        print(f"{name:<15} {address}")
    for name in ("FIRESTORE_EMULATOR_HOST", "BIGQUERY_EMULATOR_HOST", "STORAGE_EMULATOR_HOST"):
        print(f"{name.removesuffix('_EMULATOR_HOST').lower():<15} {cloud.environment[name]}")
    if cloud.letters:
        print(f"{'letters':<15} {cloud.letters}")
    print(f"{'logs':<15} {cloud.folder / 'logs'}")
    if "api" in cloud.addresses:
        print(f"Programs ask {cloud.addresses['api']}/api/v1; /api/v1/docs is its page.")
    print(f"Operate it with: {admin(cloud.folder)} status", flush=True)


def admin(folder: Path) -> str:
    """The operator's command as it is typed here."""
    command = ".venv/bin/tributary" if Path(sys.prefix) == ROOT / ".venv" else "tributary"
    local = "" if folder == FOLDER.resolve() else f" --local {folder}"
    return f"{command} admin{local}"


def stand(cloud: Cloud) -> None:
    """Until Ctrl-C, or until a part of it ends by itself."""
    print("Ctrl-C ends it.", flush=True)
    try:
        while not cloud.dead():
            threading.Event().wait(1.0)
    except KeyboardInterrupt:
        print("Stopping …", flush=True)
    else:
        raise NotStarted(f"{', '.join(cloud.dead())} ended by itself; its log is in {cloud.folder / 'logs'}")
