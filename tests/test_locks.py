"""What is installed, here and in Google's build, is what was locked: each file by its digest, and none but wheels."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra.tools import bundle
from tests import locks

ROOT = Path(__file__).resolve().parents[1]
DEVELOPMENT = ROOT / "requirements-dev.txt"
COMMAND = ROOT / "infra" / "tools" / "locks" / "command.txt"
TOOLS = [path.with_suffix(".txt") for path in sorted((ROOT / "infra" / "tools" / "locks").glob("*.in"))]
FILES = [DEVELOPMENT, COMMAND, *(ROOT / "functions" / name / "requirements.txt" for name in bundle.functions()), *TOOLS]
SHA256 = re.compile(r"sha256:[0-9a-f]{64}")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_package_is_pinned_to_the_digests_of_its_files(file: Path) -> None:
    found = locks.packages(file.read_text())
    assert len(found) > 5
    for locked in found:
        assert [each.operator for each in locked.needed.specifier] == ["=="], locked.text
        assert locked.digests, f"{locked.text}: anything of this name and version would be installed"
        assert all(SHA256.fullmatch(digest) for digest in locked.digests), locked.text


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_it_says_where_nothing_comes_from_and_takes_only_what_is_built(file: Path) -> None:
    assert locks.options(file.read_text()) == ["--only-binary :all:"]
    assert "://" not in file.read_text()


@pytest.mark.slow
@pytest.mark.parametrize("function", bundle.functions())
def test_a_function_runs_what_the_tests_ran(function: str) -> None:
    tested = set(locks.packages(DEVELOPMENT.read_text()))
    deployed = set(locks.packages(bundle.contents(function)["requirements.txt"].decode()))
    assert deployed <= tested


def test_the_command_in_its_image_runs_what_the_tests_ran() -> None:
    """The same files; on which systems they are needed may be told otherwise."""
    run, tested = (
        {(each.needed.name, str(each.needed.specifier), each.digests) for each in locks.packages(file.read_text())}
        for file in (COMMAND, DEVELOPMENT)
    )
    assert run <= tested


def wheel(folder: Path, says: str) -> Path:
    path = folder / "little-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("little.py", f"SAYS = {says!r}\n")
        archive.writestr("little-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: little\nVersion: 1.0\n")
        archive.writestr("little-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("little-1.0.dist-info/RECORD", "")
    return path


@pytest.mark.slow
@pytest.mark.parametrize(("says", "installed"), [("what was locked", True), ("what somebody put in its place", False)])
def test_a_file_of_another_content_is_not_installed(tmp_path: Path, says: str, installed: bool) -> None:
    """As Google's build installs: from the file alone, without being told that it holds digests."""
    digest = hashlib.sha256(wheel(tmp_path, "what was locked").read_bytes()).hexdigest()
    wheel(tmp_path, says)
    lock = tmp_path / "requirements.txt"
    lock.write_text(f"--only-binary :all:\n\nlittle==1.0 \\\n    --hash=sha256:{digest}\n")
    asked = ["--isolated", "install", "--no-index", "--find-links", str(tmp_path), "--target", str(tmp_path / "there")]
    done = subprocess.run(
        [sys.executable, "-m", "pip", *asked, "--requirement", str(lock)], capture_output=True, text=True, check=False
    )
    assert (done.returncode == 0) is installed, done.stderr
    assert (tmp_path / "there" / "little.py").exists() is installed
    if not installed:
        assert "DO NOT MATCH THE HASHES" in done.stderr


def test_make_installs_nothing_without_a_digest() -> None:
    """But for what stands here, for which nothing is fetched from anywhere."""
    lines = [line.split() for line in (ROOT / "Makefile").read_text().splitlines() if " pip install " in line]
    (ours,) = (line for line in lines if line[-2:] == ["-e", "."])
    assert {"--no-index", "--no-deps", "--no-build-isolation"} <= set(ours)
    others = [line for line in lines if line is not ours]
    assert len(others) == 2  # the environment, and each tool's
    assert all({"--require-hashes", "--no-deps"} <= set(line) for line in others)
