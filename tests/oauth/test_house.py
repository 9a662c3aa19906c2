"""What every page bears of the agency: its name, its picture, its colour, its own privacy notice."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import StringIO

import pytest

from shared import log
from shared.brand.colour import ENOUGH, contrast
from shared.brand.picture import PNG
from shared.oauth.house import WHERE
from shared.oauth.style import CSS, DARK, LIGHT
from tests.brand.test_picture import chunk, jpeg, png
from tests.oauth.connect_flow import HOST, START, ConnectFlow, Page
from tests.oauth.test_pages import digest, every_page, structure
from tests.oauth.test_privacy import part

LOGO = f"{START}/logo"


def with_brand(picture: bytes | None = None, **settings: str) -> ConnectFlow:
    flow = ConnectFlow(settings={"logo": "yes" if picture is not None else "", **settings})
    if picture:
        flow.documents.set(WHERE, {"picture": picture})
    return flow


def test_every_page_says_at_its_top_whose_it_is(flow: ConnectFlow) -> None:
    """Also where nobody is known to ask, and on every last page."""
    for name, page in every_page(flow).items():
        top = re.search(r'<main>\s*<p class="who">.*?<b>(.*?)</b>(.*?)</span></p>', page.html, re.DOTALL)
        assert top, name
        known = name not in {"opening", "unknown link", "unknown page", "privacy"}
        whose = ("Tidewater Agency", " for Northwind Bakery") if known else ("Tidewater &amp; Sons", "")
        assert top.groups() == whose, name


def test_where_nobody_is_named_there_is_no_empty_place() -> None:
    flow = ConnectFlow(settings={"agency": ""})
    for address in (START, f"{START}#nothing", f"{START}/privacy"):
        assert 'class="who"' not in flow.browser().get(address).html


def test_the_picture_stands_on_every_page_and_nothing_else_may_be_loaded() -> None:
    flow = with_brand(png())
    for name, page in every_page(flow).items():
        assert [image["src"] for image in structure(page).of("img")] == [LOGO], name
        assert 'alt=""' in page.html  # the name stands beside it
        assert f"img-src https://{HOST};" in page.headers["Content-Security-Policy"], name
        assert 'class="mark"' not in page.html


def test_the_picture_is_served_without_what_does_not_draw_and_the_same_for_all() -> None:
    flow = with_brand(png(4, 3, chunk(b"tEXt", b"Comment\0<script>")) + b"<html>")
    for host in (HOST, "elsewhere.example"):
        browser = flow.browser()
        browser.host = host
        page = browser.get(LOGO)
        assert (page.status, page.headers["Content-Type"]) == (200, "image/png")
        assert page.headers["Cache-Control"] == "public, max-age=3600"
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in page.headers
        assert "script" not in page.html
    assert flow.browser().get(LOGO, "HEAD").status == 200
    assert flow.browser().post(LOGO, {"opened": "yes"}).status == 405
    assert with_brand(jpeg()).browser().get(LOGO).headers["Content-Type"] == "image/jpeg"


@pytest.mark.parametrize(
    "picture", [b"<svg onload=alert(1)/>", png()[:-3], png(2001, 1), PNG, b"x" * 600_000], ids=lambda data: len(data)
)
def test_what_is_no_picture_is_not_shown_and_stands_in_nobodys_way(
    picture: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = StringIO()
    monkeypatch.setattr(log, "stream", out)
    flow = with_brand(picture)
    assert flow.connect("mailchimp").heading == "Mailchimp is connected"
    assert flow.browser().get(LOGO).status == 404
    assert "<img" not in "".join(flow.seen)
    assert out.getvalue().count("the logo is not shown") == 1  # one beginner stands behind both functions here


def test_a_picture_that_is_gone_or_cannot_be_read_stands_in_nobodys_way(monkeypatch: pytest.MonkeyPatch) -> None:
    flow = with_brand(b"")
    assert flow.connect("mailchimp").heading == "Mailchimp is connected"
    flow = with_brand(png())
    get = flow.documents.get

    def failing(path: str) -> object:
        if path == WHERE:
            raise RuntimeError("not now")
        return get(path)

    with monkeypatch.context() as patch:
        patch.setattr(flow.documents, "get", failing)
        assert "<img" not in flow.browser().get(flow.link("mailchimp")).html
    assert "<img" in flow.browser().get(flow.link("mailchimp")).html, "the next page tries again"


def test_without_one_nothing_is_looked_up(flow: ConnectFlow) -> None:
    flow.documents.set(WHERE, {"picture": png()})
    assert flow.browser().get(LOGO).status == 404
    assert "img-src" not in flow.browser().get(START).headers["Content-Security-Policy"]


@pytest.mark.parametrize("colour", ["#ffd400", "#000000", "#FFFFFF", "#8a1538"])
def test_the_colour_is_on_every_page_and_can_be_read(colour: str) -> None:
    flow = with_brand(colour=colour)
    styles = {re.search(r"<style>(.*?)</style>", page.html, re.DOTALL)[1] for page in every_page(flow).values()}  # type: ignore[index]
    (style,) = styles
    added = style.removeprefix(CSS)
    light, dark = added.split("@media (prefers-color-scheme: dark)")
    for text, paper in ((light, LIGHT), (dark, DARK)):
        told = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", text))
        assert set(told) == {"go", "go-deep", "on-go", "link"}
        assert contrast(told["link"], paper) >= ENOUGH
        assert contrast(told["on-go"], told["go"]) >= ENOUGH


def test_the_strict_headers_allow_that_style_and_no_other() -> None:
    page = with_brand(colour="#8a1538").browser().get(START)
    style = re.search(r"<style>(.*?)</style>", page.html, re.DOTALL)
    assert style
    assert f"style-src 'sha256-{digest(style[1])}';" in page.headers["Content-Security-Policy"]


def _ask(flow: ConnectFlow) -> Page:
    return flow.browser().get(flow.link("mailchimp"))


def _privacy(flow: ConnectFlow) -> Page:
    return flow.browser().get(f"{START}/privacy")


@pytest.mark.parametrize("page", [_ask, _privacy])
def test_the_agencys_own_privacy_notice_stands_beside_ours(page: Callable[[ConnectFlow], Page]) -> None:
    address = "https://tidewater.example/privacy?a=1&b=2"
    links = [link["href"] for link in structure(page(with_brand(privacy_notice=address))).of("a")]
    assert address in links
    assert address not in [link["href"] for link in structure(page(ConnectFlow())).of("a")]


def test_ours_says_what_meta_and_amazon_want_told() -> None:
    html = _privacy(ConnectFlow()).html
    assert "ask for your data to be deleted" in part(html, "meta")
    assert "Apps and websites" in part(html, "meta")
    assert 'href="#deletion"' in html
    assert "Login with Amazon tells Tidewater & Sons which advertising accounts" in part(html, "amazon")
    assert "remove the app" in part(html, "amazon")
