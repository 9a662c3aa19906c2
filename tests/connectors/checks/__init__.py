"""What every stream of every platform must do. A check raises; or it says in words why it does not apply."""

from tests.connectors.checks import answers, calls, moments, pages, refusals, reports, words
from tests.connectors.checks.subject import CHECKS, Check, Subject

__all__ = ["CHECKS", "Check", "Subject", "answers", "calls", "moments", "pages", "refusals", "reports", "words"]
