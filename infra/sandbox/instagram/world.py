"""What Pages and their Instagram accounts hold: posts, stories, followers, and numbers of all of them."""

from collections.abc import Callable, Container, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from infra.sandbox.accounts import Account
from infra.sandbox.daily import Daily, Leaf, Life
from infra.sandbox.instagram.numbers import Metrics, instagram_day, page_day
from infra.sandbox.invent import Dice
from infra.sandbox.records import Record, Rows, Table, Truth, as_is, field, of, text
from infra.sandbox.spec import Seed
from infra.sandbox.times import DAY

PACIFIC = ZoneInfo("America/Los_Angeles")
COUNTING = 29 * DAY  # as long as numbers of posts are restated
STORY_LIVES = DAY
FEW = 100  # followers, or likes: with fewer some numbers are not told
ENOUGH_VIEWERS = 5
NO_ROLE = "Your login has no role on this Page."
# What one step restates: two days that are over.
LIFE = Life(days=2, late=0.5, invalid=0.4, vanishing=0.0, conversion="total_interactions", worth="-",
            click="views", cost="reach")  # fmt: skip
LIFE_OF_PAGE = Life(days=2, late=0.5, invalid=0.4, vanishing=0.0, conversion="page_post_engagements", worth="-",
                    click="page_media_view", cost="page_total_media_view_unique")  # fmt: skip


def stamp(moment: int) -> str:
    """`2026-11-01T09:30:00+0000`, without a colon."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


class Computed:
    """A table of the truth that is worked out when it is asked for."""

    def __init__(self, name: str, rows: Callable[[], Iterable[Record]]) -> None:
        self.name, self.rows = name, rows

    def truth(self, accounts: Container[str] | None = None) -> Truth:
        return Truth(of(self.rows(), accounts), [])


class Having:
    """Those rows of another table that have a number."""

    def __init__(self, name: str, of: Table[Record], number: str) -> None:
        self.name, self.of, self.number = name, of, number

    def truth(self, accounts: Container[str] | None = None) -> Truth:
        whole = self.of.truth(accounts)
        present, gone = ([row for row in rows if self.number in row] for rows in (whole.present, whole.gone))
        return Truth(present, gone)


class Instagram:
    def __init__(self, seed: Seed) -> None:
        self.seed, self.now, self.options = seed, seed.now, seed.options
        self.pages: Table[Record] = Table("pages", field("id"), as_is, truthful=False)
        self.profiles: Table[Record] = Table("profiles", field("id"), as_is, truthful=False)
        self.media = self._of_page("ig_media", "id", ("account_id", "at", "without_numbers"))
        self.media_numbers = self._of_page("ig_media_insights", "media_id", ("account_id", "at", "told"))
        self.stories = self._of_page("stories", "id", ("account_id", "at"))
        self.story_numbers = self._of_page("story_numbers", "story_id", ("account_id", "viewers"))
        self.posts = self._of_page("fb_posts", "id", ("account_id", "at"))
        self.post_numbers = self._of_page("fb_post_insights", "post_id", ("account_id", "at"))
        self.groups: Table[Record] = Table("groups", field("ig", "metric", "breakdown", "dimension"), as_is)
        self.leaves: dict[str, Leaf] = {}
        self.instagram_days = Daily(seed.seed, seed.now, list, instagram_day, LIFE)
        self.page_days = Daily(seed.seed, seed.now, list, page_day, LIFE_OF_PAGE)
        self.tables: list[Rows] = [
            self.media, self.media_numbers, self.posts, self.post_numbers,
            Computed("ig_accounts", lambda: self._dated(self.profiles)),
            Computed("fb_pages", lambda: self._dated(self.pages)),
            Computed("ig_audience_demographics", lambda: self._dated(self.groups)),
            Computed("ig_stories", self._living),
            Computed("ig_story_insights", self._watched),
            Computed("ig_account_insights_daily", lambda: self._days(("reach", "follower_count"), 29)),
            Computed("ig_account_insights_totals", lambda: self._days(Metrics.TOTALS, 365)),
            Computed("ig_reposts_daily", lambda: self._days(("reposts",), 365)),
            Having("ig_media_reposts", self.media_numbers, "reposts"),
            Computed("ig_follows_daily", lambda: self._days(("follows", "unfollows"), 365)),
            Computed("fb_page_insights_daily", self._days_of_pages),
        ]  # fmt: skip

    def _of_page(self, name: str, key: str, hidden: tuple[str, ...]) -> Table[Record]:
        """Rows of one Page (or its Instagram account); names in `hidden` are ours alone."""
        shown = lambda row: {name: value for name, value in row.items() if name not in hidden}  # noqa: E731
        return Table(name, field(key), shown, text("account_id"), account=text("account_id"))

    # -- who there is --------------------------------------------------------------------------------

    def accounts(self) -> list[Account]:
        return [
            Account(page["id"], page["name"], str(PACIFIC), "", "" if page["role"] else NO_ROLE) for page in self.pages
        ]

    def profile_of(self, page: str) -> Record | None:
        return next((profile for profile in self.profiles if profile["account_id"] == page), None)

    def few(self, ig: str) -> bool:
        return bool(self.profiles[(ig,)]["followers_count"] < FEW)

    # -- days ----------------------------------------------------------------------------------------

    def today(self) -> date:
        return datetime.fromtimestamp(self.now(), PACIFIC).date()

    def day(self, object_id: str, day: date) -> Record:
        """The numbers of a day of a Page or an Instagram account that is over; {} when there are none."""
        leaf = self.leaves.get(object_id)
        if leaf is None or not leaf.begins <= day < self.today():
            return {}
        daily = self.instagram_days if (object_id,) in self.profiles else self.page_days
        return dict(daily.cell(leaf, day))

    def past(self, object_id: str, days: int) -> Iterator[tuple[date, Record]]:
        for ago in range(1, days + 1):
            day = self.today() - timedelta(days=ago)
            if numbers := self.day(object_id, day):
                yield day, numbers

    def _days(self, names: Iterable[str], days: int) -> Iterator[Record]:
        for profile in self.profiles:
            hidden = {"follower_count", "follows", "unfollows"} if self.few(profile["id"]) else set[str]()
            asked = [name for name in names if name not in hidden]
            for day, numbers in self.past(profile["id"], days) if asked else ():
                told = {name: numbers[name] for name in asked}
                yield {"account_id": profile["account_id"], "ig": profile["id"], "date": day.isoformat(), **told}

    def _days_of_pages(self) -> Iterator[Record]:
        for page in self.pages:
            known = Metrics.CERTAIN if self.options["page_metrics"] == "certain" else Metrics.PAGE
            for day, numbers in self.past(page["id"], 729):
                told = {name: numbers[name] for name in known}
                yield {"account_id": page["id"], "date": day.isoformat(), **told}

    # -- the truth about what is told of today only --------------------------------------------------

    def _dated(self, table: Table[Record]) -> Iterator[Record]:
        for row in table:
            yield {"day": self.today().isoformat(), "account_id": row.get("account_id") or row["id"]} | row

    def living(self, ig: str) -> list[Record]:
        page = self.profiles[(ig,)]["account_id"]
        return [story for story in self.stories.of(page) if self.now() - story["at"] < STORY_LIVES]

    def _living(self) -> Iterator[Record]:
        for profile in self.profiles:
            yield from (self.stories.told(story) for story in self.living(profile["id"]))

    def _watched(self) -> Iterator[Record]:
        for profile in self.profiles:
            for story in self.living(profile["id"]):
                numbers = self.story_numbers[(story["id"],)]
                if numbers["viewers"] >= ENOUGH_VIEWERS:
                    yield self.story_numbers.told(numbers)

    # -- edits ---------------------------------------------------------------------------------------

    def add_leaf(self, object_id: str, page: str, days: int) -> None:
        begins = self.today() - timedelta(days=days)
        self.leaves[object_id] = Leaf(object_id, page, {"id": object_id}, begins, zone=str(PACIFIC))

    def restate(self, table: Table[Record], row: Record, dice: Dice) -> None:
        """Every number of a post or story grows, or stays."""
        grown = {
            name: value + dice.below(6)
            for name, value in row.items()
            if isinstance(value, int) and not isinstance(value, bool) and name != "at"
        }
        table.put(row | grown)

    def delete_media(self, media_id: str) -> None:
        self.media.remove((media_id,))
        if (media_id,) in self.media_numbers:
            self.media_numbers.remove((media_id,))

    def delete_post(self, post_id: str) -> None:
        self.posts.remove((post_id,))
        self.post_numbers.remove((post_id,))
