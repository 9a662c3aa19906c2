"""Social profiles: who follows and whom they reach, what happens on them, and their posts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from shared.console.figures.asking import Asking, Filters, of_platforms
from shared.console.figures.parts import Key, Part, Picture
from shared.console.figures.tables import Cell, Column, Listing, Name
from shared.console.tongue import say
from shared.drawing.days import Series
from shared.drawing.words import Unit, number
from shared.questions.question import Days, Filter, Question

MART, PEOPLE, POSTS, MOST, LINES, LONGEST = "fact_social", "social_people", "fact_social_posts", 20, 5, 90

NETWORKS = {"tiktok": "TikTok", "youtube": "YouTube", "linkedin": "LinkedIn", "gmb": "Google Business Profile"}


def social(asking: Asking) -> Part:
    platforms = asking.platforms(MART)
    keys, pictures = _happened(asking, platforms) if platforms else ((), ())
    return Part(keys, (*pictures, *_people(asking)), tables=(*_profiles(asking), *_posts(asking)))


def _happened(asking: Asking, platforms: Sequence[str]) -> tuple[tuple[Key, ...], tuple[Picture, ...]]:
    """What networks tell themselves and what a platform repeats of them are two tellings of the same: where a network
    is connected itself, only that counts."""
    repeated = {row["is_repeated"] for row in asking.rows(Question(mart=MART, dimensions=("is_repeated",)))}
    filters: Filters = (*of_platforms(platforms), Filter(column="is_repeated", equals=False not in repeated))
    names = {
        "views": say("Views"), "interactions": say("Interactions"), "follows": say("New followers"),
        "unfollows": say("Lost followers"), "profile_views": say("Visits of profiles"), "clicks": say("Clicks"),
    }  # fmt: skip
    totals = asking.total(MART, tuple(names), filters)
    told = asking.by_day(MART, tuple(names), "network", filters)
    keys = tuple(
        Key(
            f"social-{name}", title, Unit(), totals.now.get(name), totals.before.get(name), told.course,
            told.total(name), totals.remark,
        )
        for name, title in names.items()
    )  # fmt: skip
    captions = {"views": say("Times that anything was played or shown, by network"), "interactions": say(
        "Likes, saves, comments, shares and replies, by network"
    )}  # fmt: skip
    pictures = tuple(
        Picture(
            key=name, kind="lines", name=names[name], caption=caption, unit=Unit(), course=told.course, note=told.note,
            series=tuple(
                Series(network_of(each), told.plain(each, name), place)
                for place, each in enumerate(told.names[:LINES], 1)
            ),
            missing=say("not told"),
        )
        for name, caption in captions.items()
    )  # fmt: skip
    return keys, pictures


def network_of(name: str) -> str:
    """As networks are written, so far as platforms write them in small letters."""
    return NETWORKS.get(name, name[:1].upper() + name[1:]) if name else say("not told")


def _people(asking: Asking) -> Iterator[Picture]:
    """By profile: two profiles share people, and two days do."""
    if not asking.platforms(PEOPLE):
        return
    whose = _profiles_of(asking)
    for name, title, caption in (
        ("followers", say("Followers"), say("At the end of each day, by profile")),
        ("reach", say("Reach"), say("People who saw anything of it on that day, by profile; days do not add up")),
    ):
        courses = {}
        told = None
        for profile in list(whose)[:LINES]:
            filters = (
                Filter(column="connection_id", equals=profile[0]), Filter(column="network", equals=profile[1]),
                Filter(column="profile_id", equals=profile[2]),
            )  # fmt: skip
            told = asking.by_day(PEOPLE, (name,), filters=filters)
            courses[profile] = told.plain("", name)
        if told is None or not any(value is not None for values in courses.values() for value in values):
            continue
        yield Picture(
            key=name, kind="lines", name=title, caption=caption, unit=Unit(), course=told.course, note=told.note,
            from_zero=name != "followers", missing=say("not told"),
            series=tuple(Series(whose[each], values, place) for place, (each, values) in enumerate(courses.items(), 1)),
        )  # fmt: skip


def _profiles_of(asking: Asking) -> dict[tuple[str, str, str], str]:
    rows = asking.rows(
        Question(mart=PEOPLE, dimensions=("connection_id", "platform", "network", "profile_id"), limit=200)
    )
    named = {}
    for row in rows:
        if row["network"] and row["profile_id"]:
            key = (row["connection_id"], row["network"], row["profile_id"])
            several = sum(each["network"] == row["network"] for each in rows) > 1
            named[key] = f"{network_of(row['network'])}{' ' + row['profile_id'] if several else ''}"
    return named


def _profiles(asking: Asking) -> Iterator[Listing]:
    """Followers at the end of the last day that is told, and how many more than on the first."""
    if not asking.platforms(PEOPLE) or asking.span.whole is None:
        return
    whole = asking.span.whole
    answer = asking.rows(
        Question(
            mart=PEOPLE, measures=("followers",), dimensions=("date", "connection_id", "network", "profile_id"),
            days=Days(first=whole.first, last=whole.last), order=("date",),
        )
    )  # fmt: skip
    told: dict[tuple[str, str, str], list[tuple[object, float]]] = {}
    for row in answer:
        value = number(row["followers"])
        if value is not None:
            told.setdefault((row["connection_id"], row["network"], row["profile_id"]), []).append((row["date"], value))
    names = _profiles_of(asking)
    rows: list[tuple[Cell, ...]] = [
        (names.get(key, key[2] or ""), days[-1][1], days[-1][1] - days[0][1], days[0][0], days[-1][0])  # type: ignore[misc]
        for key, days in told.items()
    ]
    if rows:
        yield Listing(
            key="profiles", name=say("Profiles"), is_open=True, rows=rows,
            caption=say("Followers of profiles do not add up to people: somebody may follow several"),
            columns=(
                Column("profile", say("Profile")), Column("followers", say("Followers"), Unit()),
                Column("more", say("More than on the first day"), Unit()), Column("first", say("First day told")),
                Column("last", say("Last day told")),
            ),
        )  # fmt: skip


def _posts(asking: Asking) -> Iterator[Listing]:
    whole = asking.span.whole
    if whole is None or not asking.platforms(POSTS):
        return
    measures = ("views", "likes", "comments", "shares", "saves", "clicks")
    answer = asking.ask(
        Question(
            mart=POSTS, measures=measures, order=("-views", "-likes"), limit=MOST,
            dimensions=("date", "platform", "network", "post_id", "kind", "text", "permalink"),
            days=Days(first=whole.first, last=whole.last),
        )
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for when, platform, network, post, kind, text, permalink, *cells in answer.rows:
        words = " ".join((text or "").split())
        words = words[: LONGEST - 1] + "…" if len(words) > LONGEST else words
        under = " · ".join(filter(None, (network_of(network or platform), kind, host_of(permalink))))
        rows.append((Name(words or say("Post %(id)s", id=post), under), when, *(number(cell) for cell in cells)))
    if rows:
        left = answer.rows_left_out
        yield Listing(
            key="posts", name=say("Posts"), rows=rows, is_open=True,
            caption=say("Published in these days, with what they had gathered when they were last looked at"),
            columns=(
                Column("post", say("Post")), Column("day", say("Published")),
                *(
                    Column(name, title, Unit())
                    for name, title in zip(
                        measures,
                        (say("Views"), say("Likes"), say("Comments"), say("Shares"), say("Saves"), say("Clicks")),
                        strict=True,
                    )
                ),
            ),
            note=say("%(count)s more are not shown here.", count=left) if left else "",
        )  # fmt: skip


def host_of(address: str | None) -> str:
    """Where a post stands, and no link: its address is the platform's word."""
    try:
        return urlsplit(address or "").hostname or ""
    except ValueError:
        return ""
