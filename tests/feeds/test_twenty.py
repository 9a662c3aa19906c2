"""The twenty questions of the demonstration, of marts full of hostile rows, read by feeds in every format."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from infra.demo import fed
from infra.demo.answers import Answered, through
from infra.demo.questions import twenty
from shared.handing.formats import FORMATS
from shared.publishing.at_hand import Shelf
from shared.publishing.published import Published
from shared.questions.ask import ask
from shared.questions.catalogue import marts
from shared.questions.engine import Engine
from shared.questions.periods import Calendar
from shared.questions.question import MOST_ROWS, Question
from tests.feeds.kiosk import BY, Kiosk
from tests.questions.folder import typed
from tests.questions.invented import rows

TODAY = date(2024, 3, 31)


@pytest.mark.slow
def test_feeds_hold_what_was_answered_in_every_format(kiosk: Kiosk, tmp_path: Path) -> None:
    askable = [name for name, mart in marts().items() if not mart.persons]
    kiosk.publish("acme", {name: typed(name, rows(name)) for name in askable}, version=2)
    there = Shelf(Published(kiosk.engine, lambda _: kiosk.objects), tmp_path).fetch("acme")
    assert there is not None
    engine = Engine()

    def get(question: Question) -> Callable[[str], bytes]:
        feed, secret, _ = kiosk.register.add(BY, "ann", "acme", "one", question)

        def file(name: str) -> bytes:
            found = kiosk.ask(f"/webhook/v1/{feed.id}/data?format={name}", secret)
            assert found.status_code == 200, found.get_data()
            return found.get_data()

        return file

    compared: list[Answered] = []
    for one in twenty(TODAY):
        answer = ask(replace(one.question, limit=MOST_ROWS), there, Calendar(TODAY), engine)
        compared += through(one, answer, answer.rows, [fed.door(get)])
    assert len(compared) == 20 * len(FORMATS)
    assert [one for one in compared if not one.equal] == []
    assert sum(one.rows for one in compared) > 200
