"""Every route of the console, and who may come there."""

from __future__ import annotations

from collections.abc import Mapping

from shared.console.figures import answers as figures
from shared.console.finders import FINDERS
from shared.console.pages import FILES, file_address
from shared.people.levels import Level
from shared.people.routes import Route, Table

NOBODY, PERSON, VIEWER, ANALYST = Level.NOBODY, Level.PERSON, Level.VIEWER, Level.ANALYST
ADMIN, OWNER = Level.ADMIN, Level.OWNER
W = {"workspace": "workspace"}
HERE = "/workspaces/{workspace}"


def page(
    path: str, level: Level, does: str, objects: Mapping[str, str] | None = None, beneath: bool = False
) -> tuple[Route, ...]:
    """A page, and the same as JSON and as CSV: at its address with a suffix, or `beneath` it where the address ends
    with what names a thing."""
    files = f"{path}/all" if beneath else path
    return (
        Route("GET", path, level, does, objects or {}),
        Route("GET", f"{files}.json", level, f"{does}_json", objects or {}),
        Route("GET", f"{files}.csv", level, f"{does}_csv", objects or {}),
    )


# Pages of figures, each also as JSON and CSV, and each of their pictures by itself.
SHEETS = tuple(route for name in figures.SHEETS for route in page(f"{HERE}/{name}", VIEWER, name, W)) + tuple(
    Route(
        "GET", f"{HERE}/{name}/pictures/{{picture}}", VIEWER, f"{name}_picture", W, words={"picture": f"{drawn}.svg"}
    )
    for name, drawn in figures.SHEETS.items()
    if drawn
)  # fmt: skip
ONE_CAMPAIGN = {**W, "campaign": "campaign"}
CAMPAIGNS = (
    *page(f"{HERE}/campaigns", VIEWER, "campaigns", W),
    *page(f"{HERE}/campaigns/{{campaign}}", VIEWER, "campaign", ONE_CAMPAIGN, beneath=True),
    Route(
        "GET", f"{HERE}/campaigns/{{campaign}}/pictures/{{picture}}", VIEWER, "campaign_picture", ONE_CAMPAIGN,
        words={"picture": "course.svg"},
    ),
)  # fmt: skip
# Rows of persons: look_up decides whether they may be seen, and notes that they were.
P = {**W, "contact": "contact"}
CONTACTS = (
    *page(f"{HERE}/contacts", ANALYST, "contacts", W),
    Route("POST", f"{HERE}/contacts", ANALYST, "find_contacts", W),
    *page(f"{HERE}/contacts/{{contact}}", ANALYST, "contact", P, beneath=True),
    *page(f"{HERE}/record", ANALYST, "record", W),
)
C = {**W, "connection": "connection"}
PLATFORM = {"platform": "mailchimp"}
ONE = f"{HERE}/connections/{{connection}}"
LINK = {"link": f"c{'x' * 43}"}  # what opens the client's page is nobody's thing
FEED, KEY = {**W, "feed": "feed"}, {**W, "key": "key"}

TABLE = Table(
    "console",
    (
        *(Route("GET", file_address(name), NOBODY, "file") for name in FILES),
        # to sign in
        Route("GET", "/sign-in", NOBODY, "sign_in"),
        Route("POST", "/sign-in/google", NOBODY, "to_google"),
        Route("GET", "/sign-in/google/back", NOBODY, "from_google"),
        Route("POST", "/sign-in/mail", NOBODY, "ask_for_link"),
        Route("GET", "/sign-in/link", NOBODY, "link"),
        Route("POST", "/sign-in/link", NOBODY, "use_link"),
        Route("GET", "/invitation", NOBODY, "invitation"),
        Route("POST", "/invitation", NOBODY, "open_invitation"),
        Route("POST", "/sign-out", PERSON, "sign_out"),
        # oneself
        Route("GET", "/", PERSON, "home"),
        Route("GET", "/account", PERSON, "account"),
        Route("POST", "/account/google", PERSON, "add_google"),
        Route("POST", "/account/mail", PERSON, "add_mail"),
        Route("POST", "/account/sessions/end", PERSON, "end_other_sessions"),
        Route("POST", "/account/sessions/{session}/end", PERSON, "end_session", {"session": "session"}),
        Route("POST", "/account/language", PERSON, "choose_language"),
        Route("POST", "/account/export", PERSON, "export_me"),
        Route("GET", "/account/erase", PERSON, "ask_erase_me"),
        Route("POST", "/account/erase", PERSON, "erase_me"),
        # a workspace and its people
        Route("GET", "/workspaces/{workspace}", VIEWER, "workspace", W),
        *SHEETS,
        *CAMPAIGNS,
        *CONTACTS,
        *page(f"{HERE}/people", ADMIN, "people", W),
        Route("POST", "/workspaces/{workspace}/invitations", ADMIN, "invite", W),
        Route(
            "POST",
            "/workspaces/{workspace}/invitations/{invitation}/withdraw",
            ADMIN,
            "withdraw",
            {**W, "invitation": "invitation"},
        ),
        Route("POST", "/workspaces/{workspace}/members/{member}/role", ADMIN, "set_role", {**W, "member": "member"}),
        Route("POST", "/workspaces/{workspace}/members/{member}/remove", ADMIN, "remove", {**W, "member": "member"}),
        Route(
            "POST",
            "/workspaces/{workspace}/members/{member}/sessions/end",
            ADMIN,
            "end_sessions_of",
            {**W, "member": "member"},
        ),
        # clients, what they are set to, and what is connected of them
        Route("GET", "/clients.json", PERSON, "clients_json"),
        Route("GET", "/clients.csv", PERSON, "clients_csv"),
        Route("GET", "/clients/new", OWNER, "new_client"),
        Route("POST", "/clients", OWNER, "add_client"),
        *page(f"{HERE}/settings", ADMIN, "settings", W),
        Route("POST", "/workspaces/{workspace}/settings", ADMIN, "change_settings", W),
        Route("POST", "/workspaces/{workspace}/settings/pause", ADMIN, "pause_client", W),
        Route("POST", "/workspaces/{workspace}/settings/resume", ADMIN, "resume_client", W),
        *page(f"{HERE}/connections", VIEWER, "connections", W),
        Route("GET", "/workspaces/{workspace}/reading.json", VIEWER, "reading_now", W, polls=True),
        Route("POST", "/workspaces/{workspace}/sync", ADMIN, "sync_all", W),
        Route("GET", "/workspaces/{workspace}/connect/{platform}", ADMIN, "connect", W, words=PLATFORM),
        Route("POST", "/workspaces/{workspace}/connect/{platform}", ADMIN, "give_link", W, words=PLATFORM),
        Route("POST", "/workspaces/{workspace}/links/{link}/withdraw", ADMIN, "withdraw_link", {**W, "link": "link"}),
        Route("GET", ONE, ADMIN, "connection", C),
        Route("POST", f"{ONE}/sync", ADMIN, "sync_now", C),
        Route("POST", f"{ONE}/schedule", ADMIN, "set_schedule", C),
        Route("POST", f"{ONE}/streams", ADMIN, "set_streams", C),
        Route("POST", f"{ONE}/pause", ADMIN, "pause", C),
        Route("POST", f"{ONE}/resume", ADMIN, "resume", C),
        Route("POST", f"{ONE}/backfill", ADMIN, "backfill", C),
        Route("POST", f"{ONE}/check", ADMIN, "check_access", C),
        Route("POST", f"{ONE}/renew", ADMIN, "renew_access", C),
        Route("POST", f"{ONE}/link", ADMIN, "renew_link", C),
        Route("GET", f"{ONE}/disconnect", ADMIN, "disconnect", C),
        Route("POST", f"{ONE}/disconnect", ADMIN, "do_disconnect", C),
        Route("GET", "/workspaces/{workspace}/wishes/{wish}", ADMIN, "wish", {**W, "wish": "wish"}),
        Route(
            "GET",
            "/workspaces/{workspace}/wishes/{wish}/now.json",
            ADMIN,
            "wish_now",
            {**W, "wish": "wish"},
            polls=True,
        ),
        *page(f"{HERE}/coverage", VIEWER, "coverage", W),
        Route("GET", "/workspaces/{workspace}/coverage-now.json", VIEWER, "coverage_now", W, polls=True),
        # feeds
        *page(f"{HERE}/feeds", ANALYST, "feeds", W),
        Route("POST", "/workspaces/{workspace}/feeds", ANALYST, "make_feed", W),
        *page(f"{HERE}/feeds/reads", ANALYST, "feed_reads", W),
        Route("GET", "/workspaces/{workspace}/feeds/{feed}", ANALYST, "feed", FEED),
        Route(
            "GET",
            "/workspaces/{workspace}/feeds/{feed}/files/{file}",
            ANALYST,
            "feed_file",
            FEED,
            words={"file": "workbook.xlsx"},
        ),
        Route("POST", "/workspaces/{workspace}/feeds/{feed}/rotate", ANALYST, "rotate_feed", FEED),
        Route("GET", "/workspaces/{workspace}/feeds/{feed}/end", ANALYST, "ask_end_feed", FEED),
        Route("POST", "/workspaces/{workspace}/feeds/{feed}/end", ANALYST, "end_feed", FEED),
        # keys
        *page(f"{HERE}/keys", ADMIN, "keys", W),
        Route("POST", "/workspaces/{workspace}/keys", ADMIN, "make_key", W),
        Route("POST", "/workspaces/{workspace}/keys/{key}/replace", ADMIN, "replace_key", KEY),
        Route("GET", "/workspaces/{workspace}/keys/{key}/revoke", ADMIN, "ask_revoke_key", KEY),
        Route("POST", "/workspaces/{workspace}/keys/{key}/revoke", ADMIN, "revoke_key", KEY),
        # what was done
        *page(f"{HERE}/audit", ADMIN, "audit", W),
        *page("/audit", Level.OWNER, "audit"),
        *page(f"{HERE}/cost", ADMIN, "cost", W),
        # the client's own page
        Route("GET", "/workspaces/{workspace}/client-page", ADMIN, "client_page", W),
        Route("POST", "/workspaces/{workspace}/client-page", ADMIN, "make_client_link", W),
        Route(
            "POST",
            "/workspaces/{workspace}/client-page/{client_link}/take-back",
            ADMIN,
            "take_back_client_link",
            {**W, "client_link": "client_link"},
        ),
        Route("GET", "/client/{link}", NOBODY, "client", words=LINK),
        Route("GET", "/client/{link}/withdraw", NOBODY, "ask_withdraw", words=LINK),
        Route("POST", "/client/{link}/withdraw", NOBODY, "withdraw_shared", words=LINK),
        Route("GET", "/client-withdraw", NOBODY, "confirm_withdraw"),
        Route("POST", "/client-withdraw", NOBODY, "withdraw_confirmed"),
        # programs that act for a person
        Route("GET", "/authorise", PERSON, "authorise"),
        Route("POST", "/authorise", VIEWER, "decide", form=W),
        Route("POST", "/token", NOBODY, "token", program=True),
        Route("GET", "/.well-known/oauth-authorization-server", NOBODY, "issuer", program=True),
    ),
    frozenset(FINDERS),
)
