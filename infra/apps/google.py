"""Whether Google's APIs are switched on in the project that an OAuth client belongs to.

https://cloud.google.com/service-usage/docs/reference/rest/v1/services/get (2026-11); whoever asks needs
`serviceusage.services.get` there. Without it a client's first connection answers 403 SERVICE_DISABLED.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping

import google.auth
from google.auth.transport.requests import Request

from infra.apps import outside
from infra.apps.findings import NOT_TOLD, NOT_WELL, WELL, Finding
from infra.apps.words import words_of
from shared.errors import Problem
from shared.http import Http
from shared.settings import Settings
from shared.vocabulary.platform import Platform
from shared.vocabulary.wire import at

SCOPES = ("https://www.googleapis.com/auth/cloud-platform.read-only",)
ADDRESS = "https://serviceusage.googleapis.com/v1/projects/{project}/services/{api}"

SignedIn = Callable[[Settings], Mapping[str, str] | None]


def signed_in(settings: Settings) -> Mapping[str, str] | None:
    """Headers that carry the operator's own login; None on a local cloud, which has none."""
    if os.environ.get("FIRESTORE_EMULATOR_HOST"):
        return None
    login, _ = google.auth.default(scopes=SCOPES)
    login.refresh(Request())
    return {"authorization": f"Bearer {login.token}", "x-goog-user-project": settings.project}


def project_of(client_id: str, settings: Settings) -> str:
    """An OAuth client's id begins with the number of its project."""
    number = re.match(r"(\d{6,})-", client_id)
    return number[1] if number else settings.project


def switched_on(
    platform: Platform, client_id: str, settings: Settings, http: Http, signed_in: SignedIn
) -> Iterator[Finding]:
    apis = words_of(platform).apis
    if not apis:
        return
    project, headers = project_of(client_id, settings), signed_in(settings)
    for api in apis:
        turn_on = f"gcloud services enable {api} --project {project}"
        if headers is None:
            yield Finding(api, NOT_TOLD, "This is a local cloud, which belongs to no project.")
            continue
        try:
            answer = outside.ask(http, "Google Cloud", ADDRESS.format(project=project, api=api), headers)
        except Problem as problem:
            yield Finding(api, NOT_TOLD, problem.sentence, turn_on)
            continue
        state = at(answer.json, "state") if answer.is_json and answer.status == 200 else None
        if state == "ENABLED":
            yield Finding(api, WELL, f"It is switched on in project {project}.")
        elif state == "DISABLED":
            yield Finding(api, NOT_WELL, f"It is not switched on in project {project}.", turn_on)
        else:
            seen = f"Google Cloud does not tell you about project {project} (HTTP {answer.status})."
            yield Finding(api, NOT_TOLD, seen, f"Ask whoever owns that project, or: {turn_on}")
