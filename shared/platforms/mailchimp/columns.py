"""The columns of Mailchimp's tables, from its specification of the Marketing API 3.0 (2026-08).

Rates are fractions from 0 to 1 unless the meaning says percent.
"""

ACCOUNT = """
account_id* text Account id
account_name text Name of the account
login_id text Id of the user who connected
email text Address of the account
first_name text First name of the user
last_name text Last name of the user
username text User name
role text Role of the user
avatar_url text Picture of the user
member_since time When the account was opened
first_payment time First payment of a monthly plan
last_login time Last login
pricing_plan_type text Plan
pro_enabled bool Whether the old Pro plan is on
account_timezone text Time zone of the account
account_industry text Industry the account named
total_subscribers int+ Subscribers in all audiences
contact json Postal address of the account
industry_stats.open_rate=industry_open_rate float~ Open rate of the industry
industry_stats.bounce_rate=industry_bounce_rate float~ Bounce rate of the industry
industry_stats.click_rate=industry_click_rate float~ Click rate of the industry
"""

LISTS = """
id* text Audience id
web_id int Number of the audience in Mailchimp's web address
name text Name of the audience
contact json Sender address in footers
permission_reminder text Why people get this mail, as footers say
campaign_defaults json Default sender and subject
use_archive_bar bool Whether archived campaigns show a bar
notify_on_subscribe text Who is told of subscribers
notify_on_unsubscribe text Who is told of unsubscribers
date_created time When the audience was made
list_rating int~ Activity score from 0 to 5
email_type_option bool Whether people choose between HTML and text
double_optin bool Whether sign-up is confirmed
subscribe_url_short text Short address of the sign-up form
subscribe_url_long text Address of the sign-up form
visibility text Old visibility setting
has_welcome bool Whether a welcome automation is connected
marketing_permissions bool Whether marketing permissions (GDPR) are on
modules texts Modules installed
stats.member_count int+ Subscribed members
stats.total_contacts int+ Contacts of any status
stats.unsubscribe_count int+ Members who unsubscribed
stats.cleaned_count int+ Addresses that bounced for good
stats.member_count_since_send int+ New members since the last campaign
stats.unsubscribe_count_since_send int+ Unsubscribed since the last campaign
stats.cleaned_count_since_send int+ Cleaned since the last campaign
stats.campaign_count int+ Campaigns of any status
stats.campaign_last_sent time When the last campaign went out
stats.merge_field_count int+ Audience fields
stats.avg_sub_rate float~ Subscriptions per month on average
stats.avg_unsub_rate float~ Unsubscriptions per month
stats.target_sub_rate float~ Subscriptions per month needed to grow
stats.open_rate float~ Open rate in percent
stats.click_rate float~ Click rate in percent
stats.last_sub_date time Last subscription
stats.last_unsub_date time Last unsubscription
"""

LIST_MEMBERS = """
list_id* text Audience id
id* text MD5 of the lower-case address, so a changed address is a new member
email_address text Address
unique_email_id text Id of the address in every audience
contact_id text Id of the contact, kept when the address changes
full_name text Full name
web_id int Number of the member in Mailchimp's web address
email_type text HTML or text
status text Status: subscribed, unsubscribed, cleaned, pending, transactional or archived
unsubscribe_reason text Why the member unsubscribed
consents_to_one_to_one_messaging bool Consent to direct messages
sms_phone_number text Number for SMS
sms_subscription_status text Status of the SMS subscription
sms_subscription_last_updated time When the SMS subscription changed
merge_fields json Audience fields by tag
interests json Interests by id and whether they are chosen
stats.avg_open_rate=avg_open_rate float~ Open rate
stats.avg_click_rate=avg_click_rate float~ Click rate
stats.ecommerce_data.total_revenue=ecommerce_revenue money~ Revenue brought in, which other audiences may tell, too
stats.ecommerce_data.number_of_orders=ecommerce_orders int~ Orders placed, which other audiences may tell, too
stats.ecommerce_data.currency_code=ecommerce_currency text Currency of the revenue
ip_signup text IP address of the sign-up
timestamp_signup time When the member signed up
ip_opt text IP address of the confirmation
timestamp_opt time When the sign-up was confirmed
member_rating int~ Star rating from 1 to 5
last_changed time When anything about the member changed
language text Language
vip bool Whether marked as VIP
email_client text Mail program
location.latitude float Latitude, empty when not known
location.longitude float Longitude, empty when not known
location.gmtoff float Hours from GMT
location.dstoff float Hours from GMT in summer
location.country_code text Country
location.region text Region
location.timezone text Time zone
marketing_permissions json Marketing permissions and whether given
last_note json Newest note on the member
source text How the member came into the audience
tags_count int+ Tags on the member
tags json Up to 50 of the tags, the others are in list_member_tags
"""

LIST_MEMBER_TAGS = """
list_id* text Audience id
member_id* text Member id
id* int Tag id, the same as its segment id
name text Name of the tag
date_added time When the member got the tag
"""

SEGMENTS = """
list_id* text Audience id
id* int Segment id
name text Name of the segment
member_count int+ Subscribers in the segment
type text Kind: saved, static (a tag) or fuzzy
created_at time When it was made
updated_at time When it was last changed
options json Conditions
"""

SEGMENT_MEMBERS = """
list_id* text Audience id
segment_id* int Segment id
id=member_id* text Member id, as in list_members
status text Status: subscribed, unsubscribed, cleaned, pending or transactional
"""

TAGS = """
list_id* text Audience id
id* int Tag id, the same as its segment id
name text Name of the tag
"""

MERGE_FIELDS = """
list_id* text Audience id
merge_id* int Id of the audience field
tag text Its key in merge_fields of members
name text Name
type text Type of the values
required bool Whether it must be filled
default_value text Value where none is given
public bool Whether the sign-up form shows it
display_order int Place on the sign-up form
options json Choices and formats
help_text text Help on the form
"""

INTEREST_CATEGORIES = """
list_id* text Audience id
id* text Category id
title text Title of the category
display_order int Place on the form
type text How the form shows it
"""

INTERESTS = """
list_id* text Audience id
id* text Interest id
category_id text Category id
name text Name of the interest
subscriber_count int+ Subscribers with the interest
display_order int Place on the form
"""

LIST_GROWTH_HISTORY = """
list_id* text Audience id
month* text Month as YYYY-MM
existing int~ No longer filled by Mailchimp
imports int+ No longer filled by Mailchimp
optins int+ No longer filled by Mailchimp
subscribed int~ Subscribed members at the end of the month
unsubscribed int+ Unsubscribed in the month
reconfirm int+ Confirmed again in the month
cleaned int+ Bounced for good in the month
pending int~ Not confirmed yet
deleted int+ Deleted in the month
transactional int~ Transactional members
"""

LIST_ACTIVITY = """
list_id* text Audience id
day* date Day in the account's time zone
emails_sent int+ Emails sent
unique_opens int~ People who opened
recipient_clicks int+ Clicks
hard_bounce int+ Hard bounces
soft_bounce int+ Soft bounces
subs int+ Subscribed
unsubs int+ Unsubscribed
other_adds int+ Added otherwise
other_removes int+ Removed otherwise
"""

ABUSE_REPORTS = """
id* int Report id
campaign_id text Campaign complained about
list_id text Audience id
email_id text Member id
email_address text Address
merge_fields json Audience fields by tag
vip bool Whether marked as VIP
date time When the complaint came
"""

CAMPAIGNS = """
id* text Campaign id
web_id int Number of the campaign in Mailchimp's web address
parent_campaign_id text Campaign of which this is a part
type text Type: regular, plaintext, absplit, rss or variate
create_time time When it was made
archive_url text Public address
long_archive_url text Public address in full
status text Status
emails_sent int+ Emails sent
send_time time When it was sent
content_type text Kind of content
needs_block_refresh bool Whether the editor must be opened again
resendable bool Whether it can go to non-openers
recipients.list_id=list_id text Audience id
recipients.list_is_active=list_is_active bool Whether the audience exists
recipients.list_name=list_name text Name of the audience
recipients.segment_text=segment_text text Segment in words
recipients.recipient_count=recipient_count int+ Recipients
recipients.segment_opts=segment_opts json Segment rules
settings.subject_line=subject_line text Subject
settings.preview_text=preview_text text Preview text
settings.title=title text Title
settings.from_name=from_name text Sender name
settings.reply_to=reply_to text Reply-to
settings.to_name=to_name text Name of the recipient as shown
settings.folder_id=folder_id text Folder id
settings.template_id=template_id int Template id
settings.use_conversation bool Replies go to conversations
settings.authenticate bool Mail is authenticated
settings.auto_footer bool Default footer is added
settings.inline_css bool CSS is inlined
settings.auto_tweet bool Is tweeted
settings.auto_fb_post json Facebook pages
settings.fb_comments bool Facebook comments allowed
settings.timewarp bool Sent by the recipients' time zones
settings.drag_and_drop bool Made with the drag-and-drop editor
tracking json What is tracked
variate_settings json Multivariate test
rss_opts json RSS settings
ab_split_opts json A/B test
social_card json Preview in social networks
report_summary.opens=opens int+ Opens
report_summary.unique_opens=unique_opens int~ People who opened
report_summary.open_rate=open_rate float~ Open rate
report_summary.clicks=clicks int+ Clicks
report_summary.subscriber_clicks=subscriber_clicks int~ People who clicked
report_summary.click_rate=click_rate float~ Click rate
report_summary.ecommerce json Orders (currency in reports)
delivery_status json Progress of sending
resend_shortcut_eligibility json Who it can be sent to again
"""

REPORTS = """
id* text Campaign id
campaign_title text Title of the campaign
type text Type of the campaign
list_id text Audience id
list_is_active bool Whether the audience exists
list_name text Name of the audience
subject_line text Subject
preview_text text Preview text
emails_sent int+ Emails sent
abuse_reports int+ Complaints
unsubscribed int+ Unsubscribed
send_time time When it was sent
rss_last_send time Last sending of an RSS campaign
bounces.hard_bounces=hard_bounces int+ Hard bounces
bounces.soft_bounces=soft_bounces int+ Soft bounces
bounces.syntax_errors=syntax_errors int+ Malformed addresses
forwards.forwards_count=forwards int+ Forwards
forwards.forwards_opens=forwards_opens int+ Opens of forwarded mail
opens.opens_total=opens int+ Opens
opens.unique_opens=unique_opens int~ People who opened
opens.open_rate=open_rate float~ Openers per delivered
opens.last_open=last_open time Last open
clicks.clicks_total=clicks int+ Clicks
clicks.unique_clicks=unique_clicks int~ Different links clicked, per person
clicks.unique_subscriber_clicks=subscriber_clicks int~ People who clicked
clicks.last_click=last_click time Last click
clicks.click_rate=click_rate float~ Clickers per delivered
facebook_likes json Likes on Facebook
industry_stats.type=industry text Industry
industry_stats.open_rate=industry_open_rate float~ Its open rate
industry_stats.click_rate=industry_click_rate float~ Its click rate
industry_stats.bounce_rate=industry_bounce_rate float~ Its bounce rate
industry_stats.unopen_rate=industry_unopen_rate float~ Its share of unopened mail
industry_stats.unsub_rate=industry_unsub_rate float~ Its unsubscribe rate
industry_stats.abuse_rate=industry_abuse_rate float~ Its complaint rate
list_stats.sub_rate=list_sub_rate float~ Subscriptions per month
list_stats.unsub_rate=list_unsub_rate float~ And lost
list_stats.open_rate=list_open_rate float~ Open rate of the audience in percent
list_stats.click_rate=list_click_rate float~ Click rate of the audience in percent
ab_split json Groups of an A/B test
timewarp json By time zone
timeseries json By hour of the first day
ecommerce.total_orders=orders int+ Orders
ecommerce.total_spent=spent money+ Sum of the orders
ecommerce.total_revenue=revenue money+ Sum less shipping and tax
ecommerce.currency_code=currency_code text Currency of the sums
delivery_status json Progress of sending
"""

CLICK_DETAILS = """
campaign_id* text Campaign id
id* text Link id
url text Address of the link
total_clicks int+ Clicks
click_percentage float~ Share of the campaign's clicks
unique_clicks int~ People who clicked
unique_click_percentage float~ Share of the people who clicked
last_click time Last click
ab_split json By group of an A/B test
"""

EMAIL_ACTIVITY = """
campaign_id* text Campaign id
email_id* text Member id
timestamp* time When it happened
action* text What happened: open, click or bounce
url* text Link that was clicked, otherwise empty
type text Kind of bounce: hard or soft
ip text IP address
email_address text Address
list_id text Audience id
list_is_active bool Whether the audience exists
"""

SENT_TO = """
campaign_id* text Campaign id
email_id* text Member id
email_address text Address
status text Outcome: sent, hard or soft (bounce)
open_count int+ Opens by this person
last_open time Last open
absplit_group text Group of an A/B test
gmt_offset float Time zone group
vip bool Whether marked as VIP
merge_fields json Audience fields by tag
list_id text Audience id
list_is_active bool Whether the audience exists
"""

UNSUBSCRIBES = """
campaign_id* text Campaign id
email_id* text Member id
timestamp* time When it happened
email_address text Address
reason text Reason given
vip bool Whether marked as VIP
merge_fields json Audience fields by tag
list_id text Audience id
list_is_active bool Whether the audience exists
"""

AUTOMATIONS = """
id* text Automation id
create_time time When it was made
start_time time When it was started
status text Status
emails_sent int+ Emails sent
recipients.list_id=list_id text Audience id
recipients.list_is_active=list_is_active bool Whether the audience exists
recipients.list_name=list_name text Name of the audience
recipients.segment_opts=segment_opts json Segment rules
recipients.store_id=store_id text Store id
settings.title=title text Title
settings.from_name=from_name text Sender
settings.reply_to=reply_to text Reply-to
settings.to_name=to_name text Name of the recipient as shown
settings.use_conversation bool Replies go to conversations
settings.authenticate bool Mail is authenticated
settings.auto_footer bool Default footer is added
settings.inline_css bool CSS is inlined
tracking json What is tracked
trigger_settings json What starts it
report_summary.opens=opens int+ Opens
report_summary.unique_opens=unique_opens int~ People who opened
report_summary.open_rate=open_rate float~ Open rate
report_summary.clicks=clicks int+ Clicks
report_summary.subscriber_clicks=subscriber_clicks int~ People who clicked
report_summary.click_rate=click_rate float~ Click rate
"""

AUTOMATION_EMAILS = """
id* text Email id
web_id int Number of the email in Mailchimp's web address
workflow_id text Automation id
position int Place in the automation
delay json Wait before it is sent
create_time time When it was made
start_time time When it was started
archive_url text Public address
status text Status
emails_sent int+ Emails sent
send_time time When it was sent
content_type text Kind of content
needs_block_refresh bool Whether the editor must be opened again
has_logo_merge_tag bool Whether it shows the logo
recipients json Audience and segment
settings json Subject, sender and the like
tracking json What is tracked
social_card json Preview in social networks
trigger_settings json What starts it
report_summary.opens=opens int+ Opens
report_summary.unique_opens=unique_opens int~ People who opened
report_summary.open_rate=open_rate float~ Open rate
report_summary.clicks=clicks int+ Clicks
report_summary.subscriber_clicks=subscriber_clicks int~ People who clicked
report_summary.click_rate=click_rate float~ Click rate
"""

TEMPLATES = """
id* int Template id
type text Type
name text Name
drag_and_drop bool Made with the drag-and-drop editor
responsive bool Fits small screens
category text Category
date_created time When it was made
date_edited time When it was last edited
created_by text Who made it
edited_by text Who edited it last
active bool Whether it still exists: deleted templates stay, inactive
folder_id text Folder id
thumbnail text Address of a picture
share_url text Address for sharing
content_type text Kind of content
"""

LANDING_PAGES = """
id* text Landing page id
name text Name
title text Title in the browser
description text Description
template_id int Template id
status text Status: published, unpublished or draft
list_id text Audience id
store_id text Store id
web_id int Number of the page in Mailchimp's web address
created_by_source text Web or mobile
url text Address
created_at time When it was made
published_at time When it went online
unpublished_at time When it went offline
updated_at time When it was last changed
tracking json What is tracked
"""

LANDING_PAGE_REPORTS = """
id* text Landing page id
name text Name
title text Title
url text Address
status text Status
list_id text Audience id
list_name text Name of the audience
web_id int Number of the page in the web address
published_at time When it went online
unpublished_at time When it went offline
visits int+ Visits
unique_visits int~ Visitors
subscribes int+ Subscribed
clicks int+ Clicks
conversion_rate float~ Share of the visitors who subscribed
timeseries json Recent days and weeks
ecommerce.total_revenue=revenue money+ Revenue
ecommerce.total_orders=orders int+ Orders
ecommerce.average_order_revenue=average_order_revenue money~ Revenue per order
ecommerce.currency_code=currency_code text Currency of the revenue
signup_tags json Tags that visitors get
"""

FOLDERS = """
id* text Folder id
name text Name of the folder
count int+ Items in the folder
"""
