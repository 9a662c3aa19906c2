"""Settings: complete or nothing starts, typed, and with every fault told at once."""

from __future__ import annotations

import os
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import pytest

from shared.settings import _NUMBERS, _URLS, Incomplete, Settings, load

LEAST = {"GOOGLE_CLOUD_PROJECT": "tributary", "TRIBUTARY_BUCKET": "tributary-pages"}
FUNCTIONS = Path(__file__).parent.parent / "functions"


def loaded(*needs: str, **env: str) -> Settings:
    return load(*needs, env={**LEAST, **env})


def refused(*needs: str, env: dict[str, str]) -> str:
    with pytest.raises(Incomplete) as refusal:
        load(*needs, env=env)
    return str(refusal.value)


def test_the_least_is_enough_and_the_rest_has_a_default() -> None:
    settings = loaded()
    assert (settings.project, settings.bucket) == ("tributary", "tributary-pages")
    assert (settings.location, settings.database) == ("EU", "(default)")
    assert (settings.work_seconds, settings.lease_seconds) == ("240", "120")
    assert settings.push_certs_url == "https://www.googleapis.com/oauth2/v1/certs"
    assert settings.origins == {}


def test_no_allowance_is_kept_only_where_a_server_stands_in() -> None:
    stands_in = '{"mailchimp": "http://127.0.0.1:1"}'
    assert loaded(TRIBUTARY_NO_LIMITS="yes").unlimited == frozenset()
    assert loaded(TRIBUTARY_PLATFORM_ORIGINS=stands_in).unlimited == frozenset()
    both = loaded(TRIBUTARY_NO_LIMITS="yes", TRIBUTARY_PLATFORM_ORIGINS=stands_in)
    assert both.unlimited == {"mailchimp"}


def test_every_setting_has_its_own_variable_and_a_meaning() -> None:
    found = [item.metadata["env"] for item in fields(Settings)]
    assert len(set(found)) == len(found)
    for item in fields(Settings):
        assert item.metadata["env"].isupper()
        assert item.metadata["meaning"].endswith((".", "}."))


def test_every_setting_is_read_from_its_variable() -> None:
    numbers = {name: str(number) for number, name in enumerate(_NUMBERS, start=7)}
    mails = dict.fromkeys(("contact", "first_owner", "smtp_from"), "a@b.example")
    odd = {
        **numbers,
        **mails,
        "origins_json": '{"a":"http://b"}',
        "accounts_json": '{"a":"a@b.example"}',
        "smtp_security": "tls",
        "api_origins": "https://a.example",
        "privacy_notice": "https://a.example/privacy",
        "colour": "#1f5eff",
    }
    urls = {name: f"https://a.example/{name}" for name in _URLS}
    wanted = {item.name: {**odd, **urls}.get(item.name, f"value of {item.name}") for item in fields(Settings)}
    settings = load(env={item.metadata["env"]: wanted[item.name] for item in fields(Settings)})
    assert {item.name: getattr(settings, item.name) for item in fields(Settings)} == wanted
    assert settings.origins == {"a": "http://b"}
    assert settings.accounts == {"a": "a@b.example"}


@pytest.mark.parametrize("text", ["[", "[]", '{"a": 1}', '{"a": "nobody"}'])
def test_accounts_are_addresses(text: str) -> None:
    assert "TRIBUTARY_ACCOUNTS" in refused(env={**LEAST, "TRIBUTARY_ACCOUNTS": text})
    assert load(env={**LEAST, "TRIBUTARY_ACCOUNTS": '{"deployer": null}'}).accounts == {}


@pytest.mark.parametrize("gone", ["GOOGLE_CLOUD_PROJECT", "TRIBUTARY_BUCKET"])
@pytest.mark.parametrize("empty", [None, "", "  ", "\n"])
def test_what_is_missing_is_named_with_what_it_is_for(gone: str, empty: str | None) -> None:
    env = {**LEAST, gone: empty} if empty is not None else {n: v for n, v in LEAST.items() if n != gone}
    told = refused(env={name: value for name, value in env.items() if value is not None})
    meaning = next(item.metadata["meaning"] for item in fields(Settings) if item.metadata["env"] == gone)
    assert told == f"{gone} is missing: {meaning}"


def test_everything_that_is_wrong_is_told_at_once() -> None:
    told = refused(
        "push_audience",
        env={"TRIBUTARY_WORK_SECONDS": "soon", "TRIBUTARY_START_URL": "http://x", "TRIBUTARY_PLATFORM_ORIGINS": "["},
    )
    for part in ("GOOGLE_CLOUD_PROJECT", "TRIBUTARY_BUCKET", "TRIBUTARY_PUSH_AUDIENCE"):
        assert f"{part} is missing" in told
    for part in ("work_seconds must be", "start_url must be", "TRIBUTARY_PLATFORM_ORIGINS is not JSON"):
        assert part in told


@pytest.mark.parametrize("need", [item.name for item in fields(Settings) if item.default is not MISSING])
def test_what_a_function_needs_it_does_not_start_without(need: str) -> None:
    variable = next(item.metadata["env"] for item in fields(Settings) if item.name == need)
    assert refused(need, env=LEAST).startswith(f"{variable} is missing: ")


@pytest.mark.parametrize("name", sorted(path.name for path in FUNCTIONS.iterdir() if (path / "main.py").exists()))
def test_functions_that_are_pushed_to_need_to_know_by_whom(name: str) -> None:
    """Without an audience and an identity nobody could be told apart, so these are never left out."""
    text = (FUNCTIONS / name / "main.py").read_text()
    if "PushVerifier(settings)" in text:
        assert 'load("push_audience", "push_identity"' in text
    elif "CallVerifier(settings)" in text:
        assert 'load("look_up_url", "look_up_callers"' in text
    else:
        assert name in {"oauth_start", "oauth_callback", "platform_calls", "console", "feed", "api"}


@pytest.mark.parametrize("name", ["TRIBUTARY_WORK_SECONDS", "TRIBUTARY_LEASE_SECONDS"])
@pytest.mark.parametrize("value", ["-1", "1.5", "1e3", "ten", "0x10", "1 2"])
def test_seconds_are_whole_numbers(name: str, value: str) -> None:
    assert "must be a whole number of seconds" in refused(env={**LEAST, name: value})


@pytest.mark.parametrize("name", ["TRIBUTARY_START_URL", "TRIBUTARY_CALLBACK_URL", "TRIBUTARY_CALLS_URL"])
@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("https://connect.example.com/oauth_start", True),
        ("https://connect.example.com:8443/x", True),
        ("http://127.0.0.1:8080/oauth_start", True),
        ("http://localhost/x", True),
        ("http://connect.example.com/x", False),
        ("http://127.0.0.1.attacker.example/x", False),
        ("https://connect.example.com/x?a=b", False),
        ("https://connect.example.com/x#a", False),
        ("ftp://127.0.0.1/x", False),
        ("connect.example.com", False),
        ("//connect.example.com/x", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://[::1", False),
        ("https://user:pass@connect.example.com/x", False),
    ],
)
def test_addresses_of_ours_are_https(name: str, value: str, good: bool) -> None:
    env = {**LEAST, name: value}
    if good:
        settings = load(env=env)
        assert value in {settings.start_url, settings.callback_url, settings.calls_url}
    else:
        assert "must be an https address" in refused(env=env)


@pytest.mark.parametrize(
    ("value", "good"),
    [
        ("privacy@north.example", True),
        ("first.last+data@mail.north.example", True),
        ("https://north.example/privacy", True),
        ("http://north.example/privacy", False),
        ("https://user@north.example", False),
        ("north.example", False),
        ("our office", False),
        ("a@b", False),
        ("Ann <ann@north.example>", False),
        ("javascript:alert(1)", False),
    ],
)
def test_a_contact_is_somebody_who_can_be_written_to(value: str, good: bool) -> None:
    if good:
        assert loaded(TRIBUTARY_CONTACT=value).contact == value
    else:
        assert "TRIBUTARY_CONTACT must be" in refused(env={**LEAST, "TRIBUTARY_CONTACT": value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRIBUTARY_COLOUR", "navy"),
        ("TRIBUTARY_COLOUR", "#1f5e"),
        ("TRIBUTARY_COLOUR", "#1f5eff; } body { display: none"),
        ("TRIBUTARY_PRIVACY_NOTICE", "http://north.example/privacy"),
        ("TRIBUTARY_PRIVACY_NOTICE", "javascript:alert(1)"),
        ("TRIBUTARY_PRIVACY_NOTICE", "https://user@north.example"),
    ],
)
def test_what_stands_on_a_page_is_of_its_form(name: str, value: str) -> None:
    assert f"{name} must be" in refused(env={**LEAST, name: value})


@pytest.mark.parametrize("name", ["TRIBUTARY_BACKUP_DAYS", "TRIBUTARY_PAGES_DAYS"])
def test_days_are_whole_numbers(name: str) -> None:
    assert "must be a whole number of days" in refused(env={**LEAST, name: "a year"})


def test_cookies_are_secure_where_pages_are() -> None:
    assert loaded(TRIBUTARY_START_URL="https://a.example/s").secure
    assert not loaded(TRIBUTARY_START_URL="http://127.0.0.1/s").secure


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("[", "is not JSON"),
        ("mailchimp=http://x", "is not JSON"),
        ("[]", "must be a JSON object of http addresses"),
        ('"http://x"', "must be a JSON object"),
        ("null", "must be a JSON object"),
        ('{"mailchimp": 5}', "must be a JSON object"),
        ('{"mailchimp": "ftp://x"}', "must be a JSON object"),
        ('{"mailchimp": "x"}', "must be a JSON object"),
    ],
)
def test_stand_ins_are_an_object_of_addresses(value: str, why: str) -> None:
    assert why in refused(env={**LEAST, "TRIBUTARY_PLATFORM_ORIGINS": value})


def test_the_environment_is_what_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("TRIBUTARY_")]:
        monkeypatch.delenv(name)
    for name, value in LEAST.items():
        monkeypatch.setenv(name, value)
    assert load() == loaded()


def test_settings_do_not_change() -> None:
    settings: Any = loaded()
    with pytest.raises(AttributeError):
        settings.project = "another"
    with pytest.raises((AttributeError, TypeError)):
        settings.unheard_of = "x"


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("TRIBUTARY_FIRST_OWNER", "nobody", "first_owner must be a mail address"),
        ("TRIBUTARY_SMTP_FROM", "a@b.example\nBcc: c@d.example", "smtp_from must be a mail address"),
        ("TRIBUTARY_SMTP_SECURITY", "perhaps", "smtp_security must be one of"),
        ("TRIBUTARY_CONSOLE_URL", "http://console.example.com", "console_url must be an https address"),
    ],
)
def test_what_people_sign_in_by_is_checked(name: str, value: str, complaint: str) -> None:
    assert complaint in refused(env={**LEAST, name: value})
