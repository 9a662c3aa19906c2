"""What the API says of itself: valid by the word of others, whole, and the same as what it does."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from infra.tools.docs import ROOT
from shared.api.endpoints import ENDPOINTS
from shared.api.front import OF_AN_ACCESS, OTHER_NAMES, WITHIN
from shared.keys.scopes import POWERS, Scope
from shared.keys.texts import Kind
from tests.api.service import Service


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    answer = Service(tmp_path_factory.mktemp("api")).ask("GET", "/openapi.json")
    assert answer.status == 200
    found: dict[str, Any] = answer.json
    return found


def test_the_document_is_valid(told: dict[str, Any]) -> None:
    assert told["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(told).iter_errors()) == []


def test_every_endpoint_is_in_it_and_nothing_else(told: dict[str, Any]) -> None:
    named = {(method.upper(), path) for path, methods in told["paths"].items() for method in methods}
    assert named == {(each.method, each.path) for each in ENDPOINTS}


def test_every_type_that_is_named_is_there_and_every_one_that_is_there_is_named(told: dict[str, Any]) -> None:
    text = msgspec.json.encode(told).decode()
    named = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    assert named == set(told["components"]["schemas"])


def test_whoever_is_not_open_asks_for_a_key(told: dict[str, Any]) -> None:
    for each in ENDPOINTS:
        security = told["paths"][each.path][each.method.lower()]["security"]
        assert security == ([] if each.is_open else [{"key": []}])


def test_every_scope_of_a_key_opens_something_or_waits_for_what_is_to_come() -> None:
    to_come = {Scope.CONTACTS_READ, Scope.REPORTS_WRITE}
    used = {each.scope for each in ENDPOINTS if each.scope}
    assert used == {scope for scope, power in POWERS.items() if Kind.API in power.kinds} - to_come


def test_the_page_tells_of_every_endpoint_and_runs_nothing(tmp_path: Any) -> None:
    answer = Service(tmp_path).ask("GET", "/docs")
    page = answer.body.decode()
    assert all(f'id="{each.does}"' in page for each in ENDPOINTS)
    assert "<script" not in page
    assert "style=" not in page
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert Service(tmp_path).ask("GET", "/look.css").headers["Content-Type"].startswith("text/css")


def test_names_that_users_bring_along_are_in_the_documentation() -> None:
    page = (ROOT / "docs" / "api.md").read_text()
    assert all(f"`{name}`" in page for name in (*OTHER_NAMES, *WITHIN, *OF_AN_ACCESS))
