"""How a platform that is made anew may page its lists and be connected: what the templates are filled with.

Connector, stand-in and record are told apart here, too: three texts for each kind, of which none is made of another.
"""

from __future__ import annotations

from collections.abc import Mapping

SINCE = "updated_since=2026-06-20T00:00:00+00:00"

_UNPROVEN = {"proof": 'unproven="nothing says how many there are"', "total": "", "total_line": ""}
_OF_100 = {"most": "100", "first_query": "?limit=100", "later_query": f"limit=100&{SINCE}"}

PAGES: Mapping[str, Mapping[str, str]] = {
    "cursor": {
        **_UNPROVEN,
        **_OF_100,
        "pages_class": "Cursor",
        "pages_rule": 'Cursor("paging.next", "cursor", 100, always="paging")',
        "stand_in_pages_class": "ByCursor",
        "stand_in_pages": 'ByCursor("paging.next", "cursor")',
        "pages_told": "pages of 100 at most, and a text that leads on",
        "says_more": 'SAYS_MORE = "paging.next"\n',
        "always": ', lambda stream: "paging"',
        "desk": """\
    size = desk.size(query, "limit", 100)
    if size is None:
        return REFUSALS["question"]
    page, cursor = desk.page(query, query.pop("cursor", ""), size)
    return body(200, {"data": page, "paging": {"next": cursor or None}})""",
    },
    "count": {
        **_OF_100,
        "proof": 'total="total"',
        "total": ', total="total"',
        "total_line": '\n    total="total",',
        "pages_class": "Count",
        "pages_rule": 'Count(100, "limit", "offset", total="total", always=True)',
        "stand_in_pages_class": "ByCount",
        "stand_in_pages": 'ByCount("total")',
        "pages_told": "pages of 100 at most, counted from the first record on, and a total",
        "says_more": "",
        "always": ', lambda stream: "total"',
        "first_query": "?limit=100&offset=0",
        "later_query": f"limit=100&offset=0&{SINCE}",
        "desk": """\
    size = desk.size(query, "limit", 100)
    if size is None:
        return REFUSALS["question"]
    rows, first = [row for _, row in desk.seen(query)], int(query.get("offset", "0"))
    return body(200, {"data": rows[first : first + size], "total": len(rows)})""",
    },
    "link": {
        **_UNPROVEN,
        **_OF_100,
        "pages_class": "Link",
        "pages_rule": 'Link("links.next", 100, always="links")',
        "stand_in_pages_class": "ByLink",
        "stand_in_pages": 'ByLink("links.next")',
        "pages_told": "pages of 100 at most, and the address of the next one",
        "says_more": 'SAYS_MORE = "links.next"\n',
        "always": ', lambda stream: "links"',
        "desk": """\
    cursor = query.pop("cursor", "")
    size = desk.size(desk.cursors[cursor][0] if cursor else query, "limit", 100)
    if size is None:
        return REFUSALS["question"]
    page, cursor = desk.page(query, cursor, size)
    return body(200, {"data": page, "links": {"next": f"{request.url}?cursor={cursor}" if cursor else None}})""",
    },
    "once": {
        **_UNPROVEN,
        "pages_class": "Once",
        "pages_rule": "Once()",
        "stand_in_pages_class": "AllAtOnce",
        "stand_in_pages": "AllAtOnce()",
        "pages_told": "the whole list in one answer",
        "says_more": "",
        "always": "",
        "most": "0",
        "first_query": "",
        "later_query": SINCE,
        "desk": """\
    return body(200, {"data": [row for _, row in desk.seen(query)]})""",
    },
}

AUTH: Mapping[str, Mapping[str, str]] = {
    "key": {
        "credential": "a key",
        "auth_class": "Key",
        "access_names": "API, discover",
        "login": "",
        "auth": """\
        # Fill in: where it is made in words, what it looks like, and the page that helps.
        Key(
            "In $title under Settings, API keys: make a new key.",
            r"[A-Za-z0-9_\\-]{16,200}",
            "https://$host/help/api-keys",
        ),""",
        "stand_in_oauth_import": "",
        "stand_in_auth": '    api_key="${name}_demo_0123456789abcdef0123456789abcdef",',
        "lead_time": "| nothing | none | – | clients paste an API key |",
        "app_page": """\
# $title: a key, no app

## The key

Fill in: where a client makes it, step by step. The link's page leads to
[$title's help](https://$host/help/api-keys).

- **Name on the link's page:** API key.
- **Rights:** fill in what a key may do, and what of it is needed.
- **Opens:** fill in what it opens: one account, or several.""",
    },
    "oauth": {
        "credential": "a login",
        "auth_class": "OAuth",
        "access_names": "API, LOGIN, discover",
        "login": 'LOGIN = "https://$host/oauth"\n',
        "auth": """\
        # Fill in: its addresses, scopes, and how long what it grants lasts.
        OAuth(
            f"{LOGIN}/authorize",
            f"{LOGIN}/token",
            scopes=("read",),
            opens={"read": "to read lists and contacts"},
            pkce=True,
        ),""",
        "stand_in_oauth_import": "from infra.sandbox.access import OAuth\n",
        "stand_in_auth": """\
    oauth=OAuth(
        "/oauth/authorize",
        "/oauth/token",
        client_auth="form",
        scopes={"read": "Read lists and contacts"},
        access_seconds=3600,
        refresh_days=60,
        rotates=False,
    ),""",
        "lead_time": "| an app | none known, *not confirmed* | – | fill in |",
        "app_page": """\
# An app at $title

## Where

1. Fill in: where an app is registered, step by step.
2. The redirect address:

   `https://HOST/oauth-callback/$name`

   Clients consent at `https://$host/oauth/authorize`.
3. Put id and secret into the secret `client-$name` ([how](README.md#the-same-for-all)).

## Scopes

Tributary asks for

- `read`

## Privacy page and domain

Where a privacy page is wanted: `https://HOST/oauth-start/privacy` ([what it says](README.md#the-same-for-all)).

## Reviews

Fill in: who looks at the app before clients may consent, and how long that takes.""",
    },
}
