"""`marts published` tells what is published of each workspace, and what waits."""

from __future__ import annotations

from datetime import timedelta

from shared.clock import iso
from shared.states import Cause
from tests.admin.conftest import Operator
from tests.publishing.desk import WORKSPACE, Desk


def test_what_is_published_and_what_waits_is_told(operator: Operator) -> None:
    shown = Desk(documents=operator.stores.documents, clock=operator.world.clock)  # type: ignore[arg-type]
    vars(operator.stores)["published"] = shown.objects
    (nothing,) = operator.ask("marts", "published")
    assert (nothing["version"], nothing["cause"]) == ("", "nothing is published")
    shown.change()
    shown.minutes(3)
    began = operator.world.clock.now()
    shown.change(("raw", "google_ads_campaign_daily"), cause=Cause.SETTINGS)
    (told,) = operator.ask("marts", "published", WORKSPACE)
    assert (told["version"], told["cause"], told["waits_for"]) == (1, "loaded", "settings")
    assert told["due"] == iso(began + timedelta(minutes=2))
    assert told["proved_until"] == "2026-08-31"
    assert told["marts"]["ads_by_day"]["rows"] == 1
    assert told["marts"]["ads_by_day"]["bytes"] > 100
    _, out, _ = operator.type("marts", "published")
    assert "loaded" in out
    assert "settings" in out
