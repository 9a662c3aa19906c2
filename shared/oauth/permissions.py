"""What a client lets us do: each permission that a platform will ask them for, in words, and what it allows besides."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from shared.oauth.flow import scopes_of
from shared.oauth.html import items, listed
from shared.vocabulary.access import OAuth
from shared.vocabulary.choosing import also
from shared.vocabulary.platform import Platform


def section(platform: Platform, besides: Sequence[str]) -> Markup:
    """The platform's own page uses its own words; this says what each opens, and what it would allow besides. Optional
    streams are asked for where they are named (`besides`)."""
    oauth = platform.oauth
    if oauth is None:
        return Markup("")
    if not oauth.scopes:
        return Markup('<p class="small">{}</p>').format(broader(platform))
    more = Markup("<p>{}</p>").format(broader(platform)) if oauth.beyond else Markup("")
    return Markup("{}<details><summary>The permissions {} will ask you for</summary>{}</details>").format(
        more, platform.login, lines(platform, oauth, besides)
    )


def lines(platform: Platform, oauth: OAuth, besides: Sequence[str]) -> Markup:
    found = [
        Markup("<code>{}</code> – {}.{}").format(
            scope, _purpose(platform, oauth, scope, besides), _beyond(platform, oauth, scope)
        )
        for scope in scopes_of(platform, besides)
    ]
    return items("scopes", found)


def broader(platform: Platform) -> str:
    """Said of a platform that lets nobody in for reading alone."""
    if platform.oauth and platform.oauth.scopes:
        why = f"{platform.title} has no permission for this that only reads, so its own page may speak of editing."
    else:
        why = f"{platform.title} has no read-only access, so its own page may speak of more than reading."
    return f"{why} Reading is all that is ever done with it."


def _beyond(platform: Platform, oauth: OAuth, scope: str) -> str:
    allowed = oauth.beyond.get(scope)
    return f" It would also allow {allowed}, and {platform.title} may say so; that is never done." if allowed else ""


def _purpose(platform: Platform, oauth: OAuth, scope: str, besides: Sequence[str]) -> str:
    titles = [stream.title for stream in also(platform, besides) if stream.scope == scope]
    if titles:
        return f"to read {listed(titles)}"
    if scope == "offline_access":
        return "to stay connected without asking you again every day"
    return oauth.opens.get(scope, f"to read your data at {platform.title}")
