"""Reporting v3: a report is asked for, looked at until it is made, fetched from storage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from infra.sandbox.amazon_ads.columns import MORE, known
from infra.sandbox.amazon_ads.days import KINDS, Kind
from infra.sandbox.amazon_ads.world import AmazonAds, profile_of
from infra.sandbox.call import Answer, Call, Route
from infra.sandbox.jobs import Duplicate, Job
from infra.sandbox.records import Record
from infra.sandbox.refusals import Refusal, missing
from infra.sandbox.times import zulu
from infra.sandbox.wire import gzipped

MEDIA = "application/vnd.createasyncreportrequest.v3+json"
PLAIN = "application/json"  # was seen to be taken as well, 1,197 times (a project's log of its calls, August 2026)
STORAGE = "https://offline-report-storage-eu-west-1-prod.s3.eu-west-1.amazonaws.com"
PRODUCTS = {"sp": "SPONSORED_PRODUCTS", "sb": "SPONSORED_BRANDS", "sd": "SPONSORED_DISPLAY"}
STATES = {"pending": "PENDING", "running": "PROCESSING", "completed": "COMPLETED", "failed": "FAILED"}


def bad(detail: str) -> Refusal:
    return Refusal("invalid", 400, detail)


class Reports:
    def __init__(self, world: AmazonAds) -> None:
        self.world = world
        self.said: dict[str, Record] = {}  # report -> as it was asked for

    def routes(self) -> Sequence[Route]:
        return [
            Route("/reporting/reports", self.submit, methods=("POST",), tier="create"),
            Route("/reporting/reports/<report>", self.look),
            Route("/reporting/reports/<report>", self.cancel, methods=("DELETE",)),
            self.world.files.route(self.file),
        ]

    def submit(self, call: Call) -> Answer:
        profile = profile_of(self.world, call)
        if call.headers.get("content-type") not in (MEDIA, PLAIN):
            raise Refusal("invalid", 415, "Cannot consume content type")
        said = call.json if isinstance(call.json, dict) else {}
        kind, first, last = self._understood(said, profile)
        columns, days = said["configuration"]["columns"], self.world.days[kind.table]
        asked = {**said, "name": "", "configuration": self._compared(said["configuration"])}
        try:
            job = self.world.jobs.submit(profile, asked, lambda: days.rows(profile, first, last, columns))
        except Duplicate as same:
            raise Refusal("invalid", 425, f"The Request is a duplicate of : {same.job.id}", code="425") from None
        self.said[job.id] = said
        return Answer(self._told(job))

    def _compared(self, configuration: Record) -> Record:
        """Reports by day and in sum were seen to be taken for each other."""
        told = {**configuration, "columns": sorted(configuration["columns"])}
        return {**told, "timeUnit": "", "columns": []} if self.world.options["units_are_alike"] else told

    def look(self, call: Call) -> Answer:
        return Answer(self._told(self.world.jobs.poll(call.values["report"], profile_of(self.world, call))))

    def cancel(self, call: Call) -> Answer:
        return Answer(self._told(self.world.jobs.cancel(call.values["report"], profile_of(self.world, call))))

    def file(self, name: str) -> Answer:
        job = self.world.jobs.look(name.removesuffix(".json.gz"))
        if job.state != "completed":
            raise missing()
        return Answer(job.result, encode=gzipped, content_type="application/octet-stream")

    def _understood(self, said: Record, profile: str) -> tuple[Kind, date, date]:
        """What is asked for, or the refusal that a mistake in it is worth."""
        asked: Any = said.get("configuration") or {}
        groups, columns = asked.get("groupBy") or [], asked.get("columns") or []
        kind = next(
            (k for k in KINDS if k.type == asked.get("reportTypeId") and set(k.groups) == set(groups)), None
        )  # fmt: skip
        if kind is None or any((kind.type, group) not in MORE for group in groups):
            raise bad("configuration reportTypeId or groupBy is not supported.")
        if asked.get("adProduct") != PRODUCTS[kind.table[:2]]:
            raise bad("configuration adProduct does not fit reportTypeId.")
        if asked.get("format") != "GZIP_JSON":
            raise bad("configuration format must be GZIP_JSON.")
        unit = asked.get("timeUnit")
        if unit not in ("DAILY", "SUMMARY"):
            raise bad("configuration timeUnit must be DAILY or SUMMARY.")
        wrong = {"startDate", "endDate"} if unit == "DAILY" else {"date"}
        allowed = known(kind.type, list(kind.groups)) - wrong - self.world.lacks
        odd = sorted({*columns} - allowed)
        if odd or not columns:
            said_of = f"({', '.join(odd)}). Allowed values: ({', '.join(sorted(allowed))})"
            raise bad(f"configuration columns includes invalid values: {said_of}")
        return kind, *self._dates(said, kind, profile)

    def _dates(self, said: Record, kind: Kind, profile: str) -> tuple[date, date]:
        try:
            first, last = date.fromisoformat(said["startDate"]), date.fromisoformat(said["endDate"])
        except (KeyError, TypeError, ValueError):
            raise bad("startDate and endDate must be YYYY-MM-DD.") from None
        today = self.world.daily["sp"].today(self.world.zone(profile))
        if last < first or last > today:
            raise bad("endDate must not be before startDate, nor in the future.")
        if (last - first).days >= kind.span:
            raise bad(f"The report covers more than {kind.span} days.")
        if first <= today - timedelta(days=kind.kept):
            raise bad(f"startDate is too old: data are kept for {kind.kept} days.")
        return first, last

    def _told(self, job: Job) -> Record:
        said = self.said[job.id]
        if job.state in ("expired", "cancelled"):
            raise missing("The report is not there.")
        done, at = job.state == "completed", zulu(job.changed, millis=True)
        address = self.world.files.address(STORAGE, f"{job.id}.json.gz") if done else None
        ends = zulu(self.world.files.until(), millis=True) if done else None
        return {
            "reportId": job.id,
            "status": STATES[job.state],
            "name": said.get("name"),
            "startDate": said["startDate"],
            "endDate": said["endDate"],
            "configuration": {"filters": None, **said["configuration"]},
            "createdAt": zulu(job.made, millis=True),
            "updatedAt": at,
            "generatedAt": at if done else None,
            "fileSize": len(gzipped(job.result)) if done else None,
            "url": address,
            "urlExpiresAt": ends,
            "failureReason": job.why or None if job.state == "failed" else None,
        }
