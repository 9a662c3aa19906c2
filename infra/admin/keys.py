"""`key create`, `list`, `rotate`, `adopt`, `revoke` and `renew-secret`: what programs come in by."""

from __future__ import annotations

import argparse
import getpass
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from infra.admin import output
from infra.admin.command import number, workspace_of
from infra.admin.group import Group
from infra.admin.target import UsageError
from shared.audit.entry import Origin, Outcome
from shared.audit.record import record
from shared.errors import Configure, Later
from shared.feeds.projecting import Projector
from shared.keys.digests import Digests
from shared.keys.key import LONGEST, Key
from shared.keys.keyring import LONGEST_OVERLAP, OVERLAP, Keyring
from shared.keys.scopes import OPERATOR, for_kind
from shared.keys.texts import KEYS, Kind
from shared.people.roles import word_of
from shared.secret import Secret
from shared.stores.installation import Stores

T = TypeVar("T")
ONCE = "Shown this one time, and kept nowhere: hand it over by a way that keeps no copy."


def add(group: Group) -> None:
    inner = group.group("key")
    create = inner.command(
        "create",
        _create,
        "make a key for a program",
        "Makes a key, and shows it this one time. It belongs to the installation, not to a person: nobody's leaving "
        "pauses it. Keys of persons are made by them, and may what they may.",
    )
    create.add_argument("workspace")
    create.add_argument("name", help="what it is for")
    create.add_argument("--kind", choices=sorted(KEYS), default=Kind.API.value, help="for the API, a feed or an agent")
    create.add_argument("--scope", action="append", default=[], help="what it may; more than once; else data:read")
    create.add_argument("--feed", default="", help="the feed that a feed's key opens")
    create.add_argument("--days", type=number(1, LONGEST.days), default=90, help="how long it is good")
    listed = inner.command("list", _list, "the keys of a workspace, the newest first")
    listed.add_argument("workspace")
    rotate = inner.command(
        "rotate",
        _rotate,
        "make a successor; both work for a while",
        "Makes a key with the same power and as long a life. The old one works on for the overlap, and says in its "
        "answers when it ends (Sunset).",
    )
    rotate.add_argument("key", help="its id, such as api_0a1B2c3D")
    rotate.add_argument(
        "--overlap", type=number(0, LONGEST_OVERLAP.days), default=OVERLAP.days, metavar="DAYS", help="both work"
    )
    adopt = inner.command("adopt", _adopt, "take over a key whose maker has left")
    adopt.add_argument("key", help="its id")
    revoke = inner.command("revoke", _revoke, "end a key at once, with every token it was traded for")
    revoke.add_argument("key", help="its id")
    inner.command(
        "renew-secret",
        _renew_secret,
        "change what keys are digested with",
        "From now on keys and tokens are digested with a new secret. Nobody's key changes: those there are go on, and "
        "are digested anew when they are used.",
    )


def by_operator() -> Origin:
    """Whoever runs the command, as the audit log names them."""
    return Origin(who=f"operator:{getpass.getuser()}", route="command line")


def keyring(stores: Stores) -> Keyring:
    digests = Digests(stores.people, stores.vault, stores.clock, stores.settings.keys_secret)
    return Keyring(stores.people, digests, stores.clock, lambda person, workspace: None)


def _shown(stores: Stores, key: Key) -> None:
    """What became of a feed's key is felt at the feed's door at once."""
    if key.feed:
        Projector(stores.people, stores.feeds, stores.clock, word_of(stores.people)).project(key.feed)


def _create(stores: Stores, args: argparse.Namespace) -> int:
    workspace_of(stores, args.workspace)
    kind = Kind(args.kind)
    scopes = args.scope or [for_kind(kind)[0]]
    lifetime = timedelta(days=args.days)

    def make() -> tuple[Secret, Key]:
        return keyring(stores).make(
            by_operator(), OPERATOR, kind, args.workspace, args.name, scopes, lifetime, args.feed
        )

    made = done(make)
    _shown(stores, made[1])
    return _given(made, args.json)


def _rotate(stores: Stores, args: argparse.Namespace) -> int:
    made = done(lambda: keyring(stores).replace(by_operator(), args.key, timedelta(days=args.overlap)))
    _shown(stores, made[1])
    return _given(made, args.json)


def _given(made: tuple[Secret, Key], as_json: bool) -> int:
    secret, key = made
    if as_json:
        output.say(output.json({"id": key.id, "key": secret.reveal(), "expires_at": key.expires_at}))
        return 0
    output.say(secret.reveal())
    output.say(f"{key.id}: {' '.join(key.scopes)} in {key.workspace}, until {output.moment(key.expires_at)}. {ONCE}")
    return 0


def _list(stores: Stores, args: argparse.Namespace) -> int:
    workspace_of(stores, args.workspace)
    now = stores.clock.now()
    rows = [
        {
            "key": key.id,
            "name": key.name,
            "state": str(key.state(now)),
            "scopes": " ".join(key.scopes),
            "maker": key.maker,
            "until": key.sets_at or key.expires_at,
            "last used": key.used_on,
            "from": key.used_network,
            "by": key.used_agent,
        }
        for key in keyring(stores).of_workspace(args.workspace)
    ]
    output.rows(rows, args.json)
    return 0


def _adopt(stores: Stores, args: argparse.Namespace) -> int:
    key = done(lambda: keyring(stores).adopt(by_operator(), args.key, OPERATOR))
    _shown(stores, key)
    output.say(f"{key.id} belongs to the installation now.")
    return 0


def _revoke(stores: Stores, args: argparse.Namespace) -> int:
    key = done(lambda: keyring(stores).revoke(by_operator(), args.key))
    _shown(stores, key)
    output.say(f"{key.id} opens nothing any more.")
    return 0


def _renew_secret(stores: Stores, args: argparse.Namespace) -> int:
    ring, by = keyring(stores), by_operator()
    in_use = {doc["digest_by"] for _, doc in stores.people.each("keys")}
    for _, doc in stores.people.each("families"):
        in_use |= {each["by"] for each in (*doc["tokens"], doc["renewal"], *doc["spent"])}

    def tell(outcome: Outcome) -> None:
        entry = by.entry(stores.clock.now(), "key.secret.renewed", stores.settings.keys_secret, outcome=outcome)
        record(stores.people, entry)

    tell(Outcome.BEGUN)
    try:
        newest = done(lambda: ring.digests.renew(in_use))
    except BaseException:
        tell(Outcome.FAILED)
        raise
    tell(Outcome.DONE)
    output.say(f"Keys are digested with number {newest} from now on.")
    return 0


def done(act: Callable[[], T]) -> T:
    try:
        return act()
    except (Configure, Later) as refusal:
        raise UsageError(refusal.sentence) from None
