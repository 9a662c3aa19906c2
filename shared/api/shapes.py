"""What is asked of the API and what it tells: the types by which requests are read, and OpenAPI is made."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from shared.questions.question import DIMENSIONS, FILTERS, MEASURES, MOST_ROWS, Compare, Filter, Grain, Name

Text = Annotated[str, Meta(max_length=200)]
Cursor = Annotated[str, Meta(max_length=2000, pattern="^[A-Za-z0-9_-]*$", description="`next` of the answer before.")]
Limit = Annotated[int, Meta(ge=1, le=500, description="How many at most.")]
Names = Annotated[tuple[Name, ...], Meta(max_length=MEASURES)]
Platforms = Annotated[tuple[Name, ...], Meta(max_length=50)]
DAY = Annotated[date, Meta(description="A day, in the time zone of the account.")]


class Asks(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is asked: a name that nobody knows is refused."""


class Tells(msgspec.Struct, frozen=True, kw_only=True):
    """What is told: a later release may tell more."""


# -- failures ----------------------------------------------------------------------------------------------


class ErrorBody(Tells, frozen=True):
    """Why nothing was done."""

    code: Annotated[str, Meta(description="For programs; it stays.", examples=["not-there"])]
    message: Annotated[str, Meta(description="For people; its words may change.")]
    details: dict[str, Any]
    request_id: str
    timestamp: datetime


class Error(Tells, frozen=True):
    error: ErrorBody


# -- paging ------------------------------------------------------------------------------------------------


class Page(Asks, frozen=True):
    limit: Limit = 50
    cursor: Cursor = ""


class Nothing(Asks, frozen=True):
    """No parameters."""


# -- who asks ----------------------------------------------------------------------------------------------


class TokenWanted(Asks, frozen=True):
    scopes: Annotated[tuple[Name, ...], Meta(max_length=20, description="Fewer than the key has; none: all.")] = ()


class Renewal(Asks, frozen=True):
    refresh_token: Annotated[str, Meta(min_length=1, max_length=200)]


class Logout(Asks, frozen=True):
    token: Annotated[str, Meta(max_length=200, description="The one to end; left out: the one that asks.")] = ""


class TokenGiven(Tells, frozen=True):
    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    refresh_token: str
    scope: str


class Profile(Tells, frozen=True):
    subject: Annotated[str, Meta(description="`key:ID` or `person:ID`, as the audit log names it.")]
    workspace: str
    scopes: list[str]


class Done(Tells, frozen=True):
    done: Literal[True] = True


class Health(Tells, frozen=True):
    status: Literal["ok"]
    version: str


# -- workspaces --------------------------------------------------------------------------------------------


class Workspace(Tells, frozen=True):
    id: str
    name: str
    agency: str
    zone: str
    currency: str
    fiscal_year_start: int
    created_at: datetime | None
    state: Annotated[str, Meta(description="opening: its datasets are being made; open: they stand.")]


class WorkspaceWhole(Workspace, frozen=True):
    """With what only its admins are told."""

    contact: str
    readers: list[str]
    history_days: int
    pages_days: int
    protected: bool


Zone = Annotated[str, Meta(max_length=64, examples=["Europe/Vienna"])]
Currency = Annotated[str, Meta(max_length=3, description="Of ISO 4217; empty: none.")]
Month = Annotated[int, Meta(ge=1, le=12, description="The month in which the fiscal year begins.")]
Readers = Annotated[
    tuple[Text, ...], Meta(max_length=500, description="Of its marts: user:, group: or serviceAccount: and an address.")
]
Days = Annotated[int, Meta(ge=0, le=36_500, description="How long it is kept; 0: as is usual here.")]


class NewWorkspace(Asks, frozen=True):
    id: Annotated[str, Meta(min_length=2, max_length=41, description="It names datasets, and stays.")]
    name: Text
    agency: Text = ""
    contact: Text = ""
    zone: Zone = "UTC"
    currency: Currency = ""
    fiscal_year_start: Month = 1
    readers: Readers = ()
    history_days: Days = 0
    pages_days: Days = 0
    protected: bool = False


class WorkspaceEdit(Asks, frozen=True):
    """What is left out stays as it is."""

    name: Text | None = None
    agency: Text | None = None
    contact: Text | None = None
    zone: Zone | None = None
    currency: Currency | None = None
    fiscal_year_start: Month | None = None
    readers: Readers | None = None
    history_days: Days | None = None
    pages_days: Days | None = None
    protected: bool | None = None


class Workspaces(Tells, frozen=True):
    workspaces: list[Workspace]


class Freshness(Tells, frozen=True):
    """How fresh what is published is, and how far it was proved."""

    version: int
    as_of: datetime
    proved_until: date | None
    differs: list[str]
    missing: list[str]
    loading: list[str]


class Summary(Tells, frozen=True):
    workspace: Workspace
    connections: Annotated[dict[str, int], Meta(description="State → how many.")]
    runs_under_way: int
    waits_for: Annotated[list[str], Meta(description="What somebody has to do, in sentences.")]
    last_success_at: datetime | None
    next_sync_at: datetime | None
    published: Freshness | None


What = Literal["run began", "run ended"]


class Happening(Tells, frozen=True):
    at: datetime
    what: What
    connection: str
    platform: str
    run: str
    sentence: str


class Activity(Tells, frozen=True):
    activity: list[Happening]
    next: str = ""


class Tenant(Tells, frozen=True):
    workspace: Workspace
    subject: str
    scopes: list[str]


# -- connections -------------------------------------------------------------------------------------------


class Credential(Tells, frozen=True):
    """How the access to an account stands. What opens it is in none of our answers."""

    connection: str
    platform: str
    account: str
    title: str
    state: str
    whose_move: Annotated[str, Meta(description="machine, client, agency, us; empty: nobody's.")]
    sentence: str
    connected_at: datetime | None
    access_since: datetime | None
    expires_at: datetime | None
    days_left: int | None


class Credentials(Tells, frozen=True):
    credentials: list[Credential]


class Wish(Tells, frozen=True):
    """What is wished of the access to an account, and how far it is."""

    id: str
    connection: str
    act: Annotated[str, Meta(description="validate, renew, disconnect; withdraw: by the word of the client.")]
    state: Annotated[str, Meta(description="wanted, working; then done or failed.")]
    asked_at: datetime
    finished_at: datetime | None
    sentence: Annotated[str, Meta(description="What it waits for; at its end, what became of it.")]
    code: Annotated[str, Meta(description="Why it failed.")]
    whose_move: str
    good: Annotated[bool | None, Meta(description="Of a validation: whether the platform takes the access.")]
    receipt: Annotated[str, Meta(description="Of an access that was ended.")]


class Stream(Tells, frozen=True):
    name: str
    title: str
    read: bool
    chosen: bool
    optional: bool
    hangs_on: str


class DataSource(Tells, frozen=True):
    connection: str
    platform: str
    account: str
    title: str
    state: str
    schedule: str
    history_days: int
    next_sync_at: datetime | None
    last_success_at: datetime | None


class DataSourceWhole(DataSource, frozen=True):
    streams: list[Stream]


class DataSources(Tells, frozen=True):
    data_sources: list[DataSource]


Schedule = Annotated[
    str, Meta(max_length=100, description="standard, hourly, daily, manual, “every 6 hours”, or “monday at 06:30”.")
]


class Configure(Asks, frozen=True):
    """What is left out stays as it is."""

    schedule: Schedule | None = None
    history_days: Annotated[int, Meta(ge=0, le=36_500)] | None = None
    default_streams: bool = False
    with_streams: Names = ()
    without_streams: Names = ()


class Extract(Asks, frozen=True):
    """Without days: what is new. With days: these once more (a backfill)."""

    streams: Annotated[tuple[Name, ...], Meta(max_length=100)] = ()
    since: date | None = None
    until: Annotated[date | None, Meta(description="Not included; left out: until now.")] = None


class RunAsked(Tells, frozen=True):
    run: str
    connection: str
    workspace: str


class Proof(Tells, frozen=True):
    stream: str
    state: str
    rows: int
    pages: int
    calls: int
    proof: str


class Trouble(Tells, frozen=True):
    stream: str
    code: str
    sentence: str
    whose_move: str


class Run(Tells, frozen=True):
    id: str
    connection: str
    platform: str
    reason: str
    state: str
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float
    rows: int
    pages: int
    calls: int
    slices: int
    slices_done: int
    waiting_until: datetime | None
    waiting_for: str
    troubles: list[Trouble]


class RunWhole(Run, frozen=True):
    streams: list[Proof]


class RunListed(Tells, frozen=True):
    id: str
    connection: str
    platform: str
    reason: str
    state: str
    started_at: datetime | None
    finished_at: datetime | None


class Runs(Tells, frozen=True):
    runs: list[RunListed]
    next: str = ""


class RunsWanted(Page, frozen=True):
    connection: Annotated[str, Meta(max_length=200, description="Of this one only.")] = ""


class Owed(Tells, frozen=True):
    stream: str
    slices: int
    since: datetime | None
    sentence: str


class SourceStatus(Tells, frozen=True):
    connection: str
    state: str
    whose_move: str
    sentence: str
    last_good: Annotated[datetime | None, Meta(description="When all of it was last read.")]
    now: Annotated[Run | None, Meta(description="The newest run; also one that has ended.")]
    next_sync_at: datetime | None
    owed: list[Owed]


# -- connect links -----------------------------------------------------------------------------------------


class LinkWanted(Asks, frozen=True):
    platform: Name
    label: Text = ""
    days: Annotated[int, Meta(ge=1, le=90)] = 7
    history_days: Annotated[int, Meta(ge=0, le=36_500)] = 0
    reconnects: Annotated[str, Meta(max_length=200, description="The connection that it renews.")] = ""


class LinkOptions(Asks, frozen=True):
    label: Text = ""
    days: Annotated[int, Meta(ge=1, le=90)] = 7
    history_days: Annotated[int, Meta(ge=0, le=36_500)] = 0


class LinkGiven(Tells, frozen=True):
    id: str
    link: Annotated[str, Meta(description="Shown this one time: send it to the client.")]
    platform: str
    expires_at: datetime


class Link(Tells, frozen=True):
    id: str
    platform: str
    state: str
    label: str
    reconnects: str
    created_at: datetime
    expires_at: datetime


class Links(Tells, frozen=True):
    links: list[Link]


# -- data --------------------------------------------------------------------------------------------------


class Aggregation(StrEnum):
    NONE = "none"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"

    @property
    def grain(self) -> Grain:
        return _GRAINS[self]


_GRAINS = {
    Aggregation.NONE: Grain.NONE,
    Aggregation.DAILY: Grain.DAY,
    Aggregation.WEEKLY: Grain.WEEK,
    Aggregation.MONTHLY: Grain.MONTH,
    Aggregation.QUARTERLY: Grain.QUARTER,
}


class Within(Asks, frozen=True):
    """Which days: from one until another, both included, or a period that has a name."""

    start_date: DAY | None = None
    end_date: DAY | None = None
    period: Annotated[Text, Meta(examples=["last-28-days"])] = ""


class Wanted(Asks, frozen=True):
    """A question. Without a mart: the first one that holds all that is named."""

    mart: Annotated[str, Meta(max_length=64)] = ""
    metrics: Names = ()
    dimensions: Annotated[tuple[Name, ...], Meta(max_length=DIMENSIONS)] = ()
    platforms: Platforms = ()
    date_range: Within = Within()
    filters: Annotated[tuple[Filter, ...], Meta(max_length=FILTERS)] = ()
    aggregation: Aggregation = Aggregation.NONE
    compare: Compare = Compare.NONE
    sort: Annotated[tuple[Name, ...], Meta(max_length=DIMENSIONS, description="`-cost`: the largest first.")] = ()
    limit: Annotated[int, Meta(ge=1, le=10_000)] = 1_000
    cursor: Cursor = ""


class Columns(Within, frozen=True):
    """A question in an address; whatever else is named is a column to filter by: `cost.min=10`."""

    mart: Annotated[str, Meta(max_length=64)] = ""
    metrics: Names = ()
    dimensions: Annotated[tuple[Name, ...], Meta(max_length=DIMENSIONS)] = ()
    platform: Platforms = ()
    aggregation: Aggregation = Aggregation.NONE
    sort: Annotated[tuple[Name, ...], Meta(max_length=DIMENSIONS)] = ()


class WantedByAddress(Columns, frozen=True):
    compare: Compare = Compare.NONE
    limit: Annotated[int, Meta(ge=1, le=10_000)] = 1_000
    cursor: Cursor = ""


class ExportWanted(Columns, frozen=True):
    limit: Annotated[int, Meta(ge=1, le=MOST_ROWS, description="More rows than this are refused, never cut.")] = (
        MOST_ROWS
    )
    format: Literal["json", "csv", "xml", "xlsx"] = "json"
    safe: Annotated[bool, Meta(description="CSV: a text that a spreadsheet would calculate gets a ' before it.")] = (
        False
    )


class MetricsWanted(Within, frozen=True):
    metrics: Names = ()
    platform: Platforms = ()
    aggregation: Aggregation = Aggregation.DAILY
    limit: Annotated[int, Meta(ge=1, le=10_000)] = 1_000
    cursor: Cursor = ""


class SummaryWanted(Within, frozen=True):
    metrics: Names = ()
    platform: Platforms = ()


class ColumnTold(Tells, frozen=True):
    name: str
    kind: str
    meaning: str
    adds: Annotated[bool | None, Meta(description="Whether its rows may be added up; null: it is no number.")]
    unit: str
    currency: str
    currency_in: str


class DaysTold(Tells, frozen=True):
    """Whose days these are, and which of them are not done."""

    whose: str
    first: date | None
    last: date | None
    compared_first: date | None
    compared_last: date | None
    today: date | None
    moving_since: date | None
    not_covered: list[date]


class Data(Tells, frozen=True):
    """Rows, what their columns are, how far they can be relied on, and what was left out."""

    question: Annotated[str, Meta(description="What was asked, as an address says it.")]
    published: Freshness
    columns: list[ColumnTold]
    rows: list[dict[str, Any]]
    complete: bool
    rows_left_out: int
    without_rate: Annotated[dict[str, int], Meta(description="Amounts that are empty, and how many rows lack a rate.")]
    days: DaysTold | None
    next: str = ""


class Block(Tells, frozen=True):
    """One question of a dashboard with its answer, or why it has none."""

    name: str
    title: str
    data: Data | None
    refused: dict[str, str]


class DashboardNamed(Tells, frozen=True):
    id: str
    title: str
    blocks: list[str]


class Dashboards(Tells, frozen=True):
    dashboards: list[DashboardNamed]


class Dashboard(Tells, frozen=True):
    id: str
    title: str
    blocks: list[Block]


class DashboardWanted(Within, frozen=True):
    platform: Platforms = ()


class Metric(Tells, frozen=True):
    name: str
    mart: str
    meaning: str
    kind: str
    unit: str
    adds: bool | None
    told_by: Annotated[list[str], Meta(description="What tells its rows apart.")]


class Metrics(Tells, frozen=True):
    metrics: list[Metric]


class MetricsListed(Asks, frozen=True):
    mart: Annotated[str, Meta(max_length=64)] = ""


class CampaignsWanted(Page, frozen=True):
    platform: Platforms = ()
    kind: Annotated[tuple[Literal["ads", "email", "automation"], ...], Meta(max_length=3)] = ()
    status: Platforms = ()
    text: Annotated[Text, Meta(description="Stands in the name, in small or capital letters.")] = ""


class Campaign(Tells, frozen=True):
    id: str
    connection: str
    platform: str
    kind: str
    campaign: Annotated[str, Meta(description="The platform's id.")]
    name: str | None
    subject: str | None
    type: str | None
    status: str | None
    starts_on: date | None
    ends_on: date | None
    is_gone: bool | None


class Campaigns(Tells, frozen=True):
    campaigns: list[Campaign]
    next: str = ""


class PerformanceWanted(Within, frozen=True):
    aggregation: Aggregation = Aggregation.DAILY


# -- feeds -------------------------------------------------------------------------------------------------

FormatName = Literal["json", "csv", "xml", "xlsx"]


class FeedQuestion(Asks, frozen=True):
    """What a feed answers. All of its rows are meant, and too many are refused."""

    mart: Annotated[str, Meta(max_length=64)] = ""
    metrics: Names = ()
    dimensions: Annotated[tuple[Name, ...], Meta(max_length=DIMENSIONS)] = ()
    platforms: Platforms = ()
    date_range: Within = Within()
    filters: Annotated[tuple[Filter, ...], Meta(max_length=FILTERS)] = ()
    aggregation: Aggregation = Aggregation.NONE
    sort: Annotated[tuple[Name, ...], Meta(max_length=DIMENSIONS)] = ()


class NewFeed(Asks, frozen=True):
    name: Annotated[str, Meta(min_length=1, max_length=80, description="Files are called so, too.")]
    question: FeedQuestion
    formats: Annotated[tuple[FormatName, ...], Meta(max_length=4, description="Left out: all.")] = ()
    days: Annotated[int, Meta(ge=1, le=366, description="How long it is good.")] = 90
    link: Annotated[bool, Meta(description="The key stands in the address; numbers by day, week or month only.")] = (
        False
    )


class Overlap(Asks, frozen=True):
    overlap_days: Annotated[int, Meta(ge=0, le=90, description="Both keys work for so long.")] = 7


class FeedGiven(Tells, frozen=True):
    id: str
    key: Annotated[str, Meta(description="By which it is called; it opens nothing.")]
    secret: Annotated[str, Meta(description="Shown this one time; the password, where the feed's id is the user.")]
    address: str
    expires_at: datetime
    formula: Annotated[str, Meta(description="Of a link that has CSV: what a cell of Google Sheets says.")]


class FeedTold(Tells, frozen=True):
    id: str
    name: str
    state: str
    question: Annotated[str, Meta(description="As an address says it.")]
    formats: list[str]
    maker: str
    created_at: datetime
    expires_at: datetime
    keys: Annotated[dict[str, str], Meta(description="Those that it has had, by how they are called → their state.")]


class Feeds(Tells, frozen=True):
    feeds: list[FeedTold]


# -- alarms and webhooks -----------------------------------------------------------------------------------


AlarmTime = Annotated[str, Meta(pattern="^(([01][0-9]|2[0-3]):[0-5][0-9])?$", description="Such as 08:00.")]
Event = Literal["run.changed", "alarm.ringing", "alarm.mended"]


class Alarm(Tells, frozen=True):
    id: str
    kind: str
    title: str
    state: Annotated[str, Meta(description="ringing, or mended.")]
    whose_move: str
    sentence: str
    of: Annotated[str, Meta(description="What it is about, such as a connection's id.")]
    times: Annotated[int, Meta(description="How often it has rung.")]
    since: datetime
    mended_at: datetime | None


class Alarms(Tells, frozen=True):
    alarms: list[Alarm]


class AlarmKind(Tells, frozen=True):
    kind: str
    title: str
    whose_move: str
    found: str
    mended: str


class AlarmChoice(Tells, frozen=True):
    person: Annotated[str, Meta(description="Empty: the workspace's, for whoever has none of their own.")]
    letters: bool
    without: list[str]
    quiet_from: str
    quiet_until: str
    digest_at: str
    zone: str
    budget: float
    budget_currency: str


class AlarmSettings(Tells, frozen=True):
    workspace: AlarmChoice
    persons: list[AlarmChoice]
    kinds: list[AlarmKind]


class PersonsAlarms(Asks, frozen=True):
    """What is left out stays as it is."""

    letters: bool | None = None
    without: Annotated[tuple[Name, ...], Meta(max_length=30, description="Kinds that are not wanted.")] | None = None
    quiet_from: AlarmTime | None = None
    quiet_until: AlarmTime | None = None
    digest_at: Annotated[AlarmTime, Meta(description="One letter a day, then; empty: as it happens.")] | None = None
    zone: Annotated[str, Meta(max_length=60, description="Of these times; empty: the workspace's.")] | None = None


class WorkspacesAlarms(PersonsAlarms, frozen=True):
    budget: Annotated[float, Meta(ge=0, le=1e12, description="Of a month; 0: none.")] | None = None
    budget_currency: Annotated[str, Meta(pattern="^([A-Z]{3})?$")] | None = None


class NewWebhook(Asks, frozen=True):
    name: Annotated[str, Meta(min_length=1, max_length=80)]
    address: Annotated[str, Meta(min_length=1, max_length=500, description="https, and where everybody can reach.")]
    shape: Annotated[
        Literal["standard", "slack", "google-chat"], Meta(description="standard: JSON, signed by Standard Webhooks.")
    ] = "standard"
    events: Annotated[tuple[Event, ...], Meta(max_length=3, description="Left out: all.")] = ()


class OverlapHours(Asks, frozen=True):
    overlap_hours: Annotated[int, Meta(ge=0, le=720, description="Both keys sign for so long.")] = 24


class Webhook(Tells, frozen=True):
    id: str
    name: str
    host: Annotated[str, Meta(description="Its whole address is kept as a secret.")]
    shape: str
    events: list[str]
    state: str
    why: Annotated[str, Meta(description="Why it ended by itself.")]
    keys: Annotated[int, Meta(description="How many sign just now.")]
    silent_since: Annotated[datetime | None, Meta(description="Since when it has taken nothing.")]
    created_at: datetime
    ended_at: datetime | None


class Webhooks(Tells, frozen=True):
    webhooks: list[Webhook]


class WebhookGiven(Tells, frozen=True):
    webhook: Webhook
    secret: Annotated[str, Meta(description="Shown this one time: what signatures are made with.")]


class DeliveryTry(Tells, frozen=True):
    at: datetime
    status: Annotated[int, Meta(description="What it answered; 0: nothing.")]
    problem: str


class Delivery(Tells, frozen=True):
    id: Annotated[str, Meta(description="The `webhook-id` that receivers see, the same however often it comes.")]
    webhook: str
    event: str
    state: Annotated[str, Meta(description="waiting, sending, delivered, or given_up.")]
    body: str
    created_at: datetime
    next_at: datetime | None
    tries: list[DeliveryTry]


class Deliveries(Tells, frozen=True):
    deliveries: list[Delivery]


# -- who is there, and what was done -----------------------------------------------------------------------


class Member(Tells, frozen=True):
    person: str
    name: str
    mail: str
    role: str
    since: datetime


class Members(Tells, frozen=True):
    members: list[Member]


class Key(Tells, frozen=True):
    """What is known of a key; what opens is kept nowhere."""

    id: str
    name: str
    kind: str
    state: str
    scopes: list[str]
    maker: str
    parent: Annotated[str, Meta(description="The key by which it was made, and with which it ends; empty: none.")]
    created_at: datetime
    expires_at: datetime
    used_on: str
    used_network: str
    used_agent: str


class Keys(Tells, frozen=True):
    keys: list[Key]


class RoleWanted(Asks, frozen=True):
    role: Literal["viewer", "analyst", "admin"]


class Invitation(Tells, frozen=True):
    id: str
    mail: str
    role: str
    by: str
    ends_at: datetime


class Invitations(Tells, frozen=True):
    invitations: list[Invitation]


class NewKey(Asks, frozen=True):
    name: Annotated[str, Meta(min_length=1, max_length=80)]
    scopes: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=20)]
    kind: Literal["api", "mcp"] = "api"
    days: Annotated[int, Meta(ge=1, le=366, description="How long it is good.")] = 90


class KeyGiven(Tells, frozen=True):
    id: str
    secret: Annotated[str, Meta(description="Shown this one time: it is what opens.")]
    kind: str
    scopes: list[str]
    expires_at: datetime


class AuditWanted(Page, frozen=True):
    act: Annotated[str, Meta(max_length=80, description="Such as key.made, or key for all about keys.")] = ""


class AuditEntry(Tells, frozen=True):
    at: datetime
    act: str
    outcome: str
    who: str
    of: str
    route: str
    network: str
    agent: str
    request: str
    details: dict[str, str]


class Audit(Tells, frozen=True):
    entries: list[AuditEntry]
    next: str = ""
