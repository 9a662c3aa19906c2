"""Every command of `tributary` with its line of help; none of them is imported before it is meant."""

from __future__ import annotations

from argparse import SUPPRESS

from infra.cli.parsing import Announced, Group, Parser
from infra.cli.version import Version

ABOUT = "Marketing data from the platforms into BigQuery, in a Google Cloud project of your own."
COMMANDS = (
    Announced("sync", "infra.local.commands", "read what a login sees from any server that speaks a platform's API"),
    Announced("demo", "infra.demo.commands", "connect every platform on this machine, sync, change, sync, compare"),
    Announced("up", "infra.demo.commands", "the same world left running, with links to open in a browser"),
    Announced("ask", "infra.demo.commands", "the demonstration, left running, so that its marts can be asked"),
    Announced("cloud", "infra.local.commands", "the one-machine cloud by itself, left running until Ctrl-C"),
    Announced("sandbox", "infra.sandbox.commands", "platforms on this machine, to try a connector against"),
    Announced("admin", "infra.admin.commands", "workspaces, links, connections, runs: for whoever operates it"),
    Announced(
        "plan",
        "infra.admin.shortcuts",
        "what a first and a daily sync would cost: calls, share of each allowance, time",
    ),
    Announced("cost", "infra.cost.commands", "the monthly bill of an installation, by item"),
    Announced("platform", "infra.platforms.commands", "the platforms there are, and what each of them has"),
    Announced("addin", "infra.addin.commands", "a task pane for Excel, to be served by a host of its own"),
    Announced("completion", "infra.cli.completion", "a script that completes these words in bash, zsh or fish"),
)


def parser() -> Parser:
    made = Parser(prog="tributary", description=ABOUT)
    made.add_argument("--version", action=Version, nargs=0, default=SUPPRESS, help="print the release, and end")
    made.set_defaults(local=None, json=False, does=None)
    Group.of(made, required=False).announce(COMMANDS)
    return made
