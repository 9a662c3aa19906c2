"""gcp-storage-emulator, with an index that grows with what changes and survives `kill -9`.

As it comes, the emulator writes the index of all objects anew for every object, and answers one caller at a time.
Objects lie as plain files in `folder/objects/bucket/name`, where the BigQuery stand-in reads them.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from infra.local.keeping import InFile, Keeping, Nowhere

FOLDER = "objects"
os.environ["STORAGE_DIR"] = FOLDER  # the emulator reads it when it is imported

from gcp_storage_emulator.handlers.buckets import create_bucket  # noqa: E402
from gcp_storage_emulator.server import RequestHandler  # noqa: E402
from gcp_storage_emulator.storage import Storage  # noqa: E402

_BUCKETS = "buckets"
_OBJECT = "object/"


class KeptStorage(Storage):  # type: ignore[misc]
    """The emulator's store; each change is kept as one row, and callers take turns."""

    def __init__(self, folder: Path, keeping: Keeping) -> None:
        self._keeping = keeping
        self._turn = threading.RLock()
        self._known = b""
        super().__init__(data_dir=str(folder))

    def _read_config_from_file(self) -> None:
        self.buckets: dict[str, Any] = {}
        self.objects: dict[str, dict[str, Any]] = {}
        self.resumable: dict[str, Any] = {}
        self.bucket_iam_policies: dict[str, Any] = {}
        self.soft_deleted: dict[str, Any] = {}
        for key, value in self._keeping.load():
            found = json.loads(value)
            if key == _BUCKETS:
                self.buckets, self._known = found, value
            else:
                bucket, name = key.removeprefix(_OBJECT).split("/", 1)
                self.objects.setdefault(bucket, {})[name] = found

    def _write_config_to_file(self) -> None:
        buckets = json.dumps(self.buckets).encode()
        if buckets != self._known:
            self._keeping.write({_BUCKETS: buckets})
            self._known = buckets

    def _keep(self, bucket: str, name: str) -> None:
        held = self.objects.get(bucket, {}).get(name)
        self._keeping.write({f"{_OBJECT}{bucket}/{name}": None if held is None else json.dumps(held).encode()})

    def create_bucket(self, bucket_name: str, bucket_obj: Any) -> Any:
        with self._turn:
            return super().create_bucket(bucket_name, bucket_obj)

    def create_file(self, bucket_name: str, file_name: str, content: bytes, file_obj: Any, file_id: Any = None) -> None:
        with self._turn:
            super().create_file(bucket_name, file_name, content, file_obj, file_id)
            self._keep(bucket_name, file_name)

    def patch_object(self, bucket_name: str, file_name: str, file_obj: Any) -> None:
        with self._turn:
            super().patch_object(bucket_name, file_name, file_obj)
            self._keep(bucket_name, file_name)

    def delete_file(self, bucket_name: str, file_name: str) -> None:
        with self._turn:
            super().delete_file(bucket_name, file_name)
            self._keep(bucket_name, file_name)

    def get_file_list(self, *args: Any, **kwargs: Any) -> Any:
        with self._turn:
            return super().get_file_list(*args, **kwargs)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # five, as it comes, makes callers wait a second and more for a place


class ObjectServer:
    """The running emulator of Cloud Storage."""

    def __init__(self, folder: Path, kept: bool, host: str, port: int, buckets: Iterable[str]) -> None:
        self._keeping = InFile(folder / "objects.sqlite") if kept else Nowhere()
        self.storage = KeptStorage(folder, self._keeping)
        for bucket in buckets:
            if bucket not in self.storage.buckets:
                create_bucket(bucket, self.storage)
            # Off, as our Terraform sets it: what is deleted is gone.
            self.storage.buckets[bucket]["softDeletePolicy"] = {"retentionDurationSeconds": "0"}
        self.storage._write_config_to_file()
        self._server = _Server((host, port), partial(RequestHandler, self.storage))
        self._thread = threading.Thread(target=self._server.serve_forever, name="objects", daemon=True)
        self._thread.start()
        self.url = f"http://{host}:{self._server.server_address[1]}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._keeping.close()
