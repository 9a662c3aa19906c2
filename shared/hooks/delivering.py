"""Hands deliveries over. That one is being handed over is written before; waiting is a document, and never a sleep.

An address may have taken what it did not answer to, so it may be told twice; the id is the same then. After three days
of pauses that grow it is given up, and the webhook counts as silent until it takes something again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from shared import log
from shared.audit.entry import Entry
from shared.audit.record import record_in
from shared.clock import Clock
from shared.errors import Later
from shared.hooks import signing
from shared.hooks.delivery import SHOWN, Delivery, delivery_path
from shared.hooks.hook import Hook, address_name, hook_path
from shared.model import from_doc, to_doc
from shared.secret import Secret
from shared.states import DeliveryState
from shared.stores.ports import Doc, Documents, Transaction, Vault
from shared.strangers.fetched import Fetched, NotFetched

LEASE = timedelta(minutes=2)  # longer than a call may take
# Between tries, three days and a few hours together.
PAUSES = tuple(timedelta(minutes=each) for each in (1, 5, 30, 120, 300, 600, 840, 1200, 1440))
GONE = 410  # whoever is there wants nothing any more


class Poster(Protocol):
    def post(self, address: str, body: bytes, headers: Mapping[str, str]) -> Fetched: ...


@dataclass(frozen=True)
class Deliverer:
    documents: Documents  # the database of people
    vault: Vault
    poster: Poster
    clock: Clock

    def handle(self, name: str) -> None:
        """Hand it over, unless that was done or is not due. Raises Later while somebody else is at it."""
        taken = self.documents.transact(lambda tx: self._take(tx, name))
        if taken is None:
            return
        delivery, hook = taken
        status, sentence = self._handed_over(delivery, hook)
        self.documents.transact(lambda tx: self._end(tx, delivery, status, sentence))

    def _take(self, tx: Transaction, name: str) -> tuple[Delivery, Hook] | None:
        doc, now = tx.get(delivery_path(name)), self.clock.now()
        if doc is None:
            return None
        delivery = from_doc(Delivery, doc)
        hook_doc = tx.get(hook_path(delivery.webhook))
        if delivery.state is DeliveryState.SENDING:
            if delivery.lease_until is not None and now < delivery.lease_until:
                raise Later("being-sent", "Somebody is handing this over just now.")
        elif delivery.state is not DeliveryState.WAITING or delivery.look_at is None or now < delivery.look_at:
            return None
        hook = None if hook_doc is None else from_doc(Hook, hook_doc)
        if hook is None or not hook.is_open:
            given_up = replace(delivery, state=DeliveryState.GIVEN_UP, look_at=None, lease_until=None)
            tx.set(delivery_path(name), to_doc(_logged(given_up, now, 0, "The webhook has ended.")))
            return None
        taken = replace(
            delivery,
            state=DeliveryState.SENDING,
            lease_until=now + LEASE,
            look_at=now + LEASE,  # whoever is killed over it is looked after
            fence=delivery.fence + 1,
            tries=delivery.tries + 1,
        )
        tx.set(delivery_path(name), to_doc(taken))
        return taken, hook

    def _handed_over(self, delivery: Delivery, hook: Hook) -> tuple[int, str]:
        """What the address answered, or why it did not. Nothing that it says is kept."""
        now = self.clock.now()
        address = self.vault.read(address_name(hook.id))
        good = [key for key in hook.keys if key["until"] is None or now < key["until"]]
        keys = [found[1] for found in map(self.vault.read, (key["name"] for key in good)) if found is not None]
        if address is None or (hook.keys and not keys):
            return 0, "What opens this webhook is not kept any more; make it anew."
        body = delivery.body.encode()
        signed = signing.headers([Secret(key.decode()) for key in keys], delivery.id, now, body) if keys else {}
        try:
            answer = self.poster.post(address[1].decode(), body, {"content-type": "application/json", **signed})
        except NotFetched as reason:
            return 0, reason.sentence
        if 200 <= answer.status < 300:
            return answer.status, ""
        return answer.status, f"It answered {answer.status}."

    def _end(self, tx: Transaction, tried: Delivery, status: int, sentence: str) -> None:
        doc, hook_doc = tx.get_many([delivery_path(tried.id), hook_path(tried.webhook)])
        if doc is None or (doc["fence"], doc["state"]) != (tried.fence, DeliveryState.SENDING):
            return  # somebody else has taken it meanwhile
        now = self.clock.now()
        logged = replace(_logged(tried, now, status, sentence), lease_until=None)
        hook = None if hook_doc is None else from_doc(Hook, hook_doc)
        if not sentence:
            ended = replace(logged, state=DeliveryState.DELIVERED, look_at=None)
            heard: Doc = {"silent_since": None} if hook is not None and hook.silent_since is not None else {}
        elif status == GONE or tried.tries > len(PAUSES):
            ended = replace(logged, state=DeliveryState.GIVEN_UP, look_at=None)
            heard = {"silent_since": now} if hook is not None and hook.silent_since is None else {}
            if status == GONE and hook is not None and hook.is_open:
                heard |= {"ended_at": now, "why": "It answered that it is gone (410)."}
        else:
            ended = replace(logged, state=DeliveryState.WAITING, look_at=now + PAUSES[tried.tries - 1])
            heard = {}
        tx.set(delivery_path(tried.id), to_doc(ended))
        if hook is not None and heard:
            tx.update(hook_path(hook.id), heard)
        told = log.info if ended.state is DeliveryState.DELIVERED else log.warning
        told("webhook told", delivery=tried.id, webhook=tried.webhook, status=status, state=str(ended.state))


def again(documents: Documents, delivery: str, now: datetime, entry: Entry) -> Delivery | None:
    """To be handed over once more, whatever became of it; None: it is under way, or not there."""

    def work(tx: Transaction) -> Delivery | None:
        doc = tx.get(delivery_path(delivery))
        if doc is None or doc["state"] == DeliveryState.SENDING:
            return None
        asked = replace(from_doc(Delivery, doc), state=DeliveryState.WAITING, look_at=now, tries=0)
        tx.set(delivery_path(delivery), to_doc(asked))
        record_in(tx, entry)
        return asked

    return documents.transact(work)


def _logged(delivery: Delivery, at: datetime, status: int, sentence: str) -> Delivery:
    return replace(delivery, log=[*delivery.log, {"at": at, "status": status, "sentence": sentence}][-SHOWN:])
