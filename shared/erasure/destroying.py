"""Things are destroyed product by product. Each of these may be repeated, and counts what it destroyed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from shared import model
from shared.erasure import kept
from shared.erasure.receipt import Receipt
from shared.model import Connection
from shared.oauth import links
from shared.oauth.accounts import labels_of, secret_name, secrets_of
from shared.oauth.choices import Choices, pending_of
from shared.oauth.links import link_path
from shared.publishing.withdrawing import withdraw
from shared.stores.holdings import Holdings
from shared.stores.ports import Staged, Transaction, Where

COLLECTIONS = ("cursors", "runs", "slices", "pages", "debts", "batches", "tables", "reports", "connections")
OF_CONNECTION = ("cursors", "runs", "slices", "pages", "debts")  # with a field `connection`
DOORS = ("links", "states", "outcomes", "intents", "wishes")  # with a field `workspace`
AT_ONCE = 300  # documents deleted in one commit
HANDS = 8  # objects deleted side by side


@dataclass(frozen=True)
class Destroyer:
    stores: Holdings
    receipt: Receipt

    def secrets(self, whose: Connection | str) -> None:
        """By their names and labels, so that one which was written after us, or left by who died, is found as well, and
        one of such a name that somebody else made is not taken."""
        for name in self.stores.vault.named(secrets_of(whose), labels_of(whose)):
            self._count("secrets", 1)
            self.stores.vault.delete(name)
        for name in self.stores.vault.named(secrets_of(whose)):
            labels = " and ".join(f"{label}={value}" for label, value in labels_of(whose).items())
            self.receipt.spare(f"secret {name}", f"not ours: it lacks the labels {labels}")

    def choices(self, workspace: str, of: Connection | None = None) -> None:
        """Accounts that somebody was choosing from, with the credential that waited for it; `of`: where this one was
        among them. The credential may have come after its document had gone, so it is looked for by its labels too."""
        choices = Choices(self.stores.documents, self.stores.vault, self.stores.clock)
        for doc in self.stores.documents.find("choices", ("workspace", "==", workspace)):
            if of is None or (doc["platform"] == of.platform and of.account in [one["id"] for one in doc["accounts"]]):
                self._count("choices", 1)
                choices.end(doc["id"])
        if of is None:
            for name in pending_of(self.stores.vault, workspace):
                self._count("secrets", 1)
                self.stores.vault.delete(name)

    def objects(self, workspace: str, connection: str = "") -> None:
        """Wherever they stand among those of the workspace, and whatever they are: each says whose it is."""
        with ThreadPoolExecutor(HANDS) as hands:
            for chunk in _chunks(self._staged(f"{workspace}/", connection), AT_ONCE):
                self._count("objects", len(chunk))
                list(hands.map(self.stores.objects.delete, chunk))

    def published(self, workspace: str) -> None:
        """All that is published of the workspace: each version has rows of every connection in it."""
        withdraw(self.stores.documents, self.stores.published, self.stores.clock, workspace, self._count)

    def _staged(self, prefix: str, connection: str) -> Iterator[str]:
        strange: list[Staged] = []
        for staged in self.stores.objects.list(prefix):
            whose = staged.metadata.get("connection")
            if whose is None:
                strange.append(staged)
            elif connection in ("", whose):
                yield staged.name
        if strange:
            self.receipt.spare(
                f"objects below {prefix}", f"{len(strange)} that do not say of which connection they are"
            )

    def documents(self, workspace: str, whose: Iterable[str]) -> None:
        """Everything below the workspace, and what stands elsewhere and names it. The connections go last.

        `whose`: the connections, and what else their allowances are counted for.
        """
        home, ours = model.workspace_path(workspace), ("workspace", "==", workspace)
        for collection in DOORS:
            self.found(collection, ours)
        self.budgets(whose)
        self.found("publications", ours)
        self.found("openings", ours)
        self.found("spendings", ours)
        self.paths(kept.of_workspace(self.stores.documents, workspace), "failures")
        for collection in COLLECTIONS:
            self.found(f"{home}/{collection}", kind=collection)

    def of_connection(self, workspace: str, connection: str, whose: Iterable[str]) -> None:
        home, ours = model.workspace_path(workspace), ("connection", "==", connection)
        self.paths(kept.of_connection(self.stores.documents, workspace, connection), "failures")
        for collection in OF_CONNECTION:
            self.found(f"{home}/{collection}", ours, kind=collection)
        self.found("intents", ("workspace", "==", workspace), ours)
        self.budgets(whose)
        self._reports(workspace, connection)

    def links(self, known: Connection) -> None:
        """Those that renew it, and the one that it was last connected with, unless others were connected with it."""
        home = f"{model.workspace_path(known.workspace)}/connections"
        others = [
            model.from_doc(Connection, doc)
            for doc in self.stores.documents.find(home, ("platform", "==", known.platform))
            if doc["id"] != known.id
        ]
        self.paths(
            [
                link_path(link.id)
                for link in links.of_workspace(self.stores.documents, known.workspace)
                if link.reconnects == known.id
                or (
                    link.used_by
                    and secret_name(known, link.used_by) == known.secret
                    and not any(secret_name(other, link.used_by) == other.secret for other in others)
                )
            ],
            "links",
        )

    def _reports(self, workspace: str, connection: str) -> None:
        """A report for this account and others is for the others; one for it alone is withdrawn, as its table stays."""
        for path, doc in self.stores.documents.each(f"{model.workspace_path(workspace)}/reports"):
            if connection in doc["connections"]:
                others = [name for name in doc["connections"] if name != connection]
                ended = doc["deleted_at"] if others else (doc["deleted_at"] or self.stores.clock.now())
                self.stores.documents.set(path, {**doc, "connections": others, "deleted_at": ended})

    def found(self, collection: str, *where: Where, kind: str = "") -> None:
        self.paths((path for path, _ in self.stores.documents.each(collection, *where)), kind or collection)

    def budgets(self, whose: Iterable[str]) -> None:
        """Allowances of these; what all clients of our app share holds nobody's data."""
        names_of = set(whose)
        every = self.stores.documents.each("budgets")
        self.paths((path for path, _ in every if set(path.split("/")[1].split(".")) & names_of), "budgets")

    def paths(self, paths: Iterable[str], kind: str) -> None:
        for chunk in _chunks(paths, AT_ONCE):
            self._count(f"documents: {kind}", len(chunk))

            def work(tx: Transaction, chunk: list[str] = chunk) -> None:
                for path in chunk:
                    tx.delete(path)

            self.stores.documents.transact(work)

    def _count(self, what: str, how_many: int) -> None:
        self.receipt.count(what, how_many, self.stores.documents)


def _chunks(items: Iterable[str], size: int) -> Iterable[list[str]]:
    """All of them first, because a list that is read while its entries go may skip some."""
    every = list(items)
    return (every[start : start + size] for start in range(0, len(every), size))
