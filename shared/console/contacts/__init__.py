"""People of a client's lists and shops: never published, so look_up is asked for each page, and notes it in the audit.

listing   people, by platform, list, status and how new they are; or by how an address begins
one       what all platforms know of one of them, and what they did
record    the very record that a row came from
asking    how look_up is asked for somebody who is signed in
answers   these by the names of the routes
"""
