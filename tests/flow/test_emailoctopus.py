"""Who did not open a mail is told for as long as that is so."""

from __future__ import annotations

from shared import model
from tests.flow.pipeline import Pipeline

SILENT = "campaign_silent_contacts"


def test_who_opens_after_all_is_silent_no_more() -> None:
    """Long after its mail, when all else that hangs on the campaign is left alone."""
    world = Pipeline(
        "emailoctopus",
        streams=["campaigns", "campaign_links", SILENT],
        counts={"lists": 1, "contacts": 12, "campaigns": 1, "recipients": 8},
    )
    world.sync()
    assert not world.differences()
    account = world.box.world
    (campaign,) = (row["id"] for row in account.sent)
    world.clock.forward(days=200)
    world.sync("settled")
    name = next(row["contact_id"] for row in rows(world) if row["status"] == "not-opened")
    late = next(event for event in account.of(campaign, "sent") if event.contact_id == name)
    account.restate([late._replace(status="opened", at=account.now())])
    world.clock.forward(hours=8)
    (run,) = world.sync("late")
    assert run["state"] == model.COMPLETED
    assert {part["stream"] for part in world.machine.slices(run["id"])} == {"campaigns", SILENT}
    assert not world.differences([SILENT])
    gone = {(row["status"], row["contact_id"]) for row in rows(world) if row.get("_deleted_at")}
    assert gone == {("not-opened", name)}


def rows(world: Pipeline) -> list[dict[str, str]]:
    return world.rows()[f"emailoctopus_{SILENT}"]
