"""What letters say. To an address that nobody has confirmed goes no word that somebody else could choose.

Alarms go to persons, whose addresses are proven, so what platforms call their things may stand there."""

from __future__ import annotations

from collections.abc import Mapping

from shared.letters.letter import Kind
from shared.tongue.saying import kept, say

Words = tuple[str, str]  # subject and text

SIGN_IN = kept("""\
Open this link in the browser in which you asked for it, and press the button there:

%(link)s

It works once, for ten minutes, and in that browser only.

Did you not ask for it? Then leave this letter; nobody can do anything with it.
""")
USE_GOOGLE = kept("""\
You asked for a link to sign in. Your access goes further than a link may open, so sign in with Google:
press “Continue with Google” on the page where you asked.

Did you not ask for it? Then leave this letter; nothing has happened.
""")
INVITATION = kept("""\
%(agency)s invites you to look at the figures of its work on Tributary.

%(link)s

The invitation is for this address only, works once, and ends after seven days. On the page you see what it is
for, and sign in: there is no password to think of.

Did you not expect it? Then leave this letter.
""")
WITHDRAWAL = kept("""\
Somebody who has the link to your page pressed “Withdraw”. Nothing has ended yet. If that is what you want, open this
link and press the button there:

%(link)s

It works for one hour. Then reading stops, the permission is given back and destroyed, and your page shows a receipt.
What was read before stays with %(agency)s until it is erased there: ask for that.

Was it not you? Then leave this letter; everything stays as it is.
""")
ALARM = kept("""\
%(text)s

You get this letter once, and another one when it is mended. Which alarms you get, and when, is a setting of yours:
ask %(agency)s for less where you want less.
""")
_WORDS: Mapping[Kind, Words] = {
    Kind.SIGN_IN: (kept("Sign in to %(agency)s"), SIGN_IN),
    Kind.USE_GOOGLE: (kept("Sign in to %(agency)s"), USE_GOOGLE),
    Kind.INVITATION: (kept("Invitation to %(agency)s"), INVITATION),
    Kind.WITHDRAWAL: (kept("Take back what you share with %(agency)s"), WITHDRAWAL),
    Kind.ALARM: (kept("%(subject)s"), ALARM),
}


def words(kind: Kind, agency: str, values: Mapping[str, str]) -> Words:
    """Subject and text of a letter; raises KeyError when a value is missing."""
    subject, text = _WORDS[kind]
    named = {**values, "agency": agency}
    return say(subject, **named), say(text, **named)
