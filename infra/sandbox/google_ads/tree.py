"""Who manages whom, and what the login knows itself."""

from dataclasses import dataclass, field

from infra.sandbox.records import Record


@dataclass
class Tree:
    """`roots`: what the login has access to itself. `below`: a manager's clients, managers among them."""

    roots: list[str] = field(default_factory=list)
    below: dict[str, list[str]] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)  # of every account, managers included

    def manages(self, account: str) -> bool:
        return account in self.below

    def clients(self, root: str, level: int = 0) -> list[tuple[str, int]]:
        """Itself and everything below it, with how far below."""
        found = [(root, level)]
        for client in self.below.get(root, []):
            found += self.clients(client, level + 1)
        return found

    def reaches(self, root: str, account: str) -> bool:
        return any(client == account for client, _ in self.clients(root))
