"""`tributary`: the beginning and the end of a command."""

from __future__ import annotations

import os
import sys

from infra.cli.commands import parser

# What `tributary[local]` brings besides: one module of each, by which its absence shows.
LOCAL = {"bqemulator", "duckdb", "duckdb_extensions", "functions_framework", "gcp_storage_emulator", "graphql"}
LISTENER_LEFT = 141


def main(words: list[str] | None = None) -> int:
    made = parser()
    args = made.parse_args(words)
    if args.does is None:
        made.print_help()
        return 0
    try:
        code: int = args.does(args)
        sys.stdout.flush()
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in LOCAL:
            raise
        print("This needs the one-machine cloud: pip install 'tributary[local]'", file=sys.stderr)
        return 2
    except BrokenPipeError:  # whoever listens has heard enough, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left is not written at exit either
        return LISTENER_LEFT
    except KeyboardInterrupt:
        return 130
    return code


if __name__ == "__main__":
    sys.exit(main())
