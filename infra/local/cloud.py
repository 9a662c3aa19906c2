"""The whole cloud on this machine: stand-ins, wiring and functions, each a process, and one call to stop them all.

with Cloud.start(None, {"mailchimp": "http://127.0.0.1:9001"}) as cloud, within(cloud.environment):
    Stores.open(cloud.settings).bus.publish(SyncRequested(…))
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import orjson

from infra.local import functions, usage
from infra.local.identity import CALLER
from infra.local.processes import PATIENCE, NotStarted, Process, answers, free_ports, listens, stop_all, wait_for
from infra.local.stand_ins import google, outside, warehouse
from infra.local.ticker import Ticker
from infra.local.wiring import make_secrets, make_topics, within
from shared.settings import Settings, load
from shared.stores.pubsub import PubSubBus

EVERYTHING = (
    *(*functions.SYNC, *functions.CONNECT, *functions.CALLED, *functions.WISHED),
    *(
        *functions.PEOPLE,
        *functions.BESIDE,
        *functions.PUBLISHED,
        *functions.OPENED,
        *functions.READ,
        *functions.PROGRAMS,
    ),
)
STAND_INS = 7  # ports of stand-ins, behind those of the functions
OWN_PORTS = 40  # that a cloud keeps for itself, from its first one on; whoever stands beside it begins behind them
ENV_FILE = "env"
BUCKET, PUBLISHED = "tributary-pages", "tributary-published"
ACTING = (
    "load_batch",
    "answer_call",
    "publish_mart",
    "look_up",
    "open_workspace",
)  # whom a workspace's datasets are given to
FIRST_OWNER = "owner@agency.example"  # an account of the stand-in for Google's (infra/local/accounts.py)


@dataclass
class Cloud:
    """A running cloud. `environment` is what a client of it, and `infra.admin`, need to know."""

    folder: Path
    settings: Settings
    environment: Mapping[str, str]
    addresses: Mapping[str, str]  # function → where it listens
    processes: Mapping[str, Process]
    template: Process  # of the functions
    ticker: Ticker
    kept: bool
    letters: str = ""  # where letters are read

    @classmethod
    def start(
        cls,
        folder: Path | None,
        origins: Mapping[str, str],
        names: Sequence[str] = EVERYTHING,
        *,
        work_seconds: int = 60,
        lease_seconds: int = 120,
        tick_seconds: float = 1.0,
        schedule_seconds: float = 0.0,
        first_port: int = 0,
        no_limits: bool = False,
        tell: Callable[[str], object] = lambda _: None,
    ) -> Self:
        """Everything is up when this returns. Without a folder, what it holds is gone after `stop`.

        `origins`: platform → address of the server that stands in for it. `first_port` gives fixed addresses.
        `tell` is told what is up so far.
        """
        where = (folder or Path(tempfile.mkdtemp(prefix="tributary-"))).resolve()
        refuse_second(where)
        logs = where / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        until = time.monotonic() + PATIENCE
        count = len(EVERYTHING) + STAND_INS
        ports = list(range(first_port, first_port + count)) if first_port else free_ports(count)
        by_name = dict(zip(EVERYTHING, ports, strict=False))
        begun: list[Process] = []
        try:
            stand_ins = [
                *([outside(ports[-7], ports[-6], ports[-5], logs)] if set(names) & set(functions.PEOPLE) else []),
                google(where / "google" if folder else None, ports[-4], ports[-3], logs),
                warehouse(where / "warehouse", (BUCKET, PUBLISHED), bool(folder), ports[-2], ports[-1], logs),
            ]
            begun += [stand_in.process for stand_in in stand_ins]
            environment = {
                **{key: value for stand_in in stand_ins for key, value in stand_in.environment.items()},
                **_settings(origins, by_name, ports[-3], work_seconds, lease_seconds),
                **({"TRIBUTARY_NO_LIMITS": "yes"} if no_limits else {}),
            }
            settings = load(env=environment)
            # The functions take a while to import; they need nothing of the stand-ins before their first message.
            template = functions.begin(names, by_name, environment, logs)
            begun.append(template)
            addresses = {name: functions.address(by_name[name]) for name in EVERYTHING}
            for stand_in in stand_ins:
                wait_for(stand_in.process, stand_in.ready, until)
                tell(f"{stand_in.process.name} is up")
            served = functions.begun(template, until)
            begun += served.values()
            with within(environment):
                make_secrets(settings)
                for name, process in served.items():
                    wait_for(process, lambda name=name: answers(f"{addresses[name]}/healthz"), until)  # type: ignore[misc]
                    tell(f"{name} is up")
                make_topics(settings, {name: addresses[name] for name in served})
                bus = PubSubBus(settings)
                _ = bus.client  # made here, while the environment says where
            ticker = Ticker(bus, tick_seconds, schedule_seconds)
            ticker.start()
        except BaseException:
            stop_all(begun)
            if folder is None:
                shutil.rmtree(where, ignore_errors=True)
            raise
        processes = {process.name: process for process in begun if process is not template}
        letters = functions.address(ports[-5]) if "outside" in processes else ""
        kept = folder is not None
        cloud = cls(where, settings, environment, addresses, processes, template, ticker, kept, letters)
        cloud._write_environment()
        return cloud

    def stop(self) -> None:
        """End everything; what was kept stays kept."""
        self.ticker.stop()
        stop_all(list(self.processes.values()))
        stop_all([self.template])
        (self.folder / ENV_FILE).unlink(missing_ok=True)
        if not self.kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def usage(self, name: str) -> usage.Usage:
        """Of one function (or stand-in), its workers included."""
        return usage.of(self.processes[name].pid)

    def memory(self) -> int:
        """Bytes that all of it holds now."""
        return sum(self.usage(name).resident_bytes for name in self.processes)

    def dead(self) -> list[str]:
        """Processes that ended although nobody stopped them."""
        return [name for name, process in self.processes.items() if not process.alive]

    def _write_environment(self) -> None:
        """For `infra.admin` and whoever else wants to talk to this cloud. There is no secret in it."""
        lines = [f"{name}={value}" for name, value in sorted(self.environment.items())]
        (self.folder / ENV_FILE).write_text("\n".join(lines) + "\n")


def refuse_second(folder: Path) -> None:
    """Two clouds cannot keep their state in one folder. A file left by one that was killed is no cloud."""
    try:
        lines = (folder / ENV_FILE).read_text().splitlines()
    except OSError:
        return
    host = dict(line.split("=", 1) for line in lines if "=" in line).get("FIRESTORE_EMULATOR_HOST", "")
    if host and listens(f"http://{host}"):
        raise NotStarted(f"A local cloud is running in {folder} already.")


def _settings(
    origins: Mapping[str, str], ports: Mapping[str, int], certs_port: int, work_seconds: int, lease_seconds: int
) -> dict[str, str]:
    return {
        "GOOGLE_CLOUD_PROJECT": "local",
        "TRIBUTARY_BUCKET": BUCKET,
        "TRIBUTARY_PUBLISHED_BUCKET": PUBLISHED,
        "TRIBUTARY_PUBLISH_MINUTES": "1",  # nobody pays for a version here
        "TRIBUTARY_START_URL": functions.address(ports["oauth_start"]),
        "TRIBUTARY_CALLBACK_URL": functions.address(ports["oauth_callback"]),
        "TRIBUTARY_CONSOLE_URL": functions.address(ports["console"]),
        "TRIBUTARY_FEED_URL": functions.address(ports["feed"]),
        "TRIBUTARY_API_URL": functions.address(ports["api"]),
        "TRIBUTARY_FIRST_OWNER": FIRST_OWNER,
        "TRIBUTARY_LOOK_UP_URL": functions.address(ports["look_up"]),
        "TRIBUTARY_LOOK_UP_CALLERS": CALLER,
        "TRIBUTARY_AGENCY": "Tributary demo agency",
        "TRIBUTARY_CALLS_URL": functions.address(ports["platform_calls"]),
        "TRIBUTARY_ACCOUNTS": orjson.dumps({name: account(name) for name in ACTING}).decode(),
        "TRIBUTARY_PUSH_AUDIENCE": "tributary",
        "TRIBUTARY_PUSH_IDENTITY": "pubsub-push@local.iam.gserviceaccount.com",
        "TRIBUTARY_PUSH_CERTS_URL": f"http://127.0.0.1:{certs_port}/oauth2/v1/certs",
        "TRIBUTARY_TICK_SECONDS": "1",  # as infra/local/ticker.py has it, or who waits a moment waits a minute
        "TRIBUTARY_WORK_SECONDS": str(work_seconds),
        "TRIBUTARY_LEASE_SECONDS": str(lease_seconds),
        "TRIBUTARY_PLATFORM_ORIGINS": orjson.dumps(dict(origins)).decode(),
    }


def account(function: str) -> str:
    """As Terraform names it."""
    return f"{function.replace('_', '-')}@local.iam.gserviceaccount.com"
