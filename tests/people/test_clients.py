"""Clients at a glance, a new one, and what one is set to."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from shared.console.clients import glance, reading
from shared.console.clients.adding import name_of
from shared.console.clients.choosing import zones
from shared.kit.calendar import is_zone
from shared.managing import office
from shared.messages import WorkspaceWanted
from shared.model import Publication, Workspace, closing_path, from_doc, publication_path, to_doc, workspace_path
from shared.oauth import links
from shared.people import leaving, roles
from shared.people.levels import How, Role
from shared.platforms import PLATFORMS
from shared.states import RunState, Schedule, SliceState, WorkspaceState
from tests.people.connected import browser_of, client, connected, owner, part, person, posted, run, stopped
from tests.people.house import OPERATOR, Browser, House, heading

NEW = {
    "name": "Müller & Söhne", "id": "", "zone": "Europe/Vienna", "currency": "EUR", "fiscal_year_start": "4",
    "contact": "ask@mueller.example", "readers": "ann@mueller.example\ngroup:all@mueller.example",
}  # fmt: skip


def listed(browser: Browser, query: str = "") -> dict[str, dict[str, Any]]:
    answer = browser.ask("GET", f"/clients.json{query}")
    return {each["id"]: each for each in orjson.loads(answer.get_data())["clients"]}


def home_of(house: House, name: str) -> Workspace:
    doc = house.engine.get(workspace_path(name))
    assert doc is not None
    return from_doc(Workspace, doc)


# -- at a glance -------------------------------------------------------------------------------------------


def test_those_that_need_somebody_come_first_and_say_whose_move_it_is(house: House) -> None:
    connected(house, client(house, "quiet"), "q")
    stopped(house, client(house, "stopped"), "s")
    busy = connected(house, client(house, "busy"), "b")
    part(house, run(house, busy, "now"), "lists", SliceState.WORKING)
    client(house, "empty")
    browser = owner(house)
    page = browser.open("/")
    assert heading(page) == "2 of 4 clients need somebody"
    places = [page.text.index(f"/workspaces/{name}/") for name in ("empty", "stopped", "busy", "quiet")]
    assert places == sorted(places)
    found = listed(browser)
    moves = {name: each["whose_move"] for name, each in found.items()}
    assert moves == {"quiet": None, "stopped": "client", "busy": None, "empty": "agency"}
    assert "has to allow it again" in found["stopped"]["why"]


def test_three_facts_stand_together(house: House) -> None:
    here = client(house, "bakery")
    connected(house, here, "one", last_success_at=house.clock.now() - timedelta(days=3), next_sync_at=None)
    browser = owner(house)
    (found,) = listed(browser)["bakery"]["connections"]
    assert (found["now"], found["next"]) == ("rests", None)
    assert found["last_good"] == "2026-08-29T06:00:00Z"
    page = browser.open("/").text
    assert page.index("last good </span>Sat 29") < page.index("now </span>rests") < page.index("next </span>–")


@pytest.mark.parametrize(
    ("state", "move", "now", "whose"),
    [
        (RunState.FAILED, "agency", "failed", "agency"),
        (RunState.PARTLY, "us", "rests", "us"),
        (RunState.PARTLY, "machine", "rests", None),
        (RunState.COMPLETED, "", "rests", None),
    ],
)
def test_how_the_last_run_went_counts(house: House, state: RunState, move: str, now: str, whose: str | None) -> None:
    here = client(house, "bakery")
    trouble = {"stream": "lists", "code": "x", "sentence": "It is so.", "move": move}
    run(house, connected(house, here, "one"), "last", state, problems=[trouble] if move else [])
    found = listed(owner(house))["bakery"]
    assert found["connections"][0]["now"] == now
    assert found["whose_move"] == whose


def test_how_far_a_run_is_is_counted_and_one_that_waits_says_so(house: House) -> None:
    here = client(house, "bakery")
    first, second = connected(house, here, "one"), connected(house, here, "two", "klaviyo")
    going, waiting = run(house, first, "going"), run(house, second, "waiting")
    for state in (SliceState.LOADED, SliceState.LOADED, SliceState.LOADED, SliceState.READY):
        part(house, going, "lists", state)
    until = house.clock.now() + timedelta(minutes=20)
    part(house, waiting, "lists", SliceState.PARKED, not_before=until, waiting_for="It asks us to wait.")
    told = {each["connection"]: each for each in listed(owner(house))["bakery"]["connections"]}
    assert told["one"]["now"] == "75 %"
    assert (told["two"]["now"], told["two"]["why"]) == ("waits", "It asks us to wait.")


def test_proved_until_is_what_is_published_says(house: House) -> None:
    here = client(house, "bakery")
    connected(house, here, "one")
    known = Publication(here, version=1, manifest="x", proved_until="2026-08-30", owed=["mailchimp lists"])
    house.engine.set(publication_path(here), to_doc(known))
    browser = owner(house)
    assert listed(browser)["bakery"]["proved_until"] == "2026-08-30"
    assert "proved until 30 Aug" in browser.open("/").text
    house.engine.set(publication_path(here), {**to_doc(known), "manifest": ""})  # it was taken back
    assert listed(browser)["bakery"]["proved_until"] is None


def test_a_client_is_so_many_documents_and_no_more(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty clients with three connections each: the same questions as one, and their own documents."""
    asked: list[str] = []

    def counted(name: str) -> None:
        kept = getattr(house.engine, name)

        def wrapped(*args: Any, **more: Any) -> Any:
            asked.append(name)
            return kept(*args, **more)

        monkeypatch.setattr(house.engine, name, wrapped)

    names = [client(house, f"client{number:02}") for number in range(20)]
    for name in names:
        for each in ("a", "b", "c"):
            connected(house, name, f"{name}-{each}")
    for name in ("get", "get_many", "find", "find_all", "count"):
        counted(name)
    assert len(reading.clients(house.engine, names, house.clock.now())) == 20
    assert len(asked) == 6  # homes, endings, what is published, connections, links, last runs


def test_only_so_many_runs_are_followed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_FOLLOWED", 1)
    for name in ("one", "two"):
        part(house, run(house, connected(house, client(house, name), name), f"of-{name}"), "lists", SliceState.READY)
    said = [each["connections"][0]["now"] for each in listed(owner(house)).values()]
    assert sorted(said) == ["0 %", "reads"]


def test_what_is_asked_for_is_shown_and_the_rest_is_not(house: House) -> None:
    connected(house, client(house, "bakery", "Corner Bakery"), "one")
    connected(house, client(house, "shop", "Wine Shop"), "two", "shopify")
    stopped(house, client(house, "cafe", "Café"), "three")
    browser = owner(house)
    assert set(listed(browser, "?q=BAKERY")) == {"bakery"}
    assert set(listed(browser, "?platform=shopify")) == {"shop"}
    assert set(listed(browser, "?move=client")) == {"cafe"}
    assert listed(browser, "?q=nowhere") == {}
    assert "No client is like that" in browser.open("/?q=nowhere").text


def test_many_clients_are_several_pages_and_none_is_left_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glance, "A_PAGE", 2)
    for name in ("a1", "a2", "a3"):
        connected(house, client(house, name), name)
    stopped(house, client(house, "zz"), "zz")
    browser = owner(house)
    pages = [browser.open(f"/?page={page}").text for page in (1, 2)]
    shown = [[name for name in ("a1", "a2", "a3", "zz") if f"/workspaces/{name}/" in text] for text in pages]
    assert shown == [["a1", "zz"], ["a2", "a3"]]
    assert "Quiet · 3" in pages[0]
    assert browser.open("/?page=99&q=a").text.count("Page 2 of 2") == 1
    assert browser.open("/?page=x").text.count("Page 1 of 2") == 1
    assert len(listed(browser)) == 4
    monkeypatch.setattr(glance, "MOST", 3)
    assert "1 more client is not on this page" in browser.open("/").text


def test_one_sees_what_is_ones_own_and_lands_in_it_where_it_is_one(house: House) -> None:
    for name in ("bakery", "shop", "zulu"):
        client(house, name)
    me = person(house, "bakery", Role.VIEWER)
    browser = house.signed_in(me)
    assert browser.open("/").url == "/workspaces/bakery/overview"
    house.role(me, "shop", Role.ADMIN)
    page = browser.open("/")
    assert page.url == "/"
    assert "zulu" not in page.text.lower()
    assert set(listed(browser)) == {"bakery", "shop"}
    assert house.signed_in(house.person("new@a.example", google="n")).open("/").text.count("Nothing is shared") == 1


def test_a_client_that_is_being_erased_is_not_there(house: House) -> None:
    for name in ("bakery", "shop"):
        client(house, name)
    house.engine.set(closing_path("shop"), {"since": house.clock.now()})
    assert set(listed(owner(house))) == {"bakery"}


def test_the_button_makes_the_very_link_that_helps(house: House) -> None:
    here = client(house, "bakery")
    stopped(house, here, "one", "google_ads", streams_with=["keywords"])
    browser = owner(house)
    page = browser.press(browser.open("/"), "/workspaces/bakery/connections/one/link")
    (link,) = links.of_workspace(house.engine, here)
    assert (link.platform, link.reconnects, link.streams) == ("google_ads", "one", ["keywords"])
    shown = page.text.partition('id="made" readonly value="')[2].partition('"')[0]
    found = links.find(house.engine, links.token_of(shown))
    assert found is not None
    assert found.id == link.id
    assert shown.startswith("https://connect.example/start#")
    assert house.acts("begun")[-1] == house.acts()[-1] == "link.made"


@pytest.mark.parametrize(
    ("role", "how"), [(Role.VIEWER, How.GOOGLE), (Role.ANALYST, How.GOOGLE), (Role.ADMIN, How.MAIL)]
)
def test_who_cannot_make_links_is_not_shown_the_button(house: House, role: Role, how: How) -> None:
    for name in ("bakery", "shop"):
        stopped(house, client(house, name), f"{name}-1")
    me = house.person("me@a.example", google="me", both=True)
    for name in ("bakery", "shop"):
        house.role(me, name, role)
    assert "/link" not in house.signed_in(me, how).open("/").text


def test_names_are_shown_and_never_run_nor_counted(house: House) -> None:
    stopped(house, client(house, "bakery", "=cmd|'<script>x</script>"), "one", title="+<img src=x>")
    client(house, "shop")
    browser = owner(house)
    assert "<script>x" not in browser.open("/").text
    saved = browser.ask("GET", "/clients.csv")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(saved.get_data(as_text=True))))
    (row,) = [row for row in rows if row["client"] == "bakery"]
    assert (row["name"][:2], row["account"][:2]) == ("'=", "'+")


class Nanoseconds(datetime):
    """As Firestore's client gives moments: of a type of its own."""


def test_files_hold_moments_as_firestore_gives_them(house: House) -> None:
    at = Nanoseconds(2026, 8, 31, 5, 30, tzinfo=UTC)
    client(house, "bakery")
    connected(house, "bakery", "one", last_success_at=at, next_sync_at=at)
    browser = owner(house)
    (found,) = listed(browser)["bakery"]["connections"]
    assert (found["last_good"], found["next"]) == ("2026-08-31T05:30:00Z",) * 2
    for where in ("/clients.csv", "/workspaces/bakery/connections.json", "/workspaces/bakery/connections.csv"):
        assert b"2026-08-31T05:30:00Z" in browser.ask("GET", where).get_data()


def test_every_platform_says_what_it_is_for() -> None:
    assert [each.name for each in PLATFORMS.values() if each.kind is None] == []


# -- a new one ---------------------------------------------------------------------------------------------


def test_the_first_steps_lead_from_a_name_to_a_client(house: House) -> None:
    browser = owner(house)
    page = browser.open("/")
    assert heading(page) == "Welcome, Owner. Three steps are left"
    form = page.form(lambda each: each.action == "/clients/new")
    assert form.method == "get"
    page = browser.open("/clients/new?name=M%C3%BCller+%26+S%C3%B6hne")
    assert page.form(lambda each: each.action == "/clients").fields["id"] == "muller_sohne"
    page = browser.press(page, "/clients", **{**NEW, "id": "mueller"})
    assert page.url == "/workspaces/mueller/connections"
    assert "It is being made" in page.text
    made = home_of(house, "mueller")
    assert (made.state, made.zone, made.currency, made.fiscal_year_start) == (
        WorkspaceState.OPENING, "Europe/Vienna", "EUR", 4,
    )  # fmt: skip
    assert made.readers == ["group:all@mueller.example", "user:ann@mueller.example"]
    assert made.agency == "Agency & Sons"
    assert house.bus.published[-1] == WorkspaceWanted("mueller")
    assert house.acts()[-1] == house.acts("begun")[-1] == "workspace.made"


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""}, {"id": "UPPER"}, {"id": "a/b"}, {"zone": "Mars/Base"}, {"currency": "XXX"}, {"readers": "nobody"},
        {"fiscal_year_start": "13"}, {"fiscal_year_start": "x"}, {"name": "x" * 201},
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_and_what_was_written_stays(house: House, wrong: dict[str, str]) -> None:
    browser = owner(house)
    page = browser.press(browser.open("/clients/new"), "/clients", **{**NEW, "id": "mueller", **wrong})
    assert page.status == 422
    assert 'role="alert"' in page.text
    assert page.form(lambda each: each.action == "/clients").fields["contact"] == NEW["contact"]
    assert house.engine.find("workspaces") == []
    assert house.bus.published == []
    assert "workspace.made" not in house.acts("begun")


def test_only_an_owner_adds_a_client(house: House) -> None:
    admin = browser_of(house, client(house, "bakery"))
    assert admin.open("/clients/new").status == 404
    other = owner(house)
    form = other.open("/clients/new").form(lambda each: each.action == "/clients").fields
    assert admin.ask("POST", "/clients", {**form, **NEW, "id": "mine"}).status_code == 403  # another session's form
    assert other.ask("POST", "/clients", {**NEW, "id": "mine"}).status_code == 403  # none at all
    assert other.ask("POST", "/clients", {**form, **NEW, "id": "mine"}, site="cross-site").status_code == 403
    assert house.engine.get(workspace_path("mine")) is None


def test_the_same_once_more_is_the_one_that_there_is_and_another_of_its_name_is_none(house: House) -> None:
    browser = owner(house)
    for _ in range(2):
        assert posted(browser, "/clients/new", "/clients", **{**NEW, "id": "one"}).status_code == 303
    assert posted(browser, "/clients/new", "/clients", **{**NEW, "id": "one", "zone": "UTC"}).status_code == 422
    assert home_of(house, "one").zone == "Europe/Vienna"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Kornblume Bakeries", "kornblume_bakeries"),
        ("Straße 24", "strasse_24"),
        ("24 Hours", "c_24_hours"),
        ("日本", ""),
    ],
)
def test_a_short_name_is_made_of_what_people_say(title: str, name: str) -> None:
    assert name_of(title) == name
    assert len(name_of(title * 20)) <= 41


def test_zones_are_real_ones() -> None:
    assert {"UTC", "Europe/Berlin", "America/New_York"} <= set(zones())
    assert all(map(is_zone, zones()))


# -- what one is set to ------------------------------------------------------------------------------------


def test_an_admin_changes_what_differs_and_the_rest_stays(house: House) -> None:
    here = client(house, "bakery", currency="EUR")
    browser = browser_of(house, here)
    answer = posted(browser, "/workspaces/bakery/settings", "/workspaces/bakery/settings", zone="Europe/Vienna")
    assert answer.headers["Location"] == "/workspaces/bakery/settings?saved=yes"
    assert (home_of(house, here).zone, home_of(house, here).currency) == ("Europe/Vienna", "EUR")
    (entry,) = house.people.find("audit_entries", ("act", "==", "workspace.changed"), ("outcome", "==", "done"))
    assert entry["details"] == {"what": "zone"}
    assert house.bus.published == [WorkspaceWanted(here)]


def test_two_admins_who_change_different_things_undo_nothing_of_each_other(house: House) -> None:
    here = client(house, "bakery")
    where = "/workspaces/bakery/settings"
    first, second = browser_of(house, here, name="first"), browser_of(house, here, name="second")
    forms = [browser.open(where).form(lambda each: each.action == where).fields for browser in (first, second)]
    first.ask("POST", where, {**forms[0], "currency": "CHF"})
    second.ask("POST", where, {**forms[1], "contact": "new@a.example"})
    assert (home_of(house, here).currency, home_of(house, here).contact) == ("CHF", "new@a.example")


def test_nothing_else_can_be_changed_by_a_form(house: House) -> None:
    here = client(house, "bakery")
    browser = browser_of(house, here)
    more = {"id": "other", "protected": "yes", "state": "open", "was_protected": "", "pages_days": "120"}
    posted(browser, "/workspaces/bakery/settings", "/workspaces/bakery/settings", **more)
    assert home_of(house, here) == from_doc(Workspace, house.engine.docs[workspace_path(here)])
    assert not home_of(house, here).protected
    assert "workspace.changed" not in house.acts()


def test_settings_that_cannot_be_change_nothing(house: House) -> None:
    here = client(house, "bakery")
    browser = browser_of(house, here)
    answer = posted(browser, "/workspaces/bakery/settings", "/workspaces/bakery/settings", readers="x", currency="CHF")
    assert answer.status_code == 422
    assert home_of(house, here).currency == ""


def test_nothing_is_changed_that_cannot_be_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    here = client(house, "bakery")
    browser = browser_of(house, here)
    form = browser.open("/workspaces/bakery/settings").form(lambda each: each.action.endswith("/settings")).fields

    def unwritten(*_: Any) -> None:
        raise office.NotAsItStands("audit-unwritten", "Not written.")

    monkeypatch.setattr(office, "record", unwritten)
    browser.ask("POST", "/workspaces/bakery/settings", {**form, "currency": "CHF"})
    assert home_of(house, here).currency == ""


def test_a_role_that_was_taken_counts_at_once(house: House) -> None:
    here = client(house, "bakery")
    me = person(house, here)
    browser = house.signed_in(me)
    form = browser.open("/workspaces/bakery/settings").form(lambda each: each.action.endswith("/settings")).fields
    member = roles.Member(here, me.id, Role.ADMIN, house.clock.now(), "operator")
    leaving.take(house.people, OPERATOR, member, house.clock.now())
    assert browser.ask("POST", "/workspaces/bakery/settings", {**form, "currency": "CHF"}).status_code in (303, 404)
    assert home_of(house, here).currency == ""


def test_all_reading_of_a_client_is_paused_and_goes_on(house: House) -> None:
    here = client(house, "bakery")
    for name in ("one", "two"):
        connected(house, here, name)
    connected(house, here, "three", schedule=Schedule.HOURLY)
    browser = browser_of(house, here)
    where = "/workspaces/bakery/settings"
    posted(browser, where, f"{where}/pause")

    def schedules() -> list[str]:
        return [str(doc["schedule"]) for doc in house.engine.find(f"workspaces/{here}/connections")]

    assert schedules() == ["manual"] * 3
    posted(browser, where, f"{where}/resume")
    assert schedules() == ["standard"] * 3


def test_settings_as_json_and_csv(house: House) -> None:
    here = client(house, "bakery", readers=["user:a@b.example"])
    browser = browser_of(house, here)
    told = orjson.loads(browser.ask("GET", "/workspaces/bakery/settings.json").get_data())
    assert told["readers"] == ["user:a@b.example"]
    assert "zone,Europe/Berlin" in browser.ask("GET", "/workspaces/bakery/settings.csv").get_data(as_text=True)
    assert browser_of(house, here, Role.ANALYST).open("/workspaces/bakery/settings.json").status == 404
