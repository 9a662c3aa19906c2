"""What answers each route, by the name that the table gives it."""

from __future__ import annotations

from collections.abc import Mapping

from shared.console import (
    auditing,
    authorising,
    client_page,
    costing,
    going_out,
    home,
    keys,
    members,
    oneself,
    signing_in,
)
from shared.console.campaigns import answers as campaigns
from shared.console.contacts import answers as contacts
from shared.console.desk import Desk
from shared.console.figures import answers as figures
from shared.console.front import Answer
from shared.console.late import client_settings, clients_pages, connections_pages, coverage_pages, late
from shared.console.pages import FILES, file, file_address
from shared.console.web import Reply, Visit
from shared.people.guard import Allowed

_BY_ADDRESS = {file_address(name): name for name in FILES}


def send_file(_: Desk, __: Allowed, visit: Visit) -> Reply:
    name = _BY_ADDRESS["/" + "/".join(visit.segments)]
    return Reply(file=(FILES[name], file(name)))


ANSWERS: Mapping[str, Answer] = {
    "file": send_file,
    **figures.ANSWERS,
    **{
        each.__name__: each
        for each in (
            campaigns.campaigns,
            campaigns.campaigns_json,
            campaigns.campaigns_csv,
            campaigns.campaign,
            campaigns.campaign_json,
            campaigns.campaign_csv,
            campaigns.campaign_picture,
            contacts.contacts,
            contacts.find_contacts,
            contacts.contacts_json,
            contacts.contacts_csv,
            contacts.contact,
            contacts.contact_json,
            contacts.contact_csv,
            contacts.record,
            contacts.record_json,
            contacts.record_csv,
        )
    },
    **{
        each.__name__: each
        for each in (
            signing_in.sign_in,
            signing_in.to_google,
            signing_in.from_google,
            signing_in.ask_for_link,
            signing_in.link,
            signing_in.use_link,
            signing_in.invitation,
            signing_in.open_invitation,
            signing_in.sign_out,
            signing_in.add_google,
            signing_in.add_mail,
            home.workspace,
            oneself.account,
            oneself.end_session,
            oneself.end_other_sessions,
            oneself.choose_language,
            oneself.export_me,
            oneself.ask_erase_me,
            oneself.erase_me,
            members.people,
            members.people_json,
            members.people_csv,
            members.invite,
            members.withdraw,
            members.set_role,
            members.remove,
            members.end_sessions_of,
            going_out.feeds,
            going_out.feeds_json,
            going_out.feeds_csv,
            going_out.make_feed,
            going_out.feed,
            going_out.feed_file,
            going_out.rotate_feed,
            going_out.ask_end_feed,
            going_out.end_feed,
            going_out.feed_reads,
            going_out.feed_reads_json,
            going_out.feed_reads_csv,
            keys.keys,
            keys.keys_json,
            keys.keys_csv,
            keys.make_key,
            keys.replace_key,
            keys.ask_revoke_key,
            keys.revoke_key,
            auditing.audit,
            auditing.audit_json,
            auditing.audit_csv,
            costing.cost,
            costing.cost_json,
            costing.cost_csv,
            client_page.client_page,
            client_page.make_client_link,
            client_page.take_back_client_link,
            client_page.client,
            client_page.ask_withdraw,
            client_page.withdraw_shared,
            client_page.confirm_withdraw,
            client_page.withdraw_confirmed,
            authorising.authorise,
            authorising.decide,
            authorising.token,
            authorising.issuer,
        )
    },
    **{
        name: late(module, name)
        for module, names in {
            clients_pages: ("home", "clients_json", "clients_csv", "new_client", "add_client"),
            client_settings: (
                "settings",
                "settings_json",
                "settings_csv",
                "change_settings",
                "pause_client",
                "resume_client",
            ),
            connections_pages: (
                "connections",
                "connections_json",
                "connections_csv",
                "reading_now",
                "sync_all",
                "connect",
                "give_link",
                "withdraw_link",
                "connection",
                "sync_now",
                "set_schedule",
                "set_streams",
                "pause",
                "resume",
                "backfill",
                "check_access",
                "renew_access",
                "renew_link",
                "disconnect",
                "do_disconnect",
                "wish",
                "wish_now",
            ),
            coverage_pages: ("coverage", "coverage_json", "coverage_csv", "coverage_now"),
        }.items()
        for name in names
    },
}
