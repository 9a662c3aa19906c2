"""What becomes of webhooks: made, given another key, ended, tried. API, console and command line do it by these.

Whoever makes one writes its secrets and cannot read any; only `send_letter` does. The secret comes before the document,
so that no webhook is without one. One whose document never came opens nothing, since nobody is told there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

from shared.audit.entry import Origin, text
from shared.audit.record import record_in
from shared.clock import Clock
from shared.errors import Configure
from shared.hooks import delivering, hook, signing
from shared.hooks.delivery import Delivery, delivery_path, of_hook
from shared.hooks.hook import TOLD, Event, Hook, Shape, hook_path
from shared.messages import LetterWanted
from shared.model import from_doc, names_one, to_doc
from shared.secret import Secret
from shared.stores.ports import Bus, Documents, Transaction, Vault
from shared.strangers.addresses import is_callable

LONGEST_NAME = 100
LABELS = {"tributary": "webhook"}
HOSTS = {Shape.SLACK: "hooks.slack.com", Shape.CHAT: "chat.googleapis.com"}


class HookRefused(Configure):
    """This is not done to a webhook; the sentence says why."""


@dataclass(frozen=True)
class Hooks:
    people: Documents
    vault: Vault
    bus: Bus
    clock: Clock

    def make(
        self,
        by: Origin,
        workspace: str,
        name: str,
        address: str,
        shape: Shape = Shape.STANDARD,
        events: Sequence[Event] = TOLD,
    ) -> tuple[Secret | None, Hook]:
        """A new one with the key that signs, shown this one time; those of Slack and Google Chat are not signed."""
        if not is_callable(address):
            raise HookRefused("bad-address", "A webhook has an https address with a name that everybody can reach.")
        host = urlsplit(address).netloc
        if HOSTS.get(shape, host) != host:
            raise HookRefused("bad-address", f"An address of this shape begins with https://{HOSTS[shape]}/.")
        wanted = [each for each in TOLD if each in events]
        if not wanted or len(wanted) < len(set(events)):
            raise HookRefused("bad-events", f"A webhook is told of one or more of {', '.join(TOLD)}.")
        if len([each for each in hook.of_workspace(self.people, workspace) if each.is_open]) >= hook.MOST:
            raise HookRefused("too-many", f"A workspace has {hook.MOST} webhooks at most; end one first.")
        now = self.clock.now()
        made = Hook(hook.new_id(), workspace, text(name)[:LONGEST_NAME], host, shape, list(map(str, wanted)), now)
        key = signing.new_key() if shape is Shape.STANDARD else None
        self.vault.add(hook.address_name(made.id), address.encode(), LABELS)
        if key is not None:
            made = self._with_key(made, key)

        def write(tx: Transaction) -> None:
            tx.create(hook_path(made.id), to_doc(made))
            record_in(tx, by.entry(now, "webhook.made", hook_path(made.id), workspace, host=host, shape=shape))

        self.people.transact(write)
        return key, made

    def rotate(self, by: Origin, name: str, overlap: timedelta = hook.OVERLAP) -> tuple[Secret, Hook]:
        """Another key. Both sign for the overlap, so that receivers can change theirs meanwhile."""
        known = self.get(name)
        if known.shape is not Shape.STANDARD:
            raise HookRefused("not-signed", "Only webhooks of the standard shape are signed.")
        if not timedelta() <= overlap <= timedelta(days=30):
            raise HookRefused("bad-overlap", "Two keys sign for 30 days at most.")
        key, now = signing.new_key(), self.clock.now()
        ends = now + overlap
        self.vault.add(hook.key_name(known.id, known.made + 1), key.reveal().encode(), LABELS)

        def write(tx: Transaction) -> Hook:
            found = from_doc(Hook, tx.get(hook_path(name)) or {})
            if not found.is_open or found.made != known.made:
                raise HookRefused("not-as-it-stood", "Somebody has ended it, or given it another key, just now.")
            before = [{**each, "until": min(each["until"] or ends, ends)} for each in found.keys]
            added = {"name": hook.key_name(found.id, found.made + 1), "until": None}
            changed = replace(found, keys=[added, *before], made=found.made + 1)
            tx.set(hook_path(name), to_doc(changed))
            record_in(tx, by.entry(now, "webhook.rotated", hook_path(name), found.workspace))
            return changed

        return key, self.people.transact(write)

    def end(self, by: Origin, name: str) -> Hook:
        """Nothing is told any more. Done twice it changes nothing. Its secrets go with the next round."""
        self.get(name)
        now = self.clock.now()

        def write(tx: Transaction) -> Hook:
            doc = tx.get(hook_path(name))
            if doc is None:
                raise _no_such()
            found = from_doc(Hook, doc)
            if not found.is_open:
                return found
            tx.update(hook_path(name), {"ended_at": now})
            record_in(tx, by.entry(now, "webhook.ended", hook_path(name), found.workspace))
            return replace(found, ended_at=now)

        return self.people.transact(write)

    def test(self, by: Origin, name: str, once: str) -> Delivery:
        """Tell it something that means nothing. The same `once` is told once."""
        found, now = self.get(name), self.clock.now()
        said = {"workspace": found.workspace, "webhook": found.id}
        made = of_hook(found, Event.TEST, now, "Tributary tries whether this webhook works.", said, "test", once)

        def write(tx: Transaction) -> Delivery:
            there = tx.get(delivery_path(made.id))
            if there is not None:
                return from_doc(Delivery, there)
            tx.set(delivery_path(made.id), to_doc(made))
            record_in(tx, by.entry(now, "webhook.tried", hook_path(name), found.workspace))
            return made

        written = self.people.transact(write)
        self.bus.publish(LetterWanted(made.id))
        return written

    def again(self, by: Origin, delivery: Delivery) -> Delivery:
        """Once more, under the id that it had."""
        if not self.get(delivery.webhook).is_open:
            raise HookRefused("webhook-over", "This webhook has ended.")
        now = self.clock.now()
        entry = by.entry(now, "webhook.sent-again", delivery_path(delivery.id), delivery.workspace)
        asked = delivering.again(self.people, delivery.id, now, entry)
        if asked is None:
            raise HookRefused("under-way", "It is being handed over just now.")
        self.bus.publish(LetterWanted(delivery.id))
        return asked

    def get(self, name: str) -> Hook:
        found = hook.get(self.people, name) if names_one(name) else None
        if found is None:
            raise _no_such()
        return found

    def _with_key(self, made: Hook, key: Secret) -> Hook:
        name = hook.key_name(made.id, made.made + 1)
        self.vault.add(name, key.reveal().encode(), LABELS)
        return replace(made, keys=[{"name": name, "until": None}, *made.keys], made=made.made + 1)


def _no_such() -> HookRefused:
    return HookRefused("no-such-webhook", "There is no such webhook.")
