"""What the Dockerfile says. No image is built here; that its text holds together is what can be told."""

from __future__ import annotations

import json
import re
import shlex
from importlib.util import find_spec
from pathlib import Path

from tests import locks

ROOT = Path(__file__).resolve().parents[2]
LINES = [
    line
    for line in re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text()).splitlines()
    if line.strip() and not line.startswith("#")
]
SAID = [(line.split()[0], line.partition(" ")[2].strip()) for line in LINES]


def all_of(word: str) -> list[str]:
    return [rest for name, rest in SAID if name == word]


def test_nobody_is_root_when_it_runs() -> None:
    assert SAID[[name for name, _ in SAID].index("USER") :][0] == ("USER", "10001:10001")
    assert [name for name, _ in SAID][-4:] == ["USER", "WORKDIR", "ENTRYPOINT", "CMD"], "nothing is changed after that"
    assert "--uid 10001" in " ".join(all_of("RUN"))


def test_what_is_copied_is_there_and_nothing_else_reaches_the_build() -> None:
    copied = {source for line in all_of("COPY") if "--from=" not in line for source in shlex.split(line)[:-1]}
    assert all((ROOT / source).exists() for source in copied)
    ignored = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    assert ignored[0] == "*"
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    assert let_in <= copied
    assert all(any(f"{source}/".startswith(f"{folder}/") for folder in let_in) for source in copied)
    assert not all_of("ADD")


def test_packages_are_installed_by_their_digests_alone() -> None:
    installs = re.findall(r"pip install ([^&]*)", " ".join(all_of("RUN")))
    assert len(installs) == 1
    assert {"--require-hashes", "--no-deps", "/command.txt"} <= set(installs[0].split())
    assert not re.search(r"curl|wget|apt", " ".join(LINES))


def test_it_starts_the_command_with_what_its_project_needs() -> None:
    python, *words = json.loads(all_of("ENTRYPOINT")[0])
    assert python.startswith("/opt/tributary/")
    assert words == ["-m", "infra.cli"]
    assert find_spec("infra.cli.__main__")
    lock = (ROOT / "infra" / "tools" / "locks" / "command.txt").read_text()
    named = {each.needed.name for each in locks.packages(lock)}
    assert {"google-cloud-firestore", "orjson", "shtab", "tzdata"} <= named
    assert not {"duckdb", "bqemulator", "pytest", "mypy", "hatchling"} & named


def test_both_stages_stand_on_the_same_python_and_it_is_one_that_is_tested() -> None:
    stages = {line.split()[0] for line in all_of("FROM")}
    assert stages == {"python:3.13-slim-bookworm"}
