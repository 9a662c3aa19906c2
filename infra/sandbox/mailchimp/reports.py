"""Mailchimp's reports: one per campaign that went out, and what is under it."""

from infra.sandbox.mailchimp.asking import between, by_field, equal, keep, one, page, shown, sort
from infra.sandbox.mailchimp.people import Act
from infra.sandbox.mailchimp.world import Mailchimp
from infra.sandbox.spec import Answer, Call, Route, missing


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
        tests = equal(call, "type") + between(w, call, "send_time", lambda row: row["sent_at"])
        return page(call, "reports", keep(list(w.reports), tests), w.reports.render)

    def report(self, call: Call) -> Answer:
        return one(call, shown(self.world.reports, call.values["campaign_id"]))

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
        if (campaign_id,) not in self.world.reports:
            raise missing()
        return campaign_id
