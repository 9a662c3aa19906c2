"""Access that ends in the middle of a sync, and is renewed by several workers at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shared import model
from shared.model import Connection, from_doc
from shared.oauth.tokens import pack, unpack
from shared.secret import Secret
from shared.vocabulary.access import Credential
from tests.flow.keys import Access
from tests.flow.pipeline import TINY, Pipeline


@pytest.fixture
def world() -> Pipeline:
    return Pipeline("constant_contact", counts=TINY["constant_contact"], streams=["contact_lists"])


def now(world: Pipeline) -> Connection:
    return from_doc(Connection, world.machine.documents.get(model.path("demo", "connections", world.connection.id)))


def kept(world: Pipeline, access: Access) -> tuple[str, Credential]:
    """The newest version, and what is in it."""
    version, payload = access.vault.read(now(world).secret) or ("", b"")
    return version, unpack(payload)


def test_an_answer_that_was_kept_late_ends_no_connection(world: Pipeline) -> None:
    """A worker lost its lease while the platform answered it. It kept the answer after that of the next one, so the
    newest version is the older access, and has ended like the one that everybody uses."""
    access = Access(world)
    assert world.sync()[0]["state"] == "completed"
    _, credential = kept(world, access)
    world.box.expire_access_tokens()
    late = replace(credential, token=Secret("what the platform said to the one who was late"))
    assert access.vault.add(now(world).secret, pack(late, world.clock.now())) == "2"
    assert world.sync("second")[0]["state"] == "completed"
    assert not world.differences()
    assert (now(world).state, kept(world, access)[0]) == ("active", "3"), "it was renewed, once"


def test_access_that_was_taken_back_is_not_renewed_again_and_again(world: Pipeline) -> None:
    access = Access(world)
    assert world.sync()[0]["state"] == "completed"
    world.box.faults.add(match="GET *", times=99, kind="status", status=401)
    world.sync("second")
    assert (now(world).state, kept(world, access)[0]) == ("reconnect", "2")
