"""What `pip install .` brings: every module and file that a command needs, and the packages that these import."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable
from functools import cache
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from infra.admin.commands import COMMANDS as OF_OPERATORS
from infra.cli.commands import COMMANDS
from infra.tools import bundle
from tests import locks

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
PLAIN, LOCAL = PROJECT["dependencies"], PROJECT["optional-dependencies"]["local"]
OURS = {"shared", "functions", "infra"}
ON_ONE_MACHINE = ("infra.demo", "infra.local", "infra.sandbox")
# What is imported when it is meant: of the operator's commands, and of the cloud with its platforms and its functions.
OPERATING = ["infra.admin.carrying", *(each.module for each in (*COMMANDS, *OF_OPERATORS))]
STANDING_IN = [
    "infra.demo.demonstration", "infra.demo.platforms", "infra.local.google", "infra.local.reading",
    "infra.local.up", "infra.local.warehouse", "infra.sandbox.serve",
    *(f"functions.{name}.main" for name in bundle.functions()),
]  # fmt: skip


def files(module: str) -> list[Path]:
    parts = module.split(".")
    places = [ROOT.joinpath(*parts[:count], "__init__.py") for count in range(1, len(parts) + 1)]
    return [place for place in (*places, ROOT.joinpath(*parts).with_suffix(".py")) if place.exists()]


def imported(modules: Iterable[str]) -> dict[str, Path]:
    """Modules of others that these import, directly or through ours, each with one file that does."""
    waiting, done = [path for module in modules for path in files(module)], set[Path]()
    found: dict[str, Path] = {}
    while waiting:
        path = waiting.pop()
        if path in done:
            continue
        done.add(path)
        for name in bundle.imports(path):
            top = name.partition(".")[0]
            if top in OURS:
                waiting += files(name)
            elif top not in sys.stdlib_module_names and top != "_typeshed":
                found.setdefault(name, path)
    return found


@cache
def brought(*named: str) -> frozenset[str]:
    """All distributions that come with these."""
    waiting, found = [Requirement(each) for each in named], set[str]()
    while waiting:
        needed = waiting.pop()
        name = canonicalize_name(needed.name)
        if name in found or (needed.marker and not needed.marker.evaluate({"extra": ""})):
            continue
        found.add(name)
        waiting += [Requirement(each) for each in requires(name) or ()]
    return frozenset(found)


def lacking(modules: Iterable[str], named: Iterable[str]) -> set[str]:
    there = brought(*named)
    known = packages_distributions()
    return {
        f"{name} ({path.relative_to(ROOT)})"
        for name, path in imported(modules).items()
        if not {canonicalize_name(each) for each in known.get(name.partition(".")[0], ())} & there
    }


@pytest.mark.slow
def test_what_operators_run_needs_only_what_is_always_installed() -> None:
    meant = [each for each in OPERATING if not each.startswith(ON_ONE_MACHINE)]
    assert not lacking(meant, PLAIN)
    assert lacking(meant, [each for each in PLAIN if not each.startswith("xxhash")]), "what is missing is noticed"


@pytest.mark.slow
def test_the_one_machine_cloud_needs_what_its_extra_brings() -> None:
    assert not lacking(STANDING_IN, [*PLAIN, *LOCAL])
    assert lacking(STANDING_IN, PLAIN)


@pytest.mark.parametrize("needed", [*PLAIN, *LOCAL])
def test_the_versions_that_the_tests_run_on_are_let_in(needed: str) -> None:
    wanted = Requirement(needed)
    (locked,) = (
        each.needed
        for each in locks.packages((ROOT / "requirements-dev.txt").read_text())
        if canonicalize_name(each.needed.name) == canonicalize_name(wanted.name)
        and (each.needed.marker is None or each.needed.marker.evaluate())
    )
    (version,) = (each.version for each in locked.specifier)
    assert version in wanted.specifier


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (made,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"])
    return Path(made)


def test_the_wheel_holds_every_file_of_the_three_packages(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    there = {
        str(path.relative_to(ROOT))
        for top in OURS
        for path in (ROOT / top).rglob("*")
        if path.is_file() and path.suffix in {".py", ".sql", ".graphql", ".sh", ".txt", ".json"}
    }
    assert there <= held
    assert {name.partition("/")[0] for name in held} == OURS


@pytest.mark.slow
def test_what_was_installed_works_in_a_clean_folder(wheel: Path, tmp_path: Path) -> None:
    """A few commands that read files beside the modules, and modules that only they import."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    (tmp_path / "empty").mkdir()
    wanted = {
        "--version": f"tributary {PROJECT['version']}",
        "admin --help": "connect-link",
        "cost --json": '"usd"',
        "platform describe shopify --json": "shopify_orders",
        "completion zsh": "#compdef tributary",
    }
    begin = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from infra.cli.__main__ import main\n"
        "for words in sys.argv[2:]:\n"
        "    try: code = main(words.split())\n"
        "    except SystemExit as ended: code = ended.code\n"
        "    print(f'\\n== {words}: {code}')\n"
    )
    ended = subprocess.run(
        [sys.executable, "-P", "-c", begin, str(tmp_path / "site"), *wanted],
        cwd=tmp_path / "empty",
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-1500:]
    for (words, says), answer in zip(wanted.items(), re.split(r"(?m)^== ", ended.stdout), strict=False):
        assert says in answer, words
    assert re.findall(r"(?m)^== .*: (\S+)$", ended.stdout) == ["0"] * len(wanted)


def test_the_command_is_installed_under_its_name() -> None:
    assert PROJECT["scripts"] == {"tributary": "infra.cli.__main__:main"}
