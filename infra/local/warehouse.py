"""BigQuery and Cloud Storage on this machine: bqemulator and gcp-storage-emulator in one process of their own.

    stand_in = start(folder=Path(".local/warehouse"), buckets=["pages"])
    os.environ.update(stand_in.environment())
    ...
    stand_in.stop()

or by hand: `python -m infra.local.warehouse --folder .local/warehouse --bucket pages --bigquery-port 9050`.
The process ends with the one that started it, even when that one is killed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

MEMORY = "512MB"  # of DuckDB, before it uses the disk
_MARK = '{"bigquery":'


@dataclass(frozen=True)
class WarehouseStandIn:
    """The running stand-ins."""

    bigquery: str
    storage: str
    process: subprocess.Popen[bytes]
    _temporary: Path | None

    def environment(self) -> dict[str, str]:
        """The variables by which Google's clients find the stand-ins."""
        return {"BIGQUERY_EMULATOR_HOST": self.bigquery, "STORAGE_EMULATOR_HOST": self.storage}

    def stop(self) -> None:
        """Stop serving. What was acknowledged is kept, when there is a folder."""
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
        if self._temporary:
            shutil.rmtree(self._temporary, ignore_errors=True)


def start(
    folder: Path | None = None,
    buckets: Sequence[str] = (),
    bigquery_port: int = 0,
    storage_port: int = 0,
    memory: str = MEMORY,
    threads: int = 0,
) -> WarehouseStandIn:
    """Start both; in memory, or kept in a folder. Port 0 means a free one, and 0 threads as many as there are cores."""
    temporary = None if folder else Path(tempfile.mkdtemp(prefix="warehouse-"))
    home = (folder or temporary or Path()).absolute()
    home.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "infra.local.warehouse", "--child", f"--folder={home}", f"--memory={memory}"]
    command += [f"--bigquery-port={bigquery_port}", f"--storage-port={storage_port}"]
    command += [f"--bucket={bucket}" for bucket in buckets]
    if threads:
        command.append(f"--threads={threads}")
    if folder is None:
        command.append("--forget")
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            cwd=Path(__file__).resolve().parents[2],
            start_new_session=True,  # a Ctrl-C in the terminal is the parent's to handle
        )
        found = _ready(process.stdout)
        if found is None:
            process.communicate()
            said.seek(0)
            raise RuntimeError(f"The stand-in of the warehouse ended at once: {said.read()[-2000:].decode()}")
    return WarehouseStandIn(found["bigquery"], found["storage"], process, temporary)


def _ready(lines: IO[bytes] | None) -> dict[str, str] | None:
    """The addresses, as soon as both serve; None: it ended instead. It prints other things before."""
    for line in lines or ():
        if line.decode(errors="replace").startswith(_MARK):
            return dict(json.loads(line))
    return None


# -- the process itself --------------------------------------------------------------------------


async def _serve(chosen: argparse.Namespace) -> None:
    import duckdb_extensions
    from bqemulator.config import LogLevel, PersistenceMode, Settings
    from bqemulator.server import EmulatorServer

    from infra.local.bigquery import improve
    from infra.local.objects import FOLDER, ObjectServer
    from shared import gc_tuning

    # bqemulator will not start without this extension; from the package, nothing is downloaded.
    duckdb_extensions.import_extension("spatial")
    folder = Path(chosen.folder)
    objects = ObjectServer(folder, not chosen.forget, chosen.host, chosen.storage_port, chosen.bucket)
    emulator = EmulatorServer(
        Settings(
            persistence_mode=PersistenceMode.EPHEMERAL if chosen.forget else PersistenceMode.PERSISTENT,
            data_dir=folder,
            gcs_local_root=folder / FOLDER,
            rest_host=chosen.host,
            rest_port=chosen.bigquery_port,
            grpc_host=chosen.host,
            grpc_port=0,
            enable_format_extensions=False,  # they would be downloaded
            log_level=LogLevel.ERROR,
        )
    )
    improve(emulator, objects.adopt)
    await emulator.start()
    duckdb = emulator._engine
    duckdb.execute(f"SET memory_limit = '{chosen.memory}'")
    if chosen.threads:
        duckdb.execute(f"SET threads = {chosen.threads}")
    duckdb.execute(f"SET temp_directory = '{folder / 'spill'}'")
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, over.set)
    if chosen.child:
        threading.Thread(target=_end_with_parent, args=(loop, over), daemon=True).start()
    gc_tuning.freeze()  # a statement becomes a tree of thousands of objects, a dozen times
    print(json.dumps({"bigquery": emulator.rest_url, "storage": objects.url}, separators=(",", ":")), flush=True)
    if chosen.child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nobody reads on
    await over.wait()
    objects.stop()
    await emulator.stop()
    if chosen.child and chosen.forget:
        shutil.rmtree(folder, ignore_errors=True)  # the parent may not live to do it


def _end_with_parent(loop: asyncio.AbstractEventLoop, over: asyncio.Event) -> None:
    os.read(0, 1)  # returns when the parent is gone
    loop.call_soon_threadsafe(over.set)


def main() -> None:
    parser = argparse.ArgumentParser(description="BigQuery and Cloud Storage on this machine")
    parser.add_argument("--folder", default=".local/warehouse", help="where to keep the state")
    parser.add_argument("--forget", action="store_true", help="keep tables in memory only")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--bigquery-port", type=int, default=0)
    parser.add_argument("--storage-port", type=int, default=0)
    parser.add_argument("--bucket", action="append", default=[], help="a bucket to have; may be given several times")
    parser.add_argument("--memory", default=MEMORY, help="what DuckDB may use before it uses the disk")
    parser.add_argument("--threads", type=int, default=0, help="of DuckDB; 0: as many as there are cores")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    Path(chosen.folder).mkdir(parents=True, exist_ok=True)
    chosen.folder = str(Path(chosen.folder).absolute())
    asyncio.run(_serve(chosen))


if __name__ == "__main__":
    main()
