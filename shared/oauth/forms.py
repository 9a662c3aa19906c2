"""The pages on which a client fills something in: what is asked before the way over, or a key."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from shared.oauth.form_fields import LONGEST, NONE, Answers, form_name
from shared.oauth.html import page
from shared.oauth.pages import Asker, questions, signing_in
from shared.tongue.saying import kept, say
from shared.vocabulary.access import Field, Key
from shared.vocabulary.platform import Platform

CHECKED = kept(
    "It is checked with %(platform)s before it is kept. It is kept encrypted, used for reading only, and never shown "
    "again."
)
LONGEST_KEY, LONGEST_LONG_KEY = 400, 5000
QUIET = Markup('autocomplete="off" autocapitalize="none" spellcheck="false"')


def asks(
    who: Asker, platform: Platform, asked: Sequence[Field], link: str, token: str, answers: Answers = NONE
) -> Markup:
    """Before the way over: the platform can only be reached with this."""
    form = Markup(
        '<form method="post"><input type="hidden" name="link" value="{}"><input type="hidden" name="token" value="{}">'
        '<input type="hidden" name="how" value="oauth">'
        '<input type="hidden" name="asked" value="yes">\n{}\n<button class="button">{}</button></form>'
    ).format(link, token, _fields(asked, answers), say("Continue to %(place)s", place=platform.login))
    heading = say("Before you go on to %(place)s", place=platform.login)
    return page(
        who.house,
        f"{titled(heading, answers.wrong)} · {who.agency}",
        who.header,
        Markup("<h1>{}</h1>").format(heading),
        Markup('<p class="lead">{}</p>').format(say("This is needed to find your account there.")),
        form,
        Markup('<p class="small">{}</p>').format(signing_in(platform)),
        foot=asking(who),
    )


def key_form(
    who: Asker,
    platform: Platform,
    way: Key,
    action: str,
    state: str,
    wrong: str = "",
    answers: Answers = NONE,
    about_key: str = "",
) -> Markup:
    """The key is never shown again: a wrong one has to be pasted anew. What else was asked for is. `wrong` is said of
    all of it, `about_key` beside that field."""
    described = "where key-wrong" if about_key else "where wrong" if wrong else "where"
    alert = Markup('<p class="note bad" id="wrong" role="alert">{}</p>').format(wrong) if wrong else Markup("")
    guide = (
        Markup(' <a href="{}" rel="noreferrer" target="_blank">{}</a>').format(
            way.help_url, say("How to find it (opens a new tab)")
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
        '<label for="key">{label}</label>\n<p class="hint" id="where">{where}{guide}</p>\n{wrong}{box}'
    ).format(
        label=say("%(platform)s %(key)s", platform=platform.title, key=say(way.name)),
        where=say(way.where),
        guide=guide,
        wrong=_wrong("key", about_key),
        box=Markup(box).format(  # noqa: S704  (ours, and constant)
            quiet=QUIET,
            most=LONGEST_LONG_KEY if way.long else LONGEST_KEY,
            described=described,
            invalid=Markup("{}{}").format(
                Markup(' aria-invalid="true"') if about_key or wrong else "",
                Markup(" autofocus") if (about_key or wrong) and not answers.wrong else "",
            ),
        ),
    )
    form = Markup(
        '<form method="post" action="{}"><input type="hidden" name="state" value="{}">\n{}\n{}\n'
        '<button class="button">{}</button></form>'
    ).format(action, state, _fields(way.asks, answers), key, say("Check and connect"))
    named = {"platform": platform.title, "key": say(way.name)}
    return page(
        who.house,
        f"{titled(say('Your %(platform)s key', **named), wrong or about_key)} · {who.agency}",
        who.header,
        Markup("<h1>{}</h1>").format(say("Paste your %(platform)s %(key)s", **named)),
        Markup('<p class="lead">{}</p>').format(say(CHECKED, platform=platform.title)),
        alert,
        form,
        Markup('<p class="small">{}</p>').format(
            say("Delete the key at %(platform)s whenever you want to end this.", platform=platform.title)
        ),
        foot=asking(who, say("Please finish within ten minutes.")),
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
        label=say(asked.label),
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
            '<label for="{0}-{1}">{5}</label></li>'
        ).format(
            name, number, text, Markup(" checked") if text == given else "", focus if number == 0 else "", say(text)
        )
        for number, text in enumerate(asked.choices)
    ]
    return Markup('<fieldset{}><legend>{}</legend>\n{}{}<ul class="picks" role="list">{}</ul></fieldset>').format(
        Markup(' aria-describedby="{}"').format(described) if described else "",
        say(asked.label),
        _hint(name, asked.hint),
        _wrong(name, wrong),
        Markup("").join(options),
    )


def _hint(name: str, hint: str) -> Markup:
    return Markup('<p class="hint" id="{}-hint">{}</p>\n').format(name, say(hint)) if hint else Markup("")


def _wrong(name: str, wrong: str) -> Markup:
    return Markup('<p class="wrong" id="{}-wrong" role="alert">{}</p>\n').format(name, wrong) if wrong else Markup("")


def _marks(described: str, wrong: str, first: bool) -> Markup:
    return Markup("{}{}{}").format(
        Markup(' aria-describedby="{}"').format(described) if described else "",
        Markup(' aria-invalid="true"') if wrong else "",
        Markup(" autofocus") if first else "",
    )


def asking(who: Asker, before: str = "") -> Markup:
    return Markup("<p>{}{}</p>").format(f"{before} " if before else "", questions(who))


def titled(title: str, wrong: object) -> str:
    """`wrong`: whatever the page says of it, or nothing."""
    return say("Error: %(title)s", title=title) if wrong else title
