"""Every route of the console, and who may come there."""

from __future__ import annotations

from shared.console.finders import FINDERS
from shared.console.pages import FILES, file_address
from shared.people.levels import Level
from shared.people.routes import Route, Table

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
        Route("GET", "/workspaces/{workspace}/overview", VIEWER, "overview", W),
        Route("GET", "/workspaces/{workspace}/overview.json", VIEWER, "overview_json", W),
        Route("GET", "/workspaces/{workspace}/overview.csv", VIEWER, "overview_csv", W),
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
        # feeds
        Route("GET", "/workspaces/{workspace}/feeds", ANALYST, "feeds", W),
        Route("GET", "/workspaces/{workspace}/feeds.json", ANALYST, "feeds_json", W),
        Route("GET", "/workspaces/{workspace}/feeds.csv", ANALYST, "feeds_csv", W),
        Route("POST", "/workspaces/{workspace}/feeds", ANALYST, "make_feed", W),
        Route("GET", "/workspaces/{workspace}/feeds/reads", ANALYST, "feed_reads", W),
        Route("GET", "/workspaces/{workspace}/feeds/reads.json", ANALYST, "feed_reads_json", W),
        Route("GET", "/workspaces/{workspace}/feeds/reads.csv", ANALYST, "feed_reads_csv", W),
        Route("GET", "/workspaces/{workspace}/feeds/{feed}", ANALYST, "feed", FEED),
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
