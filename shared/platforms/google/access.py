"""How an account of Google's is opened: by consent, or by the key of a service account. One for all of its services."""

from __future__ import annotations

from datetime import timedelta

from shared.platforms.google import service_account
from shared.vocabulary.access import Key, OAuth, Revocation


def ways(scope: str, opens: str, let_in: str, help_url: str, beyond: str = "") -> tuple[OAuth, Key]:
    """`let_in`: one sentence for the client, how the service account is let into the account."""
    consent = OAuth(
        "https://accounts.google.com/o/oauth2/v2/auth",
        service_account.TOKEN,
        scopes=(scope,),
        login="Google",
        opens={scope: opens},
        beyond={scope: beyond} if beyond else {},
        pkce=True,
        extra={"access_type": "offline", "prompt": "consent"},  # without both, no refresh token the second time
        grant_lifetime=timedelta(days=180),
        # https://developers.google.com/identity/protocols/oauth2/web-server#tokenrevoke (2026-11)
        revocation=Revocation("https://oauth2.googleapis.com/revoke", by_token=True, ends_all=True),
    )
    key = Key(
        "In Google Cloud under IAM, Service Accounts, Keys: make a key of the type JSON and paste the whole file. "
        + let_in,
        service_account.PATTERN,
        help_url,
        name="service account key",
        form="it is a whole file that begins with { and ends with }",
        long=True,
        trade=service_account.trade(scope),
    )
    return consent, key
