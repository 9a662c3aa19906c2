"""Columns of the Instagram & Facebook Insights tables. Signed addresses of pictures are left out: they change with
every call and end after some days; `permalink` stays."""

OF_PAGE = """
account_id* text Facebook Page
account_zone text Time zone of its days
"""
OF_INSTAGRAM = """
ig* text Instagram account
account_id text Facebook Page it is linked to
"""
DAY_READ = "day* date Day of reading, in Pacific time (by earlier releases in UTC)"

IG_ACCOUNTS = f"""
{DAY_READ}
id* text Instagram account
account_id text Facebook Page it is linked to
ig_id text Its older number
username text Name in addresses
name text Name
biography text What it says about itself
website text Its website
followers_count int~ Followers on that day
follows_count int~ Accounts it follows on that day
media_count int~ Posts on that day
"""

IG_ACCOUNT_INSIGHTS_DAILY = f"""
{OF_INSTAGRAM}
date* date Day in Pacific time
account_zone text Time zone of its days
reach int~ Accounts that saw anything of it that day
follower_count int+ New followers of that day (told for the last 30 days, of accounts with 100 followers or more)
"""

IG_ACCOUNT_INSIGHTS_TOTALS = f"""
{OF_INSTAGRAM}
date* date Day in Pacific time
account_zone text Time zone of its days
views int+ Times that anything of it was played or shown
reach int~ Accounts that saw anything of it that day
accounts_engaged int~ Accounts that did something with it that day
total_interactions int+ Likes, saves, comments, shares and replies, less those taken back
likes int+ Likes
comments int+ Comments
saves int+ Saves
shares int+ Shares
replies int+ Replies to stories
profile_links_taps int+ Taps on address, call, e-mail and text buttons
"""

IG_FOLLOWS_DAILY = f"""
{OF_INSTAGRAM}
date* date Day in Pacific time
account_zone text Time zone of its days
follows int+ Accounts that began to follow
unfollows int+ Accounts that stopped following, or left Instagram
"""

IG_REPOSTS_DAILY = f"""
{OF_INSTAGRAM}
date* date Day in Pacific time
account_zone text Time zone of its days
reposts int+ Times that its posts, stories and reels were reposted that day
"""

IG_AUDIENCE_DEMOGRAPHICS = f"""
{DAY_READ}
{OF_INSTAGRAM}
metric* text Whose: follower_demographics, or engaged_audience_demographics (of this month)
breakdown* text By what: age, gender, country, city, or age,gender
dimension* text The group, as `25-34 / F`
age text Age group
gender text F, M or U (unknown)
country text Country code
city text City
people int~ Followers, or accounts that engaged (the 45 biggest groups only)
"""

IG_MEDIA = """
id* text Post
ig text Instagram account
account_id text Facebook Page it is linked to
ig_id text Its older number
kind text REELS, IMAGE, CAROUSEL_ALBUM, VIDEO (feed) or VIDEO_OTHER: decides which numbers it has
media_type text IMAGE, VIDEO or CAROUSEL_ALBUM
media_product_type text FEED, REELS, STORY or AD
caption text Caption
permalink text Address
shortcode text Last part of the address
username text Who posted it
timestamp=posted_at time When it was posted
like_count int+ Likes, while it was younger than 30 days
comments_count int+ Comments, likewise
is_comment_enabled bool Whether it can be commented on
owner.id text Who owns it
children.data=children json Parts of an album: id and media_type
"""

IG_MEDIA_INSIGHTS = f"""
media_id* text Post
kind text As in the table of posts
{OF_INSTAGRAM.replace("ig*", "ig")}
reach int~ Accounts that saw it
views int+ Times it was played or shown
likes int+ Likes
comments int+ Comments
saved int+ Saves
shares int+ Shares
total_interactions int+ Likes, saves, comments and shares, less those taken back
follows int+ Accounts that followed from it
profile_visits int+ Visits of the profile from it
ig_reels_avg_watch_time int~ Milliseconds watched on average
reels_skip_rate float~ Share that left in the first seconds
ig_reels_video_view_total_time int+ Milliseconds watched in all
"""

IG_MEDIA_REPOSTS = f"""
media_id* text Post
{OF_INSTAGRAM.replace("ig*", "ig")}
reposts int+ Times that it was reposted, less those taken back
"""

IG_STORIES = """
id* text Story
ig text Instagram account
account_id text Facebook Page it is linked to
ig_id text Its older number
media_type text IMAGE or VIDEO
media_product_type text STORY
caption text Caption
permalink text Address
username text Who posted it
timestamp=posted_at time When it was posted, 24 hours before it goes
"""

IG_STORY_INSIGHTS = f"""
story_id* text Story
{OF_INSTAGRAM.replace("ig*", "ig")}
reach int~ Accounts that saw it
views int+ Times it was shown
replies int+ Replies
shares int+ Shares
follows int+ Accounts that followed from it
profile_visits int+ Visits of the profile from it
navigation int+ Taps forward, back, onward and out
total_interactions int+ Likes, replies and shares
"""

FB_PAGES = f"""
{DAY_READ}
id* text Facebook Page
ig text Instagram account linked to it (empty: none)
name text Name
username text Name in addresses
link text Address
category text Category
about text What it says about itself
website text Its website
verification_status text Verified or not
fan_count int~ Likes on that day
followers_count int~ Followers on that day
"""

FB_PAGE_INSIGHTS_DAILY = f"""
{OF_PAGE}
date* date Day in Pacific time
page_media_view=views int+ Times that its content was played or shown
page_total_media_view_unique=viewers int~ People who saw its content that day
page_post_engagements=engagements int+ Reactions, comments, shares and clicks on its posts
page_total_actions=actions int+ Clicks on its contact and call-to-action buttons
page_views_total=page_views int+ Visits of the Page itself
page_video_views=video_views int+ Videos watched
page_follows=followers int~ Followers at the end of the day
page_daily_follows_unique=follows int+ New followers
page_daily_unfollows_unique=unfollows int+ Lost followers
"""

FB_POSTS = """
id* text Post
account_id text Facebook Page
message text Text
status_type text Kind of post
created_time time When it was made
updated_time time When it, or a comment on it, was last changed
permalink_url text Address
is_published bool Published or not
shares.count=shares int+ Shares, while it was younger than 30 days
attachments.data=attachments json What hangs on it: type and address
"""

FB_POST_INSIGHTS = """
post_id* text Post
account_id text Facebook Page
post_media_view=views int+ Times it was played or shown
post_total_media_view_unique=viewers int~ People who saw it
post_clicks=clicks int+ Clicks
post_clicks_by_type=clicks_by_type json Clicks by kind
post_reactions_by_type_total=reactions_by_type json Reactions by kind
"""
