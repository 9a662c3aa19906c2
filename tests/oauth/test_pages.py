"""The pages themselves: headers, words, structure; and that nothing secret is ever on them or in a log."""

from __future__ import annotations

import base64
import hashlib
import logging
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from shared import log
from shared.model import Workspace, to_doc
from shared.oauth import form_fields
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


# -- with what one signs in, and what is expected of a field -------------------------------------------------------

LOGINS = {
    "google_ads": "Google",
    "google_analytics": "Google",
    "meta_ads": "Facebook",
    "instagram": "Facebook",
    "amazon_ads": "Login with Amazon",
}


@pytest.mark.parametrize("name", [name for name, platform in PLATFORMS.items() if platform.oauth])
def test_it_says_with_what_one_signs_in_and_leads_there(name: str) -> None:
    platform, flow = PLATFORMS[name], ConnectFlow()
    login = LOGINS.get(name, platform.title)
    page = flow.browser().get(flow.link(name))
    assert f'<button class="button">Continue to {login}</button>' in page.html
    with_other = f"You sign in with {login}, as somebody who may see the data in {platform.title}, and decide there."
    assert (with_other in unescape(page.html)) is (name in LOGINS)
    assert (f"You sign in at {platform.title} itself" in page.html) is (name not in LOGINS)


def test_the_way_over_says_it_too(flow: ConnectFlow) -> None:
    flow.vault.add("client-meta_ads", b'{"client_id": "ours", "client_secret": "hush"}')
    page = flow.press(flow.browser(), flow.link("meta_ads"))
    assert page.heading == "Taking you to Facebook"
    assert "as somebody who may see the data in Meta Ads" in page.html
    assert 'id="onward"' in page.html
    assert ">Continue to Facebook</a>" in page.html


def test_what_never_happens_has_ticks_beside_it_and_no_crosses(flow: ConnectFlow) -> None:
    page = flow.browser().get(flow.link("mailchimp"))
    (rule,) = re.findall(r"\.never li::before \{(.*?)\}", page.html)
    assert "\\2713" in rule
    assert "var(--good)" in rule
    assert "\\2715" not in page.html


KEYS = [name for name, platform in PLATFORMS.items() if platform.key_way]


@pytest.mark.parametrize("name", KEYS)
def test_a_key_form_leads_to_the_page_that_helps_and_an_error_says_what_is_expected(name: str) -> None:
    platform, flow = PLATFORMS[name], ConnectFlow()
    way = platform.key_way
    assert way is not None
    assert urlsplit(way.help_url).path.strip("/"), "the first page of a help helps nobody"
    browser = flow.browser()
    form = flow.press(browser, flow.link(name), 1 if platform.oauth else 0)
    assert f'href="{way.help_url}"' in form.html
    wrong = browser.post(f"{CALLBACK}/{name}", {**form.fields(), "key": "?"})
    said = re.search(r'<p class="wrong" id="key-wrong" role="alert">(.*?)</p>', wrong.html)
    assert said
    assert f": {way.form}. Please copy all of it again." in unescape(said[1])
    (field,) = [each for _, each in structure(wrong).all if each.get("id") == "key"]
    assert field["aria-describedby"] == "where key-wrong"
    assert field["aria-invalid"] == "true"


SHOPS = {
    "my-shop.myshopify.com": "my-shop",
    "https://my-shop.myshopify.com/admin?x=1": "my-shop",
    "https://admin.shopify.com/store/my-shop/settings": "my-shop",
    "my-shop": "my-shop",
    "www.northwind.example": "",
    "northwind.example": "",
    "info@northwind.example": "",
}
USERS = {
    "1234567": "1234567",
    "https://app.metricool.com/evolution/web?blogId=11&userId=1234567": "1234567",
    "https://app.metricool.com/evolution/web?userId=1234567&blogId=11": "1234567",
    "https://app.metricool.com/evolution/web?blogId=11": "",
    "my token": "",
    "12 34": "",
}


@pytest.mark.parametrize(
    ("name", "field", "typed", "found"),
    [
        *(("shopify", "shop", typed, found) for typed, found in SHOPS.items()),
        *(("metricool", "user_id", typed, found) for typed, found in USERS.items()),
    ],
)
def test_a_field_takes_what_people_copy_and_says_what_is_expected(
    name: str, field: str, typed: str, found: str
) -> None:
    platform = PLATFORMS[name]
    way = platform.key_way
    assert way is not None
    answers = form_fields.read(platform, way.asks, {f"ask-{field}": typed})
    assert answers.values.get(field, "") == found
    if not found:
        assert {"shop": "ends in .myshopify.com", "user_id": "your user number, digits only"}[field] in answers.wrong[
            field
        ]
        assert answers.wrong[field].startswith("This is not ")


def test_a_wrong_field_beside_a_key_is_named(flow: ConnectFlow) -> None:
    browser = flow.browser()
    form = flow.press(browser, flow.link("metricool"))
    typed = {"key": "MARKED-token-0123456789", "ask-user_id": "the bakery"}
    wrong = browser.post(f"{CALLBACK}/metricool", {**form.fields(), **typed})
    assert wrong.status == 422
    assert "Not right yet: User number. Nothing was kept, so please paste the access token again, too." in wrong.html
    assert "MARKED" not in wrong.html
    (field,) = [each for _, each in structure(wrong).all if each.get("id") == "ask-user_id"]
    assert "autofocus" in field
    assert field["value"] == "the bakery"
