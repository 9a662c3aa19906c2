"""A mail server on this machine that keeps every letter, and a page on which they are read."""

from __future__ import annotations

import re
import threading
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import escape

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

MOST = 500  # letters that are kept
_LINK = re.compile(r"https?://[^\s<>&\"]+")
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Letters</title><style>body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto;
padding: 0 1rem; }} pre {{ white-space: pre-wrap; overflow-wrap: anywhere; border: 1px solid #ccc; padding: 1rem; }}
</style></head><body><h1>Letters that would have gone out</h1>{body}</body></html>"""


class Mailbox:
    """What arrived, the newest last. Thread-safe."""

    def __init__(self) -> None:
        self._letters: list[EmailMessage] = []
        self._turn = threading.Lock()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else str(envelope.content).encode()
        made = message_from_bytes(content, policy=default)
        assert isinstance(made, EmailMessage)  # what this policy makes
        with self._turn:
            self._letters = [*self._letters, made][-MOST:]
        return "250 OK"

    def letters(self, to: str = "") -> list[EmailMessage]:
        with self._turn:
            return [each for each in self._letters if not to or to in str(each["To"])]

    def serve(self, port: int) -> Controller:
        controller = Controller(self, hostname="127.0.0.1", port=port)
        controller.start()
        return controller

    def app(self) -> Flask:
        made = Flask("letters")
        made.add_url_rule("/", view_func=self._page)
        return made

    def _page(self) -> str:
        shown = [
            f"<h2>{escape(str(each['Subject']))}</h2><p>to {escape(str(each['To']))}, {escape(str(each['Date']))}</p>"
            f"<pre>{linked(text_of(each))}</pre>"
            for each in reversed(self.letters())
        ]
        return _PAGE.format(body="".join(shown) or "<p>None yet.</p>")


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def link_in(letter: EmailMessage) -> str:
    """The first address in a letter."""
    found = _LINK.search(text_of(letter))
    return found[0] if found else ""


def linked(text: str) -> str:
    """The text as HTML, its addresses to be pressed."""
    return _LINK.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', escape(text, quote=False))
