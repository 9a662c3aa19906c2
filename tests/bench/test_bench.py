"""What must hold on any machine, however busy: ratios of memory, pacing with a driven clock, what functions require."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.bench import cold, elsewhere, marts_by_the_million, pacing, pages, programs, publishing, questions
from infra.bench.children import Failed, measure
from infra.bench.facts_in_sql import summary
from infra.bench.servers import Server, Servers, servers
from infra.local.processes import ROOT
from shared.questions.engine import Engine


@pytest.fixture(scope="module")
def started() -> Iterator[Servers]:
    with servers() as mine:
        yield mine


@pytest.fixture(scope="module")
def server(started: Servers) -> Server:
    made = started.fast("emailoctopus", 5_200)
    made.wait()
    return made


@pytest.mark.parametrize("jitter", [0.0, 0.02])
@pytest.mark.parametrize("platform", sorted(pacing.ALLOWANCES))
def test_workers_together_use_what_a_limit_allows_and_never_more(platform: str, jitter: float) -> None:
    use = pacing.simulated(platform, workers=4, seconds=900, jitter=jitter)
    assert use.refused == 0
    assert 0.95 <= use.share <= 1.0


def test_a_limit_that_is_ignored_is_noticed() -> None:
    """The simulation can fail: a worker that thinks it may call twice as often is refused."""
    use = pacing.simulated("constant_contact", seconds=60, faster=2.0)
    assert use.refused > 0


@pytest.mark.slow
def test_memory_does_not_grow_with_pages(started: Servers, server: Server) -> None:
    env, key = started.google(), server.token()
    few, many = (measure("infra.bench.growth", server.url, key, pages, env=env) for pages in (4, 50))
    assert many["staged_bytes"] > 10 * few["staged_bytes"]
    assert many["peak_bytes"] <= 1.2 * few["peak_bytes"]


@pytest.mark.slow
def test_both_sides_are_measured(server: Server) -> None:
    found = measure("infra.bench.extraction", "emailoctopus", server.url, server.token(), "--rounds", 1)
    assert found["ours_us"] > 0
    assert found["floor_us"] > 0
    assert found["cpu_ratio"] == pytest.approx(found["ours_us"] / found["floor_us"], rel=0.01)


@pytest.mark.slow
def test_functions_start_with_what_they_require_and_nothing_else() -> None:
    """Packages that are not deployed with a function are hidden, so a forgotten requirement ends here."""
    for function in cold.FUNCTIONS:
        main = ROOT / "functions" / function / "main.py"
        assert measure("infra.bench.start", main, env=cold.surroundings(function))["bytes"] > 0


@pytest.mark.slow
def test_a_start_is_held_against_what_is_required() -> None:
    (found,) = cold.compare(["record_failure"], rounds=1).values()
    assert found.memory_ratio <= 1.3


def test_a_package_that_is_not_deployed_is_not_there() -> None:
    with pytest.raises(Failed, match="duckdb is not deployed"):
        measure("infra.bench.start", "duckdb", env=cold.surroundings("load_batch"))


def test_what_is_published_is_looked_at_whole_and_one_document_leads_to_it(tmp_path: Path) -> None:
    rows = marts_by_the_million.make(tmp_path, 7_000)
    folder = marts_by_the_million.found(tmp_path)
    files, held, spent = publishing.looked_at(folder)
    assert sum(file.rows for file in files[publishing.FACT]) == rows
    assert len(held) == sum(len(each) for each in folder.files.values())
    assert spent > 0
    documents = publishing.documents_an_answer(folder, files, held)
    assert (documents.reads, documents.writes) == (1, 0)
    publishing.by_arrow(folder.files[publishing.FACT])


def test_each_page_of_the_bench_shows_what_is_there(tmp_path: Path) -> None:
    marts_by_the_million.make(tmp_path, 1)
    folder = marts_by_the_million.found(tmp_path)
    for name, made in pages.ways(folder).items():
        text = gzip.decompress(made("last-28-days")).decode()
        assert "<table" in text, name
        assert "No figures yet" not in text
    figures = pages.measured(folder, rounds=1)
    assert len(figures["pages"]) == 8
    assert all(one["bytes"] < 100_000 for one in figures["pages"].values())


def test_each_question_of_the_bench_has_an_answer(tmp_path: Path) -> None:
    assert marts_by_the_million.make(tmp_path, 1) == marts_by_the_million.DAYS * marts_by_the_million.CONNECTIONS
    folder = marts_by_the_million.found(tmp_path)
    for texts in (questions.BY_DAY, questions.OF_FACTS):
        assert len(texts) == 12
    everywhere = [text for text in (*questions.BY_DAY, *questions.OF_FACTS) if "campaign+7" not in text]
    questions.answer_all(everywhere, folder, Engine())  # or it ends
    assert 0 < questions.floor(everywhere[:2], folder) < 10


@pytest.mark.slow
def test_eight_programs_ask_at_once_without_an_error_and_what_has_not_changed_takes_less() -> None:
    found = programs.answer(facts=7_000)
    assert found.at_once.refused == 0
    assert found.unchanged_ms < found.dashboard_ms
    assert found.idle_mb < found.peak_mb


def test_others_are_asked_the_same_and_answer_the_same(tmp_path: Path) -> None:
    """Eight ads of a day and account, so that each question finds something."""
    marts_by_the_million.make(tmp_path, 52_000)
    ours = questions.answers(questions.OF_FACTS, marts_by_the_million.found(tmp_path), Engine())
    found = {"answers": [summary(rows) for rows in ours], "of_facts_least_ms": 100.0}
    compared = elsewhere.compared(str(tmp_path), found)
    assert elsewhere.STAND_IN in compared
    assert all(theirs["ratio"] > 0 for theirs in compared.values())


def test_who_answers_something_else_is_no_comparison() -> None:
    assert elsewhere.differing([[1, 2.0], [3, 0.1 + 0.2]], [[1, 2.0], [3, 0.3]]) == []
    assert elsewhere.differing([[1, 2.0], [3, 4.0]], [[1, 2.1], [2, 4.0]]) == [1, 2]
    assert elsewhere.differing([[1, 2.0]], []) == [1, 0]
