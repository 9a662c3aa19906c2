"""Every endpoint answers what its own table gives as an example, with what it says that it tells."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from shared.access import wishes
from shared.api.endpoint import Endpoint
from shared.api.endpoints import ENDPOINTS
from shared.keys.scopes import OPERATOR
from shared.keys.texts import read
from shared.kit import campaign_names
from shared.kit.campaign_names import CampaignName
from shared.model import to_doc
from shared.oauth import links
from shared.people import invitations
from shared.people.levels import Role
from shared.people.persons import Person, person_path
from shared.people.roles import Member, member_path
from shared.questions import query_string
from shared.states import AccessAct
from tests.api.service import BY, Answer, Service

WORKS = [each for each in ENDPOINTS if each.does != "refresh"]  # tests/api/test_tokens.py has a token that renews


def things(service: Service) -> dict[str, str]:
    _, link = links.create(service.engine, service.clock, "acme", "mailchimp")
    wish = wishes.ask(
        service.engine, service.people, service.clock, BY, "acme", "acme-1", AccessAct.VALIDATE, "an example"
    )
    question = query_string.read("mart=ads_by_day&measures=clicks&grain=day")
    feed, _, __ = service.desk.register.add(BY, OPERATOR, "acme", "a feed", question)
    person = Person("ann", "Ann", "ann@example.com", service.clock.now(), google="ann")
    service.people.set(person_path("ann"), to_doc(person))
    service.people.set(member_path("acme", "ann"), to_doc(Member("acme", "ann", Role.ANALYST, person.created_at, "")))
    _, invitation = invitations.new(service.clock, "ben@example.com", "acme", Role.VIEWER, OPERATOR)
    service.people.set(invitations.invitation_path(invitation.id), to_doc(invitation))
    known = read(service.key("acme", "data:read"))
    assert known is not None
    _, hook = service.desk.hooks.make(BY, "acme", "Board", "https://board.example/in")
    return {
        "webhook": hook.id,
        "delivery": service.desk.hooks.test(BY, hook.id, "an example").id,
        "member": "ann",
        "invitation": invitation.short,
        "key": known.id,
        "feed": feed.id,
        "wish": wish.id,
        "workspace": "acme",
        "connection": "acme-1",
        "run": "acme-run",
        "link": link.id,
        "campaign": campaign_names.write(CampaignName("acme-1", "ads", "c/1")),
    }


def place(endpoint: Endpoint, ids: dict[str, str]) -> str:
    path = endpoint.path
    for name, value in {**{name: ids[kind] for name, kind in endpoint.objects.items()}, **endpoint.words}.items():
        path = path.replace(f"{{{name}}}", value)
    return path + (f"?{urlencode(endpoint.sample)}" if endpoint.sample else "")


def ask(service: Service, endpoint: Endpoint, key: str) -> Answer:
    body: Any = dict(endpoint.example) if endpoint.example is not None else None
    return service.ask(endpoint.method, place(endpoint, things(service)), "" if endpoint.is_open else key, body)


@pytest.mark.parametrize("endpoint", WORKS, ids=lambda each: each.does)
def test_an_example_has_the_answer_that_the_table_says(service: Service, key: str, endpoint: Endpoint) -> None:
    answer = ask(service, endpoint, key)
    assert answer.status == endpoint.status, answer.body
    if endpoint.tells is str:
        assert answer.headers["Content-Type"].startswith("text/event-stream")
    elif endpoint.tells is not bytes:
        told = msgspec.json.decode(answer.body, type=endpoint.tells)
        assert json.loads(msgspec.json.encode(told)).keys() == answer.json.keys()


@pytest.mark.parametrize("endpoint", [each for each in WORKS if each.sample], ids=lambda each: each.does)
def test_a_sample_names_only_what_is_there(endpoint: Endpoint) -> None:
    known = {each.encode_name for each in msgspec.structs.fields(endpoint.query)}
    assert endpoint.sample.keys() <= known
