"""seal_audit: once a minute, what people and programs did since is sealed; once a day, the chain of seals is walked,
what opens feeds is held against keys and roles, and letters of which nobody was told are told once more."""

from __future__ import annotations

import flask
import functions_framework

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
people, clock = FirestoreDocuments.of_people(settings), SystemClock()
sealer = Sealer(people, clock)
reminder = Reminder(people, PubSubBus(settings), clock)
projector = Projector(people, FirestoreDocuments.of_feeds(settings), clock, word_of(people))


def seal(delivery: Delivery) -> None:
    decode(delivery.data, AuditDue)
    sealer.seal()
    if sealer.busy:  # whoever invites somebody enters that as well
        reminder.remind()
    projector.daily()


edge = Edge({AuditDue.topic: seal}, people, clock, PushVerifier(settings))


@functions_framework.http
def main(request: flask.Request) -> Answer:
    return edge.receive(request)
