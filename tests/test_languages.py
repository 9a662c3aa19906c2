"""What people read is there in every language, whole, with the same gaps to fill; figures and days are in its forms."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from babel.dates import get_day_names, get_month_names
from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

from infra.tools import languages
from shared.console.pages import HERE as CONSOLE
from shared.drawing.words import Unit, figure, tick
from shared.tongue import catalogue, forms
from shared.tongue.saying import change_to, language, say, say_of, speaking

PATHS = languages.languages()
GAP, TAG = re.compile(r"%\((\w+)\)s"), re.compile(r"</?[a-z]+")
TEMPLATES = sorted((CONSOLE / "templates").glob("*.html"))
NAMES = {
    "JSON",
    "CSV",
    "SVG",
    "PNG",
    "Google",
    "Tributary",
    "Excel",
    "Sheets",
    "Power",
    "BI",
    "API",
    "ms",
}  # are called so everywhere

each_language = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def test_there_is_more_than_one_language() -> None:
    assert {"en": "English", "de": "Deutsch"}.items() <= catalogue.names().items()
    for name in catalogue.names():
        assert catalogue.names()[name] == catalogue.words(name).gettext(catalogue.OWN_NAME)


@each_language
def test_every_text_is_in_the_catalogue_and_none_is_left_over(path: Path) -> None:
    there = {_key(message) for message in languages.known(path) if message.id}
    said = {_key(message) for message in languages.texts() if message.id}
    assert said - there == set(), "run `python -m infra.tools.languages`, and translate them"
    assert there - said == set(), "nobody says these any more: run `python -m infra.tools.languages`"
    assert languages.in_step(languages.known(path), languages.texts()) == path.read_bytes()


@each_language
def test_every_text_is_translated_with_the_same_gaps_and_tags(path: Path) -> None:
    assert languages.untranslated(languages.known(path)) == []
    for message in languages.known(path):
        asked, said = _texts(message.id), _texts(message.string)
        for each in said if message.id else ():
            gaps = set(GAP.findall(each))
            assert gaps in [set(GAP.findall(text)) for text in asked], f"{path.stem}: {each}"
            assert sorted(TAG.findall(each)) == sorted(TAG.findall(asked[0])), f"{path.stem}: {each}"
            bare = GAP.sub("", each).replace("%%", "") if gaps else GAP.sub("", each)
            assert "%" not in bare, f"{path.stem}: a bare % would be taken for a gap: {each}"


@each_language
def test_a_file_is_read_as_babel_reads_it(path: Path) -> None:
    ours = catalogue.read(path.read_text())
    theirs = {
        _texts(message.id): _texts(message.string)
        for message in read_po(BytesIO(path.read_bytes()))
        if message.id and not message.fuzzy and all(_texts(message.string))
    }
    assert {asked: said for asked, said in ours.items() if asked != ("",)} == theirs


def test_what_is_not_sure_is_not_said() -> None:
    text = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n#, fuzzy\nmsgid "a"\nmsgstr "b"\n'
    text += '\nmsgid "c"\nmsgstr ""\n"d\\"\\\\ ä"\n\nmsgid "e"\nmsgstr ""\n\n#~ msgid "f"\n#~ msgstr "g"\n'
    assert catalogue.read(text) == {("",): ("Content-Type: text/plain; charset=utf-8\n",), ("c",): ('d"\\ ä',)}


@pytest.mark.parametrize("name", catalogue.names())
def test_numbers_and_amounts_are_written_as_unicode_says(name: str) -> None:
    with speaking(name):
        assert forms.numeral("1,234,567.8") == format_decimal(1234567.8, locale=name)
        for currency in ("EUR", "USD"):
            ours = figure(85.25, Unit("money", currency))
            assert ours == format_currency(85.25, currency, locale=name)


@pytest.mark.parametrize("name", catalogue.names())
def test_days_have_the_names_that_unicode_gives_them(name: str) -> None:
    months, weekdays = (given("abbreviated", "format", name) for given in (get_month_names, get_day_names))
    with speaking(name):
        assert [say(each) for each in forms.MONTHS] == [months[number] for number in range(1, 13)]
        assert [say(each) for each in forms.WEEKDAYS] == [weekdays[number] for number in range(7)]


def test_german_is_written_as_germans_write_it() -> None:
    with speaking("de"):
        assert forms.day(date(2026, 11, 27), weekday=True) == "Fr., 27. Nov."
        assert forms.dated(date(2026, 3, 1)) == "1. März 2026"
        assert figure(18420.4, Unit("money", "EUR")) == "18.420\u00a0€"
        assert figure(-0.374, Unit("share")) == "−37,4\u00a0%"
        assert tick(2_500_000, Unit("money", "CHF")) == "2,5\u00a0Mio.\u00a0CHF"
        assert say_of("%(num)s day not read", "%(num)s days not read", 1) == "1 Tag nicht gelesen"
        assert say_of("%(num)s day not read", "%(num)s days not read", 2) == "2 Tage nicht gelesen"


def test_what_is_no_text_of_ours_stays_as_it_is() -> None:
    with speaking("de"):
        assert say("") == ""
        assert say("100 % <b>%(x)s</b>") == "100 % <b>%(x)s</b>"


@pytest.mark.parametrize("odd", ["", "xx", "../de", "de/../de", "de.po", "deu" * 50])
def test_a_language_that_is_not_there_changes_nothing(odd: str) -> None:
    with speaking("de"):
        change_to(odd)
        assert language() == "de"
    assert catalogue.words(odd).gettext("Sign in") == "Sign in"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.stem)
def test_no_word_of_a_page_stands_outside_the_catalogue(path: Path) -> None:
    text = re.sub(
        r"{% trans.*?endtrans %}|{#.*?#}|<code>.*?</code>|{% block (broad|kind) %}.*?endblock %}",
        "",
        path.read_text(),
        flags=re.DOTALL,
    )
    text = re.sub(r"{%.*?%}|{{.*?}}", "", text, flags=re.DOTALL)
    spoken = re.findall(r'(?:aria-label|title|placeholder|alt)="([^"]*)"', text)
    bare = " ".join([re.sub(r"<[^>]*>", " ", text), *spoken])
    assert sorted(set(re.findall(r"[A-Za-zÄÖÜäöü]{2,}", re.sub(r"&\w+;", "", bare))) - NAMES) == []


def _key(message: Message) -> tuple[str, ...]:
    return _texts(message.id)


def _texts(said: object) -> tuple[str, ...]:
    return tuple(said) if isinstance(said, (tuple, list)) else (str(said),)
