"""One archive per function: its main.py, exactly the modules of `shared/` that it imports, its locked requirements.

    python -m infra.tools.bundle --out build/functions
    python -m infra.tools.bundle --release build/release    and all of it in one file, to be published

The same content makes the same bytes, and the archive is named after them; so Terraform deploys a function anew when
something that it runs has changed, and only then. `manifest.json` beside the archives tells Terraform their names, and
`SHA256SUMS` the digests of all these files: Terraform takes none that is another one.
"""

from __future__ import annotations

import argparse
import ast
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import orjson

ROOT = Path(__file__).resolve().parents[2]
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # zip knows no earlier moment; the time of packing is no content
READABLE = 0o644 << 16
# What a module reads when it runs: whoever has the one needs the others.
READ = {
    "shared/marts/files.py": ("shared/marts/views/*.sql", "shared/platforms/*/marts/**/*.sql"),
    "shared/questions/catalogue.py": ("shared/questions/catalogue.json",),
    "shared/api/about.py": ("shared/api/page.html", "shared/api/look.css"),
    "shared/spreadsheets/vba.py": ("shared/spreadsheets/module.bas",),
    "shared/spreadsheets/sheets.py": ("shared/spreadsheets/apps-script.gs",),
    "shared/tongue/catalogue.py": ("shared/tongue/languages/*.po",),
    "shared/console/pages.py": ("shared/console/templates/*.html", "shared/console/*.css", "shared/console/*.js"),
}
LIST, RELEASED = "SHA256SUMS", "tributary-functions.tar"


def functions() -> list[str]:
    return sorted(path.parent.name for path in (ROOT / "functions").glob("*/main.py"))


def imports(path: Path) -> frozenset[str]:
    """The modules a file imports, `from google.cloud import x` as google.cloud.x; types only are left out."""
    return _imports(path.read_text())


@cache
def _imports(text: str) -> frozenset[str]:
    """Of each text once: what most functions import is asked for by each of them."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            found -= {name for inner in node.body if isinstance(inner, ast.Import) for name in _names(inner)}
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            found |= _names(node)
    return frozenset(found)


def _names(node: ast.Import | ast.ImportFrom) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    module = node.module or ""
    return {module} | {f"{module}.{alias.name}" for alias in node.names}


def reached(function: str) -> tuple[set[str], set[Path]]:
    """Every module that a function imports, directly or through `shared/`, and the files among them that are ours."""
    seen: set[str] = set()
    waiting, done = [ROOT / "functions" / function / "main.py"], set[Path]()
    while waiting:
        path = waiting.pop()
        if path in done:
            continue
        done.add(path)
        for name in imports(path):
            seen.add(name)
            if name.partition(".")[0] == "shared":
                waiting += _files(name)
    return seen, done


@cache
def _files(module: str) -> tuple[Path, ...]:
    """The file of a module, and the packages around it, which Python runs first. Looked for once in a process."""
    parts = module.split(".")
    places = [ROOT.joinpath(*parts[:count], "__init__.py") for count in range(1, len(parts) + 1)]
    return tuple(place for place in (*places, ROOT.joinpath(*parts).with_suffix(".py")) if place.exists())


def contents(function: str) -> dict[str, bytes]:
    """What lies in the archive, by its name there."""
    home = ROOT / "functions" / function
    _, files = reached(function)
    taken = {str(path.relative_to(ROOT)) for path in files if path.parent != home}
    read = (pattern for name in taken & READ.keys() for pattern in READ[name])
    taken |= {str(path.relative_to(ROOT)) for pattern in read for path in ROOT.glob(pattern)}
    held = {name: (ROOT / name).read_bytes() for name in taken}
    return {
        "main.py": (home / "main.py").read_bytes(),
        "requirements.txt": (home / "requirements.txt").read_bytes(),
        **held,
    }


def pack(held: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(held):
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, READABLE, 3
            archive.writestr(entry, held[name])
    return out.getvalue()


def digest(held: dict[str, bytes]) -> str:
    """Of the content, not of the archive: another zlib may squeeze the same content into other bytes."""
    whole = sha256()
    for name in sorted(held):
        whole.update(f"{name}\x00{len(held[name])}\x00".encode() + held[name])
    return whole.hexdigest()[:20]


def write(out: Path) -> dict[str, str]:
    """All archives; function → name of its archive. Archives of before are taken away."""
    out.mkdir(parents=True, exist_ok=True)
    made = {}
    for function in functions():
        held = contents(function)
        made[function] = f"{function}-{digest(held)}.zip"
        if not _whole(out / made[function], held):
            _put(out / made[function], pack(held))
    for path in [*out.glob("*.zip"), *out.glob("*.part")]:
        if path.name not in made.values():
            path.unlink()
    _put(out / "manifest.json", orjson.dumps(made, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))
    _put(out / LIST, sums(out, ["manifest.json", *made.values()]).encode())
    return made


def _put(path: Path, data: bytes) -> None:
    """Whole or not at all: a build may be killed at any moment, and a name stands for the content."""
    beside = path.with_name(f"{path.name}.part")
    beside.write_bytes(data)
    beside.replace(path)


def _whole(path: Path, held: dict[str, bytes]) -> bool:
    """Whether the archive is there and holds just this, also when something else than us cut it off."""
    try:
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()} == held
    except (OSError, zipfile.BadZipFile, EOFError, zlib.error, NotImplementedError):
        return False


def sums(folder: Path, names: Iterable[str]) -> str:
    """As `sha256sum --check` takes it."""
    return "".join(f"{sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in sorted(names))


def release(out: Path) -> str:
    """One file with all archives, and its digest beside it. What is returned is told to Terraform, so that the archives
    of this release and no others are taken (`bundles_digest`)."""
    write(out / "functions")
    with tarfile.open(out / RELEASED, "w", format=tarfile.USTAR_FORMAT) as tar:
        for path in sorted((out / "functions").iterdir()):
            entry = tarfile.TarInfo(path.name)
            entry.size, entry.mode = path.stat().st_size, 0o644
            with path.open("rb") as file:
                tar.addfile(entry, file)
    _put(out / LIST, sums(out, [RELEASED]).encode())
    return sha256((out / "functions" / LIST).read_bytes()).hexdigest()


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.tools.bundle", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "functions", help="(default: build/functions)")
    parser.add_argument("--release", type=Path, metavar="FOLDER", help="make the files of a release there instead")
    args = parser.parse_args(words)
    if args.release:
        print(f'bundles_digest = "{release(args.release)}"')
        return 0
    for function, name in write(args.out).items():
        print(f"{function:<16} {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
