"""Every route of the console, and who may come there."""

from __future__ import annotations

from shared.console.figures import answers as figures
from shared.console.finders import FINDERS
from shared.console.pages import FILES, file_address
from shared.people.levels import Level
from shared.people.routes import Route, Table

NOBODY, PERSON, VIEWER, ANALYST = Level.NOBODY, Level.PERSON, Level.VIEWER, Level.ANALYST
ADMIN, OWNER = Level.ADMIN, Level.OWNER
W = {"workspace": "workspace"}
HERE = "/workspaces/{workspace}"
# Pages of figures, each also as JSON and CSV, and each of their pictures by itself.
SHEETS = tuple(
    route
    for name in figures.SHEETS
    for route in (
        Route("GET", f"{HERE}/{name}", VIEWER, name, W),
        Route("GET", f"{HERE}/{name}.json", VIEWER, f"{name}_json", W),
        Route("GET", f"{HERE}/{name}.csv", VIEWER, f"{name}_csv", W),
    )
) + tuple(
    Route(
        "GET", f"{HERE}/{name}/pictures/{{picture}}", VIEWER, f"{name}_picture", W, words={"picture": f"{drawn}.svg"}
    )
    for name, drawn in figures.SHEETS.items()
    if drawn
)  # fmt: skip
ONE_CAMPAIGN = {**W, "campaign": "campaign"}
CAMPAIGNS = (
    Route("GET", f"{HERE}/campaigns", VIEWER, "campaigns", W),
    Route("GET", f"{HERE}/campaigns.json", VIEWER, "campaigns_json", W),
    Route("GET", f"{HERE}/campaigns.csv", VIEWER, "campaigns_csv", W),
    Route("GET", f"{HERE}/campaigns/{{campaign}}", VIEWER, "campaign", ONE_CAMPAIGN),
    Route("GET", f"{HERE}/campaigns/{{campaign}}/all.json", VIEWER, "campaign_json", ONE_CAMPAIGN),
    Route("GET", f"{HERE}/campaigns/{{campaign}}/all.csv", VIEWER, "campaign_csv", ONE_CAMPAIGN),
    Route(
        "GET", f"{HERE}/campaigns/{{campaign}}/pictures/{{picture}}", VIEWER, "campaign_picture", ONE_CAMPAIGN,
        words={"picture": "course.svg"},
    ),
)  # fmt: skip
# Rows of persons: look_up decides whether they may be seen, and notes that they were.
P = {**W, "contact": "contact"}
CONTACTS = (
    Route("GET", f"{HERE}/contacts", ANALYST, "contacts", W),
    Route("POST", f"{HERE}/contacts", ANALYST, "find_contacts", W),
    Route("GET", f"{HERE}/contacts.json", ANALYST, "contacts_json", W),
    Route("GET", f"{HERE}/contacts.csv", ANALYST, "contacts_csv", W),
    Route("GET", f"{HERE}/contacts/{{contact}}", ANALYST, "contact", P),
    Route("GET", f"{HERE}/contacts/{{contact}}/all.json", ANALYST, "contact_json", P),
    Route("GET", f"{HERE}/contacts/{{contact}}/all.csv", ANALYST, "contact_csv", P),
    Route("GET", f"{HERE}/record", ANALYST, "record", W),
    Route("GET", f"{HERE}/record.json", ANALYST, "record_json", W),
    Route("GET", f"{HERE}/record.csv", ANALYST, "record_csv", W),
)
C = {**W, "connection": "connection"}
PLATFORM = {"platform": "mailchimp"}
ONE = "/workspaces/{workspace}/connections/{connection}"
NOBODY, PERSON, VIEWER, ADMIN = Level.NOBODY, Level.PERSON, Level.VIEWER, Level.ADMIN
ANALYST = Level.ANALYST
W = {"workspace": "workspace"}
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
        Route("GET", "/workspaces/{workspace}/people", ADMIN, "people", W),
        Route("GET", "/workspaces/{workspace}/people.json", ADMIN, "people_json", W),
        Route("GET", "/workspaces/{workspace}/people.csv", ADMIN, "people_csv", W),
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
        Route("GET", "/workspaces/{workspace}/settings", ADMIN, "settings", W),
        Route("GET", "/workspaces/{workspace}/settings.json", ADMIN, "settings_json", W),
        Route("GET", "/workspaces/{workspace}/settings.csv", ADMIN, "settings_csv", W),
        Route("POST", "/workspaces/{workspace}/settings", ADMIN, "change_settings", W),
        Route("POST", "/workspaces/{workspace}/settings/pause", ADMIN, "pause_client", W),
        Route("POST", "/workspaces/{workspace}/settings/resume", ADMIN, "resume_client", W),
        Route("GET", "/workspaces/{workspace}/connections", VIEWER, "connections", W),
        Route("GET", "/workspaces/{workspace}/connections.json", VIEWER, "connections_json", W),
        Route("GET", "/workspaces/{workspace}/connections.csv", VIEWER, "connections_csv", W),
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
        Route("GET", "/workspaces/{workspace}/coverage", VIEWER, "coverage", W),
        Route("GET", "/workspaces/{workspace}/coverage.json", VIEWER, "coverage_json", W),
        Route("GET", "/workspaces/{workspace}/coverage.csv", VIEWER, "coverage_csv", W),
        Route("GET", "/workspaces/{workspace}/coverage-now.json", VIEWER, "coverage_now", W, polls=True),
        # feeds
        Route("GET", "/workspaces/{workspace}/feeds", ANALYST, "feeds", W),
        Route("GET", "/workspaces/{workspace}/feeds.json", ANALYST, "feeds_json", W),
        Route("GET", "/workspaces/{workspace}/feeds.csv", ANALYST, "feeds_csv", W),
        Route("POST", "/workspaces/{workspace}/feeds", ANALYST, "make_feed", W),
        Route("GET", "/workspaces/{workspace}/feeds/reads", ANALYST, "feed_reads", W),
        Route("GET", "/workspaces/{workspace}/feeds/reads.json", ANALYST, "feed_reads_json", W),
        Route("GET", "/workspaces/{workspace}/feeds/reads.csv", ANALYST, "feed_reads_csv", W),
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
        Route("GET", "/workspaces/{workspace}/keys", ADMIN, "keys", W),
        Route("GET", "/workspaces/{workspace}/keys.json", ADMIN, "keys_json", W),
        Route("GET", "/workspaces/{workspace}/keys.csv", ADMIN, "keys_csv", W),
        Route("POST", "/workspaces/{workspace}/keys", ADMIN, "make_key", W),
        Route("POST", "/workspaces/{workspace}/keys/{key}/replace", ADMIN, "replace_key", KEY),
        Route("GET", "/workspaces/{workspace}/keys/{key}/revoke", ADMIN, "ask_revoke_key", KEY),
        Route("POST", "/workspaces/{workspace}/keys/{key}/revoke", ADMIN, "revoke_key", KEY),
        # what was done
        Route("GET", "/workspaces/{workspace}/audit", ADMIN, "audit", W),
        Route("GET", "/workspaces/{workspace}/audit.json", ADMIN, "audit_json", W),
        Route("GET", "/workspaces/{workspace}/audit.csv", ADMIN, "audit_csv", W),
        Route("GET", "/audit", Level.OWNER, "audit"),
        Route("GET", "/audit.json", Level.OWNER, "audit_json"),
        Route("GET", "/audit.csv", Level.OWNER, "audit_csv"),
        Route("GET", "/workspaces/{workspace}/cost", ADMIN, "cost", W),
        Route("GET", "/workspaces/{workspace}/cost.json", ADMIN, "cost_json", W),
        Route("GET", "/workspaces/{workspace}/cost.csv", ADMIN, "cost_csv", W),
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
