"""Things are destroyed product by product. Each of these may be repeated, and counts what it destroyed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from google.api_core.exceptions import NotFound

from infra.erasure.receipt import Receipt
from infra.stores import Stores
from shared import model
from shared.model import Connection
from shared.oauth.accounts import secrets_of
from shared.oauth.choices import Choices
from shared.stores.ports import Doc, Transaction, Where
from shared.warehouse import names

COLLECTIONS = ("cursors", "runs", "slices", "pages", "debts", "batches", "tables", "reports", "connections")
DOORS = ("links", "states", "outcomes", "intents")  # with a field `workspace`
AT_ONCE = 300  # documents deleted in one commit
HANDS = 8  # objects deleted side by side


@dataclass(frozen=True)
class Destroyer:
    stores: Stores
    receipt: Receipt

    def secrets(self, whose: Connection | str) -> None:
        """By their names, so that one which was written after us, or left by who died, is found as well."""
        for name in self.stores.vault.named(secrets_of(whose)):
            self._count("secrets", 1)
            self.stores.vault.delete(name)

    def choices(self, workspace: str) -> None:
        """Accounts that somebody was choosing from, with the credential that waited for it."""
        choices = Choices(self.stores.documents, self.stores.vault, self.stores.clock)
        for doc in self.stores.documents.find("choices", ("workspace", "==", workspace)):
            self._count("choices", 1)
            choices.end(doc["id"])

    def objects(self, prefix: str, connection: str = "") -> None:
        found = (
            staged.name
            for staged in self.stores.objects.list(prefix)
            if connection in ("", staged.metadata.get("connection"))
        )
        with ThreadPoolExecutor(HANDS) as hands:
            for chunk in _chunks(found, AT_ONCE):
                self._count("objects", len(chunk))
                list(hands.map(self.stores.objects.delete, chunk))

    def datasets(self, workspace: str) -> None:
        """With all their tables; and what was being loaded."""
        client = self.stores.bigquery
        for dataset in names.of_workspace(workspace):
            try:
                labels = client.get_dataset(dataset).labels
                tables = len(list(client.list_tables(dataset)))
            except NotFound:
                continue
            if dataset == workspace and labels.get("app") != "tributary":
                continue  # of the same name, and not ours
            self._count("datasets", 1)
            self._count("tables and views", tables)
            client.delete_dataset(dataset, delete_contents=True, not_found_ok=True)
        try:
            staged = [table.table_id for table in client.list_tables(names.STAGING)]
        except NotFound:
            return
        others = tuple(f"{name}__" for name in self._workspaces() if name.startswith(f"{workspace}__"))
        for table in staged:
            if table.startswith(f"{workspace}__") and not table.startswith(others):
                client.delete_table(f"{self.stores.settings.project}.{names.STAGING}.{table}", not_found_ok=True)

    def _workspaces(self) -> list[str]:
        return [path.partition("/")[2] for path, _ in self.stores.documents.each("workspaces")]

    def documents(self, workspace: str, connections: Iterable[str]) -> None:
        """Everything below the workspace, and what stands elsewhere and names it. The connections go last."""
        home, ours = model.workspace_path(workspace), ("workspace", "==", workspace)
        for collection in DOORS:
            self.found(collection, ours)
        self.budgets(connections)
        self.failures(lambda doc: _named(doc, workspace))
        for collection in COLLECTIONS:
            self.found(f"{home}/{collection}", kind=collection)

    def of_connection(self, workspace: str, connection: str) -> None:
        home, ours = model.workspace_path(workspace), ("connection", "==", connection)
        for collection in ("cursors", "runs", "slices", "pages", "debts"):
            self.found(f"{home}/{collection}", ours, kind=collection)
        self.found("intents", ("workspace", "==", workspace), ours)
        self.budgets([connection])

    def found(self, collection: str, *where: Where, kind: str = "") -> None:
        self.paths((path for path, _ in self.stores.documents.each(collection, *where)), kind or collection)

    def budgets(self, connections: Iterable[str]) -> None:
        """Allowances of single connections; what several share by a login or our app holds nobody's data."""
        names_of = set(connections)
        every = self.stores.documents.each("budgets")
        self.paths((path for path, _ in every if set(path.split("/")[1].split(".")) & names_of), "budgets")

    def failures(self, ours: Callable[[Doc], bool]) -> None:
        self.paths((path for path, doc in self.stores.documents.each("failures") if ours(doc)), "failures")

    def paths(self, paths: Iterable[str], kind: str) -> None:
        for chunk in _chunks(paths, AT_ONCE):
            self._count(f"documents: {kind}", len(chunk))

            def work(tx: Transaction, chunk: list[str] = chunk) -> None:
                for path in chunk:
                    tx.delete(path)

            self.stores.documents.transact(work)

    def _count(self, what: str, how_many: int) -> None:
        """Before it is done: an interruption may count a chunk twice, but never leave out what was destroyed."""
        if how_many:
            self.receipt.destroyed[what] += how_many
            self.receipt.keep(self.stores.documents)


def _chunks(items: Iterable[str], size: int) -> Iterable[list[str]]:
    """All of them first, because a list that is read while its entries go may skip some."""
    every = list(items)
    return (every[start : start + size] for start in range(0, len(every), size))


def _named(failure: Doc, workspace: str) -> bool:
    """Whether a message kept aside is about this workspace."""
    return f'"{workspace}"' in failure["data"]
