"""How a platform says no."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Reason = Literal["unauthorized", "forbidden", "missing", "method", "invalid", "limited", "quota", "broken"]


class Refusal(Exception):  # an answer of the platform, not an error of the sandbox
    """The platform says no; each platform writes that down in its own way (`Platform.refuse`).

    `code`: the platform's own word for why, where `reason` is too coarse. `limit`: the limit that a handler ran into.
    """

    def __init__(
        self,
        reason: Reason,
        status: int,
        message: str = "",
        field: str = "",
        headers: Mapping[str, str] | None = None,
        code: str = "",
        limit: str = "",
    ) -> None:
        super().__init__(message or reason)
        self.reason, self.status, self.message, self.field = reason, status, message, field
        self.headers = dict(headers or {})
        self.code, self.limit = code, limit


def missing(what: str = "The requested resource could not be found.") -> Refusal:
    return Refusal("missing", 404, what)


@dataclass(frozen=True)
class Refused:
    """A refusal as the platform writes it; a text (XML, say) goes out as it is."""

    body: Any
    content_type: str = "application/json"
    status: int = 0  # where the platform answers with another one than the refusal says
