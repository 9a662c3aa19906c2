"""The columns of Constant Contact's tables, from its specification of API v3 (build 3.0.178).

Percents are from 0 to 100; counts are of different people unless the meaning says otherwise.
"""

ACCOUNT = """
encoded_account_id* text Account id
encoded_partner_id text Partner who set the account up
organization_name text Organisation
organization_phone text Its telephone
website text Its website
contact_email text Address of the owner
contact_phone text Telephone of the owner
first_name text First name of the owner
last_name text Last name of the owner
country_code text Country
state_code text State
time_zone_id text Time zone
physical_address json Postal address
company_logo json Logo
"""

CONTACT_LISTS = """
list_id* text List id
name text Name of the list
description text Description
favorite bool Whether a favourite
membership_count int+ Contacts on the list
created_at time When it was made
updated_at time When it was last changed
deleted_at time When it was deleted
"""

CONTACTS = """
contact_id* text Contact id
email_address.address=email text Address, empty for contacts reached by SMS only
email_address.permission_to_send=permission_to_send text Permission to send, or unsubscribed
email_address.created_at=email_created_at time When the address was added
email_address.updated_at=email_updated_at time When the address or its permission changed
email_address.opt_in_source=opt_in_source text Who opted in: Contact or Account
email_address.opt_in_date=opt_in_date time When opted in
email_address.opt_out_source=opt_out_source text Who opted out: Contact or Account
email_address.opt_out_date=opt_out_date time When opted out
email_address.opt_out_reason=opt_out_reason text Why
email_address.confirm_status=confirm_status text Whether the address was confirmed
first_name text First name
last_name text Last name
job_title text Job
company_name text Company
birthday_month int Month of birth
birthday_day int Day of birth
anniversary text Anniversary, as it was typed
update_source text Who changed the contact last
create_source text Who added the contact
created_at time When added
updated_at time When last changed, opting out not included
deleted_at date When deleted
custom_fields json Values of custom fields, named in contact_custom_fields
phone_numbers json Telephones
street_addresses json Addresses
list_memberships texts Ids of its lists
taggings texts Ids of its tags
notes json Notes
sms_channel json Number and permissions for SMS
"""

CONTACT_TAGS = """
tag_id* text Tag id
name text Name of the tag
contacts_count int+ Contacts with the tag
tag_source text Where the tag comes from
created_at time When it was made
updated_at time When it was last changed
"""

CONTACT_CUSTOM_FIELDS = """
custom_field_id* text Custom field id
label text Name as shown
name text Name in addresses
type text Type of the values
metadata json How values are shown and limited
version int Version of a date field
choices json Choices, with labels
created_at time When it was made
updated_at time When it was last changed
"""

SEGMENTS = """
segment_id* int Segment id
name text Name of the segment
created_at time When it was made
edited_at time When its name or rules were last changed
"""

CONTACT_COUNTS = """
day* date Day of reading, in the time zone of the account
total int~ Contacts on that day
explicit int~ Permission given expressly
implicit int~ Permission implied
pending int~ Not confirmed yet
unsubscribed int~ Unsubscribed
new_subscriber int~ Subscribed in the 30 days before
"""

EMAIL_CAMPAIGNS = """
campaign_id* text Campaign id
name text Name of the campaign
type text Type
type_code int Number of the type
current_status text Draft, Scheduled, Executing, Done, Error or Removed
created_at time When it was made
updated_at time When it was last changed
"""

CAMPAIGN_ACTIVITIES = """
campaign_activity_id* text Activity id: one mailing, or the web page, of a campaign
campaign_id text Campaign id
role text Role: primary_email, resend or permalink
campaign_status text Status of its campaign when read
document_id text Id of the document in the editor
"""

ACTIVITY_DETAIL = """
campaign_activity_id* text Activity id
campaign_id text Campaign id
role text Role: primary_email, resend or permalink
subject text Subject
preheader text Preview text
from_name text Sender
from_email text Address of the sender
reply_to_email text Reply-to
current_status text Status, in capitals
format_type int Number of the format
contact_list_ids texts Lists it goes to
segment_ids texts Segments it goes to
permalink_url text Public address
document_id text Id of the document in the editor
"""

CAMPAIGN_SUMMARIES = """
campaign_id* text Campaign id
campaign_type text Type
last_sent_date time When it was last sent
unique_counts.sends=sends int+ People it was sent to
unique_counts.opens=opens int~ People who opened
unique_counts.clicks=clicks int~ People who clicked
unique_counts.forwards=forwards int~ People who forwarded
unique_counts.optouts=optouts int~ People who unsubscribed
unique_counts.abuse=abuse int~ People who complained
unique_counts.bounces=bounces int+ Bounces
unique_counts.not_opened=not_opened int~ People who did not open
"""

_STATS = """
stats.em_sends=sends int+ People it was sent to
stats.em_bounces=bounces int+ Bounces
stats.em_opens=opens int~ People who opened
stats.em_opens_all=opens_all int+ Opens
stats.em_opens_all_computer=opens_computer int+ Opens on computers
stats.em_opens_all_mobile=opens_mobile int+ Opens on phones
stats.em_opens_all_tablet=opens_tablet int+ On tablets
stats.em_opens_all_other=opens_other int+ On other devices
stats.em_opens_all_none=opens_unknown int+ Opens on unknown devices
stats.em_clicks=clicks int~ People who clicked
stats.em_clicks_all=clicks_all int+ Clicks
stats.em_clicks_all_computer=clicks_computer int+ Clicks on computers
stats.em_clicks_all_mobile=clicks_mobile int+ On phones
stats.em_clicks_all_tablet=clicks_tablet int+ On tablets
stats.em_clicks_all_other=clicks_other int+ On other devices
stats.em_clicks_all_none=clicks_unknown int+ Clicks on unknown devices
stats.em_forwards=forwards int~ People who forwarded
stats.em_optouts=optouts int~ People who unsubscribed
stats.em_not_opened=not_opened int~ People who did not open
last_refresh_time time When these numbers were counted
"""

CAMPAIGN_STATS = f"""
campaign_id* text Campaign id
{_STATS}
percents.open=open_percent float~ Openers per delivered
percents.click=click_percent float~ Clickers per opener
percents.bounce=bounce_percent float~ Bounced per sent
percents.did_not_open=did_not_open_percent float~ Not opened
percents.unsubscribe=unsubscribe_percent float~ Unsubscribed per delivered
percents.mobile_open=mobile_open_percent float~ Share of opens on phones and tablets
percents.desktop_open=desktop_open_percent float~ Share of opens on computers
percents.mobile_click=mobile_click_percent float~ Share of clicks on phones and tablets
percents.desktop_click=desktop_click_percent float~ Share of clicks on computers
"""

ACTIVITY_STATS = f"""
campaign_activity_id* text Activity id
campaign_id text Campaign id
{_STATS}
stats.em_abuse=abuse int+ Complaints
stats.em_bounces_blocked=bounces_blocked int+ Blocked by the receiver
stats.em_bounces_mailbox_full=bounces_mailbox_full int+ Mailbox full
stats.em_bounces_nonexistent_address=bounces_nonexistent_address int+ Address does not exist
stats.em_bounces_other=bounces_other int+ Unknown reason
stats.em_bounces_suspended=bounces_suspended int+ Suspended
stats.em_bounces_undeliverable=bounces_undeliverable int+ Undeliverable
stats.em_bounces_vacation=bounces_vacation int+ Away replies, which were delivered
"""

LINK_CLICKS = """
campaign_activity_id* text Activity id
url_id* text Link id
link_url text Address of the link
unique_clicks int~ People who clicked
list_action text Whether a click puts people on a list
list_id text That list
link_tag text Tag of the link
"""

_TRACKED = """
campaign_activity_id* text Activity id
contact_id* text Contact id
created_time* time When it happened
tracking_activity_type text What happened
email_address text Address at that time
first_name text First name
last_name text Last name
deleted_at date When the contact was deleted
"""
BOUNCES = f"""
{_TRACKED}
bounce_code text B no such address, D undeliverable, F full, S suspended, V away (delivered), X other, Z blocked
current_email_address text Address today
"""
OPTOUTS = f"{_TRACKED}opt_out_reason text Reason given"
OPENS = f"{_TRACKED}device_type text Kind of device"
CLICKS = f"""
{_TRACKED}url_id* text Link id
link_url text Address of the link
device_type text Kind of device
"""
SENDS = FORWARDS = _TRACKED

SMS_SUMMARIES = """
campaign_id* text Campaign id
campaign_name text Name of the campaign
campaign_type text Type
last_sent_date time When it was last sent
unique_counts.sends=sends int+ People it was sent to
unique_counts.delivers=delivers int+ Delivered
unique_counts.opens=opens int~ People who opened
unique_counts.clicks=clicks int~ People who clicked
unique_counts.optouts=optouts int~ People who unsubscribed
"""

LIST_MEMBERSHIPS = """
contact_id* text Contact id
list_id* text List id
"""

TAGGINGS = """
contact_id* text Contact id
tag_id* text Tag id
"""
