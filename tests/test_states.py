"""docs/states.md against the code: each place that sets a state is named there, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared import states
from tests import transitions
from tests.transitions import ROOT, Set, set_in

# A state that is not written to a document: an account as it was found, what is shown, what is looked for.
NOT_KEPT = {
    Set("LetterState", "wanted", "shared/letters/letter.py:"),  # how a letter begins
    Set("AlarmState", "ringing", "shared/alarms/alarm.py:"),
    Set("DeliveryState", "waiting", "shared/hooks/delivery.py:"),
    Set("DeliveryState", "waiting", "shared/edge.py:opened"),  # one of Pub/Sub's, which is called so, too
    Set("WorkspaceState", "open", "infra/admin/workspaces.py:_asked"),  # what is wished says nothing of what stands
    Set("WorkspaceState", "open", "infra/admin/workspace_files.py:_load"),
    Set("ConnectionState", "active", "infra/admin/plans.py:_plan"),
    Set("ConnectionState", "active", "shared/access/keeper.py:_ended_before"),
    Set("ConnectionState", "active", "shared/calls/answering.py:named"),
    Set("ConnectionState", "active", "shared/erasure/connection.py:ended"),
    Set("RunState", "running", "shared/sync/forecast.py:_slices"),
    *(Set("SliceState", state, "shared/sync/gathering.py:") for state in ("ready", "working", "parked")),
    *(Set("RunState", state, "shared/sync/status.py:_state") for state in ("completed", "partly", "failed")),
}
# A state that comes from a caller, or from the thing itself.
HANDED_ON = {
    "shared/hooks/delivering.py:_end",
    "shared/letters/sending.py:_ended",
    "shared/oauth/connect.py:renew",  # that of an account as it was found: active
    "shared/oauth/health.py:stop",
    "shared/sync/load.py:_close",
    "shared/sync/reader.py:_leave",
    "shared/sync/runs.py:_finish",
}
# These speak of a state, or of the secret of the same name that a login carries.
ONLY_SAID = {
    "infra/admin/alarms.py:_list",
    "infra/admin/connect_links.py:show",
    "infra/admin/connection_access.py:_list",
    "infra/admin/feeds.py:_list",
    "infra/admin/keys.py:_list",
    "infra/admin/webhooks.py:_deliveries",
    "infra/admin/webhooks.py:_list",
    "shared/alarms/ringing.py:_tell",
    "shared/alarms/ringing.py:told_of",
    "shared/alarms/rounds.py:_delivery",
    "shared/keys/codes.py:way_back",
    "shared/oauth/flow.py:authorize_query",
    "shared/people/google.py:address",
    "shared/oauth/picking.py:_line",
    "shared/platforms/meta_ads/insights.py:",
    "shared/sync/planner.py:handle",
    "shared/sync/status.py:connection_status",
    "shared/sync/status.py:run_status",
    "shared/sync/status.py:stream_status",
    "shared/sync/run_log.py:_row",
}
TELL_ONLY = ("shared/api/", "shared/console/")  # what they change is done by shared/managing and the rooms below
FOUND = transitions.set_in_code()
STEPS = transitions.steps()


def test_each_state_that_is_set_is_on_the_page_with_its_place() -> None:
    named = {Set(step.kind, step.after, step.where) for step in STEPS if step.after}
    handed = {each for each in named if each.where in HANDED_ON}
    found = {each for each in FOUND if each.kind and not each.where.startswith(TELL_ONLY)} - NOT_KEPT
    assert found - named == set(), "set in the code, and not named in docs/states.md"
    assert named - handed - found == set(), "named in docs/states.md, and not set there"


def test_a_state_from_elsewhere_is_written_in_few_places() -> None:
    places = {each.where for each in FOUND if not each.kind}
    assert {each for each in places if not each.startswith(TELL_ONLY)} == HANDED_ON | ONLY_SAID


def test_what_is_excepted_is_there() -> None:
    assert NOT_KEPT <= FOUND


def test_the_places_exist() -> None:
    for step in STEPS:
        file, function = step.where.split(":")
        assert f"def {function}(" in (ROOT / file).read_text(), step.where


@pytest.mark.parametrize("kind", sorted(transitions.pictures()))
def test_the_picture_shows_what_the_table_tells(kind: str) -> None:
    drawn = transitions.pictures()[kind]
    assert drawn == {(step.before, step.after) for step in STEPS if step.kind == kind}
    assert {name for arrow in drawn for name in arrow} - {""} == {member.value for member in getattr(states, kind)}


@pytest.mark.parametrize(
    "text",
    [
        'tx.update(where, {"state": SliceState.PARKED})',
        "replace(part, state=SliceState.PARKED)",
        "replace(part, state=SliceState.PARKED if late else part.state)",
        "self._leave(SliceState.PARKED, {})",
        "state = SliceState.PARKED",
        "[SliceState.PARKED for part in parts]",
    ],
)
def test_another_step_is_seen(text: str) -> None:
    assert set(set_in(f"def wait():\n    {text}", "new.py")) == {Set("SliceState", "parked", "new.py:wait")}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Slice('s', 'w', 'c', 'r', 'p', 'lists')", Set("SliceState", "ready", "new.py:make")),
        ("Batch('b', 'w', 'lists')", Set("BatchState", "running", "new.py:make")),
        ('tx.update(where, {"state": state})', Set("", "", "new.py:make")),
        ("replace(run, state=before.state)", Set("", "", "new.py:make")),
    ],
)
def test_what_begins_and_what_is_handed_on_is_seen(text: str, found: Set) -> None:
    assert set(set_in(f"def make():\n    {text}", "new.py")) == {found}


@pytest.mark.parametrize(
    "text",
    [
        "return part.state == SliceState.PARKED",
        "return part.state in (SliceState.PARKED, SliceState.READY)",
        'return documents.find(slices, ("state", "==", SliceState.PARKED))',
        "return self._slices_of(run, SliceState.FAILED)",
    ],
)
def test_a_question_is_no_step(text: str) -> None:
    assert set(set_in(f"def look():\n    {text}", "new.py")) == set()


def test_no_state_of_ours_is_written_as_a_text() -> None:
    """A literal would be seen by neither mypy nor this."""
    words = {member.value for kind in transitions.pictures() for member in getattr(states, kind)}
    for path in [each for folder in transitions.FOLDERS for each in Path(ROOT / folder).rglob("*.py")]:
        for word in words:
            for text in (f'state="{word}"', f'"state": "{word}"', f'state == "{word}"', f'"state"] == "{word}"'):
                assert text not in path.read_text(), f"{path.relative_to(ROOT)}: {text}"
