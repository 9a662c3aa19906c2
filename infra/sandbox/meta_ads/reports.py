"""Insights: at once, or as a report that is made while one waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from infra.sandbox.call import Answer, Call
from infra.sandbox.jobs import Job
from infra.sandbox.meta_ads.asking import Fields, chooser, days_of, invalid, json_of, page, said, too_much
from infra.sandbox.meta_ads.breakdowns import KNOWN as BREAKDOWNS
from infra.sandbox.meta_ads.breakdowns import broken_down, of_people
from infra.sandbox.meta_ads.numbers import ATTENTION, LEVELS, WINDOWS, attention, by_type, insight
from infra.sandbox.meta_ads.world import MetaAds
from infra.sandbox.records import Record
from infra.sandbox.refusals import Refusal

MONTHS = 37
DEFAULT = ("impressions", "spend")
IDS = ("account_id", "campaign_id", "adset_id", "ad_id", "account_name", "campaign_name", "adset_name", "ad_name")
ABOUT = ("account_currency", "date_start", "date_stop", "objective", "attribution_setting", "buying_type")
COUNTS = ("impressions", "reach", "frequency", "clicks", "inline_link_clicks", "unique_clicks", "spend")
LISTS = ("actions", "action_values", "conversions", "conversion_values", "purchase_roas")
KNOWN = (*IDS, *ABOUT, *COUNTS, "cpc", "cpm", "cpp", "ctr", *LISTS, *ATTENTION)
STATES = {
    "pending": "Job Not Started",
    "running": "Job Running",
    "completed": "Job Completed",
    "failed": "Job Failed",
    "skipped": "Job Skipped",
}
ADDED = ("impressions", "clicks", "cost_micros", "conversions", "value_micros", "plays")


class Reports:
    def __init__(self, world: MetaAds) -> None:
        self.world = world

    def at_once(self, call: Call) -> Answer:
        account = self.world.accounts.readable(call.values["account"])
        rows = self.rows(account.id, said(call))
        if len(rows) > 10 * self.world.most_rows:
            raise too_much("100/1487534")
        return page(call, rows, _name, self.world.most_rows, {}, "campaign_id")

    def submit(self, call: Call) -> Answer:
        account, asked = self.world.accounts.readable(call.values["account"]), said(call)
        asked.pop("access_token", "")
        self.rows(account.id, asked)  # a wrong question is refused at once
        job = self.world.jobs.submit(account.id, asked, lambda: self.rows(account.id, asked))
        run = str(600_000_000_000_000 + len(self.world.runs))
        self.world.runs[run] = job.id
        return Answer({"report_run_id": run})

    def look(self, call: Call) -> Answer:
        """A report can say that it is completed a little before all of it is there."""
        run, job = self._job(call)
        since, until = days_of(dict(job.asked))
        early = job.state == "completed" and job.id not in self.world.seen
        if job.state == "completed":
            (self.world.seen if early else self.world.whole).add(job.id)
        body = {
            "id": run, "account_id": job.account, "async_status": STATES[job.state],
            "async_percent_completion": 98 if early else job.percent, "date_start": since.isoformat(),
            "date_stop": until.isoformat(), "is_running": not job.done,
            "time_completed": job.changed if job.done else 0,
        }  # fmt: skip
        if job.state == "failed":
            body |= {"error_code": 2, "error_message": job.why}
        return Answer(Fields.of(said(call), [*body, "error_code", "error_message"], list(body)).show(body, "id"))

    def fetch(self, call: Call) -> Answer:
        run, job = self._job(call, moves=False)
        if job.state != "completed" or job.id not in self.world.whole:
            raise invalid(f"Loading async results is not complete for report {run}.", "2601")
        return page(call, job.result, _name, self.world.most_rows, {}, "campaign_id")

    def _job(self, call: Call, moves: bool = True) -> tuple[str, Job]:
        run = str(call.values["run"])
        known = self.world.runs.get(run)
        job = (self.world.jobs.poll if moves else self.world.jobs.look)(known) if known else None
        if job is None or job.state == "expired":
            words = f"Unsupported get request. Object with ID '{run}' does not exist"
            raise Refusal("missing", 400, words, code="100/33")
        return run, job

    def _checked(self, account_id: str, asked: dict[str, str]) -> tuple[date, date]:
        since, until = days_of(asked)
        today = self.world.today(account_id)
        if since < today - timedelta(days=MONTHS * 30 + 20):
            words = "The start date of the time range cannot be beyond 37 months from the current date"
            raise invalid(words, "3018")
        return since, until

    def rows(self, account_id: str, asked: dict[str, str]) -> list[Record]:
        """One row per thing and day; without `time_increment`, one for all the days together."""
        level = asked.get("level", "account")
        if level not in LEVELS:
            raise invalid("level must be one of: ad, adset, campaign, account.")
        since, until = self._checked(account_id, asked)
        windows = json_of(asked, "action_attribution_windows", list, [])
        if set(windows) - {*WINDOWS, "default"}:
            raise invalid("action_attribution_windows is invalid.")
        by, fields = broken_down(asked), Fields.of(asked, KNOWN, DEFAULT)
        if by:
            fields = of_people(fields, since, self.world.today(account_id))
        fits = chooser(asked, *LEVELS["ad"])
        tables = {"campaign": self.world.campaigns, "adset": self.world.ad_sets, "ad": self.world.ads}
        found = []
        for leaf, day, numbers in self._numbers((*LEVELS[level], *by), account_id, since, until, asked):
            own = {
                name: table.render(table[(leaf.at[name],)]) for name, table in tables.items() if name in LEVELS[level]
            }
            if own and not all(fits(name, row) for name, row in own.items()):
                continue
            row = insight(self.world, level, leaf, day, numbers, by) | by_type(attention(numbers))
            row |= {} if asked.get("time_increment") == "1" else {"date_stop": until.isoformat()}
            shown = fields.show(row, *STAMP, *by)
            found.append({name: _within(value, windows) for name, value in shown.items()})
        return found

    def _numbers(
        self, levels: Sequence[str], account_id: str, since: date, until: date, asked: Mapping[str, str]
    ) -> Any:
        told = self.world.daily.rows(levels, since, until, {account_id})
        if asked.get("time_increment") == "1":
            return told
        together: dict[Any, Any] = {}
        for leaf, _, numbers in told:
            place = tuple(leaf.at[name] for name in levels)
            before = together.get(place, (leaf, {}))[1]
            together[place] = (leaf, {name: before.get(name, 0) + numbers.get(name, 0) for name in ADDED})
        return [(leaf, since, numbers) for leaf, numbers in together.values()]


STAMP = ("date_start", "date_stop")


def _name(row: Record) -> str:
    ids = [str(row[name]) for name in ("ad_id", "adset_id", "campaign_id", *BREAKDOWNS) if name in row]
    return "/".join([row["date_start"], *ids])


def _within(value: Any, windows: list[str]) -> Any:
    """Results of the windows that were asked for."""
    if not isinstance(value, list):
        return value
    return [{name: each for name, each in entry.items() if name not in WINDOWS or name in windows} for entry in value]
