"""What answers each endpoint, by the name that the table gives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from shared.api import (
    about,
    accesses,
    admitting,
    campaigns,
    dashboards,
    data,
    feeds,
    overseeing,
    runs,
    signing_in,
    sources,
    wanting,
    workspaces,
)
from shared.api.desk import Call, Desk
from shared.api.wire import Reply

Answer = Callable[[Desk, Call], Reply]
ANSWERS: Mapping[str, Answer] = {
    each.__name__: each
    for each in (
        signing_in.token,
        signing_in.refresh,
        signing_in.logout,
        signing_in.profile,
        workspaces.workspaces,
        workspaces.workspace,
        wanting.make_workspace,
        wanting.change_workspace,
        wanting.settings,
        workspaces.summary,
        workspaces.activity,
        workspaces.tenant,
        sources.credentials,
        sources.credential,
        accesses.validate,
        accesses.renew,
        accesses.disconnect,
        accesses.wish,
        sources.data_sources,
        sources.data_source,
        sources.configure,
        sources.extract,
        sources.status,
        sources.connect_links,
        sources.make_link,
        sources.oauth_link,
        sources.withdraw_link,
        runs.runs,
        runs.run,
        runs.events,
        data.data,
        data.ask_data,
        data.data_summary,
        data.data_metrics,
        data.export,
        data.metrics,
        dashboards.dashboards,
        dashboards.dashboard,
        campaigns.campaigns,
        campaigns.campaign,
        campaigns.performance,
        feeds.feeds,
        feeds.add_feed,
        feeds.rotate_feed,
        feeds.revoke_feed,
        admitting.lower_role,
        admitting.remove_member,
        admitting.invitations_open,
        admitting.withdraw_invitation,
        admitting.make_key,
        admitting.replace_key,
        admitting.revoke_key,
        overseeing.members,
        overseeing.keys,
        overseeing.audit,
        about.health,
        about.openapi,
        about.docs,
        about.look,
    )
}
