"""Which cloud a command speaks to: a local one that is running, or the project that the environment names."""

from __future__ import annotations

import os
from pathlib import Path

from shared.settings import Incomplete
from shared.stores.installation import Stores

LOCAL = Path(".tributary")
ENV_FILE = "env"


class UsageError(Exception):
    """The command cannot be carried out; the text says why and what to do."""


def stores(local: Path | None) -> Stores:
    """`local` names the folder of a local cloud. Without it, the one in `.tributary` is taken when the environment
    names no project, so that nobody touches a real project by accident, nor misses it."""
    folder = local
    if folder is None and "GOOGLE_CLOUD_PROJECT" not in os.environ and (LOCAL / ENV_FILE).exists():
        folder = LOCAL
    if folder is not None:
        os.environ.update(_read(folder / ENV_FILE if folder.is_dir() else folder))
    try:
        return Stores.open()
    except Incomplete as problem:
        lacks = str(problem).rstrip(".")
        raise UsageError(
            f"{lacks}. Set these for your project, or start a local cloud with `tributary cloud`."
        ) from None


def _read(file: Path) -> dict[str, str]:
    try:
        lines = file.read_text().splitlines()
    except OSError:
        raise UsageError(f"No local cloud is running in {file.parent}: {file} is not there.") from None
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}
