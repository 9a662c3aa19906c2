"""`tributary platform new`: what it makes passes at once, nothing else is edited, and what is none is refused."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from infra.platforms import making
from infra.platforms.kinds import AUTH, PAGES
from infra.platforms.making import CannotBeMade, Wanted
from infra.tools.docs import PAGES as MADE_FROM_CODE
from infra.tools.docs import ROOT
from shared.platforms import PLATFORMS

LONG = "cedar_of_the_far_mountain_side"
NEW = {
    "acorn": ["--pages", "cursor", "--auth", "key"],
    "birch": ["--pages", "count", "--auth", "oauth", "--title", "Birch & Co. 7", "--host", "rest.birch-7.example"],
    LONG: ["--pages", "link", "--auth", "oauth"],
    "zelkova": ["--pages", "once"],
}
# What looks at every platform: its declaration, its stand-in beside it, a whole sync, its pages, and the walls.
LOOK = [
    "tests/connectors",
    "tests/flow/test_sync.py",
    "tests/apps/test_pages.py",
    "tests/oauth/test_privacy.py",
    "tests/terraform/test_flow.py",
    "tests/test_bundle.py",
    "tests/test_docs.py",
    "tests/test_walls.py",
]
BESIDE = [
    "made_from_the_code",
    "page_of_surprises",
    "links_lead_somewhere",
    "none_else",
    "index_begins",
    "index_asks",
    "stand_in_by_its_own_name",
    "every_stream_is_recorded",
    "every_folder_is_registered",
    "platform_knows_no_other",
    "with_an_app_have_a_secret",
    "it_holds_what_it_imports",
    "holds_its_walls",
]
OF_EACH = {  # test → how many of it there are for a platform, at least
    "test_conformance": 60,
    "test_mutant_is_noticed": 18,
    "test_what_is_read_is_what_there_is": 1,
    "test_the_account_stays_the_same_while_its_data_change": 1,
    "test_a_first_sync_brings_everything_and_the_next_brings_what_changed": 1,
    "test_whatever_has_joined_is_said_to_have_moved": 2,
    "test_a_page_has_its_sections_in_order": 1,
}


def copied(where: Path) -> dict[str, bytes]:
    """The tree as it is now, copied; what each file of it holds."""
    if not (ROOT / ".git").exists():
        pytest.skip("no clone: which files are the project's is asked of git")
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=True, text=True,
    ).stdout.split("\0")  # fmt: skip
    for path in filter(None, listed):
        if (ROOT / path).is_file():
            (where / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, where / path)
    return held(where)


def held(where: Path) -> dict[str, bytes]:
    files = (path for path in where.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(where)): path.read_bytes() for path in files}


def run(where: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A module of that tree, in a process that knows nothing of this one."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_"))}
    env |= {"PYTHONPATH": str(where), "NO_COLOR": "1"}
    return subprocess.run([sys.executable, "-m", *words], cwd=where, env=env, capture_output=True, text=True)


def looked_at(where: Path) -> Mapping[str, list[str]]:
    """The names of the tests that ran, by function; one that fails fails this."""
    words = ["-n0", "-p", "no:cacheprovider", "--tb=short", "--junitxml=ran.xml", "-k", " or ".join([*NEW, *BESIDE])]
    ended = run(where, "pytest", *LOOK, *words)
    assert ended.returncode == 0, ended.stdout[-6000:]
    ran: dict[str, list[str]] = {}
    for case in ElementTree.parse(where / "ran.xml").iter("testcase"):
        ran.setdefault(case.attrib["name"].partition("[")[0], []).append(case.attrib["name"])
    return ran


@pytest.mark.slow
def test_what_is_made_passes_at_once_and_nothing_else_is_edited(tmp_path: Path) -> None:
    before, printed = copied(tmp_path), {}
    for name, words in NEW.items():
        ended = run(tmp_path, "infra.cli", "platform", "new", name, *words)
        assert ended.returncode == 0, ended.stderr
        printed[name] = ended.stdout
    assert {words[1] for words in NEW.values()} == set(PAGES)
    assert {"oauth" if "oauth" in words else "key" for words in NEW.values()} == set(AUTH)

    after = held(tmp_path)
    changed = {path for path, text in after.items() if path in before and text != before[path]}
    assert changed <= {making.REGISTRY, making.FIRST_COLUMNS, making.LEAD_TIMES, *MADE_FROM_CODE}
    for path in after.keys() - before.keys():
        assert any(name in path for name in NEW), path
    page = (ROOT / "docs" / "adding-a-platform.md").read_text()
    assert f"```\n$ tributary platform new acorn {' '.join(NEW['acorn'])}\n{printed['acorn']}```\n" in page

    for words in (["check", "."], ["format", "--check", "."]):
        ended = run(tmp_path, "ruff", *words)
        assert ended.returncode == 0, ended.stdout
    ran = looked_at(tmp_path)
    for name in NEW:
        for test, least in OF_EACH.items():
            assert sum(name in each for each in ran.get(test, [])) >= least, (name, test)
    for word in BESIDE:
        assert any(word in test for test in ran), word


# -- what cannot be made ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": "Acorn"}, "is no name"),
        ({"name": "../acorn"}, "is no name"),
        ({"name": "a" * 31}, "is no name"),
        ({"name": "acorn_"}, "is no name"),
        ({"title": 'Acorn"""'}, "is no title"),
        ({"title": "acorn"}, "is no title"),
        ({"host": "https://api.acorn.example"}, "is no host"),
        ({"host": "localhost"}, "is no host"),
        ({"name": "mailchimp"}, "is there already"),
        ({"name": "google"}, "is there already"),
        ({"name": "paging"}, "is there already"),
        ({"name": "class"}, "a word of Python"),
    ],
)
def test_what_is_no_name_or_is_there_is_refused(changes: dict[str, str], says: str) -> None:
    wanted = {"name": "acorn", "title": "Acorn", "host": "api.acorn.example", "pages": "cursor", "auth": "key"}
    with pytest.raises(CannotBeMade, match=says):
        making.make(Wanted(**{**wanted, **changes}), ROOT, date(2026, 11, 30))


def test_outside_of_a_clone_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(CannotBeMade, match="in a clone"):
        making.make(Wanted("acorn", "Acorn", "api.acorn.example", "cursor", "key"), tmp_path, date(2026, 11, 30))
    assert not list(tmp_path.iterdir())


def test_a_platform_is_listed_where_its_name_belongs() -> None:
    text = (ROOT / making.REGISTRY).read_text()
    for name in ("aaa", "kiwi", "zzz"):
        text = making.registered(text, Wanted(name, "Any", "api.any.example", "once", "key"))
    for indent in ("    ", "        "):
        lines = [line for line in text.splitlines() if line.startswith(indent) and line.strip(" ,").isidentifier()]
        names = [line.strip(" ,") for line in lines if len(line) - len(line.lstrip()) == len(indent)]
        assert names == sorted({*PLATFORMS, "aaa", "kiwi", "zzz"})


def test_no_template_asks_for_a_word_that_nobody_fills_in() -> None:
    for pages in PAGES:
        for auth in AUTH:
            for path, text in making.files(Wanted("acorn", "Acorn", "api.acorn.example", pages, auth), date.min):
                assert "$" not in text, path
