"""`python -m infra.local up`: the whole cloud, left running until somebody ends it."""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path

from infra.local.cloud import Cloud
from infra.local.processes import ROOT, NotStarted

FOLDER = Path(".tributary")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Stand-ins and functions on this machine, kept in a folder; prints where they listen."
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where everything is kept (default: %(default)s)")
    parser.add_argument("--first-port", type=int, default=0, help="use this port and the next nine (default: any free)")
    parser.add_argument(
        "--origin",
        action="append",
        default=[],
        metavar="PLATFORM=URL",
        help="a server that stands in for a platform, such as one of `python -m infra.sandbox serve …`",
    )
    parser.add_argument(
        "--schedule-seconds", type=float, default=0, help="sync all connections this often (default: when asked to)"
    )


def up(said: argparse.Namespace) -> int:
    origins = dict(pair.split("=", 1) for pair in said.origin)
    with Cloud.start(said.folder, origins, schedule_seconds=said.schedule_seconds, first_port=said.first_port) as cloud:
        tell(cloud)
        stand(cloud)
    return 0


def tell(cloud: Cloud) -> None:
    for name, address in cloud.addresses.items():
        print(f"{name:<15} {address}")
    for name in ("FIRESTORE_EMULATOR_HOST", "BIGQUERY_EMULATOR_HOST", "STORAGE_EMULATOR_HOST"):
        print(f"{name.removesuffix('_EMULATOR_HOST').lower():<15} {cloud.environment[name]}")
    print(f"{'logs':<15} {cloud.folder / 'logs'}")
    print(f"Operate it with: {admin(cloud.folder)} status", flush=True)


def admin(folder: Path) -> str:
    """The operator's command as it is typed here."""
    python = ".venv/bin/python" if Path(sys.prefix) == ROOT / ".venv" else "python"
    local = "" if folder == FOLDER.resolve() else f" --local {folder}"
    return f"{python} -m infra.admin{local}"


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
