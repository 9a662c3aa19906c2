"""`python -m infra.local sync` for each platform, as its manual has it, against a server that speaks its API."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from infra.sandbox import create_any
from infra.sandbox.serve import Serving
from shared.platforms import PLATFORMS
from tests.flow.lives import LIVES
from tests.local.conftest import run
from tests.support.truth import differences

pytestmark = pytest.mark.slow

# What the connect page of a platform asks for, besides a key or a consent.
ASKED = {
    "amazon_ads": ["region=Europe, Middle East, India"],
    "metricool": ["user_id=7654321"],
    "shopify": ["shop=demo-bakery"],
}


@pytest.mark.parametrize("name", sorted(PLATFORMS))
def test_an_account_of_any_platform_can_be_tried(name: str, tmp_path: Path) -> None:
    life, now = LIVES[name], datetime.now(UTC)
    box = create_any(name, counts=life.counts, options=life.options, clock=lambda: now)
    if hasattr(box.world, "jobs"):
        box.world.jobs.next(polls=0, times=None)  # made at the first look, or the test would wait for minutes
    key = PLATFORMS[name].key_way is not None
    secret = box.key() if key else str(next(iter(box.credential().values())))
    with Serving(box) as url:
        words = ["infra.local", "sync", name, "--url", url, "--key" if key else "--token", secret, "--json"]
        words += [word for stream in life.streams for word in ("--stream", stream)]
        words += [word for value in ASKED.get(name, []) for word in ("--value", value)]
        words += [word for account in box.accounts()[:1] for word in ("--account", account.id)]
        ended = run(*words, "--history", str(life.days), "--out", str(tmp_path))
    assert ended.returncode == 0, ended.stderr
    told = orjson.loads(ended.stdout.splitlines()[-1])
    assert (told["state"], told["missing"], told["problems"]) == ("completed", 0, [])
    assert secret not in ended.stdout + ended.stderr
    rows = {
        table: [orjson.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
        for table in told["rows"]
        for path in [tmp_path / "tables" / f"{table}.ndjson.gz"]
    }
    assert all(rows.values()), "each stream has something to tell"
    accounts = list(told["accounts"]) if box.accounts() else None
    found = differences(name, box.truth(accounts), rows, life.streams)
    assert not found, str(found)[:800]
