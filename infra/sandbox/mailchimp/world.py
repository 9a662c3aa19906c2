"""A Mailchimp account: its tables, how they hang together, and the edits tests may make."""

from collections import Counter
from typing import Any

from infra.sandbox.invent import address, md5, person
from infra.sandbox.mailchimp import show
from infra.sandbox.mailchimp.people import MOST_TAGS_SHOWN, Act, Member, Recipient, show_act, show_member
from infra.sandbox.mailchimp.tally import Tally, add_up
from infra.sandbox.records import Derived, Numbers, Record, Row, Rows, Table, as_is, field, text, without
from infra.sandbox.spec import Seed
from infra.sandbox.times import offset

ACCOUNT = "Demo Ltd"


def _plain(name: str, *key: str, parent: str = "", hide: bool = False) -> Table[Record]:
    """A table of ready records; `hide`: the API leaves the parent's id to the address."""
    return Table(name, field(*key), without(parent) if hide else as_is, text(parent) if parent else lambda _: "", as_is)


class Mailchimp:
    def __init__(self, seed: Seed) -> None:
        self.seed, self.now, self.options = seed, seed.now, seed.options
        self.tallies: dict[str, Tally] = {}
        self.account = _plain("account", "account_id")
        self.account.render = self.account.whole = lambda row: show.account(self, row)
        self.lists = _plain("lists", "id")
        self.lists.render = self.lists.whole = lambda row: show.audience(self, row)
        self.members: Table[Member] = Table(
            "list_members", lambda m: (m.list_id, m.id), self._show_member, lambda m: m.list_id
        )
        self.people = Numbers(self.members, lambda member: member.number)
        self.segments = _plain("segments", "list_id", "id", parent="list_id")
        self.segments.render = self.segments.whole = lambda row: show.segment(self, row)
        self.merge_fields = _plain("merge_fields", "list_id", "merge_id", parent="list_id")
        self.categories = _plain("interest_categories", "list_id", "id", parent="list_id")
        self.interests = _plain("interests", "list_id", "id", parent="category_id")
        self.growth = _plain("list_growth_history", "list_id", "month", parent="list_id")
        self.activity = _plain("list_activity", "list_id", "day", parent="list_id", hide=True)
        self.abuse = _plain("abuse_reports", "id", parent="list_id")
        self.campaigns = _plain("campaigns", "id")
        self.campaigns.render = self.campaigns.whole = lambda row: show.campaign(self, row)
        self.reports = _plain("reports", "id")
        self.reports.render = self.reports.whole = lambda row: show.report(self, row)
        self.links = _plain("click_details", "campaign_id", "id", parent="campaign_id")
        self.links.render = self.links.whole = lambda row: show.link(self, row)
        self.recipients: Table[Recipient] = Table(
            "recipients", lambda r: (r.campaign_id, r.email_id), self.show_activity, lambda r: r.campaign_id,
            truthful=False,
        )  # fmt: skip
        self.unsubscribes = _plain("unsubscribes", "campaign_id", "email_id", "timestamp", parent="campaign_id")
        self.unsubscribes.render = self.unsubscribes.whole = lambda row: row | self.of_list(row["list_id"])
        self.automations = _plain("automations", "id")
        self.automation_emails = _plain("automation_emails", "id", parent="workflow_id")
        self.automation_reports = Derived(
            "automation_reports", ("id",), self.automation_emails, lambda email: [show.automation_report(self, email)]
        )
        self.templates = _plain("templates", "id")
        self.landing_pages = _plain("landing_pages", "id")
        self.landing_page_reports = _plain("landing_page_reports", "id")
        self.campaign_folders = _plain("campaign_folders", "id")
        self.template_folders = _plain("template_folders", "id")
        self.member_tags = Derived("list_member_tags", ("list_id", "member_id", "id"), self.members, self._tags_of)
        self.tags = Derived("tags", ("list_id", "id"), self.segments, _tag_of)
        self.segment_members = Derived(
            "segment_members", ("list_id", "segment_id", "id"), self.members, self._memberships_of
        )
        activity_key = ("campaign_id", "email_id", "timestamp", "action", "url")
        self.email_activity = Derived("email_activity", activity_key, self.recipients, self._acts_of)
        self.sent_to = Derived("sent_to", ("campaign_id", "email_id"), self.recipients, lambda r: [self.show_sent(r)])
        # fmt: off
        self.tables: list[Rows] = [
            self.account, self.lists, self.members, self.member_tags, self.segments, self.segment_members, self.tags,
            self.merge_fields, self.categories, self.interests, self.growth, self.activity, self.abuse,
            self.campaigns, self.reports, self.links, self.email_activity, self.sent_to, self.unsubscribes,
            self.automations, self.automation_emails, self.automation_reports, self.templates, self.landing_pages,
            self.landing_page_reports, self.campaign_folders, self.template_folders,
        ]
        # fmt: on
        self.recipients.watchers.append(lambda old, new: self._forget_tally(new or old))

    # how rows look

    def _show_member(self, member: Member) -> Record:
        return show_member(member, self.interest_ids(member.list_id), self.tag_names(member.list_id))

    def interest_ids(self, list_id: str) -> list[str]:
        def collect() -> list[str]:
            categories = self.categories.of(list_id)
            return [row["id"] for category in categories for row in self.interests.of(category["id"])]

        return self.interests.cached(("ids", list_id), collect)

    def tag_names(self, list_id: str) -> dict[int, str]:
        return self.segments.cached(
            ("names", list_id), lambda: {row["id"]: row["name"] for row in self.segments.of(list_id)}
        )

    def of_list(self, list_id: str) -> Record:
        return {"list_id": list_id, "list_is_active": (list_id,) in self.lists}

    def list_of(self, campaign_id: str) -> str:
        return str(self.campaigns[(campaign_id,)]["recipients"]["list_id"])

    def tags_of(self, member: Member) -> list[Record]:
        names = self.tag_names(member.list_id)
        return [{"id": t, "name": names.get(t, ""), "date_added": offset(member.opted)} for t in member.tags]

    def _tags_of(self, member: Member) -> list[Record]:
        if len(member.tags) <= MOST_TAGS_SHOWN:
            return []  # the member's own row shows them all
        parents = {"list_id": member.list_id, "member_id": member.id}
        return [parents | tag for tag in self.tags_of(member)]

    def made_of_conditions(self, list_id: str) -> list[Record]:
        """The segments that nobody is put into by hand."""
        return self.segments.cached(
            ("conditions", list_id), lambda: [row for row in self.segments.of(list_id) if row["type"] != "static"]
        )

    def segments_of(self, member: Member) -> list[int]:
        """Tags are segments, too. What others ask for is invented: every second person fits."""
        if member.status == "archived":
            return []
        fits = [row["id"] for row in self.made_of_conditions(member.list_id) if (member.number + row["id"]) % 2]
        return [*member.tags, *fits]

    def _memberships_of(self, member: Member) -> list[Record]:
        who = {"list_id": member.list_id, "id": member.id, "status": member.status}
        return [{"segment_id": segment, **who} for segment in self.segments_of(member)]

    def show_activity(self, recipient: Recipient) -> Record:
        who = {"email_id": recipient.email_id, "email_address": recipient.email}
        acts = [show_act(act) for act in recipient.acts]
        where = self.of_list(self.list_of(recipient.campaign_id))
        return {"campaign_id": recipient.campaign_id, **where, **who, "activity": acts}

    def _acts_of(self, recipient: Recipient) -> list[Record]:
        person = self.show_activity(recipient)
        return [person | {"url": ""} | act for act in person.pop("activity")]

    def show_sent(self, recipient: Recipient) -> Record:
        opens = [act.at for act in recipient.acts if act.action == "open"]
        return {
            "email_id": recipient.email_id,
            "email_address": recipient.email,
            "merge_fields": {},
            "vip": False,
            "status": recipient.status,
            "open_count": len(opens),
            "last_open": offset(max(opens, default=None)),
            "absplit_group": "",
            "gmt_offset": 0,
            "campaign_id": recipient.campaign_id,
            **self.of_list(self.list_of(recipient.campaign_id)),
        }

    def tally(self, campaign_id: str) -> Tally:
        if campaign_id not in self.tallies:
            self.tallies[campaign_id] = add_up(self.recipients.of(campaign_id))
        return self.tallies[campaign_id]

    def _forget_tally(self, recipient: Recipient | None) -> None:
        if recipient is not None:
            self.tallies.pop(recipient.campaign_id, None)

    def head_count(self, list_id: str) -> Counter[object]:
        """How many members have each status (by name) and each tag (by number)."""
        return self.members.cached(("head count", list_id), lambda: show.count_heads(self, list_id))

    # edits

    def subscribed(self, list_id: str) -> list[Member]:
        return [member for member in self.members.of(list_id) if member.status == "subscribed"]

    def add_member(self, list_id: str, number: int | None = None, **fields: Any) -> Member:
        """A new person; without a number, one that is in no audience yet."""
        if number is None:
            number = self.people.fresh()
        first, last = person(number)
        email = address(number, first, last)
        now = self.now()
        row = Member(list_id, md5(email), number, email, first, last, "subscribed", now, now, (), 0, 0)
        return self.members.put(row._replace(**fields))

    def update_member(self, member: Member, **fields: Any) -> Member:
        """Any change moves `last_changed`; say `changed=` to place it elsewhere."""
        return self.members.put(member._replace(**{"changed": self.now(), **fields}))

    def unsubscribe(self, member: Member) -> Member:
        return self.update_member(member, status="unsubscribed")

    def archive_member(self, member: Member) -> Member:
        return self.update_member(member, status="archived")

    def delete_member(self, member: Member) -> None:
        """For good: the row vanishes and nothing says so."""
        self.members.remove((member.list_id, member.id))

    def change_address(self, member: Member, email: str) -> Member:
        """The id is made of the address, so the person gets another one."""
        self.delete_member(member)
        return self.members.put(member._replace(id=md5(email), email=email, changed=self.now()))

    def restate(self, campaign_id: str, acts: dict[str, list[Act]]) -> None:
        """Opens and clicks keep arriving: `acts` by recipient."""
        for email_id, more in acts.items():
            row = self.recipients[(campaign_id, email_id)]
            self.recipients.put(row._replace(acts=(*row.acts, *more)))

    def delete_campaign(self, campaign_id: str) -> None:
        key = (campaign_id,)
        whole = self.campaigns.whole(self.campaigns[key])  # while its numbers can still be counted
        self.links.remove_of(campaign_id)
        if key in self.reports:
            self.reports.remove(key)
        self.unsubscribes.remove_of(campaign_id)
        self.recipients.remove_of(campaign_id)
        self.campaigns.remove(key)
        self.campaigns.gone[key] = whole

    def delete_list(self, list_id: str) -> None:
        """The audience and all it holds; its campaigns stay, marked `list_is_active: false`."""
        self.lists.remove((list_id,))
        self.members.remove_of(list_id)
        for category in self.categories.of(list_id):
            self.interests.remove_of(category["id"])
        for table in (self.segments, self.merge_fields, self.categories, self.growth, self.activity, self.abuse):
            table.remove_of(list_id)


def put_all(table: Table[Row], rows: list[Row]) -> None:
    for row in rows:
        table.put(row)


def _tag_of(segment: Record) -> list[Record]:
    if segment["type"] != "static":
        return []
    return [{"id": segment["id"], "name": segment["name"], "list_id": segment["list_id"]}]
