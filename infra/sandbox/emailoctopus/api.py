"""The calls of EmailOctopus' API v2 that read. No version stands in the path."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from infra.sandbox.call import Answer, Call, Route
from infra.sandbox.emailoctopus.world import REPORTED, STATUSES, Contact, EmailOctopus, Event
from infra.sandbox.invent import md5
from infra.sandbox.paging import bad_cursor, read_cursor, write_cursor
from infra.sandbox.records import Record, View, ordered
from infra.sandbox.refusals import Refusal, missing

MOST = 100
REPORTS = ("sent", "opened", "clicked", "bounced", "complained", "unsubscribed", "not-opened", "not-clicked")


def page(call: Call, view: View[Any], show: Callable[[Any], Record], key: str = "id", **around: str) -> Answer:
    limit = call.number("limit", MOST, MOST, status=422)
    last = None
    if "starting_after" in call.query:
        try:
            last = tuple(read_cursor(call.query["starting_after"]))
        except (ValueError, TypeError):
            raise bad_cursor("starting_after", 422) from None
    rows, after = view.after(last, limit)
    way_on = None
    if after is not None:
        cursor = write_cursor(list(after))
        query = urlencode({**call.query.to_dict(), "limit": limit, "starting_after": cursor})
        way_on = {"url": f"{call.host_url.rstrip('/')}{call.path}?{query}", "starting_after": cursor}
    return Answer({**around, "data": [show(row) for row in rows], "paging": {"next": way_on}}, "data", key)


class Api:
    def __init__(self, world: EmailOctopus) -> None:
        self.world = world

    def routes(self) -> Sequence[Route]:
        return [
            Route("/lists", self.lists),
            Route("/lists/<list_id>", self.one_list),
            Route("/lists/<list_id>/tags", self.tags),
            Route("/lists/<list_id>/contacts", self.contacts),
            Route("/lists/<list_id>/contacts/<contact_id>", self.contact),
            Route("/campaigns", self.campaigns),
            Route("/campaigns/<campaign_id>", self.campaign),
            Route("/campaigns/<campaign_id>/reports", self.contact_reports),
            Route("/campaigns/<campaign_id>/reports/summary", self.summary),
            Route("/campaigns/<campaign_id>/reports/links", self.links),
        ]

    def lists(self, call: Call) -> Answer:
        return page(call, ordered(self.world.lists, self.world.lists.arrival), self.world.lists.render)

    def one_list(self, call: Call) -> Answer:
        return Answer(self.world.lists.render(self._list(call)))

    def tags(self, call: Call) -> Answer:
        rows = [{"tag": tag} for tag in self._list(call)["tags"]]
        return page(call, ordered(rows, lambda row: (row["tag"],)), dict, "tag")

    def contacts(self, call: Call) -> Answer:
        """Bounds include themselves (documented). Order: as they came (not documented)."""
        w, list_id = self.world, self._list(call)["id"]
        status = call.choice("status", STATUSES, 422) or w.options["default_status"]
        names = tuple(f"{name}.{end}" for name in ("last_updated_at", "created_at") for end in ("gte", "lte"))
        low, high, born_low, born_high = (call.moment(name, 422) for name in names)

        def fits(contact: Contact) -> bool:
            return (
                status in ("", contact.status)
                and (low is None or contact.updated >= low)
                and (high is None or contact.updated <= high)
                and (born_low is None or contact.created >= born_low)
                and (born_high is None or contact.created <= born_high)
            )

        def build() -> View[Contact]:
            return ordered(filter(fits, w.contacts.of(list_id)), w.contacts.arrival)

        view = w.contacts.cached((list_id, status, low, high, born_low, born_high), build)
        return page(call, view, w.contacts.render)

    def contact(self, call: Call) -> Answer:
        """By id, or by the MD5 of the address."""
        w, list_id, wanted = self.world, self._list(call)["id"], call.values["contact_id"]
        found = w.contacts.rows.get((list_id, wanted))
        if found is None:
            found = next((c for c in w.contacts.of(list_id) if md5(c.email) == wanted), None)
        if found is None:
            raise missing()
        return Answer(w.contacts.render(found))

    def campaigns(self, call: Call) -> Answer:
        return page(call, ordered(self.world.campaigns, self.world.campaigns.arrival), dict)

    def campaign(self, call: Call) -> Answer:
        return Answer(self._campaign(call))

    def summary(self, call: Call) -> Answer:
        return Answer(self.world.summary(self._reported(call)))

    def links(self, call: Call) -> Answer:
        """Not paged."""
        rows = self.world.links.of(self._reported(call))
        return Answer({"data": [self.world.links.render(row) for row in rows]}, "data", "url")

    def contact_reports(self, call: Call) -> Answer:
        w, campaign_id = self.world, self._reported(call)
        status = call.choice("status", REPORTS, 422)
        if status is None:
            raise Refusal("invalid", 422, "status is required.", "status")

        def build() -> View[Event]:
            if not status.startswith("not-"):
                return ordered(w.of(campaign_id, status), w.events.arrival)
            rest = [e for e in w.of(campaign_id, "sent") if (campaign_id, status, e.contact_id) not in w.done]
            return ordered(rest, w.events.arrival)

        view = w.events.cached((campaign_id, status), build)
        return page(call, view, w.events.render, "contact_id", status=status)

    def _list(self, call: Call) -> Record:
        row = self.world.lists.rows.get((call.values["list_id"],))
        if row is None:
            raise missing()
        return row

    def _campaign(self, call: Call) -> Record:
        row = self.world.campaigns.rows.get((call.values["campaign_id"],))
        if row is None:
            raise missing()
        return row

    def _reported(self, call: Call) -> str:
        """A campaign that has not gone out has no reports: 403, not 404."""
        row = self._campaign(call)
        if row["status"] not in REPORTED:
            raise Refusal("forbidden", 403)
        return str(row["id"])
