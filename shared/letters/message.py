"""A letter as a message of RFC 5322. Nothing in it can add a header: lines are one line before they become one."""

from __future__ import annotations

import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from shared.letters.letter import Letter
from shared.letters.texts import words
from shared.settings import MAIL
from shared.tongue.saying import speaking

LONGEST_LINE = 200
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def message(letter: Letter, agency: str, sender: str, now: datetime) -> EmailMessage:
    """The same letter has the same Message-ID, however often it goes out."""
    with speaking(letter.language):
        subject, text = words(letter.kind, line(agency), letter.values)
    made = EmailMessage(policy=SMTP)
    made["From"] = _address(sender, agency)
    made["To"] = _address(letter.to)
    made["Subject"] = line(subject)
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{letter.id}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes in answer
    made.set_content(text, cte="quoted-printable")  # which takes all headers of content away first
    made["Content-Language"] = letter.language
    return made


def line(text: str) -> str:
    """On one line, without controls, and of a bearable length."""
    return " ".join(_CONTROLS.sub(" ", text).split())[:LONGEST_LINE]


def _address(mail: str, name: str = "") -> Address:
    """Raises ValueError for what is more than one address, or less."""
    if not MAIL.fullmatch(mail):
        raise ValueError("no mail address")
    return Address(display_name=line(name), addr_spec=mail)
