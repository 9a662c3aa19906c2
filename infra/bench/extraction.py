"""`python -m infra.bench.extraction PLATFORM URL TOKEN`: our extraction against the floor, in one process by turns.

ours    fetch, parse, understand, check every value, shape, hash, write lines, pack with isal
floor   fetch with the same library, parse with orjson, dump each record as it came, pack with zlib at its quickest

Both make the same calls and throw the result away. What counts is seconds of CPU, because a busy machine makes time
on the wall mean nothing, and the median over rounds of ours divided by the floor of the same round.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx2
import orjson

from infra.bench.streams import Big, big, numbered
from shared import gc_tuning
from shared.reading import START, Position
from shared.rows.shaping import Notes
from shared.sync.staging import StagedPage, stage

PAGES = {"mailchimp": 8, "constant_contact": 16, "emailoctopus": 40}  # per turn: a fifth of a second or so
ROUNDS = 25


@dataclass(frozen=True, slots=True)
class Call:
    """A request as the floor makes it: nothing is left to find out."""

    url: str
    query: dict[str, str]


def calls(stream: Big, pages: int) -> list[Call]:
    """The requests of the first pages."""
    found, position = [], START
    for _ in range(pages):
        request, reading = stream.page(position)
        found.append(Call(stream.http.address(stream.platform, request.url), dict(request.query)))
        if reading.position is None:
            raise ValueError(f"{stream.platform.name} has fewer than {pages} pages")
        position = reading.position
    return found


def floor(client: httpx2.Client, calls: Sequence[Call], records: str) -> int:
    """The rows."""
    return sum(floor_page(client, call, records) for call in calls)


def floor_page(client: httpx2.Client, call: Call, records: str) -> int:
    found = orjson.loads(client.get(call.url, params=call.query).content)[records]
    squeeze = zlib.compressobj(1, zlib.DEFLATED, 31)
    squeeze.compress(b"".join([orjson.dumps(record) + b"\n" for record in found]))
    squeeze.flush()
    return len(found)


def ours(stream: Big, pages: int) -> tuple[int, int]:
    """The rows and their bytes as staged; exactly what a worker does with a page, but for the stores."""
    rows, staged_bytes, position = 0, 0, START
    for page in range(pages):
        staged, position = ours_page(stream, page, position)
        rows, staged_bytes = rows + staged.rows, staged_bytes + len(staged.data)
    return rows, staged_bytes


def ours_page(stream: Big, page: int, position: Position) -> tuple[StagedPage, Position]:
    request, reading = stream.page(position)
    part, now = numbered(stream.slice, page), datetime.now(UTC)
    staged = stage(stream.platform, stream.stream, part, reading.records, reading.given, request, now, Notes())
    return staged, reading.position or START


def spent(work: Callable[[], int]) -> float:
    """Microseconds of CPU per row."""
    begun = time.process_time()
    rows = work()
    return (time.process_time() - begun) / rows * 1e6


def compare(name: str, url: str, token: str, rounds: int) -> dict[str, float]:
    stream, pages = big(name, url, token), PAGES[name]
    asked = calls(stream, pages)
    client = httpx2.Client(headers={**stream.headers, "accept-encoding": "gzip"}, trust_env=False)
    records, usual = stream.stream.records_path, gc.get_threshold()
    begun = time.monotonic()
    rows, staged = ours(stream, pages)
    wall = time.monotonic() - begun
    pairs = []
    for _ in range(rounds):
        low = spent(lambda: floor(client, asked, records))
        gc_tuning.freeze()
        begun = time.monotonic()
        high = spent(lambda: ours(stream, pages)[0])
        wall = min(wall, time.monotonic() - begun)
        gc.set_threshold(*usual)
        pairs.append((low, high))
    lows, highs = [low for low, _ in pairs], [high for _, high in pairs]
    return {
        "cpu_ratio": round(statistics.median(high / low for low, high in pairs), 3),
        "cpu_ratio_of_least": round(min(highs) / min(lows), 3),
        "floor_us": round(statistics.median(lows), 2),
        "ours_us": round(statistics.median(highs), 2),
        "floor_us_least": round(min(lows), 2),
        "ours_us_least": round(min(highs), 2),
        "rows_per_s": round(rows / wall),
        "staged_bytes_per_row": round(staged / rows, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.bench.extraction", description=__doc__)
    parser.add_argument("platform", choices=sorted(PAGES))
    parser.add_argument("url")
    parser.add_argument("token")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    args = parser.parse_args()
    print(orjson.dumps(compare(args.platform, args.url, args.token, args.rounds)).decode())


if __name__ == "__main__":
    main()
