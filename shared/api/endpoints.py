"""Every endpoint of the API: where, for whom, what is asked, what is told. Nothing answers that does not stand here."""

from __future__ import annotations

from shared.api import shapes as s
from shared.api.endpoint import Endpoint
from shared.api.gate import FINDERS
from shared.keys.scopes import Scope
from shared.people.routes import Table
from shared.platforms import PLATFORMS
from shared.spreadsheets.files import FILES

SOME_PLATFORM = min(PLATFORMS)  # of an example
W = {"workspace": "workspace"}
C = {**W, "connection": "connection"}
M, K = {**W, "member": "member"}, {**W, "key": "key"}
OF = "/workspaces/{workspace}"
SOURCE = f"{OF}/data-sources/{{connection}}"
ACCESS = f"{OF}/credentials/{{connection}}"
DAYS = {"start_date": "2026-08-01", "end_date": "2026-08-31"}

AUTH = (
    Endpoint(
        method="POST", path="/auth/token", does="token", about="Trade a key for a token of 15 minutes.",
        tells=s.TokenGiven, asks=s.TokenWanted, status=201, once=True, example={"scopes": ["data:read"]},
    ),
    Endpoint(
        method="POST", path="/auth/refresh", does="refresh", about="New tokens for one that renews; it is good once.",
        tells=s.TokenGiven, asks=s.Renewal, is_open=True, status=201, once=True, refuses=(401,),
    ),
    Endpoint(
        method="POST", path="/auth/logout", does="logout", about="End a token and all of its family.",
        tells=s.Done, asks=s.Logout, example={},
    ),
    Endpoint(method="GET", path="/auth/profile", does="profile", about="Who asks, and what they may.", tells=s.Profile),
)  # fmt: skip

WORKSPACES = (
    Endpoint(
        method="GET", path="/workspaces", does="workspaces", about="The workspaces that this key opens.",
        tells=s.Workspaces,
    ),
    Endpoint(
        method="POST", path="/workspaces", does="make_workspace",
        about="Make a workspace; the key that makes it does not open it.", tells=s.WorkspaceWhole, asks=s.NewWorkspace,
        scope=Scope.WORKSPACES_WRITE, status=201, refuses=(422,),
        example={"id": "north_shop", "name": "North Shop", "zone": "Europe/Vienna", "currency": "EUR"},
    ),
    Endpoint(
        method="GET", path=OF, does="workspace", about="One workspace.", tells=s.Workspace, objects=W,
    ),
    Endpoint(
        method="PATCH", path=OF, does="change_workspace", about="Say anew what stands in a workspace.",
        tells=s.WorkspaceWhole, asks=s.WorkspaceEdit, objects=W, scope=Scope.SETTINGS_WRITE, refuses=(422,),
        example={"name": "North Shop", "fiscal_year_start": 4},
    ),
    Endpoint(
        method="GET", path=f"{OF}/settings", does="settings", about="All that stands in a workspace.",
        tells=s.WorkspaceWhole, objects=W, scope=Scope.SETTINGS_WRITE,
    ),
    Endpoint(
        method="GET", path=f"{OF}/summary", does="summary", about="How everything of a workspace stands.",
        tells=s.Summary, objects=W, scope=Scope.STATUS_READ,
    ),
    Endpoint(
        method="GET", path=f"{OF}/activity", does="activity", about="What has happened, the newest first.",
        tells=s.Activity, objects=W, scope=Scope.STATUS_READ, query=s.Page, sample={"limit": "10"},
    ),
    Endpoint(
        method="GET", path="/tenants/me", does="tenant", about="The workspace of whoever asks.", tells=s.Tenant,
    ),
    Endpoint(
        method="POST", path="/tenants/me/oauth/{platform}", does="oauth_link",
        about="Make a connect link for a platform: whoever opens it connects an account.",
        tells=s.LinkGiven, asks=s.LinkOptions, scope=Scope.CONNECTIONS_WRITE, words={"platform": SOME_PLATFORM},
        status=201, once=True, example={"label": "for the shop", "days": 7},
    ),
)  # fmt: skip

CONNECTIONS = (
    Endpoint(
        method="GET", path=f"{OF}/credentials", does="credentials",
        about="How the access to each account stands; what opens it is never told.",
        tells=s.Credentials, objects=W, scope=Scope.STATUS_READ,
    ),
    Endpoint(
        method="GET", path=ACCESS, does="credential",
        about="How the access to one account stands.", tells=s.Credential, objects=C, scope=Scope.STATUS_READ,
    ),
    Endpoint(
        method="POST", path=f"{ACCESS}/validate", does="validate",
        about="Wish that the platform is asked whether it still takes the access.",
        tells=s.Wish, objects=C, scope=Scope.CONNECTIONS_WRITE, status=202,
    ),
    Endpoint(
        method="POST", path=f"{ACCESS}/renew", does="renew", about="Wish that the access is renewed now.",
        tells=s.Wish, objects=C, scope=Scope.CONNECTIONS_WRITE, status=202,
    ),
    Endpoint(
        method="DELETE", path=ACCESS, does="disconnect",
        about="Wish that the access is given back and destroyed; rows stay.",
        tells=s.Wish, objects=C, scope=Scope.CONNECTIONS_WRITE, status=202,
    ),
    Endpoint(
        method="GET", path=f"{OF}/wishes/{{wish}}", does="wish", about="How far a wish is, and what became of it.",
        tells=s.Wish, objects={**W, "wish": "wish"}, scope=Scope.CONNECTIONS_WRITE,
    ),
    Endpoint(
        method="GET", path=f"{OF}/data-sources", does="data_sources", about="The accounts that are connected.",
        tells=s.DataSources, objects=W, scope=Scope.STATUS_READ,
    ),
    Endpoint(
        method="GET", path=SOURCE, does="data_source", about="One account, with every stream that could be read.",
        tells=s.DataSourceWhole, objects=C, scope=Scope.STATUS_READ,
    ),
    Endpoint(
        method="PATCH", path=SOURCE, does="configure", about="Say anew what of an account is read, and when.",
        tells=s.DataSourceWhole, asks=s.Configure, objects=C, scope=Scope.SYNCS_WRITE, refuses=(422,),
        example={"schedule": "every 6 hours"},
    ),
    Endpoint(
        method="POST", path=f"{SOURCE}/extract", does="extract", about="Ask for a sync, or for past days once more.",
        tells=s.RunAsked, asks=s.Extract, objects=C, scope=Scope.SYNCS_WRITE, status=202, refuses=(409, 422),
        example={},
    ),
    Endpoint(
        method="GET", path=f"{SOURCE}/status", does="status", about="Three facts of an account: last good, now, next.",
        tells=s.SourceStatus, objects=C, scope=Scope.STATUS_READ,
    ),
    Endpoint(
        method="GET", path=f"{OF}/connect-links", does="connect_links", about="Connect links that were made.",
        tells=s.Links, objects=W, scope=Scope.CONNECTIONS_WRITE,
    ),
    Endpoint(
        method="POST", path=f"{OF}/connect-links", does="make_link", about="Make a connect link.",
        tells=s.LinkGiven, asks=s.LinkWanted, objects=W, scope=Scope.CONNECTIONS_WRITE, status=201, once=True,
        refuses=(422,), example={"platform": SOME_PLATFORM, "label": "for the shop"},
    ),
    Endpoint(
        method="DELETE", path=f"{OF}/connect-links/{{link}}", does="withdraw_link",
        about="Withdraw a connect link that was not used.", tells=s.Link, objects={**W, "link": "link"},
        scope=Scope.CONNECTIONS_WRITE, refuses=(409,),
    ),
)  # fmt: skip

RUNS = (
    Endpoint(
        method="GET", path=f"{OF}/runs", does="runs", about="Runs, the newest first.", tells=s.Runs, objects=W,
        scope=Scope.STATUS_READ, query=s.RunsWanted, sample={"limit": "10"},
    ),
    Endpoint(
        method="GET", path=f"{OF}/runs/{{run}}", does="run", about="One run with its streams and what proves them.",
        tells=s.RunWhole, objects={**W, "run": "run"}, scope=Scope.STATUS_READ,
    ),
    Endpoint(
        method="GET", path=f"{OF}/runs/{{run}}/events", does="events",
        about="A run as it goes on: server-sent events, ended by us after 50 seconds or with the run.",
        tells=str, objects={**W, "run": "run"}, scope=Scope.STATUS_READ, refuses=(503,),
    ),
)  # fmt: skip

DATA = (
    Endpoint(
        method="GET", path=f"{OF}/data", does="data", about="Ask a question in an address.", tells=s.Data, objects=W,
        scope=Scope.DATA_READ, query=s.WantedByAddress, filters=True, refuses=(409, 422, 503),
        sample={"mart": "ads_by_day", "metrics": "clicks,impressions", "dimensions": "platform", **DAYS},
    ),
    Endpoint(
        method="POST", path=f"{OF}/data/query", does="ask_data", about="Ask a question.", tells=s.Data, asks=s.Wanted,
        objects=W, scope=Scope.DATA_READ, refuses=(409, 422, 503),
        example={
            "metrics": ["clicks"], "dimensions": ["platform"], "aggregation": "weekly", "sort": ["-clicks"],
            "date_range": {"start_date": "2026-08-01", "end_date": "2026-08-31"},
            "filters": [{"column": "clicks", "min": 1}],
        },
    ),
    Endpoint(
        method="GET", path=f"{OF}/data/summary", does="data_summary",
        about="Every metric of a period beside the period before it.", tells=s.Data, objects=W, scope=Scope.DATA_READ,
        query=s.SummaryWanted, refuses=(422, 503), sample=DAYS,
    ),
    Endpoint(
        method="GET", path=f"{OF}/data/metrics", does="data_metrics", about="Metrics as a course, by day or longer.",
        tells=s.Data, objects=W, scope=Scope.DATA_READ, query=s.MetricsWanted, refuses=(409, 422, 503),
        sample={"metrics": "clicks", **DAYS},
    ),
    Endpoint(
        method="GET", path=f"{OF}/data/export", does="export",
        about="All rows of an answer as a file, in any format of feeds; more than fit are refused with their number.",
        tells=bytes, objects=W, scope=Scope.EXPORTS_READ, query=s.ExportWanted, filters=True, refuses=(422, 503),
        sample={"mart": "ads_by_day", "metrics": "clicks", "dimensions": "platform", "format": "csv"},
    ),
    Endpoint(
        method="GET", path="/metrics", does="metrics", about="Every metric: what it means, and whether it adds up.",
        tells=s.Metrics, scope=Scope.DATA_READ, query=s.MetricsListed, sample={"mart": "ads_by_day"}, refuses=(422,),
    ),
    Endpoint(
        method="GET", path=f"{OF}/dashboards", does="dashboards", about="Dashboards, as questions.",
        tells=s.Dashboards, objects=W, scope=Scope.DATA_READ,
    ),
    Endpoint(
        method="GET", path=f"{OF}/dashboards/{{dashboard}}", does="dashboard",
        about="A dashboard: its questions with their answers.", tells=s.Dashboard, objects=W,
        words={"dashboard": "ads"}, scope=Scope.DATA_READ, query=s.DashboardWanted, refuses=(422, 503),
        sample={"period": "last-28-days"},
    ),
    Endpoint(
        method="GET", path=f"{OF}/campaigns", does="campaigns", about="Campaigns of ads and mail.",
        tells=s.Campaigns, objects=W, scope=Scope.DATA_READ, query=s.CampaignsWanted, refuses=(409, 503),
        sample={"limit": "10"},
    ),
    Endpoint(
        method="GET", path=f"{OF}/campaigns/{{campaign}}", does="campaign", about="One campaign.", tells=s.Campaign,
        objects={**W, "campaign": "campaign"}, scope=Scope.DATA_READ, refuses=(503,),
    ),
    Endpoint(
        method="GET", path=f"{OF}/campaigns/{{campaign}}/performance", does="performance",
        about="What became of a campaign, day by day.", tells=s.Data, objects={**W, "campaign": "campaign"},
        scope=Scope.DATA_READ, query=s.PerformanceWanted, refuses=(422, 503), sample=DAYS,
    ),
)  # fmt: skip

PEOPLE = (
    Endpoint(
        method="PATCH", path=f"{OF}/members/{{member}}", does="lower_role",
        about="Give somebody a role that is less than theirs.", tells=s.Member, asks=s.RoleWanted, objects=M,
        scope=Scope.PEOPLE_WRITE, example={"role": "viewer"},
    ),
    Endpoint(
        method="DELETE", path=f"{OF}/members/{{member}}", does="remove_member", about="Take somebody's role away.",
        tells=s.Done, objects=M, scope=Scope.PEOPLE_WRITE,
    ),
    Endpoint(
        method="GET", path=f"{OF}/invitations", does="invitations_open", about="Who is invited and has not come yet.",
        tells=s.Invitations, objects=W, scope=Scope.PEOPLE_WRITE,
    ),
    Endpoint(
        method="DELETE", path=f"{OF}/invitations/{{invitation}}", does="withdraw_invitation",
        about="Withdraw an invitation.", tells=s.Done, objects={**W, "invitation": "invitation"},
        scope=Scope.PEOPLE_WRITE,
    ),
    Endpoint(
        method="POST", path=f"{OF}/keys", does="make_key",
        about="Make a key, which is shown this one time, and ends with the one that makes it.", tells=s.KeyGiven,
        asks=s.NewKey, objects=W, scope=Scope.PEOPLE_WRITE, status=201, once=True, refuses=(422,),
        example={"name": "the board's dashboard", "scopes": ["data:read"]},
    ),
    Endpoint(
        method="POST", path=f"{OF}/keys/{{key}}/replace", does="replace_key",
        about="Make the successor of a key; both work for the overlap.", tells=s.KeyGiven, asks=s.Overlap,
        objects=K, scope=Scope.PEOPLE_WRITE, status=201, once=True, refuses=(409, 422), example={"overlap_days": 7},
    ),
    Endpoint(
        method="DELETE", path=f"{OF}/keys/{{key}}", does="revoke_key",
        about="End a key at once, with its tokens and the keys that it made.", tells=s.Key, objects=K,
        scope=Scope.PEOPLE_WRITE,
    ),
)  # fmt: skip

FEEDS = (
    Endpoint(
        method="GET", path=f"{OF}/feeds", does="feeds", about="Questions that are kept, each behind keys of its own.",
        tells=s.Feeds, objects=W, scope=Scope.FEEDS_WRITE,
    ),
    Endpoint(
        method="POST", path=f"{OF}/feeds", does="add_feed",
        about="Keep a question behind a key of its own, which is shown this one time. Takes `data:read`, too.",
        tells=s.FeedGiven, asks=s.NewFeed, objects=W, scope=Scope.FEEDS_WRITE, status=201, once=True, refuses=(422,),
        example={
            "name": "Clicks by week",
            "question": {"metrics": ["clicks"], "dimensions": ["platform"], "aggregation": "weekly"},
        },
    ),
    Endpoint(
        method="POST", path=f"{OF}/feeds/{{feed}}/rotate", does="rotate_feed",
        about="Give a feed a new key; both work for the overlap. Takes `data:read`, too.",
        tells=s.FeedGiven, asks=s.Overlap, objects={**W, "feed": "feed"}, scope=Scope.FEEDS_WRITE, status=201,
        once=True, refuses=(422,), example={"overlap_days": 7},
    ),
    Endpoint(
        method="GET", path=f"{OF}/feeds/{{feed}}/files/{{file}}", does="feed_file",
        about=f"What a spreadsheet reads a feed with, without its key: {', '.join(FILES)}.",
        tells=bytes, objects={**W, "feed": "feed"}, words={"file": "workbook.xlsx"}, scope=Scope.FEEDS_WRITE,
        refuses=(422,),
    ),
    Endpoint(
        method="DELETE", path=f"{OF}/feeds/{{feed}}", does="revoke_feed",
        about="End a feed at once, with all its keys.",
        tells=s.FeedTold, objects={**W, "feed": "feed"}, scope=Scope.FEEDS_WRITE,
    ),
)  # fmt: skip

HOOK = f"{OF}/webhooks/{{webhook}}"
H = {**W, "webhook": "webhook"}
SOME_HOOK = "https://board.example.com/tributary"
ALARMS = (
    Endpoint(
        method="GET", path=f"{OF}/alarms", does="alarms",
        about="What needs somebody, and what was mended lately, the newest first.", tells=s.Alarms, objects=W,
        scope=Scope.STATUS_READ,
    ),
    Endpoint(
        method="GET", path=f"{OF}/alarms/settings", does="alarm_settings",
        about="Which alarms there are, and who wants which of them when.", tells=s.AlarmSettings, objects=W,
        scope=Scope.SETTINGS_WRITE,
    ),
    Endpoint(
        method="PATCH", path=f"{OF}/alarms/settings", does="choose_alarms",
        about="Say for the whole workspace which alarms are told, and when.", tells=s.AlarmChoice,
        asks=s.WorkspacesAlarms, objects=W, scope=Scope.SETTINGS_WRITE, refuses=(422,),
        example={"quiet_from": "20:00", "quiet_until": "07:00"},
    ),
    Endpoint(
        method="PATCH", path=f"{OF}/alarms/settings/{{member}}", does="choose_alarms_of",
        about="The same for one person, before what holds for the workspace.", tells=s.AlarmChoice,
        asks=s.PersonsAlarms, objects=M, scope=Scope.SETTINGS_WRITE, refuses=(422,), example={"digest_at": "08:00"},
    ),
    Endpoint(
        method="DELETE", path=f"{OF}/alarms/settings/{{member}}", does="unchoose_alarms_of",
        about="What holds for the workspace holds for this person again.", tells=s.Done, objects=M,
        scope=Scope.SETTINGS_WRITE,
    ),
    Endpoint(
        method="GET", path=f"{OF}/webhooks", does="webhooks", about="Where runs and alarms are told.",
        tells=s.Webhooks, objects=W, scope=Scope.SETTINGS_WRITE,
    ),
    Endpoint(
        method="POST", path=f"{OF}/webhooks", does="add_webhook",
        about="Tell runs and alarms to an address. What signs is shown this one time.", tells=s.WebhookGiven,
        asks=s.NewWebhook, objects=W, scope=Scope.SETTINGS_WRITE, status=201, once=True, refuses=(422,),
        example={"name": "Board", "address": SOME_HOOK},
    ),
    Endpoint(
        method="POST", path=f"{HOOK}/rotate", does="rotate_webhook",
        about="Give a webhook another key; both sign for the overlap.", tells=s.WebhookGiven, asks=s.OverlapHours,
        objects=H, scope=Scope.SETTINGS_WRITE, status=201, once=True, refuses=(422,), example={"overlap_hours": 24},
    ),
    Endpoint(
        method="POST", path=f"{HOOK}/test", does="test_webhook", about="Tell a webhook something that means nothing.",
        tells=s.Delivery, objects=H, scope=Scope.SETTINGS_WRITE, status=202, refuses=(422,),
    ),
    Endpoint(
        method="DELETE", path=HOOK, does="end_webhook", about="End a webhook at once; its secrets are destroyed.",
        tells=s.Webhook, objects=H, scope=Scope.SETTINGS_WRITE,
    ),
    Endpoint(
        method="GET", path=f"{HOOK}/deliveries", does="deliveries",
        about="What a webhook was told in thirty days, and what it answered.", tells=s.Deliveries, objects=H,
        scope=Scope.SETTINGS_WRITE,
    ),
    Endpoint(
        method="POST", path=f"{OF}/deliveries/{{delivery}}/again", does="send_again",
        about="Hand a delivery over once more, under the id that it had.", tells=s.Delivery,
        objects={**W, "delivery": "delivery"}, scope=Scope.SETTINGS_WRITE, status=202, refuses=(422,),
    ),
)  # fmt: skip

OVERSIGHT = (
    Endpoint(
        method="GET", path=f"{OF}/members", does="members", about="Who may see this workspace, and how far.",
        tells=s.Members, objects=W, scope=Scope.AUDIT_READ,
    ),
    Endpoint(
        method="GET", path=f"{OF}/keys", does="keys", about="Keys of this workspace; what opens is kept nowhere.",
        tells=s.Keys, objects=W, scope=Scope.AUDIT_READ,
    ),
    Endpoint(
        method="GET", path=f"{OF}/audit", does="audit", about="What people and programs did, the newest first.",
        tells=s.Audit, objects=W, scope=Scope.AUDIT_READ, query=s.AuditWanted, sample={"limit": "10"},
    ),
)  # fmt: skip

OPEN = (
    Endpoint(
        method="GET", path="/health", does="health", about="Whether this answers.", tells=s.Health, is_open=True,
    ),
    Endpoint(
        method="GET", path="/openapi.json", does="openapi", about="All of this, as OpenAPI 3.1.", tells=bytes,
        is_open=True,
    ),
    Endpoint(method="GET", path="/docs", does="docs", about="All of this, as a page.", tells=bytes, is_open=True),
    Endpoint(method="GET", path="/look.css", does="look", about="How that page looks.", tells=bytes, is_open=True),
)  # fmt: skip

GROUPS = {
    "Who asks": AUTH,
    "Workspaces": WORKSPACES,
    "Connections": CONNECTIONS,
    "Runs": RUNS,
    "Data": DATA,
    "Feeds": FEEDS,
    "Alarms and webhooks": ALARMS,
    "People and keys": PEOPLE,
    "Oversight": OVERSIGHT,
    "This API": OPEN,
}
ENDPOINTS = tuple(each for group in GROUPS.values() for each in group)
TABLE = Table("api", tuple(each.route for each in ENDPOINTS), frozenset(FINDERS))
BY_PLACE = {(each.method, each.path): each for each in ENDPOINTS}
