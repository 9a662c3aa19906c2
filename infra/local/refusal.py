"""How a stand-in says no: the status and the sentence that the caller of the real service would get."""

from __future__ import annotations


class Refusal(Exception):
    """A call the real service would refuse; `status` is the name of a gRPC status code."""

    def __init__(self, status: str, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


def invalid(text: str) -> Refusal:
    """The request can never work."""
    return Refusal("INVALID_ARGUMENT", text)


def not_found(text: str) -> Refusal:
    """What the request names is not there."""
    return Refusal("NOT_FOUND", text)


def exists(text: str) -> Refusal:
    """What the request would create is there already."""
    return Refusal("ALREADY_EXISTS", text)


def failed(text: str) -> Refusal:
    """A condition of the request does not hold; asking again unchanged is no use."""
    return Refusal("FAILED_PRECONDITION", text)


def aborted(text: str) -> Refusal:
    """Lost to another transaction; worth trying again from its start."""
    return Refusal("ABORTED", text)


def uncovered(text: str) -> Refusal:
    """The real service can do this, the stand-in cannot, and will not pretend to."""
    return Refusal("UNIMPLEMENTED", text)
