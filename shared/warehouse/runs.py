"""The one table that no stream of a platform fills: what runs came to."""

from __future__ import annotations

from shared.vocabulary.columns import columns
from shared.warehouse.spec import TableSpec

TABLE = TableSpec(
    "tributary_runs",
    columns(
        """
        run_id* text Run
        stream* text Stream
        platform text Platform
        account_id text Account id on the platform
        source_table text Table of current rows
        day date Day on which it began (UTC)
        reason text Why it ran
        state text completed, failed or partly
        started_at time When it began
        finished_at time When it ended
        rows_read int+ Rows that were read
        pages int+ Pages
        calls int+ Calls to the platform
        proof text equal, differs by, or not given
        records_told int~ Records that the platform says there are
        records_read int~ Records that were read of these
        days json Days that were read whole, of streams read by days: stretches with first, last and proof
        account_zone text Time zone of these days
        covers_from time Beginning of the newest stretch of time that was read without a gap
        covers_until time End of that stretch, and no later than the beginning of the run
        problem text What went wrong, in a sentence
        whose_move text Who must act
        """
    ),
    ("run_id", "stream"),
    "Tributary: what runs have read, and what proves it",
)
