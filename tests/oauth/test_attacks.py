"""What somebody with bad intentions, or a mail scanner without any, would try."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import orjson
import pytest

from shared.oauth import attempts, links
from shared.oauth.flow import authorize_query
from shared.oauth.links import fingerprint
from shared.platforms import PLATFORMS
from shared.platforms import platform as platform_named
from shared.secret import Secret
from shared.vocabulary.access import App, OAuth
from shared.vocabulary.platform import Platform
from tests.oauth.connect_flow import CALLBACK, HOST, START, Browser, ConnectFlow, Page, state_of

pytestmark = pytest.mark.slow

EVIL = "https://evil.example/steal"


def began(flow: ConnectFlow, platform: str = "mailchimp", link: str = "") -> tuple[Browser, str, str]:
    """A person pressed the button and said yes: browser, link, and the address the platform sends it back to."""
    browser, link = flow.browser(), link or flow.link(platform)
    return browser, link, flow.consent(flow.press(browser, link).onward)


def nothing_happened(flow: ConnectFlow, link: str = "") -> None:
    assert not flow.connections()
    assert not flow.bus.published
    assert not [name for name in flow.vault.secrets if name.startswith("user-")]
    if link:
        assert flow.link_doc(link).used_at is None


def test_an_answer_in_another_browser_is_refused(flow: ConnectFlow) -> None:
    _, link, back = began(flow)
    page = flow.browser().get(back)  # the victim, who never pressed the button
    assert (page.status, page.heading) == (403, "This was begun in another browser")
    nothing_happened(flow, link)


def test_an_answer_in_a_browser_with_an_attempt_of_its_own_is_refused(flow: ConnectFlow) -> None:
    _, link, back = began(flow)
    other, _, _ = began(flow)
    assert other.get(back).status == 403
    nothing_happened(flow, link)


def test_an_answer_counts_once(flow: ConnectFlow) -> None:
    browser, _, back = began(flow)
    assert browser.get(back).status == 303
    again = browser.get(back)
    assert (again.status, again.heading) == (409, "Already connected")
    assert 'class="sign good"' in again.html
    assert "for Northwind Bakery" in again.html
    assert len(flow.connections()) == len(flow.bus.published) == 1


def test_what_is_over_without_success_does_not_look_like_it(flow: ConnectFlow) -> None:
    browser, _, back = began(flow)
    flow.browser().get(back)  # refused, in another browser
    page = browser.get(back)
    assert (page.status, page.heading) == (409, "This attempt is already over")
    assert 'class="sign good"' not in page.html
    assert "Northwind" not in page.html


def test_what_is_over_is_looked_up_only_by_what_could_be_one_of_ours(
    flow: ConnectFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flow.documents, "find", None)
    for path in ("mailchimp?state=x&code=y", "mailchimp?state=" + "A" * 42, "mailchimp/connected/x"):
        assert flow.browser().get(f"{CALLBACK}/{path}").status in {404, 409}


def test_a_refused_answer_is_used_up_too(flow: ConnectFlow) -> None:
    browser, link, back = began(flow)
    flow.browser().get(back)
    assert browser.get(back).status == 409
    nothing_happened(flow, link)


def test_an_answer_after_ten_minutes_is_refused(flow: ConnectFlow) -> None:
    browser, link, back = began(flow)
    flow.clock.forward(minutes=10)
    assert browser.get(back).status == 410
    nothing_happened(flow, link)


def test_an_answer_at_another_platforms_address_is_refused(flow: ConnectFlow) -> None:
    browser, link, back = began(flow)
    page = browser.get(back.replace("/mailchimp?", "/constant_contact?"))
    assert (page.status, page.heading) == (403, "This answer belongs to something else")
    nothing_happened(flow, link)


def test_a_key_cannot_be_sent_for_an_attempt_by_oauth_nor_the_reverse(flow: ConnectFlow) -> None:
    browser, link, back = began(flow)
    key = flow.boxes["mailchimp"].grants.key()
    assert browser.post(f"{CALLBACK}/mailchimp", {"state": state_of(back), "key": key}).status == 403
    form = flow.press(browser, link, 1).fields()
    assert browser.get(f"{CALLBACK}/mailchimp?code=x&state={form['state']}").status == 403
    nothing_happened(flow, link)


@pytest.mark.parametrize("host", ["evil.example", "evil.example:443", "127.0.0.1"])
def test_a_forged_host_has_no_effect(flow: ConnectFlow, host: str) -> None:
    browser, link = flow.browser(), flow.link("mailchimp")
    honest = flow.press(flow.browser(), link)
    browser.host = host
    forged = {"X_Forwarded_Host": "evil.example", "X_Forwarded_Proto": "http", "Forwarded": "host=evil.example"}
    page = browser.post(link, browser.get(link, **forged).fields(), **forged)
    assert parse_qs(urlsplit(page.onward).query)["redirect_uri"] == [f"{CALLBACK}/mailchimp"]
    assert "evil.example" not in page.html + str(page.headers)
    assert urlsplit(page.onward).netloc == urlsplit(honest.onward).netloc
    done = browser.get(flow.consent(page.onward), **forged)
    assert done.location.startswith(f"{CALLBACK}/mailchimp/connected/")


def leads_only_home(page: Page) -> None:
    text = page.html + str(page.headers)
    assert "evil.example" not in text
    for target in (page.location, page.onward):
        host = urlsplit(target).hostname
        assert host in {None, HOST, "login.mailchimp.com"}, target


@pytest.mark.parametrize("evil", [EVIL, "//evil.example", "javascript:alert('evil.example')", "\\\\evil.example"])
def test_no_parameter_is_followed_as_an_address(flow: ConnectFlow, evil: str) -> None:
    names = ("next", "redirect", "redirect_uri", "return_to", "url", "iss", "state", "code", "error", "error_uri")
    for name in (*names, "error_description", "platform", "link", "how", "token"):
        query = urlencode({name: evil})
        browser, link, back = began(flow)
        asked = link.replace("#", f"?{query}#")
        leads_only_home(browser.get(asked))
        leads_only_home(browser.post(asked, {**browser.get(link).fields(), name: evil}))
        leads_only_home(browser.get(f"{back}&{query}"))
        leads_only_home(browser.get(f"{CALLBACK}/mailchimp?{query}"))
        leads_only_home(browser.post(f"{CALLBACK}/mailchimp", {name: evil}))
        key = flow.press(browser, flow.link("emailoctopus")).fields() | {"key": "eo_" + "f" * 48, name: evil}
        leads_only_home(browser.post(f"{CALLBACK}/emailoctopus", key))
    for path in (quote(evil, safe=""), "mailchimp/connected/" + quote(evil, safe=""), "connected/" + quote(evil)):
        leads_only_home(flow.browser().get(f"{CALLBACK}/{path}"))
        leads_only_home(flow.browser().get(f"{START}/{path}"))


def test_a_platforms_error_is_told_in_our_words_only(flow: ConnectFlow) -> None:
    browser, link = flow.browser(), flow.link("mailchimp")
    for error in ("access_denied", "server_error", "invalid_scope", "<script>alert(1)</script>"):
        state = state_of(flow.press(browser, link).onward)
        said = {"state": state, "error": error, "error_description": "<b>pay here</b>", "error_uri": EVIL}
        page = browser.get(f"{CALLBACK}/mailchimp?{urlencode(said)}")
        assert "pay here" not in page.html
        assert "<script" not in page.html
    nothing_happened(flow, link)


def with_pkce(name: str) -> Platform:
    found = platform_named(name)
    return replace(found, auth=tuple(replace(way, pkce=True) if isinstance(way, OAuth) else way for way in found.auth))


def test_a_code_needs_the_verifier_of_its_own_attempt() -> None:
    """Someone else's code, put into this browser's attempt: where the platform knows PKCE, it refuses."""
    flow = ConnectFlow(with_pkce)
    _, _, theirs = began(flow, "constant_contact")
    browser, link, ours = began(flow, "constant_contact")
    code = parse_qs(urlsplit(theirs).query)["code"][0]
    page = browser.get(f"{CALLBACK}/constant_contact?{urlencode({'code': code, 'state': state_of(ours)})}")
    assert (page.status, page.heading) == (403, "The access was not accepted")
    nothing_happened(flow, link)
    assert "code_challenge_method=S256" in page.onward
    assert browser.get(flow.consent(page.onward)).status == 303


def test_platforms_that_do_without_pkce_are_known_by_name() -> None:
    """A new platform uses PKCE, or its name is added here with the reason in its connector's documentation."""
    without = {name for name, platform in PLATFORMS.items() if platform.oauth and not platform.oauth.pkce}
    assert without <= {"mailchimp", "constant_contact", "meta_ads", "instagram", "shopify"}


def test_verifiers_differ_by_state_browser_and_key() -> None:
    made = [attempts.verifier(*of) for of in ((b"k", "s", "b"), (b"k", "s", "c"), (b"k", "t", "b"), (b"l", "s", "b"))]
    assert len(set(made)) == 4
    assert {len(verifier) for verifier in made} == {43}


def test_the_challenge_is_that_of_rfc_7636() -> None:
    """Appendix B of the RFC."""
    verifier, expected = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    query = authorize_query(OAuth("", "", pkce=True), App("id", Secret("s")), "https://x/cb", "S", verifier)
    assert parse_qs(query)["code_challenge"] == [expected]


@pytest.mark.parametrize("query", ["", "code=x", "state=", "code=x&state=short", "code=x&state=" + "A" * 43])
def test_made_up_answers_are_refused(flow: ConnectFlow, query: str) -> None:
    browser, link, _ = began(flow)
    assert browser.get(f"{CALLBACK}/mailchimp?{query}").status in {400, 409}
    nothing_happened(flow, link)


def test_a_parameter_sent_twice_counts_as_not_sent(flow: ConnectFlow) -> None:
    browser, link, back = began(flow)
    assert browser.get(f"{back}&state={'A' * 43}").status == 400
    assert browser.get(f"{back}&code=other").status == 400
    nothing_happened(flow, link)


@pytest.mark.parametrize("code", ["", "x" * 5000])
def test_codes_out_of_all_measure_are_not_sent_on(flow: ConnectFlow, code: str) -> None:
    browser, link, back = began(flow)
    sent = len(flow.transport.sent)
    assert browser.get(f"{CALLBACK}/mailchimp?state={state_of(back)}&code={code}").status == 400
    assert len(flow.transport.sent) == sent
    nothing_happened(flow, link)


# -- links -------------------------------------------------------------------------------------------


def test_previews_and_scanners_do_not_use_a_link_up(flow: ConnectFlow) -> None:
    link = flow.link("mailchimp")
    kept = dict(flow.documents.docs)
    for _ in range(5):
        assert flow.browser().get(link).status == 200
        assert flow.browser().get(link, method="HEAD").status == 200
    flow.documents.docs.pop("states/signing-key", None)
    assert flow.documents.docs == kept
    assert "is connected" in flow.connect("mailchimp", link=link).heading


def spoil(flow: ConnectFlow, link: str, how: str) -> None:
    found = flow.link_doc(link)
    if how == "revoked":
        links.revoke(flow.documents, flow.clock, found.id)
    elif how == "used":
        flow.documents.set(
            f"links/{found.id}", {**flow.documents.docs[f"links/{found.id}"], "used_at": found.created_at}
        )
    elif how == "expired":
        past = {**flow.documents.docs[f"links/{found.id}"], "expires_at": flow.clock.now()}
        flow.documents.set(f"links/{found.id}", past)
    else:
        flow.documents.delete(f"links/{found.id}")


@pytest.mark.parametrize(
    ("how", "status", "heading"),
    [
        ("revoked", 410, "This link was withdrawn"),
        ("used", 410, "This link has already been used"),
        ("expired", 410, "This link has run out"),
        ("deleted", 404, "We do not know this link"),
    ],
)
def test_a_spoiled_link_is_refused_at_every_step(flow: ConnectFlow, how: str, status: int, heading: str) -> None:
    # when it is opened, and when the button is pressed
    browser, link = flow.browser(), flow.link("mailchimp")
    fields = browser.get(link).fields()
    spoil(flow, link, how)
    for page in (browser.get(link), browser.post(link, fields)):
        assert (page.status, page.heading) == (status, "Already connected" if how == "used" else heading)
        assert ('class="sign good"' in page.html) is (how == "used")
    # while the person is on the platform's page
    browser, link, back = began(flow)
    spoil(flow, link, how)
    page = browser.get(back)
    assert (page.status, page.heading) == (status, heading)
    assert not [request for request in flow.transport.sent if request.method == "POST" and "token" in request.url.path]
    nothing_happened(flow)


@pytest.mark.parametrize("how", ["revoked", "used", "expired", "deleted"])
def test_a_link_spoiled_at_the_very_last_moment_connects_nothing(flow: ConnectFlow, how: str) -> None:
    browser, link, back = began(flow)
    add = flow.vault.add

    def add_and_spoil(name: str, payload: bytes, labels: Any = None) -> str:
        spoil(flow, link, how)
        return add(name, payload, labels)

    flow.vault.add = add_and_spoil  # type: ignore[method-assign,assignment]
    assert browser.get(back).status in {404, 410}
    nothing_happened(flow)


def test_two_browsers_with_one_link_make_one_connection(flow: ConnectFlow) -> None:
    link = flow.link("mailchimp")
    first, _, first_back = began(flow, link=link)
    second, _, second_back = began(flow, link=link)
    assert first.get(first_back).status == 303
    assert second.get(second_back).heading == "This link has already been used"
    assert len(flow.connections()) == len(flow.bus.published) == 1


@pytest.mark.parametrize("name", ["", "x", "A" * 42, "A" * 43, "A" * 44, "..%2f" * 9, "ä" * 43, "A" * 5000])
def test_guessed_links_are_not_known(flow: ConnectFlow, name: str) -> None:
    page = flow.browser().post(START, {"opened": "yes", "link": name})
    assert (page.status, page.heading) == (404, "We do not know this link")


def test_a_fingerprint_does_not_open_a_link(flow: ConnectFlow) -> None:
    link = flow.link_doc(flow.link("mailchimp"))
    assert flow.browser().get(f"{START}#{link.id}").status == 404


def test_no_address_that_we_are_asked_at_holds_what_opens_a_link(flow: ConnectFlow) -> None:
    """Traces and logs of requests keep addresses, and nobody can switch off all of them."""
    browser, link = flow.browser(), flow.link("mailchimp")
    flow.connect("mailchimp", browser, link)
    browser.post(link, {"how": "oauth"})
    token = links.token_of(link)
    assert links.is_token(token)
    assert len(flow.asked) > 4
    assert not [asked for asked in flow.asked if token in asked]


def test_an_address_with_a_token_in_its_path_opens_nothing(flow: ConnectFlow) -> None:
    token = links.token_of(flow.link("mailchimp"))
    assert flow.browser().get(f"{START}/{token}").heading == "One moment"


@pytest.mark.parametrize("pasted", ["{0}#{1}", "  {0}#{1}\n", "{1}", "{0}?utm_source=mail#{1}"])
def test_without_the_script_the_link_is_pasted(flow: ConnectFlow, pasted: str) -> None:
    token = links.token_of(flow.link("mailchimp"))
    browser = flow.browser()
    page = browser.post(START, {**browser.get(START).fields(), "link": pasted.format(START, token)})
    assert "would like to read" in page.heading
    assert browser.post(START, page.fields()).onward


# -- the button ----------------------------------------------------------------------------------------


def test_the_button_works_only_from_our_own_page_in_this_browser(flow: ConnectFlow) -> None:
    browser, link = flow.browser(), flow.link("mailchimp")
    fields = browser.get(link).fields()
    stolen = flow.browser().get(link).fields()
    forgeries = [
        (flow.browser(), fields),  # no cookie
        (browser, {"how": "oauth"}),
        (browser, {**fields, "token": ""}),
        (browser, {**fields, "token": fields["token"][:-2] + "xx"}),
        (browser, {**fields, "token": "9" * 12 + fields["token"][10:]}),
        (browser, stolen),
        (browser, {**browser.get(flow.link("mailchimp")).fields(), "link": fields["link"]}),  # of another link
    ]
    for who, form in forgeries:
        page = who.post(link, form)
        assert page.status == 403
        assert "press the button once more" in page.html
        assert not page.onward
    assert not [path for path in flow.documents.docs if path.startswith("states/") and "signing" not in path]
    assert browser.post(link, fields).onward


def test_a_page_left_open_for_more_than_an_hour_asks_for_the_button_again(flow: ConnectFlow) -> None:
    browser, link = flow.browser(), flow.link("mailchimp")
    fields = browser.get(link).fields()
    flow.clock.forward(hours=1, seconds=1)
    page = browser.post(link, fields)
    assert page.status == 403
    assert browser.post(link, page.fields()).onward


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_do_nothing(flow: ConnectFlow, method: str) -> None:
    browser, link, back = began(flow)
    assert browser.get(link, method=method).status == 405
    assert browser.get(back, method=method).status == 405
    assert browser.get(back, method="HEAD").status == 405
    assert browser.get(back).status == 303


def test_a_body_too_large_is_refused(flow: ConnectFlow) -> None:
    browser, link = flow.browser(), flow.link("mailchimp")
    page = browser.post(link, {**browser.get(link).fields(), "more": "x" * 20_000})
    assert page.status == 413
    nothing_happened(flow, link)


def test_unknown_platforms_and_pages_are_refused(flow: ConnectFlow) -> None:
    browser = flow.browser()
    for path in ("", "/", "/nosuch", "/nosuch?code=x&state=y", "/mailchimp/connected/" + "A" * 43, "/connected/x"):
        page = browser.get(CALLBACK + path)
        assert page.status in {404, 400}, path
        assert page.heading


def test_the_page_after_connecting_is_of_one_platform_and_ends_after_an_hour(flow: ConnectFlow) -> None:
    browser, _, back = began(flow)
    done = browser.get(back).location
    assert browser.get(done).status == 200
    assert browser.get(done.replace("/mailchimp/", "/emailoctopus/")).status == 404
    flow.clock.forward(hours=1)
    assert browser.get(done).status == 404


def test_what_is_kept_of_an_attempt_opens_nothing(flow: ConnectFlow) -> None:
    browser, link, back = began(flow)
    state, cookie = state_of(back), browser.cookies["__Host-tributary"]
    kept = flow.documents.docs[f"states/{fingerprint(state)}"]
    assert kept["browser"] == fingerprint(cookie)
    assert kept["expires_at"] == flow.clock.now() + timedelta(minutes=10)
    everything = str(flow.documents.docs)
    key = (flow.vault.read("connect-signing-key") or ("", b""))[1]
    for secret in (state, cookie, link.rsplit("/", 1)[1], attempts.verifier(key, state, cookie)):
        assert secret not in everything


def test_the_signing_key_is_made_once_by_whoever_is_elected(flow: ConnectFlow) -> None:
    flow.browser().get(flow.link("mailchimp"))
    assert list(flow.vault.secrets["connect-signing-key"]) == [1]
    assert len(flow.vault.secrets["connect-signing-key"][1]) == 32
    # Another process was elected and has not finished: nobody else makes one.
    late = ConnectFlow()
    late.documents.set("states/signing-key", {"expires_at": late.clock.now() + timedelta(seconds=20)})
    page = late.browser().get(late.link("mailchimp"))
    assert (page.status, page.heading) == (503, "Not possible right now")
    assert "connect-signing-key" not in late.vault.secrets
    late.clock.forward(seconds=30)
    assert late.browser().get(late.link("mailchimp")).status == 200


def test_an_odd_client_secret_is_the_agencys_to_mend(flow: ConnectFlow) -> None:
    for payload in (b"", b"[]", b"not json", orjson.dumps({"client_id": "x"}), b'{"client_id":"x","client_secret":""}'):
        flow.vault.add("client-mailchimp", payload)
        page = flow.press(flow.browser(), flow.link("mailchimp"))
        assert (page.status, page.heading) == (403, "This cannot be connected yet")
