"""keep_access is killed before and after every single side effect of what is wished; it ends the same."""

from __future__ import annotations

import io

import pytest

from shared import log
from shared.access.wishes import ACTS
from shared.states import AccessAct, ConnectionState, WishState
from tests.access.house import House
from tests.support.branching import at_each, live
from tests.support.faults import Fate, Killed

pytestmark = pytest.mark.slow


def lived(act: AccessAct, fate: Fate) -> House:
    """From the nudge to the end. Whoever was killed is followed by another process, as the tick asks for it."""
    house = House(fate=fate)
    if act == AccessAct.VALIDATE:
        house.box.expire_access_tokens()  # so that it is renewed and asked again
    wish = house.ask(act)
    for _ in range(40):
        try:
            house.tick()
        except Killed:
            house.keeper = house.process()
        if house.kept(wish).state == WishState.DONE:
            break
    wish = house.kept(wish)
    assert wish.state == WishState.DONE, wish
    (done,) = house.log("done")
    assert (done["act"], done["at"], done["who"]) == (ACTS[act], wish.finished_at, "person:ann")
    assert len(house.log()) == 2
    assert house.now(house.others) == house.others
    assert house.vault.read(house.others.secret) is not None
    return house


def renewed(house: House) -> None:
    """Once; and asked for once more where the answer was lost with whoever waited for it."""
    assert house.here.state == ConnectionState.ACTIVE
    assert max(house.vault.secrets[house.here.secret]) == 2
    assert house.refreshes in (1, 2)


def judged(act: AccessAct, house: House) -> None:
    if act in (AccessAct.DISCONNECT, AccessAct.WITHDRAW):
        assert house.now() is None
        assert house.vault.named("user-demo-") == []
        assert house.revoked == 1
        (receipt,) = house.documents.find("receipts")
        assert receipt["finished_at"] is not None
        assert next(iter(receipt["grants"].values())).startswith("given back")
        return
    renewed(house)
    if act == AccessAct.RENEW:
        assert house.here.secret_version == "2"
    else:
        assert house.here.checked is not None
        assert house.here.checked["good"]


@pytest.mark.parametrize("before", [True, False], ids=["before", "after"])
@pytest.mark.parametrize("act", list(AccessAct))
def test_killed_at_every_side_effect(act: AccessAct, before: bool) -> None:
    def life(fate: Fate) -> None:
        judged(act, lived(act, fate))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(log, "stream", io.StringIO())
        fate = live(life, at_each(before))
    assert fate.branches == fate.count > 5
