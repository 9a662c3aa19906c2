"""Several accounts behind one login: who may be read, and the truth about some of them."""

import pytest

from infra.demo.platforms import Levers
from infra.sandbox.serve import Serving
from tests.sandbox.reading import Time, index
from tests.sandbox.tiny import client, tiny


def accounts_in(box_truth: dict[str, object]) -> dict[str, set[str]]:
    return {
        name: {row["account_id"] for row in truth.present}  # type: ignore[attr-defined]
        for name, truth in box_truth.items()
    }


def test_the_truth_about_chosen_accounts() -> None:
    box = tiny()
    assert set(box.truth()) == {"tiny_ads", "tiny_labels", "tiny_campaign_daily", "tiny_ad_daily"}
    assert set(map(frozenset, accounts_in(dict(box.truth())).values())) == {frozenset("12")}, "all that can be read"
    assert set(map(frozenset, accounts_in(dict(box.truth(["2"]))).values())) == {frozenset("2")}
    assert set(map(frozenset, accounts_in(dict(box.truth(["1", "9"]))).values())) == {frozenset("19")}
    assert not box.truth([])["tiny_ads"].present
    with pytest.raises(ValueError, match="no such accounts"):
        box.truth(["3"])


def test_what_is_gone_belongs_to_an_account_too() -> None:
    box = tiny()
    box.world.ads.remove(("100",))
    box.world.ads.put(box.world.ads[("201",)] | {"labels": []})
    truth = box.truth()
    assert [row["id"] for row in truth["tiny_ads"].gone] == ["100"]
    assert set(index(truth["tiny_labels"].gone, ("account_id", "id", "label"))) == {
        ("1", "100", "new"),
        ("1", "100", "100"),
        ("2", "201", "new"),
        ("2", "201", "201"),
    }
    assert not box.truth(["2"])["tiny_ads"].gone
    assert {row["account_id"] for row in box.truth(["2"])["tiny_labels"].gone} == {"2"}


def test_a_closed_account_is_refused_and_leaves_the_truth() -> None:
    box = tiny()
    caller = client(box)
    refused = caller.post("/v1/9/ads:search")
    assert (refused.status_code, refused.json()["error"]) == (403, "Cancelled.")
    assert caller.post("/v1/3/ads:search").json()["error"] == "There is no such account."
    assert caller.post("/v1/2/ads:search").status_code == 200
    box.world.accounts.close("2")
    assert caller.post("/v1/2/ads:search").status_code == 403
    assert {row["account_id"] for row in box.truth()["tiny_ads"].present} == {"1"}
    box.world.accounts.open("2")
    assert caller.post("/v1/2/ads:search").status_code == 200


def test_over_http() -> None:
    box = tiny(Time())
    with Serving(box) as url:
        levers = Levers(url)
        assert {row["account_id"] for row in levers.truth(["1"])["tiny_ads"].present} == {"1"}
        assert {row["account_id"] for row in levers.truth()["tiny_ads"].present} == {"1", "2"}
        told = levers.client.get("accounts").json()
        assert [(each["id"], each["closed"]) for each in told] == [("1", ""), ("2", ""), ("9", "Cancelled.")]
        assert levers.client.post("key").json()["key"].startswith("{")
        pulled = levers.client.post("jobs", json={"outcome": "failed", "times": 2})
        assert pulled.json() == {"outcome": "failed", "times": 2}
        assert levers.client.post("jobs", json={"outcome": "sabotage"}).status_code == 400
        assert levers.client.post("nothing").status_code == 404
