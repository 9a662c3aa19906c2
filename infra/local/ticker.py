"""Cloud Scheduler's place: a minute tick (here every second), and the standard schedule where it is asked for."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime

from google.api_core.exceptions import GoogleAPIError

from shared.messages import SyncRequested, Tick
from shared.states import Reason
from shared.stores.ports import Bus


@dataclass
class Ticker:
    bus: Bus
    seconds: float = 1.0
    schedule_seconds: float = 0.0  # 0: connections on the standard schedule wait until they are asked for
    _over: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="ticker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join(5)

    def _run(self) -> None:
        waited = 0.0
        while not self._over.wait(self.seconds):
            waited += self.seconds
            try:
                self.bus.publish(Tick())
                if self.schedule_seconds and waited >= self.schedule_seconds:
                    waited = 0.0
                    self.bus.publish(
                        SyncRequested(reason=Reason.SCHEDULE, request=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}")
                    )
            except (GoogleAPIError, TimeoutError):
                continue  # the next tick makes up for a lost one; that is what ticks are for
