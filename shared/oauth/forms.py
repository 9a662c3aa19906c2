"""The pages on which a client fills something in: what is asked before the way over, a key, a choice of accounts."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from shared.oauth.choices import Choice
from shared.oauth.form_fields import LONGEST, NONE, Answers, form_name
from shared.oauth.html import page, who_asks
from shared.oauth.pages import Asker
from shared.vocabulary.access import Account, Field, Key
from shared.vocabulary.platform import Platform

LONGEST_KEY, LONGEST_LONG_KEY = 400, 5000
QUIET = Markup('autocomplete="off" autocapitalize="none" spellcheck="false"')


def asks(
    who: Asker, platform: Platform, asked: Sequence[Field], link: str, token: str, answers: Answers = NONE
) -> Markup:
    """Before the way over: the platform can only be reached with this."""
    form = Markup(
        '<form method="post"><input type="hidden" name="link" value="{}"><input type="hidden" name="token" value="{}">'
        '<input type="hidden" name="how" value="oauth">'
        '<input type="hidden" name="asked" value="yes">\n{}\n<button class="button">Continue to {}</button></form>'
    ).format(link, token, _fields(asked, answers), platform.title)
    return page(
        f"{'Error: ' if answers.wrong else ''}Before you go on to {platform.title} · {who.agency}",
        who_asks(who.agency, who.workspace),
        Markup("<h1>Before you go on to {}</h1>").format(platform.title),
        Markup('<p class="lead">This is needed to find your account there.</p>'),
        form,
        Markup('<p class="small">On the next page you sign in at {} itself and decide there.</p>').format(
            platform.title
        ),
        foot=_foot(who),
    )


def key_form(
    who: Asker, platform: Platform, way: Key, action: str, state: str, wrong: str = "", answers: Answers = NONE
) -> Markup:
    """The key is never shown again: a wrong one has to be pasted anew. What else was asked for is."""
    described = "where wrong" if wrong else "where"
    alert = Markup('<p class="note bad" id="wrong" role="alert">{}</p>').format(wrong) if wrong else Markup("")
    guide = (
        Markup(' <a href="{}" rel="noreferrer" target="_blank">How to find it (opens a new tab)</a>').format(
            way.help_url
        )
        if way.help_url.startswith("https://")
        else Markup("")
    )
    box = (
        '<textarea id="key" name="key" rows="8" required {quiet} maxlength="{most}" aria-describedby="{described}"'
        "{invalid}></textarea>"
        if way.long
        else '<input id="key" name="key" type="password" required {quiet} maxlength="{most}" '
        'aria-describedby="{described}"{invalid}>'
    )
    key = Markup(
        '<label for="key">{title} {name}</label>\n<p class="hint" id="where">{where}{guide}</p>\n{box}'
    ).format(
        title=platform.title,
        name=way.name,
        where=way.where,
        guide=guide,
        box=Markup(box).format(  # noqa: S704  (ours, and constant)
            quiet=QUIET,
            most=LONGEST_LONG_KEY if way.long else LONGEST_KEY,
            described=described,
            invalid=Markup(' aria-invalid="true" autofocus') if wrong and not answers.wrong else "",
        ),
    )
    form = Markup(
        '<form method="post" action="{}"><input type="hidden" name="state" value="{}">\n{}\n{}\n'
        '<button class="button">Check and connect</button></form>'
    ).format(action, state, _fields(way.asks, answers), key)
    return page(
        f"{'Error: ' if wrong else ''}Your {platform.title} key · {who.agency}",
        who_asks(who.agency, who.workspace),
        Markup("<h1>Paste your {} {}</h1>").format(platform.title, way.name),
        Markup(
            '<p class="lead">It is checked with {} before it is kept. It is kept encrypted, used for reading only, '
            "and never shown again.</p>"
        ).format(platform.title),
        alert,
        form,
        Markup('<p class="small">Delete the key at {} whenever you want to end this.</p>').format(platform.title),
        foot=_foot(who, "Please finish within ten minutes. "),
    )


def choose(who: Asker, platform: Platform, choice: Choice, wrong: str = "", picked: Sequence[Account] = ()) -> Markup:
    """Every account that the login sees. Those that cannot be read say why; the others can be ticked.

    Nothing is ticked beforehand. Such a login often sees the accounts of several clients, and one press must not put
    them all into one client's data; so the question names whose data it will be.
    """
    ticked = {account.id for account in picked}
    lines = [_line(number, account, account.id in ticked) for number, account in enumerate(choice.accounts)]
    one, whose = choice.most == 1, who.whose
    lead = (
        f"Your login at {platform.title} sees {choice.seen} accounts. "
        + (f"The first {len(choice.accounts)} of them are shown. " if choice.seen > len(choice.accounts) else "")
        + (f"Tick the one that belongs to {whose}" if one else f"Tick only those that belong to {whose}")
        + (f"; {who.agency} will read " if whose != who.agency else ", which will read ")
        + ("it" if one else "them")
        + ". The others are not read."
    )
    form = Markup(
        '<form method="post"><fieldset{}><legend>Accounts</legend><ul class="picks" role="list">{}</ul></fieldset>\n'
        '<button class="button">{}</button></form>'
    ).format(
        Markup(' aria-describedby="wrong"') if wrong else "",
        Markup("").join(lines),
        "Connect this account" if one else "Connect the ticked accounts",
    )
    return page(
        f"{'Error: ' if wrong else ''}Choose accounts at {platform.title} · {who.agency}",
        who_asks(who.agency, who.workspace),
        Markup("<h1>Which account{} to {}?</h1>").format(" belongs" if one else "s belong", whose),
        Markup('<p class="lead">{}</p>').format(lead),
        Markup('<p class="note warn" id="wrong" role="alert">{}</p>').format(wrong) if wrong else Markup(""),
        form,
        Markup('<p class="small">Nothing is connected until you press the button.</p>'),
        foot=_foot(who, "Please finish within half an hour. "),
    )


def pick_name(number: int) -> str:
    return f"pick-{number}"


def _line(number: int, account: Account, ticked: bool) -> Markup:
    name = pick_name(number)
    facts = [account.id, account.currency, account.zone.replace("_", " ")]
    state = " disabled" if account.closed else " checked" if ticked else ""
    return Markup(
        '<li{closed}><input type="checkbox" id="{name}" name="{name}" value="yes"{state}>'
        '<label for="{name}"><b>{title}</b><span>{facts}</span>{why}</label></li>'
    ).format(
        closed=Markup(' class="closed"') if account.closed else "",
        name=name,
        state=Markup(state),  # noqa: S704  (one of three texts of ours)
        title=account.title or account.id,
        facts=" · ".join(fact for fact in facts if fact),
        why=Markup("<span>Cannot be chosen: {}</span>").format(account.closed) if account.closed else "",
    )


def _fields(asked: Sequence[Field], answers: Answers) -> Markup:
    first = next(iter(answers.wrong), "")
    return Markup("\n").join(
        (_options if one.choices else _text)(
            one, answers.given.get(one.name, ""), answers.wrong.get(one.name, ""), one.name == first
        )
        for one in asked
    )


def _text(asked: Field, given: str, wrong: str, first: bool) -> Markup:
    name = form_name(asked)
    described = " ".join([*([f"{name}-hint"] if asked.hint else []), *([f"{name}-wrong"] if wrong else [])])
    return Markup(
        '<label for="{name}">{label}</label>\n{hint}{wrong}'
        '<input id="{name}" name="{name}" type="text" required {quiet} maxlength="{most}" value="{given}"{more}>'
    ).format(
        name=name,
        label=asked.label,
        hint=_hint(name, asked.hint),
        wrong=_wrong(name, wrong),
        quiet=QUIET,
        most=LONGEST,
        given=given,
        more=_marks(described, wrong, first),
    )


def _options(asked: Field, given: str, wrong: str, first: bool) -> Markup:
    name = form_name(asked)
    described = " ".join([*([f"{name}-hint"] if asked.hint else []), *([f"{name}-wrong"] if wrong else [])])
    focus = Markup(" autofocus") if first else ""
    options = [
        Markup(
            '<li><input type="radio" id="{0}-{1}" name="{0}" value="{2}" required{3}{4}>'
            '<label for="{0}-{1}">{2}</label></li>'
        ).format(name, number, text, Markup(" checked") if text == given else "", focus if number == 0 else "")
        for number, text in enumerate(asked.choices)
    ]
    return Markup('<fieldset{}><legend>{}</legend>\n{}{}<ul class="picks" role="list">{}</ul></fieldset>').format(
        Markup(' aria-describedby="{}"').format(described) if described else "",
        asked.label,
        _hint(name, asked.hint),
        _wrong(name, wrong),
        Markup("").join(options),
    )


def _hint(name: str, hint: str) -> Markup:
    return Markup('<p class="hint" id="{}-hint">{}</p>\n').format(name, hint) if hint else Markup("")


def _wrong(name: str, wrong: str) -> Markup:
    return Markup('<p class="wrong" id="{}-wrong" role="alert">{}</p>\n').format(name, wrong) if wrong else Markup("")


def _marks(described: str, wrong: str, first: bool) -> Markup:
    return Markup("{}{}{}").format(
        Markup(' aria-describedby="{}"').format(described) if described else "",
        Markup(' aria-invalid="true"') if wrong else "",
        Markup(" autofocus") if first else "",
    )


def _foot(who: Asker, before: str = "") -> Markup:
    return Markup("<p>{}Questions? Ask {}.</p>").format(before, who.ask)
