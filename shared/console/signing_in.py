"""The pages by which somebody comes in: with Google, by a link, with an invitation; and goes out."""

from __future__ import annotations

from shared.console.desk import Desk
from shared.console.tongue import retold, say
from shared.console.web import Reply, Visit
from shared.errors import Later, Problem
from shared.messages import LetterWanted
from shared.oauth.links import fingerprint, random_token, token_of
from shared.people import attempts, invitations, mail_links, persons
from shared.people.guard import Allowed
from shared.people.invitations import Invitation
from shared.people.levels import How
from shared.people.mail_links import MailLink
from shared.people.persons import address
from shared.people.sign_in import Entered, MailWanted
from shared.people.throttle import ATTEMPTS_PER_NETWORK, LINKS_PER_ADDRESS, LINKS_PER_NETWORK, allowed


def sign_in(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    if allowed.caller is not None:
        return Reply(location="/", status=303)
    return _sign_in(desk, desk.onward(visit.query.get("onward", "/")))


def _sign_in(desk: Desk, onward: str, trouble: str = "", status: int = 200) -> Reply:
    return Reply("sign_in.html", {"onward": onward, "trouble": trouble}, status)


def to_google(desk: Desk, _: Allowed, visit: Visit) -> Reply:
    """Begin an attempt, and lead over. A page does that: browsers would hold a redirect against our rules for forms."""
    if not _may_try(desk, visit):
        return _too_often()
    token, browser = visit.form.get("invitation", ""), visit.browser or random_token()
    invitation = invitations.opened_by(desk.people, token, desk.clock.now()) if token else None
    if token and invitation is None:
        return _invitation_over()
    state = attempts.begin(
        desk.people,
        desk.clock,
        browser,
        invitation.id if invitation else "",
        onward=desk.onward(visit.form.get("onward", "/")),
    )
    return over(desk, state, browser, invitation.mail if invitation else "")


def over(desk: Desk, state: str, browser: str, hint: str = "") -> Reply:
    where = desk.google.address(state, attempts.nonce(browser, state), attempts.verifier(browser, state), hint)
    return Reply("over.html", {"address": where, "to": "Google"}, browser=browser)


def from_google(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    """Google sends somebody back. The attempt is used up by that, whatever comes of it."""
    state = visit.query.get("state", "")
    attempt = attempts.take(desk.people, desk.clock, state, visit.browser)
    if attempt is None:
        return _sign_in(desk, "/", say("This sign-in was used, is too old, or was begun in another browser."), 409)
    if visit.query.get("error") or not visit.query.get("code"):
        return _sign_in(desk, attempt.onward, say("You were not signed in at Google. Nothing has changed."), 200)
    session = allowed.caller.session if allowed.caller else None
    try:
        account = desk.google.account(
            visit.query["code"], attempts.nonce(visit.browser, state), attempts.verifier(visit.browser, state)
        )
        entered = desk.sign_in.by_google(account, attempt, session, desk.origin(visit))
    except Later:
        raise
    except Problem as problem:
        desk.refused(visit, How.GOOGLE, problem.code)
        return _sign_in(desk, attempt.onward, retold(problem.sentence), 403)
    if isinstance(entered, MailWanted):
        return _prove_address(desk, visit, entered)
    return _entered(desk, visit, entered, attempt.onward)


def _entered(desk: Desk, visit: Visit, entered: Entered, onward: str) -> Reply:
    if entered.joined:
        return Reply(location="/account", status=303)
    return desk.let_in(entered.person.id, entered.how, visit, onward)


def _prove_address(desk: Desk, visit: Visit, wanted: MailWanted) -> Reply:
    """Google cannot say whose address it is, or somebody comes in by it already: both proofs are wanted."""
    ask = MailLink(
        "", wanted.mail, fingerprint(visit.browser), desk.clock.now(), wanted.invitation, wanted.google, wanted.name
    )
    return _send_link(
        desk, visit, ask, say("Google does not decide whose address this is, so it has to be shown once.")
    )


def ask_for_link(desk: Desk, _: Allowed, visit: Visit) -> Reply:
    """The same answer and the same work for every address, known or not."""
    onward, browser = desk.onward(visit.form.get("onward", "/")), visit.browser
    if not browser:
        return _sign_in(desk, onward, say("Your browser kept no cookie of this page. Allow it, and press again."), 400)
    token = visit.form.get("invitation", "")
    invitation = invitations.opened_by(desk.people, token, desk.clock.now()) if token else None
    if token and invitation is None:
        return _invitation_over()
    mail = invitation.mail if invitation else address(visit.form.get("mail", ""))
    if not mail:
        return _sign_in(desk, onward, say("That is no mail address. It looks like name@example.com."), 400)
    ask = MailLink("", mail, fingerprint(browser), desk.clock.now(), invitation.id if invitation else "")
    return _send_link(desk, visit, ask)


def _send_link(desk: Desk, visit: Visit, ask: MailLink, why: str = "") -> Reply:
    often = not _may_try(desk, visit) or not (
        allowed(desk.people, desk.clock, f"link from {visit.network}", LINKS_PER_NETWORK)
        and allowed(desk.people, desk.clock, f"link to {ask.mail}", LINKS_PER_ADDRESS)
    )
    if often:
        return _too_often()
    letter = mail_links.ask(desk.people, desk.clock, ask, f"{desk.address}/sign-in/link")
    desk.bus.publish(LetterWanted(letter))
    return Reply("link_sent.html", {"mail": ask.mail, "why": why, "joins": bool(ask.joins)})


def add_google(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    """Another way to sign in, for whoever has shown theirs a short while ago."""
    if not _fresh(desk, allowed):
        return _again()
    state = attempts.begin(desk.people, desk.clock, visit.browser, joins=allowed.person.id, onward="/account")
    return over(desk, state, visit.browser)


def add_mail(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    if not _fresh(desk, allowed):
        return _again()
    person = allowed.person
    ask = MailLink("", person.mail, fingerprint(visit.browser), desk.clock.now(), joins=person.id)
    return _send_link(desk, visit, ask)


def _fresh(desk: Desk, allowed: Allowed) -> bool:
    session = allowed.signed_in.session
    return session is not None and session.fresh(desk.clock.now())


def link(desk: Desk, _: Allowed, visit: Visit) -> Reply:
    """What opens the link stands behind the `#`, which browsers do not send; the button sends it."""
    return Reply("link.html", {"trouble": ""})


def use_link(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    if not _may_try(desk, visit):
        return _too_often()
    session = allowed.caller.session if allowed.caller else None
    try:
        entered = desk.sign_in.by_mail(token_of(visit.form.get("link", "")), visit.browser, session, desk.origin(visit))
    except Later:
        raise
    except Problem as problem:
        desk.refused(visit, How.MAIL, problem.code)
        return Reply("link.html", {"trouble": retold(problem.sentence)}, 403)
    return _entered(desk, visit, entered, "/")


def invitation(desk: Desk, _: Allowed, __: Visit) -> Reply:
    return Reply("opening.html")


def open_invitation(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    """What it is for, to whoever holds its link. Nothing is accepted by looking."""
    token = token_of(visit.form.get("link", ""))
    found = invitations.opened_by(desk.people, token, desk.clock.now())
    if found is None:
        return _invitation_over()
    return Reply(
        "invitation.html",
        {
            "token": token,
            "role": found.role,
            "workspace": _name_of(desk, found),
            "mail": masked(found.mail),
            "by": _inviter(desk, found),
            "until": found.ends_at,
            "needs_google": found.needs_google,
        },
    )


def masked(mail: str) -> str:
    """Whoever knows the address knows it again."""
    name, _, domain = mail.partition("@")
    return f"{name[:1]}…@{domain}"


def _name_of(desk: Desk, invitation: Invitation) -> str:
    doc = desk.engine.get(f"workspaces/{invitation.workspace}") if invitation.workspace else None
    return str(doc["name"]) if doc else ""


def _inviter(desk: Desk, invitation: Invitation) -> str:
    person = persons.get(desk.people, invitation.by)
    return person.name if person else desk.agency


def sign_out(desk: Desk, allowed: Allowed, visit: Visit) -> Reply:
    session = allowed.signed_in.session
    if session is not None:
        desk.sessions.end(desk.origin(visit, allowed.caller), session)
    return Reply(location="/sign-in", status=303, session="")


def _may_try(desk: Desk, visit: Visit) -> bool:
    return allowed(desk.people, desk.clock, f"sign-in from {visit.network}", ATTEMPTS_PER_NETWORK)


def _too_often() -> Reply:
    return Reply("state.html", {"title": say("That was asked too often"), "text": say("Try again in an hour.")}, 429)


def _again() -> Reply:
    return Reply(
        "state.html",
        {"title": say("Sign in once more"), "text": say("A way to sign in is added within 15 minutes of signing in.")},
        409,
    )


def _invitation_over() -> Reply:
    return Reply(
        "state.html",
        {
            "title": say("This invitation opens nothing"),
            "text": say("It was used, withdrawn or has ended, or a part of the link is missing. Ask for a new one."),
        },
        410,
    )
