"""`tributary admin …`: workspaces, connect links, connections, runs and failures, for whoever operates it."""

from __future__ import annotations

import argparse

from infra.admin.group import Group, general
from infra.cli import parsing
from infra.cli.parsing import Announced

ABOUT = """\
Workspaces, connect links, connections, runs and failures, for whoever operates it.

It speaks to the project that the environment names (the settings in docs/settings.md), or to a local cloud:
--local FOLDER, or .tributary by itself when one is running there. Secrets are never shown."""
CODES = """\
Exit codes: 0 done, 1 a run failed, a mart was refused or an app is not well, 2 the command was wrong, 3 the cloud
could not be reached, 4 an erasure has begun and is not finished: the same command goes on with it;
or a platform is still being asked about an access."""
COMMANDS = (
    Announced("workspace", "infra.admin.workspaces", "workspaces: one client or business unit each"),
    Announced("member", "infra.admin.members", "the people of a workspace: who may look, ask and manage"),
    Announced("owner", "infra.admin.owners", "who sees every workspace; and the way back in when nobody can"),
    Announced("agent", "infra.admin.agents", "programs that may ask people to let them look"),
    Announced("app", "infra.admin.apps", "our apps at the platforms (docs/apps)"),
    Announced("connect-link", "infra.admin.connect_links", "links by which a client connects an account"),
    Announced("connections", "infra.admin.statuses", "the connected accounts: their state, and whose move it is"),
    Announced("status", "infra.admin.statuses", "runs: in progress, waiting until when and why, completed, failed"),
    Announced(
        "plan",
        "infra.admin.plans",
        "what a first and a daily sync would cost: calls, share of each allowance, time",
    ),
    Announced("report", "infra.admin.reports", "reports that a workspace defines itself, by dimensions and metrics"),
    Announced("sync", "infra.admin.syncs", "read what changed since the last time"),
    Announced("backfill", "infra.admin.syncs", "read a window of the past again"),
    Announced("replay", "infra.admin.syncs", "load staged pages again, without a call to the platform"),
    Announced("failures", "infra.admin.failures", "slices that failed, and messages that no function could handle"),
    Announced("call", "infra.admin.calls", "what platforms told us: access that ended, who is to be forgotten"),
    Announced("connection", "infra.admin.connections", "one connected account"),
    Announced("key", "infra.admin.keys", "keys by which programs come in: made, rotated, revoked"),
    Announced("feed", "infra.admin.feeds", "questions that spreadsheets read by a key of their own"),
    Announced("alarm", "infra.admin.alarms", "what needs somebody, and who is told of it when"),
    Announced("webhook", "infra.admin.webhooks", "addresses that are told of runs and alarms"),
    Announced("audit", "infra.admin.audits", "what people and programs did, and whether the log is as it was written"),
    Announced("state", "infra.admin.state_files", "the documents: workspaces, connections, cursors, runs"),
    Announced("marts", "infra.admin.marts", "the datasets that dashboards read"),
    Announced("rates", "infra.admin.marts", "exchange rates, for amounts in the currency of a workspace"),
    Announced("query", "infra.admin.queries", "ask a workspace's marts, as a dashboard would"),
    Announced("trace", "infra.admin.queries", "the staged record that a row came from"),
)


def add(group: parsing.Group) -> None:
    made = group.parser("admin", description=ABOUT)
    made.formatter_class, made.epilog = argparse.RawDescriptionHelpFormatter, CODES
    general(made)
    Group.of(made, "admin command").announce(COMMANDS)
