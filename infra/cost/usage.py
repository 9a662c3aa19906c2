"""What an installation uses in a month, item by item, from the same plans as `infra.admin plan`. Pure.

Each amount says how it comes about. Syncs are counted as if accounts had everything that a platform has, every stream
brought rows each time, and no instance stayed warm from one run to the next. A sync of each of the eleven platforms is
played and counted, and what is reckoned for them together is never less than that (tests/cost). What calls and batches
take in earnest, nobody has measured.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from infra.cost.extras import extras
from infra.cost.feeds import of_feeds
from infra.cost.installation import FUNCTIONS, Habits, Installation
from infra.cost.looking import one_look
from infra.cost.prices import DAYS
from infra.cost.programs import of_programs
from infra.cost.publishing import Version, one_version
from shared.model import Connection
from shared.platforms import platform as platform_named
from shared.sync.forecast import Forecast, Line, Sizes, daily_sync
from shared.sync.slices_of_run import RUN_DOCUMENTS_KEPT
from shared.sync.visits import QUIET
from shared.vocabulary.access import OAuth
from shared.vocabulary.choosing import marked, selected_streams
from shared.vocabulary.paging import Report
from shared.vocabulary.platform import Platform
from shared.vocabulary.stream import Stream

TICKS = DAYS * 24 * 60
EXPORTS = DAYS * 24
EXPORTS_KEPT = 2 * 7 * 24  # those of a week, and of one more in the bucket's soft delete
ONE_DAY = datetime(2026, 9, 1, 6, tzinfo=UTC)  # any: windows of days are as many on every day


@dataclass(frozen=True, slots=True)
class Amount:
    item: str
    quantity: float
    because: str


@dataclass(frozen=True, slots=True)
class Sync:
    """One sync of one connection."""

    slices: int
    calls: int
    objects: int
    tables: int  # that rows arrive in
    loads: int  # batches of rows
    sweeps: int
    rows: float  # staged
    held: float  # rows of the account in BigQuery
    scanned: float  # bytes that BigQuery charges for

    @property
    def batches(self) -> int:
        """Of what was read, and one to tell of the run itself."""
        return self.loads + self.sweeps + 1


def usage(installation: Installation, habits: Habits | None = None) -> list[Amount]:
    known = habits or Habits()
    syncs_of = {name: one_sync(platform_named(name), installation, known) for name in set(installation.names)}
    accounts = [syncs_of[name] for name in installation.names] * installation.clients
    runs = installation.syncs * DAYS
    syncs = _Sum.of(accounts, runs)
    published, views = _Published.of(installation, known), _Views.of(installation, known)
    return [
        *_functions(syncs, published, views, installation, known),
        *_firestore(syncs, published, views, installation, known),
        *_objects(syncs, published, views, installation, known),
        *_exports(installation, known),
        *_bigquery(syncs, published, accounts, installation, known),
        *_secrets(installation, syncs),
        *_around(installation, syncs, published, known),
        *_extras(installation, syncs, known),
        *(Amount(*each) for each in of_feeds(installation, known)),
        *(Amount(*each) for each in of_programs(installation, known)),
    ]


# -- one sync --------------------------------------------------------------------------------------


def one_sync(platform: Platform, installation: Installation, habits: Habits) -> Sync:
    """What it takes, by the plan of a day on which as much changes as on any other."""
    sizes = sizes_of(platform, installation)
    return planned(platform, plan_of(platform, sizes), sizes, habits)


def plan_of(platform: Platform, sizes: Sizes) -> Forecast:
    everything = {stream.needs: "yes" for stream in platform.streams if stream.needs}
    account = Connection("cost", "cost", platform.name, "cost", "cost", values=everything)
    return daily_sync(platform, account, [], sizes, ONE_DAY)


def planned(platform: Platform, plan: Forecast, sizes: Sizes, habits: Habits) -> Sync:
    """What a sync takes that goes by this plan."""
    read = [platform.stream(line.stream) for line in plan.lines if line.slices]
    loads = {line.stream: _loads(line.slices, plan.takes) for line in plan.lines if line.slices}
    sweeps = [stream for stream in read if marked(platform, stream)]
    table = {stream.name: sizes.rows.get(stream.name, 0) * habits.bytes_a_row for stream in read}
    scanned = sum(loads[name] * _scanned(size, habits, habits.tables_a_batch) for name, size in table.items())
    for stream in read:
        staged = _staged(stream, sizes) * habits.bytes_a_row / loads[stream.name]
        times = habits.staged_a_small_batch if staged <= habits.small else habits.staged_a_batch
        scanned += loads[stream.name] * _scanned(staged, habits, times)
    for stream in sweeps:
        looks = 1.0 if sizes.rows.get(stream.name, 0) > habits.listed else habits.marks
        times = looks * habits.tables_a_look + habits.marks * habits.tables_a_mark
        scanned += _scanned(table[stream.name], habits, times)
    scanned += (habits.tables_a_batch + habits.staged_a_small_batch) * habits.least_scanned  # to tell of the run
    return Sync(
        slices=sum(line.slices for line in plan.lines),
        calls=plan.calls,
        objects=sum(objects_of(platform, line) for line in plan.lines) + 1,
        tables=len(read),
        loads=sum(loads.values()),
        sweeps=len(sweeps),
        rows=sum(_staged(stream, sizes) for stream in read),
        held=sum(sizes.rows.get(stream.name, 0) for stream in read),
        scanned=scanned,
    )


def objects_of(platform: Platform, line: Line) -> int:
    """Staged pages of a stream in one sync."""
    return line.calls - line.slices * _without_rows(platform.stream(line.stream))


def _loads(slices: int, takes: timedelta) -> int:
    """Batches of a table. What one slice brings is one: it has few pages. What several bring gathers, but for no longer
    than the tick lets it, and all streams are read side by side while the sync reads."""
    return min(slices, 1 + int(takes / QUIET))


def sizes_of(platform: Platform, installation: Installation) -> Sizes:
    above = {stream.parent.stream for stream in platform.streams if stream.parent and not stream.optional}
    rows = {s.name: installation.parents if s.name in above else installation.rows for s in platform.streams}
    changed = {name: max(1, round(count * installation.changed)) for name, count in rows.items()}
    return Sizes(rows, changed)


def _staged(stream: Stream, sizes: Sizes) -> float:
    return float((sizes.changed if stream.since or stream.days else sizes.rows).get(stream.name, 0))


def _without_rows(stream: Stream) -> int:
    """Calls of a slice that bring none: for a report, after it, for the platform's own sums."""
    waits = stream.pages.looks + bool(stream.pages.result) if isinstance(stream.pages, Report) else 0
    return waits + (stream.totals is not None)


def _scanned(table: float, habits: Habits, times: float) -> float:
    """MERGE and UPDATE are charged for the whole of a table and for the columns they look at, INSERT for the latter
    alone: taken together, about as much as if each read the whole of it once."""
    return times * max(habits.least_scanned, table)


# -- by product ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sum:
    """All syncs of a month."""

    runs: float
    slices: float
    calls: float
    objects: float
    batches: float
    sweeps: float  # of these batches
    rows: float
    scanned: float

    @classmethod
    def of(cls, accounts: Iterable[Sync], runs: int) -> _Sum:
        every = list(accounts)
        return cls(
            runs * len(every),
            runs * sum(each.slices for each in every),
            runs * sum(each.calls for each in every),
            runs * sum(each.objects for each in every),
            runs * sum(each.batches for each in every),
            runs * sum(each.sweeps for each in every),
            runs * sum(each.rows for each in every),
            runs * sum(each.scanned for each in every),
        )

    @property
    def requests(self) -> float:
        """Pushes: one per slice, one per batch, three per run (it is asked for, begins and ends); and the ticks,
        each of which asks for a seal. A worker reads several slices, and each asks for its table; some ask in vain."""
        return 2 * TICKS + 3 * self.runs + self.slices + self.batches


@dataclass(frozen=True, slots=True)
class _Published:
    """All versions of a month."""

    versions: float
    one: Version
    look: float  # bytes of one look at people

    @classmethod
    def of(cls, installation: Installation, habits: Habits) -> _Published:
        rows: dict[str, float] = {}
        for name in installation.names:
            platform = platform_named(name)
            sizes = sizes_of(platform, installation)
            rows |= {platform.table(stream): rows.get(platform.table(stream), 0.0) + held for stream, held in
                     sizes.rows.items()}  # fmt: skip
        return cls(
            float(installation.clients * installation.versions * DAYS),
            one_version(rows, habits),
            one_look(rows, habits),
        )

    @property
    def requests(self) -> float:
        """That data has changed; that two minutes are over, and perhaps that an hour is."""
        return 3 * self.versions

    @property
    def objects(self) -> float:
        """A file of each mart, and the manifest."""
        return self.versions * (self.one.marts + 1)


def looks_of(installation: Installation) -> float:
    """Of a month."""
    return float(installation.clients * installation.looks * DAYS)


@dataclass(frozen=True, slots=True)
class _Views:
    """What people do in a month: they look at pages, and now and then an instance begins for it."""

    pages: float
    starts: float

    @classmethod
    def of(cls, installation: Installation, habits: Habits) -> _Views:
        days = installation.people * DAYS if installation.clients and installation.versions else 0
        return cls(days * habits.pages_a_person, days * habits.starts_a_person)

    def seconds(self, habits: Habits) -> float:
        return self.pages * habits.page_seconds + self.starts * habits.start_seconds


def rounds_of(syncs: _Sum, installation: Installation, habits: Habits) -> float:
    """Looks for what needs somebody, in a month."""
    return syncs.runs * habits.rounds_a_run + installation.clients * habits.rounds_a_day * DAYS


def _functions(
    syncs: _Sum, published: _Published, views: _Views, installation: Installation, habits: Habits
) -> list[Amount]:
    looks = looks_of(installation)
    busy = {
        "look_up": looks * (habits.look_seconds + habits.start_seconds),
        "fan_out_sync": TICKS * habits.tick_seconds + syncs.runs * habits.start_seconds,
        "extract_page": syncs.calls * habits.call_seconds + syncs.runs * habits.start_seconds,
        "load_batch": (syncs.batches - syncs.sweeps) * habits.batch_seconds
        + syncs.sweeps * habits.sweep_seconds
        + syncs.runs * habits.start_seconds,
        "tell_run": syncs.runs * (habits.tell_seconds + habits.start_seconds),
        "publish_mart": published.versions * (habits.version_seconds + habits.start_seconds),
        "open_workspace": installation.clients * installation.deployments * habits.opening_seconds,
        "seal_audit": TICKS * habits.seal_seconds,
        "console": views.seconds(habits),
        "send_letter": rounds_of(syncs, installation, habits) * habits.round_seconds,
    }
    shares = {name: installation.shares(function) for name, function in FUNCTIONS.items()}
    told = (
        f"{TICKS:,} ticks of {habits.tick_seconds} s, {syncs.calls:,.0f} calls of {habits.call_seconds} s, "
        f"{syncs.batches - syncs.sweeps:,.0f} batches of {habits.batch_seconds:.0f} s, {syncs.sweeps:,.0f} that only "
        f"mark of {habits.sweep_seconds:.0f} s, {published.versions:,.0f} versions of "
        f"{habits.version_seconds:.0f} s; an instance is shared by "
        f"{shares['extract_page']:g} slices and by {shares['load_batch']:g} tables"
    )
    requests = syncs.requests + published.requests + rounds_of(syncs, installation, habits)
    opened = requests + views.pages
    return [
        Amount(
            "functions: requests",
            opened + looks,
            f"{TICKS:,} ticks, and as many seals; one per slice, batch and look, three per run and version, and "
            f"{views.pages:,.0f} pages",
        ),
        Amount("functions: vCPU", sum(busy[n] / shares[n] * f.vcpu for n, f in FUNCTIONS.items()), told),
        Amount("functions: memory", sum(busy[n] / shares[n] * f.gib for n, f in FUNCTIONS.items()), told),
        Amount("Pub/Sub", requests * habits.bytes_a_message, "each message published and pushed, 1,000 bytes"),
    ]


def _firestore(
    syncs: _Sum, published: _Published, views: _Views, installation: Installation, habits: Habits
) -> list[Amount]:
    looks, rounds = looks_of(installation), rounds_of(syncs, installation, habits)
    reads = (
        TICKS * habits.reads_a_tick
        + syncs.runs * habits.reads_a_run
        + syncs.slices * habits.reads_a_slice
        + syncs.calls * habits.reads_a_call
        + syncs.batches * habits.reads_a_batch
        + published.versions * habits.reads_a_version
        + views.pages * habits.reads_a_page
        + rounds * habits.reads_a_round
    )
    writes = syncs.calls * habits.writes_a_call
    writes += syncs.batches * habits.writes_a_batch + syncs.runs * habits.writes_a_run
    writes += published.versions * habits.writes_a_version + rounds * habits.writes_a_round
    made = syncs.slices + syncs.objects + syncs.batches + syncs.runs
    kept = made * RUN_DOCUMENTS_KEPT.days / DAYS * habits.bytes_a_document
    return [
        Amount(
            "Firestore: reads", reads, f"{habits.reads_a_tick:.0f} per tick; else as counted per call, batch and run"
        ),
        Amount("Firestore: writes", writes + looks * habits.writes_a_look, "as counted per call, batch, run and look"),
        Amount("Firestore: deletes", made + looks, "slices, pages, batches, runs and turns, by TTL"),
        Amount("Firestore: documents", kept, f"those of {RUN_DOCUMENTS_KEPT.days} days"),
        Amount("Firestore: recovery", kept * 0.5, "versions of seven days; half as much as the documents, guessed"),
        Amount("Firestore: backups", kept * 7, "one a day, kept for seven"),
        Amount(
            "people: reads",
            DAYS * 24 * habits.seals_an_hour * habits.reads_a_seal
            + DAYS * 24 * habits.reminders_an_hour * habits.reads_a_reminder
            + rounds * habits.people_a_round
            + views.pages * habits.people_a_page
            + looks * habits.reads_a_look,
            f"{habits.seals_an_hour:.0f} looks an hour for what is to be sealed, {habits.people_a_page:.0f} for each "
            "page that somebody looks at, and each look at people; what is to go out, and rounds of "
            "alarms",
        ),
    ]


def exported(installation: Installation) -> int:
    """Documents of the hourly export: workspaces, connections and their cursors; the others are few."""
    cursors = sum(_cursors(platform_named(name), installation) for name in installation.names)
    return installation.clients * (1 + installation.connections + cursors)


def _cursors(platform: Platform, installation: Installation) -> int:
    """Of the streams that are read unless somebody asks for more, as in the syncs."""
    rows = sizes_of(platform, installation).rows
    return sum(
        rows[stream.parent.stream] if stream.parent else 1
        for stream in selected_streams(platform, [])
        if stream.keeps_cursor
    )


def _exports(installation: Installation, habits: Habits) -> list[Amount]:
    documents = exported(installation)
    kept = EXPORTS_KEPT * documents * habits.bytes_a_document
    return [
        Amount(
            "hourly export: reads", EXPORTS * documents, f"{documents:,} documents: connections, cursors, workspaces"
        ),
        Amount(
            "hourly export: writes", EXPORTS * habits.files_an_export, f"{habits.files_an_export:.0f} files an export"
        ),
        Amount("hourly export: files", kept, "kept for a week"),
    ]


def _objects(
    syncs: _Sum, published: _Published, views: _Views, installation: Installation, habits: Habits
) -> list[Amount]:
    month = syncs.rows * habits.bytes_a_row * habits.packed
    piled = max(min(installation.months, installation.kept_days / DAYS), 1.0)
    near = min(piled - 1, 2.0) if installation.colder else 0.0
    cold = max(piled - 3, 0.0) if installation.colder else 0.0
    warm = month * (piled - near - cold)
    shown = installation.clients * (installation.versions + 1) * habits.bytes_a_version if installation.versions else 0
    lists = 2 * published.versions  # what is there is looked at when it was written, and when it is swept
    return [
        Amount(
            "objects: standard",
            warm + shown,
            f"pages, packed; they are kept for {installation.kept_days} days; and the published marts of a day",
        ),
        Amount("objects: nearline", month * near, "those older than 30 days, when they are moved"),
        Amount("objects: coldline", month * cold, "those older than 90 days, when they are moved"),
        Amount(
            "objects: writes",
            syncs.objects + syncs.runs + published.objects + lists,
            "one per page with rows, what a run marked, a file of each mart in each version, and what is listed",
        ),
        Amount(
            "objects: reads",
            syncs.objects + published.objects + views.starts * (published.one.marts + 1),
            "by the load job; published files when they are written, and by each instance that answers",
        ),
        Amount("objects: moves to nearline", syncs.objects if near else 0.0, "each page once, when they are moved"),
        Amount("objects: moves to coldline", syncs.objects if cold else 0.0, "each page once, when they are moved"),
    ]


def _bigquery(
    syncs: _Sum, published: _Published, accounts: list[Sync], installation: Installation, habits: Habits
) -> list[Amount]:
    current = sum(account.held for account in accounts) * habits.bytes_a_row
    changes = current * installation.changed * DAYS * installation.months
    least = habits.least_scanned / 2**20
    return [
        Amount(
            "BigQuery: queries",
            syncs.scanned + published.versions * published.one.scanned + looks_of(installation) * published.look,
            f"{syncs.batches:,.0f} batches, {published.versions:,.0f} versions of the marts, "
            f"{looks_of(installation):,.0f} looks at people; each "
            f"statement is charged at least {least:.0f} MiB per table it names",
        ),
        Amount("BigQuery: rows", current + changes, f"current rows, and their changes of {installation.months} months"),
    ]


def versions(platform: Platform) -> int:
    """Versions of a connection's secret that are not destroyed: what is renewed keeps the one before."""
    way = platform.auth[0]
    renewed = not way.never_expires if isinstance(way, OAuth) else way.trade is not None
    return 2 if renewed else 1


def _secrets(installation: Installation, syncs: _Sum) -> list[Amount]:
    platforms = [platform_named(name) for name in installation.names]
    tokens = installation.clients * sum(versions(platform) for platform in platforms)
    apps = len({platform.name for platform in platforms if platform.oauth}) if installation.clients else 0
    return [
        Amount(
            "Secret Manager: versions",
            tokens + apps + 1,
            f"{tokens} of connections (two where access is renewed), {apps} of our apps, the signing key",
        ),
        Amount("Secret Manager: accesses", syncs.runs * 4, "by each worker of a run, and when access is renewed"),
    ]


def _around(installation: Installation, syncs: _Sum, published: _Published, habits: Habits) -> list[Amount]:
    seconds = DAYS * 86_400
    return [
        Amount("Cloud Scheduler", 2 + installation.zones, "the tick, the export, and one for the syncs of each zone"),
        Amount(
            "Logging",
            (syncs.requests + published.requests) * habits.log_bytes_a_request,
            "the request's own line and a few of ours",
        ),
        Amount(
            "alerts: conditions",
            installation.conditions,
            "as terraform/ has them: one per thing to be told, over all functions",
        ),
        Amount(
            "alerts: readings",
            installation.series * seconds / habits.seconds_between_readings
            + installation.asked * seconds / habits.seconds_between_questions,
            f"{installation.series} time series every {habits.seconds_between_readings:.0f} seconds, "
            f"{installation.asked} every {habits.seconds_between_questions:.0f}",
        ),
        Amount("Artifact Registry", habits.image_bytes, "the images of twelve functions; older ones are cleaned up"),
        Amount("Cloud Build", installation.deployments * habits.minutes_a_deployment, "deployments"),
        Amount("traffic out", syncs.calls * habits.sent_a_call, "what is asked; answers cost nothing"),
    ]


def _extras(installation: Installation, syncs: _Sum, habits: Habits) -> list[Amount]:
    pages = syncs.rows * habits.bytes_a_row * habits.packed
    opened = 2 * syncs.objects + syncs.batches * habits.tables_a_batch + EXPORTS * habits.files_an_export
    return [Amount(*each) for each in extras(installation, pages, opened)]
