"""The file in which the European Central Bank publishes its reference rates, around four in the afternoon of each
working day: one host, over TLS, no redirects, and no more than such a file can be."""

from __future__ import annotations

import io

import httpx2

from shared.errors import Bug, Later
from shared.warehouse.rates import LARGEST

# https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/ (2026-11), all since 1999
FILE = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip"
NAME = "ECB"
SECONDS = 30.0
HEADERS = {"user-agent": "tributary", "accept-encoding": "identity"}


def fetch(transport: httpx2.BaseTransport | None = None) -> bytes:
    try:
        with (
            httpx2.Client(transport=transport, follow_redirects=False, timeout=SECONDS, trust_env=False) as client,
            client.stream("GET", FILE, headers=HEADERS) as answer,
        ):
            if answer.status_code != 200:
                raise Later("no-rates", "The central bank did not send its rates.", f"status {answer.status_code}")
            held = io.BytesIO()
            for part in answer.iter_bytes():
                held.write(part)
                if held.tell() > LARGEST:
                    raise Bug("no-rates", "The central bank sent more than any file of rates.")
            return held.getvalue()
    except httpx2.HTTPError as error:
        raise Later("no-rates", "The central bank could not be reached.", type(error).__name__) from None
