"""`python -m infra.bench.giants KIND MEGABYTES AT_ONCE`: the most memory of a process that reads such answers.

The answers are made while they are read, so that whatever grows is the reader's: received, understood, made rows,
packed.
"""

from __future__ import annotations

import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx2
import orjson

from infra.bench.start import start_main
from infra.local.processes import ROOT
from shared import gc_tuning
from shared.errors import Problem
from shared.http import Http
from shared.model import Slice
from shared.platforms import platform as platform_named
from shared.reading import Part, read, request_for
from shared.rows.shaping import Notes
from shared.sync.staging import stage
from shared.vocabulary.wire import Request

MIB = 2**20
NOW = datetime(2026, 9, 1, tzinfo=UTC)
MEMBER = {
    "id": "8d4b3a2f1c9e7d6b5a4f3e2d1c0b9a8f", "email_address": "person.{n}@example.com",
    "unique_email_id": "a1b2c3d4e5", "full_name": "Person Number {n}",
    "status": "subscribed", "email_type": "html", "contact_id": "f00{n}",
    "merge_fields": {"FNAME": "Person", "LNAME": "Number {n}", "PHONE": "", "BIRTHDAY": "", "ADDRESS": ""},
    "interests": {"a1b2c3d4e5": True, "b1b2c3d4e5": False, "c1b2c3d4e5": True},
    "stats": {"avg_open_rate": 0.4375, "avg_click_rate": 0.125, "ecommerce_data": {"total_revenue": 120.5}},
    "ip_signup": "203.0.113.7", "timestamp_signup": "2024-05-01T10:00:00+00:00", "ip_opt": "203.0.113.7",
    "timestamp_opt": "2024-05-01T10:00:00+00:00", "member_rating": 4, "last_changed": "2026-08-30T11:22:33+00:00",
    "language": "en", "vip": False, "email_client": "Gmail", "source": "API - Generic", "tags_count": 2,
    "location": {"latitude": 52.5, "longitude": 13.4, "gmtoff": 1, "country_code": "DE", "timezone": "CET"},
    "tags": [{"id": 1, "name": "customer"}, {"id": 2, "name": "newsletter"}], "list_id": "57afe96172",
}  # fmt: skip
SOLD = {
    "date": "2026-08-30", "campaignId": 123456789012, "campaignName": "Brand {n}", "impressions": 1234, "clicks": 12,
    "cost": 3.21, "purchases7d": 1, "sales7d": 24.99, "campaignStatus": "ENABLED", "campaignBudgetAmount": 10.0,
}  # fmt: skip
RECORDS: dict[str, Callable[[int], bytes]] = {
    "members": lambda n: orjson.dumps(MEMBER).replace(b"{n}", b"%d" % n),
    "report": lambda n: orjson.dumps(SOLD).replace(b"{n}", b"%d" % n),
    "empty": lambda n: b"{}",
    "texts": lambda n: b'{"id":"%d","email_address":"%s"}' % (n, b"x" * 20_000),
    "numbers": lambda n: b'{"id":"%d","tags":[%s]}' % (n, b",".join([b"1234567"] * 500)),
}


def text(kind: str, size: int) -> Iterator[bytes]:
    """An answer of about this size, in bits of some hundred kilobytes."""
    yield b"[" if kind == "report" else b'{"members":['
    number = made = 0
    while made < size:
        part = b",".join(RECORDS[kind](number + each) for each in range(max(1, 200_000 // len(RECORDS[kind](0)))))
        yield part if number == 0 else b"," + part
        made, number = made + len(part) + 1, number + 1
    yield b"]" if kind == "report" else b'],"total_items":1}'


def packed(kind: str, size: int) -> Iterator[bytes]:
    squeeze = zlib.compressobj(1, zlib.DEFLATED, 31)
    for part in text(kind, size):
        yield squeeze.compress(part)
    yield squeeze.flush()


def reads(http: Http, kind: str) -> str:
    """One page, as a worker reads it; how that ended."""
    file = kind == "report"
    platform = platform_named("amazon_ads" if file else "mailchimp")
    stream = platform.stream("sp_campaigns_daily" if file else "list_members")
    part = Part({"dc": "us1"}, {"list_id": "57afe96172"}, None, None, NOW)
    if file:
        request, position = Request("GET", "https://a.s3.amazonaws.com/r.json.gz", bare=True), {"at": {"report": "r"}}
    else:
        position = {}
        request = replace(request_for(platform, stream, part, position), url="https://us1.api.mailchimp.com/3.0/x")
    room: Any = getattr(http, "room", None)
    try:
        with room.entered() if room else nullcontext():
            answer = http.send(platform, request)
            reading = read(platform, stream, part, position, request, answer)
            held = Slice("s", "demo", "c", "r", platform.name, stream.name)
            given = {"list_id": "57afe96172", "account_id": "1"}
            staged = stage(platform, stream, held, reading.records, given, request, NOW, Notes())
            return f"{staged.rows} rows"
    except Problem as problem:
        return problem.code


def main() -> None:
    kind, size, at_once = sys.argv[1], int(float(sys.argv[2]) * MIB), int(sys.argv[3])
    start_main(str(ROOT / "functions/extract_page/main.py"))  # what the process holds anyway
    gc_tuning.freeze()
    http = Http(
        transport=httpx2.MockTransport(
            lambda _: httpx2.Response(200, content=(packed if kind == "report" else text)(kind, size))
        )
    )
    before = memory("VmRSS")
    said: list[str] = []
    workers = [threading.Thread(target=lambda: said.append(reads(http, kind))) for _ in range(at_once)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(orjson.dumps({"before": before, "most": memory("VmHWM"), "said": sorted(said)}).decode())


def memory(which: str) -> int:
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(which)) // 1024


if __name__ == "__main__":
    main()
