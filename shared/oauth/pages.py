"""What a client reads: who asks and for what, the way over, the success, and every refusal. Forms are in `forms.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from shared.model import Workspace
from shared.oauth import permissions
from shared.oauth.house import House
from shared.oauth.html import OPENS, a, contact, items, listed, moment, page, sign, who_asks
from shared.oauth.refusals import Refusal
from shared.vocabulary.choosing import also
from shared.vocabulary.platform import Platform

SENDER = "whoever sent you the link"
NEVER = (
    "We never post, publish or send anything in your name.",
    "We never change or delete anything in your account.",
    "We never spend money or touch your billing.",
    "We never see your password.",
)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, for whom, and who answers questions."""

    agency: str
    workspace: str
    contact: str
    zone: str
    house: House = House()

    @property
    def whose(self) -> str:
        """Whose data it will be."""
        return self.workspace or self.agency

    @property
    def header(self) -> Markup:
        """At the top of every page. Where nobody is known to ask, whose installation it is."""
        return who_asks(self.house, self.house.agency if self.agency == SENDER else self.agency, self.workspace)

    @property
    def ask(self) -> Markup:
        """… ask {whom}"""
        if self.contact:
            return Markup("{} ({})").format(self.agency, contact(self.contact))
        return Markup("{}").format(self.agency)


NOBODYS_FAULT = frozenset({200, 404, 409, 410, 503})


def nobody(house: House) -> Asker:
    """Where it is not known who asks."""
    return Asker(SENDER, "", "", "UTC", house)


def asker(workspace: Workspace, house: House) -> Asker:
    return Asker(workspace.agency or workspace.name, workspace.name, workspace.contact, workspace.zone, house)


# -- before connecting -------------------------------------------------------------------------------


def opening(house: House, action: str) -> Markup:
    """What is at the address of every link: a script sends on what stands behind its `#`, or the visitor does.

    `action`: the page's address as it is now. A link that was sent under another host leads here, too, and on to it."""
    return page(
        house,
        "Connect",
        who_asks(house, house.agency),
        Markup("<h1>One moment</h1>"),
        Markup('<p class="lead">Your link is being opened.</p>'),
        Markup(
            '<form method="post" action="{}"><input type="hidden" name="opened" value="yes">'
            '<label for="link">If nothing happens, paste the whole link here.</label>'
            '<input id="link" name="link" autocomplete="off" autocapitalize="none" spellcheck="false" required>'
            '<button class="button">Open</button></form>'
        ).format(action),
        Markup("<script>{}</script>").format(Markup(OPENS)),  # noqa: S704  (ours, and constant)
    )


def ask(
    who: Asker,
    platform: Platform,
    until: datetime,
    link: str,
    token: str,
    privacy: str,
    renews: str = "",
    notice: str = "",
    besides: Sequence[str] = (),
) -> Markup:
    """The page a connect link opens. Opening it changes nothing; the button does. `link` is the id that opened it,
    `privacy` the address of the page that says what happens to the data. `besides`: optional streams that are asked
    for, too."""
    title = f"Connect {platform.title}" if not renews else f"Reconnect {platform.title}"
    key_first = platform.oauth is None
    forms = [_press(link, token, "key" if key_first else "oauth", f"Continue to {platform.login}", "button")]
    if key_first:
        forms = [_press(link, token, "key", "Continue", "button")]
    elif platform.key_way is not None:
        name = platform.key_way.name
        forms.append(_press(link, token, "key", f"Use {a(name)} instead", "quiet"))
    return page(
        who.house,
        f"{title} · {who.agency}",
        who.header,
        Markup("<h1>{}</h1>").format(_heading(who, platform, renews)),
        Markup('<p class="note warn" role="alert">{}</p>').format(notice) if notice else Markup(""),
        Markup("<h2>What will be read</h2>"),
        Markup("<p>{}</p>").format(platform.reads) if platform.reads else Markup(""),
        _streams(platform, besides),
        permissions.section(platform, besides),
        Markup("<h2>What never happens</h2>"),
        items("points never", NEVER),
        *forms,
        Markup('<p class="small">{}</p>').format(_before(platform)),
        foot=Markup(
            "<p>This link is for you only. It is valid until {} and works once. Questions? Ask {}. "
            '<a href="{}">What happens to your data</a>{}</p>'
        ).format(moment(until, who.zone), who.ask, privacy, _notice(who)),
    )


def _notice(who: Asker) -> Markup:
    """Where the agency has a privacy notice of its own."""
    if not who.house.notice:
        return Markup("")
    return Markup(' · <a href="{}" rel="noreferrer">Privacy notice of {}</a>').format(who.house.notice, who.agency)


def _heading(who: Asker, platform: Platform, renews: str) -> str:
    if renews:
        return f"{who.agency} asks you to renew access to {renews} on {platform.title}"
    return f"{who.agency} would like to read your {platform.title} data"


def _before(platform: Platform) -> str:
    if platform.oauth is None:
        key = platform.key_way.name if platform.key_way else "key"
        return f"On the next page you paste {a(key)} from {platform.title}."
    return f"{signing_in(platform)} You can withdraw it there at any time."


def signing_in(platform: Platform) -> str:
    """With what, and as whom: an account of Facebook's opens ads of Meta's."""
    if platform.login == platform.title:
        return f"You sign in at {platform.title} itself and decide there."
    return f"You sign in with {platform.login}, as somebody who may see the data in {platform.title}, and decide there."


def _press(link: str, token: str, how: str, text: str, kind: str) -> Markup:
    return Markup(
        '<form method="post"><input type="hidden" name="link" value="{}"><input type="hidden" name="token" value="{}">'
        '<input type="hidden" name="how" value="{}"><button class="{}">{}</button></form>'
    ).format(link, token, how, kind, text)


def _streams(platform: Platform, besides: Sequence[str]) -> Markup:
    titles = [stream.title for stream in also(platform, besides)]
    return Markup("<details{}><summary>Everything one by one ({})</summary>{}</details>").format(
        Markup(" open") if not platform.reads else "", len(titles), items("reads", titles)
    )


def over(who: Asker, platform: Platform, address: str) -> Markup:
    """The way to the platform. A page instead of a redirect: browsers apply our form rules to every redirect that
    follows a form, also to those the platform makes on its side (measured in Chromium 156, 2025-11-20)."""
    head = Markup('<meta http-equiv="refresh" content="0;url={}">\n').format(address)
    return page(
        who.house,
        f"On to {platform.login}",
        who.header,
        sign("on"),
        Markup("<h1>Taking you to {}</h1>").format(platform.login),
        Markup('<p class="lead">{} Afterwards you come back here.</p>').format(signing_in(platform)),
        Markup('<a class="button" id="onward" href="{}">Continue to {}</a>').format(address, platform.login),
        head=head,
    )


# -- after connecting ----------------------------------------------------------------------------------


def connected(
    who: Asker,
    platform: Platform,
    titles: Sequence[str],
    missing: Sequence[str] = (),
    renewed: bool = False,
    failed: Sequence[tuple[str, str]] = (),
) -> Markup:
    """`failed`: accounts that were chosen and are not connected, each with the reason."""
    told = {"Account" if len(titles) == 1 else f"{len(titles)} accounts": titles, "Read by": [who.agency]}
    if who.workspace not in {"", who.agency}:
        told["For"] = [who.workspace]
    facts = [
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name, Markup("<br>").join(values))
        for name, values in told.items()
    ]
    notes = []
    if missing:
        notes.append(
            Markup(
                '<p class="note warn">You did not allow everything that was asked for, so this will not be read: {}. '
                "To allow it, ask {} for a new link.</p>"
            ).format(listed(missing), who.agency)
        )
    if failed:
        lines = [Markup("<b>{}</b>: {}").format(title, sentence) for title, sentence in failed]
        notes.append(
            Markup('<div class="note warn"><p>Not connected. Ask {} for a new link to try again:</p>{}</div>').format(
                who.agency, items("lost", lines)
            )
        )
    steps = [
        "Your data is being read from now on. The first time takes between a few minutes and some hours.",
        f"{who.agency} sees the numbers as they arrive. There is nothing more for you to do.",
        f"To end it, remove the access in your {platform.title} account, or tell {who.agency}.",
    ]
    return page(
        who.house,
        f"{platform.title} is connected",
        who.header,
        sign("good"),
        Markup("<h1>{} is connected{}</h1>").format(platform.title, " again" if renewed else ""),
        Markup('<p class="lead">Thank you. You can close this page.</p>'),
        Markup('<dl class="facts">{}</dl>').format(Markup("").join(facts)),
        *notes,
        Markup("<h2>What happens next</h2>"),
        items("points next", steps, ordered=True),
        foot=Markup("<p>Questions? Ask {}.</p>").format(who.ask),
    )


def refused(refusal: Refusal, who: Asker, again: str = "") -> Markup:
    """`again`: where another attempt begins, when this browser may make one."""
    return page(
        who.house,
        refusal.heading,
        who.header,
        sign("good" if refusal.done else "note" if refusal.status in NOBODYS_FAULT else "bad"),
        Markup("<h1>{}</h1>").format(refusal.heading),
        Markup('<p class="lead">{}</p>').format(refusal.text),
        Markup("<p>{}</p>").format(refusal.todo) if refusal.todo and not again else Markup(""),
        Markup('<a class="button" href="{}">Try again</a>').format(again) if again else Markup(""),
        foot=Markup("<p>Questions? Ask {}.</p>").format(who.ask),
    )
