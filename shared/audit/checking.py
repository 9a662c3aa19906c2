"""The walk along the chain: what was changed, removed, inserted, reordered, or is not there.

Within the database the chain shows every change but one that makes all later seals anew. Against that stand the seals
that were told to a log bucket which is locked: whoever has them compares them, number by number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.audit.entry import ERASABLE, UNSEALED, digest, leaf
from shared.audit.erasing import ERASED, names_digest
from shared.audit.record import ENTRIES
from shared.audit.seal import BEGINNING, HEAD, SEALS, Seal, seal_of, seal_path
from shared.stores.ports import Doc, Documents

AT_ONCE = 50  # seals read in one go
SETTLED = timedelta(minutes=30)  # by then an entry is sealed; and no act takes so long from its moment to its entry


@dataclass(frozen=True, slots=True)
class Finding:
    what: str  # a sentence without names
    seal: int  # 0: of no seal
    entry: str = ""


@dataclass
class Report:
    seals: int = 0
    entries: int = 0
    erased: int = 0  # entries of which only what stays is left, as an entry of its own tells
    unsealed: int = 0  # entered just now
    last: int = 0  # number of the last seal that is there
    findings: list[Finding] = field(default_factory=list)

    def find(self, what: str, seal: int, entry: str = "") -> None:
        self.findings.append(Finding(what, seal, entry))


def walk(documents: Documents, now: datetime, first: int = 1, told: Mapping[int, str] | None = None) -> Report:
    """From the seal `first` on. `told`: number → hash, as the log has them."""
    report = Report()
    sealed_in = _chain(documents, first, told or {}, report)
    _entries(documents, now, first, sealed_in, report)
    return report


def _chain(documents: Documents, first: int, told: Mapping[int, str], report: Report) -> dict[str, tuple[int, str]]:
    """The seals, each against the one before; entry → the seal that holds it, and its leaf."""
    head = documents.get(HEAD)  # before the seals, because one may be added meanwhile
    before = documents.get(seal_path(first - 1)) if first > 1 else None
    if first > 1 and before is None:
        report.find("a seal is missing", first - 1)
    previous = str(before["hash"]) if before else BEGINNING if first == 1 else ""
    moment = before["at"] if before and not seal_of(before).full else None  # when nothing older was waiting any more
    expected, held, hashes = first, dict[str, tuple[int, str]](), dict[int, str]()
    for doc in _seals(documents, first):
        seal = seal_of(doc)
        known = bool(previous)
        for number in range(expected, seal.number):
            report.find("a seal is missing", number)
            known = False
        if doc["hash"] != seal.hash:
            report.find("a seal was changed", seal.number)
        if known and seal.previous != previous:
            report.find("a seal does not follow the one before", seal.number)
        if told and told.get(seal.number, seal.hash) != seal.hash:
            report.find("a seal is not the one that was told to the log", seal.number)
        if told and seal.number < max(told) and seal.number > min(told) and seal.number not in told:
            report.find("a seal was never told to the log", seal.number)
        _order(seal, moment, held, report)
        previous, moment, expected = seal.hash, moment if seal.full else seal.at, seal.number + 1
        hashes[seal.number] = seal.hash
        report.seals += 1
    report.last = expected - 1
    _end(head, hashes, told, report)
    return held


def _seals(documents: Documents, first: int) -> Iterator[Doc]:
    while found := documents.find(SEALS, ("number", ">=", first), order="number", limit=AT_ONCE):
        yield from found
        first = found[-1]["number"] + 1


def _order(seal: Seal, moment: datetime | None, held: dict[str, tuple[int, str]], report: Report) -> None:
    ids = [entry for entry, _ in seal.entries]
    if ids != sorted(ids):
        report.find("entries of a seal are not in the order of time", seal.number)
    for entry, leaf_ in seal.entries:
        if entry in held:
            report.find("an entry is sealed twice", seal.number, entry)
        held[entry] = (seal.number, leaf_)
        if moment is not None and entry[:15] < f"{moment - SETTLED:%Y%m%dT%H%M%S}":
            report.find("an entry says that it is much older than the seal before it", seal.number, entry)


def _end(head: Doc | None, hashes: Mapping[int, str], told: Mapping[int, str], report: Report) -> None:
    if head is None:
        if report.seals:
            report.find("nothing says which seal is the newest", 0)
    elif head["number"] > report.last:
        report.find("the newest seals are missing", report.last + 1)
    elif hashes.get(head["number"], head["hash"]) != head["hash"]:
        report.find("the newest seal is another one", head["number"])
    if told and max(told) > report.last:
        report.find("seals that were told to the log are missing", report.last + 1)


def _entries(documents: Documents, now: datetime, first: int, held: dict[str, tuple[int, str]], report: Report) -> None:
    waiting, erased = dict(held), defaultdict[str, list[str]](list)
    acts: dict[str, Doc] = {}
    for doc in [*_each(documents, first), *documents.find(ENTRIES, ("seal", "==", UNSEALED))]:
        name = str(doc["id"])
        report.entries += 1
        if doc["act"] == ERASED:
            acts[name] = doc
        if doc["erased_by"]:
            erased[doc["erased_by"]].append(name)
            if any(doc[each] for each in (*ERASABLE, "salt")):
                report.find("an entry that was erased tells something", doc["seal"], name)
        elif digest(doc) != doc["digest"]:
            report.find("what an entry tells was changed", doc["seal"], name)
        if doc["seal"] == UNSEALED and name not in held:
            report.unsealed += 1
            if now - doc["at"] > SETTLED:
                report.find("an entry was not sealed", 0, name)
            continue
        number, leaf_ = waiting.pop(name, held.get(name, (0, "")))
        if not number and doc["seal"] > report.last and _holds(documents, doc["seal"], name, leaf(doc)):
            report.unsealed += 1  # it was when we began
        elif not number:
            report.find("an entry was inserted: no seal holds it", doc["seal"], name)
        elif leaf(doc) != leaf_:
            report.find("an entry was changed", number, name)
        elif doc["seal"] != number:
            report.find("an entry says that it is of another seal", number, name)
    for name, (number, _) in waiting.items():
        report.find("an entry was removed", number, name)
    _erasures(documents, first, erased, acts, report)


def _holds(documents: Documents, number: int, entry: str, leaf_: str) -> bool:
    doc = documents.get(seal_path(number))
    return doc is not None and (entry, leaf_) in seal_of(doc).entries


def _each(documents: Documents, first: int) -> Iterator[Doc]:
    for _, doc in documents.each(ENTRIES, ("seal", ">=", first)):
        yield doc


def _erasures(
    documents: Documents, first: int, erased: Mapping[str, list[str]], acts: Mapping[str, Doc], report: Report
) -> None:
    """What is gone of an entry was taken by an erasure that is in the log itself, and names exactly these."""
    for act, names in erased.items():
        doc = acts.get(act) or documents.get(f"{ENTRIES}/{act}")
        if first > 1:  # of a part of the chain, not all that an erasure took is seen
            names = [doc["id"] for doc in documents.find(ENTRIES, ("erased_by", "==", act))]
        whole = doc is not None and doc["act"] == ERASED and digest(doc) == doc["digest"]
        if doc is not None and whole and doc["details"].get("names") == names_digest(names):
            report.erased += len(names)
            continue
        for name in names:
            report.find("what an entry tells was removed, and no erasure says so", 0, name)
