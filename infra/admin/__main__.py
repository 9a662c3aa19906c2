"""`python -m infra.admin …`: workspaces, connect links, connections, runs and failures, for whoever operates it.

It speaks to the project that the environment names (the settings in docs/settings.md), or to a local cloud:
`--local FOLDER`, or `.tributary` by itself when one is running there. Secrets are never shown.
"""

from __future__ import annotations

import argparse
import os
import sys

from google.api_core.exceptions import GoogleAPICallError, RetryError
from google.auth.exceptions import GoogleAuthError

from infra.admin import (
    apps,
    calls,
    connect_links,
    erasing,
    failures,
    marts,
    output,
    plans,
    reports,
    states,
    statuses,
    syncs,
    target,
    workspaces,
)
from infra.admin.command import Group, general
from infra.admin.target import Wrong
from shared import log
from shared.errors import Problem


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python -m infra.admin",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="Exit codes: 0 done, 1 a run failed, a mart was refused or an app is not well, 2 the command was "
        "wrong, 3 the cloud could not be reached, 4 an erasure has begun and is not finished: the same command goes on "
        "with it.",
    )
    general(made)
    group = Group(made.add_subparsers(dest="command", required=True, metavar="COMMAND"))
    for part in (
        workspaces,
        apps,
        connect_links,
        statuses,
        plans,
        reports,
        syncs,
        failures,
        calls,
        erasing,
        states,
        marts,
    ):
        part.add(group)
    return made


def main(words: list[str] | None = None) -> int:
    said = parser().parse_args(words)
    try:
        with log.written_to(sys.stderr):  # standard output is for answers
            code: int = said.does(target.stores(said.local), said)
        sys.stdout.flush()
    except Wrong as reason:
        output.say(output.plain(str(reason)), file=sys.stderr)
        return 2
    except Problem as problem:
        output.say(output.plain(problem.sentence), file=sys.stderr)
        return 2
    except (GoogleAPICallError, RetryError, GoogleAuthError) as error:
        output.say(
            f"The cloud did not do it: {type(error).__name__}. Is it running, and are you signed in?", file=sys.stderr
        )
        return 3
    except BrokenPipeError:  # whoever listens has heard enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left is not written at exit either
        return 141
    except KeyboardInterrupt:
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main())
