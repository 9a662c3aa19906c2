"""The columns of Klaviyo's tables, from its specification of revision 2026-07-15.

Rates are fractions from 0 to 1. Money is in the account's currency; Klaviyo names it nowhere but in the account.
"""

ACCOUNT = """
id* text Account id
attributes.public_api_key=public_api_key text Public id, as it stands in the code of websites
attributes.contact_information.organization_name=organization_name text Organisation
attributes.contact_information.default_sender_name=default_sender_name text Sender's name unless another is given
attributes.contact_information.default_sender_email=default_sender_email text Sender's address unless another is given
attributes.contact_information.website_url=website_url text Website
attributes.contact_information.street_address=street_address json Postal address
attributes.industry=industry text Industry the account named
attributes.timezone=timezone text Time zone
attributes.preferred_currency=preferred_currency text Currency of all money in this account
attributes.locale=locale text Language and country
attributes.test_account=test_account bool Whether a test account
"""

LISTS = """
id* text List id
attributes.name=name text Name of the list
attributes.created=created time When it was made
attributes.updated=updated time When it was last changed
attributes.opt_in_process=opt_in_process text Whether sign-up is confirmed: single_opt_in or double_opt_in
tag_ids texts Ids of its tags
"""

SEGMENTS = """
id* text Segment id
attributes.name=name text Name of the segment
attributes.created=created time When it was made
attributes.updated=updated time When it was last changed
attributes.definition=definition json Who belongs to it
attributes.is_active=is_active bool Whether it is kept up to date
attributes.is_processing=is_processing bool Whether it is being worked out right now
attributes.is_starred=is_starred bool Whether it is marked with a star
tag_ids texts Ids of its tags
"""

COUNTS = """
day* date Day of the reading, in the time zone of the account
{parent}* text {meaning}
data.attributes.profile_count=profile_count int~ Profiles in it on that day, some of them in others, too
"""

MEMBERS = """
{parent}* text {meaning}
id=profile_id* text Profile id
attributes.joined_group_at=joined_group_at time When the profile came to it, the last time
"""

PROFILES = """
id* text Profile id
attributes.email=email text E-mail address
attributes.phone_number=phone_number text Telephone
attributes.external_id=external_id text Id in another system
attributes.first_name=first_name text First name
attributes.last_name=last_name text Last name
attributes.organization=organization text Organisation
attributes.locale=locale text Language and country
attributes.title=title text Title
attributes.image=image text Address of a picture
attributes.created=created time When it was added
attributes.updated=updated time When anything about it changed
attributes.last_event_date=last_event_date time Newest event
attributes.location.address1=address1 text Street
attributes.location.address2=address2 text Street, second line
attributes.location.city=city text City
attributes.location.region=region text Region
attributes.location.zip=zip text Postal code
attributes.location.country=country text Country
attributes.location.latitude=latitude float Latitude
attributes.location.longitude=longitude float Longitude
attributes.location.timezone=timezone text Time zone
attributes.location.ip=ip text IP address
attributes.properties=properties json Properties of the client's own
attributes.subscriptions.email.marketing.can_receive_email_marketing=can_receive_email bool Whether e-mail may be sent
attributes.subscriptions.email.marketing.consent=email_consent text Consent to e-mail, such as SUBSCRIBED
attributes.subscriptions.email.marketing.consent_timestamp=email_consent_at time When that consent was given or taken
attributes.subscriptions.email.marketing.last_updated=email_consent_updated time When it was last changed
attributes.subscriptions.email.marketing.method=email_consent_method text How it was given
attributes.subscriptions.email.marketing.method_detail=email_consent_detail text Where it was given
attributes.subscriptions.email.marketing.custom_method_detail=email_consent_custom_detail text The same, in own words
attributes.subscriptions.email.marketing.double_optin=email_double_optin bool Whether it was confirmed
attributes.subscriptions.email.marketing.suppression=email_suppressions json Why no e-mail may be sent, and since when
attributes.subscriptions.email.marketing.list_suppressions=email_list_suppressions json The same, for single lists
attributes.subscriptions.email.open_tracking=email_open_tracking json Consent to count opens
attributes.subscriptions.sms.marketing.can_receive_sms_marketing=can_receive_sms bool Whether SMS may be sent
attributes.subscriptions.sms.marketing.consent=sms_consent text Consent to SMS
attributes.subscriptions.sms.marketing.consent_timestamp=sms_consent_at time When that consent was given or taken
attributes.subscriptions.sms.marketing.last_updated=sms_consent_updated time When it was last changed
attributes.subscriptions.sms.marketing.method=sms_consent_method text How it was given
attributes.subscriptions.sms.marketing.method_detail=sms_consent_detail text Where it was given
attributes.subscriptions.sms.transactional=sms_transactional json Consent to SMS about orders
attributes.subscriptions.mobile_push=mobile_push json Consent to messages of an app
attributes.subscriptions.whatsapp=whatsapp json Consent to WhatsApp
"""

METRICS = """
id* text Metric id
attributes.name=name text Name, which Klaviyo may change: match by id
attributes.created=created time When it was first seen
attributes.updated=updated time When it was last changed
attributes.integration=integration json Where its events come from
"""

CONVERSION_METRICS = f"""
{METRICS}
counts bool Whether its events are conversions. If not, it stands in where no metric is: sends and opens need one
"""

EVENTS = """
id* text Event id
attributes.datetime=datetime time When it happened, as its sender says: it can be in the future
attributes.timestamp=timestamp int The same, in seconds
attributes.uuid=uuid text Id in the order of time
relationships.metric.data.id=metric_id text Metric: what happened
relationships.profile.data.id=profile_id text Profile: who did it
attributes.event_properties=event_properties json Whatever its sender told, with names of its own
"""

CAMPAIGNS = """
id* text Campaign id
attributes.name=name text Name of the campaign
channel text Channel: email, sms or mobile_push
attributes.status=status text Status
attributes.archived=archived bool Whether it was archived
attributes.audiences.included=included texts Ids of the lists and segments it goes to
attributes.audiences.excluded=excluded texts Ids of the lists and segments left out
attributes.send_options=send_options json Options of sending
attributes.tracking_options=tracking_options json What is counted, and which parameters links get
attributes.send_strategy=send_strategy json How and when it is sent
attributes.created_at=created_at time When made
attributes.scheduled_at=scheduled_at time When somebody scheduled it
attributes.updated_at=updated_at time Last change
attributes.send_time=send_time time When it is, or was, sent
tag_ids texts Ids of its tags
messages json Its messages, as in campaign_messages
"""

CAMPAIGN_MESSAGES = """
id=campaign_id* text Campaign id
message_id* text Message id
definition.channel=channel text Channel
definition.label=label text Name of the variation
definition.content.subject=subject text Subject
definition.content.preview_text=preview_text text Preview
definition.content.from_email=from_email text Sender's address
definition.content.from_label=from_label text Sender's name
definition.content.reply_to_email=reply_to_email text Where answers go
definition.content.title=title text Title of a push message
definition.content.body=body text Text of SMS and push
definition json The whole message
send_times json When it goes out, and whether by local time
created_at time When it was made
updated_at time When it was last changed
"""

FLOWS = """
id* text Flow id
attributes.name=name text Name of the flow
attributes.status=status text Status: draft, manual or live
attributes.archived=archived bool Whether it was archived
attributes.created=created time When it was made
attributes.updated=updated time When it was last changed
attributes.trigger_type=trigger_type text What begins it
tag_ids texts Ids of its tags
"""

FLOW_ACTIONS = """
flow_id* text Flow id
id* text Action id
attributes.definition.type=action_type text What it does
attributes.created=created time When it was made
attributes.updated=updated time When it was last changed
attributes.definition.links=leads_to json Which actions come next
attributes.definition.data=details json All the rest of it
"""

FLOW_MESSAGES = """
flow_action_id* text Action id
id* text Message id
attributes.channel=channel text Channel
told.name=name text Name of the message
told.subject_line=subject text Subject
told.preview_text=preview_text text Preview
told.from_email=from_email text Sender's address
told.from_label=from_label text Sender's name
told.template_id=template_id text Template
told.body=body text Text of SMS and push
attributes.definition=definition json The whole message
attributes.created=created time When it was made
attributes.updated=updated time When it was last changed
"""

TEMPLATES = """
id* text Template id
attributes.name=name text Name of the template
attributes.editor_type=editor_type text Editor
attributes.created=created time When it was made
attributes.updated=updated time When it was last changed
"""

FORMS = """
id* text Form id
attributes.name=name text Name of the form
attributes.status=status text Status: draft or live
attributes.ab_test=ab_test bool Whether versions of it are tried against each other
attributes.created_at=created_at time When it was made
attributes.updated_at=updated_at time When it was last changed
"""

TAGS = """
id* text Tag id
attributes.name=name text Name of the tag
relationships.tag-group.data.id=tag_group_id text Group of the tag
"""

TAG_GROUPS = """
id* text Group id
attributes.name=name text Name of the group
attributes.default=is_default bool Whether tags go here
attributes.exclusive=exclusive bool Whether a thing can have one tag of it only
"""

STATISTICS = """
conversion_metric_id* text Metric that counts as a conversion
account_currency text Currency of the account
account_zone text Time zone of the account, in which its days begin
recipients int+ People it was sent to
delivered int+ Delivered
delivery_rate float~ Delivered per recipient
bounced int+ Bounced
bounce_rate float~ Bounced per recipient
failed int+ Failed
failed_rate float~ Failed per recipient
bounced_or_failed int+ Bounced or failed
bounced_or_failed_rate float~ Bounced or failed per recipient
opens int+ Opens, machines included as Klaviyo counts them
opens_unique int~ People who opened
open_rate float~ People who opened per delivered
clicks int+ Clicks
clicks_unique int~ People who clicked
click_rate float~ People who clicked per delivered
click_to_open_rate float~ People who clicked per people who opened
unsubscribes int+ Unsubscribes
unsubscribe_uniques int~ People who unsubscribed
unsubscribe_rate float~ People who unsubscribed per delivered
spam_complaints int+ Complaints
spam_complaint_rate float~ Complaints per delivered
conversions int+ Conversions within the account's attribution time
conversion_uniques int~ People who converted
conversion_rate float~ People who converted per delivered
conversion_value money+ Value of the conversions
average_order_value money~ Value per conversion
revenue_per_recipient money~ Value per recipient
message_segment_count_sum int+ Parts of text messages
text_message_spend money+ Cost of text messages
text_message_roi float~ Value per cost of text messages
text_message_credit_usage_amount float+ Credits used by text messages
"""

CAMPAIGN_VALUES = f"""
window_start* date First day of the 90 days in which it was sent
campaign_id* text Campaign id
campaign_message_id* text Message id
send_channel* text Channel
{STATISTICS}
"""

FLOW_SERIES = f"""
day* date Day on which it was sent, in the account's time zone
flow_id* text Flow id
flow_message_id* text Message id
send_channel* text Channel
{STATISTICS}
"""

SEGMENT_SERIES = """
day* date Day, in the account's time zone
segment_id* text Segment id
account_zone text Time zone of the account, in which its days begin
total_members int~ Profiles in it
members_added int+ Profiles that came
members_removed int+ Profiles that left
net_members_changed int+ Came less left
"""
