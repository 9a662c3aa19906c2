"""The pages themselves: headers, words, structure; and that nothing secret is ever on them or in a log."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from shared import log
from shared.model import Workspace, to_doc
from shared.oauth.finish import outcome_path
from shared.oauth.html import OPENS
from shared.oauth.refusals import REFUSALS
from shared.platforms import PLATFORMS
from shared.settings import Settings
from shared.web import Policy
from tests.oauth.connect_flow import CALLBACK, START, WORKSPACE, ConnectFlow, Page

VOID = {"meta", "input", "link", "br", "img"}


class Structure(HTMLParser):
    """Every element closed in order; which there were, and with what."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.all: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.all if name == tag]


def structure(page: Page) -> Structure:
    read = Structure()
    read.feed(page.html)
    assert not read.open
    return read


def every_page(flow: ConnectFlow) -> dict[str, Page]:
    """One of each kind."""
    browser, link = flow.browser(), flow.link("mailchimp")
    pages = {"opening": browser.get(START), "ask": browser.get(link), "over": flow.press(browser, link)}
    pages["ask again"] = browser.post(link, {})
    pages["ask with scopes"] = browser.get(flow.link("constant_contact"))
    pages["key form"] = flow.press(browser, flow.link("emailoctopus"))
    pages["key form, wrong"] = browser.post(f"{CALLBACK}/emailoctopus", {**pages["key form"].fields(), "key": "x"})
    pages["denied"] = browser.get(flow.consent(pages["over"].onward, "deny"))
    pages["connected"] = flow.connect("mailchimp")
    pages["unknown link"] = browser.get(f"{START}#nothing")
    pages["unknown page"] = browser.get(f"{CALLBACK}/nothing")
    pages["privacy"] = browser.get(f"{START}/privacy")
    return pages


OF_START = {"opening", "ask", "over", "ask again", "ask with scopes", "key form", "unknown link", "privacy"}


def digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_every_page_carries_the_strict_headers(flow: ConnectFlow) -> None:
    for name, page in every_page(flow).items():
        policy = page.headers["Content-Security-Policy"]
        style = re.search(r"<style>(.*?)</style>", page.html, re.DOTALL)
        assert style, name
        runs = f"script-src 'sha256-{digest(OPENS)}'; "  # where links open, and nowhere else
        assert policy.replace(runs, "") == (
            f"default-src 'none'; style-src 'sha256-{digest(style[1])}'; "
            f"form-action 'self' https://{CALLBACK.split('/')[2]}; base-uri 'none'; frame-ancestors 'none'"
        ), name
        assert (runs in policy) is (name in OF_START), name
        assert page.headers["Cache-Control"] == ("public, max-age=3600" if name == "privacy" else "no-store")
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Strict-Transport-Security"].startswith("max-age=")
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"


def test_the_redirect_to_the_clean_page_and_health_carry_them_too(flow: ConnectFlow) -> None:
    browser = flow.browser()
    done = browser.get(flow.consent(flow.press(browser, flow.link("mailchimp")).onward))
    for page in (done, browser.get(f"{START}/healthz"), browser.get(f"{CALLBACK}/healthz")):
        assert page.headers["Cache-Control"] == "no-store"
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert browser.get(f"{START}/healthz").html == browser.get(f"{CALLBACK}/healthz").html == "ok"


def test_on_this_machine_the_cookie_and_headers_do_without_tls() -> None:
    local = Policy(Settings(project="p", bucket="b", start_url="http://127.0.0.1:8080").secure, "")
    assert local.cookie == "tributary"
    assert "Strict-Transport-Security" not in local.headers


def test_the_cookie_is_bound_to_our_host_and_out_of_reach(flow: ConnectFlow) -> None:
    line = flow.browser().get(flow.link("mailchimp")).headers["Set-Cookie"]
    assert re.fullmatch(
        r"__Host-tributary=[\w-]{43}; (Expires=[^;]+; )?Max-Age=3600; Secure; HttpOnly; Path=/; SameSite=Lax", line
    ), line


def test_every_page_can_be_read_by_everyone(flow: ConnectFlow) -> None:
    """Language, one heading at the top, a title of its own, labels, nothing loaded from elsewhere, and no script but
    the one that opens a link."""
    titles = set()
    for name, page in every_page(flow).items():
        read = structure(page)
        assert read.of("html")[0]["lang"] == "en"
        assert len(read.of("h1")) == len(read.of("main")) == len(read.of("title")) == 1, name
        levels = [tag for tag, _ in read.all if re.fullmatch(r"h\d", tag)]
        assert levels[0] == "h1"
        assert set(levels[1:]) <= {"h2"}
        assert re.findall(r"<script.*?</script>", page.html, re.DOTALL) == [f"<script>{OPENS}</script>"] * (
            name == "opening"
        )
        assert not read.of("img") + read.of("link") + read.of("iframe")
        assert not [a for _, a in read.all if any(key.startswith("on") or key == "style" for key in a)], name
        ids = [a["id"] for _, a in read.all if "id" in a]
        assert len(ids) == len(set(ids)), name
        labels = {a["for"] for a in read.of("label")}
        for field in read.of("input"):
            assert field.get("type") == "hidden" or field["id"] in labels
            for described in (field.get("aria-describedby") or "").split():
                assert described in ids, (name, described)
        titles.add(re.search(r"<title>(.*?)</title>", page.html)[1])  # type: ignore[index]
    assert len(titles) >= 8


def test_the_page_says_who_asks_what_is_read_what_never_and_until_when(flow: ConnectFlow) -> None:
    page = flow.browser().get(flow.link("constant_contact"))
    for stream in PLATFORMS["constant_contact"].streams:
        assert (f"<li>{stream.title}</li>" in page.html) is not stream.optional
    assert page.heading == "Tidewater Agency would like to read your Constant Contact data"
    for words in (
        "for Northwind Bakery",
        "We never post, publish or send anything",
        "We never see your password",
        "8 September 2026, 08:00 (Europe/Vienna)",
        'href="mailto:data@tidewater.example"',
        "contact_data</code> – to read Lists, Contacts, Tags",
        "offline_access</code> – to stay connected",
    ):
        assert words in page.html, words


def test_platforms_without_read_only_access_say_so(flow: ConnectFlow) -> None:
    assert "has no read-only access" in flow.browser().get(flow.link("mailchimp")).html


def test_names_that_look_like_html_stay_text(flow: ConnectFlow) -> None:
    evil = "<script>alert(1)</script>\"'>{0}{title}"
    workspace: Workspace = replace(WORKSPACE, name=evil, agency=evil, contact=evil, zone=evil)
    flow.documents.set("workspaces/north", to_doc(workspace))
    pages = every_page(flow)
    browser = flow.browser()
    done = browser.get(flow.consent(flow.press(browser, flow.link("mailchimp")).onward)).location
    where = outcome_path(done.rsplit("/", 1)[1])
    flow.documents.set(where, {**flow.documents.docs[where], "titles": [evil, evil], "missing": [evil, evil]})
    pages["connected"] = browser.get(done)
    for name, page in pages.items():
        assert "<script>alert" not in page.html, name
        structure(page)
    assert "&lt;script&gt;alert(1)" in pages["connected"].html


def test_every_refusal_says_what_happened_and_what_to_do() -> None:
    for name, refusal in REFUSALS.items():
        assert refusal.heading[0].isupper(), name
        assert not refusal.heading.endswith("."), name
        assert refusal.text.endswith("."), name
        assert refusal.todo.endswith("."), name
        for word in ("token", "state", "OAuth", "error", "exception", "invalid", "callback", "HTTP"):
            assert word not in f"{refusal.heading} {refusal.text} {refusal.todo}", (name, word)


def test_a_crash_is_a_page_in_words_and_its_text_goes_nowhere(
    flow: ConnectFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = StringIO()
    monkeypatch.setattr(log, "stream", out)

    def crash(*_: Any) -> None:
        raise RuntimeError("the secret is MARKED-SECRET")

    link = flow.link("mailchimp")
    flow.documents.get = crash  # type: ignore[method-assign,assignment]
    for address in (link, f"{CALLBACK}/mailchimp/connected/{'A' * 43}"):
        page = flow.browser().get(address)
        assert (page.status, page.heading) == (500, "Something went wrong on our side")
        assert "MARKED" not in page.html
    assert "RuntimeError" in out.getvalue()
    assert "MARKED" not in out.getvalue()


def test_no_secret_reaches_a_page_a_log_a_document_or_a_message(
    flow: ConnectFlow, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Every way through, successes and failures, with logging turned all the way up."""
    out = StringIO()
    monkeypatch.setattr(log, "stream", out)
    caplog.set_level(logging.DEBUG)
    for platform in ("mailchimp", "constant_contact"):
        flow.connect(platform)
        for fault in ({"kind": "status", "status": 500}, {"kind": "not_json"}, {"kind": "timeout"}, {"kind": "empty"}):
            flow.boxes[platform].faults.add("POST *token", **fault)
            flow.connect(platform)
        flow.boxes[platform].faults.clear()
        flow.boxes[platform].faults.add("GET *", "status", status=401, times=1)
        flow.connect(platform)
    for key in ("", flow.boxes["emailoctopus"].grants.key()):
        browser = flow.browser()
        form = flow.press(browser, flow.link("emailoctopus")).fields()
        browser.post(f"{CALLBACK}/emailoctopus", {**form, "key": key or "eo_" + "e" * 48})
    secrets = {"eo_" + "e" * 48, "demo-mailchimp-secret", "demo-constant_contact-secret"}
    for versions in flow.vault.secrets.values():
        for payload in versions.values():
            secrets |= set(re.findall(r'"(?:access_token|api_key|refresh_token)":"([^"]+)"', payload.decode("latin-1")))
    assert len(secrets) >= 7
    texts = {
        "page": "".join(flow.seen),
        "log": out.getvalue() + caplog.text + "".join(str(record.__dict__) for record in caplog.records),
        "document": str(flow.documents.docs),
        "message": str(flow.bus.published),
    }
    assert texts["log"]
    for where, text in texts.items():
        for secret in secrets:
            assert secret not in text, where


# -- permissions -------------------------------------------------------------------------------------------------

BROADER = {"google_ads", "amazon_ads", "constant_contact"}  # those that have no permission that only reads, for some


@pytest.mark.parametrize("name", [name for name, platform in PLATFORMS.items() if platform.oauth])
def test_each_permission_says_what_it_opens_and_what_it_would_allow_besides(name: str) -> None:
    platform = PLATFORMS[name]
    oauth = platform.oauth
    assert oauth is not None
    flow = ConnectFlow()
    every = [stream.name for stream in platform.streams]
    page = flow.browser().get(flow.link(name, streams=every))
    lines = dict(re.findall(r"<li><code>(.*?)</code> – (.*?)</li>", page.html))
    assert tuple(lines) == oauth.scopes
    of_streams = {stream.scope for stream in platform.streams}
    for scope, words in lines.items():
        assert words.startswith("to "), scope
        assert "which account this is" not in words
        assert scope in of_streams or scope in oauth.opens or scope == "offline_access", f"{scope} says nothing"
        assert ("It would also allow" in words) == (scope in oauth.beyond), scope
    assert {*oauth.opens, *oauth.beyond} <= {*oauth.scopes}, "words for what is not asked for"
    assert bool(oauth.beyond) == (name in BROADER)
    speaks_of_editing = "its own page may speak of editing" in page.html
    assert speaks_of_editing == (name in BROADER)


@pytest.mark.parametrize(
    ("streams", "more"),
    [([], set()), (["reviews", "forms"], {"reviews:read"}), (["coupon_codes"], {"coupons:read", "coupon-codes:read"})],
)
def test_permission_for_what_is_read_only_when_it_is_asked_for_is_asked_only_then(
    flow: ConnectFlow, streams: list[str], more: set[str]
) -> None:
    """Of what a stream hangs on, too: an app that has no such permission yet goes on connecting as before."""
    spare = {"reviews:read", "coupons:read", "coupon-codes:read", "catalogs:read"}
    oauth = PLATFORMS["klaviyo"].oauth
    assert oauth is not None
    wanted = [scope for scope in oauth.scopes if scope not in spare - more]
    flow.vault.add("client-klaviyo", b'{"client_id": "ours", "client_secret": "hush"}')
    browser, link = flow.browser(), flow.link("klaviyo", streams=streams)
    page = browser.get(link)
    assert re.findall(r"<li><code>(.*?)</code>", page.html) == wanted
    for name in ("reviews", "coupons", "coupon_codes", "catalog_items"):
        title = PLATFORMS["klaviyo"].stream(name).title
        assert (f"<li>{title}</li>" in page.html) == (
            name in streams or (name, "coupon_codes") == ("coupons", *streams)
        )
    onward = flow.press(browser, link).onward
    assert parse_qs(urlsplit(onward).query)["scope"] == [" ".join(wanted)]


def test_a_permission_that_cannot_be_had_for_reading_alone_says_so_before_the_platform_does(flow: ConnectFlow) -> None:
    page = flow.browser().get(flow.link("google_ads"))
    assert "Google Ads has no permission for this that only reads" in page.html
    assert "It would also allow editing, creating and deleting accounts and data of Google Ads" in page.html
    assert "to read campaigns, ads and keywords, what each cost and brought" in page.html
    page = flow.browser().get(flow.link("google_analytics"))
    assert "editing" not in page.html
