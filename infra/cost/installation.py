"""An installation as the bill sees it, and what we assume of it. Whoever knows better says so on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.platforms import PLATFORMS
from shared.prices import CALL_SECONDS
from shared.settings import PAGES_DAYS
from shared.stores.bigquery import LISTED, SMALL

# The connections of a client, in the order in which they are connected; beyond the last it begins again. We assume it,
# a platform a line; those that are not named there come last.
_ASSUMED = (Path(__file__).parent / "usual.txt").read_text().split()
USUAL = (*_ASSUMED, *sorted(set(PLATFORMS) - set(_ASSUMED)))


@dataclass(frozen=True, slots=True)
class Installation:
    clients: int = 3
    people: int = 10  # of all clients together, who look at what is published
    connections: int = 5  # of each client
    platforms: Sequence[str] = USUAL
    syncs: int = 3  # a day: 06:00, 14:00 and 22:00
    versions: int = 3  # of each client's marts in a day: one where nobody looks, else after each sync, 24 at most
    looks: int = 0  # at people of each client, in a day
    feeds: int = 0  # that are read every hour
    programs: int = 0  # that ask through the API, day and night
    agents: int = 0  # that ask by /mcp, while somebody works
    rows: int = 500  # records of each stream of an account
    parents: int = 5  # of them, where another stream asks for each one (lists, campaigns)
    changed: float = 0.01  # of the records, in a day
    months: int = 12  # that it has been running: what history and pages have piled up
    kept_days: int = PAGES_DAYS  # how long pages are kept
    colder: bool = (
        False  # whether pages are large enough (128 KiB) to move to nearline after 30 days, to coldline after 90
    )
    conditions: int = 8  # of alert policies
    series: int = 1  # that those conditions read which look at a metric
    asked: int = 2  # and those that are asked in PromQL
    zones: int = 1  # in which syncs are scheduled
    deployments: int = 4  # in a month
    own_key: bool = False  # whether `kms_key` is given
    network: bool = False  # whether `network` is given
    domain: bool = False  # whether `connect_domain` is given
    sharing: str = "together"  # of instances, as `Function` says it: alone, together or full

    @property
    def names(self) -> list[str]:
        """The platform of each connection of one client."""
        return [self.platforms[number % len(self.platforms)] for number in range(self.connections)]

    def shares(self, function: Function) -> float:
        return {"alone": function.alone, "together": function.together, "full": function.full}[self.sharing]


@dataclass(frozen=True, slots=True)
class Function:
    """As terraform/ has it. How many requests an instance has, on average while it has any: `full` as many as it takes,
    `together` when the connections of a client sync at the same moment, as the schedule has it, `alone` when one does.
    Cloud Run fills six tenths of the places before it begins another instance, and reading keeps a platform's pace, so
    an instance is never full for long. tests/cost holds the last two to syncs that are played."""

    vcpu: float
    gib: float
    full: int = 1
    together: float = 1.0
    alone: float = 1.0


FUNCTIONS = {
    "fan_out_sync": Function(1, 0.5),
    "extract_page": Function(1, 1.0, full=4, together=2.0, alone=1.4),
    "load_batch": Function(1, 0.5, full=12, together=5.0, alone=3.7),
    "tell_run": Function(1, 0.5, full=4),
    "publish_mart": Function(1, 1.0),
    "open_workspace": Function(1, 0.5),
    "seal_audit": Function(1, 0.5),
    "send_letter": Function(1, 0.5, full=4),
    "look_up": Function(1, 0.5, full=4),
    "console": Function(1, 1.0, full=20),
}


@dataclass(frozen=True, slots=True)
class Habits:
    """What one step of the engine takes. The first group was counted (tests/cost holds it to the engine, in a sync of
    every platform in which calls and batches take the times below); the second is what the documentation of Google
    Cloud lets expect and nobody has measured yet."""

    reads_a_slice: float = 10.0  # to ask for its pages, to see whether others of its stream are read, to tell of it
    reads_a_run: float = 10.0
    reads_a_call: float = 8.0
    reads_a_batch: float = 33.0
    writes_a_run: float = 2.0
    writes_a_call: float = 3.5
    writes_a_batch: float = 13.0
    reads_a_version: float = 25.0
    writes_a_version: float = 4.0
    reads_a_tick: float = 10.0  # ten queries; one that finds nothing is charged as one read
    least_scanned: float = 10 * 2.0**20  # BigQuery's least, per table that a statement names
    staged_a_batch: float = 2.0  # readings of the staged rows, by the two statements of a batch that is not late …
    staged_a_small_batch: float = 1.0  # … and of one that fits into a variable of its script
    small: float = SMALL  # bytes of such a one
    listed: float = LISTED  # rows of a table that are listed instead of asked for
    tables_a_batch: float = 2.0  # readings of the table of current rows by a batch
    marks: float = 0.1  # of the sweeps find something to mark, guessed: three a day, of ten days one
    tables_a_mark: float = 2.0  # readings of that table where there is something
    tables_a_look: float = 1.0  # and before, whether there is; of a table of few rows it is listed, which is free
    bytes_a_row: float = 800.0  # in BigQuery
    packed: float = 1 / 7  # of a page, by gzip
    bytes_a_document: float = 1_500.0  # with its indexes
    files_an_export: float = 17.0  # two for each group of documents, and one over all

    pages_a_person: float = 20.0  # a day, guessed; on each a few figures
    reads_a_page: float = 2.0  # of the workspace and what is published of it
    people_a_page: float = 4.0  # reads of the people's database: session, person, membership, limits
    page_seconds: float = 0.5
    starts_a_person: float = 2.0  # of an instance, a day: then all that is published is fetched anew

    reads_a_feed: float = 4.0
    writes_a_feed: float = 1.5
    objects_a_feed: float = 3.0  # most files are at hand, and all of a new version are fetched once
    sent_a_feed: float = 25_000.0

    asks_an_hour: float = 20.0  # of a program or an agent; each a minute of its key's limit, and a look of its own
    agents_hours: float = 8.0  # of a day
    reads_an_ask: float = 6.5
    writes_an_ask: float = 1.5
    reads_an_agents_ask: float = 16.0  # the entry in the audit, and its seal, included
    writes_an_agents_ask: float = 6.0
    sent_an_ask: float = 5_000.0  # a few dozen rows, with what their columns are
    ask_seconds: float = 0.3  # as of feeds

    feed_seconds: float = 0.3  # twice what was measured here for a few hundred rows, with the waiting for Firestore
    tick_seconds: float = 0.5
    seal_seconds: float = 0.1
    reads_a_seal: float = 2.0  # the head, and a query that mostly finds nothing
    reads_a_reminder: float = 3.0  # letters, deliveries and rounds that are due; mostly none
    reminders_an_hour: float = 6.0  # where nothing was due
    rounds_a_run: float = 2.0  # when it begins and when it ends …
    rounds_a_day: float = 24.0  # … and each hour, of a workspace
    reads_a_round: float = 10.0  # of connections, of their last runs, of what is published …
    people_a_round: float = 6.0  # … and of members, alarms, notices and webhooks
    writes_a_round: float = 1.0  # when to look next; an alarm is rare
    round_seconds: float = 0.5
    seals_an_hour: float = 4.0  # looks, where nothing is done; what people do is not reckoned yet
    look_seconds: float = 3.0  # BigQuery's answer
    reads_a_look: float = 8.0  # whose it is, what they may, the turns that were taken
    writes_a_look: float = 2.0  # a turn, and the entry
    opening_seconds: float = 120.0  # of a workspace, with its tables and views; when a release changes marts, again
    call_seconds: float = CALL_SECONDS  # the platform's answer, the upload, the transaction
    version_seconds: float = 40.0  # to begin the script, to look for its end each minute, and to look at its files
    bytes_a_version: float = 10.0 * 2**20  # of files; those of a day lie beside each other
    tell_seconds: float = 1.0  # the documents of a run, and the upload
    batch_seconds: float = 15.0  # load job and script
    sweep_seconds: float = 3.0  # mostly a look, for which no job is begun
    start_seconds: float = 3.0  # a cold start per run and function
    bytes_a_message: float = 2_000.0  # published and pushed, each counted as at least 1,000 bytes
    log_bytes_a_request: float = 3_000.0
    sent_a_call: float = 2_000.0
    seconds_between_readings: float = 30.0  # of an alert condition
    seconds_between_questions: float = 60.0  # where it is asked in PromQL, as terraform/ says
    image_bytes: float = 1.1 * 2.0**30  # of twelve functions, their common layers counted once
    minutes_a_deployment: float = 15.0
