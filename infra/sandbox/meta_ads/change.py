"""A step of ordinary life in every ad account."""

from infra.sandbox.invent import Dice
from infra.sandbox.meta_ads.seeding import add_campaign
from infra.sandbox.meta_ads.world import GONE, MetaAds


def live(world: MetaAds, dice: Dice, step: int) -> None:
    """Numbers of the last 28 days are told anew, and below each account something is changed, paused, gone or new."""
    world.daily.live()
    for account in world.accounts.all():
        mine = [row for row in world.campaigns if row["account_id"] == account.id]
        open_ones = [row for row in mine if row["status"] not in GONE]
        if open_ones:
            first = open_ones[0]
            world.touch(world.campaigns, first, name=f"Renamed in step {step}", budget_remaining=str(dice.below(1000)))
            # Ads below a paused campaign have another status from now on, and the same time of change.
            status = "PAUSED" if first["status"] == "ACTIVE" else "ACTIVE"
            world.touch(world.campaigns, world.campaigns[(first["id"],)], status=status, configured_status=status)
        if len(open_ones) > 1:
            world.delete_campaign(open_ones[-1]["id"], GONE[step % 2])
        add_campaign(world, account.id, 1000 + step, days=1)
        creatives = [row for row in world.ad_creatives if row["account_id"] == account.id]
        if len(creatives) > 1:
            world.ad_creatives.remove((creatives[0]["id"],))
        for row in [row for row in world.custom_conversions if row["account_id"] == account.id][:1]:
            world.custom_conversions.put(row | {"is_archived": not row["is_archived"]})
        told = world.ad_account[(account.id,)]
        world.ad_account.put(told | {"amount_spent": str(int(told["amount_spent"]) + 100 + dice.below(900))})
