"""How a command line is read: argparse, with commands that are imported when they are meant, and with guesses at words
that were mistyped."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, Self, cast

from infra.cli import colour

if TYPE_CHECKING:
    _Base = argparse._SubParsersAction[argparse.ArgumentParser]
else:
    _Base = argparse._SubParsersAction  # which takes no types when it runs
Run = Callable[[argparse.Namespace], int]
NEAR = 0.6  # how much of a word must be right before it is guessed at


class Announced(NamedTuple):
    """A command that is listed before the module that knows it is imported."""

    name: str
    module: str  # its function `add` fills the command
    overview: str  # one line


class Parser(argparse.ArgumentParser):
    """Says which word was probably meant, and complains where the word stands."""

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            raise argparse.ArgumentError(action, f"{error.message}{guess(str(value), action.choices or ())}") from None

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Complains by itself of what it does not know: the parser above it cannot guess which option was meant."""
        found, left = super().parse_known_args(args, namespace)
        if left:
            options = [option for action in self._actions for option in action.option_strings]
            self.error(f"unrecognized arguments: {' '.join(left)}{guess(left[0].partition('=')[0], options)}")
        return found, left

    def print_help(self, file: Any = None) -> None:
        out = file or sys.stdout
        self._print_message(colour.headings(self.format_help(), out), out)


def guess(word: str, known: Iterable[Any]) -> str:
    near = get_close_matches(word, [str(each) for each in known], 1, NEAR)
    return f". Did you mean {near[0]}?" if near else ""


class Commands(_Base):
    """The commands of one level. Those that were announced are filled when one of them is called."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting: dict[str, tuple[str, Group]] = {}  # name → the module that fills it, and what that is given

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        self.fill(values[0])
        super().__call__(parser, namespace, values, option_string)

    def fill(self, name: str) -> None:
        """Have the command filled, if it is not; a module that knows several fills all of them at once."""
        if name in self.waiting:
            module, group = self.waiting[name]
            self.waiting = {each: held for each, held in self.waiting.items() if held[0] != module}
            import_module(module).add(group)

    def fill_all(self) -> None:
        for name in list(self.waiting):
            self.fill(name)


class Group:
    """Where commands are added: one level of the command line."""

    def __init__(self, commands: Commands) -> None:
        self.commands = commands

    @classmethod
    def of(cls, parser: argparse.ArgumentParser, name: str = "command", required: bool = True) -> Self:
        made = parser.add_subparsers(action=Commands, dest=name, required=required, metavar="COMMAND")
        return cls(cast(Commands, made))

    def announce(self, entries: Iterable[Announced]) -> None:
        for each in entries:
            self.commands.add_parser(each.name, help=each.overview, description=each.overview)
            self.commands.waiting[each.name] = (each.module, self)

    def command(self, name: str, run: Run, help: str = "", description: str = "") -> argparse.ArgumentParser:
        """A command that does something. One that was announced has its line of help already."""
        parser = self.parser(name, help, description)
        parser.set_defaults(does=run)
        return parser

    def group(self, name: str, help: str = "") -> Self:
        """A command that has commands."""
        return type(self).of(self.parser(name, help), f"{name} command")

    def parser(self, name: str, help: str = "", description: str = "") -> argparse.ArgumentParser:
        announced = self.commands.choices.get(name)
        if announced is None:
            return self.commands.add_parser(name, help=help, description=description or help)
        announced.description = description or announced.description
        return announced


def fill(parser: argparse.ArgumentParser) -> None:
    """Import every command below: for whoever wants to see the whole tree, as completion does."""
    for action in parser._actions:
        if isinstance(action, Commands):
            action.fill_all()
            for each in action.choices.values():
                fill(each)
