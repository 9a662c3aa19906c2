"""infra/trial.sh, rehearsed: each check passes where all is well and says what is wrong where it is not, and the
project goes, however the trial ends."""

from __future__ import annotations

import shutil
import subprocess
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from infra.demo import visit
from infra.demo.connecting import NotConnected
from tests.terraform.drawing import ROOT
from tests.terraform.trial import KEPT, WELL, Trial

pytestmark = pytest.mark.slow

NEW = ("--billing", "0A1B2C-3D4E5F-6A7B8C", "--mail", "ops@example.com")
TEN = range(1, 11)
YES = "y\n"


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    return Trial(tmp_path)


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="needs the program shellcheck, which is not installed")
def test_shellcheck_has_nothing_to_say() -> None:
    files = ["infra/trial.sh", *(str(path.relative_to(ROOT)) for path in (ROOT / "infra" / "trial").glob("*.sh"))]
    done = subprocess.run(["shellcheck", "-x", *files], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


# -- each check -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", TEN)
def test_a_check_passes_where_all_is_well(trial: Trial, number: int) -> None:
    done = trial.check(number, says=YES)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"\n{number}. " in done.stdout
    assert ": well" in done.stdout
    assert "seen: " in done.stdout
    assert "0 not well, 0 not looked at" in done.stdout


STUCK = WELL["STATUS"].replace("run r7 (first) completed: ", "run r7 (first) running: ")
BROKEN = [
    (1, {"WORKER": "401"}, "the token is not what the function expects"),
    (1, {"WORKER": "403"}, "lacks roles/run.invoker"),
    (1, {"WORKER": "404"}, "the address or the ingress is wrong"),
    (1, {"WORKER": "429"}, "no instance could be had"),
    (1, {"WORKER": "500"}, "the function itself fails"),
    (1, {"WORKER": "302"}, "something else stands at this address"),
    (1, {"WORKER": ""}, "nothing came within three minutes"),
    (2, {"DENIED": "extract-page firestore.py:10\n"}, "does not hold as it is documented"),
    (3, {"EXPORT": "FAILED"}, "cannot be carried out"),
    (3, {"EXPORT": ""}, "the call was refused"),
    (3, {"FILES": ""}, "there is nothing"),
    (3, {"EXPORT": "PROCESSING"}, "not over after ten minutes"),
    (
        4,
        {"PLAN": "  # google_monitoring_dashboard.this will be updated", "PLAN_CODE": "2"},
        "google_monitoring_dashboard",
    ),
    (4, {"PLAN_CODE": "1"}, "the plan failed"),
    (5, {"PAGES": "the last page answered 403"}, "the cookie of oauth-start does not come"),
    (5, {"PAGES": "the last page answered 404"}, "the link is not known"),
    (5, {"PAGES": "no such form on https://trial.example/oauth-start/ (HTTP 404)"}, "the link is not known"),
    (5, {"PAGES": "the last page answered 422"}, "does not take the key"),
    (5, {"PAGES": "the last page answered 500"}, "a connect page failed"),
    (5, {"PAGES": ""}, "lead somewhere else"),
    (5, {"SIGNING": ""}, "the first attempt could not make it"),
    (5, {"SECRETS": ""}, "could not make the secret of a connection"),
    (5, {"REQUESTS": "2026-11-29"}, "the exclusion in terraform/logs.tf does not hold"),
    (5, {"TRACES": '{"/http/path": "/oauth-start/sesame"}'}, "token stands in a trace"),
    (5, {"FAILS": "curl*"}, "traces could not be read"),
    (6, {"STATUS": "run r (first) failed: no rows [bigquery-denied; ours]"}, "may not ask for its own jobs"),
    (6, {"STATUS": "run r (first) running: 0 rows"}, "did not become completed"),
    (6, {"ROWS": "0"}, "is the account empty"),
    (7, {"ASIDE": ""}, "extract_page was not reached"),
    (8, {"FAILS": "*remove-iam-policy-binding*"}, "could not be taken away"),
    (9, {"DEAD": "2026-11-29\n"}, "a busy hour fails healthy work"),
    (9, {"FAILED": "2026-11-29\n"}, "a busy hour fails healthy work"),
    (9, {"MEMORY": "2026-11-29\n"}, "too small for four slices"),
    (9, {"STATUS": STUCK}, "not over after an hour"),
    (10, {"FAILS": "*builds submit*", "SAYS": "Error 403: denied"}, "the deployer lacks a role"),
    (10, {"FAILS": "*_APPLY=approved*", "SAYS": "No plan of trial was kept"}, "kept no plan beside the state"),
    (10, {"FAILS": "*_APPLY=approved*", "SAYS": "Saved plan is stale"}, "something was applied in between"),
    (10, {"FAILS": "*builds submit*", "SAYS": "toomanyrequests"}, "Docker Hub had enough"),
]


@pytest.mark.parametrize(("number", "answers", "says"), BROKEN, ids=[f"{n}-{says[:40]}" for n, _, says in BROKEN])
def test_a_check_that_fails_says_what_that_means(trial: Trial, number: int, answers: dict[str, Any], says: str) -> None:
    done = trial.check(number, says=YES, **answers)
    assert done.returncode == 1, done.stdout + done.stderr
    assert says in done.stdout
    assert ": NOT WELL" in done.stdout
    assert "1 not well" in done.stdout


def test_every_check_is_seen_to_fail() -> None:
    assert {number for number, _, _ in BROKEN} == set(TEN)


@pytest.mark.parametrize("number", [7, 8])
def test_a_mail_that_does_not_come_is_a_failure_and_one_that_nobody_looked_for_is_not(
    trial: Trial, number: int
) -> None:
    missing = trial.check(number, says="n\n")
    assert missing.returncode == 1
    assert "is there an incident?" in missing.stdout
    nobody = trial.check(number)
    assert nobody.returncode == 0
    assert "1 not looked at" in nobody.stdout


def test_the_caller_is_given_back_also_when_no_mail_came(trial: Trial) -> None:
    trial.check(8, says="n\n")
    taken, given = trial.asked("iam-policy-binding tell-run")
    assert "remove-" in taken
    assert "add-" in given
    assert taken.partition("binding ")[2] == given.partition("binding ")[2]


def test_nothing_is_applied_that_nobody_has_read(trial: Trial) -> None:
    done = trial.check(10, says="n\n")
    assert "1 not looked at" in done.stdout
    assert [line.partition("_APPLY=")[2][:3] for line in trial.asked("builds submit")] == ["no,"]


@pytest.mark.parametrize("number", [6, 9])
def test_without_a_key_nothing_can_be_loaded_and_that_is_said(trial: Trial, number: int) -> None:
    done = trial.check(number, key=False)
    assert "nothing is connected" in done.stdout
    assert "1 not looked at" in done.stdout


def test_without_a_key_a_made_up_one_has_to_be_refused(trial: Trial) -> None:
    done = trial.check(5, key=False, PAGES="the last page answered 422")
    assert done.returncode == 0, done.stdout
    assert "a made-up key is refused, as it should be" in done.stdout


def test_no_secret_stands_on_a_command_line(trial: Trial) -> None:
    trial.check(5, says=YES)
    assert "the-key-of-an-account" in (trial.folder / "told.keys").read_text()
    assert "a-token-of-google" in (trial.folder / "told.headers").read_text()
    assert not trial.asked("the-key-of-an-account")
    assert not trial.asked("a-token-of-google")


@pytest.mark.parametrize("ends", ["", "the last page answered 422"])
def test_a_visit_says_where_it_ended(
    ends: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the fifth check reads."""

    def connect(link: str, key: str) -> None:
        assert (link, key) == ("https://trial.example/#sesame", "the-key")
        if ends:
            raise NotConnected(ends)

    monkeypatch.setattr(visit, "connect", connect)
    monkeypatch.setattr("sys.stdin", StringIO("the-key\n"))
    assert visit.main(["https://trial.example/#sesame"]) == (1 if ends else 0)
    assert capsys.readouterr().out == f"{ends or 'connected'}\n"


def test_that_the_end_of_an_export_is_not_logged_is_said_and_no_failure(trial: Trial) -> None:
    done = trial.check(3, ENDS="")
    assert done.returncode == 0
    assert "only the alarm on an empty bucket tells it" in done.stdout


# -- the whole --------------------------------------------------------------------------------------------------------


def destroyed(trial: Trial) -> list[str]:
    return trial.asked("projects delete")


def test_everything_is_made_looked_at_in_order_and_destroyed(trial: Trial) -> None:
    done = trial.run(*NEW, "--key-file", str(trial.key), says=YES * 3)
    assert done.returncode == 0, done.stdout + done.stderr
    titles = [line for line in done.stdout.splitlines() if line.endswith(": well")]
    assert [int(line.partition(".")[0]) for line in titles] == list(TEN)
    (created,) = trial.asked("projects create")
    project = created.split()[3]
    assert project.startswith("tributary-trial-")
    assert destroyed(trial) == [f"gcloud projects delete {project} --quiet"]
    assert trial.asked("")[-1] == destroyed(trial)[0]
    order = ["services enable", "identity create", "sleep 300", " init ", " apply ", '"fan-out-sync"']
    told = trial.told.read_text()
    assert [told.index(part) for part in order] == sorted(told.index(part) for part in order)
    settings = (trial.folder / "trials" / project / "trial.tfvars").read_text()
    assert settings.count(" = {}") == 30
    assert f'project = "{project}"' in settings


@pytest.mark.parametrize(
    "fails",
    ["*billing projects link*", "*identity create*", "*infra.tools.bundle*", "terraform* init *", "terraform* apply *"],
)
def test_what_was_made_goes_also_after_a_failure(trial: Trial, fails: str) -> None:
    done = trial.run(*NEW, FAILS=fails, SAYS="Error: it does not exist")
    assert done.returncode == 1
    assert len(destroyed(trial)) == 1
    assert "The trial ends here" in done.stdout
    assert not trial.asked('"fan-out-sync"')


def test_a_project_that_could_not_be_made_is_not_destroyed(trial: Trial) -> None:
    assert trial.run(*NEW, FAILS="*projects create*").returncode == 1
    assert not destroyed(trial)


def test_a_first_apply_that_fails_is_told_and_tried_once_more(trial: Trial) -> None:
    done = trial.run(*NEW, FAILS="terraform* apply *", SAYS="Error: You must grant Storage Object Viewer")
    assert len(trial.asked(" apply ")) == 2
    assert "the builder's grants were not known after two minutes" in done.stdout


def test_a_failed_check_does_not_keep_the_others_from_being_made(trial: Trial) -> None:
    done = trial.run(*NEW, says=YES * 3, WORKER="403", PAGES="the last page answered 422")
    assert done.returncode == 1
    assert "1 not well, 2 not looked at" in done.stdout  # nothing is connected
    assert len(destroyed(trial)) == 1


def test_it_can_be_kept(trial: Trial) -> None:
    done = trial.run(*NEW, "--keep", "--check", "2")
    assert not destroyed(trial)
    assert "It costs money until it goes" in done.stdout


def test_one_that_cannot_be_destroyed_is_shouted_about(trial: Trial) -> None:
    done = trial.run(*NEW, "--check", "2", FAILS="*projects delete*")
    assert done.returncode == 1
    assert "IT COULD NOT BE DELETED" in done.stdout


def test_a_rehearsal_changes_and_asks_nothing(trial: Trial) -> None:
    done = trial.run(*NEW, "--key-file", str(trial.key), "--dry-run")
    assert done.returncode == 0, done.stderr
    assert [line for line in trial.asked("") if " describe " not in line] == []
    for part in (
        "projects create",
        "services enable",
        " apply ",
        "scheduler jobs run",
        "builds submit",
        "projects delete",
    ):
        assert part in done.stdout, part
    assert sorted(path.name for path in (trial.folder / "trials").iterdir()) == [KEPT]
    assert "seen: " not in done.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--mail", "me@example.com"), "Which billing account"),
        (("--billing", "0A1B2C-3D4E5F-6A7B8C"), "Who is told"),
        (("--project", "north-tributary", "--mail", "me@example.com"), "because it is destroyed"),
        ((*NEW, "--key-file", "/nowhere"), "There is no key"),
        ((*NEW, "--colour", "blue"), "not understood"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_made(
    trial: Trial, words: tuple[str, ...], says: str
) -> None:
    done = trial.run(*words)
    assert done.returncode == 2
    assert says in done.stderr
    assert not trial.asked("")


def test_nobody_who_is_not_logged_in_makes_a_project(trial: Trial) -> None:
    done = trial.run(*NEW, FAILS="*application-default*")
    assert "gcloud auth application-default login" in done.stdout
    assert not trial.asked("projects create")
