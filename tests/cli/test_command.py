"""`tributary`: what is imported before a command is meant, what is guessed, and what is coloured."""

from __future__ import annotations

import io
import runpy
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import orjson
import pytest

from infra.admin.commands import COMMANDS as OF_OPERATORS
from infra.cli import colour
from infra.cli.__main__ import main
from infra.cli.colour import Style
from infra.cli.commands import COMMANDS, parser
from infra.cli.completion import SHELLS, script
from infra.cli.parsing import Commands, fill
from infra.demo.__main__ import command as of_demo
from shared.platforms import PLATFORMS

ROOT = Path(__file__).resolve().parents[2]
STANDARD = {*sys.stdlib_module_names, "__main__"}
LISTED = [[each.name] for each in COMMANDS] + [["admin", each.name] for each in OF_OPERATORS]


def type(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Exit code, what was printed, and what was complained about."""
    try:
        code = main(list(words))
    except SystemExit as ended:
        code = int(ended.code or 0)
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("words", [["--help"], ["admin", "--help"], ["syn"]], ids=" ".join)
def test_what_only_lists_commands_imports_none_of_them(words: list[str]) -> None:
    """This is what makes help quick: Google's clients and the platforms take seconds to import."""
    look = (
        "import sys\n"
        "from infra.cli.__main__ import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print('\\n' + ' '.join(name for name in sys.modules if name not in sys.stdlib_module_names))"
    )
    bare = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{look}"]
    ended = subprocess.run([*bare, *words], capture_output=True, text=True, check=True)
    ours = {name for name in ended.stdout.splitlines()[-1].split() if name.partition(".")[0] not in STANDARD}
    allowed = {"infra", "infra.cli", "infra.cli.__main__", "infra.cli.commands", "infra.cli.parsing"}
    allowed |= {"infra.cli.colour", "infra.cli.version"}
    if words[:1] == ["admin"]:
        allowed |= {"infra.admin", "infra.admin.commands", "infra.admin.group"}
    assert ours <= allowed


@pytest.mark.parametrize("words", LISTED, ids=" ".join)
def test_every_command_that_is_listed_is_there(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = type(capsys, *words, "--help")
    assert code == 0
    assert out.startswith(f"usage: tributary {' '.join(words)} ")


def test_modules_fill_what_is_announced_and_nothing_else() -> None:
    """A command that its module adds beside the list would not be listed before it is called."""
    whole = parser()
    before = {id(action): list(action.choices) for action in whole._actions if isinstance(action, Commands)}
    fill(whole)
    for action in whole._actions:
        if isinstance(action, Commands):
            assert list(action.choices) == before[id(action)]
            (admin,) = [each for each in action.choices["admin"]._actions if isinstance(each, Commands)]
            assert list(admin.choices) == [each.name for each in OF_OPERATORS]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (["admn"], "admin"),
        (["admin", "conections"], "connections"),
        (["admin", "workspace", "creat"], "create"),
        (["platform", "describe", "mailchmp"], "mailchimp"),
        (["admin", "status", "--strems"], "--streams"),
        (["cost", "--client=3"], None),  # the beginning of an option is enough
        (["cost", "--cleints=3"], "--clients"),
        (["admin", "status", "--qqqq"], ""),
    ],
)
def test_a_word_that_was_mistyped_is_guessed(
    words: list[str], meant: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = type(capsys, *words)
    if meant is None:
        assert code == 0
        return
    assert code == 2
    assert f"Did you mean {meant}?" in err if meant else "Did you mean" not in err
    assert err.startswith("usage: tributary")


def test_the_release_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert type(capsys, "--version")[:2] == (0, "tributary 0.1.0\n")


def test_without_a_word_it_says_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = type(capsys)
    assert code == 0
    for each in COMMANDS:
        assert each.name in out


def test_platforms_are_listed_and_described(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = type(capsys, "platform", "list", "--json")
    assert code == 0
    assert [each["platform"] for each in orjson.loads(out)] == list(PLATFORMS)
    _, out, _ = type(capsys, "platform", "describe", "mailchimp", "--json")
    found = orjson.loads(out)
    assert found["title"] == "Mailchimp"
    assert [each["table"] for each in found["streams"]] == [
        PLATFORMS["mailchimp"].table(stream.name) for stream in PLATFORMS["mailchimp"].streams
    ]
    _, out, _ = type(capsys, "platform", "describe", "mailchimp")
    assert "mailchimp_lists" in out


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_is_told_every_command(shell: str) -> None:
    text = script(shell)
    for name in ("tributary", "admin", "connect-link", "backfill", "describe", "emailoctopus", "wait"):
        assert name in text


def test_bash_completes_by_the_script(tmp_path: Path) -> None:
    (tmp_path / "script").write_text(script("bash"))
    ask = (
        f"source {tmp_path / 'script'}; COMP_WORDS=(tributary admin conn); COMP_CWORD=2; "
        "_shtab_tributary; printf '%s\\n' ${COMPREPLY[@]}"
    )
    ended = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, check=True)
    assert set(ended.stdout.split()) == {"connect-link", "connections", "connection"}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_colours_are_for_terminals_and_for_who_wants_them(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    assert colour.painted("a\n\nb", Style.BAD, Terminal()) == "\x1b[31ma\x1b[0m\n\n\x1b[31mb\x1b[0m"
    assert colour.painted("a", Style.PLAIN, Terminal()) == "a"
    assert colour.painted("a", Style.BAD, io.StringIO()) == "a"
    monkeypatch.setenv("TERM", "dumb")
    assert colour.painted("a", Style.BAD, Terminal()) == "a"
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert colour.painted("a", Style.BAD, Terminal()) == "a"


def test_help_shows_its_headings_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    shown, piped = Terminal(), io.StringIO()
    parser().print_help(shown)
    parser().print_help(piped)
    assert "\x1b[1moptions:\x1b[0m" in shown.getvalue()
    assert "\x1b" not in piped.getvalue()


def test_what_was_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    commands = import_module("infra.demo.commands")

    def lacks(_: object) -> int:
        raise ModuleNotFoundError("No module named 'duckdb.sql'", name="duckdb.sql")

    monkeypatch.setattr(commands, "_show", lacks)
    code, _, err = type(capsys, "demo")
    assert (code, err) == (2, "This needs the one-machine cloud: pip install 'tributary[local]'\n")

    def broken(_: object) -> int:
        raise ModuleNotFoundError("No module named 'infra.gone'", name="infra.gone")

    monkeypatch.setattr(commands, "_show", broken)
    with pytest.raises(ModuleNotFoundError):
        main(["demo"])


@pytest.mark.parametrize(
    ("words", "same"),
    [
        ([], ["demo"]),
        (["--small", "--platform", "mailchimp"], ["demo", "--small", "--platform", "mailchimp"]),
        (["--ask"], ["ask"]),
        (["--folder", "x", "--stay"], ["up", "--folder", "x"]),
        (["--stay", "--ask"], ["up"]),
    ],
)
def test_the_older_words_of_the_demonstration_mean_the_same(words: list[str], same: list[str]) -> None:
    assert of_demo(words) == same


@pytest.mark.parametrize("module", ["infra.admin", "infra.cost", "infra.demo", "infra.local", "infra.sandbox"])
def test_the_older_commands_start(
    module: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [module, "--help"])
    monkeypatch.delitem(sys.modules, f"{module}.__main__", raising=False)
    with pytest.raises(SystemExit) as ended:
        runpy.run_module(f"{module}.__main__", run_name="__main__")
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("usage: tributary")
