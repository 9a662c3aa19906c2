"""What the central bank publishes: one host, no redirects, no more than a file of rates, and only the last days."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal

import httpx2
import pytest

from shared.errors import Bug, Later
from shared.warehouse import central_bank
from shared.warehouse.rates import LARGEST, NoRates, Rate, read

LINES = b"Date,USD,JPY,\n2026-11-27,1.1600,180.10,\n2026-11-26,1.1500,N/A,\n2026-06-01,1.1000,170.00,\n"


def packed(held: bytes) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("eurofxref-hist.csv", held)
    return archive.getvalue()


def answering(status: int, body: bytes, **headers: str) -> tuple[httpx2.MockTransport, list[httpx2.Request]]:
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(status, content=body, headers=headers)

    return httpx2.MockTransport(answer), asked


def test_the_last_days_of_the_file_become_rates() -> None:
    transport, asked = answering(200, packed(LINES))
    found = read(central_bank.fetch(transport), since=date(2026, 8, 29))
    assert found == [
        Rate("USD", date(2026, 11, 27), Decimal("1.1600")), Rate("JPY", date(2026, 11, 27), Decimal("180.10")),
        Rate("USD", date(2026, 11, 26), Decimal("1.1500")),
    ]  # fmt: skip
    (request,) = asked
    assert str(request.url) == "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip"


def test_a_redirect_is_not_followed() -> None:
    transport, asked = answering(302, b"", location="https://example.com/rates.zip")
    with pytest.raises(Later):
        central_bank.fetch(transport)
    assert len(asked) == 1


@pytest.mark.parametrize("status", [403, 404, 429, 500, 503])
def test_what_is_no_file_is_tried_again(status: int) -> None:
    with pytest.raises(Later):
        central_bank.fetch(answering(status, LINES)[0])


def test_a_bank_that_cannot_be_reached_is_tried_again() -> None:
    def fails(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("no route", request=request)

    with pytest.raises(Later):
        central_bank.fetch(httpx2.MockTransport(fails))


def test_more_than_a_file_of_rates_is_refused_packed_and_unpacked() -> None:
    with pytest.raises(Bug):
        central_bank.fetch(answering(200, b"x" * (LARGEST + 1))[0])
    with pytest.raises(NoRates):
        read(packed(b"x" * (LARGEST + 1)))


@pytest.mark.parametrize("data", [b"PK\x03\x04half", packed(b"")[:40], b"\xff\xfe\x00<html>", b"<html></html>"])
def test_what_is_no_table_is_refused(data: bytes) -> None:
    with pytest.raises(NoRates):
        read(data)
