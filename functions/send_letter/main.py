"""send_letter: what is to go out does: letters by mail, what webhooks are told, and alarms by both."""

from __future__ import annotations

import flask
import functions_framework

from shared.alarms.outgoing import Outgoing
from shared.alarms.rounds import Rounds
from shared.clock import SystemClock
from shared.edge import Answer, Delivery, Edge, PushVerifier
from shared.hooks.delivering import Deliverer
from shared.letters.account import MailAccount
from shared.letters.sending import Sender
from shared.managing.office import Office
from shared.messages import LetterWanted, decode
from shared.people.mail_links import Recipients
from shared.people.persons import address
from shared.settings import load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.pubsub import PubSubBus
from shared.stores.secret_manager import SecretManagerVault
from shared.strangers.fetching import Fetcher

settings = load("push_audience", "push_identity")
documents, clock = FirestoreDocuments(settings), SystemClock()
people, vault = FirestoreDocuments.of_people(settings), SecretManagerVault(settings)
sender = Sender(
    people,
    MailAccount(settings, vault),
    clock,
    settings.agency or "Tributary",
    settings.smtp_from,
    Recipients(people, clock, address(settings.first_owner)).decide,
)
office = Office(people, documents, PubSubBus(settings), clock)
outgoing = Outgoing(
    sender,
    Deliverer(people, vault, Fetcher(), clock),
    Rounds(office, vault, settings.start_url, settings.console_url),
)


def send(delivery: Delivery) -> None:
    outgoing.handle(decode(delivery.data, LetterWanted))


edge = Edge({LetterWanted.topic: send}, documents, clock, PushVerifier(settings))


@functions_framework.http
def main(request: flask.Request) -> Answer:
    return edge.receive(request)
