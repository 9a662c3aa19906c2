"""What a client lets us do: each permission that a platform will ask them for, in words, and what it allows besides."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from shared.oauth.flow import scopes_of
from shared.oauth.html import items, listed
from shared.tongue.saying import say
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
    return Markup("{}<details><summary>{}</summary>{}</details>").format(
        more,
        say("The permissions %(login)s will ask you for", login=platform.login),
        lines(platform, oauth, besides),
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
        why = say(
            "%(platform)s has no permission for this that only reads, so its own page may speak of editing.",
            platform=platform.title,
        )
    else:
        why = say(
            "%(platform)s has no read-only access, so its own page may speak of more than reading.",
            platform=platform.title,
        )
    return f"{why} {say('Reading is all that is ever done with it.')}"


def _beyond(platform: Platform, oauth: OAuth, scope: str) -> str:
    allowed = oauth.beyond.get(scope)
    if not allowed:
        return ""
    return " " + say(
        "It would also allow %(what)s, and %(platform)s may say so; that is never done.",
        what=say(allowed),
        platform=platform.title,
    )


def _purpose(platform: Platform, oauth: OAuth, scope: str, besides: Sequence[str]) -> str:
    titles = [say(stream.title) for stream in also(platform, besides) if stream.scope == scope]
    if titles:
        return say("to read %(what)s", what=listed(titles))
    if scope == "offline_access":
        return say("to stay connected without asking you again every day")
    opens = oauth.opens.get(scope)
    return say(opens) if opens else say("to read your data at %(platform)s", platform=platform.title)
