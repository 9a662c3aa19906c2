"""How far a letter is: written down before it is handed over, and once more at most when that is in doubt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.errors import Configure, Later
from shared.letters.letter import Kind, Letter, want
from shared.letters.message import message
from shared.letters.sending import LEASE, Sender
from shared.letters.smtp import Perhaps, Undeliverable
from shared.letters.texts import words
from shared.messages import LetterWanted
from shared.model import from_doc, to_doc
from shared.states import LetterState
from shared.tongue.catalogue import ENGLISH, names
from shared.tongue.saying import speaking
from tests.people.house import Post
from tests.support.memory import MemoryDocuments, Time


class Desk:
    def __init__(self) -> None:
        self.clock, self.documents, self.post = Time(), MemoryDocuments(), Post()
        self.decide: Callable[[Letter], Letter | None] = lambda letter: letter
        now = self.clock.now()
        self.letter = want(Kind.SIGN_IN, "a@b.example", {"link": "https://x"}, now, now + timedelta(minutes=10))
        self.documents.set(self.letter.path, to_doc(self.letter))

    def send(self) -> Letter:
        Sender(self.documents, self.post, self.clock, "Agency", "t@agency.example", self.decide).handle(
            LetterWanted(self.letter.id)
        )
        return self.now()

    def now(self) -> Letter:
        doc = self.documents.get(self.letter.path)
        assert doc is not None
        return from_doc(Letter, doc)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_letter_goes_out_once_however_often_it_is_asked_for(desk: Desk) -> None:
    assert desk.send().state is LetterState.SENT
    assert desk.send().state is LetterState.SENT
    assert len(desk.post.sent) == 1


def test_that_it_is_being_sent_is_written_before_it_is_handed_over(desk: Desk) -> None:
    class Looking(Post):
        def send(self, message: object) -> None:
            assert desk.now().state is LetterState.SENDING

    desk.post = Looking()
    assert desk.send().state is LetterState.SENT


class Killed(BaseException):
    pass


def test_who_was_killed_over_a_letter_has_it_sent_once_more_with_the_same_id(desk: Desk) -> None:
    class Killing(Post):
        def send(self, message: object) -> None:
            super().send(message)  # type: ignore[arg-type]
            if len(self.sent) == 1:
                raise Killed

    desk.post = Killing()
    with pytest.raises(Killed):
        desk.send()
    assert desk.now().state is LetterState.SENDING
    with pytest.raises(Later):  # somebody may be at it still
        desk.send()
    desk.clock.forward(seconds=LEASE.total_seconds())
    ended = desk.send()
    assert (ended.state, ended.perhaps_twice) == (LetterState.SENT, True)
    assert len({message["Message-ID"] for message in desk.post.sent}) == 1
    assert len(desk.post.sent) == 2


def test_who_is_killed_each_time_has_it_sent_once_more_and_not_for_ever(desk: Desk) -> None:
    class Killing(Post):
        def send(self, message: object) -> None:
            super().send(message)  # type: ignore[arg-type]
            raise Killed

    desk.post = Killing()
    for _ in range(2):
        with pytest.raises(Killed):
            desk.send()
        desk.clock.forward(seconds=LEASE.total_seconds())
    for _ in range(2):
        assert (desk.send().state, desk.now().values) == (LetterState.SENT, {})
    assert len(desk.post.sent) == 2


@pytest.mark.parametrize("end", [Later("x", "Silent."), Perhaps("x", "It broke off."), Undeliverable("x", "No."), None])
def test_who_was_given_up_says_nothing_of_a_letter_that_another_one_sent(desk: Desk, end: Exception | None) -> None:
    class Slow(Post):
        """Hangs until its lease is over and somebody else has sent the letter."""

        def send(self, message: object) -> None:
            super().send(message)  # type: ignore[arg-type]
            if len(self.sent) == 1:
                desk.clock.forward(seconds=LEASE.total_seconds())
                assert desk.send().state is LetterState.SENT
                if end is not None:
                    raise end

    desk.post = Slow()
    if isinstance(end, Later):
        with pytest.raises(Later):
            desk.send()
    else:
        desk.send()
    assert (desk.now().state, desk.now().perhaps_twice, desk.now().values) == (LetterState.SENT, True, {})
    desk.send()
    assert len(desk.post.sent) == 2


def test_who_cannot_find_out_whether_it_goes_out_leaves_no_doubt_that_it_did_not(desk: Desk) -> None:
    def silent(letter: Letter) -> Letter:
        raise Later("x", "The database is silent.")

    desk.decide = silent
    with pytest.raises(Later):
        desk.send()
    assert (desk.now().state, desk.now().perhaps_twice) == (LetterState.WANTED, False)


def test_a_server_that_broke_off_is_asked_once_more_and_not_for_ever(desk: Desk) -> None:
    desk.post.fails = [Perhaps("x", "It broke off."), Perhaps("x", "It broke off.")]
    with pytest.raises(Perhaps):
        desk.send()
    assert (desk.now().state, desk.now().perhaps_twice) == (LetterState.WANTED, True)
    with pytest.raises(Perhaps):
        desk.send()
    assert desk.send().state is LetterState.SENT
    assert desk.post.sent == []


@pytest.mark.parametrize("trouble", [Later("x", "Busy."), Configure("x", "Wrong password.")])
def test_what_was_not_handed_over_is_tried_again_without_a_doubt(desk: Desk, trouble: Exception) -> None:
    desk.post.fails = [trouble]
    with pytest.raises(type(trouble)):
        desk.send()
    ended = desk.send()
    assert (ended.state, ended.perhaps_twice, ended.tries) == (LetterState.SENT, False, 2)


def test_what_is_refused_for_good_is_not_tried_again(desk: Desk) -> None:
    desk.post.fails = [Undeliverable("x", "No such user.")]
    assert desk.send().state is LetterState.REFUSED
    assert desk.send().state is LetterState.REFUSED
    assert desk.post.sent == []


def test_a_letter_whose_link_has_ended_is_not_sent(desk: Desk) -> None:
    desk.clock.forward(minutes=10)
    assert desk.send().state is LetterState.LATE
    assert desk.post.sent == []


def test_a_letter_that_is_for_nobody_is_not_sent(desk: Desk) -> None:
    desk.decide = lambda letter: None
    assert desk.send().state is LetterState.UNSENT
    assert desk.post.sent == []


def test_what_a_letter_held_is_forgotten_when_it_is_over(desk: Desk) -> None:
    assert desk.send().values == {}


def test_a_letter_that_is_not_there_is_nobodys_trouble(desk: Desk) -> None:
    desk.documents.delete(desk.letter.path)
    Sender(desk.documents, desk.post, desk.clock, "A", "t@a.example", lambda one: one).handle(LetterWanted("l-none"))
    assert desk.post.sent == []


def test_another_letter_goes_out_in_its_place(desk: Desk) -> None:
    desk.decide = lambda letter: replace(letter, kind=Kind.USE_GOOGLE, values={})
    desk.send()
    assert "with Google" in desk.post.sent[0].get_content()


OF_ALL_KINDS = {"link": "https://x", "subject": "A figure", "text": "It differs."}


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("name", names())
def test_a_letter_is_in_the_language_of_the_page_on_which_it_was_asked_for(kind: Kind, name: str) -> None:
    now = Time().now()
    with speaking(name):
        letter = want(kind, "a@b.example", OF_ALL_KINDS, now, now + timedelta(minutes=10))
    made = message(from_doc(Letter, to_doc(letter)), "Agency %(x)s", "t@agency.example", now)
    assert made["Content-Language"] == name
    with speaking(name):
        subject, text = words(kind, "Agency %(x)s", letter.values)
    assert (made["Subject"], made.get_content().splitlines()) == (subject, text.splitlines())
    assert (text == words(kind, "Agency %(x)s", letter.values)[1]) is (name == ENGLISH)


def test_a_letter_that_was_written_down_before_languages_were_is_english() -> None:
    now = Time().now()
    doc = to_doc(want(Kind.USE_GOOGLE, "a@b.example", {}, now, now))
    doc.pop("language")
    assert message(from_doc(Letter, doc), "Agency", "t@agency.example", now)["Content-Language"] == ENGLISH
