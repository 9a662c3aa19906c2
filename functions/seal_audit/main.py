"""seal_audit: once a minute, what people and programs did since is sealed; once a day, the chain of seals is walked,
what opens feeds is held against keys and roles. Letters of which nobody was told are told once more, and so is whatever
else is to go out at a time."""

from __future__ import annotations

import flask
import functions_framework

from shared.alarms.watch import Watchman
from shared.audit.sealing import Sealer
from shared.clock import SystemClock
from shared.edge import Answer, Delivery, Edge, PushVerifier
from shared.feeds.projecting import Projector
from shared.letters.reminding import Reminder
from shared.messages import AuditDue, decode
from shared.people.roles import word_of
from shared.settings import load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.pubsub import PubSubBus

settings = load("push_audience", "push_identity")
people, bus, clock = FirestoreDocuments.of_people(settings), PubSubBus(settings), SystemClock()
sealer = Sealer(people, clock)
reminder, watchman = Reminder(people, bus, clock), Watchman(people, bus, clock)
projector = Projector(people, FirestoreDocuments.of_feeds(settings), clock, word_of(people))


def seal(delivery: Delivery) -> None:
    decode(delivery.data, AuditDue)
    sealer.seal()
    if sealer.busy or watchman.is_due():  # whoever invites somebody, or makes a webhook, enters that as well
        reminder.remind()
        watchman.look()
    projector.daily()


edge = Edge({AuditDue.topic: seal}, people, clock, PushVerifier(settings))


@functions_framework.http
def main(request: flask.Request) -> Answer:
    return edge.receive(request)
