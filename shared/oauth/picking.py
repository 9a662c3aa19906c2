"""The page on which a person picks among the accounts that a login sees, and what they sent of it.

Whoever sees many can search and tick all that is shown; both send the form, so they need no script. Nothing is ever
ticked that is not shown: what is ticked stays in sight, whatever was searched for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from shared.oauth.choices import Choice
from shared.oauth.forms import QUIET, asking, titled
from shared.oauth.html import page
from shared.oauth.pages import Asker
from shared.tongue.saying import kept, say, say_of
from shared.tongue.sentences import retold
from shared.vocabulary.access import Account
from shared.vocabulary.platform import Platform

MANY = 12  # from so many accounts on there is a search
LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class Picks:
    """What a person sent. `looks_only`: they searched or ticked by a button; nothing is to be connected yet."""

    accounts: Sequence[Account] = ()
    search: str = ""
    looks_only: bool = False


def read(choice: Choice, form: Mapping[str, str]) -> Picks:
    accounts = [
        account for number, account in enumerate(choice.accounts) if not account.closed and form.get(pick_name(number))
    ]
    search = "" if form.get("show") == "all" else " ".join(form.get("search", "").split())[:LONGEST_SEARCH]
    if form.get("tick") == "all":
        found = [account for account in choice.accounts if not account.closed and _fits(account, search)]
        accounts += [account for account in found if account not in accounts]
    elif form.get("tick") == "none":
        accounts = []
    return Picks(accounts, search, bool(form.get("show") or form.get("tick")))


def choose(who: Asker, platform: Platform, choice: Choice, picks: Picks | None = None, wrong: str = "") -> Markup:
    """Every account that the login sees. Those that cannot be read say why; the others can be ticked.

    Nothing is ticked beforehand. Such a login often sees the accounts of several clients, and one press must not put
    them all into one client's data; so the question names whose data it will be.
    """
    picks = picks or Picks()
    ticked = {account.id for account in picks.accounts}
    shown = [
        (number, account)
        for number, account in enumerate(choice.accounts)
        if account.id in ticked or _fits(account, picks.search)
    ]
    lines = [_line(number, account, account.id in ticked) for number, account in shown]
    one, whose = choice.most == 1, who.whose
    form = Markup(
        '<form method="post">{}{}{}<fieldset{}><legend>{}</legend><ul class="picks" role="list">{}</ul></fieldset>\n'
        '<button class="button">{}</button></form>'
    ).format(
        _search(choice, picks),
        _all_or_none(choice, [account for _, account in shown]),
        _count(choice, picks, len(shown)),
        Markup(' aria-describedby="wrong"') if wrong else "",
        say("Accounts"),
        Markup("").join(lines),
        say("Connect this account") if one else say("Connect the ticked accounts"),
    )
    return page(
        who.house,
        f"{titled(say('Choose accounts at %(platform)s', platform=platform.title), wrong)} · {who.agency}",
        who.header,
        Markup("<h1>{}</h1>").format(
            say("Which account belongs to %(client)s?", client=whose)
            if one
            else say("Which accounts belong to %(client)s?", client=whose)
        ),
        Markup('<p class="lead">{}</p>').format(_lead(who, platform, choice)),
        Markup('<p class="note warn" id="wrong" role="alert">{}</p>').format(wrong) if wrong else Markup(""),
        form,
        Markup('<p class="small">{}</p>').format(say("Nothing is connected until you press the button.")),
        foot=asking(who, say("Please finish within half an hour.")),
    )


TICK_ONE = kept("Tick the one that belongs to %(client)s; %(agency)s will read it. The others are not read.")
TICK_OWN = kept("Tick the one that belongs to %(client)s, which will read it. The others are not read.")
TICK_SOME = kept("Tick only those that belong to %(client)s; %(agency)s will read them. The others are not read.")
TICK_OWN_SOME = kept("Tick only those that belong to %(client)s, which will read them. The others are not read.")


def _lead(who: Asker, platform: Platform, choice: Choice) -> str:
    told_of = [
        say_of(
            "Your login at %(platform)s sees %(count)s account.",
            "Your login at %(platform)s sees %(count)s accounts.",
            choice.seen,
            platform=platform.title,
        )
    ]
    if choice.seen > len(choice.accounts):
        told_of.append(say("The first %(count)s of them are shown.", count=len(choice.accounts)))
    of_agency = (TICK_OWN, TICK_OWN_SOME) if who.whose == who.agency else (TICK_ONE, TICK_SOME)
    told_of.append(say(of_agency[choice.most != 1], client=who.whose, agency=who.agency))
    return " ".join(told_of)


def pick_name(number: int) -> str:
    return f"pick-{number}"


def _fits(account: Account, search: str) -> bool:
    """Each word stands somewhere in what is shown of it."""
    text = " ".join((account.title, *_facts(account))).casefold()
    return all(word in text for word in search.casefold().split())


def _facts(account: Account) -> list[str]:
    return [fact for fact in (account.id, account.currency, account.zone.replace("_", " ")) if fact]


def _search(choice: Choice, picks: Picks) -> Markup:
    """Its button is the first of the form: that is the one that Enter presses."""
    if len(choice.accounts) < MANY:
        return Markup('<button class="first" tabindex="-1" aria-hidden="true">{}</button>\n').format(say("Connect"))
    again = Markup('<button class="tool" name="show" value="all">{}</button>').format(say("Show all"))
    return Markup(
        '<div class="tools" role="search"><label for="search">{}</label>'
        '<input id="search" name="search" type="search" {} maxlength="{}" value="{}"{}>'
        '<button class="tool" name="show" value="found">{}</button>{}</div>\n'
    ).format(
        say("Search by name, number or currency"),
        QUIET,
        LONGEST_SEARCH,
        picks.search,
        Markup(" autofocus") if picks.search else "",
        say("Search"),
        again if picks.search else "",
    )


def _all_or_none(choice: Choice, shown: Sequence[Account]) -> Markup:
    open_ones = sum(not account.closed for account in shown)
    if choice.most == 1:
        return Markup("")
    every = Markup('<button class="tool" name="tick" value="all">{}</button>').format(
        say("Tick all shown (%(count)s)", count=open_ones)
    )
    return Markup('<div class="tools">{}<button class="tool" name="tick" value="none">{}</button></div>\n').format(
        every if 1 < open_ones <= choice.most else "", say("Tick none")
    )


def _count(choice: Choice, picks: Picks, shown: int) -> Markup:
    if not picks.looks_only and not picks.search:
        return Markup("")
    ticked = len(picks.accounts)
    said = say("%(shown)s of %(all)s accounts are shown", shown=shown, all=len(choice.accounts))
    if not shown:
        said = say("No account is found")
    if picks.search:
        said = say("%(said)s for “%(search)s”", said=said, search=picks.search)
    return Markup('<p class="count" role="status">{}; {}.</p>\n').format(
        said, say("%(count)s ticked", count=ticked) if ticked else say("none is ticked")
    )


def _line(number: int, account: Account, ticked: bool) -> Markup:
    name = pick_name(number)
    state = " disabled" if account.closed else " checked" if ticked else ""
    return Markup(
        '<li{closed}><input type="checkbox" id="{name}" name="{name}" value="yes"{state}>'
        '<label for="{name}"><b>{title}</b><span>{facts}</span>{why}</label></li>'
    ).format(
        closed=Markup(' class="closed"') if account.closed else "",
        name=name,
        state=Markup(state),  # noqa: S704  (one of three texts of ours)
        title=account.title or account.id,
        facts=" · ".join(_facts(account)),
        why=Markup("<span>{}</span>").format(say("Cannot be chosen: %(why)s", why=retold(account.closed)))
        if account.closed
        else "",
    )
