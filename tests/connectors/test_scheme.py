"""Where things of a platform stand: the same files in each folder, and nowhere else a word of any platform."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.tools.docs import ROOT
from shared.platforms import PLATFORMS
from shared.vocabulary.platform import Platform

SHARED = ROOT / "shared"
FOLDERS = SHARED / "platforms"
FAMILIES = {"google", "meta"}  # what two platforms of one house share
FILES = {"__init__", "access", "columns", "errors", "records", "streams"}
# Sentences for people, where a platform demands to be named: Google's terms, and Meta's for the deletion of data.
IN_WORDS = {
    "shared/oauth/privacy.py",
    "shared/console/routes.py",  # an example of a word that stands in a path
}


@pytest.mark.parametrize("platform", PLATFORMS.values(), ids=PLATFORMS)
def test_each_folder_has_the_same_files(platform: Platform) -> None:
    assert {file.stem for file in (FOLDERS / platform.name).glob("*.py")} >= FILES


@pytest.mark.parametrize("platform", PLATFORMS.values(), ids=PLATFORMS)
def test_each_question_has_one_place(platform: Platform) -> None:
    own = f"shared.platforms.{platform.name}"
    assert platform.refuse.__module__ == f"{own}.errors"
    assert platform.discover.__module__ == f"{own}.access"
    assert platform.authorise.__module__ in {f"{own}.access", "shared.vocabulary.access"}
    limits = (platform.limits, *platform.allowances.values())
    rests = {each.stated_pause.__module__ for each in limits if each.stated_pause is not None}
    assert rests <= {f"{own}.errors", *(f"shared.platforms.{family}.graph" for family in FAMILIES)}


def test_every_folder_is_registered() -> None:
    folders = {folder.parent.name for folder in FOLDERS.glob("*/__init__.py")}
    assert folders - FAMILIES == set(PLATFORMS)


def test_a_platform_knows_no_other() -> None:
    wrong = []
    for file in FOLDERS.glob("*/*.py"):
        allowed = FAMILIES if file.parent.name in FAMILIES else {file.parent.name, *FAMILIES}
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("shared.platforms"):
                folder = [*(node.module or "").split("."), ""][2]
                wrong += [f"{file.parent.name}/{file.name}: {node.module}"] if folder not in allowed else []
    assert not wrong


def named_in(source: str) -> Iterator[str]:
    """Words of the code that name a platform: identifiers, and texts that are no docstring."""
    names = sorted({*PLATFORMS, *(platform.title for platform in PLATFORMS.values())})
    named = re.compile("|".join("[ _-]?".join(map(re.escape, re.split("[ _]", name))) for name in names), re.IGNORECASE)
    tree = ast.parse(source)
    told = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if id(node) in told:
            continue
        words = [value for _, value in ast.iter_fields(node) if isinstance(value, str)]
        yield from (f"{getattr(node, 'lineno', 0)}: {word[:60]}" for word in words if named.search(word))


def places() -> Iterator[Path]:
    for top in (SHARED, ROOT / "functions"):
        for file in sorted(top.rglob("*.py")):
            inside = file.is_relative_to(FOLDERS) and file.parent.name in PLATFORMS
            if not inside and file != FOLDERS / "__init__.py" and str(file.relative_to(ROOT)) not in IN_WORDS:
                yield file


def test_no_other_code_names_a_platform() -> None:
    files = list(places())
    assert len(files) > 150
    assert not [f"{file.relative_to(ROOT)}:{word}" for file in files for word in named_in(file.read_text())]


@pytest.mark.parametrize(
    "code",
    [
        'if platform.name == "meta_ads": pass',
        "from shared.platforms.shopify import PLATFORM",
        "GOOGLE_ADS = 1",
        'title = "Constant Contact"',
        "def klaviyo_filter(): ...",
        'def f():\n    """Fine: Klaviyo."""\n    return f"{x} of Mailchimp"',
    ],
)
def test_a_name_would_be_noticed(code: str) -> None:
    assert len(list(named_in(code))) == 1


def test_docstrings_and_comments_may_have_examples() -> None:
    assert not list(named_in('"""Such as Klaviyo."""\n\n\ndef f():\n    """Like Shopify."""  # and Mailchimp\n'))
