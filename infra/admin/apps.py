"""`app check`: whether a platform knows our app as it should, before a client finds out that it does not."""

from __future__ import annotations

import argparse

from infra.admin import output
from infra.admin.group import Group
from infra.admin.target import UsageError
from infra.apps.checking import Checker
from infra.apps.findings import NOT_WELL, Finding
from infra.apps.google import signed_in
from shared.http import Http
from shared.oauth import form_fields
from shared.platforms import PLATFORMS
from shared.stores.installation import Stores
from shared.vocabulary.platform import Platform


def add(group: Group) -> None:
    inner = group.group("app")
    check = inner.command(
        "check",
        _check,
        "look whether a platform knows our app, as far as that can be told; exit code 1 if something is not well",
        "Looks at the app's secret, at the redirect address, and at what the platform says to them. Nobody has to "
        "consent, and neither id nor secret is shown. What only a real connection or the platform's own pages can "
        "tell is said to be not told.",
    )
    check.add_argument("platform", choices=sorted(PLATFORMS))
    check.add_argument(
        "--ask",
        action="append",
        default=[],
        metavar="NAME=TEXT",
        help="what a client would be asked for before, such as shop=my-shop; may be given several times",
    )


def _check(stores: Stores, args: argparse.Namespace) -> int:
    platform = PLATFORMS[args.platform]
    checker = Checker(stores.settings, stores.vault, http(stores), stores.clock, signed_in)
    found = list(checker.of(platform, _given(platform, args.ask)))
    output.say(output.json(found) if args.json else as_text(platform, found))
    return 1 if any(each.state == NOT_WELL for each in found) else 0


def http(stores: Stores) -> Http:
    return Http(stores.settings.origins)


def _given(platform: Platform, pairs: list[str]) -> dict[str, str]:
    asks = platform.oauth.asks if platform.oauth else ()
    given = {name: text for name, _, text in (pair.partition("=") for pair in pairs)}
    if unknown := given.keys() - {asked.name for asked in asks}:
        known = " or ".join(asked.name for asked in asks) or "nothing"
        raise UsageError(f"{platform.title} asks a client for {known}, not for {min(unknown)}.")
    wrong = form_fields.read(
        platform, asks, {form_fields.form_name(asked): given.get(asked.name, "") for asked in asks}
    ).wrong
    for asked in asks:
        if asked.name in given and asked.name in wrong:
            choices = f" It is one of: {', '.join(asked.choices)}." if asked.choices else f" {asked.hint}"
            raise UsageError(f"{asked.label}: {wrong[asked.name]}{choices}")
    return given


def as_text(platform: Platform, found: list[Finding]) -> str:
    lines = [f"The app at {platform.title}:"]
    for each in output.plain(found):
        lines.append(f"  {each.state:8}  {each.what}: {each.seen}")
        if each.do:
            lines.append(f"            Do: {each.do}")
    return "\n".join(lines)
