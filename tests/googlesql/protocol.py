"""The analyzer's protocol: message classes made of the .proto files that come with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import grpc_tools
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_tools import protoc

SERVICE = "zetasql.local_service.ZetaSqlLocalService"


@dataclass(frozen=True)
class Protocol:
    pool: Any

    @classmethod
    def read(cls, folder: Path) -> Protocol:
        known = Path(grpc_tools.__file__).parent / "_proto"  # those of Google's own that all protocols share
        with TemporaryDirectory() as work:
            out = Path(work) / "protocol"
            places = [f"-I{folder}", f"-I{known}"]
            code = protoc.main(["", *places, "--include_imports", f"--descriptor_set_out={out}", "local_service.proto"])
            assert code == 0, "the protocol could not be read"
            files = descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes())
        pool = descriptor_pool.DescriptorPool()  # of its own: other packages may have files of the same names
        for file in files.file:
            pool.Add(file)
        return cls(pool)

    def message(self, name: str, /, **fields: Any) -> Any:
        """A message by its name within `zetasql`."""
        return self.kind(name)(**fields)

    def kind(self, name: str) -> Any:
        return message_factory.GetMessageClass(self.pool.FindMessageTypeByName(f"zetasql.{name}"))

    def number(self, enum: str, name: str) -> int:
        return int(self.pool.FindEnumTypeByName(f"zetasql.{enum}").values_by_name[name].number)

    def call(self, name: str) -> tuple[str, Any]:
        """The path of a call, and the kind of its answer."""
        method = self.pool.FindServiceByName(SERVICE).FindMethodByName(name)
        return f"/{SERVICE}/{name}", message_factory.GetMessageClass(method.output_type)
