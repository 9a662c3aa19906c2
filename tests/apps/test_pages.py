"""docs/apps says of each platform what its declaration says: scopes, redirect address, where one consents, the key."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

import pytest

from infra.tools.docs import ROOT
from shared.oauth.flow import privacy_url, redirect_uri
from shared.platforms import PLATFORMS
from shared.settings import load

PAGES = ROOT / "docs" / "apps"
APPS = sorted(name for name, platform in PLATFORMS.items() if platform.oauth)
KEYS = sorted(name for name, platform in PLATFORMS.items() if platform.key_way)
SECTIONS = ["Where", "Scopes", "Privacy page and domain", "Reviews"]
EVERY = ["Meanwhile", "How to check", "Sources"]
SETTINGS = load(
    env={
        "GOOGLE_CLOUD_PROJECT": "any",
        "TRIBUTARY_BUCKET": "any",
        "TRIBUTARY_START_URL": "https://HOST/oauth-start",
        "TRIBUTARY_CALLBACK_URL": "https://HOST/oauth-callback",
    }
)
DATE = re.compile(r"\b20\d\d-\d\d-\d\d\b")


@cache
def page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text()


def section(text: str, title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"no section {title}"
    return found[1]


def titles(text: str) -> list[str]:
    return re.findall(r"^## (.+)$", text, re.MULTILINE)


def lead_times() -> list[list[str]]:
    """The first table of the index, without its head."""
    table = re.search(r"(?:^\|.*\n)+", page("README"), re.MULTILINE)
    assert table
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[0].splitlines()[2:]]


def test_there_is_a_page_for_each_platform_and_none_else() -> None:
    assert {each.stem for each in PAGES.glob("*.md")} == {*PLATFORMS, "README"}


@pytest.mark.parametrize("name", sorted(PLATFORMS))
def test_a_page_has_its_sections_in_order(name: str) -> None:
    platform = PLATFORMS[name]
    wanted = [*(SECTIONS if platform.oauth else []), *(["The key"] if platform.key_way else []), *EVERY]
    found = titles(page(name))
    assert [each for each in found if each in wanted] == wanted


@pytest.mark.parametrize("name", APPS)
def test_a_page_names_exactly_the_scopes_that_are_asked_for(name: str) -> None:
    oauth = PLATFORMS[name].oauth
    assert oauth
    told = section(page(name), "Scopes")
    assert tuple(re.findall(r"^- `([^`]+)`$", told, re.MULTILINE)) == oauth.scopes
    if not oauth.scopes:
        assert told.lstrip().startswith("None")
    for block in re.findall(r"^```\n(.*?)\n```", told, re.MULTILINE | re.DOTALL):  # one line to paste
        assert tuple(block.split()) == oauth.scopes


@pytest.mark.parametrize("name", APPS)
def test_a_page_names_the_redirect_address_and_where_clients_consent(name: str) -> None:
    platform = PLATFORMS[name]
    assert platform.oauth
    where = section(page(name), "Where")
    lines = [line.strip() for line in where.splitlines()]
    assert f"`{redirect_uri(SETTINGS, platform)}`" in lines
    assert f"`{platform.oauth.authorize}`" in where
    assert f"`client-{name}`" in where
    others = set(re.findall(r"https://HOST/oauth-callback/(\w+)", page(name))) - {name}
    assert not others


@pytest.mark.parametrize("name", APPS)
def test_a_page_names_the_privacy_page(name: str) -> None:
    assert f"`{privacy_url(SETTINGS)}`" in section(page(name), "Privacy page and domain")


def test_meta_is_given_the_instructions_for_deletion() -> None:
    for name in ("README", "meta_ads", "instagram"):
        assert f"{privacy_url(SETTINGS)}#deletion`" in page(name)


@pytest.mark.parametrize("name", sorted(PLATFORMS))
def test_a_page_names_the_command(name: str) -> None:
    assert f"tributary admin app check {name}" in section(page(name), "How to check")


@pytest.mark.parametrize("name", KEYS)
def test_a_page_says_of_the_key_where_it_is_made_which_rights_it_needs_and_what_it_opens(name: str) -> None:
    key = PLATFORMS[name].key_way
    assert key
    told = section(page(name), "The key")
    assert f"- **Name on the link's page:** {key.name}." in told
    assert f"]({key.help_url})" in told
    assert "- **Rights:** " in told
    assert "- **Opens:** " in told


@pytest.mark.parametrize("name", ["README", *sorted(PLATFORMS)])
def test_every_fact_has_a_source_and_a_date(name: str) -> None:
    told = section(page(name), "Sources")
    assert DATE.search(told.splitlines()[1]), "the date on which the sources were looked up"
    assert re.search(r"^- [^\n]+\s+[^\n]*\]\(", told, re.MULTILINE)


def test_the_index_begins_with_the_lead_times() -> None:
    text = page("README")
    assert text.index("Lead times first") < text.index("|") < text.index("## ")
    rows = lead_times()
    assert [row[0] for row in rows] == [
        f"[{platform.title}]({name}.md)" for name, platform in sorted(PLATFORMS.items())
    ]
    assert all(len(row) == 5 and all(row) for row in rows)


def test_the_index_asks_for_no_app_where_there_is_none() -> None:
    registered = {row[0]: row[1] for row in lead_times()}
    without = {shown for shown, what in registered.items() if what == "nothing"}
    assert without == {f"[{PLATFORMS[name].title}]({name}.md)" for name in set(PLATFORMS) - set(APPS)}


@pytest.mark.parametrize("name", ["README", *sorted(PLATFORMS)])
def test_links_to_a_section_lead_to_one(name: str) -> None:
    for file, anchor in re.findall(r"\]\(([\w.]*\.md)?#([\w-]+)\)", page(name)):
        there = page(file.removesuffix(".md") if file else name)
        assert anchor in {re.sub(r"[^\w-]", "", title.lower().replace(" ", "-")) for title in titles(there)}


@pytest.mark.parametrize("name", ["README", *sorted(PLATFORMS)])
def test_no_section_is_empty(name: str) -> None:
    heads = [found.span() for found in re.finditer(r"^## .+$", page(name), re.MULTILINE)]
    assert all(page(name)[end:begin].strip() for (_, end), (begin, _) in pairwise(heads))
