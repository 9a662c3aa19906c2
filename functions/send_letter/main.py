"""send_letter: a letter that is wanted goes out by mail, if it is for somebody."""

from __future__ import annotations

import flask
import functions_framework

from shared.clock import SystemClock
from shared.edge import Answer, Delivery, Edge, PushVerifier
from shared.letters.account import MailAccount
from shared.letters.sending import Sender
from shared.messages import LetterWanted, decode
from shared.people.mail_links import Recipients
from shared.people.persons import address
from shared.settings import load
from shared.stores.firestore import FirestoreDocuments
from shared.stores.secret_manager import SecretManagerVault

settings = load("push_audience", "push_identity")
documents, clock = FirestoreDocuments(settings), SystemClock()
people = FirestoreDocuments.of_people(settings)
sender = Sender(
    people,
    MailAccount(settings, SecretManagerVault(settings)),
    clock,
    settings.agency or "Tributary",
    settings.smtp_from,
    Recipients(people, clock, address(settings.first_owner)).decide,
)


def send(delivery: Delivery) -> None:
    sender.handle(decode(delivery.data, LetterWanted))


edge = Edge({LetterWanted.topic: send}, documents, clock, PushVerifier(settings))


@functions_framework.http
def main(request: flask.Request) -> Answer:
    return edge.receive(request)
