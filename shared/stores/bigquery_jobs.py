"""Jobs of BigQuery under ids that follow from their work: begun and, where that was done before, found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import TimeoutError as TookTooLong
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from google.api_core.exceptions import Conflict, Forbidden, GoogleAPICallError, NotFound, RetryError
from google.auth.exceptions import TransportError

from shared.errors import Later
from shared.stores.bigquery_refusals import problem_of
from shared.stores.ports import StillLoading


@dataclass(frozen=True)
class Jobs:
    client: Any
    patience: float  # seconds to wait for a job before somebody else may look again

    def run(self, name: str, begin: Callable[[str], Any], enough: Callable[[Any], bool]) -> Any:
        """The job of that name, done: a new one, or the one that is under way, or one that was done and is enough.

        An id is taken once, and a new one is taken only when the last one has ended. To begin says best whether an id
        is free: of a job that is not there, whoever may only create jobs might as well be told that it may not look.
        """
        with in_our_words():
            try:
                return self._done(begin(f"{name}-1"))
            except Conflict:
                number = self._last(name)
            while True:
                job = self.client.get_job(f"{name}-{number}")
                if job.state != "DONE" or (not job.error_result and enough(job)):
                    return self._done(job)
                number += 1
                with suppress(Conflict):  # another worker began it a moment ago
                    return self._done(begin(f"{name}-{number}"))

    def _last(self, name: str) -> int:
        """The last of the ids that are taken, which follow one another from 1: found in few steps, because a batch that
        waits for BigQuery for days takes hundreds."""
        low, high = 1, 2
        while self._taken(f"{name}-{high}"):
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._taken(f"{name}-{middle}") else (low, middle)
        return low

    def _taken(self, job_id: str) -> bool:
        try:
            self.client.get_job(job_id)
        except (NotFound, Forbidden):
            return False
        return True

    def _done(self, job: Any) -> Any:
        try:
            job.result(timeout=self.patience)
        except TookTooLong:
            raise StillLoading from None
        except GoogleAPICallError as error:
            raise problem_of(error, job.error_result) from None
        return job


@contextmanager
def in_our_words() -> Iterator[None]:
    """What BigQuery refuses in here is a problem with a sentence."""
    try:
        yield
    except GoogleAPICallError as error:
        raise problem_of(error) from None
    except (RetryError, TransportError, OSError) as error:  # requests' errors are OSErrors
        raise Later("bigquery-away", "BigQuery cannot be reached.", type(error).__name__) from None
