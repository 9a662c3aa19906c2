"""One step in the life of the accounts."""

from infra.sandbox.google_ads.seeding import KINDS, add_campaign
from infra.sandbox.google_ads.world import GoogleAds
from infra.sandbox.invent import Dice


def live(world: GoogleAds, dice: Dice, step: int) -> None:
    """Numbers of the last days move, campaigns come and are removed, names and states change."""
    world.daily.live()
    for account in world.accounts.all():
        if account.closed:
            continue
        add_campaign(world, account.id, KINDS[step % len(KINDS)])
        enabled = [row for row in world.things["campaign"].of(account.id) if row["record"]["status"] == "ENABLED"]
        if len(enabled) > 2:
            gone, paused = dice.pick(enabled, 2)
            world.remove_campaign(account.id, gone["id"])
            world.edit(account.id, "campaign", paused["id"], status="PAUSED", name=f"Paused {paused['id']} ({step})")
        for keyword in dice.pick(world.things["ad_group_criterion"].of(account.id), 2):
            world.edit(account.id, "ad_group_criterion", keyword["id"], status="REMOVED")
        for group in dice.pick(world.things["ad_group"].of(account.id), 1):
            world.edit(account.id, "ad_group", group["id"], name=f"Renamed {step}", cpcBidMicros="1500000")
