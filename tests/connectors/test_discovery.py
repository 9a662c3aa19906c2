"""Whose account is it? And what platforms say when they refuse, in sentences for people."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from shared.errors import Bug, Configure, Later, Problem, Reconnect
from shared.http import Http, answer
from shared.platforms import PLATFORMS, platform
from shared.secret import Secret
from shared.vocabulary.access import Account, Credential, How
from shared.vocabulary.statuses import stated_rest
from shared.vocabulary.wire import Answer, Request
from tests.connectors.recorded.constant_contact import error as constant_contact_error
from tests.connectors.recorded.emailoctopus import error as emailoctopus_error
from tests.connectors.recorded.mailchimp import error as mailchimp_error

KEY = "0123456789abcdef0123456789abcdef-us14"
NOW = datetime(2026, 9, 3, 12, tzinfo=UTC)
METADATA = {"dc": "us7", "api_endpoint": "https://us7.api.mailchimp.com", "accountname": "Demo"}
ROOT = {"account_id": "A1", "account_name": "Demo Ltd", "account_timezone": "Europe/London"}


def said(value: Any, status: int = 200) -> Answer:
    return answer(status, {}, orjson.dumps(value))


def talk(name: str, how: How, *answers: Answer, token: str = KEY) -> tuple[list[Request], Account]:
    which = platform(name)
    conversation = which.discover(Credential(Secret(token), how=how))
    asked = [next(conversation)]
    for given in answers:
        Http().address(which, asked[-1].url)  # on its own hosts
        try:
            asked.append(conversation.send(given))
        except StopIteration as end:
            (account,) = end.value
            return asked, account
    raise AssertionError("it asks on")


def test_mailchimp_tokens_lead_to_their_data_centre() -> None:
    asked, account = talk("mailchimp", "oauth", said(METADATA), said(ROOT))
    assert [request.url for request in asked] == [
        "https://login.mailchimp.com/oauth2/metadata", "https://us7.api.mailchimp.com/3.0/"
    ]  # fmt: skip
    assert asked[0].headers == {"authorization": f"OAuth {KEY}"}
    assert asked[1].headers == {"authorization": f"Bearer {KEY}"}
    assert account == Account("A1", "Demo Ltd", "Europe/London", values={"dc": "us7"})


def test_mailchimp_keys_name_their_data_centre() -> None:
    (asked,), account = talk("mailchimp", "key", said(ROOT))
    assert asked.url == "https://us14.api.mailchimp.com/3.0/"
    assert asked.headers["authorization"].startswith("Basic ")
    assert account.values == {"dc": "us14"}


@pytest.mark.parametrize("dead", [{"error": "invalid_token"}, {}, [], {"dc": "us7"}])
def test_mailchimp_says_200_to_a_dead_token(dead: Any) -> None:
    with pytest.raises(Reconnect):
        talk("mailchimp", "oauth", said(dead))


@pytest.mark.parametrize("dc", ["evil.example/", "us7.evil.example", "", "US7", "us", "us7@x", None])
def test_mailchimp_data_centres_have_one_form(dc: Any) -> None:
    with pytest.raises(Configure, match="odd-data-centre"):
        talk("mailchimp", "oauth", said({**METADATA, "dc": dc}))
    if dc:
        with pytest.raises(Configure, match="odd-data-centre"):
            talk("mailchimp", "key", token=f"0123-{dc}")


def test_constant_contact_tells_account_and_zone() -> None:
    body = {"encoded_account_id": "E1", "organization_name": "Demo", "time_zone_id": "US/Eastern"}
    (asked,), account = talk("constant_contact", "oauth", said(body))
    assert asked.url == "https://api.cc.email/v3/account/summary"
    assert account == Account("E1", "Demo", "US/Eastern")
    _, nameless = talk("constant_contact", "oauth", said({"encoded_account_id": "E1", "organization_name": ""}))
    assert (nameless.title, nameless.zone) == ("E1", "UTC")


def lists(*rows: tuple[str, str], after: str = "") -> Answer:
    found = [{"id": name, "name": f"List {name}", "created_at": made} for name, made in rows]
    return said({"data": found, "paging": {"next": {"starting_after": after} if after else None}})


def test_emailoctopus_accounts_are_known_by_their_oldest_list() -> None:
    pages = lists(("b", "2025-01-01"), after="c1"), lists(("c", "2026-01-01"), ("a", "2024-01-01"))
    asked, account = talk("emailoctopus", "key", *pages)
    assert [dict(request.query) for request in asked] == [{"limit": "100"}, {"limit": "100", "starting_after": "c1"}]
    assert (account.id, account.title) == ("a", "List a")
    _, later = talk("emailoctopus", "key", lists(("d", "2026-09-01"), ("a", "2024-01-01")))
    assert later.id == account.id  # lists come and go


def test_emailoctopus_without_lists_is_known_by_a_digest_that_tells_nothing() -> None:
    _, account = talk("emailoctopus", "key", lists())
    _, same = talk("emailoctopus", "key", lists())
    _, other = talk("emailoctopus", "key", lists(), token="another-key-of-somebody")
    assert account == same != other
    assert KEY not in account.id
    assert account.id.startswith("key-")


def test_emailoctopus_that_stands_still_ends() -> None:
    asked, account = talk("emailoctopus", "key", *[lists(("a", "2024-01-01"), after="same")] * 2)
    assert len(asked) == 2
    assert account.id == "a"


@pytest.mark.parametrize("body", [{}, [], {"data": None}, None])
def test_answers_of_another_shape_are_no_account(body: Any) -> None:
    for name, problem in (("constant_contact", Reconnect), ("mailchimp", Reconnect), ("emailoctopus", Bug)):
        with pytest.raises(problem):
            talk(name, "key" if name != "constant_contact" else "oauth", said(body))


WORDS = [
    ("mailchimp", mailchimp_error(403, "Wrong Datacenter"), Configure, "wrong-data-centre"),
    ("mailchimp", mailchimp_error(403, "WrongDatacenter"), Configure, "wrong-data-centre"),
    ("mailchimp", mailchimp_error(403, "User Disabled"), Reconnect, "user-disabled"),
    ("mailchimp", mailchimp_error(503, "Compliance Related"), Configure, "account-paused"),
    ("mailchimp", mailchimp_error(503, "Service Unavailable"), Later, "platform-down"),
    ("mailchimp", answer(403, {}, b"<html>"), Later, "refused-at-edge"),
    ("mailchimp", answer(429, {}, b"<html>"), Later, "limited"),
    ("constant_contact", constant_contact_error(429, "quota_exceeded"), Later, "daily-allowance"),
    ("constant_contact", constant_contact_error(400, "throttled", listed=True), Later, "limited"),
    ("constant_contact", said({"results": [], "errors": [{"error_key": "throttled"}]}), Later, "limited"),
    ("constant_contact", answer(403, {}, b"Forbidden"), Later, "refused-at-edge"),
    ("emailoctopus", emailoctopus_error(401, "unauthorized"), Reconnect, "not-authorised"),
    ("emailoctopus", emailoctopus_error(429, "too-many-requests"), Later, "limited"),
]


@pytest.mark.parametrize(("name", "given", "kind", "code"), WORDS)
def test_refusals_say_who_must_act(name: str, given: Answer, kind: type[Problem], code: str) -> None:
    problem = platform(name).refuse(given)
    assert type(problem) is kind
    assert problem is not None
    assert problem.code == code
    assert problem.sentence.endswith(".")


def test_partial_answers_with_ids_that_are_gone_are_answers() -> None:
    body = {"results": [{"campaign_activity_id": "A1"}], "errors": [{"error_key": "not_found"}]}
    assert platform("constant_contact").refuse(said(body)) is None


def test_old_emailoctopus_keys_get_a_sentence_that_helps() -> None:
    problem = platform("emailoctopus").refuse(emailoctopus_error(401, "unauthorized"))
    assert problem is not None
    assert "make a new one" in problem.sentence


@pytest.mark.parametrize("name", PLATFORMS)
def test_success_is_no_problem(name: str) -> None:
    for status in (200, 201, 202, 204):
        assert platform(name).refuse(said({"data": []}, status)) is None


@pytest.mark.parametrize(
    ("headers", "rest"),
    [({"x-ratelimit-retry-after": "17"}, 17), ({"retry-after": "3"}, 3), ({"retry-after": "0.5"}, 0.5),
     ({"x-ratelimit-retry-after": "soon", "retry-after": "4"}, 4), ({}, None), ({"retry-after": "-1"}, None),
     ({"retry-after": "nan"}, None), ({"retry-after": "1e9"}, 86_400)],
)  # fmt: skip
def test_the_stated_rest_is_read_from_the_first_header_that_says_it(
    headers: dict[str, str], rest: float | None
) -> None:
    found = stated_rest(answer(429, headers, b""), platform("emailoctopus").limits.retry_headers, NOW)
    assert found == (None if rest is None else NOW + timedelta(seconds=rest))


def test_keys_are_recognised_by_their_form() -> None:
    way = platform("mailchimp").key_way
    assert way is not None
    assert re.fullmatch(way.pattern, KEY)
    for wrong in ("", "0123", KEY[:-5], KEY + "/..", KEY.upper(), f"{KEY}\n"):
        assert not re.fullmatch(way.pattern, wrong)
    octopus = platform("emailoctopus").key_way
    assert octopus is not None
    assert not re.fullmatch(octopus.pattern, "two words of text")
    assert platform("constant_contact").key_way is None
