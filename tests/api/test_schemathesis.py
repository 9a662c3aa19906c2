"""Schemathesis reads what the API says of itself, and asks it what that allows, and what it does not: a few examples of
each, the same ones each time."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from flask import Flask, Response, request
from hypothesis import HealthCheck, assume, given, settings
from schemathesis import GenerationMode
from schemathesis.config import (
    ChecksConfig,
    PositiveDataAcceptanceConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)

from shared.api.endpoint import Endpoint
from shared.api.endpoints import ENDPOINTS
from tests.api.service import Service
from tests.support.memory import Time

pytestmark = pytest.mark.slow
SETTINGS = settings(
    max_examples=10, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
ASKED = [
    (each, mode)
    for each in ENDPOINTS
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    if mode is GenerationMode.POSITIVE or each.asks or not each.is_open  # else nothing can be said wrongly
]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    made = Service(tmp_path_factory.mktemp("api"), limits_clock=Time())
    made.workspace()
    return made


@pytest.fixture(scope="module")
def app(service: Service) -> Flask:
    made = Flask("api")

    @made.before_request
    def answer() -> Response:
        assert isinstance(service.limits_clock, Time)
        service.limits_clock.forward(minutes=1)
        return service.front.handle(request)

    return made


@pytest.fixture(scope="module")
def document(app: Flask) -> schemathesis.BaseSchema:
    """422 is our word for what is understood and cannot be done, such as a question whose sum would lie."""
    accepted = PositiveDataAcceptanceConfig(expected_statuses=["2xx", 401, 403, 404, 409, 422, 503])
    project = ProjectConfig(checks=ChecksConfig(positive_data_acceptance=accepted))
    config = SchemathesisConfig(projects=ProjectsConfig(default=project))
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=config)


@pytest.mark.parametrize(("endpoint", "mode"), ASKED, ids=lambda each: getattr(each, "does", each))
def test_it_does_what_it_says(
    document: schemathesis.BaseSchema, service: Service, endpoint: Endpoint, mode: GenerationMode
) -> None:
    operation, key = document[endpoint.path][endpoint.method], service.key()

    @settings(SETTINGS)
    @given(operation.as_strategy(generation_mode=mode))
    def holds(case: schemathesis.Case[Any]) -> None:
        headers: dict[str, Any] = dict(case.headers or {})
        sent = str(headers.get("Idempotency-Key", ""))
        assume(sent == sent.strip())  # what is around a header's value is no part of it
        case.call_and_validate(headers={"Authorization": f"Bearer {key}"})

    holds()
