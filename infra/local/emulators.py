"""Google's own emulators, where they are installed: the judges of our stand-ins.

They come with the Google Cloud command line (`gcloud components install pubsub-emulator
cloud-firestore-emulator`, or the Debian packages of the same names) and need Java.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc

# Small heaps and no late compilation: these processes live for a test run.
_JAVA_FLAGS = ("-Xmx512m", "-XX:TieredStopAtLevel=1", "-Duser.language=en")


@dataclass(frozen=True)
class Emulator:
    """One of Google's emulators: where its jar lies, and how it is told its port."""

    title: str
    jars: str  # glob below the SDK's `platform` folder
    override: str  # environment variable naming the jar
    main_class: str
    variable: str  # environment variable by which Google's clients find it

    def jar(self) -> Path | None:
        """The installed jar, or None."""
        if named := os.environ.get(self.override):
            return Path(named)
        platform = _platform_folder()
        found = sorted(platform.glob(self.jars)) if platform else []
        return found[-1] if found else None

    def missing(self) -> str:
        """Why it cannot be started here; empty when it can."""
        if self.jar() is None:
            return f"Google's {self.title} emulator is not installed (set {self.override} to its jar)"
        if shutil.which("java") is None:
            return f"Google's {self.title} emulator needs Java, and there is no `java` on the PATH"
        return ""


PUBSUB = Emulator(
    title="Pub/Sub",
    jars="pubsub-emulator/lib/cloud-pubsub-emulator-*.jar",
    override="PUBSUB_EMULATOR_JAR",
    main_class="com.google.cloud.pubsub.testing.v1.Main",
    variable="PUBSUB_EMULATOR_HOST",
)
FIRESTORE = Emulator(
    title="Firestore",
    jars="cloud-firestore-emulator/cloud-firestore-emulator*.jar",
    override="FIRESTORE_EMULATOR_JAR",
    main_class="com.google.cloud.datastore.emulator.firestore.CloudFirestore",
    variable="FIRESTORE_EMULATOR_HOST",
)


@contextmanager
def running(emulator: Emulator, patience: float = 60.0) -> Iterator[str]:
    """Run an emulator on a free port; gives its `host:port` and ends it whatever happens."""
    if reason := emulator.missing():
        raise RuntimeError(reason)
    address = f"127.0.0.1:{_free_port()}"
    host, port = address.split(":")
    command = ["java", *_JAVA_FLAGS, "-cp", str(emulator.jar()), emulator.main_class]
    process = subprocess.Popen(
        [*command, f"--host={host}", f"--port={port}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # a Ctrl-C in the terminal is ours to handle, not the JVM's
    )
    try:
        _await_ready(emulator, process, address, patience)
        yield address
    finally:
        process.kill()
        process.wait()


def _await_ready(emulator: Emulator, process: subprocess.Popen[bytes], address: str, patience: float) -> None:
    with grpc.insecure_channel(address) as channel:
        ready = grpc.channel_ready_future(channel)
        for _ in range(int(patience * 4)):
            try:
                ready.result(timeout=0.25)
                return
            except grpc.FutureTimeoutError:
                if process.poll() is not None:
                    raise RuntimeError(f"Google's {emulator.title} emulator ended at once") from None
        raise RuntimeError(f"Google's {emulator.title} emulator did not answer within {patience:.0f} s")


def _platform_folder() -> Path | None:
    """The SDK's `platform` folder: `gcloud` on the PATH is a link to `<sdk>/bin/gcloud`."""
    if root := os.environ.get("CLOUDSDK_ROOT_DIR"):
        return Path(root) / "platform"
    if not (gcloud := shutil.which("gcloud")):
        return None
    return Path(gcloud).resolve().parent.parent / "platform"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
