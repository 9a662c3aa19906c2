"""A column that the recorded record of its stream lacks: one sentence says which file lacks which field."""

from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from shared.kit.graphql import of_all
from shared.platforms import PLATFORMS
from shared.vocabulary.columns import columns
from tests.connectors import documented
from tests.connectors.checks import CHECKS, Subject
from tests.connectors.recorded import emailoctopus, shopify
from tests.connectors.recorded.known import Known, NotRecorded


def test_what_a_question_asks_for_and_nobody_recorded() -> None:
    platform = PLATFORMS["shopify"]
    stream = replace(platform.stream("locations"), body=of_all("locations", "id name confirmationNumber"))
    subject = Subject(platform, stream, shopify.RECORDED["locations"])
    with pytest.raises(NotRecorded) as caught:
        CHECKS["every_row_of_every_page_is_read"](subject)
    assert str(caught.value) == "recorded/shopify.json has no confirmationNumber in locations"


@pytest.mark.parametrize("check", ["every_documented_field_arrives_unharmed", "everything_is_explained"])
def test_a_column_that_nobody_recorded(check: str) -> None:
    platform = PLATFORMS["emailoctopus"]
    lists = platform.stream("lists")
    stream = replace(lists, columns=(*lists.columns, *columns("greeting text How it greets")))
    with pytest.raises(AssertionError, match=r"recorded/emailoctopus\.json has no greeting in lists"):
        CHECKS[check](Subject(platform, stream, emailoctopus.RECORDED["lists"]))


def test_a_field_inside_another_is_named_by_its_path() -> None:
    record = Known({"id": "1", "plan": {"rooms": [{"name": "red"}]}}, "films.json", "seats")
    assert orjson.loads(orjson.dumps(record)) == record
    assert record.get("hue") is None
    with pytest.raises(NotRecorded, match=r"^recorded/films\.json has no plan\.rooms\.hue in seats$"):
        _ = record["plan"]["rooms"][0]["hue"]


def test_a_platform_that_nobody_wrote_down_answers_like_no_other() -> None:
    with pytest.raises(documented.Undocumented, match=r"^tests/connectors/recorded/films\.py is missing"):
        documented.documented("films")
    said = {"RECORDED": {}, "VALUES": {"dc": "us14"}}
    with pytest.raises(documented.Undocumented, match=r"recorded/films\.py has no REFUSALS, at_the_desk$"):
        documented.read("films", said)
