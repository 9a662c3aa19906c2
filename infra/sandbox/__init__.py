"""The platforms on one machine: servers faithful to their documentation, with data that can be known whole.

box = create("mailchimp", seed=7, counts={"lists": 2, "members": 5, "campaigns": 3})
client = httpx2.Client(transport=httpx2.WSGITransport(app=box.wsgi))
"""

import time
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Literal, TypedDict, TypeVar, Unpack, overload

from infra.sandbox.access import Client
from infra.sandbox.platform_server import Box
from infra.sandbox.records import Truth
from infra.sandbox.spec import Platform, Seed, Setting, World
from infra.sandbox.times import Clock, seconds, wall_clock

__all__ = ["PLATFORMS", "Box", "Truth", "create", "create_any"]

W = TypeVar("W", bound=World)

# Each folder beside this file is a stand-in: its `STAND_IN`.
PLATFORMS: Mapping[str, Platform[Any]] = {
    module.name: import_module(f"{__name__}.{module.name}").STAND_IN
    for module in iter_modules(__path__)
    if module.ispkg
}


class Settings(TypedDict, total=False):
    """Everything `create` understands. `counts` are rows per parent; see each platform for its names."""

    seed: int
    size: float
    counts: Mapping[str, int] | None
    clock: Clock
    monotonic: Callable[[], float]
    limits: bool
    latency: float
    pause: Callable[[], None]
    client_id: str
    client_secret: str
    client_name: str
    redirect_uris: Sequence[str] | None
    refresh: Literal["rotating", "long_lived"]
    signed_in: bool
    options: Mapping[str, Any] | None


@overload
def create(platform: Platform[W], **settings: Unpack[Settings]) -> Box[W]: ...
@overload
def create(platform: str, **settings: Unpack[Settings]) -> Box[Any]: ...
def create(platform: Platform[Any] | str, **settings: Unpack[Settings]) -> Box[Any]:
    """A platform in a box: `box.wsgi` is its server, `box.truth()` what a correct sync must end with.

    `signed_in`: whoever comes to the consent page is (by default); False: they are shown what a stranger is shown.

    By name, or the platform itself where `box.world` is to be of its own type.
    """
    if isinstance(platform, str):
        platform = PLATFORMS[platform]
    name = platform.name
    if set(settings) - set(Settings.__annotations__):
        raise TypeError(f"unknown settings: {sorted(set(settings) - set(Settings.__annotations__))}")
    counts = settings.get("counts") or {}
    options = settings.get("options") or {}
    for given, known in ((counts, platform.counts), (options, platform.options)):
        if set(given) - set(known):
            raise ValueError(f"{name} knows {sorted(known)}, not {sorted(set(given) - set(known))}")
    client = Client(
        settings.get("client_id", f"demo-{name}"),
        settings.get("client_secret", f"demo-{name}-secret"),
        settings.get("client_name", "Tributary"),
        settings.get("redirect_uris"),
    )
    latency = settings.get("latency", 0.0)
    setting = Setting(
        ticks=settings.get("monotonic", time.monotonic),
        limits=settings.get("limits", True),
        client=client,
        refresh=settings.get("refresh", ""),
        signed_in=settings.get("signed_in", True),
        pause=settings.get("pause", lambda: time.sleep(latency) if latency else None),
    )
    now = seconds(settings.get("clock", wall_clock))
    seed = Seed(settings.get("seed", 7), settings.get("size", 1.0), counts, now, {**platform.options, **options})
    return Box(platform, seed, setting)


create_any = create  # by a name known only at run time
