"""Letters handed to a real SMTP server: with TLS that is verified, and without a word too many."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import AuthResult

from infra.local.mailbox import Mailbox, link_in, text_of
from infra.local.processes import free_ports
from shared.errors import Configure, Later
from shared.letters.letter import Kind, Letter
from shared.letters.message import message
from shared.letters.smtp import Perhaps, Smtp, Undeliverable
from shared.secret import Secret
from tests.support.certificate import certificate_of

NOW = datetime(2026, 9, 1, 6, tzinfo=UTC)
FROM = "tributary@agency.example"


def letter(to: str = "client@customer.example", link: str = "https://console.example/sign-in/link#abc") -> Letter:
    return Letter("l-1", Kind.SIGN_IN, to, NOW, NOW, NOW, {"link": link})


def made(agency: str = "Agency", **more: str) -> EmailMessage:
    return message(letter(**more), agency, FROM, NOW)


@contextmanager
def server(handler: Any, **options: Any) -> Iterator[int]:
    (port,) = free_ports(1)
    controller = Controller(handler, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


def test_a_letter_arrives() -> None:
    mailbox = Mailbox()
    with server(mailbox) as port:
        Smtp("127.0.0.1", port, "none").send(made())
    (arrived,) = mailbox.letters("client@")
    assert arrived["Subject"] == "Sign in to Agency"
    assert arrived["From"] == f"Agency <{FROM}>"
    assert arrived["Message-ID"] == "<l-1@agency.example>"
    assert link_in(arrived) == "https://console.example/sign-in/link#abc"
    assert mailbox.letters("somebody@else") == []


@pytest.mark.parametrize("bye", ["421 Too many connections", "500 What", "250 OK"])
def test_whatever_a_server_says_at_parting_it_has_taken_the_letter(bye: str) -> None:
    class Rude(Mailbox):
        async def handle_QUIT(self, *_: Any) -> str:
            return bye

    mailbox = Rude()
    with server(mailbox) as port:
        Smtp("127.0.0.1", port, "none").send(made())
    assert len(mailbox.letters()) == 1


def test_a_sender_that_the_server_refuses_is_ours_to_mend_and_no_letter_is_given_up() -> None:
    class Strict(Mailbox):
        async def handle_MAIL(self, *_: Any) -> str:
            return "553 Sender address rejected"

    with server(Strict()) as port, pytest.raises(Configure):
        Smtp("127.0.0.1", port, "none").send(made())


def test_letters_are_read_on_a_page_and_their_words_are_words() -> None:
    mailbox = Mailbox()
    with server(mailbox) as port:
        Smtp("127.0.0.1", port, "none").send(made("<script>alert(1)</script>"))
    page = mailbox.app().test_client().get("/").get_data(as_text=True)
    assert "<script>" not in page
    assert '<a href="https://console.example/sign-in/link#abc">' in page


# -- TLS --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate_of("localhost", tmp_path_factory.mktemp("tls"))


def of_server(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_starttls_with_a_certificate_that_is_trusted(certificate: Path) -> None:
    mailbox = Mailbox()
    trusting = ssl.create_default_context(cafile=str(certificate))
    with server(mailbox, tls_context=of_server(certificate), require_starttls=True) as port:
        Smtp("localhost", port, "starttls", context=trusting).send(made())
    assert len(mailbox.letters()) == 1


@pytest.mark.parametrize("security", ["starttls"])
def test_a_certificate_that_nobody_trusts_gets_no_letter(certificate: Path, security: str) -> None:
    mailbox = Mailbox()
    with server(mailbox, tls_context=of_server(certificate)) as port, pytest.raises(Later):
        Smtp("localhost", port, security).send(made())
    assert mailbox.letters() == []


def test_a_certificate_of_another_host_gets_no_letter(certificate: Path) -> None:
    mailbox = Mailbox()
    trusting = ssl.create_default_context(cafile=str(certificate))
    with server(mailbox, tls_context=of_server(certificate)) as port, pytest.raises(Later):
        Smtp("127.0.0.1", port, "starttls", context=trusting).send(made())
    assert mailbox.letters() == []


def test_a_server_that_offers_no_tls_gets_no_letter_and_no_password() -> None:
    """Whoever sits between could take the offer away."""
    mailbox = Mailbox()
    with server(mailbox) as port, pytest.raises(Later):
        Smtp("127.0.0.1", port, "starttls", "name", Secret("password")).send(made())
    assert mailbox.letters() == []


def test_tls_from_the_start(certificate: Path) -> None:
    mailbox = Mailbox()
    trusting = ssl.create_default_context(cafile=str(certificate))
    with server(mailbox, ssl_context=of_server(certificate)) as port:
        with pytest.raises(Later):
            Smtp("localhost", port, "tls").send(made())
        Smtp("localhost", port, "tls", context=trusting).send(made())
    assert len(mailbox.letters()) == 1


def test_without_tls_letters_stay_on_this_machine() -> None:
    with pytest.raises(Configure, match="except on this machine"):
        Smtp("mail.example", 25, "none").send(made())


# -- what servers answer ---------------------------------------------------------------------------------------


class Answers:
    """A server that answers so at one step."""

    def __init__(self, step: str, answer: str) -> None:
        setattr(self, f"handle_{step}", self._answer)
        self.said = answer

    async def _answer(self, *_: Any) -> str:
        return self.said


@pytest.mark.parametrize(
    ("step", "answer", "kind"),
    [
        ("MAIL", "451 later", Later),
        ("RCPT", "450 busy", Later),
        ("RCPT", "550 no such user", Undeliverable),
        ("DATA", "452 full", Later),
        ("DATA", "554 spam", Undeliverable),
        ("MAIL", "530 sign in first", Later),
    ],
)
def test_what_a_server_answers(step: str, answer: str, kind: type[Exception]) -> None:
    with server(Answers(step, answer)) as port, pytest.raises(kind) as refusal:
        Smtp("127.0.0.1", port, "none").send(made())
    assert not isinstance(refusal.value, Perhaps)
    assert "client@customer.example" not in str(refusal.value)


class Dies(Mailbox):
    """Takes the letter and says nothing more."""

    async def handle_DATA(self, server: Server, session: Any, envelope: Any) -> str:
        await super().handle_DATA(server, session, envelope)
        server.transport.abort()  # type: ignore[union-attr]
        return "250 never heard"


def test_a_server_that_dies_over_a_letter_has_perhaps_taken_it() -> None:
    mailbox = Dies()
    with server(mailbox) as port, pytest.raises(Perhaps):
        Smtp("127.0.0.1", port, "none").send(made())
    assert len(mailbox.letters()) == 1


def test_a_server_that_is_not_there_is_a_matter_of_later() -> None:
    (port,) = free_ports(1)
    with pytest.raises(Later):
        Smtp("127.0.0.1", port, "none").send(made())


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_name_and_password_that_are_refused_are_for_the_agency_to_mend() -> None:
    def check(*_: Any) -> AuthResult:
        return AuthResult(success=False, handled=False)

    options = {"authenticator": check, "auth_require_tls": False, "auth_required": True}
    with server(Mailbox(), **options) as port, pytest.raises(Configure):
        Smtp("127.0.0.1", port, "none", "name", Secret("wrong")).send(made())


# -- headers -----------------------------------------------------------------------------------------------------

TRICKS = (
    "Agency\r\nBcc: thief@evil.example",
    "Agency\nX-Spam: no",
    "Agency\r\n\r\n<html>",
    "Agency\x00\u2028Bcc: thief@evil.example",
    "Ägency 雨 \u202e",
    "a" * 5_000,
    '"; Bcc: thief@evil.example; "',
)


@pytest.mark.parametrize("agency", TRICKS, ids=range(len(TRICKS)))
def test_no_name_adds_a_header_or_a_recipient(agency: str) -> None:
    mailbox = Mailbox()
    with server(mailbox) as port:
        Smtp("127.0.0.1", port, "none").send(made(agency))
    (arrived,) = mailbox.letters()
    ours = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type", "Content-Language"]
    added = ["Content-Transfer-Encoding", "MIME-Version", "X-Peer", "X-MailFrom", "X-RcptTo"]
    assert set(arrived.keys()) <= {*ours, *added}
    assert all(len(arrived.get_all(name, [])) == 1 for name in ours)
    assert str(arrived["To"]) == "client@customer.example"
    assert arrived["From"].addresses[0].addr_spec == FROM
    assert len(str(arrived["Subject"])) <= 220
    assert "Bcc" not in arrived


@pytest.mark.parametrize(
    "to", ["a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "a@b.example\n", "<a@b.example>", ""]
)
def test_an_address_that_is_more_than_one_makes_no_letter(to: str) -> None:
    with pytest.raises(ValueError, match="no mail address"):
        made(to=to)


def test_the_text_says_what_it_is_for() -> None:
    text = text_of(made())
    assert "once, for ten minutes, and in that browser only" in text
