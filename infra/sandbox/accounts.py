"""Several accounts behind one login: which there are, and which can be read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from infra.sandbox.refusals import Refusal

NoAccess = Callable[["Account | None", str], Refusal]


@dataclass(frozen=True)
class Account:
    id: str
    title: str = ""
    zone: str = "UTC"
    currency: str = "EUR"
    closed: str = ""  # why it cannot be read: no access, cancelled …


def _no_access(account: Account | None, account_id: str) -> Refusal:
    why = account.closed if account else "There is no such account."
    return Refusal("forbidden", 403, why, account_id)


class Accounts:
    """Of one login. `refusal` is how this platform refuses a closed account, or (None) one that it does not know."""

    def __init__(self, accounts: Iterable[Account], refusal: NoAccess = _no_access) -> None:
        self._kept = {account.id: account for account in accounts}
        self._refusal = refusal

    def __getitem__(self, account_id: str) -> Account:
        return self._kept[account_id]

    def all(self) -> list[Account]:
        return list(self._kept.values())

    def readable(self, account_id: str) -> Account:
        """The account a call is about; raises the platform's refusal when it cannot be read."""
        account = self._kept.get(account_id)
        if account is None or account.closed:
            raise self._refusal(account, account_id)
        return account

    def close(self, account_id: str, why: str = "Access to this account was withdrawn.") -> None:
        self._kept[account_id] = replace(self._kept[account_id], closed=why)

    def open(self, account_id: str) -> None:
        self.close(account_id, "")
