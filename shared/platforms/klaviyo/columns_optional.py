"""Columns of Klaviyo's tables that are read only when asked for."""

FORM_VERSIONS = """
form_id* text Form id
id* text Version id
attributes.form_type=form_type text Popup, flyout, embed, banner, full page
attributes.variation_name=variation_name text Name of the version
attributes.status=status text Status: draft or live
attributes.ab_test.variation_name=ab_test text Name of the version in a trial against others
attributes.created_at=created_at time When it was made
attributes.updated_at=updated_at time When it was last changed
"""

FORM_SERIES = """
day* date Day, in the account's time zone
form_id* text Form id
account_zone text Time zone of the account, in which its days begin
viewed_form int+ Times it was shown
viewed_form_uniques int~ Visitors to whom it was shown
viewed_form_step int+ Times a step of it was shown
viewed_form_step_uniques int~ Visitors to whom a step was shown
closed_form int+ Times it was closed
closed_form_uniques int~ Visitors who closed it
qualified_form int+ Times somebody qualified for it
qualified_form_uniques int~ Visitors who qualified for it
submits int+ Times it was submitted
submit_rate float~ Submitted per view
submitted_form_step int+ Times a step was submitted
submitted_form_step_uniques int~ Visitors who submitted a step
"""

REVIEWS = """
id* text Review id
attributes.review_type=review_type text Review, rating, question, or of the store
attributes.rating=rating int~ Stars, 1 to 5 (a question has none)
attributes.title=title text Title
attributes.content=content text What it says
attributes.smart_quote=smart_quote text A quote from it
attributes.email=email text Address of who wrote it, as in profiles
attributes.verified=verified bool Whether it is known to be from a buyer
attributes.status.value=status text Published, unpublished, featured, pending or rejected
attributes.status.rejection_reason.reason=rejection_reason text Why it was rejected
attributes.status.rejection_reason.status_explanation=rejection_explanation text Why, in words
attributes.product.external_id=product_id text Product, by its id in the shop
attributes.product.name=product text Name of the product
attributes.product.url=product_url text Its address
relationships.item.data.id=item_id text Catalog item id
attributes.public_reply.content=reply text Answer of the shop
attributes.public_reply.updated=replied_at time When that was last changed
attributes.created=created time When it was written
attributes.updated=updated time When it was last changed
"""

COUPONS = """
id* text Coupon id
attributes.external_id=external_id text Its id in the shop
attributes.description=description text Description
attributes.monitor_configuration=monitoring json From how few codes on somebody is warned
"""

COUPON_CODES = """
coupon_id* text Coupon id
id* text Id of the code
attributes.unique_code=unique_code text The code
attributes.status=status text Whether it is free, given to somebody, used
attributes.expires_at=expires_at time Its end
relationships.profile.data.id=profile_id text Profile it was given to
"""

CATALOG_ITEMS = """
id* text Catalog item id
attributes.external_id=external_id text Its id in the shop
attributes.title=title text Title
attributes.price=price float~ Price, in no currency that is told
attributes.url=url text Its address
attributes.published=published bool Whether it is shown
variant_ids texts Ids of its variants
attributes.created=created time When it was made
attributes.updated=updated time When it was last changed
"""

CATALOG_VARIANTS = """
id* text Variant id
attributes.external_id=external_id text Its id in the shop
attributes.title=title text Title
relationships.item.data.id=item_id text Catalog item id
attributes.sku=sku text Stock keeping unit
attributes.price=price float~ Price, in no currency that is told
attributes.inventory_quantity=inventory_quantity float~ Pieces available
attributes.inventory_policy=inventory_policy int~ Whether it is shown when there is none left: 0, 1 or 2
attributes.url=url text Its address
attributes.published=published bool Whether it is shown
attributes.created=created time When it was made
attributes.updated=updated time When it was last changed
"""

CATALOG_CATEGORIES = """
id* text Category id
attributes.external_id=external_id text Its id in the shop
attributes.name=name text Name
attributes.updated=updated time When it was last changed
"""

CATALOG_CATEGORY_ITEMS = """
category_id* text Category id
id=item_id* text Catalog item id
"""
