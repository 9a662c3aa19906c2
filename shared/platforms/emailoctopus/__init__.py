"""EmailOctopus, API v2. What surprises about it: docs/platforms/emailoctopus.md."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from datetime import timedelta
from hashlib import blake2b

from shared.errors import Bug, Problem, Reconnect
from shared.vocabulary.access import Account, Credential, Key, bearer
from shared.vocabulary.columns import columns
from shared.vocabulary.paging import Cursor, Once
from shared.vocabulary.platform import Limits, Platform, View
from shared.vocabulary.slicing import Parent, Pass, Since
from shared.vocabulary.statuses import excerpt, refusal
from shared.vocabulary.stream import Row, Stream
from shared.vocabulary.wire import Answer, Json, Request, at

API = "https://api.emailoctopus.com"

NEXT = "paging.next.starting_after"
PAGES = Cursor(NEXT, "starting_after", 100, always="paging")
IN_LIST = Parent("lists", {"list_id": "id"})


def went_out(campaign: Json) -> bool:
    """Only these have reports; for a draft the platform answers 403."""
    return campaign.get("status") in {"sent", "sending"}


OF_CAMPAIGN = Parent("campaigns", {"campaign_id": "id"}, went_out, settles=("sent_at", timedelta(days=90)))
NO_REPORT = frozenset({403, 404})


def with_one_count(audience: Json, given: Mapping[str, Json]) -> Iterable[Row]:
    """The specification says that `counts` is a list; older answers hold the object itself."""
    counts = audience.get("counts")
    yield {**audience, "counts": counts[0] if counts else None} if isinstance(counts, list) else audience


STREAMS = (
    Stream(
        "lists", "Lists", "/lists", "data",
        columns("""
        id* text List id; name text Name of the list; double_opt_in bool Whether sign-up is confirmed
        counts.subscribed=subscribed int+ Subscribed contacts; counts.unsubscribed=unsubscribed int+ Unsubscribed
        counts.pending=pending int+ Not confirmed yet; fields json Fields of its contacts; tags texts Its tags
        created_at time When it was made; last_updated_at time When it was last changed
        """),
        {}, PAGES, shape=with_one_count,
    ),
    Stream(
        "list_tags", "Tags", "/lists/{list_id}/tags", "data",
        columns("list_id* text List id; tag* text Tag"), {}, PAGES, per=IN_LIST,
    ),
    Stream(
        # Without `status` only subscribed people come. A person who moves from one status to another while we read
        # could slip through between the passes; catching up reads whoever changed meanwhile.
        "contacts", "Contacts", "/lists/{list_id}/contacts", "data",
        columns("""
        list_id* text List id; id* text Contact id; email_address text Address
        status text Status: subscribed, unsubscribed or pending; fields json Values of the list's fields by tag
        tags texts Tags; created_at time When added; last_updated_at time When last changed
        """),
        {}, PAGES, Since(look_back=None, parameter="last_updated_at.gte"), IN_LIST,
        passes=tuple(Pass({"status": status}) for status in ("subscribed", "unsubscribed", "pending")), catch_up=True,
    ),
    Stream(
        "campaigns", "Campaigns", "/campaigns", "data",
        columns("""
        id* text Campaign id; name text Name of the campaign; subject text Subject
        status text Status: draft, sending, sent or error; to=list_ids texts Lists it goes to
        from.name=from_name text Sender; from.email_address=from_email text Address of the sender
        created_at time When it was made; sent_at time When it was sent, empty for drafts
        """),
        {}, PAGES, ignore=frozenset({"content.html"}),  # the whole mail, up to megabytes of it
    ),
    Stream(
        "campaign_summary", "Results of campaigns", "/campaigns/{campaign_id}/reports/summary", None,
        columns("""
        id* text Campaign id; sent int+ People it was sent to; bounced.hard=hard_bounces int+ Hard bounces
        bounced.soft=soft_bounces int+ Soft bounces; opened.total=opens int+ Opens
        opened.unique=unique_opens int~ People who opened; clicked.total=clicks int+ Clicks
        clicked.unique=unique_clicks int~ People who clicked; complained int+ Complaints; unsubscribed int+ Unsubscribed
        """),
        per=OF_CAMPAIGN, absent=NO_REPORT,
    ),
    Stream(
        "campaign_links", "Clicked links", "/campaigns/{campaign_id}/reports/links", "data",
        columns("""
        campaign_id* text Campaign id; url* text Address of the link; clicked_total=clicks int+ Clicks
        clicked_unique=unique_clicks int~ People who clicked
        """),
        pages=Once("paging.next"), per=OF_CAMPAIGN, absent=NO_REPORT,
    ),
    Stream(
        # `status` is required and stands on the envelope only, so each row is given it.
        "campaign_contact_reports", "What people did with campaigns", "/campaigns/{campaign_id}/reports", "data",
        columns("""
        campaign_id* text Campaign id; status* text What happened: sent, opened, clicked, bounced and so on
        contact_id* text Contact id; occurred_at* time When it happened; contact_email_address=email text Address
        """),
        {}, PAGES, per=OF_CAMPAIGN, absent=NO_REPORT,
        passes=tuple(
            Pass({"status": status}, {"status": status})
            for status in ("sent", "opened", "clicked", "bounced", "complained", "unsubscribed")
        ),
    ),
    Stream(
        # Whoever opens late is no longer listed, after a year, too. So no campaign settles here: each sync reads them
        # all, and marks who went.
        "campaign_silent_contacts", "People who did not open or click", "/campaigns/{campaign_id}/reports", "data",
        columns("""
        campaign_id* text Campaign id; status* text What did not happen: not-opened or not-clicked
        contact_id* text Contact id; contact_email_address=email text Address
        occurred_at time A moment that is told with it (not documented which)
        """),
        {}, PAGES, per=Parent("campaigns", {"campaign_id": "id"}, went_out), absent=NO_REPORT, optional=True,
        passes=tuple(Pass({"status": status}, {"status": status}) for status in ("not-opened", "not-clicked")),
    ),
)  # fmt: skip

VIEWS = (
    View(
        "list_fields", "Fields of lists", "lists", "fields",
        columns("""
        id=list_id* text List id; tag* text Key of the field in contacts.fields; label text Name of the field
        type text Type of the values; choices json Choices; fallback text Value where none is given
        """),
    ),
)  # fmt: skip


def discover(credential: Credential) -> Generator[Request, Answer, tuple[Account, ...]]:
    """No call says whose key this is. The oldest list stays what it is when others come and go, so it is the account;
    when it goes, any of the others says which account that was.

    An account without lists is known by a digest of its key, from which nobody gets back to the key.
    """
    digest = blake2b(credential.token.reveal().encode(), digest_size=12, person=b"emailoctopus").hexdigest()
    without_lists = f"key-{digest}"
    found: list[Json] = []
    request = Request("GET", f"{API}/lists", {"limit": "100"}, headers=bearer(credential))
    while True:
        answer = yield request
        if problem := refuse(answer):
            raise problem
        lists = at(answer.json, "data")
        if not isinstance(lists, list):
            raise Bug("records-missing", "The platform's answer no longer holds “data”.", excerpt(answer))
        found += ({"id": one["id"], "name": one.get("name"), "created_at": one.get("created_at")} for one in lists)
        following = at(answer.json, NEXT)
        if not following or following == request.query.get("starting_after"):
            break
        request = request.asking(starting_after=following)
    if not found:
        return (Account(id=without_lists, title="EmailOctopus (no lists yet)"),)
    found.sort(key=lambda one: (str(one["created_at"] or "~"), str(one["id"])))
    ids = [str(one["id"]) for one in found]
    return (Account(id=ids[0], title=str(found[0]["name"] or ids[0]), also=(*ids[1:], without_lists)),)


def refuse(answer: Answer) -> Problem | None:
    """`title` never varies and `type` is only a link; the status says all there is to know."""
    problem = refusal(answer, "EmailOctopus")
    if isinstance(problem, Reconnect):
        return Reconnect(
            problem.code,
            "EmailOctopus does not accept this key. Keys made before 7 October 2024 do not work here: "
            "please make a new one under Integrations & API.",
            problem.detail,
        )
    return problem


EMAILOCTOPUS = Platform(
    name="emailoctopus",
    title="EmailOctopus",
    base=API,
    auth=(
        Key(
            "In EmailOctopus under Integrations & API, API keys: make a new key.",
            r"[A-Za-z0-9_\-]{16,200}",
            "https://help.emailoctopus.com/article/165-how-to-create-and-delete-api-keys",
        ),
    ),
    authorise=bearer,
    discover=discover,
    # 100 tokens, refilled by 10 a second; whoever exceeds them is blocked for up to a minute. Some are left alone:
    # a full bucket does not refill while the first calls are on their way, and later calls may arrive together.
    limits=Limits(
        at_once=4,
        per_second=9.8,
        burst=90,
        remaining_header="x-ratelimiting-remaining",
        retry_headers=("x-ratelimit-retry-after", "retry-after"),
        rest=timedelta(seconds=60),
    ),
    streams=STREAMS,
    views=VIEWS,
    version="2.0.0",
    refuse=refuse,
    reads="Lists and their contacts, campaigns, and what people did with them.",
)
