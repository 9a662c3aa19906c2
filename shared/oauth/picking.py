"""The page on which a person picks among the accounts that a login sees, and what they sent of it.

Whoever sees many can search and tick all that is shown; both send the form, so they need no script. Nothing is ever
ticked that is not shown: what is ticked stays in sight, whatever was searched for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from shared.oauth.choices import Choice
from shared.oauth.forms import QUIET, questions
from shared.oauth.html import page
from shared.oauth.pages import Asker
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
    lead = (
        f"Your login at {platform.title} sees {choice.seen} accounts. "
        + (f"The first {len(choice.accounts)} of them are shown. " if choice.seen > len(choice.accounts) else "")
        + (f"Tick the one that belongs to {whose}" if one else f"Tick only those that belong to {whose}")
        + (f"; {who.agency} will read " if whose != who.agency else ", which will read ")
        + ("it" if one else "them")
        + ". The others are not read."
    )
    form = Markup(
        '<form method="post">{}{}{}<fieldset{}><legend>{}</legend><ul class="picks" role="list">{}</ul></fieldset>\n'
        '<button class="button">{}</button></form>'
    ).format(
        _search(choice, picks),
        _all_or_none(choice, [account for _, account in shown]),
        _count(choice, picks, len(shown)),
        Markup(' aria-describedby="wrong"') if wrong else "",
        "Accounts",
        Markup("").join(lines),
        "Connect this account" if one else "Connect the ticked accounts",
    )
    return page(
        who.house,
        f"{'Error: ' if wrong else ''}Choose accounts at {platform.title} · {who.agency}",
        who.header,
        Markup("<h1>Which account{} to {}?</h1>").format(" belongs" if one else "s belong", whose),
        Markup('<p class="lead">{}</p>').format(lead),
        Markup('<p class="note warn" id="wrong" role="alert">{}</p>').format(wrong) if wrong else Markup(""),
        form,
        Markup('<p class="small">Nothing is connected until you press the button.</p>'),
        foot=questions(who, "Please finish within half an hour. "),
    )


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
        return Markup('<button class="first" tabindex="-1" aria-hidden="true">Connect</button>\n')
    again = '<button class="tool" name="show" value="all">Show all</button>' if picks.search else ""
    return Markup(
        '<div class="tools" role="search"><label for="search">Search by name, number or currency</label>'
        '<input id="search" name="search" type="search" {} maxlength="{}" value="{}"{}>'
        '<button class="tool" name="show" value="found">Search</button>{}</div>\n'
    ).format(
        QUIET,
        LONGEST_SEARCH,
        picks.search,
        Markup(" autofocus") if picks.search else "",
        Markup(again),  # noqa: S704  (one of two texts of ours)
    )


def _all_or_none(choice: Choice, shown: Sequence[Account]) -> Markup:
    open_ones = sum(not account.closed for account in shown)
    if choice.most == 1:
        return Markup("")
    every = Markup('<button class="tool" name="tick" value="all">Tick all shown ({})</button>').format(open_ones)
    return Markup(
        '<div class="tools">{}<button class="tool" name="tick" value="none">Tick none</button></div>\n'
    ).format(every if 1 < open_ones <= choice.most else "")


def _count(choice: Choice, picks: Picks, shown: int) -> Markup:
    if not picks.looks_only and not picks.search:
        return Markup("")
    ticked = len(picks.accounts)
    return Markup('<p class="count" role="status">{}{}{}.</p>\n').format(
        f"{shown} of {len(choice.accounts)} accounts are shown" if shown else "No account is found",
        f" for “{picks.search}”" if picks.search else "",
        f"; {ticked} ticked" if ticked else "; none is ticked",
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
        why=Markup("<span>Cannot be chosen: {}</span>").format(account.closed) if account.closed else "",
    )
