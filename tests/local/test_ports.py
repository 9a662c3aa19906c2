"""Fixed addresses: what a cloud takes for itself never meets what stands beside it."""

from __future__ import annotations

from infra.local.cloud import EVERYTHING, OWN_PORTS, STAND_INS


def test_a_cloud_has_room_for_all_of_its_functions_and_stand_ins() -> None:
    assert len(EVERYTHING) + STAND_INS <= OWN_PORTS
