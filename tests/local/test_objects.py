"""An object and what the index says of it change together, at whatever step the process is killed."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import md5
from pathlib import Path
from typing import Any

import pytest
from gcp_storage_emulator.exceptions import NotFound

from infra.local.objects import KeptStorage
from infra.local.persistence import InFile

BEFORE, AFTER = b"before" * 100, b"afterwards" * 70
NAME = "acme/raw/1.ndjson.gz"


class Killed(BaseException):
    pass


def opened(folder: Path) -> tuple[KeptStorage, InFile]:
    keeping = InFile(folder / "objects.sqlite")
    made = KeptStorage(folder, keeping)
    if "pages" not in made.buckets:
        made.create_bucket("pages", {"name": "pages", "softDeletePolicy": {"retentionDurationSeconds": "0"}})
    return made, keeping


def put(storage: KeptStorage, data: bytes) -> None:
    storage.create_file("pages", NAME, data, {"name": NAME, "size": len(data), "md5": md5(data).hexdigest()})


def take(storage: KeptStorage) -> bytes | None:
    """The object, which is whole and as the index has it; None: it is not there."""
    held: dict[str, Any] | None = storage.objects.get("pages", {}).get(NAME)
    try:
        data: bytes = storage.get_file("pages", NAME, show_error=False)
    except NotFound:
        assert held is None
        return None
    assert held is not None
    assert (held["size"], held["md5"]) == (len(data), md5(data).hexdigest())
    return data


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Callable[[int | None], list[str]]:
    """Counts what changes the disk, and kills at one of them: before it, in the middle of it, or after it."""
    seen, fatal = list[str](), list[int | None]([None])

    def meet(name: str, act: Callable[..., Any], half: Callable[..., Any] | None) -> Callable[..., Any]:
        def step(*given: Any, **more: Any) -> Any:
            for moment in ("before", "within", "after"):
                seen.append(f"{moment} {name}")
                mine = len(seen) - 1 == fatal[0]
                if moment == "within" and mine and half is not None:
                    half(*given)
                if moment == "after":
                    found = act(*given, **more)
                if mine:
                    raise Killed
            return found

        return step

    def cut(path: Path, data: bytes) -> None:
        with path.open("wb") as out:
            out.write(data[: len(data) // 2])

    monkeypatch.setattr(Path, "write_bytes", meet("write", Path.write_bytes, cut))
    monkeypatch.setattr(Path, "replace", meet("replace", Path.replace, None))
    monkeypatch.setattr(Path, "unlink", meet("unlink", Path.unlink, None))
    monkeypatch.setattr(InFile, "write", meet("index", InFile.write, None))

    def at(number: int | None) -> list[str]:
        seen.clear()
        fatal[0] = number
        return seen

    return at


def acts(storage: KeptStorage, what: str) -> None:
    if what == "delete":
        storage.delete_file("pages", NAME)
    else:
        put(storage, AFTER)


@pytest.mark.slow
@pytest.mark.parametrize("what", ["make", "overwrite", "delete"])
def test_a_kill_at_any_step_leaves_the_object_whole(
    what: str, steps: Callable[[int | None], list[str]], tmp_path: Path
) -> None:
    first = None if what == "make" else BEFORE
    last = None if what == "delete" else AFTER
    found, number, count = set(), 0, 1
    while number < count:
        folder = tmp_path / str(number)
        storage, keeping = opened(folder)
        if first is not None:
            put(storage, first)
        steps(number)
        with pytest.raises(Killed):
            acts(storage, what)
        keeping.close()
        steps(None)
        storage, keeping = opened(folder)
        found.add(take(storage))
        seen = steps(None)
        if take(storage) is not None or what != "delete":
            acts(storage, what)
        count, number = max(count, len(seen)), number + 1
        assert take(storage) == last
        keeping.close()
        assert take(opened(folder)[0]) == last
        assert not list((folder / "beside").iterdir())
    assert count >= 6
    assert found == {first, last}
