"""No key, token, code or digesting secret is in a document, a log line, a refusal or a text that Python makes of it."""

from __future__ import annotations

import base64
import copy
import io
import pickle
from datetime import timedelta
from typing import Any

import orjson
import pytest

from shared import log
from shared.keys.admission import Caller, Refused
from shared.keys.codes import wish
from shared.keys.texts import Kind, new, read
from shared.keys.tokens import grant_of
from tests.keys.bench import API, BY, HERE, MCP, Bench
from tests.keys.test_codes import AGENT, ASKED, BACK, VERIFIER

HOSTILE = "'\"><script>\x1b[31m\u202e${jndi:ldap://x}\r\nSet-Cookie: a=b\ud800" * 20


def life(bench: Bench, kept: list[Any]) -> list[str]:
    """A little of everything that can happen; what was given out, and in `kept` what else there was to see."""
    secret, key = bench.key()
    again, _ = bench.ring.replace(BY, key.id)
    admitted = bench.door.admit(secret.reveal(), {Kind.API}, HERE)
    issued = bench.tokens.begin(BY, grant_of(admitted, API))
    renewed = bench.tokens.renew(BY, issued.renewal.reveal())
    code = bench.codes.give(BY, wish(ASKED, AGENT, MCP), "ann", "acme", "s")
    form = {"code": code, "code_verifier": VERIFIER, "client_id": AGENT.id, "redirect_uri": BACK}
    traded = bench.codes.trade(BY, form)
    kept += [key, admitted, issued, renewed, traded, bench.digests, read(secret.reveal()), bench.door, bench.tokens]
    forged = new(Kind.API, read(secret.reveal()).leading).secret.reveal()  # type: ignore[union-attr]
    bench.ring.revoke(BY, key.id)
    texts = [secret.reveal(), again.reveal(), code, forged]
    for one in (issued, renewed, traded):
        texts += [one.access.reveal(), one.renewal.reveal()]
    for text in texts:
        for ask in (
            lambda text: bench.door.admit(text, set(Kind), HERE),
            lambda text: bench.tokens.admit(text, API, HERE),
            lambda text: bench.tokens.renew(BY, text),
            lambda text: bench.codes.trade(BY, {**form, "code": text}),
        ):
            try:
                kept.append(ask(text))
            except Refused as refusal:
                kept.append((str(refusal), repr(refusal), refusal.headers, refusal.args))
    return texts


def test_nothing_that_opens_is_anywhere_but_in_what_was_given_out(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines, kept = io.StringIO(), list[Any]()
    monkeypatch.setattr(log, "stream", lines)
    texts = life(bench, kept)
    kept += [bench.documents.docs, lines.getvalue(), *bench.documents.docs]
    everything = ("".join(map(repr, kept)) + "".join(map(str, kept))).replace(repr(bench.vault), "")
    for text in texts:
        known = read(text)
        assert known is not None
        rest = text.removeprefix(f"trib_{known.kind}_{known.leading}")
        assert rest[:8] not in everything
        assert text not in everything
    members = orjson.loads(bench.vault.secrets["key-digests"][1])["members"].values()
    for member in members:
        assert member not in everything
        assert repr(base64.b64decode(member)) not in everything


def test_what_holds_a_secret_is_not_pickled_and_shows_dots(bench: Bench) -> None:
    secret, _ = bench.key()
    issued = bench.tokens.begin(BY, grant_of(bench.door.admit(secret.reveal(), {Kind.API}, HERE), API))
    for value in (secret, issued, read(secret.reveal())):
        assert "***" in repr(value)
        with pytest.raises(TypeError):
            pickle.dumps(value)
    assert repr(copy.copy(secret)) == "***"


def test_a_refusal_says_nothing_of_what_was_presented_or_of_us(bench: Bench) -> None:
    for text in (HOSTILE, "trib_api_" + HOSTILE, new(Kind.API).secret.reveal()):
        with pytest.raises(Refused) as refusal:
            bench.door.admit(text, {Kind.API}, Caller(HOSTILE, HOSTILE))
        assert str(refusal.value) == "unknown-key: This key is not known here."
        assert (refusal.value.status, refusal.value.headers) == (401, {})


def test_hostile_names_of_keys_agents_and_programs_are_texts_that_can_be_kept_and_told(bench: Bench) -> None:
    secret, key = bench.ring.make(BY, "ann", Kind.API, "acme", HOSTILE, ["data:read"], timedelta(days=1))
    admitted = bench.door.admit(secret.reveal(), {Kind.API}, Caller("192.0.2.1", HOSTILE))
    origin = admitted.origin("question", Caller("192.0.2.1", HOSTILE), "r1")
    issued = bench.tokens.begin(origin, grant_of(admitted, API))
    assert not [value for value in admitted.headers.values() if "\n" in value or "\r" in value]
    for doc in bench.documents.docs.values():
        orjson.dumps(doc)
    assert len(key.name) <= 80
    assert issued.family


@pytest.fixture
def bench() -> Bench:
    return Bench()
