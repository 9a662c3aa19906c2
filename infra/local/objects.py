"""gcp-storage-emulator, with an index that grows with what changes and survives `kill -9`.

As it comes, the emulator writes the index of all objects anew for every object, and answers one caller at a time.
Objects lie as plain files in `folder/objects/bucket/name`, where the BigQuery stand-in reads them.

An object and what the index says of it change together. Its new content is written beside, then the index says what it
is and what is to be moved there (one transaction), then it is moved. Who is killed in between finds the note when it
begins again, and moves it then; without the note, everything is as it was before.
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
from uuid import uuid4

from infra.local.narrowed import TOKENS, Narrowed
from infra.local.persistence import InFile, Keeping, Nowhere

FOLDER = "objects"
os.environ["STORAGE_DIR"] = FOLDER  # the emulator reads it when it is imported

from gcp_storage_emulator.exceptions import NotFound  # noqa: E402
from gcp_storage_emulator.handlers.buckets import create_bucket  # noqa: E402
from gcp_storage_emulator.handlers.objects import _checksums, _make_object_resource  # noqa: E402
from gcp_storage_emulator.server import RequestHandler  # noqa: E402
from gcp_storage_emulator.storage import RESUMABLE_DIR, Storage  # noqa: E402

BESIDE = "beside"
_BUCKETS = "buckets"
_OBJECT = "object/"
_MOVING = "moving/"  # an object whose file may not be as the index says: the file beside that is; none, if it goes


class KeptStorage(Storage):  # type: ignore[misc]
    """The emulator's store; each change is kept as one row, and callers take turns."""

    def __init__(self, folder: Path, keeping: Keeping) -> None:
        self._keeping = keeping
        self._turn = threading.RLock()
        self._known = b""
        self._moved: str | None = None  # the last note, which is no longer needed
        self._beside = folder / BESIDE
        self._beside.mkdir(parents=True, exist_ok=True)
        super().__init__(data_dir=str(folder))

    def _read_config_from_file(self) -> None:
        self.buckets: dict[str, Any] = {}
        self.objects: dict[str, dict[str, Any]] = {}
        self.resumable: dict[str, Any] = {}
        self.bucket_iam_policies: dict[str, Any] = {}
        self.soft_deleted: dict[str, Any] = {}
        moving = list[tuple[str, str, str]]()
        for key, value in self._keeping.load():
            if key == _BUCKETS:
                self.buckets, self._known = json.loads(value), value
                continue
            kind = _OBJECT if key.startswith(_OBJECT) else _MOVING
            bucket, name = key.removeprefix(kind).split("/", 1)
            if kind == _OBJECT:
                self.objects.setdefault(bucket, {})[name] = json.loads(value)
            else:
                moving.append((bucket, name, value.decode()))
        self._go_on(moving)

    def _go_on(self, moving: list[tuple[str, str, str]]) -> None:
        """End what a kill interrupted: what the index says is so, and what was written beside without it is nothing."""
        for bucket, name, beside in moving:
            if not beside:
                self._file(bucket, name).unlink(missing_ok=True)
            elif (self._beside / beside).exists():
                self._move(beside, bucket, name)
        for left in self._beside.iterdir():
            left.unlink()
        self._keeping.write({f"{_MOVING}{bucket}/{name}": None for bucket, name, _ in moving})

    def _file(self, bucket: str, name: str) -> Path:
        return Path(self._store._disk_path(self._object_path(bucket, name)))

    def _move(self, beside: str, bucket: str, name: str) -> None:
        place = self._file(bucket, name)
        place.parent.mkdir(parents=True, exist_ok=True)
        (self._beside / beside).replace(place)

    def _write_config_to_file(self) -> None:
        buckets = json.dumps(self.buckets).encode()
        if buckets != self._known:
            self._keeping.write({_BUCKETS: buckets})
            self._known = buckets

    def _keep(self, bucket: str, name: str, held: Any, beside: str | None = None) -> None:
        """What the index says of an object; `beside`: what its file is going to be."""
        note = f"{_MOVING}{bucket}/{name}"
        changes = {f"{_OBJECT}{bucket}/{name}": None if held is None else json.dumps(held).encode()}
        if self._moved:
            changes[self._moved] = None
        if beside is not None:
            changes[note] = beside.encode()
        self._keeping.write(changes)
        self._moved = None if beside is None else note

    def create_bucket(self, bucket_name: str, bucket_obj: Any) -> Any:
        with self._turn:
            return super().create_bucket(bucket_name, bucket_obj)

    def create_file(self, bucket_name: str, file_name: str, content: bytes, file_obj: Any, file_id: Any = None) -> None:
        with self._turn:
            if bucket_name not in self.buckets:
                raise NotFound
            beside = uuid4().hex
            (self._beside / beside).write_bytes(content)
            self._keep(bucket_name, file_name, file_obj, beside)
            self._move(beside, bucket_name, file_name)
            self.objects.setdefault(bucket_name, {})[file_name] = file_obj
            if file_id:
                self.delete_resumable_file_obj(file_id)
                self._delete_file(RESUMABLE_DIR, self.safe_id(file_id))

    def patch_object(self, bucket_name: str, file_name: str, file_obj: Any) -> None:
        with self._turn:
            super().patch_object(bucket_name, file_name, file_obj)
            self._keep(bucket_name, file_name, self.objects.get(bucket_name, {}).get(file_name))

    def delete_file(self, bucket_name: str, file_name: str) -> None:
        with self._turn:
            if file_name in self.objects.get(bucket_name, {}):
                self._keep(bucket_name, file_name, None, beside="")
            super().delete_file(bucket_name, file_name)

    def get_file_list(self, *args: Any, **kwargs: Any) -> Any:
        with self._turn:
            return super().get_file_list(*args, **kwargs)


class _Handler(RequestHandler):  # type: ignore[misc]
    """Also Google's Security Token Service, and what its tokens may not do is refused; any other token may do all."""

    def __init__(self, tokens: Narrowed, storage: Storage, *args: Any, **more: Any) -> None:
        self.tokens = tokens
        super().__init__(storage, *args, **more)

    def parse_request(self) -> bool:
        if not super().parse_request():
            return False
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.tokens.may(token, self.command, self.path):
            return True
        self._answer(403, {"error": {"code": 403, "message": "Access denied by the credential access boundary."}})
        return False

    def do_POST(self) -> None:
        if self.path != TOKENS:
            super().do_POST()
            return
        form = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        try:
            self._answer(200, self.tokens.exchange(form))
        except ValueError as reason:
            self._answer(400, {"error": "invalid_request", "error_description": str(reason)})

    def _answer(self, status: int, body: dict[str, Any]) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


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
        self._server = _Server((host, port), partial(_Handler, Narrowed(), self.storage))
        self._thread = threading.Thread(target=self._server.serve_forever, name="objects", daemon=True)
        self._thread.start()
        self.url = f"http://{host}:{self._server.server_address[1]}"

    def adopt(self, address: str, data: bytes) -> None:
        """An object that another product of Google's wrote: gs://bucket/name."""
        bucket, name = address.removeprefix("gs://").split("/", 1)
        held = _make_object_resource(self.url, bucket, name, "application/octet-stream", str(len(data)))
        self.storage.create_file(bucket, name, data, _checksums(data, held))

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._keeping.close()
