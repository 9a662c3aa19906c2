"""Mailchimp's reports: one per campaign that went out, and what is under it; and one per email of an automation, under
which the stand-in tells nobody."""

from infra.sandbox.call import Answer, Call, Route
from infra.sandbox.mailchimp import show
from infra.sandbox.mailchimp.api import CAMPAIGN_TYPES
from infra.sandbox.mailchimp.asking import between, by_field, equal, keep, one, page, shown, sort
from infra.sandbox.mailchimp.people import Act
from infra.sandbox.mailchimp.world import Mailchimp
from infra.sandbox.records import Record
from infra.sandbox.refusals import missing
from infra.sandbox.times import parse


class Reports:
    def __init__(self, world: Mailchimp) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        rules = {
            "": self.reports,
            "/<campaign_id>": self.report,
            "/<campaign_id>/click-details": self.clicks,
            "/<campaign_id>/email-activity": self.email_activity,
            "/<campaign_id>/sent-to": self.sent_to,
            "/<campaign_id>/unsubscribed": self.unsubscribed,
        }
        return [Route(f"/3.0/reports{rule}", handle) for rule, handle in rules.items()]

    def reports(self, call: Call) -> Answer:
        """No sort parameter exists here."""
        w = self.world
        call.choice("type", CAMPAIGN_TYPES)
        automations = [show.automation_report(w, email) for email in w.automation_emails]
        tests = equal(call, "type") + between(w, call, "send_time", _sent_at)
        rows = keep([*w.reports, *automations], tests)
        return page(call, "reports", rows, lambda row: w.reports.render(row) if "sent_at" in row else row)

    def report(self, call: Call) -> Answer:
        w, campaign_id = self.world, self._report(call)
        if (campaign_id,) in w.automation_emails:
            return one(call, show.automation_report(w, w.automation_emails[(campaign_id,)]))
        return one(call, shown(w.reports, campaign_id))

    def clicks(self, call: Call) -> Answer:
        w, campaign_id = self.world, self._report(call)
        rows = [w.links.render(row) for row in w.links.of(campaign_id)]
        rows = sort(call, rows, by_field("total_clicks", "unique_clicks"))
        return page(call, "urls_clicked", rows, dict, campaign_id=campaign_id)

    def email_activity(self, call: Call) -> Answer:
        """`since` narrows what people did, not who is listed."""
        w, campaign_id = self.world, self._report(call)
        since = call.moment("since")
        inclusive = w.options["inclusive_bounds"]

        def recent(act: Act) -> bool:
            return since is None or act.at > since or (inclusive and act.at == since)

        return page(
            call,
            "emails",
            w.recipients.of(campaign_id),
            lambda r: w.show_activity(r._replace(acts=tuple(filter(recent, r.acts)))),
            key="email_id",
            campaign_id=campaign_id,
        )

    def sent_to(self, call: Call) -> Answer:
        w, campaign_id = self.world, self._report(call)
        rows = w.recipients.of(campaign_id)
        return page(call, "sent_to", rows, w.show_sent, key="email_id", campaign_id=campaign_id)

    def unsubscribed(self, call: Call) -> Answer:
        w, campaign_id = self.world, self._report(call)
        rows, show = w.unsubscribes.of(campaign_id), w.unsubscribes.render
        return page(call, "unsubscribes", rows, show, key="email_id", campaign_id=campaign_id)

    def _report(self, call: Call) -> str:
        campaign_id = call.values["campaign_id"]
        if (campaign_id,) not in self.world.reports and (campaign_id,) not in self.world.automation_emails:
            raise missing()
        return campaign_id


def _sent_at(row: Record) -> float:
    return float(row["sent_at"]) if "sent_at" in row else parse(row["send_time"])
