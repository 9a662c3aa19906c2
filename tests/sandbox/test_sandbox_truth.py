"""Plain calls to the e-mail platforms, written from the fact sheets, reach exactly what `truth()` says, always."""

import json
from datetime import datetime, timedelta

import pytest

from infra.sandbox import create_any
from tests.sandbox.reading import START, Time, assert_same, index, keys, read_all

pytestmark = pytest.mark.slow

SMALL = {
    "mailchimp": {"lists": 2, "members": 5, "campaigns": 3, "days": 3},
    "constant_contact": {"contacts": 6, "campaigns": 3, "lists": 2},
    "emailoctopus": {"lists": 2, "contacts": 5, "campaigns": 3},
    "meta_ads": {"campaigns": 4, "ads": 1, "days": 8},
}
# What the size of an account makes more of; what changes with every step, and how that is told; what is restated.
GROWN = {
    "mailchimp": "list_members",
    "constant_contact": "contacts",
    "emailoctopus": "contacts",
    "meta_ads": "ads",
}
MOVED = {
    "mailchimp": ("list_members", "last_changed"),
    "constant_contact": ("contacts", "updated_at"),
    "emailoctopus": ("contacts", "last_updated_at"),
    "meta_ads": ("campaigns", "updated_time"),
}
REPORTS = {
    "mailchimp": "reports",
    "constant_contact": "campaign_stats",
    "emailoctopus": "campaign_summary",
    "meta_ads": "insights_campaign_daily",
}


@pytest.mark.parametrize("platform", SMALL)
@pytest.mark.parametrize("small", [True, False], ids=["small", "medium"])
def test_a_full_read_reaches_the_truth_after_every_change(platform: str, small: bool) -> None:
    time = Time()
    counts = SMALL[platform] if small else None
    box = create_any(platform, seed=11, size=0.4, counts=counts, clock=time.clock, limits=False)
    for _ in range(5):
        assert_same(read_all(box, time), box.truth(), keys(platform))
        time.move(hours=20)
        box.change()
    assert_same(read_all(box, time), box.truth(), keys(platform))


@pytest.mark.parametrize("platform", SMALL)
def test_what_a_read_once_found_is_present_or_gone(platform: str) -> None:
    """Nothing disappears without being named as gone. Only the day of a snapshot passes by itself."""
    time = Time()
    box = create_any(platform, seed=3, size=0.2, clock=time.clock, limits=False)
    seen = {table: set(index(rows, keys(platform)[table])) for table, rows in read_all(box, time).items()}
    gone = 0
    for _ in range(6):
        time.move(days=1)
        box.change()
        for table, truth in box.truth().items():
            if table == "constant_contact_contact_counts":
                continue
            key = keys(platform)[table]
            present, vanished = set(index(truth.present, key)), set(index(truth.gone, key))
            assert not present & vanished, table
            assert seen[table] <= present | vanished, table
            seen[table] |= present
            gone += len(vanished)
    assert gone > 0


@pytest.mark.parametrize("platform", SMALL)
def test_same_seed_and_clock_same_bytes(platform: str) -> None:
    def story(seed: int) -> str:
        time = Time()
        box = create_any(platform, seed=seed, size=0.1, clock=time.clock)
        time.move(hours=5)
        box.change(step=3)
        truth = {name: [each.present, each.gone] for name, each in box.truth().items()}
        return json.dumps([truth, box.credential()])

    assert story(7) == story(7)
    assert story(7) != story(8)


@pytest.mark.parametrize("platform", SMALL)
def test_every_table_has_rows_and_size_scales_them(platform: str) -> None:
    time = Time()
    small, large = (create_any(platform, size=size, clock=time.clock).truth() for size in (0.5, 1.5))
    for table, truth in large.items():
        assert truth.present, table
        assert len(truth.present) >= len(small[table].present), table
    table = f"{platform}_{GROWN[platform]}"
    assert len(large[table].present) == 3 * len(small[table].present)


@pytest.mark.parametrize("platform", SMALL)
def test_all_moments_count_back_from_the_clock(platform: str) -> None:
    text = json.dumps([truth.present for truth in create_any(platform, clock=Time().clock).truth().values()])
    for year in ("2027", "2028"):
        assert f'"{year}-' not in text
    assert f'"{(START - timedelta(days=3)).year}-' in text


@pytest.mark.parametrize("platform", SMALL)
def test_a_change_moves_cursors_and_restates_numbers(platform: str) -> None:
    time = Time()
    box = create_any(platform, seed=5, size=0.3, clock=time.clock)
    before = box.truth()
    time.move(hours=3)
    box.change()
    after = box.truth()
    people, cursor = MOVED[platform]
    key = keys(platform)[f"{platform}_{people}"]
    old, new = (index(each[f"{platform}_{people}"].present, key) for each in (before, after))
    assert any(datetime.fromisoformat(row[cursor]) == time.now for place, row in new.items() if place in old)
    assert set(new) - set(old)
    table = f"{platform}_{REPORTS[platform]}"
    old, new = (index(each[table].present, keys(platform)[table]) for each in (before, after))
    assert set(new) - set(old), "a new campaign was sent"
    assert any(row != new[place] for place, row in old.items() if place in new), "an old report was restated"


def test_a_step_holds_every_kind_of_move_of_people() -> None:
    """Added, changed, unsubscribed, archived or softly deleted, deleted for good, given another address."""
    time = Time()
    for platform, people, field, ends in (
        ("mailchimp", "list_members", "status", {"unsubscribed", "archived"}),
        ("emailoctopus", "contacts", "status", {"unsubscribed"}),
    ):
        box = create_any(platform, seed=2, size=0.2, clock=time.clock)
        table, key = f"{platform}_{people}", keys(platform)[f"{platform}_{people}"]
        old = index(box.truth()[table].present, key)
        time.move(hours=1)
        box.change()
        truth = box.truth()[table]
        new = index(truth.present, key)
        moved = {new[place][field] for place in old if place in new and old[place][field] != new[place][field]}
        assert moved == ends
        assert {tuple(row[name] for name in key) for row in truth.gone} == set(old) - set(new) != set()
        assert set(new) - set(old)
        assert any(old[p] != new[p] and old[p][field] == new[p][field] for p in old if p in new)


def test_a_step_of_constant_contact_deletes_softly_and_opts_out_quietly() -> None:
    time = Time()
    box = create_any("constant_contact", seed=2, size=0.2, clock=time.clock)
    table, key = "constant_contact_contacts", ("contact_id",)
    old = index(box.truth()[table].present, key)
    time.move(hours=1)
    box.change()
    truth = box.truth()[table]
    new = index(truth.present, key)
    assert truth.gone == []
    both = [(old[place], new[place]) for place in old]
    assert any("deleted_at" in after and "deleted_at" not in before for before, after in both)
    opted_out = [
        (before, after)
        for before, after in both
        if after.get("email_address", {}).get("opt_out_date") != before.get("email_address", {}).get("opt_out_date")
    ]
    assert opted_out
    assert all(before["updated_at"] == after["updated_at"] for before, after in opted_out)
    for derived in ("list_memberships", "taggings"):
        assert box.truth()[f"constant_contact_{derived}"].gone
