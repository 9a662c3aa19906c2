"""Letters handed over by SMTP, with TLS and its verification; without it only to this machine.

Google Cloud lets nothing out by port 25; 465 (TLS from the start) and 587 (STARTTLS) work.
https://cloud.google.com/compute/docs/tutorials/sending-mail (2026-11)
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Protocol

from shared.errors import Configure, Later, Problem
from shared.secret import Secret

SECONDS = 20.0
FOR_GOOD = frozenset({501, 550, 551, 552, 553, 554})
HERE = frozenset({"127.0.0.1", "localhost", "::1"})


class Undeliverable(Problem):
    """The server will never take this letter: its address is refused."""


class Perhaps(Later):
    """The server broke off after the letter was handed over: it may have taken it."""


class Post(Protocol):
    """Where letters are handed over."""

    def send(self, message: EmailMessage) -> None:
        """Returns when the server has taken it; raises Later, Perhaps, Undeliverable or Configure."""
        ...


@dataclass(frozen=True)
class Smtp:
    host: str
    port: int
    security: str  # starttls · tls · none (this machine only)
    user: str = ""
    password: Secret = field(default_factory=lambda: Secret(""))
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def send(self, message: EmailMessage) -> None:
        if self.security == "none" and self.host not in HERE:
            raise Configure("smtp-open", "Letters are not handed over without TLS, except on this machine.")
        try:
            server = self._opened()
            try:
                self._hand_over(server, message)
            finally:
                _parted(server)
        except smtplib.SMTPAuthenticationError as error:
            raise Configure("smtp-refused", "The mail server does not accept our name and password.") from error
        except (smtplib.SMTPException, ssl.SSLError, OSError) as error:
            raise Later("smtp-silent", "The mail server does not answer as it should.", type(error).__name__) from error

    def _opened(self) -> smtplib.SMTP:
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=SECONDS, context=self.context)
        server = smtplib.SMTP(self.host, self.port, timeout=SECONDS)
        try:
            if self.security == "starttls":
                server.starttls(context=self.context)  # raises where the server does not offer it
        except BaseException:
            server.close()
            raise
        return server

    def _hand_over(self, server: smtplib.SMTP, message: EmailMessage) -> None:
        if self.user:
            server.login(self.user, self.password.reveal())
        sender, to = message["From"].addresses[0].addr_spec, message["To"].addresses[0].addr_spec
        server.ehlo_or_helo_if_needed()
        answer = server.mail(sender)
        if answer[0] in FOR_GOOD:
            raise Configure("smtp-sender", f"The mail server takes no letters from our address ({answer[0]}).")
        self._expect(answer)
        self._expect(server.rcpt(to))
        try:
            code, _ = server.data(message.as_bytes())
        except smtplib.SMTPDataError as error:  # refused before anything of the letter was sent
            self._expect((error.smtp_code, b""))
            raise Later("smtp-refused", "The mail server does not take letters now.") from error
        except (smtplib.SMTPException, OSError) as error:
            raise Perhaps("smtp-broke-off", "The mail server broke off.", type(error).__name__) from error
        self._expect((code, b""))

    def _expect(self, answer: tuple[int, bytes]) -> None:
        """An answer that takes it. Texts of servers are not kept: they hold addresses."""
        code = answer[0]
        if code in FOR_GOOD:
            raise Undeliverable("smtp-undeliverable", f"The mail server refuses this letter for good ({code}).")
        if not 200 <= code < 300:
            raise Later("smtp-refused", f"The mail server does not take letters now ({code}).")


def _parted(server: smtplib.SMTP) -> None:
    """Whatever is said at parting: what was handed over before is."""
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()
