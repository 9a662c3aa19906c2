"""The columns of Google Analytics' tables. Of a report they are its question, too: keys are dimensions, measures are
metrics.

Paths are the API's own names. Counts of people, and counts of sessions beside anything that a session can have several
of, may not be added up (~). `keyEvents` has no whole number in its type: credit for one can be shared.
"""

# Every report has these besides its own. Zone and currency are those that the report itself names.
REPORT = """
account_id* text Property id
account_zone text Time zone of the days
account_currency text Currency of the money
report_notes json Why numbers are not exact, if they are not: sampled, thresholded, summed up as (other), withheld
"""

PROPERTIES = """
account_id* text Property id
name text Name in the API
parent text Account or property above it
account text Account
displayName=title text Name of the property
propertyType=type text Ordinary, sub or roll-up
timeZone=time_zone text Time zone of its days
currencyCode=currency text Currency of its money
industryCategory=industry text Industry
serviceLevel=service_level text Standard or 360
createTime=created_at time When it was made
updateTime=updated_at time When it was last changed
deleteTime=deleted_at time When it was put in the trash
expireTime=expires_at time When it goes from the trash
"""

KEY_EVENTS = """
account_id* text Property id
name* text Name in the API
eventName=event_name text Event that counts
countingMethod=counting text Once per event or once per session
createTime=created_at time When it was made
deletable bool Whether it can be deleted
custom bool Whether it was made by hand
defaultValue.numericValue=default_value float~ Worth of one that names no worth of its own
defaultValue.currencyCode=default_currency text Currency of that worth
"""

DAILY_OVERVIEW = """
date* date Day
activeUsers=active_users int~ People who were active
newUsers=new_users int+ People who came first
totalUsers=total_users int~ People
sessions int+ Sessions
engagedSessions=engaged_sessions int+ Engaged sessions
screenPageViews=views int+ Views of pages and screens
eventCount=events int+ Events
keyEvents=key_events float+ Key events
totalRevenue=total_revenue money+ Revenue in all
userEngagementDuration=engagement_seconds float+ Seconds in the foreground
"""

TRAFFIC_ACQUISITION = """
date* date Day
sessionDefaultChannelGroup=channel_group* text Channel group of the session
sessionSource=source* text Source of the session
sessionMedium=medium* text Medium of the session
sessionCampaignId=campaign_id* text Campaign id
sessionCampaignName=campaign_name* text Campaign of the session
sessions int+ Sessions
engagedSessions=engaged_sessions int+ Engaged sessions
activeUsers=active_users int~ People who were active
newUsers=new_users int+ People who came first
totalUsers=total_users int~ People
keyEvents=key_events float+ Key events
eventCount=events int+ Events
totalRevenue=total_revenue money+ Revenue in all
purchaseRevenue=purchase_revenue money+ Revenue from purchases
userEngagementDuration=engagement_seconds float+ Seconds in the foreground
"""

USER_ACQUISITION = """
date* date Day
firstUserDefaultChannelGroup=first_channel_group* text Channel group that first brought the person
firstUserSource=first_source* text Source that first brought the person
firstUserMedium=first_medium* text Medium that first brought the person
firstUserCampaignName=first_campaign_name* text Campaign that first brought the person
newUsers=new_users int+ People who came first
totalUsers=total_users int~ People
activeUsers=active_users int~ People who were active
engagedSessions=engaged_sessions int+ Engaged sessions
keyEvents=key_events float+ Key events
eventCount=events int+ Events
totalRevenue=total_revenue money+ Revenue in all
userEngagementDuration=engagement_seconds float+ Seconds in the foreground
"""

PAGES = """
date* date Day
hostName=host* text Host
pagePath=path* text Path of the page
pageTitle=page_title* text Its title
screenPageViews=views int+ Views
activeUsers=active_users int~ People who were active
totalUsers=total_users int~ All
newUsers=new_users int+ People who came first
eventCount=events int+ Events
keyEvents=key_events float+ Key events
totalRevenue=total_revenue money+ Revenue in all
userEngagementDuration=engagement_seconds float+ Seconds in foreground
"""

LANDING_PAGES = """
date* date Day
landingPage=landing_page* text Path of the first page of the session
sessionDefaultChannelGroup=channel_group* text Channel group of the session
sessions int+ Sessions
activeUsers=active_users int~ People who were active
newUsers=new_users int+ People who came first
engagedSessions=engaged_sessions int+ Engaged sessions
keyEvents=key_events float+ Key events
totalRevenue=total_revenue money+ Revenue in all
userEngagementDuration=engagement_seconds float+ Seconds in foreground
"""

EVENTS = """
date* date Day
eventName=event_name* text Event
isKeyEvent=is_key_event* text Whether it is a key event: true or false
eventCount=events int+ How often
totalUsers=total_users int~ People
eventCountPerUser=events_per_user float~ Events per person
eventValue=event_value float+ Sum of the parameter value
keyEvents=key_events float+ Key events
totalRevenue=total_revenue money+ Revenue in all
"""

ECOMMERCE_ITEMS = """
date* date Day
itemId=item_id* text Item id
itemName=item_name* text Item
itemBrand=brand* text Its brand
itemCategory=category* text Its first category
itemsViewed=items_viewed int+ Items viewed
itemsAddedToCart=items_added_to_cart int+ Items put into a cart
itemsCheckedOut=items_checked_out int+ At checkout
itemsPurchased=items_purchased int+ Items bought
itemRevenue=item_revenue money+ Revenue from the item
"""

ECOMMERCE_DAILY = """
date* date Day
transactions int+ Transactions with revenue
ecommercePurchases=purchases int+ Purchases
purchaseRevenue=purchase_revenue money+ Revenue from purchases
totalRevenue=total_revenue money+ Revenue in all
totalPurchasers=purchasers int~ People who bought
firstTimePurchasers=first_time_purchasers int~ Who bought first
addToCarts=add_to_carts int+ Times something was put into a cart
checkouts int+ Checkouts begun
refundAmount=refund_amount money+ Refunds
shippingAmount=shipping_amount money+ Shipping
"""

ECOMMERCE_BY_SOURCE = """
date* date Day
sessionSource=source* text Source of the session
sessionMedium=medium* text Medium of the session
sessionCampaignName=campaign_name* text Campaign of the session
transactions int+ Transactions with revenue
ecommercePurchases=purchases int+ Purchases
purchaseRevenue=purchase_revenue money+ Revenue from purchases
totalPurchasers=purchasers int~ People who bought
addToCarts=add_to_carts int+ Times something was put into a cart
checkouts int+ Checkouts begun
"""

TRANSACTIONS = """
date* date Day
transactionId=transaction_id* text Transaction id
currencyCode=event_currency* text Currency that the shop named, while the amounts are in account_currency
transactions int+ Transactions with revenue
purchaseRevenue=purchase_revenue money+ Revenue from the purchase
taxAmount=tax_amount money+ Tax
shippingAmount=shipping_amount money+ Shipping
refundAmount=refund_amount money+ Refunds
"""

GEO_DEVICE = """
date* date Day
country* text Country
region* text Region
city* text City
deviceCategory=device* text Kind of device
activeUsers=active_users int~ People who were active
newUsers=new_users int+ People who came first
sessions int~ Sessions that were seen there
engagedSessions=engaged_sessions int~ Engaged sessions seen there
screenPageViews=views int+ Views of pages and screens
keyEvents=key_events float+ Key events
totalRevenue=total_revenue money+ Revenue in all
"""
