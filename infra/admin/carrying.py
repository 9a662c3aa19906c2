"""Carries out a command of an operator, and says in a sentence why it cannot be."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from google.api_core.exceptions import GoogleAPICallError, RetryError
from google.auth.exceptions import GoogleAuthError

from infra.admin import output, target
from infra.admin.target import UsageError
from shared import log
from shared.errors import Problem
from shared.stores.installation import Stores

WRONG, UNREACHABLE = 2, 3  # exit codes


def carry_out(run: Callable[[Stores, argparse.Namespace], int], args: argparse.Namespace) -> int:
    try:
        with log.written_to(sys.stderr):  # standard output is for answers
            return run(target.stores(args.local), args)
    except UsageError as reason:
        return _complain(WRONG, str(reason))
    except Problem as problem:
        return _complain(WRONG, problem.sentence)
    except (GoogleAPICallError, RetryError, GoogleAuthError) as error:
        name = type(error).__name__
        return _complain(UNREACHABLE, f"The cloud did not do it: {name}. Is it running, and are you signed in?")


def _complain(code: int, sentence: str) -> int:
    output.say(output.plain(sentence), file=sys.stderr)
    return code
