"""The calls that read: who a token is, the Pages of a login, and what hangs on a Page or an Instagram account."""

from collections.abc import Sequence

from infra.sandbox import graph
from infra.sandbox.call import Answer, Call, Route
from infra.sandbox.graph import gone, refusal
from infra.sandbox.instagram.insights import Insights
from infra.sandbox.instagram.world import Instagram
from infra.sandbox.records import Key, Record
from infra.sandbox.refusals import Refusal

VERSION = "/<version>"
OF_PERSON = "1020304050"
HIDDEN = frozenset({"ig", "account_id", "at", "without_numbers", "role"})
# Fields of each kind of object that calls may name.
PROFILE = frozenset(
    [
        "id",
        "ig_id",
        "username",
        "name",
        "biography",
        "website",
        "followers_count",
        "follows_count",
        "media_count",
        "profile_picture_url",
    ]
)
MEDIA = frozenset(
    [
        "id",
        "ig_id",
        "caption",
        "media_type",
        "media_product_type",
        "permalink",
        "shortcode",
        "timestamp",
        "username",
        "like_count",
        "comments_count",
        "is_comment_enabled",
        "media_url",
        "thumbnail_url",
        "owner",
        "children",
    ]
)
PAGE = frozenset(
    [
        "id",
        "name",
        "username",
        "link",
        "category",
        "fan_count",
        "followers_count",
        "about",
        "website",
        "verification_status",
        "access_token",
        "instagram_business_account",
    ]
)
POST = frozenset(
    [
        "id",
        "message",
        "created_time",
        "updated_time",
        "permalink_url",
        "status_type",
        "is_published",
        "shares",
        "full_picture",
        "attachments",
    ]
)


def newest_first(row: Record) -> Key:
    return (-row["at"], row["id"])


class Api:
    def __init__(self, world: Instagram) -> None:
        self.world, self.insights = world, Insights(world)

    def routes(self) -> Sequence[Route]:
        return [
            Route(f"{VERSION}/me", self.me),
            Route(f"{VERSION}/me/accounts", self.pages, scope="pages_show_list"),
            Route(f"{VERSION}/me/permissions", self.permissions),
            Route(f"{VERSION}/debug_token", self.debug),
            Route(f"{VERSION}/<node>/permissions", self.revoke, methods=("DELETE",)),
            Route(f"{VERSION}/<node>", self.node),
            Route(f"{VERSION}/<node>/media", self.media, scope="instagram_basic"),
            Route(f"{VERSION}/<node>/stories", self.stories, scope="instagram_basic"),
            *(Route(f"{VERSION}/<node>/{edge}", self.posts, scope="pages_read_engagement")
              for edge in ("published_posts", "posts", "feed")),
            Route(f"{VERSION}/<node>/insights", self.numbers),
        ]  # fmt: skip

    # -- the login -----------------------------------------------------------------------------------

    def me(self, call: Call) -> Answer:
        page = self._page_of_token(call)
        known = {"id": OF_PERSON, "name": "Ada Baker"} if not page else self.world.pages[(page,)]
        return Answer(graph.show(known, call.query.get("fields", "id,name")))

    def pages(self, call: Call) -> Answer:
        """Each with its own token; one on which the login has no role comes without."""
        rows: list[Record] = []
        for page in self.world.pages:
            row = self._shown(page)
            if page["role"]:
                row["access_token"] = call.grants.derive(call.token, f"page/{page['id']}")
            if page["ig"]:
                row["instagram_business_account"] = self._shown(self.world.profiles[(page["ig"],)])
            rows.append(row)
        return graph.page(call, rows, lambda row: (row["id"],), PAGE, "id,name,access_token")

    def permissions(self, call: Call) -> Answer:
        scopes = call.access.scopes if call.access else ()
        return Answer({"data": [{"permission": scope, "status": "granted"} for scope in scopes]}, "data", "permission")

    def debug(self, call: Call) -> Answer:
        found = call.grants.look(call.query.get("input_token", ""))
        data: Record = {"is_valid": found is not None, "app_id": call.client.id, "type": "USER"}
        if found is not None:
            data |= {"scopes": list(found.scopes), "expires_at": found.until or 0, "user_id": OF_PERSON}
            data |= {"type": "PAGE"} if found.subject else {}
        return Answer({"data": data})

    def revoke(self, call: Call) -> Answer:
        """A person's own permissions; a Page has none to give back."""
        if call.access is not None and call.access.subject:
            raise Refusal("forbidden", 403, "(#200) Permissions error")
        call.grants.withdraw(call.token)
        return Answer({"success": True})

    # -- objects and lists ---------------------------------------------------------------------------

    def node(self, call: Call) -> Answer:
        world, name = self.world, call.values["node"]
        for table, scope, known in (
            (world.profiles, "instagram_basic", PROFILE),
            (world.media, "instagram_basic", MEDIA),
            (world.pages, "pages_read_engagement", PAGE),
            (world.posts, "pages_read_engagement", POST),
        ):
            row = table.rows.get((name,))
            if row is not None:
                self._allowed(call, row.get("account_id") or row["id"], scope)
                return Answer(graph.show(self._shown(row), call.query.get("fields", "id"), known))
        raise gone(name)

    def media(self, call: Call) -> Answer:
        page = self._instagram(call)["account_id"]
        return graph.page(call, [self._shown(row, "at") for row in self.world.media.of(page)], newest_first, MEDIA)

    def stories(self, call: Call) -> Answer:
        ig = self._instagram(call)["id"]
        return graph.page(call, [self._shown(row, "at") for row in self.world.living(ig)], newest_first, MEDIA)

    def posts(self, call: Call) -> Answer:
        """`since` and `until` look at when a post was made."""
        page = call.values["node"]
        if (page,) not in self.world.pages:
            raise gone(page)
        self._allowed(call, page)
        since, until = self._moment(call, "since"), self._moment(call, "until")
        found = [
            self._shown(row, "at")
            for row in self.world.posts.of(page)
            if (since is None or row["at"] >= since) and (until is None or row["at"] <= until)
        ]
        return graph.page(call, found, newest_first, POST, "id,created_time,message")

    def numbers(self, call: Call) -> Answer:
        """Of whatever has some."""
        world, name = self.world, call.values["node"]
        for table, scope, handle in (
            (world.profiles, "instagram_manage_insights", self.insights.of_instagram),
            (world.media, "instagram_manage_insights", self.insights.of_media),
            (world.stories, "instagram_manage_insights", self.insights.of_story),
            (world.pages, "read_insights", self.insights.of_page),
            (world.posts, "read_insights", self.insights.of_post),
        ):
            row = table.rows.get((name,))
            if row is not None:
                self._allowed(call, row.get("account_id") or row["id"], scope)
                return handle(call, row)
        raise gone(name)

    # -- who may -------------------------------------------------------------------------------------

    def _allowed(self, call: Call, page: str, scope: str = "") -> None:
        """A Page's token opens that Page and its Instagram account; a person's own, Instagram alone."""
        access, own = call.access, self._page_of_token(call)
        if access is None or not access.allows(scope):
            raise Refusal("forbidden", 403, field=scope)
        if not self.world.pages[(page,)]["role"] or own not in ("", page):
            raise gone(call.values["node"])
        of_facebook = scope == "read_insights" or (not scope and call.values["node"] == page)
        if not own and of_facebook:
            text = "(#190) This method must be called with a Page Access Token"
            raise refusal("190/2069032", text)

    def _page_of_token(self, call: Call) -> str:
        return call.access.subject.removeprefix("page/") if call.access else ""

    def _instagram(self, call: Call) -> Record:
        profile = self.world.profiles.rows.get((call.values["node"],))
        if profile is None:
            raise gone(call.values["node"])
        self._allowed(call, profile["account_id"], "instagram_basic")
        return profile

    def _shown(self, row: Record, *also: str) -> Record:
        return {name: value for name, value in row.items() if name not in HIDDEN or name in also}

    def _moment(self, call: Call, name: str) -> int | None:
        given = call.query.get(name)
        if given is None:
            return None
        if not given.isdecimal():
            raise refusal("100", f"(#100) {name} must be a Unix timestamp.")
        return int(given)
