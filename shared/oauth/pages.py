"""What a client sees: who asks and for what, the key form, the way over, the success, and every refusal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from shared.connectors.spec import Key, OAuth, Platform
from shared.model import Workspace
from shared.oauth.html import contact, initials, items, listed, moment, page, sign
from shared.oauth.refusals import Refusal

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

    @property
    def ask(self) -> Markup:
        """… ask {whom}"""
        if self.contact:
            return Markup("{} ({})").format(self.agency, contact(self.contact))
        return Markup("{}").format(self.agency)


NOBODYS_FAULT = frozenset({200, 404, 409, 410, 503})
NOBODY = Asker("whoever sent you the link", "", "", "UTC")


def asker(workspace: Workspace) -> Asker:
    return Asker(workspace.agency or workspace.name, workspace.name, workspace.contact, workspace.zone)


# -- before connecting -------------------------------------------------------------------------------


def ask(who: Asker, platform: Platform, until: datetime, token: str, renews: str = "", notice: str = "") -> Markup:
    """The page a connect link opens. Opening it changes nothing; the button does."""
    title = f"Connect {platform.title}" if not renews else f"Reconnect {platform.title}"
    key_first = platform.oauth is None
    forms = [_press(token, "key" if key_first else "oauth", f"Continue to {platform.title}", "button")]
    if key_first:
        forms = [_press(token, "key", "Continue", "button")]
    elif platform.key_way is not None:
        forms.append(_press(token, "key", "Use an API key instead", "quiet"))
    return page(
        f"{title} · {who.agency}",
        _who(who),
        Markup("<h1>{}</h1>").format(_heading(who, platform, renews)),
        Markup('<p class="note warn" role="alert">{}</p>').format(notice) if notice else Markup(""),
        Markup("<h2>What will be read</h2>"),
        Markup("<p>{}</p>").format(platform.reads) if platform.reads else Markup(""),
        _streams(platform),
        _permissions(platform),
        Markup("<h2>What never happens</h2>"),
        items("points never", NEVER),
        *forms,
        Markup('<p class="small">{}</p>').format(_before(platform)),
        foot=Markup("<p>This link is for you only. It is valid until {} and works once. Questions? Ask {}.</p>").format(
            moment(until, who.zone), who.ask
        ),
    )


def _who(who: Asker) -> Markup:
    name = Markup("<span><b>{}</b>{}</span>").format(
        who.agency, f" for {who.workspace}" if who.workspace not in {"", who.agency} else ""
    )
    return Markup('<p class="who"><span class="mark" aria-hidden="true">{}</span>{}</p>').format(
        initials(who.agency), name
    )


def _heading(who: Asker, platform: Platform, renews: str) -> str:
    if renews:
        return f"{who.agency} asks you to renew access to {renews} on {platform.title}"
    return f"{who.agency} would like to read your {platform.title} data"


def _before(platform: Platform) -> str:
    if platform.oauth is None:
        return f"On the next page you paste a key from {platform.title}."
    return f"You sign in at {platform.title} itself and decide there. You can withdraw it there at any time."


def _press(token: str, how: str, text: str, kind: str) -> Markup:
    return Markup(
        '<form method="post"><input type="hidden" name="token" value="{}"><input type="hidden" name="how" value="{}">'
        '<button class="{}">{}</button></form>'
    ).format(token, how, kind, text)


def _streams(platform: Platform) -> Markup:
    titles = [stream.title for stream in platform.streams if not stream.optional]
    return Markup("<details{}><summary>Everything one by one ({})</summary>{}</details>").format(
        Markup(" open") if not platform.reads else "", len(titles), items("reads", titles)
    )


def _permissions(platform: Platform) -> Markup:
    """The platform's own page uses its own words; this says what they are for."""
    oauth = platform.oauth
    if oauth is None:
        return Markup("")
    if not oauth.scopes:
        text = (
            f"{platform.title} has no read-only access, so its own page may speak of more than reading. "
            "Reading is all that is ever done with it."
        )
        return Markup('<p class="small">{}</p>').format(text)
    lines = [Markup("<code>{}</code> – {}").format(scope, _purpose(platform, oauth, scope)) for scope in oauth.scopes]
    return Markup("<details><summary>The permissions {} will ask you for</summary>{}</details>").format(
        platform.title, items("scopes", lines)
    )


def _purpose(platform: Platform, oauth: OAuth, scope: str) -> str:
    titles = [stream.title for stream in platform.streams if stream.scope == scope and not stream.optional]
    if titles:
        return f"to read {listed(titles)}"
    if scope == "offline_access":
        return "to stay connected without asking you again every day"
    return "to read which account this is"


def over(platform: Platform, address: str) -> Markup:
    """The way to the platform. A page instead of a redirect: browsers apply our form rules to every redirect that
    follows a form, also to those the platform makes on its side (measured in Chromium 156, 2025-11-20)."""
    head = Markup('<meta http-equiv="refresh" content="0;url={}">\n').format(address)
    return page(
        f"On to {platform.title}",
        sign("on"),
        Markup("<h1>Taking you to {}</h1>").format(platform.title),
        Markup('<p class="lead">You sign in there and decide there. Afterwards you come back here.</p>'),
        Markup('<a class="button" id="onward" href="{}">Continue to {}</a>').format(address, platform.title),
        head=head,
    )


def key_form(who: Asker, platform: Platform, way: Key, action: str, state: str, wrong: str = "") -> Markup:
    """The key is never shown again: a wrong one has to be pasted anew."""
    described = "where wrong" if wrong else "where"
    alert = Markup('<p class="note bad" id="wrong" role="alert">{}</p>').format(wrong) if wrong else Markup("")
    guide = (
        Markup(' <a href="{}" rel="noreferrer" target="_blank">How to find it (opens a new tab)</a>').format(
            way.help_url
        )
        if way.help_url.startswith("https://")
        else Markup("")
    )
    field = Markup(
        '<label for="key">{title} API key</label>\n<p class="hint" id="where">{where}{guide}</p>\n'
        '<input id="key" name="key" type="password" required autocomplete="off" autocapitalize="none" '
        'spellcheck="false" maxlength="400" aria-describedby="{described}"{invalid}>'
    ).format(
        title=platform.title,
        where=way.where,
        guide=guide,
        described=described,
        invalid=Markup(' aria-invalid="true" autofocus') if wrong else "",
    )
    form = Markup(
        '<form method="post" action="{}"><input type="hidden" name="state" value="{}">\n{}\n'
        '<button class="button">Check and connect</button></form>'
    ).format(action, state, field)
    return page(
        f"{'Error: ' if wrong else ''}Your {platform.title} key · {who.agency}",
        _who(who),
        Markup("<h1>Paste your {} API key</h1>").format(platform.title),
        Markup(
            '<p class="lead">It is checked with {} before it is kept. It is kept encrypted, used for reading only, '
            "and never shown again.</p>"
        ).format(platform.title),
        alert,
        form,
        Markup('<p class="small">Delete the key at {} whenever you want to end this.</p>').format(platform.title),
        foot=Markup("<p>Please finish within ten minutes. Questions? Ask {}.</p>").format(who.ask),
    )


# -- after connecting ----------------------------------------------------------------------------------


def connected(who: Asker, platform: Platform, title: str, missing: list[str], renewed: bool) -> Markup:
    told = {"Account": title, "Read by": who.agency}
    if who.workspace not in {"", who.agency}:
        told["For"] = who.workspace
    facts = [Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(name, value) for name, value in told.items()]
    note = Markup("")
    if missing:
        note = Markup(
            '<p class="note warn">You did not allow everything that was asked for, so this will not be read: {}. '
            "To allow it, ask {} for a new link.</p>"
        ).format(listed(missing), who.agency)
    steps = [
        "Your data is being read from now on. The first time takes between a few minutes and some hours.",
        f"{who.agency} sees the numbers as they arrive. There is nothing more for you to do.",
        f"To end it, remove the access in your {platform.title} account, or tell {who.agency}.",
    ]
    return page(
        f"{platform.title} is connected",
        sign("good"),
        Markup("<h1>{} is connected{}</h1>").format(platform.title, " again" if renewed else ""),
        Markup('<p class="lead">Thank you. You can close this page.</p>'),
        Markup('<dl class="facts">{}</dl>').format(Markup("").join(facts)),
        note,
        Markup("<h2>What happens next</h2>"),
        items("points next", steps, ordered=True),
        foot=Markup("<p>Questions? Ask {}.</p>").format(who.ask),
    )


def refused(refusal: Refusal, who: Asker = NOBODY, again: str = "") -> Markup:
    """`again`: where another attempt begins, when this browser may make one."""
    return page(
        refusal.heading,
        sign("note" if refusal.status in NOBODYS_FAULT else "bad"),
        Markup("<h1>{}</h1>").format(refusal.heading),
        Markup('<p class="lead">{}</p>').format(refusal.text),
        Markup("<p>{}</p>").format(refusal.todo) if refusal.todo and not again else Markup(""),
        Markup('<a class="button" href="{}">Try again</a>').format(again) if again else Markup(""),
        foot=Markup("<p>Questions? Ask {}.</p>").format(who.ask),
    )
