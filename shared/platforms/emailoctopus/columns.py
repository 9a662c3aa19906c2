"""Columns of EmailOctopus' tables. Paths are the names of its API."""

LISTS = """
id* text List id
name text Name of the list
double_opt_in bool Whether sign-up is confirmed
counts.subscribed=subscribed int+ Subscribed contacts
counts.unsubscribed=unsubscribed int+ Unsubscribed
counts.pending=pending int+ Not confirmed yet
fields json Fields of its contacts
tags texts Its tags
created_at time When it was made
last_updated_at time When it was last changed
"""

LIST_TAGS = """
list_id* text List id
tag* text Tag
"""

CONTACTS = """
list_id* text List id
id* text Contact id
email_address text Address
status text Status: subscribed, unsubscribed or pending
fields json Values of the list's fields by tag
tags texts Tags
created_at time When added
last_updated_at time When last changed
"""

CAMPAIGNS = """
id* text Campaign id
name text Name of the campaign
subject text Subject
status text Status: draft, sending, sent or error
to=list_ids texts Lists it goes to
from.name=from_name text Sender
from.email_address=from_email text Address of the sender
created_at time When it was made
sent_at time When it was sent, empty for drafts
"""

CAMPAIGN_SUMMARY = """
id* text Campaign id
sent int+ People it was sent to
bounced.hard=hard_bounces int+ Hard bounces
bounced.soft=soft_bounces int+ Soft bounces
opened.total=opens int+ Opens
opened.unique=unique_opens int~ People who opened
clicked.total=clicks int+ Clicks
clicked.unique=unique_clicks int~ People who clicked
complained int+ Complaints
unsubscribed int+ Unsubscribed
"""

CAMPAIGN_LINKS = """
campaign_id* text Campaign id
url* text Address of the link
clicked_total=clicks int+ Clicks
clicked_unique=unique_clicks int~ People who clicked
"""

CAMPAIGN_CONTACT_REPORTS = """
campaign_id* text Campaign id
status* text What happened: sent, opened, clicked, bounced and so on
contact_id* text Contact id
occurred_at* time When it happened
contact_email_address=email text Address
"""

CAMPAIGN_SILENT_CONTACTS = """
campaign_id* text Campaign id
status* text What did not happen: not-opened or not-clicked
contact_id* text Contact id
contact_email_address=email text Address
occurred_at time A moment that is told with it (not documented which)
"""

LIST_FIELDS = """
id=list_id* text List id
tag* text Key of the field in contacts.fields
label text Name of the field
type text Type of the values
choices json Choices
fallback text Value where none is given
"""
