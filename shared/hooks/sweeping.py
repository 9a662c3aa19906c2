"""What is left of webhooks: keys whose time is over, secrets of those that ended, all of a client who leaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.hooks.hook import Hook, address_name, hook_path, of_workspace
from shared.stores.ports import Doc, Documents, Transaction, Vault


@dataclass(frozen=True)
class HookSweeper:
    people: Documents
    vault: Vault

    def sweep(self, workspace: str, now: datetime) -> None:
        """Secrets go before their names are forgotten, so whoever is killed in between comes again."""
        for hook in of_workspace(self.people, workspace):
            over = [key for key in hook.keys if not hook.is_open or (key["until"] is not None and key["until"] <= now)]
            for key in over:
                self.vault.delete(key["name"])
            if over:
                self._forget(hook, [key["name"] for key in over])
            if hook.ended_at is not None and not hook.swept:
                self.vault.delete(address_name(hook.id))
                self._write(hook, {"swept": True})

    def forget(self, workspace: str) -> None:
        """All of it. Done twice it changes nothing."""
        for hook in of_workspace(self.people, workspace):
            for name in (address_name(hook.id), *(key["name"] for key in hook.keys)):
                self.vault.delete(name)
            self.people.delete(hook_path(hook.id))
        for doc in self.people.find("deliveries", ("workspace", "==", workspace)):
            self.people.delete(f"deliveries/{doc['id']}")

    def _forget(self, hook: Hook, names: list[str]) -> None:
        self.people.transact(lambda tx: _without(tx, hook.id, names))

    def _write(self, hook: Hook, changes: Doc) -> None:
        self.people.transact(lambda tx: _changed(tx, hook.id, changes))


def _without(tx: Transaction, hook: str, names: list[str]) -> None:
    doc = tx.get(hook_path(hook))
    if doc is not None:
        tx.update(hook_path(hook), {"keys": [key for key in doc["keys"] if key["name"] not in names]})


def _changed(tx: Transaction, hook: str, changes: Doc) -> None:
    if tx.get(hook_path(hook)) is not None:
        tx.update(hook_path(hook), changes)
