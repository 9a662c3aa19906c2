"""What it takes to import a function, in time and memory, against what it cannot do without.

The floor imports the packages that the function's own `requirements.in` names, and nothing else. Each import happens
in a fresh interpreter that sees only what is deployed with the function. What counts is CPU, which on an idle core is
the same as time, and the least of some rounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, distributions
from pathlib import PurePath
from tempfile import TemporaryDirectory
from typing import Any

from infra.bench.children import measure
from infra.local.processes import ROOT

FUNCTIONS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/main.py"))
# What a package is called where it is imported, if not as in `requirements.in`.
IMPORTED_AS = {
    "authlib": "authlib.oauth2",
    "google-cloud-bigquery": "google.cloud.bigquery",
    "google-cloud-firestore": "google.cloud.firestore",
    "google-cloud-pubsub": "google.cloud.pubsub_v1",
    "google-cloud-secret-manager": "google.cloud.secretmanager_v1",
    "google-cloud-storage": "google.cloud.storage",
    "isal": "isal.isal_zlib",
}
SETTINGS = {
    "GOOGLE_CLOUD_PROJECT": "local",
    "TRIBUTARY_BUCKET": "bench",
    "TRIBUTARY_PUBLISHED_BUCKET": "bench-published",
    "TRIBUTARY_CONSOLE_URL": "http://127.0.0.1:4",
    "TRIBUTARY_LOOK_UP_URL": "http://127.0.0.1:5",
    "TRIBUTARY_LOOK_UP_CALLERS": "bench@local.iam.gserviceaccount.com",
    "TRIBUTARY_FEED_URL": "http://127.0.0.1:5",
    "TRIBUTARY_API_URL": "http://127.0.0.1:5",
    "TRIBUTARY_START_URL": "http://127.0.0.1:1",
    "TRIBUTARY_CALLBACK_URL": "http://127.0.0.1:2",
    "TRIBUTARY_CALLS_URL": "http://127.0.0.1:3",
    "TRIBUTARY_ACCOUNTS": '{"open_workspace": "bench@local.iam.gserviceaccount.com"}',
    "TRIBUTARY_PUSH_AUDIENCE": "bench",
    "TRIBUTARY_PUSH_IDENTITY": "bench@local.iam.gserviceaccount.com",
}


@dataclass(frozen=True, slots=True)
class Start:
    """One function: the least that it took, and how many times the floor's they are."""

    seconds: float
    ratio: float
    megabytes: float
    memory_ratio: float


def named(function: str, file: str) -> list[str]:
    """The packages in one of a function's files of requirements."""
    lines = (ROOT / "functions" / function / file).read_text().splitlines()
    return [re.split(r"[=<>;\[ ]", line)[0].lower() for line in lines if line and not line.startswith(("#", "-", " "))]


def needed(function: str) -> list[str]:
    """The modules that its own requirements are there for."""
    return [IMPORTED_AS.get(name, name.replace("-", "_")) for name in named(function, "requirements.in")]


def hidden(function: str) -> set[str]:
    """Modules that are installed here, for other functions or for development, and are not where it is deployed."""
    deployed = {*named(function, "requirements.txt"), "pip", "setuptools"}
    there, elsewhere = set[str](), set[str]()
    for name, brought in installed().items():
        (there if name in deployed else elsewhere).update(brought)
    return elsewhere - there


@cache
def installed() -> dict[str, set[str]]:
    """The modules of every package here."""
    return {each.name.lower().replace("_", "-"): modules(each) for each in distributions()}


def modules(distribution: Distribution) -> set[str]:
    """The outermost packages and modules that a distribution brings: google.cloud.storage, not google."""
    packages, single = set[PurePath](), set[str]()
    for file in distribution.files or []:
        if file.name == "__init__.py":
            packages.add(PurePath(file.parent))
        elif file.suffix in {".py", ".so"} and len(file.parts) == 1:
            single.add(file.name.partition(".")[0])
    outermost = {path for path in packages if not packages & set(path.parents)}
    return single | {".".join(path.parts) for path in outermost}


def surroundings(function: str) -> dict[str, str]:
    """The environment of a function that is deployed alone: compiled when it was installed, not when it starts."""
    compiled = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": bytecode().name}
    return {**SETTINGS, **compiled, "HIDDEN": " ".join(hidden(function))}


@cache
def bytecode() -> TemporaryDirectory[str]:
    """A folder that lives as long as this process."""
    return TemporaryDirectory(prefix="tributary-bytecode-")


def compare(functions: Sequence[str], rounds: int) -> dict[str, Start]:
    found = {}
    for function in functions:
        env = surroundings(function)
        ours, floor = [], []
        for _ in range(rounds + 1):
            floor.append(measure("infra.bench.start", *needed(function), env=env))
            ours.append(measure("infra.bench.start", ROOT / "functions" / function / "main.py", env=env))
        del ours[0], floor[0]  # they compiled
        seconds, memory = _least(ours, "seconds"), _least(ours, "bytes")
        found[function] = Start(
            round(seconds, 3),
            round(seconds / _least(floor, "seconds"), 3),
            round(memory / 2**20, 1),
            round(memory / _least(floor, "bytes"), 3),
        )
    return found


def _least(said: Iterable[dict[str, Any]], name: str) -> float:
    return min(float(one[name]) for one in said)
