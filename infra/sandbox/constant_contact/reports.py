"""The reports of Constant Contact's API v3. Their errors are single objects, not arrays."""

from infra.sandbox.call import Answer, Call, Route
from infra.sandbox.constant_contact import numbers
from infra.sandbox.constant_contact.api import EMPTY_LINKS, NULL_LINK, page
from infra.sandbox.constant_contact.people import Event
from infra.sandbox.constant_contact.world import KINDS, ConstantContact
from infra.sandbox.paging import resume
from infra.sandbox.records import Record, Table, View, ordered
from infra.sandbox.refusals import Refusal
from infra.sandbox.times import parse

REPORTS = "/v3/reports"


class Reports:
    def __init__(self, world: ConstantContact) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        rules = {
            "/summary_reports/email_campaign_summaries": self.summaries,
            "/summary_reports/sms_campaign_summaries": self.sms,
            "/stats/email_campaigns/<ids>": self.campaign_stats,
            "/stats/email_campaign_activities/<ids>": self.activity_stats,
            "/email_reports/<activity_id>/links": self.links,
            "/email_reports/<activity_id>/tracking/<kind>": self.tracking,
        }
        return [Route(REPORTS + rule, handle, "campaign_data") for rule, handle in rules.items()]

    def summaries(self, call: Call) -> Answer:
        """Last sent first."""
        call, last = resume(call)
        w = self.world
        view = ordered(w.sent, lambda row: (-row["sent_at"], row["campaign_id"]))
        return page(
            call, last, "bulk_email_campaign_summaries", view, lambda row: numbers.summary(w, row), "campaign_id",
            (50, 500), EMPTY_LINKS, lambda shown: {"aggregate_percents": numbers.aggregate(shown)},
        )  # fmt: skip

    def sms(self, call: Call) -> Answer:
        call, last = resume(call)
        start, end = call.moment("start_at"), call.moment("end_at")
        if start is None:
            raise Refusal("invalid", 400, "start_at is required.", "start_at")
        rows = [row for row in self.world.sms if start <= parse(row["last_sent_date"]) <= (end or call.now)]
        view = ordered(rows, lambda row: (-parse(row["last_sent_date"]), row["campaign_id"]))
        name = "bulk_sms_campaign_summaries"
        return page(call, last, name, view, dict, "campaign_id", (50, 50), EMPTY_LINKS)

    def campaign_stats(self, call: Call) -> Answer:
        """One id without a report (removed, a draft, unknown) and the whole call is a 404."""
        ids = _ids(call, 150)
        if any((each,) not in self.world.sent for each in ids):
            raise Refusal("missing", 404, "Unable to find a report for one of the campaigns.")
        found = [numbers.campaign_stats(self.world, self.world.sent[(each,)]) for each in ids]
        return Answer({"errors": [], "results": found}, "results", "campaign_id")

    def activity_stats(self, call: Call) -> Answer:
        """Here an id without a report is an entry in `errors`."""
        table, ids = self.world.mailings, _ids(call, 10)
        found = [numbers.activity_stats(self.world, table[(each,)]) for each in ids if (each,) in table]
        errors = [
            {"error_key": "not_found", "error_message": f"No report for campaign_activity_id {each}."}
            for each in ids
            if (each,) not in table
        ]
        return Answer({"errors": errors, "results": found}, "results", "campaign_activity_id")

    def links(self, call: Call) -> Answer:
        """Clicked links only; with `no_clicks=true` the others as well."""
        activity_id = self._activity(call)
        rows = [self.world.show_link(row) for row in self.world.links.of(activity_id)]
        kept = [row for row in rows if row["unique_clicks"] or call.flag("no_clicks")]
        shown = [{name: row[name] for name in ("link_url", "url_id", "unique_clicks")} for row in kept]
        body = {"campaign_activity_id": activity_id, "link_click_counts": shown}
        return Answer(body, "link_click_counts", "url_id")

    def tracking(self, call: Call) -> Answer:
        """Newest first."""
        call, last = resume(call)
        w, kind, activity_id = self.world, call.values["kind"], self._activity(call)
        if kind == "unique_opens":
            table, rows = w.events["opens"], self._first(w.events["opens"].of(activity_id))
        elif kind == "didnotopens":
            table, rows = w.events["sends"], self._unopened(activity_id)
        elif kind in KINDS:
            table, rows = w.events[kind], w.events[kind].of(activity_id)
        else:
            raise Refusal("missing", 404, "No such report.")
        detail = call.query.get({"clicks": "url_id", "bounces": "bounce_code"}.get(kind, ""))

        def build() -> View[Event]:
            kept = [event for event in rows if detail in (None, event.detail)]
            return ordered(kept, lambda event: (-event.at, -table.sequence[table.key(event)]))

        view = table.cached((kind, activity_id, detail), build)

        def show(event: Event) -> Record:
            shown = table.render(event)
            return shown | {"tracking_activity_type": "em_didnotopens"} if kind == "didnotopens" else shown

        return page(call, last, "tracking_activities", view, show, "contact_id", (500, 500), NULL_LINK)

    def _activity(self, call: Call) -> str:
        """One that was not sent has reports as well, with nothing in them."""
        activity_id = call.values["activity_id"]
        row = self.world.activities.rows.get((activity_id,))
        if row is None or row["removed"]:
            raise Refusal("missing", 404, "Unable to find a report for this activity.")
        return activity_id

    def _first(self, events: list[Event]) -> list[Event]:
        first: dict[str, Event] = {}
        for event in sorted(events, key=lambda each: each.at):
            first.setdefault(event.contact_id, event)
        return list(first.values())

    def _unopened(self, activity_id: str) -> list[Event]:
        tables: list[Table[Event]] = [self.world.events[kind] for kind in ("opens", "bounces")]
        reached = {event.contact_id for table in tables for event in table.of(activity_id)}
        return [event for event in self.world.events["sends"].of(activity_id) if event.contact_id not in reached]


def _ids(call: Call, most: int) -> list[str]:
    ids = list(dict.fromkeys(call.values["ids"].split(",")))
    if len(ids) > most:
        raise Refusal("invalid", 400, f"No more than {most} ids can be asked for at once.", "ids")
    return ids
