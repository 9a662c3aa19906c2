"""The calls of Mailchimp's Marketing API 3.0 that read: audiences, campaigns, pages. Reports are next door."""

from collections.abc import Callable, Sequence
from typing import Any

from infra.sandbox.call import Answer, Call, Route
from infra.sandbox.mailchimp.asking import (
    DATACENTER,
    between,
    by_field,
    equal,
    keep,
    one,
    page,
    shown,
    sort,
    written,
)
from infra.sandbox.mailchimp.people import CONTACT_STATUSES, Member
from infra.sandbox.mailchimp.world import Mailchimp
from infra.sandbox.records import Record, Table
from infra.sandbox.refusals import missing

CAMPAIGN_STATUSES = ("save", "paused", "schedule", "sending", "sent")
CAMPAIGN_TYPES = ("regular", "plaintext", "absplit", "rss", "variate")


class Api:
    def __init__(self, world: Mailchimp) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        w = self.world
        in_list = "/lists/<list_id>"
        table = self._table
        routes = {
            "/": lambda call: one(call, w.account.render(next(iter(w.account))), "account_id"),
            "/ping": lambda call: one(call, {"health_status": "Everything's Chimpy!"}),
            "/lists": self.lists,
            in_list: self.audience,
            f"{in_list}/members": self.members,
            f"{in_list}/members/<hash>": self.member,
            f"{in_list}/members/<hash>/tags": self.member_tags,
            f"{in_list}/segments": self.segments,
            f"{in_list}/segments/<int:segment_id>/members": self.segment_members,
            f"{in_list}/tag-search": self.tag_search,
            f"{in_list}/merge-fields": table(w.merge_fields, "merge_fields", "list_id", key="merge_id"),
            f"{in_list}/interest-categories": table(w.categories, "categories", "list_id"),
            f"{in_list}/interest-categories/<category_id>/interests": self.interests,
            f"{in_list}/growth-history": table(w.growth, "history", "list_id", sorts=("month",), key="month"),
            f"{in_list}/activity": self.activity,
            f"{in_list}/abuse-reports": table(w.abuse, "abuse_reports", "list_id"),
            "/campaigns": self.campaigns,
            "/campaigns/<campaign_id>": self.campaign,
            "/automations": self.automations,
            "/automations/<workflow_id>/emails": self.automation_emails,
            "/templates": self.templates,
            "/landing-pages": table(w.landing_pages, "landing_pages", sorts=("created_at", "updated_at"),
                                    offset=w.options["landing_pages_offset"]),
            "/reporting/landing-pages": table(w.landing_page_reports, "landing_pages"),
            "/campaign-folders": table(w.campaign_folders, "folders"),
            "/template-folders": table(w.template_folders, "folders"),
        }  # fmt: skip
        return [Route(f"/3.0{rule}", handle) for rule, handle in routes.items()] + [
            Route("/oauth2/metadata", self.metadata, open=True)
        ]

    def metadata(self, call: Call) -> Answer:
        """For a bad token: 200, and an error inside."""
        if not call.known:
            return Answer({"error": "invalid_token"})
        row = next(iter(self.world.account))
        login = {"login_id": 4711, "login_name": "demo", "login_email": row["email"], "email": row["email"]}
        where = {"dc": DATACENTER, "login_url": "https://login.mailchimp.com"}
        where["api_endpoint"] = self.world.options["api_endpoint"] or f"https://{DATACENTER}.api.mailchimp.com"
        who = {"accountname": row["account_name"], "user_id": 4711, "role": "owner", "login": login}
        return Answer(where | who, key="dc")

    def lists(self, call: Call) -> Answer:
        w = self.world
        rows = keep(list(w.lists), between(w, call, "date_created", written("date_created")))
        rows = sort(call, rows, {"date_created": written("date_created")})
        limits = {"may_create": False, "max_instances": 5, "current_total_instances": len(w.lists)}
        return page(call, "lists", rows, lambda row: self._audience(call, row), constraints=limits)

    def audience(self, call: Call) -> Answer:
        return one(call, self._audience(call, self._list(call)))

    def members(self, call: Call) -> Answer:
        w, list_id = self.world, self._list(call)["id"]
        status = call.choice("status", CONTACT_STATUSES)
        paging = ("count", "offset", "fields", "exclude_fields")
        asked = sorted(item for item in call.query.items() if item[0] not in paging)

        def build() -> list[Member]:
            tests = between(w, call, "last_changed", lambda m: float(m.changed))
            tests += between(w, call, "timestamp_opt", lambda m: float(m.opted))
            if status:
                tests.append(lambda m: m.status == status)
            elif not w.options["archived_by_default"]:
                tests.append(lambda m: m.status != "archived")
            if "unique_email_id" in call.query:
                tests.append(lambda m: m.id[:10] == call.query["unique_email_id"])
            if "email_type" in call.query:
                tests.append(lambda m: w.members.render(m)["email_type"] == call.query["email_type"])
            if call.flag("vip_only"):
                tests.append(lambda m: w.members.render(m)["vip"])
            by: dict[str, Callable[[Member], Any]] = {
                "last_changed": lambda m: (m.changed, m.id),
                "timestamp_opt": lambda m: (m.opted, m.id),
                "timestamp_signup": lambda m: (m.opted, m.id),
            }
            return sort(call, keep(w.members.of(list_id), tests), by)

        rows = w.members.cached(("members", list_id, *asked), build)
        return page(call, "members", rows, w.members.render, list_id=list_id)

    def member(self, call: Call) -> Answer:
        return one(call, self.world.members.render(self._member(call)))

    def member_tags(self, call: Call) -> Answer:
        return page(call, "tags", self.world.tags_of(self._member(call)), dict)

    def segments(self, call: Call) -> Answer:
        w, list_id = self.world, self._list(call)["id"]
        call.choice("type", ("saved", "static", "fuzzy"))
        tests = equal(call, "type")
        for name in ("created_at", "updated_at"):
            tests += between(w, call, name, written(name))
        return page(call, "segments", keep(w.segments.of(list_id), tests), w.segments.render, list_id=list_id)

    def segment_members(self, call: Call) -> Answer:
        """Subscribed and pending people; the others when they are asked for, archived ones never."""
        w, list_id, segment = self.world, self._list(call)["id"], int(call.values["segment_id"])
        if (list_id, segment) not in w.segments:
            raise missing()
        extra = [status for status in ("cleaned", "transactional", "unsubscribed") if call.flag(f"include_{status}")]
        shown = {"subscribed", "pending", *extra}

        def build() -> list[Member]:
            return [m for m in w.members.of(list_id) if m.status in shown and segment in w.segments_of(m)]

        rows = w.members.cached(("segment", list_id, segment, *extra), build)
        return page(call, "members", rows, w.members.render)

    def tag_search(self, call: Call) -> Answer:
        """Every tag at once: no paging is documented."""
        begin = call.query.get("name", "").lower()
        rows = [row for row in self.world.segments.of(self._list(call)["id"]) if row["type"] == "static"]
        rows = [row for row in rows if row["name"].lower().startswith(begin)]
        return page(call, "tags", rows, lambda row: {"id": row["id"], "name": row["name"]}, paged=False)

    def interests(self, call: Call) -> Answer:
        w, list_id, category = self.world, self._list(call)["id"], call.values["category_id"]
        if (list_id, category) not in w.categories:
            raise missing()
        around = {"list_id": list_id, "category_id": category}
        return page(call, "interests", w.interests.of(category), w.interests.render, **around)

    def activity(self, call: Call) -> Answer:
        """Newest day first: not documented, our choice."""
        w, list_id = self.world, self._list(call)["id"]
        rows = sorted(w.activity.of(list_id), key=lambda row: row["day"], reverse=True)
        return page(call, "activity", rows, w.activity.render, key="day", list_id=list_id)

    def campaigns(self, call: Call) -> Answer:
        w = self.world
        call.choice("status", CAMPAIGN_STATUSES)
        call.choice("type", CAMPAIGN_TYPES)
        tests = equal(call, "status", "type")
        tests += between(w, call, "create_time", lambda row: row["made_at"])
        tests += between(w, call, "send_time", lambda row: row["sent_at"])
        if "list_id" in call.query:
            tests.append(lambda row: row["recipients"]["list_id"] == call.query["list_id"])
        if "folder_id" in call.query:
            tests.append(lambda row: row["settings"]["folder_id"] == call.query["folder_id"])
        by = {"create_time": lambda row: row["made_at"], "send_time": lambda row: row["sent_at"] or 0}
        return page(call, "campaigns", sort(call, keep(list(w.campaigns), tests), by), w.campaigns.render)

    def campaign(self, call: Call) -> Answer:
        return one(call, shown(self.world.campaigns, call.values["campaign_id"]))

    def automations(self, call: Call) -> Answer:
        w = self.world
        call.choice("status", ("save", "paused", "sending"))
        tests = equal(call, "status")
        for name in ("create_time", "start_time"):
            tests += between(w, call, name, written(name))
        return page(call, "automations", keep(list(w.automations), tests), w.automations.render)

    def automation_emails(self, call: Call) -> Answer:
        """No parameters at all: every email at once."""
        w, workflow = self.world, call.values["workflow_id"]
        shown(w.automations, workflow)
        return page(call, "emails", w.automation_emails.of(workflow), w.automation_emails.render, paged=False)

    def templates(self, call: Call) -> Answer:
        """Without `type=user` the ready-made ones come along."""
        w = self.world
        ready = {"active": True, "name": "Simple text", "date_created": "", "date_edited": ""}
        rows = [*w.templates, *({"id": 9000 + n, "type": kind, **ready} for n, kind in enumerate(("base", "gallery")))]
        tests = equal(call, "type") + between(w, call, "date_created", written("date_created"))
        rows = sort(call, keep(rows, tests), by_field("date_created", "date_edited", "name"))
        return page(call, "templates", rows, w.templates.render)

    def _table(
        self,
        table: Table[Record],
        name: str,
        parent: str = "",
        sorts: Sequence[str] = (),
        key: str = "id",
        offset: bool = True,
    ) -> Callable[[Call], Answer]:
        """A stream without filters of its own."""

        def handle(call: Call) -> Answer:
            around = {parent: self._list(call)["id"]} if parent else {}
            rows = table.of(around[parent]) if parent else list(table)
            rows = sort(call, rows, by_field(*sorts)) if sorts else rows
            return page(call, name, rows, table.render, key, offset=offset, **around)

        return handle

    def _audience(self, call: Call, row: Record) -> Record:
        shown = self.world.lists.render(row)
        if not call.flag("include_total_contacts"):
            shown["stats"].pop("total_contacts")
        return shown

    def _list(self, call: Call) -> Record:
        row = self.world.lists.rows.get((call.values["list_id"],))
        if row is None:
            raise missing()
        return row

    def _member(self, call: Call) -> Member:
        found = self.world.members.rows.get((self._list(call)["id"], call.values["hash"]))
        if found is None:
            raise missing()
        return found
