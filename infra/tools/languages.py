"""The catalogues of texts that people read, one for each language beside English: shared/tongue/languages/*.po.

    python -m infra.tools.languages            takes up new texts and drops those that are gone
    python -m infra.tools.languages --check    says what is not translated, or not in step with the code
    python -m infra.tools.languages --add fr   begins another language

Texts are found where they are said: in templates as `_`, `ngettext` and `trans`, in Python as `say`, `say_of`, `kept`
and `rich`; in the sentences of problems that reach a page (`sentences.py`); and in what platforms declare
(`platform_texts.py`).
"""

from __future__ import annotations

import argparse
import ast
import sys
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from infra.tools import platform_texts, sentences
from shared.tongue.catalogue import HERE, OWN_NAME

ROOT = Path(__file__).resolve().parents[2]
SAID = frozenset({"say", "kept", "rich", "say_of"})
IN_TEMPLATES: Mapping[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "ngettext": (1, 2)}
ROOMS = ("console", "drawing", "tongue", "oauth", "letters", "managing")  # what they say is read by people
HEAD = """\
# What people read. New texts are taken up by `python -m infra.tools.languages`.
msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plural}\\n"
"Content-Type: text/plain; charset=utf-8\\n"

"""
TEMPLATES = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}


def texts() -> Catalog:
    """All that is said, with the files that say it."""
    found = Catalog(charset="utf-8")
    found.add(OWN_NAME, locations=[("shared/tongue/catalogue.py", 1)])
    for message, path in (*_in_templates(), *_in_code()):
        found.add(message, locations=[(str(path.relative_to(ROOT)), 1)])
    for text, place in (*platform_texts.texts(), *_problems()):
        found.add(text, locations=[(place, 1)])
    return found


def _problems() -> Iterator[tuple[str, str]]:
    yield from ((text, str(path.relative_to(ROOT))) for text, path in sentences.by_text().items())


def _in_templates() -> Iterator[tuple[str | tuple[str, ...], Path]]:
    for path in sorted(path for room in ROOMS for path in (ROOT / "shared" / room).rglob("*.html")):
        with path.open("rb") as file:
            for _, message, _, _ in extract("jinja2", file, IN_TEMPLATES, options=TEMPLATES):
                yield message, path


def _in_code() -> Iterator[tuple[str | tuple[str, ...], Path]]:
    """Out of the tree: what stands in the gap of an f-string is no text to Babel."""
    for path in sorted(path for room in ROOMS for path in (ROOT / "shared" / room).rglob("*.py")):
        for node in ast.walk(sentences.parsed(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAID:
                texts = [each.value for each in node.args[:2] if isinstance(each, ast.Constant)]
                if node.func.id == "say_of" and len(texts) == 2:
                    yield (str(texts[0]), str(texts[1])), path
                elif texts and node.func.id != "say_of":
                    yield str(texts[0]), path


def languages() -> list[Path]:
    return sorted(HERE.glob("*.po"))


def known(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.stem)


def in_step(catalogue: Catalog, with_texts: Catalog) -> bytes:
    """The catalogue with just the texts that are said now; what was translated stays."""
    catalogue.update(with_texts, no_fuzzy_matching=True)
    out = BytesIO()
    write_po(out, catalogue, width=120, ignore_obsolete=True, sort_by_file=True, include_lineno=False, omit_header=True)
    head = HEAD.format(language=catalogue.locale_identifier, plural=catalogue.plural_forms)
    return head.encode() + out.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    return [_name(message) for message in catalogue if message.id and not _whole(message)]


def _whole(message: Message) -> bool:
    said = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(said) and not message.fuzzy


def _name(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else str(message.id)


def begun(language: str) -> Catalog:
    return Catalog(locale=language, charset="utf-8", fuzzy=False)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; fail where something is to be done")
    parser.add_argument("--add", metavar="LANGUAGE", help="begin this language, such as fr")
    said = parser.parse_args()
    found, fault = texts(), False
    if said.add:
        (HERE / f"{said.add}.po").write_bytes(in_step(begun(said.add), found))
    for path in languages():
        whole = in_step(known(path), found)
        missing = untranslated(read_po(BytesIO(whole)))
        print(f"{path.stem}: {len(missing)} texts are not translated", *missing, sep="\n  ")
        if said.check:
            fault = fault or bool(missing) or whole != path.read_bytes()
        else:
            path.write_bytes(whole)
    return int(fault)


if __name__ == "__main__":
    sys.exit(main())
