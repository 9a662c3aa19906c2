"""Why it did not work, in words for the person in front of the screen. Each says what happened and what to do."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shared.errors import Code, Configure, Later, Problem, Reconnect

NEW_LINK = "Ask for a new link; that takes a moment."
SAME_LINK = "Open your link once more and try again. It still works."


@dataclass(frozen=True, slots=True)
class Refusal:
    heading: str
    text: str
    todo: str = ""
    status: int = 400
    done: bool = False  # what was to be done is done already: nothing went wrong


REFUSALS: dict[str, Refusal] = {
    "link-unknown": Refusal(
        "We do not know this link",
        "It may have been cut short when it was copied, or it ran out some time ago.",
        "Copy the whole link once more, or ask for a new one.",
        404,
    ),
    "link-expired": Refusal(
        "This link has run out", "Connect links are valid for a limited time. Nothing was connected.", NEW_LINK, 410
    ),
    "link-used": Refusal(
        "This link has already been used",
        "Each link works once, and something was connected with it meanwhile. What you did just now was not.",
        "If that was you as well, everything is done. To connect another account, ask for another link.",
        410,
    ),
    "link-done": Refusal(
        "Already connected",
        "This link was used, and what was chosen with it is connected. If that was you, there is nothing more to do.",
        "Each link works once. To connect another account, or if it was not you, ask for another link.",
        410,
        done=True,
    ),
    "already": Refusal(
        "Already connected",
        "What you began here is done: your data is being read, and there is nothing more for you to do.",
        "You can close this page. To connect another account, ask for another link.",
        409,
        done=True,
    ),
    "link-revoked": Refusal(
        "This link was withdrawn", "Whoever sent it to you has taken it back. Nothing was connected.", NEW_LINK, 410
    ),
    "platform-unknown": Refusal(
        "This page does not exist", "The address is not one of ours.", "Open the link that was sent to you.", 404
    ),
    "page-unknown": Refusal(
        "This page is no longer shown",
        "The page after connecting can be seen for an hour.",
        "If it told you that your account is connected, it is, and there is nothing more to do.",
        404,
    ),
    "attempt-missing": Refusal(
        "Something is missing in this address",
        "It does not say which connection it belongs to. Nothing was connected.",
        SAME_LINK,
    ),
    "attempt-unknown": Refusal(
        "This attempt is already over",
        "Each attempt counts once. Perhaps this page was opened twice, or it lay open for more than ten minutes.",
        "If you saw that your account is connected, everything is done. Otherwise open your link once more.",
        409,
    ),
    "attempt-late": Refusal(
        "That took more than ten minutes", "For your safety the attempt ran out. Nothing was connected.", SAME_LINK, 410
    ),
    "attempt-elsewhere": Refusal(
        "This was begun in another browser",
        "Connecting must begin and end in the same browser, with cookies allowed. Nothing was connected.",
        SAME_LINK,
        403,
    ),
    "attempt-crossed": Refusal(
        "This answer belongs to something else",
        "It does not fit what was begun here. Nothing was connected.",
        SAME_LINK,
        403,
    ),
    "choice-over": Refusal(
        "This choice was already made",
        "Accounts can be chosen once after each sign-in.",
        "If you saw that your accounts are connected, everything is done. Otherwise open your link once more.",
        409,
    ),
    "choice-late": Refusal(
        "That took more than half an hour", "For your safety the choice ran out. Nothing was connected.", SAME_LINK, 410
    ),
    "denied": Refusal(
        "You chose not to connect", "That is all right: nothing was connected and nothing was read.", SAME_LINK, 200
    ),
    "method": Refusal("This cannot be done here", "The page was called in a way it does not know.", SAME_LINK, 405),
    "connection-gone": Refusal(
        "There is nothing to renew", "The connection this link was made for is no longer there.", NEW_LINK, 410
    ),
    "connection-ending": Refusal(
        "This connection is just being ended",
        "Its end takes a quarter of an hour, and until then it cannot be connected again. Nothing was connected.",
        "If it is to go on, ask for a new link after that.",
        409,
    ),
    "broken": Refusal(
        "Something went wrong on our side",
        "It has been noted, and nothing was connected. Please try again in a few minutes.",
        SAME_LINK,
        500,
    ),
}


def wrong_account(expected: str, found: str) -> Refusal:
    return Refusal(
        "This is another account",
        f"The link renews the access to “{expected}”, but you are signed in to “{found}”. Nothing was changed.",
        "Sign out there, sign in to the right account, and open your link once more.",
        409,
    )


def of_problem(problem: Problem, agency: str) -> Refusal:
    """A problem in a connect attempt. Nothing was connected, whatever it was."""
    if problem.code in REFUSALS:
        return REFUSALS[problem.code]
    if isinstance(problem, Later):
        return Refusal(
            "Not possible right now", f"{problem.sentence} Nothing was connected.", f"Wait a minute. {SAME_LINK}", 503
        )
    if isinstance(problem, Reconnect):
        return Refusal("The access was not accepted", f"{problem.sentence} Nothing was connected.", SAME_LINK, 403)
    if problem.code == Code.SEES_NO_ACCOUNT:
        return Refusal(
            "There is no account to connect",
            f"{problem.sentence} Nothing was connected.",
            "Sign in there with a login that may read the account, and open your link once more.",
            409,
        )
    if isinstance(problem, Configure):
        return Refusal(
            "This cannot be connected yet",
            f"{problem.sentence} Nothing was connected.",
            f"This is for {agency} to change. Your link still works afterwards.",
            403,
        )
    return replace(REFUSALS["broken"], text=f"{problem.sentence} It has been noted, and nothing was connected.")
