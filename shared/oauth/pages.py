"""What a client reads: who asks and for what, the way over, the success, and every refusal. Forms are in `forms.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from shared.model import Workspace
from shared.oauth import permissions
from shared.oauth.house import House
from shared.oauth.html import OPENS, a, contact, items, listed, moment, page, rich, sign, who_asks
from shared.oauth.refusals import Refusal
from shared.tongue.saying import kept, say, say_of
from shared.tongue.sentences import retold
from shared.vocabulary.choosing import also
from shared.vocabulary.platform import Platform

SENDER = kept("whoever sent you the link")
NEVER = (
    kept("We never post, publish or send anything in your name."),
    kept("We never change or delete anything in your account."),
    kept("We never spend money or touch your billing."),
    kept("We never see your password."),
)


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, for whom, and who answers questions."""

    agency: str
    workspace: str
    contact: str
    zone: str
    house: House = House()
    is_known: bool = True  # else `agency` are words for nobody in particular

    @property
    def whose(self) -> str:
        """Whose data it will be."""
        return self.workspace or self.agency

    @property
    def header(self) -> Markup:
        """At the top of every page. Where nobody is known to ask, whose installation it is."""
        return who_asks(self.house, self.agency if self.is_known else self.house.agency, self.workspace)

    @property
    def ask(self) -> Markup:
        """… ask {whom}"""
        if self.contact:
            return Markup("{} ({})").format(self.agency, contact(self.contact))
        return Markup("{}").format(self.agency)


CONNECTED, AGAIN = kept("%(platform)s is connected"), kept("%(platform)s is connected again")
NOBODYS_FAULT = frozenset({200, 404, 409, 410, 503})


def nobody(house: House) -> Asker:
    """Where it is not known who asks."""
    return Asker(say(SENDER), "", "", "UTC", house, is_known=False)


def asker(workspace: Workspace, house: House) -> Asker:
    return Asker(workspace.agency or workspace.name, workspace.name, workspace.contact, workspace.zone, house)


# -- before connecting -------------------------------------------------------------------------------


def opening(house: House, action: str) -> Markup:
    """What is at the address of every link: a script sends on what stands behind its `#`, or the visitor does.

    `action`: the page's address as it is now. A link that was sent under another host leads here, too, and on to it."""
    return page(
        house,
        say("Connect"),
        who_asks(house, house.agency),
        Markup("<h1>{}</h1>").format(say("One moment")),
        Markup('<p class="lead">{}</p>').format(say("Your link is being opened.")),
        Markup(
            '<form method="post" action="{}"><input type="hidden" name="opened" value="yes">'
            '<label for="link">{}</label>'
            '<input id="link" name="link" autocomplete="off" autocapitalize="none" spellcheck="false" required>'
            '<button class="button">{}</button></form>'
        ).format(action, say("If nothing happens, paste the whole link here."), say("Open")),
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
    title = kept("Reconnect %(platform)s") if renews else kept("Connect %(platform)s")
    key_first = platform.oauth is None
    forms = [_press(link, token, "oauth", say("Continue to %(place)s", place=platform.login), "button")]
    if key_first:
        forms = [_press(link, token, "key", say("Continue"), "button")]
    elif platform.key_way is not None:
        name = platform.key_way.name
        forms.append(_press(link, token, "key", say("Use %(key)s instead", key=a(name)), "quiet"))
    return page(
        who.house,
        f"{say(title, platform=platform.title)} · {who.agency}",
        who.header,
        Markup("<h1>{}</h1>").format(_heading(who, platform, renews)),
        Markup('<p class="note warn" role="alert">{}</p>').format(notice) if notice else Markup(""),
        Markup("<h2>{}</h2>").format(say("What will be read")),
        Markup("<p>{}</p>").format(say(platform.reads)) if platform.reads else Markup(""),
        _streams(platform, besides),
        permissions.section(platform, besides),
        Markup("<h2>{}</h2>").format(say("What never happens")),
        items("points never", [say(each) for each in NEVER]),
        *forms,
        Markup('<p class="small">{}</p>').format(_before(platform)),
        foot=Markup('<p>{} {} <a href="{}">{}</a>{}</p>').format(
            rich(
                "This link is for you only. It is valid until %(until)s and works once.", until=moment(until, who.zone)
            ),
            questions(who),
            privacy,
            say("What happens to your data"),
            _notice(who),
        ),
    )


def questions(who: Asker) -> Markup:
    return rich("Questions? Ask %(whom)s.", whom=who.ask)


def _notice(who: Asker) -> Markup:
    """Where the agency has a privacy notice of its own."""
    if not who.house.notice:
        return Markup("")
    name = say("Privacy notice of %(agency)s", agency=who.agency)
    return Markup(' · <a href="{}" rel="noreferrer">{}</a>').format(who.house.notice, name)


def _heading(who: Asker, platform: Platform, renews: str) -> str:
    if renews:
        asked = kept("%(agency)s asks you to renew access to %(account)s on %(platform)s")
        return say(asked, agency=who.agency, account=renews, platform=platform.title)
    return say("%(agency)s would like to read your %(platform)s data", agency=who.agency, platform=platform.title)


def _before(platform: Platform) -> str:
    if platform.oauth is None:
        key = platform.key_way.name if platform.key_way else "key"
        return say("On the next page you paste %(key)s from %(platform)s.", key=a(key), platform=platform.title)
    return say("%(signing_in)s You can withdraw it there at any time.", signing_in=signing_in(platform))


def signing_in(platform: Platform) -> str:
    """With what, and as whom: an account of Facebook's opens ads of Meta's."""
    if platform.login == platform.title:
        return say("You sign in at %(platform)s itself and decide there.", platform=platform.title)
    return say(
        "You sign in with %(login)s, as somebody who may see the data in %(platform)s, and decide there.",
        login=platform.login,
        platform=platform.title,
    )


def _press(link: str, token: str, how: str, text: str, kind: str) -> Markup:
    return Markup(
        '<form method="post"><input type="hidden" name="link" value="{}"><input type="hidden" name="token" value="{}">'
        '<input type="hidden" name="how" value="{}"><button class="{}">{}</button></form>'
    ).format(link, token, how, kind, text)


def _streams(platform: Platform, besides: Sequence[str]) -> Markup:
    titles = [say(stream.title) for stream in also(platform, besides)]
    return Markup("<details{}><summary>{}</summary>{}</details>").format(
        Markup(" open") if not platform.reads else "",
        say("Everything one by one (%(count)s)", count=len(titles)),
        items("reads", titles),
    )


def over(who: Asker, platform: Platform, address: str) -> Markup:
    """The way to the platform. A page instead of a redirect: browsers apply our form rules to every redirect that
    follows a form, also to those the platform makes on its side (measured in Chromium 156, 2025-11-20)."""
    head = Markup('<meta http-equiv="refresh" content="0;url={}">\n').format(address)
    return page(
        who.house,
        say("On to %(place)s", place=platform.login),
        who.header,
        sign("on"),
        Markup("<h1>{}</h1>").format(say("Taking you to %(place)s", place=platform.login)),
        Markup('<p class="lead">{} {}</p>').format(signing_in(platform), say("Afterwards you come back here.")),
        Markup('<a class="button" id="onward" href="{}">{}</a>').format(
            address, say("Continue to %(place)s", place=platform.login)
        ),
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
    shown = {_accounts(len(titles)): titles, say("Read by"): [who.agency]}
    if who.workspace not in {"", who.agency}:
        shown[say("For the client")] = [who.workspace]
    facts = [
        Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name, Markup("<br>").join(values))
        for name, values in shown.items()
    ]
    notes = []
    if missing:
        notes.append(
            Markup('<p class="note warn">{} {}</p>').format(
                say(
                    "You did not allow everything that was asked for, so this will not be read: %(what)s.",
                    what=listed(say(each) for each in missing),
                ),
                say("To allow it, ask %(agency)s for a new link.", agency=who.agency),
            )
        )
    if failed:
        lines = [Markup("<b>{}</b>: {}").format(title, retold(sentence)) for title, sentence in failed]
        notes.append(
            Markup('<div class="note warn"><p>{}</p>{}</div>').format(
                say("Not connected. Ask %(agency)s for a new link to try again:", agency=who.agency),
                items("lost", lines),
            )
        )
    steps = [
        say("Your data is being read from now on. The first time takes between a few minutes and some hours."),
        say("%(agency)s sees the numbers as they arrive. There is nothing more for you to do.", agency=who.agency),
        say(
            "To end it, remove the access in your %(platform)s account, or tell %(agency)s.",
            platform=platform.title,
            agency=who.agency,
        ),
    ]
    return page(
        who.house,
        say(CONNECTED, platform=platform.title),
        who.header,
        sign("good"),
        Markup("<h1>{}</h1>").format(say(AGAIN if renewed else CONNECTED, platform=platform.title)),
        Markup('<p class="lead">{}</p>').format(say("Thank you. You can close this page.")),
        Markup('<dl class="facts">{}</dl>').format(Markup("").join(facts)),
        *notes,
        Markup("<h2>{}</h2>").format(say("What happens next")),
        items("points next", steps, ordered=True),
        foot=Markup("<p>{}</p>").format(questions(who)),
    )


def _accounts(count: int) -> str:
    return say("Account") if count == 1 else say_of("%(count)s account", "%(count)s accounts", count)


def refused(refusal: Refusal, who: Asker, again: str = "") -> Markup:
    """`again`: where another attempt begins, when this browser may make one."""
    return page(
        who.house,
        retold(refusal.heading),
        who.header,
        sign("good" if refusal.done else "note" if refusal.status in NOBODYS_FAULT else "bad"),
        Markup("<h1>{}</h1>").format(retold(refusal.heading)),
        Markup('<p class="lead">{}</p>').format(retold(refusal.text)),
        Markup("<p>{}</p>").format(retold(refusal.todo)) if refusal.todo and not again else Markup(""),
        Markup('<a class="button" href="{}">{}</a>').format(again, say("Try again")) if again else Markup(""),
        foot=Markup("<p>{}</p>").format(questions(who)),
    )
