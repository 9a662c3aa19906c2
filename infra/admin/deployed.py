"""Says what of the marts could not be put in place; commands that deploy end with this."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from google.api_core.exceptions import ClientError, Unauthorized

from infra.admin import output
from shared.errors import Problem
from shared.marts.placing import Deployment, words


def tried(deploy: Callable[[], Deployment], dataset: str) -> Deployment:
    """A workspace that cannot be deployed at all stops no other one."""
    try:
        return deploy()
    except Unauthorized:
        raise
    except ClientError as error:
        return Deployment(0, refused={dataset: words(error)})
    except Problem as problem:
        return Deployment(0, refused={dataset: problem.sentence})


def complain(done: Mapping[str, Deployment]) -> int:
    """The exit code: 1 where anything was refused."""
    refused = [(dataset, name, why) for dataset, each in done.items() for name, why in each.refused.items()]
    for dataset, name, why in refused:
        output.say(output.plain(f"{dataset}: {name} could not be put in place. {why}"), file=sys.stderr)
    if refused:
        output.say("All else is in place. `marts deploy` goes on from here; doing it again is safe.", file=sys.stderr)
    return 1 if refused else 0
