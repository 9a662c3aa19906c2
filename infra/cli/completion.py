"""`tributary completion`: scripts by which a shell completes the words of the command line."""

from __future__ import annotations

import argparse

import shtab

from infra.cli.commands import parser
from infra.cli.parsing import Group, fill

SHELLS = ("bash", "zsh", "fish")
HOW = """\
bash   eval "$(tributary completion bash)"            in ~/.bashrc
zsh    eval "$(tributary completion zsh)"             in ~/.zshrc, after compinit
fish   tributary completion fish > ~/.config/fish/completions/tributary.fish
"""


def add(group: Group) -> None:
    made = group.command("completion", _print)
    made.formatter_class = argparse.RawDescriptionHelpFormatter
    made.epilog = HOW
    made.add_argument("shell", choices=SHELLS)


def _print(args: argparse.Namespace) -> int:
    print(script(args.shell))
    return 0


def script(shell: str) -> str:
    """It names every command and option of today, so it is made anew with each release; no key starts Python."""
    made = parser()
    fill(made)
    return shtab.complete(made, shell)
