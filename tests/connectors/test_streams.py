"""What a declaration of a stream must say, and what its answers mean."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from shared.http import answer
from shared.reading.meanings import is_empty, not_known, parent_is_gone
from shared.vocabulary.columns import columns
from shared.vocabulary.meanings import EMPTY, GONE, SKIP, On, Unknown
from shared.vocabulary.slicing import Parent
from shared.vocabulary.stream import BARE_LIST, ONE, Stream
from shared.vocabulary.wire import Answer

FILMS = Stream("films", "Films", path="/films", records="data", columns=columns("id* text Film id"))
SEATS = replace(FILMS, name="seats", parent=Parent("films", {"film_id": "id"}))


def said(body: Any, status: int) -> Answer:
    return answer(status, {}, orjson.dumps(body))


def test_all_but_name_and_title_is_named() -> None:
    declare: Any = Stream
    with pytest.raises(TypeError):
        declare("films", "Films", "/films", records="data", columns=FILMS.columns)


def test_a_stream_says_where_its_records_are() -> None:
    with pytest.raises(ValueError, match="films: say where its records are"):
        replace(FILMS, records=None)
    assert replace(FILMS, records=None, unfold=lambda body: [body["film"]]).records_path == ""
    assert (FILMS.records_path, replace(FILMS, records=ONE).records_path) == ("data", "")
    assert replace(FILMS, records=BARE_LIST).records_path == ""


def test_a_childs_404_says_that_the_parent_is_gone_where_nothing_else_is_said() -> None:
    assert parent_is_gone(SEATS, said({}, 404))
    assert not parent_is_gone(SEATS, said({}, 403))
    assert not parent_is_gone(SEATS, answer(404, {}, b"<html>"))
    assert not parent_is_gone(FILMS, said({}, 404))
    assert not parent_is_gone(replace(SEATS, answers=(On(410, GONE),)), said({}, 404))


def test_a_function_may_look_into_a_refusal() -> None:
    stream = replace(SEATS, answers=(On(lambda given: "no seats" in given.json["error"], GONE),))
    assert parent_is_gone(stream, said({"error": "no seats here"}, 400))
    assert not parent_is_gone(stream, said({"error": "no"}, 400))
    assert not parent_is_gone(stream, said({"error": "no seats here"}, 200))


def test_what_is_empty_is_neither_gone_nor_unknown() -> None:
    stream = replace(FILMS, answers=(On(204, EMPTY),))
    none = answer(204, {}, b"")
    assert is_empty(stream, none)
    assert not is_empty(FILMS, none)
    assert not is_empty(stream, said({"data": []}, 200))
    assert not parent_is_gone(replace(SEATS, answers=stream.answers), none)
    assert not_known(stream, none) is None


def test_what_is_not_known_may_be_named() -> None:
    """By a status nothing is; a function may say which name it is, or only that there is one."""
    refused = said({"no": "votes"}, 400)
    assert not_known(replace(FILMS, answers=(On(400, SKIP),)), refused) == Unknown()
    named = replace(FILMS, answers=(On(lambda given: Unknown(given.json["no"]), SKIP),))
    assert not_known(named, refused) == Unknown("votes")
    assert not_known(replace(FILMS, answers=(On(lambda given: False, SKIP),)), refused) is None
    assert not_known(FILMS, refused) is None
    assert (named.minds(SKIP), named.minds(GONE), FILMS.minds(GONE)) == (True, False, True)
