"""Each check of a key, token or code is dropped once; a test of this folder must notice."""

from __future__ import annotations

from types import ModuleType

import pytest

from shared.keys import admission, codes, digests, key, keyring, limits, scopes, texts, tokens
from tests.keys import test_admission, test_codes, test_keyring, test_limits, test_secrecy, test_texts, test_tokens
from tests.keys.bench import Bench
from tests.support.rewritten import notices, rewritten

# The module, who notices, and name → what stands in it and what stands there instead.
BROKEN: list[tuple[ModuleType, ModuleType, dict[str, tuple[str, str]]]] = [
    (
        texts,
        test_texts,
        {
            "no checksum": ("or _checksum(text[:-CHECKSUM]) != found[3]", ""),
        },
    ),
    (
        admission,
        test_admission,
        {
            "any kind at any door": ("or found.kind not in kinds or found.kind not in KEYS", ""),
            "the beginning is enough": ("not self.digests.compare(found.secret, key.kept if key else None)", "False"),
            "no work for an unknown key": (
                "self.digests.compare(found.secret, key.kept if key else None)",
                "(key and self.digests.compare(found.secret, key.kept))",
            ),
            "keys are tried out": ("count >= MISSES", "False"),
            "good keys are locked out": ("and key not in self._good", ""),
            "the role of then": ("return cut(key.scopes, role or LEAST)", "return cut(key.scopes, 'admin')"),
            "orphans keep their power": ("role or LEAST", "role or 'admin'"),
            "nobody notes an orphan": ("if (role is None) != (key.orphaned_at is not None):", "if False:"),
            "what is over opens": ("if state in SENTENCES:", "if False:"),
            "no sunset": ("if key.sets_at else {}", "if False else {}"),
            "each use is written": ("now - key.used_noted_at < NOTED", "False"),
            "a whole address is kept": ('"used_network": network_of(caller.network)', '"used_network": caller.network'),
            "an unwritten use turns away": (
                'log.failure("the last use of a key was not noted", error, key=key.id)',
                "raise",
            ),
            "old digests stay": ("self.digests.outdated(key.kept)", "False"),
            "a stranger's word kept": (
                '"used_agent": text(caller.agent)[:LONGEST_AGENT]',
                '"used_agent": caller.agent',
            ),
        },
    ),
    (
        admission,
        test_tokens,
        {
            "no limit": ("if not turn.allowed:", "if False:"),
        },
    ),
    (
        digests,
        test_admission,
        {
            "same for all": ("same = hmac.compare_digest(made,", "same = True or hmac.compare_digest(made,"),
            "compared as texts": (
                "same = hmac.compare_digest(made, kept.value if kept else made[::-1])",
                "same = kept is not None and made == kept.value",
            ),
            "members in use are dropped": ("name in in_use or not _is_past(known, name, now)", "False"),
            "members that somebody may use are dropped": ("or not _is_past(known, name, now)", ""),
            "members stay for ever": ("made is None or now - made >= STAYS", "False"),
            "an older member takes the place of a newer": (
                "int(kept.by) < int(self._known.newest)",
                "kept.by != self._known.newest",
            ),
            "a read that failed counts": ("self._read_at is None or now - self._read_at", "now - self._looked_at"),
        },
    ),
    (
        key,
        test_admission,
        {
            "no revocation": ("if self.revoked_at is not None:", "if False:"),
            "no expiry": ("now >= self.expires_at or", ""),
            "no sunset of the replaced": ("(self.sets_at is not None and now >= self.sets_at)", "False"),
            "orphans for ever": ("now >= self.orphaned_at + ORPHANS_WORK", "False"),
        },
    ),
    (
        keyring,
        test_keyring,
        {
            "a hundred years": ("timedelta() < lifetime <= LONGEST", "True"),
            "more than one may": ("if beyond:", "if False:"),
            "any scope for any kind": ("if unfit or not scopes:", "if False:"),
            "a key without a feed": ("if bool(feed) != (kind == Kind.FEED):", "if False:"),
            "replaced twice": ("if known.successor:", "if False:"),
            "the overlap prolongs": ("min(known.expires_at, now + overlap)", "now + overlap"),
            "adopted by anybody": (
                "self.may_give(maker, asked.kind, asked.workspace, asked.scopes, asked.feed)",
                "pass",
            ),
            "revoked unseen": ('record_in(tx, by.entry(now, "key.revoked", key_path(key), known.workspace))', "pass"),
            "a path in a name": (
                'doc = documents.get(key_path(key)) if "/" not in key and key else None',
                "doc = documents.get(key_path(key))",
            ),
        },
    ),
    (
        scopes,
        test_admission,
        {
            "every role may all": ("ROLES.index(role) >= ROLES.index(least)", "True"),
            "unknown roles may": ("role in ROLES and", "role not in ROLES or"),
        },
    ),
    (
        limits,
        test_limits,
        {
            "leases are not counted": ('"leased": leased + turns', '"leased": leased'),
            "more than are free": ("min(AT_ONCE, max(1, free // 2), free)", "AT_ONCE"),
            "a lease outlives its window": ("held.window < window or", ""),
            "a clock that is behind": ('window = max(window, doc["window"])', "window = window"),
            "a look for each refusal": ("not (held.turns or not held.free)", "not held.turns"),
        },
    ),
    (
        tokens,
        test_tokens,
        {
            "good for ever": (
                'current = [token for token in doc["tokens"] if token["until"] > now]',
                'current = doc["tokens"]',
            ),
            "outlives its session": ('doc["session"] and not self.lives(doc["session"])', "False"),
            "any door": ('or doc["audience"] != audience:', ":"),
            "an ended family": (
                "if _over(doc, now) or not this",
                "if not this",
            ),
            "renewed for ever": ('or now >= doc["ends_at"]', ""),
            "renewed twice": ("if not current:", "if False:"),
            "a second use is forgiven": ("if self._was_spent(doc, found):", "if False:"),
            "anybody ends a family": ("if self._was_spent(doc, found):", "if True:"),
            "another client renews": ('doc["client"] != client or', ""),
            "another door renews": ('or (audience and doc["audience"] != audience)', ""),
            "the key is not asked": (
                'return self.door.power(key_of(known)) & frozenset(cut(doc["scopes"], "owner"))',
                'return cut(doc["scopes"], "owner")',
            ),
            "more than the token": ('& frozenset(cut(doc["scopes"], "owner"))', ""),
            "the person is not asked": ("if role is None:", "if False:"),
            "tokens without limit": ("if not turn.allowed:", "if False:"),
        },
    ),
    (
        codes,
        test_codes,
        {
            "redirect to anywhere": ("redirect not in client.redirects or", ""),
            "redirect in clear": ("or not _proper(redirect)", ""),
            "plain PKCE": ('params.get("code_challenge_method") != "S256" or', ""),
            "no PKCE": ("if CODE_VERIFIER_PATTERN.fullmatch(verifier) is None:", "if False:"),
            "any verifier": ('hmac.compare_digest(create_s256_code_challenge(verifier), doc["challenge"])', "True"),
            "any audience": ('if params.get("resource") != audience:', "if False:"),
            "any client": ('and form.get("client_id") == doc["client"]', ""),
            "any address": ('and form.get("redirect_uri") == doc["redirect"]', ""),
            "a code for ever": ('now < doc["good_until"] and', ""),
            "a code twice": ('if doc["used"]:', "if False:"),
            "a second use ends nothing": (
                'self.tokens.end_in(tx, by, family, "its code was used twice", Outcome.REFUSED)',
                "pass",
            ),
            "the beginning of a code": ("or not ours or", "or"),
        },
    ),
    (
        admission,
        test_secrecy,
        {
            "a key in a sentence": (
                'return Refused("unknown-key", "This key is not known here.")',
                'return Refused("unknown-key", f"{list(globals())} is not known here.", 404)',
            ),
        },
    ),
]
MUTANTS = {name: (module, old, new, tests) for module, tests, ways in BROKEN for name, (old, new) in ways.items()}


@pytest.mark.slow
@pytest.mark.parametrize("mutant", sorted(MUTANTS))
def test_a_check_that_is_dropped_is_noticed(mutant: str) -> None:
    module, old, new, tests = MUTANTS[mutant]
    with rewritten(module, old, new):
        assert notices(tests, {"bench": Bench}), "nobody noticed"


def test_without_a_mutant_nobody_complains() -> None:
    assert [
        notices(module, {"bench": Bench})
        for module in (test_admission, test_codes, test_keyring, test_tokens, test_secrecy)
    ] == [""] * 5
