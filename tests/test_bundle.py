"""An archive holds what its function runs and nothing else, is the same when nothing changed, and starts by itself."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from hashlib import sha256
from importlib.metadata import Distribution, PackagePath
from io import BytesIO
from pathlib import Path

import pytest

from infra.tools import bundle, pythons
from tests import locks

pytestmark = pytest.mark.slow

FUNCTIONS = bundle.functions()
NEEDS = {
    "GOOGLE_CLOUD_PROJECT": "bundle-project",
    "TRIBUTARY_BUCKET": "pages",
    "TRIBUTARY_PUBLISHED_BUCKET": "published",
    "TRIBUTARY_START_URL": "https://connect.example.com",
    "TRIBUTARY_CALLBACK_URL": "https://callback.example.com",
    "TRIBUTARY_CALLS_URL": "https://calls.example.com",
    "TRIBUTARY_CONSOLE_URL": "https://console.example.com",
    "TRIBUTARY_LOOK_UP_URL": "https://look-up.example.com",
    "TRIBUTARY_LOOK_UP_CALLERS": "console@example.com",
    "TRIBUTARY_FEED_URL": "https://feed.example.com",
    "TRIBUTARY_API_URL": "https://api.example.com",
    "TRIBUTARY_ACCOUNTS": '{"load_batch":"load-batch@example.com"}',
    "TRIBUTARY_PUSH_AUDIENCE": "audience",
    "TRIBUTARY_PUSH_IDENTITY": "push@example.com",
    # Clients are made without credentials when they are told of an emulator; nobody is called here.
    "FIRESTORE_EMULATOR_HOST": "127.0.0.1:1",
    "PUBSUB_EMULATOR_HOST": "127.0.0.1:1",
    "STORAGE_EMULATOR_HOST": "http://127.0.0.1:1",
    "BIGQUERY_EMULATOR_HOST": "http://127.0.0.1:1",
    "SECRET_MANAGER_EMULATOR_HOST": "127.0.0.1:1",
}


def test_the_same_content_makes_the_same_archive(tmp_path: Path) -> None:
    first = bundle.write(tmp_path / "a")
    assert bundle.write(tmp_path / "b") == first
    for name in first.values():
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    held = bundle.contents("load_batch")
    changed = {**held, "main.py": held["main.py"] + b"\n"}
    assert bundle.digest(changed) != bundle.digest(held)
    assert bundle.digest({**held, "new.py": b""}) != bundle.digest(held)


def test_the_files_of_the_marts_go_with_the_module_that_reads_them_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for function in FUNCTIONS:
        held = bundle.contents(function)
        assert any(name.endswith(".sql") for name in held) == ("shared/marts/files.py" in held)
    monkeypatch.setattr(bundle, "reached", lambda function: (set(), {bundle.ROOT / "shared/marts/files.py"}))
    held = bundle.contents("load_batch")
    found = {str(path.relative_to(bundle.ROOT)) for path in (bundle.ROOT / "shared").rglob("*.sql")}
    assert found
    assert {name for name in held if name.endswith(".sql")} == found


def test_archives_of_before_are_taken_away(tmp_path: Path) -> None:
    (tmp_path / "load_batch-0123.zip").write_bytes(b"old")
    made = bundle.write(tmp_path)
    assert sorted(path.name for path in tmp_path.glob("*.zip")) == sorted(made.values())


@pytest.mark.parametrize("left", [b"", b"PK", 1_000, -1])
def test_an_archive_that_was_cut_off_is_made_again(tmp_path: Path, left: bytes | int) -> None:
    name = bundle.write(tmp_path)["tell_run"]
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(left if isinstance(left, bytes) else whole[:left])
    bundle.write(tmp_path)
    assert (tmp_path / name).read_bytes() == whole


def test_one_that_holds_something_else_is_made_again_and_a_whole_one_stays(tmp_path: Path) -> None:
    name = bundle.write(tmp_path)["tell_run"]
    written = (tmp_path / name).stat().st_mtime_ns
    bundle.write(tmp_path)
    assert (tmp_path / name).stat().st_mtime_ns == written
    (tmp_path / name).write_bytes(bundle.pack({**bundle.contents("tell_run"), "main.py": b"another"}))
    bundle.write(tmp_path)
    with zipfile.ZipFile(tmp_path / name) as archive:
        assert archive.read("main.py") == bundle.contents("tell_run")["main.py"]


def test_a_build_that_is_killed_leaves_whole_archives_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write, written = Path.write_bytes, list[Path]()

    def cut(path: Path, data: bytes) -> int:
        written.append(path)
        if len(written) == 3:
            write(path, data[: len(data) // 2])
            raise KeyboardInterrupt
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", cut)
    with pytest.raises(KeyboardInterrupt):
        bundle.write(tmp_path)
    assert len(list(tmp_path.glob("*.zip"))) == 2
    assert all(zipfile.ZipFile(path).testzip() is None for path in tmp_path.glob("*.zip"))
    made = bundle.write(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*made.values(), "manifest.json", "SHA256SUMS"])


def test_every_file_is_listed_with_its_digest(tmp_path: Path) -> None:
    made = bundle.write(tmp_path)
    lines = (tmp_path / "SHA256SUMS").read_text().splitlines()
    assert {line[66:]: line[:64] for line in lines} == {
        name: sha256((tmp_path / name).read_bytes()).hexdigest() for name in ("manifest.json", *made.values())
    }


def test_a_release_is_one_file_that_can_be_looked_at_and_is_the_same_each_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("a", "b"):
        assert bundle.main(["--release", str(tmp_path / name)]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first == second
    files = [(tmp_path / name / bundle.RELEASED).read_bytes() for name in ("a", "b")]
    assert files[0] == files[1]
    assert (tmp_path / "a" / "SHA256SUMS").read_text() == f"{sha256(files[0]).hexdigest()}  {bundle.RELEASED}\n"
    with tarfile.open(tmp_path / "a" / bundle.RELEASED) as tar:
        tar.extractall(tmp_path / "unpacked", filter="data")
    listed = tmp_path / "unpacked" / "SHA256SUMS"
    assert first == f'bundles_digest = "{sha256(listed.read_bytes()).hexdigest()}"'
    made = bundle.write(tmp_path / "functions")
    assert {path.name for path in (tmp_path / "unpacked").iterdir()} == {"SHA256SUMS", "manifest.json", *made.values()}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_it_holds_what_it_imports_and_nothing_else(function: str) -> None:
    with zipfile.ZipFile(BytesIO(bundle.pack(bundle.contents(function)))) as archive:
        names = set(archive.namelist())
        assert {info.date_time for info in archive.infolist()} == {bundle.LONG_AGO}
    assert {"main.py", "requirements.txt", "shared/__init__.py", "shared/settings.py"} <= names
    assert all(name.startswith("shared/") or "/" not in name for name in names)
    if function != "load_batch":
        assert "shared/stores/bigquery.py" not in names, "only the loader can load rows"
    if function not in {
        "load_batch",
        "load_rates",
        "answer_call",
        "publish_mart",
        "look_up",
        "keep_access",
        "open_workspace",
    }:
        assert "shared/stores/bigquery_client.py" not in names, "who loads rates, takes rows away or asks marts, too"
    if not function.startswith("oauth"):
        assert "shared/oauth/pages.py" not in names


def environment_of(requirements: str, folder: Path, version: str) -> None:
    """Just the locked packages, taken from where all of them are: an environment that holds nothing else."""
    around = {"python_version": version, "python_full_version": f"{version}.0"}
    site = sorted((pythons.PLACE / version).glob("lib/python*/site-packages"))
    for needed in (locked.needed for locked in locks.packages(requirements)):
        if needed.marker and not needed.marker.evaluate(around):
            continue
        found = next(iter(Distribution.discover(name=needed.name, path=[str(place) for place in site] or sys.path)))
        assert found.version in needed.specifier, f"{needed.name}: {found.version} is installed"
        files: list[PackagePath] = found.files or []
        for top in {path.parts[0] for path in files if path.parts[0] not in {"..", "__pycache__"}}:
            origin = Path(str(found.locate_file(top)))
            _link(origin, folder / top)


def python_of(version: str) -> str:
    """What starts an archive. Where there is nothing the reason is said, or the test fails if it may not be missing."""
    if version == pythons.RUNNING:
        return sys.executable
    there = pythons.PLACE / version / "bin" / "python"
    if not (there.parents[1] / "ready").exists():
        missing = f"needs an environment of Python {version}: `make pythons` makes it, where that Python is installed"
        if os.environ.get("TRIBUTARY_PYTHONS") == "required":
            pytest.fail(missing)
        pytest.skip(missing)
    return str(there)


def _link(origin: Path, to: Path) -> None:
    """Several packages share a folder (google): then its parts are linked one by one."""
    if to.is_symlink() or (to.exists() and not to.is_dir()):
        return
    if origin.is_dir() and not (origin / "__init__.py").exists():
        to.mkdir(exist_ok=True)
        for part in origin.iterdir():
            _link(part, to / part.name)
    else:
        to.symlink_to(origin)


@pytest.mark.parametrize("version", pythons.runtimes())
@pytest.mark.parametrize("function", FUNCTIONS)
def test_it_starts_with_its_own_requirements_and_nothing_else(function: str, version: str, tmp_path: Path) -> None:
    python, held = python_of(version), bundle.contents(function)
    with zipfile.ZipFile(BytesIO(bundle.pack(held))) as archive:
        archive.extractall(tmp_path / "function")
    (tmp_path / "site").mkdir()
    environment_of(held["requirements.txt"].decode(), tmp_path / "site", version)
    places = [str(tmp_path / "function"), str(tmp_path / "site")]
    begin = f"import sys; sys.path[:0] = {places!r}; import main; main.main; print(sys.version)"
    ended = subprocess.run(
        [python, "-I", "-S", "-c", begin],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **NEEDS},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-1500:]
    assert ended.stdout.startswith(f"{version}.")


def test_archives_are_started_on_every_python_that_may_be_chosen() -> None:
    assert {"3.12", "3.13", pythons.RUNNING} <= set(pythons.runtimes())
