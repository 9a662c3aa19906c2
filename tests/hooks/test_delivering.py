"""What a webhook is told: signed as others check it, again until it is taken, given up after days, never lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import orjson
import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from shared.errors import Later
from shared.hooks import delivering
from shared.hooks.delivering import LEASE, PAUSES
from shared.hooks.delivery import Delivery, delivery_path, of_hook
from shared.hooks.hook import Event, Hook, Shape, get, hook_path
from shared.hooks.register import HookRefused
from shared.hooks.sweeping import HookSweeper
from shared.model import to_doc
from shared.states import DeliveryState
from shared.strangers.fetching import Fetcher
from tests.hooks.receiver import BY, WHERE, Post
from tests.strangers.wire import Town, answer
from tests.support.branching import Branching, at_each, live
from tests.support.faults import Fragile, Killed


@pytest.fixture
def post() -> Post:
    return Post()


def made(post: Post, shape: Shape = Shape.STANDARD, address: str = WHERE) -> tuple[str, Hook]:
    key, hook = post.hooks.make(BY, "acme", "Board", address, shape)
    return (key.reveal() if key else "", hook)


def tried(post: Post, hook: Hook, once: str = "1") -> Delivery:
    return post.hooks.test(BY, hook.id, once)


def good(key: str, post: Post, place: int = -1) -> dict[str, Any]:
    """What the official library says of what came; raises where the signature is not that of the key."""
    _, body, headers = post.receiver.got[place]
    with_time = _AtTime(key, post.clock.now())
    found: dict[str, Any] = with_time.verify(body, dict(headers))
    return found


class _AtTime(Webhook):
    """The library asks the machine what time it is; ours stands still in tests."""

    def __init__(self, key: str, now: datetime) -> None:
        super().__init__(key)
        self.now = now

    def _Webhook__verify_timestamp(self, said: str) -> datetime:
        at = datetime.fromtimestamp(float(said), tz=self.now.tzinfo)
        if abs(at - self.now) > timedelta(minutes=5):
            raise WebhookVerificationError("too old")
        return at


def test_what_comes_is_signed_as_the_official_library_checks_it(post: Post) -> None:
    key, hook = made(post)
    ended = post.deliver(tried(post, hook).id)
    assert ended.state is DeliveryState.DELIVERED
    said = good(key, post)
    assert said["type"] == "webhook.test"
    assert said["data"] == {"workspace": "acme", "webhook": hook.id}
    with pytest.raises(WebhookVerificationError):
        good("whsec_" + "A" * 43 + "=", post)
    _, body, headers = post.receiver.got[0]
    with pytest.raises(WebhookVerificationError):
        _AtTime(key, post.clock.now()).verify(body + b" ", dict(headers))


def test_no_document_holds_key_or_address(post: Post) -> None:
    key, hook = made(post)
    post.deliver(tried(post, hook).id)
    everything = str(post.people.docs.of)
    assert key.removeprefix("whsec_") not in everything
    assert "/hooks/in" not in everything
    assert hook.host == "board.example"
    assert len(post.vault.secrets) == 2


def test_two_keys_sign_for_the_overlap_and_then_one(post: Post) -> None:
    first, hook = made(post)
    second, _ = post.hooks.rotate(BY, hook.id, timedelta(hours=1))
    post.deliver(tried(post, hook).id)
    assert good(first, post)["type"] == good(second.reveal(), post)["type"] == "webhook.test"
    post.clock.forward(hours=1)
    post.deliver(tried(post, hook, "2").id)
    assert good(second.reveal(), post)
    with pytest.raises(WebhookVerificationError):
        good(first, post)
    HookSweeper(post.people, post.vault).sweep("acme", post.clock.now())
    assert f"webhook-{hook.id}-key-1" not in post.vault.secrets
    assert post.deliver(tried(post, hook, "3").id).state is DeliveryState.DELIVERED


def test_it_is_told_again_after_pauses_that_grow_and_given_up_after_days(post: Post) -> None:
    _, hook = made(post)
    delivery = tried(post, hook)
    post.receiver.statuses = [500, 0, 302, *[503] * 20]
    began = post.clock.now()
    for pause in PAUSES:
        now = post.deliver(delivery.id)
        assert now.state is DeliveryState.WAITING
        assert now.look_at == post.clock.now() + pause
        before = len(post.receiver.got)
        post.deliver(delivery.id)  # told too early
        assert len(post.receiver.got) == before
        post.clock.forward(seconds=pause.total_seconds())
    ended = post.deliver(delivery.id)
    assert (ended.state, ended.look_at) == (DeliveryState.GIVEN_UP, None)
    assert timedelta(days=3) < post.clock.now() - began < timedelta(days=4)
    assert len({headers["webhook-id"] for _, _, headers in post.receiver.got}) == 1
    assert len({body for _, body, _ in post.receiver.got}) == 1
    assert [each["status"] for each in ended.log][:3] == [500, 0, 302]
    found = get(post.people, hook.id)
    assert found is not None
    assert found.silent_since == post.clock.now()
    asked = post.hooks.again(BY, ended)  # somebody mended it there
    post.receiver.statuses = []
    assert post.deliver(asked.id).state is DeliveryState.DELIVERED
    found = get(post.people, hook.id)
    assert found is not None
    assert found.silent_since is None


def test_pauses_grow() -> None:
    assert list(PAUSES) == sorted(PAUSES)


def test_an_address_that_is_gone_ends_its_webhook(post: Post) -> None:
    _, hook = made(post)
    post.receiver.statuses = [410]
    assert post.deliver(tried(post, hook).id).state is DeliveryState.GIVEN_UP
    found = get(post.people, hook.id)
    assert found is not None
    assert (found.is_open, found.silent_since) == (False, post.clock.now())
    with pytest.raises(HookRefused):
        post.hooks.again(BY, post.now(tried(post, hook).id))


def test_nothing_goes_out_after_the_end_and_its_secrets_go(post: Post) -> None:
    _, hook = made(post)
    delivery = tried(post, hook)
    post.hooks.end(BY, hook.id)
    assert post.deliver(delivery.id).state is DeliveryState.GIVEN_UP
    assert post.receiver.got == []
    for _ in range(2):
        HookSweeper(post.people, post.vault).sweep("acme", post.clock.now())
        assert post.vault.secrets == {}


@pytest.mark.parametrize("before", [True, False])
def test_killed_anywhere_it_is_taken_in_the_end(before: bool) -> None:
    def life(fate: Branching) -> None:
        post = Post()
        _, hook = made(post)
        delivery = tried(post, hook)
        fragile = Fragile(post.people, "documents", fate)
        for _ in range(3):
            try:
                receiver = Fragile(post.receiver, "receiver", fate)
                delivering.Deliverer(fragile, post.vault, receiver, post.clock).handle(delivery.id)
            except Killed:
                post.clock.forward(seconds=LEASE.total_seconds())
            except Later:
                pass
        assert post.now(delivery.id).state is DeliveryState.DELIVERED
        assert 1 <= len(post.receiver.got) <= 2, "an answer that nobody heard is the one doubt"
        assert len({headers["webhook-id"] for _, _, headers in post.receiver.got}) == 1

    live(life, at_each(before))


def test_two_at_once_hand_it_over_once(post: Post) -> None:
    _, hook = made(post)
    delivery = tried(post, hook)
    outer = post.receiver.post

    def meanwhile(*args: Any) -> Any:
        with pytest.raises(Later):
            post.deliver(delivery.id)
        return outer(*args)

    post.receiver.post = meanwhile  # type: ignore[method-assign, assignment]
    assert post.deliver(delivery.id).state is DeliveryState.DELIVERED
    assert len(post.receiver.got) == 1


HOSTILE = "<!channel> & <https://evil.example|click> \u202e\x07"


@pytest.mark.parametrize(
    ("shape", "address"),
    [
        (Shape.SLACK, "https://hooks.slack.com/services/T0/B0/x"),
        (Shape.CHAT, "https://chat.googleapis.com/v1/spaces/A/messages?key=k&token=t"),
    ],
)
def test_chats_get_text_that_mentions_nobody(post: Post, shape: Shape, address: str) -> None:
    key, hook = made(post, shape, address)
    assert key == ""
    delivery = of_hook(hook, Event.RINGING, post.clock.now(), HOSTILE, {}, "once")
    post.people.set(delivery_path(delivery.id), to_doc(delivery))
    post.deliver(delivery.id)
    ((to, body, headers),) = post.receiver.got
    assert to == address
    assert "webhook-signature" not in headers
    text = orjson.loads(body)["text"]
    assert "<" not in text
    assert "\u202e" not in text
    assert "\x07" not in text
    with pytest.raises(HookRefused):
        post.hooks.rotate(BY, hook.id)


@pytest.mark.parametrize(
    ("shape", "address"),
    [
        (Shape.STANDARD, "http://board.example/in"),
        (Shape.STANDARD, "https://10.0.0.1/in"),
        (Shape.STANDARD, "https://metadata.google.internal/computeMetadata/v1/"),
        (Shape.STANDARD, "https://me:you@board.example/in"),
        (Shape.SLACK, "https://hooks.slack.com.evil.example/services/x"),
        (Shape.CHAT, "https://board.example/in"),
    ],
)
def test_an_address_that_is_not_everybodys_is_refused(post: Post, shape: Shape, address: str) -> None:
    with pytest.raises(HookRefused):
        made(post, shape, address)
    assert post.vault.secrets == {}


def test_a_name_that_leads_inside_later_on_is_not_called() -> None:
    post = Post()
    _, hook = made(post)
    town = Town(names=[["93.184.216.34", "169.254.169.254"]])
    delivery = tried(post, hook)
    delivering.Deliverer(post.people, post.vault, town.fetcher, post.clock).handle(delivery.id)
    assert town.connected == []
    assert post.now(delivery.id).log[-1]["status"] == 0


def test_what_is_posted_goes_over_the_wire_as_it_was_signed() -> None:
    post = Post()
    key, hook = made(post)
    town = Town(answer(b"ok", "200 OK", "text/plain"))
    delivery = tried(post, hook)
    delivering.Deliverer(post.people, post.vault, town.fetcher, post.clock).handle(delivery.id)
    head, _, body = town.said.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    assert first == "POST /hooks/in HTTP/1.1"
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    assert _AtTime(key, post.clock.now()).verify(body, headers)["type"] == "webhook.test"
    assert "cookie" not in headers
    assert isinstance(town.fetcher, Fetcher)


def test_no_more_than_so_many_and_only_events_that_there_are(post: Post) -> None:
    with pytest.raises(HookRefused):
        post.hooks.make(BY, "acme", "x", WHERE, events=[Event.TEST])
    for _ in range(10):
        made(post)
    with pytest.raises(HookRefused):
        made(post)
    assert made(Post())[1].workspace == "acme"
    assert len(post.people.docs.of["webhooks"]) == 10
    assert post.people.get(hook_path("none")) is None
