"""The first day. All moments count back from the clock at creation."""

from infra.sandbox.instagram.numbers import OF_KIND
from infra.sandbox.instagram.world import FEW, Instagram, stamp
from infra.sandbox.invent import Dice
from infra.sandbox.records import Record
from infra.sandbox.spec import Seed
from infra.sandbox.times import DAY, HOUR

COUNTS = ("media", "stories", "posts", "days")
# name, username on Instagram ("": none), followers there, likes here, and whether the login has a role on it
PAGES = (
    ("Corner Bakery", "corner.bakery", 2_400, 900, True),
    ("Corner Café", "corner.cafe", 60, 310, True),
    ("Old Mill", "", 0, 40, True),
    ("Harbour Shop", "", 0, 700, False),
)
KINDS = ("REELS", "IMAGE", "CAROUSEL_ALBUM", "VIDEO")
CAPTIONS = ("Fresh from the oven", "Behind the counter", "Three new cakes", "How we fold croissants")


def build(seed: Seed) -> Instagram:
    world = Instagram(seed)
    for number, (name, username, followers, likes, role) in enumerate(PAGES, 1):
        dice = Dice(seed.seed, "instagram", "page", number)
        page = f"10000000{number}"
        ig = f"1784140000000000{number}" if username else ""
        world.pages.put(
            {"id": page, "ig": ig, "name": name, "username": f"page{number}",
             "link": f"https://www.facebook.com/{page}", "category": "Bakery", "fan_count": likes,
             "followers_count": likes + 12, "about": "Bread and more", "website": "https://shop.example.com",
             "verification_status": "not_verified", "role": role}
        )  # fmt: skip
        if not role:
            continue
        days = seed.count("days", 60, 0.0)
        if likes >= FEW:
            world.add_leaf(page, page, days)
        for post in range(seed.count("posts", 12)):
            add_post(world, dice, page, world.now() - 2 * HOUR - post * 4 * DAY - dice.below(HOUR))
        if not ig:
            continue
        world.add_leaf(ig, page, days)
        media = seed.count("media", 14)
        world.profiles.put(
            {"id": ig, "account_id": page, "ig_id": f"50000{number}", "username": username, "name": name,
             "biography": "We bake.", "website": "https://shop.example.com", "followers_count": followers,
             "follows_count": 80, "media_count": media}
        )  # fmt: skip
        _audience(world, dice, ig, page, followers)
        for number_of in range(media):
            at = world.now() - 3 * HOUR - number_of * 4 * DAY - dice.below(HOUR)
            add_media(world, dice, ig, KINDS[number_of % len(KINDS)], at, early=number_of >= max(4, media - 2))
        for number_of in range(seed.count("stories", 3, 0.0)):
            viewers = 2 if number_of % 3 == 2 else 40
            add_story(world, dice, ig, world.now() - HOUR - number_of * 2 * HOUR, viewers)
    return world


def _audience(world: Instagram, dice: Dice, ig: str, page: str, followers: int) -> None:
    """Nothing is told of few followers. City and country, like age and gender, are looked at one by one."""
    if followers < FEW:
        return
    groups = {
        "age": [{"age": age} for age in ("18-24", "25-34", "35-44")],
        "gender": [{"gender": gender} for gender in ("F", "M", "U")],
        "country": [{"country": country} for country in ("GB", "FR")],
        "city": [{"city": city} for city in ("Leeds, England", "Lyon, Rhône")],
        "age,gender": [{"age": age, "gender": gender} for age in ("18-24", "25-34") for gender in ("F", "M")],
    }
    for metric, most in (("follower_demographics", followers), ("engaged_audience_demographics", followers // 8)):
        for breakdown, found in groups.items():
            for group in found:
                row = {"ig": ig, "account_id": page, "metric": metric, "breakdown": breakdown, **group}
                world.groups.put(row | {"dimension": " / ".join(group.values()), "people": 1 + dice.below(most)})


def add_media(world: Instagram, dice: Dice, ig: str, kind: str, at: int, early: bool = False) -> str:
    """`early`: posted before the account was a professional one."""
    profile = world.profiles[(ig,)]
    media_id = f"18{ig[-1]}{at}{dice.below(90) + 10}"
    product, code = "REELS" if kind == "REELS" else "FEED", dice.hex(11)
    row: Record = {
        "id": media_id, "ig": ig, "account_id": profile["account_id"], "ig_id": f"35{media_id}",
        "media_type": "VIDEO" if kind == "REELS" else kind, "media_product_type": product,
        "permalink": f"https://www.instagram.com/{'reel' if kind == 'REELS' else 'p'}/{code}/", "shortcode": code,
        "timestamp": stamp(at), "at": at, "username": profile["username"], "like_count": dice.below(90),
        "comments_count": dice.below(9), "is_comment_enabled": True, "owner": {"id": ig}, "without_numbers": early,
    }  # fmt: skip
    if dice.chance(0.8):  # one without a caption has no such field
        row["caption"] = CAPTIONS[dice.below(len(CAPTIONS))]
    if kind == "CAROUSEL_ALBUM":
        row["children"] = [{"id": f"{media_id}{n}", "media_type": "IMAGE"} for n in (1, 2)]
    world.media.put(row)
    if not early:
        hidden = {"views", "total_interactions"} if kind == world.options["without_views"] else set[str]()
        # A question that is refused is asked again, for what is sure.
        names = [name for name in OF_KIND[kind] if name not in hidden]
        told: Record = {name: 20 + dice.below(900) for name in names}
        if "reels_skip_rate" in told:
            told["reels_skip_rate"] = dice.below(1000) / 10
        about = {"media_id": media_id, "ig": ig, "account_id": profile["account_id"], "at": at}
        world.media_numbers.put(about | told)
    return media_id


def add_story(world: Instagram, dice: Dice, ig: str, at: int, viewers: int = 40) -> str:
    profile = world.profiles[(ig,)]
    story_id = f"17{ig[-1]}{at}{dice.below(90) + 10}"
    world.stories.put(
        {"id": story_id, "ig": ig, "account_id": profile["account_id"], "ig_id": f"36{story_id}",
         "media_type": "IMAGE", "media_product_type": "STORY", "timestamp": stamp(at), "at": at,
         "permalink": f"https://www.instagram.com/stories/{profile['username']}/{story_id}",
         "username": profile["username"]}
    )  # fmt: skip
    told = {name: viewers + dice.below(9) for name in ("reach", "views", "navigation")}
    told |= {name: dice.below(9) for name in ("replies", "shares", "follows", "profile_visits", "total_interactions")}
    about = {"story_id": story_id, "ig": ig, "account_id": profile["account_id"], "viewers": viewers}
    world.story_numbers.put(about | told)
    return story_id


def add_post(world: Instagram, dice: Dice, page: str, at: int) -> str:
    post_id = f"{page}_{at}{dice.below(90) + 10}"
    row: Record = {
        "id": post_id, "account_id": page, "created_time": stamp(at), "updated_time": stamp(at), "at": at,
        "permalink_url": f"https://www.facebook.com/{post_id}", "status_type": "added_photos", "is_published": True,
        "attachments": [{"type": "photo", "url": f"https://www.facebook.com/photo/{post_id}"}],
    }  # fmt: skip
    if dice.chance(0.7):
        row["message"] = CAPTIONS[dice.below(len(CAPTIONS))]
    if dice.chance(0.5):  # a post that nobody shared has no such field
        row["shares"] = {"count": 1 + dice.below(9)}
    world.posts.put(row)
    views = 40 + dice.below(900)
    world.post_numbers.put(
        {"post_id": post_id, "account_id": page, "at": at, "post_media_view": views,
         "post_total_media_view_unique": views // 2, "post_clicks": dice.below(40),
         "post_clicks_by_type": {"other clicks": dice.below(20), "link clicks": dice.below(20)},
         "post_reactions_by_type_total": {"like": dice.below(30), "love": dice.below(9)}}
    )  # fmt: skip
    return post_id
