"""A mart is made of parts: what platforms contribute stands with them, and nothing of them stands in a mart's file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from shared.errors import Bug
from shared.marts import files, parts
from shared.marts.parts import woven
from shared.platforms import PLATFORMS

VIEWS = {path.stem: path.read_text() for path in files.FOLDER.glob("*.sql")}
ARMS = sorted(parts.FOLDER.glob("*/marts/*.sql"))
LAYERS = sorted(parts.FOLDER.glob("*/marts/layers/*.sql"))
TAKEN = {name: columns for text in VIEWS.values() for name, columns in parts.taken(text).items()}
# Besides their names: the firms that they belong to, the networks that they read, and their products.
WORDS = {"google", "meta", "amazon", "facebook", "sponsored", "performance max"}


def names_a_platform(text: str, words: set[str]) -> set[str]:
    known = {word for each in PLATFORMS.values() for word in (each.name, each.name.replace("_", " "), each.title)}
    found = {word.lower() for word in known} | words
    return {word for word in found if re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text.lower())}


def test_no_file_of_the_marts_names_a_platform() -> None:
    for name, text in VIEWS.items():
        assert names_a_platform(text, WORDS) == set(), name
    for path in files.FOLDER.parent.glob("*.py"):
        assert names_a_platform(path.read_text(), set()) == set(), path.name
    assert names_a_platform("told IN ('klaviyo_account')", set()) == {"klaviyo"}
    assert names_a_platform("as Google tells it", WORDS) == {"google"}


@pytest.mark.parametrize("path", ARMS, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_an_arm_has_the_columns_that_its_mart_takes_and_tells_of_its_own_platform(path: Path) -> None:
    platform = path.parts[-3]
    arm = parts.read(platform, path.read_text())
    tree = sqlglot.parse_one(woven(arm.query), read="bigquery")
    assert isinstance(tree, exp.Query)
    assert sorted(tree.named_selects) == sorted(TAKEN[path.stem]), "its columns, in any order"
    told = [platform] if "platform" in TAKEN[path.stem] else []
    assert re.findall(r"'(\w+)' AS platform", arm.query) == told
    assert foreign(arm.query, platform) == []


@pytest.mark.parametrize("path", LAYERS, ids=lambda path: path.stem)
def test_a_layer_is_described_and_reads_its_own_platform(path: Path) -> None:
    says = parts.read("", path.read_text()).says
    assert says
    assert foreign(path.read_text(), path.parts[-4]) == []


def foreign(query: str, platform: str) -> list[str]:
    """Tables of somebody else."""
    return [
        name for name in re.findall(r"\b(?:raw|history|@rows)\.(\w+)", query) if not name.startswith(f"{platform}_")
    ]


def test_every_part_is_read_and_every_arm_by_one_mart() -> None:
    read = Counter(name for text in VIEWS.values() for name in parts.taken(text))
    assert {path.stem for path in ARMS} == set(read)
    assert set(read.values()) == {1}
    texts = "".join(path.read_text() for path in (*ARMS, *LAYERS))
    assert {path.stem for path in LAYERS} == set(re.findall(r"layers\.(\w+)", texts))


def test_tables_that_an_arm_names_as_a_text_are_there() -> None:
    """Nobody else would notice a misspelt one."""
    for name, by_days in (("measured_by_day", True), ("contact_records", False)):
        for arm in parts.arms(name):
            platform = PLATFORMS[arm.platform]
            known = {platform.table(each.name) for each in platform.streams if each.days or not by_days}
            told = re.findall(rf"'({arm.platform}_\w+)'", arm.query)
            assert told
            assert set(told) <= known, arm.platform


def test_the_page_for_authors_names_every_arm() -> None:
    page = (parts.FOLDER.parents[1] / "docs" / "adding-a-platform.md").read_text()
    table = page.partition("| it has | arms |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(\w+)`", table)) == set(TAKEN)


# -- what stands once ------------------------------------------------------------------------------------


def test_a_purchase_and_a_conversion_of_currency_are_defined_once() -> None:
    texts = [*VIEWS.values(), *(path.read_text() for path in (*ARMS, *LAYERS))]
    whole = "\n".join(texts)
    assert whole.count("omni_purchase") == 1
    assert whole.count("purchases_14d") == whole.count("purchases_clicks") == 1
    assert "reporting_per_euro / " not in whole
    assert whole.count("@converted(") > 5


def test_a_list_of_words_stands_once() -> None:
    """What tells the words apart that mean something has one definition."""
    texts = [*VIEWS.values(), *(path.read_text() for path in (*ARMS, *LAYERS))]
    found = Counter(
        " ".join(each.split()) for text in texts for each in set(re.findall(r"\(('\w+'(?:,\s+'\w+'){3,})\)", text))
    )
    assert [words for words, times in found.items() if times > 1] == []


# -- how they are woven ------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Two platforms that contribute nothing yet."""
    two = {name: replace(PLATFORMS["mailchimp"], name=name, title=name.title()) for name in ("ash", "elm")}
    monkeypatch.setattr(parts, "FOLDER", tmp_path)
    monkeypatch.setattr(parts, "PLATFORMS", two)
    monkeypatch.setattr(files, "PLATFORMS", two)
    for name in two:
        (tmp_path / name / "marts" / "layers").mkdir(parents=True)
    parts.arms.cache_clear()
    parts.layers.cache_clear()
    yield tmp_path
    parts.arms.cache_clear()
    parts.layers.cache_clear()


VIEW = "-- Says.\n/*\nplatform; cost money+ Spent\n*/\nSELECT platform, cost\nFROM arms.costs\n"


def test_arms_are_taken_one_after_another_by_the_names_of_their_columns(folder: Path) -> None:
    (folder / "ash/marts/costs.sql").write_text("SELECT spend AS cost, 'ash' AS platform FROM raw.ash_days\n")
    one = files.read("m", VIEW)
    assert one.query == (
        "WITH costs__ash AS (\n  SELECT spend AS cost, 'ash' AS platform FROM raw.ash_days\n)\n"
        "SELECT platform, cost\nFROM costs__ash"
    )
    assert one.description == "Says. Told by Ash."
    parts.arms.cache_clear()
    (folder / "elm/marts/costs.sql").write_text(
        "-- some of it.\n/*\ncost less tax\n*/\nWITH x AS (SELECT 1 AS n)\nSELECT 'elm' AS platform, n AS cost FROM x\n"
    )
    both = files.read("m", VIEW)
    assert both.query.endswith(
        "SELECT platform, cost\nFROM costs__ash\nUNION ALL\nSELECT platform, cost\nFROM costs__elm"
    )
    assert both.tables("raw") == {"ash_days"}
    assert both.description == "Says. Elm: some of it. Told by Ash, Elm."
    assert both.columns[1].meaning == "Spent. Elm: less tax"


def test_what_a_query_has_before_it_stays_behind_its_parts(folder: Path) -> None:
    (folder / "ash/marts/costs.sql").write_text("SELECT 1 AS cost, 'ash' AS platform\n")
    query = woven("WITH told AS (\n  SELECT platform, cost\n  FROM arms.costs\n)\nSELECT platform FROM told")
    assert query.startswith("WITH costs__ash AS (\n")
    assert "),\ntold AS (\n  SELECT platform, cost\n  FROM costs__ash\n)\nSELECT platform FROM told" in query


def test_a_layer_stands_once_for_the_rows_that_it_is_made_over(folder: Path) -> None:
    (folder / "ash/marts/layers/bought.sql").write_text("-- What was bought.\nSELECT *, 1 AS n FROM @rows\n")
    (folder / "ash/marts/layers/all_days.sql").write_text(
        "-- All.\nSELECT n FROM layers.bought(@rows.ash_a)\nUNION ALL\nSELECT n FROM layers.bought(@rows.ash_b)\n"
    )
    query = woven("SELECT n FROM layers.bought(raw.ash_a) UNION ALL SELECT n FROM layers.all_days(raw)")
    assert re.findall(r"(\w+) AS \(", query) == ["bought__raw_ash_a", "bought__raw_ash_b", "all_days__raw"]
    assert query.endswith("SELECT n FROM bought__raw_ash_a UNION ALL SELECT n FROM all_days__raw")
    assert "history.ash_b" in woven("SELECT n FROM layers.all_days(history)")
    for wrong in ("layers.bought", "layers.sold", "layers.sold(raw.ash_a)"):
        with pytest.raises(Bug):
            woven(f"SELECT n FROM {wrong}")
    parts.layers.cache_clear()
    (folder / "elm/marts/layers/bought.sql").write_text("-- Another.\nSELECT 1 AS n\n")
    with pytest.raises(Bug, match="two layers"):
        parts.layers()


def test_a_line_stands_once_for_each_platform_with_such_an_arm(folder: Path) -> None:
    for name in ("ash", "elm"):
        (folder / name / "marts/people.sql").write_text("SELECT 1 AS n\n")
    assert parts.repeated("a\n  each people: in_{platform} bool Known to {title}\nb") == (
        "a\n  in_ash bool Known to Ash\n  in_elm bool Known to Elm\nb"
    )


def test_a_mart_that_nobody_tells_and_a_note_on_no_column_are_refused(folder: Path) -> None:
    with pytest.raises(Bug, match=r"costs\.sql"):
        files.read("m", VIEW)
    (folder / "ash/marts/costs.sql").write_text("/*\nspend of it\n*/\nSELECT 1 AS cost, 'ash' AS platform\n")
    with pytest.raises(Bug, match="spend"):
        files.read("m", VIEW)
