"""What letters say. To an address that nobody has confirmed goes no word that somebody else could choose.

Alarms go to persons, whose addresses are proven, so what platforms call their things may stand there."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shared.letters.letter import Kind

Words = tuple[str, str]  # subject and text


def words(kind: Kind, agency: str, values: Mapping[str, str]) -> Words:
    """Subject and text of a letter; raises KeyError when a value is missing."""
    return _WORDS[kind](agency, values)


def _sign_in(agency: str, values: Mapping[str, str]) -> Words:
    return (
        f"Sign in to {agency}",
        f"""\
Open this link in the browser in which you asked for it, and press the button there:

{values["link"]}

It works once, for ten minutes, and in that browser only.

Did you not ask for it? Then leave this letter; nobody can do anything with it.
""",
    )


def _use_google(agency: str, _: Mapping[str, str]) -> Words:
    return (
        f"Sign in to {agency}",
        """\
You asked for a link to sign in. Your access goes further than a link may open, so sign in with Google:
press “Continue with Google” on the page where you asked.

Did you not ask for it? Then leave this letter; nothing has happened.
""",
    )


def _invitation(agency: str, values: Mapping[str, str]) -> Words:
    return (
        f"Invitation to {agency}",
        f"""\
{agency} invites you to look at the figures of its work on Tributary.

{values["link"]}

The invitation is for this address only, works once, and ends after seven days. On the page you see what it is
for, and sign in: there is no password to think of.

Did you not expect it? Then leave this letter.
""",
    )


def _withdrawal(agency: str, values: Mapping[str, str]) -> Words:
    return (
        f"Take back what you share with {agency}",
        f"""\
Somebody who has the link to your page pressed “Withdraw”. Nothing has ended yet. If that is what you want, open this
link and press the button there:

{values["link"]}

It works for one hour. Then reading stops, the permission is given back and destroyed, and your page shows a receipt.
What was read before stays with {agency} until it is erased there: ask for that.

Was it not you? Then leave this letter; everything stays as it is.
""",
    )


def _alarm(agency: str, values: Mapping[str, str]) -> Words:
    return (
        values["subject"],
        f"""\
{values["text"]}

You get this letter once, and another one when it is mended. Which alarms you get, and when, is a setting of yours:
ask {agency} for less where you want less.
""",
    )


_WORDS: Mapping[Kind, Callable[[str, Mapping[str, str]], Words]] = {
    Kind.SIGN_IN: _sign_in,
    Kind.USE_GOOGLE: _use_google,
    Kind.INVITATION: _invitation,
    Kind.WITHDRAWAL: _withdrawal,
    Kind.ALARM: _alarm,
}
