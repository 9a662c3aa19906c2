"""Connections of a client: what is shown, what is pressed, and what comes of it."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from shared.access import wishes
from shared.audit import record as audit
from shared.console.clients.facts import Going
from shared.console.connections import progress
from shared.console.connections.costs import again_of, first_of
from shared.console.connections.saying import days_said, schedule_said, schedule_told
from shared.errors import Configure
from shared.managing import office
from shared.messages import AccessWanted, SyncRequested
from shared.model import Connection, closing_path, from_doc, path, wish_path
from shared.oauth import links
from shared.people import leaving, roles
from shared.people.levels import How, Role
from shared.platforms import PLATFORMS
from shared.states import AccessAct, ConnectionState, Reason, RunState, Schedule, SliceState, WishState, WorkspaceState
from tests.people.connected import GONE, browser_of, client, connected, part, person, posted, run, stopped
from tests.people.house import OPERATOR, Browser, House, heading
from tests.support.languages import english_left

ALL = "/workspaces/bakery/connections"
ONE = f"{ALL}/one"


@pytest.fixture
def bakery(house: House) -> str:
    return client(house, "bakery", "Corner Bakery")


@pytest.fixture
def one(house: House, bakery: str) -> Connection:
    return connected(house, bakery, "one")


@pytest.fixture
def admin(house: House, bakery: str) -> Browser:
    return browser_of(house, bakery)


def now_of(house: House, name: str = "one") -> Connection:
    doc = house.engine.get(path("bakery", "connections", name))
    assert doc is not None
    return from_doc(Connection, doc)


def said(house: House) -> list[SyncRequested]:
    return [each for each in house.bus.published if isinstance(each, SyncRequested)]


# -- what is shown -----------------------------------------------------------------------------------------


def test_those_that_need_somebody_stand_first_and_whoever_looks_is_shown_no_button(
    house: House, one: Connection
) -> None:
    stopped(house, "bakery", "two", "shopify", title="Shop <b>")
    page = browser_of(house, "bakery", Role.VIEWER).open(ALL)
    assert page.text.index('id="c-two"') < page.text.index('id="c-one"')
    assert "2 are connected. 1 of them needs somebody." in page.text
    assert "Shop &lt;b&gt;" in page.text
    assert [form.action for form in page.forms if form.method == "post"] == ["/sign-out"]
    assert "Open links" not in page.text


def test_progress_by_stream_is_what_was_read_of_it(house: House, one: Connection, admin: Browser) -> None:
    going = run(house, one, "going")
    for state in (SliceState.LOADED, SliceState.LOADED, SliceState.LOADED, SliceState.WORKING):
        part(house, going, "lists", state, rows=1_000, calls=5)
    page = admin.open(ALL)
    assert "Reads, 75 %" in page.text
    assert "4,000 rows so far, 20 calls, under a minute left" in page.text  # 2 minutes for three quarters
    assert 'id="meter-one-lists" max="100" value="75"' in page.text
    assert "Waits for Audiences" in page.text or "Waits for Lists" in page.text
    assert not [form for form in page.forms if form.action == f"{ONE}/sync"]


@pytest.mark.parametrize(("done", "known"), [(0, False), (1, False), (10, True)])
def test_how_long_it_takes_is_said_when_enough_is_read(
    house: House, one: Connection, admin: Browser, done: int, known: bool
) -> None:
    going = run(house, one, "going")
    for number in range(30):
        part(house, going, "lists", SliceState.LOADED if number < done else SliceState.READY)
    text = admin.open(ALL).text
    assert ("about 4 minutes left" in text) == known
    assert ("not known yet" in text) != known


def test_a_run_with_more_parts_than_are_counted_says_so(
    house: House, one: Connection, admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "MOST_SLICES", 3)
    going = run(house, one, "going")
    for _ in range(5):
        part(house, going, "lists", SliceState.LOADED)
    text = admin.open(ALL).text
    assert "more parts than this page counts" in text
    assert "left" not in text.partition("so-far-one")[2][:200]


def test_a_page_that_waits_is_told_numbers_and_loads_anew_when_the_run_has_ended(
    house: House, one: Connection, admin: Browser
) -> None:
    going = run(house, one, "going")
    first = part(house, going, "lists", SliceState.WORKING, rows=10)
    asks = admin.open(ALL).text.partition('data-polls="')[2].partition('"')[0].replace("&amp;", "&")
    told = orjson.loads(admin.ask("GET", asks).get_data())
    assert (told["texts"]["rows-one-lists"], told["meters"]["meter-one-lists"]) == ("10", 0)
    assert told["again"] == progress.SOONEST
    where = path("bakery", "slices", first.id)
    house.engine.transact(lambda tx: tx.update(where, {"rows": 2_500}))
    assert orjson.loads(admin.ask("GET", asks).get_data())["texts"]["rows-one-lists"] == "2,500"
    run(house, one, "going", RunState.COMPLETED)
    assert orjson.loads(admin.ask("GET", asks).get_data())["again"] == 0


def test_a_page_that_asks_by_itself_prolongs_no_session(house: House, one: Connection, admin: Browser) -> None:
    for _ in range(3):
        house.clock.forward(minutes=9)
        assert admin.ask("GET", "/workspaces/bakery/reading.json").status_code == 200
    house.clock.forward(minutes=4)
    assert admin.ask("GET", "/workspaces/bakery/reading.json").status_code == 303


def test_a_look_that_reads_much_is_made_less_often(house: House, one: Connection) -> None:
    assert progress.READS_A_SECOND * progress.SOONEST < progress.MOST_SLICES
    going = run(house, one, "going")
    for _ in range(400):
        part(house, going, "lists", SliceState.LOADED)
    doc = house.engine.get(path("bakery", "runs", "going"))
    assert doc is not None
    assert progress.course(house.engine, one, doc, house.clock.now()).again == 401 // progress.READS_A_SECOND
    assert Going(100, 100).percent == 99


def test_json_and_csv_say_the_same(house: House, one: Connection, admin: Browser) -> None:
    stopped(house, "bakery", "two", "shopify", title="=1+1")
    told = orjson.loads(admin.ask("GET", f"{ALL}.json").get_data())["connections"]
    assert [(each["connection"], each["state"]) for each in told] == [("two", "needs-somebody"), ("one", "rests")]
    rows = list(csv.DictReader(io.StringIO(admin.ask("GET", f"{ALL}.csv").get_data(as_text=True))))
    assert [row["state"] for row in rows] == ["needs-somebody", "rests"]
    assert [(row["connection"], row["account"]) for row in rows] == [("two", "'=1+1"), ("one", "Account one")]


def test_the_first_steps_stand_until_something_was_read(house: House, bakery: str, admin: Browser) -> None:
    assert "Connect the first platform" in admin.open(ALL).text
    one = connected(house, bakery, "one", last_success_at=None)
    assert "It is connected." in admin.open(ALL).text
    connected(house, bakery, one.id)
    assert "first platform" not in admin.open(ALL).text


def test_a_client_that_is_being_opened_connects_nothing_yet(house: House, admin: Browser) -> None:
    client(house, "bakery", state=WorkspaceState.OPENING)
    page = admin.open(ALL)
    assert "It is being made" in page.text
    assert "/connect/" not in page.text
    form = {"form": page.form(lambda each: each.action == "/sign-out").fields["form"]}
    answer = admin.ask("POST", "/workspaces/bakery/connect/mailchimp", form)
    assert answer.status_code == 422
    assert house.engine.find("links") == []


# -- reading -----------------------------------------------------------------------------------------------


def test_read_now_asks_for_one_run_however_often_it_is_pressed(house: House, one: Connection, admin: Browser) -> None:
    form = admin.open(ALL).form(lambda each: each.action == f"{ONE}/sync").fields
    places = {admin.ask("POST", f"{ONE}/sync", form).headers["Location"] for _ in range(2)}
    assert len(places) == 1
    first, second = said(house)
    assert first == second
    assert (first.connection, first.reason) == ("one", Reason.OPERATOR)
    assert house.acts("begun")[-1] == house.acts()[-1] == "sync.asked"
    page = admin.open(places.pop().partition("#")[0])
    assert "It begins in a moment" in page.text
    assert "data-polls" in page.text


def test_all_are_read_but_those_that_wait_for_somebody(house: House, one: Connection, admin: Browser) -> None:
    connected(house, "bakery", "two", "klaviyo")
    stopped(house, "bakery", "three", "shopify")
    posted(admin, ALL, "/workspaces/bakery/sync")
    assert {each.connection for each in said(house)} == {"one", "two"}


def test_what_is_stopped_is_not_read(house: House, one: Connection, admin: Browser) -> None:
    form = admin.open(ONE).form(lambda each: each.action == f"{ONE}/sync").fields
    stopped(house, "bakery", "one")
    answer = admin.ask("POST", f"{ONE}/sync", form)
    assert answer.status_code == 422
    assert "nothing can be read" in answer.get_data(as_text=True)
    assert said(house) == []


def test_days_are_read_again_after_what_they_cost_was_said(house: House, bakery: str, admin: Browser) -> None:
    connected(house, bakery, "one", "meta_ads")
    page = admin.open(f"{ONE}?since=2026-08-01&until=2026-08-04&stream=insights_ad_daily")
    assert "at least" in page.text.partition('role="status"')[2][:600]
    admin.press(page, f"{ONE}/backfill")
    (request,) = said(house)
    assert (request.reason, request.streams) == (Reason.BACKFILL, "insights_ad_daily")
    assert (request.since, request.until) == ("2026-08-01T00:00:00.000000Z", "2026-08-05T00:00:00.000000Z")


@pytest.mark.parametrize(
    "days",
    [
        {"since": "2026-08-04", "until": "2026-08-01"}, {"since": "soon", "until": ""}, {"since": "2027-01-01"},
        {"since": ""}, {"since": "0001-01-01", "until": "9999-12-31"}, {"since": "9999-12-31"}, {"since": "0001-01-01"},
        {"since": "2026-08-01", "stream": "<script>no</script>"},
    ],
)  # fmt: skip
def test_days_that_cannot_be_are_not_asked_for(
    house: House, one: Connection, admin: Browser, days: dict[str, str]
) -> None:
    form = admin.open(ONE).form(lambda each: each.action == f"{ONE}/sync").fields
    answer = admin.ask("POST", f"{ONE}/backfill", {**form, **days})
    assert answer.status_code == 422
    assert "<script>no" not in answer.get_data(as_text=True)
    assert said(house) == []
    assert admin.ask("GET", f"{ONE}?{urlencode(days)}").status_code in (200, 422)


def test_what_reading_costs_grows_with_what_was_seen_and_with_the_days(house: House, one: Connection) -> None:
    platform, now = PLATFORMS["meta_ads"], house.clock.now()
    connection = connected(house, "bakery", "ads", "meta_ads")
    few = again_of(platform, connection, ["insights_ad_daily"], now, date(2026, 8, 1), date(2026, 8, 2))
    many = again_of(platform, connection, ["insights_ad_daily"], now, date(2026, 6, 1), date(2026, 8, 2))
    assert 0 < few.calls < many.calls
    assert few.words.startswith("at least ")
    known = connected(house, "bakery", "mail", "mailchimp", seen={"lists": {"rows": 20_000}})
    assert not first_of(PLATFORMS["mailchimp"], known, [], now).words.startswith("at least")
    assert first_of(PLATFORMS["mailchimp"], known, [], now).calls > first_of(PLATFORMS["mailchimp"], one, [], now).calls


# -- schedule and streams ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("form", "kept"),
    [
        ({"kind": "hourly"}, ("hourly", "")),
        ({"kind": "daily"}, ("daily", "")),
        ({"kind": "manual"}, ("manual", "")),
        ({"kind": "standard"}, ("standard", "")),
        ({"kind": "hours", "hours": "6"}, ("daily", "every 6 hours")),
        (
            {"kind": "weekdays", "day_monday": "on", "day_friday": "on", "at": "06:30"},
            ("daily", "monday, friday at 06:30"),
        ),
    ],
)
def test_a_schedule_is_said_by_a_form_and_shown_in_it(
    house: House, one: Connection, admin: Browser, form: dict[str, str], kept: tuple[str, str]
) -> None:
    bare = {"form": admin.open(ONE).form(lambda each: each.action == f"{ONE}/schedule").fields["form"]}
    assert admin.ask("POST", f"{ONE}/schedule", {**bare, **form}).status_code == 303
    assert (now_of(house).schedule, now_of(house).rhythm) == kept
    shown = admin.open(ONE).form(lambda each: each.action == f"{ONE}/schedule").fields
    assert {name: shown[name] for name in form} == form


@pytest.mark.parametrize(
    "form",
    [
        {}, {"kind": "x"}, {"kind": "hours", "hours": "0"}, {"kind": "hours", "hours": "999"}, {"kind": "weekdays"},
        {"kind": "weekdays", "day_monday": "on", "at": "25:00"},
    ],
)  # fmt: skip
def test_a_schedule_that_cannot_be_changes_nothing(
    house: House, one: Connection, admin: Browser, form: dict[str, str]
) -> None:
    bare = {"form": admin.open(ONE).form(lambda each: each.action == f"{ONE}/schedule").fields["form"]}
    assert admin.ask("POST", f"{ONE}/schedule", {**bare, **form}).status_code == 422
    assert now_of(house) == one


def test_a_rhythm_of_a_later_release_is_shown_as_it_is() -> None:
    assert schedule_told("when the moon is full")["kind"] == "when the moon is full"
    with pytest.raises(Configure):
        schedule_said({"kind": "when the moon is full"})
    assert days_said({"since": "2026-08-01"}) == (date(2026, 8, 1), date(2026, 8, 1))


def test_streams_are_ticked_and_unticked_and_what_another_admin_did_stays(
    house: House, one: Connection, admin: Browser
) -> None:
    where = f"{ONE}/streams"
    optional = "segment_members"
    form = admin.open(ONE).form(lambda each: each.action == where).fields
    other = browser_of(house, "bakery", name="other")
    theirs = other.open(ONE).form(lambda each: each.action == where).fields
    admin.ask("POST", where, {**form, f"stream_{optional}": "on"})
    assert now_of(house).streams_with == [optional]
    gone = {name: value for name, value in theirs.items() if name != "stream_campaign_folders"}
    other.ask("POST", where, gone)
    assert now_of(house).streams_with == [optional]
    assert now_of(house).streams_without == ["campaign_folders"]


def test_what_hangs_on_a_stream_is_not_left_alone(house: House, one: Connection, admin: Browser) -> None:
    form = admin.open(ONE).form(lambda each: each.action == f"{ONE}/streams").fields
    answer = admin.ask("POST", f"{ONE}/streams", {n: v for n, v in form.items() if n != "stream_lists"})
    assert answer.status_code == 422
    assert "cannot be read without lists" in answer.get_data(as_text=True)
    assert now_of(house) == one


def test_one_is_paused_and_goes_on(house: House, one: Connection, admin: Browser) -> None:
    posted(admin, ONE, f"{ONE}/pause")
    assert (now_of(house).schedule, now_of(house).next_sync_at) == (Schedule.MANUAL, None)
    assert "paused" in admin.open(ALL).text
    posted(admin, ONE, f"{ONE}/resume")
    assert (now_of(house).schedule, now_of(house).next_sync_at) == (Schedule.STANDARD, house.clock.now())


# -- access ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("press", "act"), [("check", AccessAct.VALIDATE), ("renew", AccessAct.RENEW)])
def test_what_is_wished_of_the_access_is_written_down_told_and_nudged_once(
    house: House, one: Connection, admin: Browser, press: str, act: AccessAct
) -> None:
    form = admin.open(ONE).form(lambda each: each.action == f"{ONE}/{press}").fields
    places = {admin.ask("POST", f"{ONE}/{press}", form).headers["Location"] for _ in range(2)}
    (wish,) = wishes.of_connection(house.engine, "bakery", "one")
    assert places == {f"/workspaces/bakery/wishes/{wish.id}"}
    assert (wish.act, wish.state, wish.who[:7]) == (act, WishState.WANTED, "person:")
    assert set(house.bus.published) == {AccessWanted(wish.id)}
    assert house.acts("begun").count(f"access.{'validated' if press == 'check' else 'renewed'}") == 1


def test_disconnecting_asks_first_and_ends_with_a_receipt(house: House, one: Connection, admin: Browser) -> None:
    page = admin.open(f"{ONE}/disconnect")
    assert heading(page) == "Disconnect Mailchimp, Account one?"
    assert "cannot be undone" in page.text
    assert house.engine.find("wishes") == []
    page = admin.press(page, f"{ONE}/disconnect")
    (wish,) = wishes.of_connection(house.engine, "bakery", "one")
    assert wish.act == AccessAct.DISCONNECT
    assert "data-polls" in page.text
    asks = f"/workspaces/bakery/wishes/{wish.id}/now.json"
    assert orjson.loads(admin.ask("GET", asks).get_data())["again"] == 3
    house.engine.transact(lambda tx: tx.update(wish_path(wish.id), {"state": WishState.WORKING}))
    done = {"state": WishState.DONE, "sentence": "The access is ended.", "receipt": "r-1", "look_at": None}
    house.engine.transact(lambda tx: tx.update(wish_path(wish.id), done))
    house.engine.delete(path("bakery", "connections", "one"))
    assert orjson.loads(admin.ask("GET", asks).get_data())["again"] == 0
    page = admin.open(f"/workspaces/bakery/wishes/{wish.id}")
    assert "<code>r-1</code>" in page.text
    assert "data-polls" not in page.text


def test_a_wish_that_failed_says_whose_move_it_is(house: House, one: Connection, admin: Browser) -> None:
    posted(admin, ONE, f"{ONE}/renew")
    (wish,) = wishes.of_connection(house.engine, "bakery", "one")
    house.engine.transact(lambda tx: tx.update(wish_path(wish.id), {"state": WishState.WORKING}))
    failed = {"state": WishState.FAILED, "sentence": "<b>No.", "move": "client", "look_at": None}
    house.engine.transact(lambda tx: tx.update(wish_path(wish.id), failed))
    page = admin.open(f"/workspaces/bakery/wishes/{wish.id}").text
    assert "&lt;b&gt;No." in page
    assert "Whose move: The client’s" in page


# -- links -------------------------------------------------------------------------------------------------


def test_a_platform_is_connected_by_a_link_that_is_shown_once_and_withdrawn(
    house: House, bakery: str, admin: Browser
) -> None:
    page = admin.open(f"/workspaces/{bakery}/connect/google_ads?history=90")
    less = page.text
    assert heading(page) == "Connect Google Ads"
    more = admin.open(f"/workspaces/{bakery}/connect/google_ads").text
    calls = [int(text.partition("at least ")[2].partition(" ")[0].replace(",", "")) for text in (less, more)]
    assert 0 < calls[0] < calls[1]
    page = admin.press(page, f"/workspaces/{bakery}/connect/google_ads", label="Ann <b>", days="3")
    (link,) = links.of_workspace(house.engine, bakery)
    assert (link.platform, link.label, link.history_days) == ("google_ads", "Ann <b>", 90)
    assert link.expires_at == house.clock.now() + timedelta(days=3)
    shown = page.text.partition('id="made" readonly value="')[2].partition('"')[0]
    assert links.find(house.engine, links.token_of(shown)) == link
    page = admin.open(ALL)
    assert shown not in page.text
    assert "Ann &lt;b&gt;" in page.text
    admin.press(page, f"/workspaces/{bakery}/links/{link.id}/withdraw")
    (link,) = links.of_workspace(house.engine, bakery)
    assert link.revoked_at is not None
    assert "Ann" not in admin.open(ALL).text


def test_streams_that_are_not_usual_are_asked_for_with_the_link(house: House, bakery: str, admin: Browser) -> None:
    optional = next(each.name for each in PLATFORMS["mailchimp"].streams if each.optional)
    where = "/workspaces/bakery/connect/mailchimp"
    posted(admin, where, where, **{f"stream_{optional}": "on", "stream_nothing": "on"})
    (link,) = links.of_workspace(house.engine, bakery)
    assert link.streams == [optional]


@pytest.mark.parametrize("days", ["0", "91", "999"])
def test_a_link_is_good_for_a_while_and_not_for_ever(house: House, bakery: str, admin: Browser, days: str) -> None:
    where = "/workspaces/bakery/connect/mailchimp"
    assert posted(admin, where, where, days=days).status_code == 422
    assert links.of_workspace(house.engine, bakery) == []


def test_no_platform_is_called_that(admin: Browser) -> None:
    assert admin.open("/workspaces/bakery/connect/nothing").status == 404


# -- two at once, and who may not --------------------------------------------------------------------------


def test_a_link_that_one_admin_withdraws_while_another_does_is_withdrawn_once(
    house: House, bakery: str, admin: Browser
) -> None:
    _, link = links.create(house.engine, house.clock, bakery, "mailchimp")
    where = f"/workspaces/bakery/links/{link.id}/withdraw"
    forms = [browser.open(ALL).form(lambda each: each.action == where).fields for browser in (admin, admin)]
    assert [admin.ask("POST", where, form).status_code for form in forms] == [303, 303]
    token, used = links.create(house.engine, house.clock, bakery, "mailchimp")
    form = admin.open(ALL).form(lambda each: links.fingerprint(token) in each.action).fields
    house.engine.transact(lambda tx: tx.update(links.link_path(used.id), {"used_at": house.clock.now()}))
    assert admin.ask("POST", f"/workspaces/bakery/links/{used.id}/withdraw", form).status_code == 409


@pytest.mark.parametrize("press", ["schedule", "streams", "pause", "resume", "link"])
def test_what_another_admin_is_ending_is_left_alone(house: House, one: Connection, admin: Browser, press: str) -> None:
    form = {**admin.open(ONE).form(lambda each: each.action == f"{ONE}/schedule").fields, "kind": "hourly"}
    form |= {"was_lists": "yes", "stream_lists": "on", "was_campaign_folders": "yes"}
    ending = {"closing_at": house.clock.now(), "state": ConnectionState.DISABLED}
    house.engine.transact(lambda tx: tx.update(path("bakery", "connections", "one"), ending))
    before = now_of(house)
    assert admin.ask("POST", f"{ONE}/{press}", form).status_code in (409, 422)
    assert now_of(house) == before
    assert links.of_workspace(house.engine, "bakery") == []


@pytest.mark.parametrize("press", ["sync", "schedule", "disconnect", "link", "backfill"])
def test_whose_role_was_taken_meanwhile_presses_in_vain(house: House, one: Connection, press: str) -> None:
    me = person(house, "bakery")
    browser = house.signed_in(me)
    form = {**browser.open(ONE).form(lambda each: each.action == f"{ONE}/sync").fields, "kind": "hourly"}
    member = roles.Member("bakery", me.id, Role.ADMIN, house.clock.now(), "operator")
    leaving.take(house.people, OPERATOR, member, house.clock.now())
    browser.cookies[house.desk.cookies.session] = house.sessions.begin(OPERATOR, me.id, How.GOOGLE)
    assert browser.ask("POST", f"{ONE}/{press}", {**form}).status_code in (303, 403, 404)
    assert now_of(house) == one
    assert (said(house), house.engine.find("wishes"), house.engine.find("links")) == ([], [], [])


@pytest.mark.parametrize("press", ["sync", "schedule", "streams", "pause", "check", "disconnect", "link", "backfill"])
def test_a_form_from_elsewhere_does_nothing(house: House, one: Connection, admin: Browser, press: str) -> None:
    form = {**admin.open(ONE).form(lambda each: each.action == f"{ONE}/sync").fields, "kind": "hourly"}
    for site, sent in (("cross-site", form), ("same-site", form), ("same-origin", {**form, "form": "x" * 43})):
        assert admin.ask("POST", f"{ONE}/{press}", sent, site=site).status_code == 403
    assert now_of(house) == one
    assert (house.bus.published, house.engine.find("wishes"), house.engine.find("links")) == ([], [], [])


@pytest.mark.parametrize("press", ["sync", "schedule", "pause", "check", "disconnect", "link"])
def test_what_cannot_be_told_is_not_done(
    house: House, one: Connection, admin: Browser, press: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {**admin.open(ONE).form(lambda each: each.action == f"{ONE}/sync").fields, "kind": "hourly"}

    def unwritten(*_: object) -> None:
        raise audit.Unwritten("audit-unwritten", "Not written.")

    monkeypatch.setattr(office, "record", unwritten)
    monkeypatch.setattr(wishes, "record", unwritten)
    assert admin.ask("POST", f"{ONE}/{press}", form).status_code == 503
    assert now_of(house) == one
    assert (house.bus.published, house.engine.find("wishes"), house.engine.find("links")) == ([], [], [])


def test_a_client_that_is_being_erased_has_no_connections(house: House, one: Connection, admin: Browser) -> None:
    house.engine.set(closing_path("bakery"), {"since": house.clock.now()})
    assert admin.open(ALL).status == 404
    assert admin.open(ONE).status == 404


def test_texts_of_platforms_are_shown_and_never_run(house: House, bakery: str, admin: Browser) -> None:
    hostile: dict[str, Any] = {"title": '"><script>x</script>', "problem": {**GONE, "sentence": "<script>y</script>"}}
    connected(house, bakery, "one", state=ConnectionState.RECONNECT, **hostile)
    for where in (ALL, ONE, f"{ONE}/disconnect"):
        text = admin.open(where).text
        assert "<script>x" not in text
        assert "<script>y" not in text


# -- in another language -----------------------------------------------------------------------------------


def test_a_problem_that_was_kept_is_said_in_the_language_of_the_page(house: House, one: Connection) -> None:
    stopped(house, "bakery", "two", "shopify", title="Their shop")
    doc = house.engine.docs[path("bakery", "connections", "two")]
    house.engine.set(path("bakery", "connections", "two"), {**doc, "problem": {**doc["problem"], "sentence": ENDED}})
    run(
        house,
        one,
        "r",
        RunState.PARTLY,
        problems=[{"stream": "lists", "code": "slow", "sentence": SLOW, "move": "machine"}],
    )
    browser = browser_of(house, "bakery")
    browser.headers["Accept-Language"] = "de"
    assert "Der Zugang zu Shopify ist abgelaufen." in browser.open(ALL).text
    page = browser.open(ONE).text
    assert "Mailchimp bittet uns, langsamer zu fragen." in page
    assert "ein Teil fehlt" in page
    assert "wird für jede Zeile von Zielgruppen gefragt" in page
    assert english_left(page, "de", {"admin"}) == []  # whose name that is
    told = orjson.loads(browser.ask("GET", f"{ALL}.json").get_data())
    assert ENDED in str(told)  # programs are told as it is kept


ENDED, SLOW = "The access to Shopify has ended.", "Mailchimp asks us to slow down."
