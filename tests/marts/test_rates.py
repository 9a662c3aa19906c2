"""The central bank's files, and tables of one's own in the same form."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest

from shared.warehouse.rates import NoRates, Rate, read

LONG = b"Date,USD,JPY,CYP,\n2026-09-04,1.2000,160.50,N/A,\n2026-09-03,1.25,,N/A,\n"
RATES = [
    Rate("USD", date(2026, 9, 4), Decimal("1.2000")),
    Rate("JPY", date(2026, 9, 4), Decimal("160.50")),
    Rate("USD", date(2026, 9, 3), Decimal("1.25")),
]


def test_the_long_file() -> None:
    """Lines end with a comma, and N/A stands where a currency was not quoted (any more)."""
    assert read(LONG) == RATES


def test_the_archive_it_comes_in() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("eurofxref-hist.csv", LONG)
    assert read(packed.getvalue()) == RATES


def test_the_file_of_the_newest_day() -> None:
    """It has blanks after commas, and writes its day in words."""
    assert read(b"Date, USD, JPY, \n04 September 2026, 1.2000, 160.50, \n") == RATES[:2]


def test_a_table_of_ones_own() -> None:
    assert read("\ufeffDate,USD\n2026-09-03,1.25\n".encode()) == RATES[2:]
    assert read(b"Date,USD\n") == []


@pytest.mark.parametrize(
    "data",
    [
        b"", b"USD,Date\n", b"Date,USD\n2026-09-03,-1\n", b"Date,USD\n2026-09-03,0\n", b"Date,USD\nyesterday,1\n",
        b"Date,USD\n2026-09-03,one\n", b"Date,US$\n2026-09-03,1\n", b"Date,USD\n2026-09-03,Infinity\n",
        b"Date,USD\n2026-09-03,NaN\n",
    ],
)  # fmt: skip
def test_what_is_no_table_of_rates_is_refused_whole(data: bytes) -> None:
    with pytest.raises(NoRates):
        read(data)
