"""The engine reads the files of one workspace, and does nothing else, whatever it is told."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import duckdb
import pytest

from shared.questions.ask import ask
from shared.questions.engine import AT_ONCE, Engine
from shared.questions.query_string import read
from shared.questions.question import Filter, Question
from shared.questions.refusal import Code, Refusal
from tests.questions.conftest import CALENDAR
from tests.questions.folder import Folder, published, typed
from tests.questions.invented import TEXTS, rows


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Ours, and somebody else's."""
    ours, theirs = (
        published(tmp_path_factory.mktemp(name), {"ads_by_day": typed("ads_by_day", rows("ads_by_day"))})
        for name in ("o'urs", "theirs")
    )
    return ours.files["ads_by_day"][0], theirs.files["ads_by_day"][0]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_parquet('{theirs}')",
        "SELECT * FROM '{theirs}'",
        "SELECT * FROM read_text('{ours}/../../theirs/ads_by_day-0.parquet')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_parquet('https://example.com/a.parquet')",
        "COPY (SELECT 1) TO '{folder}/written.csv'",
        "COPY (SELECT 1) TO '{ours}'",
        "ATTACH '{folder}/other.db'",
        "EXPORT DATABASE '{folder}'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "LOAD '{folder}/x.duckdb_extension'",
        "SET memory_limit = '8GB'",
        "SET enable_external_access = true",
        "SET allowed_paths = ['/']",
        "SET temp_directory = '{folder}'",
        "RESET lock_configuration",
        "PRAGMA threads = 8",
        "CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
    ],
)
def test_it_is_locked_up(files: tuple[str, str], statement: str) -> None:
    ours, theirs = (path.replace("'", "''") for path in files)
    folder = str(Path(theirs).parent)
    before = sorted(Path(theirs).parent.iterdir())
    with pytest.raises(duckdb.Error), Engine().reading(files[:1]) as reader:
        reader.connection.execute(statement.format(ours=ours, theirs=theirs, folder=folder))
    assert sorted(Path(theirs).parent.iterdir()) == before


def test_a_place_has_the_files_that_it_was_asked_for(files: tuple[str, str]) -> None:
    """Also when its connection was used before, by somebody else."""
    engine = Engine()
    for mine, other in (files, files[::-1], files):
        with engine.reading([mine]) as reader:
            assert reader.rows("SELECT COUNT(*) FROM read_parquet($files)", [mine], {})[0][0] > 0
        with pytest.raises(duckdb.PermissionException), engine.reading([mine]) as reader:
            reader.rows("SELECT COUNT(*) FROM read_parquet($files)", [other], {})


def test_what_takes_too_long_is_stopped(files: tuple[str, str]) -> None:
    engine = Engine(seconds=0.05)
    begun = time.monotonic()
    endless = "SELECT COUNT(*) FROM range(1e12::INT8), (SELECT 1 FROM read_parquet($files) LIMIT 1) WHERE range % 7 = 3"
    with pytest.raises(Refusal) as refused, engine.reading(files[:1]) as reader:
        reader.rows(endless, files[:1], {})  # nothing of it has to be kept
    assert refused.value.code is Code.TOO_LONG
    assert time.monotonic() - begun < 30


def test_what_does_not_fit_is_refused_and_writes_nothing(files: tuple[str, str]) -> None:
    sql = "SELECT COUNT(DISTINCT range || 'x') FROM range(3000000), (SELECT 1 FROM read_parquet($files) LIMIT 1)"
    with pytest.raises(Refusal) as refused, Engine().reading(files[:1]) as reader:
        reader.rows(sql, files[:1], {})
    assert refused.value.code is Code.TOO_LARGE


def test_a_file_that_is_gone_says_so(tmp_path: Path, engine: Engine) -> None:
    there = published(tmp_path, {"ads_by_day": typed("ads_by_day", rows("ads_by_day"))})
    Path(there.files["ads_by_day"][1]).unlink()
    with pytest.raises(FileNotFoundError):
        ask(read("mart=ads_by_day&measures=clicks"), there, CALENDAR, engine)


def test_so_many_are_answered_at_once_and_the_next_one_waits(files: tuple[str, str]) -> None:
    engine = Engine(patience=0.01)
    inside, over = threading.Barrier(AT_ONCE + 1), threading.Event()

    def reading() -> None:
        with engine.reading(files[:1]):
            inside.wait(10)
            over.wait(10)

    threads = [threading.Thread(target=reading) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    inside.wait(10)
    with pytest.raises(Refusal) as refused, engine.reading(files[:1]):
        pass
    assert refused.value.code is Code.BUSY
    over.set()
    for thread in threads:
        thread.join()
    with engine.reading(files[:1]):
        pass  # there is a place again


def test_a_mart_that_is_not_published_says_so(folder: Folder, engine: Engine) -> None:
    fewer = Folder(folder.manifest, {"web_users": folder.files["web_users"]})
    with pytest.raises(Refusal) as refused:
        ask(read("mart=ads_by_day&measures=clicks"), fewer, CALENDAR, engine)
    assert refused.value.code is Code.NOT_PUBLISHED


HOSTILE = (*TEXTS, "x' OR '1'='1", "$p0", "{files}", "\0", "\\", "‮", "' UNION SELECT 1 --", "%", "_", "😀" * 200)


@pytest.mark.parametrize("way", ["equals", "in", "contains"])
@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_a_text(folder: Folder, engine: Engine, text: str, way: str) -> None:
    if way == "contains" and not text:
        return
    given = Filter("campaign_name", **({"any_of": (text,)} if way == "in" else {way: text}))
    question = Question(mart="ads_by_campaign", measures=("clicks",), dimensions=("campaign_name",), filters=(given,))
    held = {row["campaign_name"] for row in rows("ads_by_campaign")} - {None}
    wanted = {name for name in held if (text.lower() in name.lower() if way == "contains" else name == text)}
    assert {row[0] for row in ask(question, folder, CALENDAR, engine).rows} == wanted
